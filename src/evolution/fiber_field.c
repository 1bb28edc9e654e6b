/*
   Fourier integrals over a set of fibers.

   With mu(k) = sum c_lm(|k|) Y_lm(k^) in the frame of the axis,

     int dk exp(-i k.x) mu(k) = 4 pi sum (-i)^l Y_lm(x^) int k^2 dk j_l(|k| |x|) c_lm(|k|).

   The c_lm are smooth where the integrand oscillates: they are interpolated from the nodes of the set to as many as |x| asks for, by the
   barycentric formula for Gauss-Legendre nodes (H. Wang, S. Xiang, Math. Comp. 81, 861 (2012)), in u of k = scale sinh u.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>

#include "qlbe/fiber_set.h"
#include "qlbe/spherical.h"

static const double fourier = 8.0 * PETSC_PI * PETSC_PI * PETSC_PI; /* (2 pi)^3 */

/* Coefficients at many magnitudes, with the weights of int k^2 dk. */
typedef struct {
  PetscInt n, columns;
  double *k, *w;
  PetscScalar *c; /* [n][columns] */
  double reach;   /* distances that they serve */
} Fine;

/* Interpolates coefficients c[magnitudes][columns] at u, coarse being the rule in u that they stand on. */
static void Interpolate(const QlbeRule *coarse, double end, PetscInt columns, const PetscScalar c[],
                        double u, PetscScalar at[])
{
  double sum = 0.0;

  for (PetscInt j = 0; j < columns; j++) at[j] = 0.0;
  for (PetscInt i = 0; i < coarse->n; i++) {
    const double difference = u - coarse->x[i];
    const double weight = (i % 2 == 0 ? 1.0 : -1.0) *
                          sqrt(coarse->x[i] * (end - coarse->x[i]) * coarse->w[i]) / difference;
    if (difference == 0.0) {
      for (PetscInt j = 0; j < columns; j++) at[j] = c[i * columns + j];
      return;
    }
    sum += weight;
    for (PetscInt j = 0; j < columns; j++) at[j] += weight * c[i * columns + j];
  }
  for (PetscInt j = 0; j < columns; j++) at[j] /= sum;
}

/* Coefficients below this part of the largest are left out; the number of fine nodes that is not exceeded. */
static const double negligible = 1e-13;
enum { MOST_NODES = 3000 };

/* The end of the range in u where the coefficients count. */
static double UsefulEnd(const QlbeRule *coarse, double end, PetscInt columns, const PetscScalar c[])
{
  double largest = 0.0;
  PetscInt last = coarse->n - 1;

  for (PetscInt i = 0; i < coarse->n * columns; i++)
    largest = PetscMax(largest, PetscAbsScalar(c[i]));
  for (; last > 0; last--) {
    double here = 0.0;
    for (PetscInt j = 0; j < columns; j++)
      here = PetscMax(here, PetscAbsScalar(c[last * columns + j]));
    if (here > negligible * largest) break;
  }
  return last + 1 < coarse->n ? coarse->x[last + 1] : end;
}

/* As many nodes as waves at a distance r_max need, or as there may be: they serve distances up to fine->reach. */
static PetscErrorCode FineCreate(const QlbeFiberSet *set, PetscInt columns, const PetscScalar c[],
                                 double r_max, Fine *fine)
{
  const double end = asinh(set->k_max / set->scale);
  double useful, waves;
  QlbeRule coarse, rule;

  PetscFunctionBegin;
  PetscCall(QlbeRuleLegendre(set->magnitude.n, 0.0, end, &coarse));
  useful = UsefulEnd(&coarse, end, columns, c);
  /* nodes for each unit of distance: the mean spacing in u times dk/du stays below 1.25/r */
  waves = 0.8 * useful * set->scale * cosh(useful);
  fine->n = 16 + set->magnitude.n + (PetscInt)ceil(PetscMin(waves * r_max, (double)MOST_NODES));
  fine->reach = (double)MOST_NODES / waves;
  fine->columns = columns;
  PetscCall(QlbeRuleLegendre(fine->n, 0.0, useful, &rule));
  PetscCall(PetscMalloc3(fine->n, &fine->k, fine->n, &fine->w, fine->n * columns, &fine->c));
  for (PetscInt i = 0; i < fine->n; i++) {
    const double k = set->scale * sinh(rule.x[i]);
    fine->k[i] = k;
    fine->w[i] = rule.w[i] * k * k * set->scale * cosh(rule.x[i]);
    Interpolate(&coarse, end, columns, c, rule.x[i], fine->c + i * columns);
  }
  PetscCall(QlbeRuleDestroy(&coarse));
  PetscCall(QlbeRuleDestroy(&rule));
  PetscFunctionReturn(0);
}

static PetscErrorCode FineDestroy(Fine *fine)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(fine->k, fine->w, fine->c));
  PetscFunctionReturn(0);
}

/* j_l(x) for l < n_l. */
static PetscErrorCode BesselArray(PetscInt n_l, double x, double j[])
{
  const int status = gsl_sf_bessel_jl_array((int)n_l - 1, x, j);

  PetscFunctionBegin;
  PetscCheck(status == GSL_SUCCESS || status == GSL_EUNDRFLW, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "Bessel functions: %s", gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* Y_lm of the direction of x in the frame of the axis, l < n_l, |m| <= m_max, into Y[l*l + l + m]. */
static PetscErrorCode Harmonics(const QlbeFiberSet *set, PetscInt n_l, PetscInt m_max,
                                const double x[3], PetscScalar Y[])
{
  double e[3][3], y[3] = {0.0, 0.0, 0.0}, *N;
  double length, phi;

  PetscFunctionBegin;
  QlbeSphericalFrame(set->axis, e);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) y[i] += e[i][j] * x[j];
  }
  length = sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2]);
  phi = atan2(y[1], y[0]);
  PetscCall(PetscMalloc1(n_l * (n_l + 1) / 2, &N));
  PetscCall(QlbeSphericalHarmonics(
      n_l - 1, length > 0.0 ? PetscMax(-1.0, PetscMin(1.0, y[2] / length)) : 1.0, N));
  for (PetscInt l = 0; l < n_l; l++) {
    for (PetscInt m = 0; m <= PetscMin(l, m_max); m++) {
      const PetscScalar value =
          N[QlbeSphericalIndex(l, m)] * PetscExpScalar(PetscCMPLX(0.0, (double)m * phi));
      Y[l * l + l + m] = value;
      Y[l * l + l - m] = (m % 2 == 0 ? 1.0 : -1.0) * PetscConj(value);
    }
  }
  PetscCall(PetscFree(N));
  PetscFunctionReturn(0);
}

/* Number of angular momenta of the characteristic function, and the largest |m|. */
static void Degrees(const QlbeFiberSet *set, PetscInt *n_l, PetscInt *m_max)
{
  *n_l = set->symmetry == QLBE_STATE_ISOTROPIC ? 1 : set->n_polar;
  *m_max = set->symmetry == QLBE_STATE_GENERAL ? *n_l - 1 : 0;
}

/* c_lm at the nodes into c[magnitudes][n_l*n_l]: mu at -k is the conjugate of mu at k. */
static PetscErrorCode Coefficients(const QlbeFiberSet *set, PetscInt n_l, PetscInt m_max,
                                   const PetscScalar mu[], PetscScalar c[])
{
  PetscScalar *Y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_l * n_l, &Y));
  PetscCall(PetscArrayzero(c, set->magnitude.n * n_l * n_l));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    PetscCall(Harmonics(set, n_l, m_max, set->direction[j], Y));
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      const PetscScalar value = mu[i * set->n_direction + j];
      for (PetscInt l = 0; l < n_l; l++) {
        const PetscScalar both =
            l % 2 == 0 ? PetscRealPart(value) : PetscCMPLX(0.0, PetscImaginaryPart(value));
        for (PetscInt m = -PetscMin(l, m_max); m <= PetscMin(l, m_max); m++)
          c[i * n_l * n_l + l * l + l + m] +=
              set->solid_angle[j] * both * PetscConj(Y[l * l + l + m]);
      }
    }
  }
  PetscCall(PetscFree(Y));
  PetscFunctionReturn(0);
}

static PetscScalar MinusIToThe(PetscInt l)
{
  const PetscScalar power[4] = {1.0, PetscCMPLX(0.0, -1.0), -1.0, PetscCMPLX(0.0, 1.0)};

  return power[l % 4];
}

static double Length(const double x[3])
{
  return sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
}

PetscErrorCode QlbeFiberSetDensity(const QlbeFiberSet *set, const PetscScalar mu[], PetscInt n,
                                   const double x[][3], double density[])
{
  PetscInt n_l, m_max;
  double r_max = 0.0, *bessel;
  PetscScalar *c, *radial, *Y;
  Fine fine;

  PetscFunctionBegin;
  Degrees(set, &n_l, &m_max);
  for (PetscInt i = 0; i < n; i++) r_max = PetscMax(r_max, Length(x[i]));
  PetscCall(PetscMalloc4(set->magnitude.n * n_l * n_l, &c, n_l * n_l, &radial, n_l * n_l, &Y, n_l,
                         &bessel));
  PetscCall(Coefficients(set, n_l, m_max, mu, c));
  PetscCall(FineCreate(set, n_l * n_l, c, r_max, &fine));
  for (PetscInt point = 0; point < n; point++) {
    const double r = Length(x[point]);
    PetscScalar sum = 0.0;
    density[point] = NAN;
    if (r > fine.reach) continue;
    PetscCall(PetscArrayzero(radial, n_l * n_l));
    for (PetscInt i = 0; i < fine.n; i++) {
      PetscCall(BesselArray(n_l, fine.k[i] * r, bessel));
      for (PetscInt l = 0; l < n_l; l++) {
        for (PetscInt lm = l * l; lm < (l + 1) * (l + 1); lm++)
          radial[lm] += fine.w[i] * bessel[l] * fine.c[i * n_l * n_l + lm];
      }
    }
    PetscCall(Harmonics(set, n_l, m_max, x[point], Y));
    for (PetscInt l = 0; l < n_l; l++) {
      for (PetscInt m = -PetscMin(l, m_max); m <= PetscMin(l, m_max); m++)
        sum += MinusIToThe(l) * Y[l * l + l + m] * radial[l * l + l + m];
    }
    density[point] = 4.0 * PETSC_PI / fourier * PetscRealPart(sum);
  }
  PetscCall(FineDestroy(&fine));
  PetscCall(PetscFree4(c, radial, Y, bessel));
  PetscFunctionReturn(0);
}

/* c_l0 of the coherence at all r into c[magnitudes][n_l][n_r]: G at -k and r is the conjugate of G at k and -r. */
static PetscErrorCode LineCoefficients(const QlbeFiberSet *set, PetscInt n_l, PetscInt n_r,
                                       const PetscScalar G[], PetscScalar c[])
{
  double *N;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_l * (n_l + 1) / 2, &N));
  PetscCall(PetscArrayzero(c, set->magnitude.n * n_l * n_r));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    const double *e = set->direction[j], *a = set->axis;
    PetscCall(QlbeSphericalHarmonics(n_l - 1, e[0] * a[0] + e[1] * a[1] + e[2] * a[2], N));
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      const PetscScalar *at = G + (i * set->n_direction + j) * n_r;
      for (PetscInt l = 0; l < n_l; l++) {
        const double weight = 0.5 * set->solid_angle[j] * N[QlbeSphericalIndex(l, 0)];
        const double sign = l % 2 == 0 ? 1.0 : -1.0;
        for (PetscInt r = 0; r < n_r; r++)
          c[(i * n_l + l) * n_r + r] += weight * (at[r] + sign * PetscConj(at[n_r - 1 - r]));
      }
    }
  }
  PetscCall(PetscFree(N));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetCoherence(const QlbeFiberSet *set, const PetscScalar coherence[],
                                     PetscInt n, double spacing, PetscScalar rho[])
{
  const PetscInt n_r = 2 * n - 1, n_l = set->n_polar;
  double *bessel;
  PetscScalar *c;
  Fine fine;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(set->magnitude.n * n_l * n_r, &c, n_l, &bessel));
  PetscCall(LineCoefficients(set, n_l, n_r, coherence, c));
  PetscCall(FineCreate(set, n_l * n_r, c, 0.5 * (double)(n - 1) * spacing, &fine));
  PetscCall(PetscArrayzero(rho, n * n));
  for (PetscInt twice = -(n - 1); twice <= n - 1; twice++) {
    /* pairs with the same middle, a + b = twice + n - 1 */
    for (PetscInt i = 0; i < fine.n; i++) {
      PetscCall(BesselArray(n_l, fine.k[i] * 0.5 * (double)PetscAbs(twice) * spacing, bessel));
      for (PetscInt l = 0; l < n_l; l++) {
        /* Y_l0 on the axis, and below */
        const double Y =
            sqrt((double)(2 * l + 1) / (4.0 * PETSC_PI)) * (twice < 0 && l % 2 == 1 ? -1.0 : 1.0);
        const PetscScalar factor =
            4.0 * PETSC_PI / fourier * MinusIToThe(l) * Y * fine.w[i] * bessel[l];
        for (PetscInt a = PetscMax(0, twice); a <= PetscMin(n - 1, twice + n - 1); a++) {
          const PetscInt b = twice + n - 1 - a;
          rho[a * n + b] += factor * fine.c[(i * n_l + l) * n_r + n - 1 + a - b];
        }
      }
    }
  }
  PetscCall(FineDestroy(&fine));
  PetscCall(PetscFree2(c, bessel));
  PetscFunctionReturn(0);
}
