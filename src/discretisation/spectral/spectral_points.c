/*
   Quadrature points of the jumps of one length: where they begin and end, the basis there, and the
   kernel's Gaussians.
*/
#include "qlbe/jump_kernel.h"
#include "spectral_impl.h"

/* The points of all lengths of a rank are kept from fiber to fiber up to this many bytes. */
static const double most_kept = 5e8;

/* Bytes of the points of one length. */
static double LengthBytes(const QlbeSpectralGrid *g)
{
  const double n = (double)(g->s.n * g->rho.n), n_l = (double)g->n_angular;

  return 8.0 * n * (5.0 + n_l * (2.0 * (double)g->n_radial + n_l + 1.0));
}

double QlbeJumpPointsBytes_Private(const QlbeSpectralGrid *g)
{
  const double one = LengthBytes(g), all = one * (double)g->q.n;

  return PetscMax(one, PetscMin(all, most_kept));
}

static PetscErrorCode Create(QlbeSpectralFiber f, JumpPoints *t)
{
  const PetscInt n = f->grid.s.n * f->grid.rho.n, n_l = f->grid.n_angular;
  const PetscInt n_radial = n_l * n * f->grid.n_radial, n_harmonics = n_l * (n_l + 1) / 2 * n;

  PetscFunctionBegin;
  t->n = n;
  PetscCall(PetscMalloc5(n, &t->p2_before, n, &t->p2_after, n, &t->cosine_before, n,
                         &t->cosine_after, n, &t->weight));
  PetscCall(PetscMalloc2(n_radial, &t->R_before, n_radial, &t->R_after));
  PetscCall(PetscMalloc2(n_harmonics, &t->N_before, n_harmonics, &t->N_after));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpPointsDestroy_Private(QlbeSpectralFiber f)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; f->points && i < f->n_points; i++) {
    JumpPoints *t = &f->points[i];
    PetscCall(PetscFree5(t->p2_before, t->p2_after, t->cosine_before, t->cosine_after, t->weight));
    PetscCall(PetscFree2(t->R_before, t->R_after));
    PetscCall(PetscFree2(t->N_before, t->N_after));
  }
  PetscCall(PetscFree(f->points));
  PetscFunctionReturn(0);
}

/* N_lm at n cosines into N[index][n]. */
static PetscErrorCode Harmonics(PetscInt n_angular, PetscInt n, const double cosine[], double N[])
{
  const PetscInt size = n_angular * (n_angular + 1) / 2;
  double *at;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(size, &at));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(QlbeSphericalHarmonics(n_angular - 1, cosine[i], at));
    for (PetscInt j = 0; j < size; j++) N[j * n + i] = at[j];
  }
  PetscCall(PetscFree(at));
  PetscFunctionReturn(0);
}

static PetscErrorCode Fill(QlbeSpectralFiber f, PetscInt iq, JumpPoints *t)
{
  const QlbeParameters *par = &f->par;
  const QlbeSpectralGrid *g = &f->grid;
  const double q = g->q.x[iq], c_par = par->beta * par->m / (2.0 * par->M * par->M);
  const double scale = 8.0 * PETSC_PI * PETSC_PI * g->q.w[iq] / q * QlbeJumpStrength(par, q) *
                       pow(par->beta / (2.0 * PETSC_PI * par->M), 1.5);

  PetscFunctionBegin;
  t->iq = iq;
  for (PetscInt r = 0; r < g->rho.n; r++) {
    const double rho2 = g->rho.x[r] * g->rho.x[r];
    for (PetscInt j = 0; j < g->s.n; j++) {
      const PetscInt i = r * g->s.n + j;
      const double s = g->s.x[j], before = s - 0.5 * q, after = s + 0.5 * q;
      t->p2_before[i] = before * before + rho2;
      t->p2_after[i] = after * after + rho2;
      t->cosine_before[i] = before / sqrt(t->p2_before[i]);
      t->cosine_after[i] = after / sqrt(t->p2_after[i]);
      t->weight[i] =
          scale * g->rho.w[r] * g->s.w[j] *
          exp(-c_par * s * s - 0.25 * par->beta / par->M * (t->p2_before[i] + t->p2_after[i]));
    }
  }
  for (PetscInt l = 0; l < g->n_angular; l++) {
    const PetscInt offset = l * t->n * g->n_radial;
    QlbeRadialBasisEvaluate(g->radial[l], t->n, t->p2_before, t->R_before + offset);
    QlbeRadialBasisEvaluate(g->radial[l], t->n, t->p2_after, t->R_after + offset);
  }
  PetscCall(Harmonics(g->n_angular, t->n, t->cosine_before, t->N_before));
  PetscCall(Harmonics(g->n_angular, t->n, t->cosine_after, t->N_after));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpPointsGet_Private(QlbeSpectralFiber f, PetscInt iq,
                                         const JumpPoints **points)
{
  JumpPoints *t;

  PetscFunctionBegin;
  if (!f->points) {
    const PetscInt own = (f->grid.q.n + f->team.size - 1) / f->team.size;
    f->n_points = LengthBytes(&f->grid) * (double)own <= most_kept ? own : 1;
    PetscCall(PetscCalloc1(f->n_points, &f->points));
  }
  t = &f->points[f->n_points > 1 ? iq / f->team.size : 0];
  if (t->n == 0) {
    PetscCall(Create(f, t));
    PetscCall(Fill(f, iq, t));
  } else if (t->iq != iq) {
    PetscCall(Fill(f, iq, t));
  }
  *points = t;
  PetscFunctionReturn(0);
}
