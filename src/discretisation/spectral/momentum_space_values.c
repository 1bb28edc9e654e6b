/*
   Values of functions in the spectral basis, f = nu (4 pi)^(1/2) sum x R_il Y_lm: at points, and
   int |f| dp by a product rule with nu as its weight in |p|.
*/
#include "momentum_space_spectral.h"
#include "qlbe/spherical.h"

/* int |f| over this rank's spheres; c[n_c] are all coefficients. */
static PetscErrorCode OwnNorm1(QlbeMomentumSpace space, const PetscScalar c[], double *norm)
{
  SpectralData *d = (SpectralData *)space->data;
  const QlbeSphereRule *sphere = &d->norm_sphere;
  double *work;
  PetscScalar *h, *ring;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(d->n_h, &h, sphere->n_phi, &ring, 4 * (space->m_max + 1), &work));
  *norm = 0.0;
  for (PetscInt j = 0; j < d->norm.n; j++) {
    /* dOmega/4 pi, and (4 pi)^(1/2) of the basis */
    const double weight = d->norm.w[j] * sqrt(4.0 * PETSC_PI) / (2.0 * (double)sphere->n_phi);
    QlbeMomentumSpaceAngular_Private(space, c, d->norm.R + j * d->n_angular * d->n_radial, h);
    for (PetscInt t = 0; t < sphere->cosine.n; t++) {
      double sum = 0.0;
      QlbeSphereRuleSynthesise(sphere, t, h, work, ring);
      for (PetscInt k = 0; k < sphere->n_phi; k++) sum += PetscAbsScalar(ring[k]);
      *norm += weight * sphere->cosine.w[t] * sum;
    }
  }
  PetscCall(PetscFree3(h, ring, work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceNorm1_Spectral(QlbeMomentumSpace space, const Vec x[], double *norm)
{
  SpectralData *d = (SpectralData *)space->data;
  PetscScalar *c;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(d->n_c, &c));
  PetscCall(QlbeMomentumSpaceGather_Private(space, x, c));
  PetscCall(OwnNorm1(space, c, norm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, norm, 1, MPI_DOUBLE, MPI_SUM, space->comm));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(0);
}

/* All coefficients, and work space: radial functions, harmonics, and the sums over the former. */
typedef struct {
  PetscScalar *c, *h;
  double *R, *N;
} ValueWork;

/* f at p, with the axes e. */
static PetscErrorCode Value(QlbeMomentumSpace space, const double e[3][3], const double p[3],
                            ValueWork *w, PetscScalar *f)
{
  SpectralData *d = (SpectralData *)space->data;
  const double p2 = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
  double along[3] = {0.0, 0.0, 0.0}, phi;
  const PetscScalar *h = w->h;
  PetscScalar sum = 0.0;

  PetscFunctionBegin;
  for (int a = 0; a < 3; a++)
    for (int i = 0; i < 3; i++) along[a] += e[a][i] * p[i];
  phi = atan2(along[1], along[0]);
  /* at p = 0 radial functions with l > 0 vanish, and any direction does */
  PetscCall(QlbeSphericalHarmonics(
      d->n_angular - 1, p2 > 0.0 ? PetscClipInterval(along[2] / sqrt(p2), -1.0, 1.0) : 1.0, w->N));
  for (PetscInt l = 0; l < d->n_angular; l++)
    QlbeRadialBasisEvaluate(d->radial[l], 1, &p2, w->R + l * d->n_radial);
  QlbeMomentumSpaceAngular_Private(space, w->c, w->R, w->h);
  for (PetscInt m = -space->m_max; m <= space->m_max; m++) {
    const PetscInt a = PetscAbs(m);
    const double sign = m < 0 && a % 2 != 0 ? -1.0 : 1.0;
    PetscScalar mode = 0.0;
    for (PetscInt l = a; l < d->n_angular; l++) mode += w->N[QlbeSphericalIndex(l, a)] * *h++;
    sum += sign * mode * PetscCMPLX(cos((double)m * phi), sin((double)m * phi));
  }
  *f = sqrt(4.0 * PETSC_PI) * QlbeMomentumSpaceEquilibrium_Private(space->thermal, p2) * sum;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceEvaluate_Spectral(QlbeMomentumSpace space, const double axis[3],
                                                  const Vec x[], PetscInt n, const double p[][3],
                                                  PetscScalar f[])
{
  SpectralData *d = (SpectralData *)space->data;
  const PetscInt n_N = d->n_angular * (d->n_angular + 1) / 2;
  double e[3][3];
  PetscMPIInt rank, ranks;
  ValueWork w;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(space->comm, &rank));
  PetscCallMPI(MPI_Comm_size(space->comm, &ranks));
  PetscCall(QlbeMomentumFrame_Private(space, axis, e));
  PetscCall(PetscMalloc4(d->n_c, &w.c, d->n_h, &w.h, d->n_angular * d->n_radial, &w.R, n_N, &w.N));
  PetscCall(QlbeMomentumSpaceGather_Private(space, x, w.c));
  PetscCall(PetscArrayzero(f, n));
  for (PetscInt j = rank; j < n; j += ranks) PetscCall(Value(space, e, p[j], &w, &f[j]));
  PetscCall(QlbeMomentumSpaceSum_Private(space->comm, n, f));
  PetscCall(PetscFree4(w.c, w.h, w.R, w.N));
  PetscFunctionReturn(0);
}
