/*
   Quadrature points of the jumps of one length: where they begin and end, the basis there, and the kernel's Gaussians.
*/
#include "qlbe/jump_kernel.h"
#include "spectral_impl.h"

PetscErrorCode QlbeJumpPointsCreate_Private(QlbeSpectralFiber f, PetscBool harmonics, JumpPoints *t)
{
  const PetscInt n = f->grid.s.n * f->grid.rho.n, n_l = f->grid.n_angular;
  const PetscInt n_radial = n_l * n * f->grid.n_radial, n_harmonics = n_l * (n_l + 1) / 2 * n;

  PetscFunctionBegin;
  *t = (JumpPoints){.n = n};
  PetscCall(PetscMalloc5(n, &t->p2_before, n, &t->p2_after, n, &t->cosine_before, n,
                         &t->cosine_after, n, &t->weight));
  PetscCall(PetscMalloc2(n_radial, &t->R_before, n_radial, &t->R_after));
  if (harmonics) PetscCall(PetscMalloc2(n_harmonics, &t->N_before, n_harmonics, &t->N_after));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeJumpPointsDestroy_Private(JumpPoints *t)
{
  PetscFunctionBegin;
  PetscCall(PetscFree5(t->p2_before, t->p2_after, t->cosine_before, t->cosine_after, t->weight));
  PetscCall(PetscFree2(t->R_before, t->R_after));
  PetscCall(PetscFree2(t->N_before, t->N_after));
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

PetscErrorCode QlbeJumpPointsFill_Private(QlbeSpectralFiber f, PetscInt iq, JumpPoints *t)
{
  const QlbeParameters *par = &f->par;
  const QlbeSpectralGrid *g = &f->grid;
  const double q = g->q.x[iq], c_par = par->beta * par->m / (2.0 * par->M * par->M);
  const double scale = 8.0 * PETSC_PI * PETSC_PI * g->q.w[iq] / q * QlbeJumpStrength(par, q) *
                       pow(par->beta / (2.0 * PETSC_PI * par->M), 1.5);

  PetscFunctionBegin;
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
  if (t->N_before) {
    PetscCall(Harmonics(g->n_angular, t->n, t->cosine_before, t->N_before));
    PetscCall(Harmonics(g->n_angular, t->n, t->cosine_after, t->N_after));
  }
  PetscFunctionReturn(0);
}
