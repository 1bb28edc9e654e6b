/*
   Position density from a set of fibers. With mu(k) = sum c_lm(|k|) Y_lm(k^) in the frame of the
   axis,

     int dk exp(-i k.x) mu(k) = 4 pi sum (-i)^l Y_lm(x^) int k^2 dk j_l(|k| |x|) c_lm(|k|).

   The c_lm are smooth where the integrand oscillates: they are interpolated to as many magnitudes
   as |x| asks for.
*/
#include "fiber_waves.h"
#include "qlbe/spherical.h"
#include "qlbe/vector_length.h"

static const double fourier = 8.0 * PETSC_PI * PETSC_PI * PETSC_PI; /* (2 pi)^3 */

/* Harmonics of degree < n_l and |m| <= m_max, as columns of a table. */
typedef struct {
  PetscInt n_l, m_max, columns;
  PetscInt *degree; /* [columns] */
} Harmonics;

static PetscErrorCode HarmonicsCreate(const QlbeFiberSet *set, Harmonics *h)
{
  PetscInt column = 0;

  PetscFunctionBegin;
  h->n_l = set->symmetry == QLBE_STATE_ISOTROPIC ? 1 : 2 * set->n_polar;
  h->m_max = set->symmetry == QLBE_STATE_GENERAL ? h->n_l - 1 : 0;
  h->columns = h->m_max > 0 ? h->n_l * h->n_l : h->n_l;
  PetscCall(PetscMalloc1(h->columns, &h->degree));
  for (PetscInt l = 0; l < h->n_l; l++)
    for (PetscInt m = -PetscMin(l, h->m_max); m <= PetscMin(l, h->m_max); m++)
      h->degree[column++] = l;
  PetscFunctionReturn(0);
}

/* Y_lm of the direction of x in the frame of the axis into Y[columns]. */
static PetscErrorCode Evaluate(const QlbeFiberSet *set, const Harmonics *h, const double x[3],
                               PetscScalar Y[])
{
  double e[3][3], y[3] = {0.0, 0.0, 0.0}, *N;
  double length, phi;
  PetscInt column = 0;

  PetscFunctionBegin;
  QlbeSphericalFrame(set->axis, e);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) y[i] += e[i][j] * x[j];
  }
  length = QlbeVectorLength(y);
  phi = atan2(y[1], y[0]);
  PetscCall(PetscMalloc1(h->n_l * (h->n_l + 1) / 2, &N));
  PetscCall(QlbeSphericalHarmonics(
      h->n_l - 1, length > 0.0 ? PetscClipInterval(y[2] / length, -1.0, 1.0) : 1.0, N));
  for (PetscInt l = 0; l < h->n_l; l++) {
    for (PetscInt m = -PetscMin(l, h->m_max); m <= PetscMin(l, h->m_max); m++) {
      const double sign = m < 0 && m % 2 != 0 ? -1.0 : 1.0;
      Y[column++] = sign * N[QlbeSphericalIndex(l, PetscAbs(m))] *
                    PetscExpScalar(PetscCMPLX(0.0, (double)m * phi));
    }
  }
  PetscCall(PetscFree(N));
  PetscFunctionReturn(0);
}

/* c_lm at the magnitudes into c[magnitudes][columns]: mu at -k is the conjugate of mu at k. */
static PetscErrorCode Coefficients(const QlbeFiberSet *set, const Harmonics *h,
                                   const PetscScalar mu[], PetscScalar c[])
{
  PetscScalar *Y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(h->columns, &Y));
  PetscCall(PetscArrayzero(c, set->magnitude.n * h->columns));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    PetscCall(Evaluate(set, h, set->direction[j], Y));
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      const PetscScalar value = mu[i * set->n_direction + j];
      const PetscScalar both[2] = {PetscRealPart(value),
                                   PetscCMPLX(0.0, PetscImaginaryPart(value))};
      for (PetscInt q = 0; q < h->columns; q++)
        c[i * h->columns + q] += set->solid_angle[j] * both[h->degree[q] % 2] * PetscConj(Y[q]);
    }
  }
  PetscCall(PetscFree(Y));
  PetscFunctionReturn(0);
}

/* What the radial integrals at one point need. */
typedef struct {
  QlbeFiberWaves waves;
  double *bessel;            /* [n_l] */
  PetscScalar *radial, *low; /* [columns]: of all frequencies, and of the low ones */
  PetscScalar *Y;            /* [columns] */
} Work;

/* The density at one point, and what the highest frequencies and the last degrees contribute. */
static PetscErrorCode AtPoint(const QlbeFiberSet *set, const Harmonics *h, const double x[3],
                              Work *w, double *density, QlbeFiberError *error)
{
  const QlbeFiberWaves *waves = &w->waves;
  const double unit = 4.0 * PETSC_PI / fourier;
  const double r = QlbeVectorLength(x);
  PetscScalar all = 0.0, low = 0.0, cut = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(w->radial, h->columns));
  PetscCall(PetscArrayzero(w->low, h->columns));
  for (PetscInt i = 0; i < waves->n; i++) {
    PetscCall(QlbeFiberWavesBessel(h->n_l, waves->k[i] * r, w->bessel));
    for (PetscInt q = 0; q < h->columns; q++) {
      w->radial[q] += w->bessel[h->degree[q]] * waves->value[i * h->columns + q];
      w->low[q] += w->bessel[h->degree[q]] * waves->low[i * h->columns + q];
    }
  }
  PetscCall(Evaluate(set, h, x, w->Y));
  for (PetscInt q = 0; q < h->columns; q++) {
    const PetscScalar factor = QlbeFiberWavesPhase(h->degree[q]) * w->Y[q];
    all += factor * w->radial[q];
    low += factor * w->low[q];
    if (h->n_l == 1 || h->degree[q] < h->n_l - 2) cut += factor * w->radial[q];
  }
  *density = unit * PetscRealPart(all);
  *error = QlbeFiberErrorWorse(*error, (QlbeFiberError){unit * fabs(PetscRealPart(all - low)),
                                                        unit * fabs(PetscRealPart(all - cut))});
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetDensity(const QlbeFiberSet *set, const PetscScalar mu[], PetscInt n,
                                   const double x[][3], double density[], QlbeFiberError *error)
{
  double r_max = 0.0;
  PetscScalar *c;
  Harmonics h;
  Work w;

  PetscFunctionBegin;
  PetscCall(HarmonicsCreate(set, &h));
  for (PetscInt i = 0; i < n; i++) r_max = PetscMax(r_max, QlbeVectorLength(x[i]));
  PetscCall(PetscMalloc1(set->magnitude.n * h.columns, &c));
  PetscCall(Coefficients(set, &h, mu, c));
  PetscCall(QlbeFiberWavesCreate(set, h.columns, h.degree, c, r_max, &w.waves));
  PetscCall(
      PetscMalloc4(h.n_l, &w.bessel, h.columns, &w.radial, h.columns, &w.low, h.columns, &w.Y));
  *error = (QlbeFiberError){0.0, 0.0};
  for (PetscInt i = 0; i < n; i++) {
    density[i] = NAN;
    if (QlbeVectorLength(x[i]) <= w.waves.reach)
      PetscCall(AtPoint(set, &h, x[i], &w, &density[i], error));
  }
  PetscCall(PetscFree4(w.bessel, w.radial, w.low, w.Y));
  PetscCall(QlbeFiberWavesDestroy(&w.waves));
  PetscCall(PetscFree(c));
  PetscCall(PetscFree(h.degree));
  PetscFunctionReturn(0);
}
