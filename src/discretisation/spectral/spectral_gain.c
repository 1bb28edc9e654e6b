/*
   J_k - J_0 in the spectral basis.

   For a jump q at angle alpha to k, both ends are rotated into the frame of q, Y_lm = sum_mu
   d^l_(mu m)(alpha) Y_l mu, where the integral over the azimuth of p around q picks one mode of
   F = sum_n F_n cos(n angle to k_perp):

     <i l m|J_k|i' l' m> = sum over q, s, rho of weight R_il(p + q) R_i'l'(p) Theta_ll',
     Theta_ll' = sum_(mu mu') N_l mu(p + q) N_l' mu'(p) W(l mu, l' mu'),
     W = sum over alpha of d^l_(mu m) d^l'_(mu' m) exp(-beta m hbar^2 k_par^2/8M^2)
           F_|mu - mu'|(q, k_perp, rho) (2 - delta) pi (-1)^n.

   Only W depends on k, and it is small. Parity leaves n of the parity of l + l', and
   0 < alpha < pi/2; reflection takes (mu, mu') and (-mu, -mu') together; s and -s exchange p and p
   + q. The sums over alpha and over the points are matrix products.
*/
#include "qlbe/matrix_product.h"
#include "spectral_impl.h"

/* Pairs of spherical harmonics that one mode n couples, with their rotation coefficients. */
typedef struct {
  PetscInt l, l_before, mu, mu_before;
} Coupling;

typedef struct {
  PetscInt m, n_modes; /* the sector, and modes n < n_modes */
  PetscInt *begin;     /* [n_modes + 1]: the couplings of mode n are begin[n] .. begin[n + 1] - 1 */
  Coupling *coupling;  /* ordered by mode */
  double *rotation;    /* [couplings][n_tilt] */
} Couplings;

/* d^l_(mu m) at the tilts of the grid, for l < n_angular, |mu| <= l: d[(l*l + l + mu)*n_tilt]. */
static PetscErrorCode Rotations(const QlbeSpectralGrid *g, PetscInt m, double **d)
{
  PetscFunctionBegin;
  PetscCall(PetscCalloc1(g->n_angular * g->n_angular * g->tilt.n, d));
  for (PetscInt l = PetscAbs(m); l < g->n_angular; l++) {
    for (PetscInt mu = -l; mu <= l; mu++)
      PetscCall(
          QlbeSphericalRotation(l, mu, m, g->tilt.n, g->tilt.x, *d + (l * l + l + mu) * g->tilt.n));
  }
  PetscFunctionReturn(0);
}

static PetscInt ModeOf(const Coupling *c)
{
  return PetscAbs(c->mu - c->mu_before);
}

/*
   Counts the couplings of the sector in count[n_modes], by mode; with a list, stores each at
   list[count[mode]] before it counts.
*/
static void ListCouplings(const QlbeSpectralGrid *g, PetscInt m, PetscInt n_modes, PetscInt count[],
                          Coupling list[])
{
  for (PetscInt l = PetscAbs(m); l < g->n_angular; l++) {
    for (PetscInt l_before = PetscAbs(m); l_before < g->n_angular; l_before++) {
      for (PetscInt mu = 0; mu <= l; mu++) {
        for (PetscInt mu_before = mu == 0 ? 0 : -l_before; mu_before <= l_before; mu_before++) {
          const Coupling c = {l, l_before, mu, mu_before};
          const PetscInt n = ModeOf(&c);
          if (n >= n_modes || (l + l_before + n) % 2 != 0) continue;
          if (list) list[count[n]] = c;
          count[n]++;
        }
      }
    }
  }
}

/*
   The rotation coefficients of one coupling at all tilts, with its azimuthal and reflection
   factors.
*/
static void FillRotation(const QlbeSpectralGrid *g, const double d[], const Coupling *c,
                         double rotation[])
{
  const PetscInt n = ModeOf(c), n_tilt = g->tilt.n;
  const PetscInt l = c->l, k = c->l_before, mu = c->mu, nu = c->mu_before;
  const double parity = n % 2 == 0 ? 1.0 : -1.0;
  /* k_perp stands against the x axis of the frame of q: cos n(phi + pi) */
  const double azimuth = n == 0 ? 2.0 * PETSC_PI : PETSC_PI * parity;
  /* harmonics are tabulated for |mu'| */
  const double sign = nu < 0 && nu % 2 != 0 ? -1.0 : 1.0;
  const double *first = d + (l * l + l + mu) * n_tilt, *second = d + (k * k + k + nu) * n_tilt;
  const double *first_mirror = d + (l * l + l - mu) * n_tilt;
  const double *second_mirror = d + (k * k + k - nu) * n_tilt;

  for (PetscInt i = 0; i < n_tilt; i++) {
    double product = first[i] * second[i];
    if (mu != 0 || nu != 0) product += parity * first_mirror[i] * second_mirror[i];
    rotation[i] = 2.0 * g->tilt.w[i] * azimuth * sign * product;
  }
}

static PetscErrorCode CouplingsCreate(const QlbeSpectralGrid *g, PetscInt m, PetscInt n_modes,
                                      Couplings *c)
{
  PetscInt *next, total;
  double *d;

  PetscFunctionBegin;
  c->m = m;
  c->n_modes = n_modes;
  PetscCall(PetscCalloc1(n_modes + 1, &c->begin));
  PetscCall(PetscCalloc1(n_modes, &next));
  ListCouplings(g, m, n_modes, next, NULL);
  for (PetscInt n = 0; n < n_modes; n++) {
    c->begin[n + 1] = c->begin[n] + next[n];
    next[n] = c->begin[n];
  }
  total = c->begin[n_modes];
  PetscCall(PetscMalloc2(total, &c->coupling, total * g->tilt.n, &c->rotation));
  ListCouplings(g, m, n_modes, next, c->coupling);
  PetscCall(Rotations(g, m, &d));
  for (PetscInt i = 0; i < total; i++)
    FillRotation(g, d, &c->coupling[i], c->rotation + i * g->tilt.n);
  PetscCall(PetscFree(d));
  PetscCall(PetscFree(next));
  PetscFunctionReturn(0);
}

static PetscErrorCode CouplingsDestroy(Couplings *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(c->begin));
  PetscCall(PetscFree2(c->coupling, c->rotation));
  PetscFunctionReturn(0);
}

/* Work space for one |q|, and the sum over all of them. */
typedef struct {
  double *W;       /* [couplings][n_rho] */
  double *Theta;   /* [n_l][n_l][points], first the angular momentum after the jump */
  double *product; /* [points][n_l][n_radial]: weight Theta R(p) for one l */
  double *half;    /* [size][size]: the half of gain that s > 0 makes */
} Work;

/* Theta_ll' at all points of one |q|. */
static void FillTheta(const QlbeSpectralGrid *g, const Couplings *c, const JumpPoints *t,
                      const double W[], double Theta[])
{
  const PetscInt first = PetscAbs(c->m), n_l = g->n_angular - first, n_s = g->s.n, n_rho = g->rho.n;

  for (PetscInt i = 0; i < n_l * n_l * t->n; i++) Theta[i] = 0.0;
  for (PetscInt i = 0; i < c->begin[c->n_modes]; i++) {
    const Coupling *pair = &c->coupling[i];
    const double *after = t->N_after + QlbeSphericalIndex(pair->l, pair->mu) * t->n;
    const double *before =
        t->N_before + QlbeSphericalIndex(pair->l_before, PetscAbs(pair->mu_before)) * t->n;
    double *out = Theta + ((pair->l - first) * n_l + pair->l_before - first) * t->n;
    for (PetscInt r = 0; r < n_rho; r++) {
      const double weight = W[i * n_rho + r];
#pragma omp simd
      for (PetscInt j = r * n_s; j < (r + 1) * n_s; j++) out[j] += weight * after[j] * before[j];
    }
  }
}

/* W of one |q| from the modes of F at its tilts and rho, modes[][n_tilt][n_rho]. */
static PetscErrorCode FillW(const QlbeSpectralGrid *g, const Couplings *c, const double modes[],
                            double W[])
{
  const PetscInt n_tilt = g->tilt.n, n_rho = g->rho.n;

  PetscFunctionBegin;
  for (PetscInt mode = 0; mode < c->n_modes; mode++) {
    const PetscInt begin = c->begin[mode], count = c->begin[mode + 1] - begin;
    const QlbeMatrixFactor rotation = {count, n_tilt, c->rotation + begin * n_tilt, PETSC_FALSE};
    const QlbeMatrixFactor F = {n_tilt, n_rho, modes + mode * n_tilt * n_rho, PETSC_FALSE};
    if (count > 0)
      PetscCall(QlbeMatrixProduct(&rotation, &F, PETSC_FALSE, n_rho, W + begin * n_rho));
  }
  PetscFunctionReturn(0);
}

/* Adds the share of one |q| to work->half. */
static PetscErrorCode AddTransfer(QlbeSpectralFiber f, const Couplings *c, const JumpPoints *t,
                                  const double modes[], Work *work)
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt first = PetscAbs(c->m), n_l = g->n_angular - first, n = g->n_radial;
  const PetscInt size = n_l * n;
  const QlbeMatrixFactor before = {.rows = t->n, .columns = size, .entry = work->product};

  PetscFunctionBegin;
  PetscCall(FillW(g, c, modes, work->W));
  FillTheta(g, c, t, work->W, work->Theta);
  for (PetscInt l = 0; l < n_l; l++) {
    for (PetscInt k = 0; k < n_l; k++) {
      const double *Theta = work->Theta + (l * n_l + k) * t->n;
      const double *R = t->R_before + (first + k) * t->n * n;
      for (PetscInt i = 0; i < t->n; i++) {
        const double weight = t->weight[i] * Theta[i];
        for (PetscInt j = 0; j < n; j++)
          work->product[(i * n_l + k) * n + j] = weight * R[i * n + j];
      }
    }
    {
      const QlbeMatrixFactor after = {t->n, n, t->R_after + (first + l) * t->n * n, PETSC_TRUE};
      PetscCall(QlbeMatrixProduct(&after, &before, PETSC_TRUE, size, work->half + l * n * size));
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralGain_Private(QlbeSpectralFiber f, double k, PetscInt m, double gain[])
{
  const QlbeSpectralGrid *g = &f->grid;
  const PetscInt n_l = g->n_angular - PetscAbs(m), size = QlbeSpectralGridSize(g, m);
  const PetscInt mode_stride = g->tilt.n * g->rho.n;
  PetscInt n_modes;
  Couplings couplings;
  const PetscInt n_points = g->s.n * g->rho.n;
  const JumpPoints *points;
  Work work;

  PetscFunctionBegin;
  if (k == 0.0) PetscFunctionReturn(0);
  PetscCall(QlbeSpectralModes_Private(f, k));
  n_modes = f->n_needed;
  PetscCall(CouplingsCreate(g, m, n_modes, &couplings));
  PetscCall(PetscMalloc3(couplings.begin[n_modes] * g->rho.n, &work.W, n_l * n_l * n_points,
                         &work.Theta, n_points * size, &work.product));
  PetscCall(PetscCalloc1(size * size, &work.half));
  for (PetscInt iq = f->team.rank; iq < g->q.n; iq += f->team.size) {
    PetscCall(QlbeJumpPointsGet_Private(f, iq, &points));
    PetscCall(AddTransfer(f, &couplings, points, f->modes + iq * f->n_modes * mode_stride, &work));
  }
  for (PetscInt i = 0; i < size; i++) {
    for (PetscInt j = 0; j < size; j++)
      gain[i * size + j] += work.half[i * size + j] + work.half[j * size + i];
  }
  PetscCall(PetscFree(work.half));
  PetscCall(PetscFree3(work.W, work.Theta, work.product));
  PetscCall(CouplingsDestroy(&couplings));
  PetscFunctionReturn(0);
}
