/*
   Richardson extrapolation (L. F. Richardson, Phil. Trans. R. Soc. A 226, 299 (1927)).

   The observed order solves (v0 - v1)/(v1 - v2) = (h0^p - h1^p)/(h1^p - h2^p); the right side
   increases with p, so bisection cannot miss it. Spacings need no constant ratio.
*/
#include "qlbe/richardson.h"
#include "qlbe/worse.h"

static double Limit(double h_coarse, double v_coarse, double h_fine, double v_fine, double order)
{
  return v_fine + (v_fine - v_coarse) / (pow(h_coarse / h_fine, order) - 1.0);
}

/* The limit of v = limit + a h^order + b h^(order + 2) through three levels. */
static double LimitOfTwoPowers(const double h[3], const double v[3], double order)
{
  /* eliminating a from neighbouring levels leaves the same for h^(order + 2), with weights */
  const double r[2] = {pow(h[0] / h[1], order), pow(h[1] / h[2], order)};
  const double first[2] = {(r[0] * v[1] - v[0]) / (r[0] - 1.0),
                           (r[1] * v[2] - v[1]) / (r[1] - 1.0)};
  const double rest[2] = {(r[0] * pow(h[1], order + 2.0) - pow(h[0], order + 2.0)) / (r[0] - 1.0),
                          (r[1] * pow(h[2], order + 2.0) - pow(h[1], order + 2.0)) / (r[1] - 1.0)};

  return (first[1] * rest[0] - first[0] * rest[1]) / (rest[0] - rest[1]);
}

/* (h0^p - h1^p)/(h1^p - h2^p) */
static double DifferenceRatio(const double h[3], double p)
{
  return (pow(h[0] / h[1], p) - 1.0) / (1.0 - pow(h[2] / h[1], p));
}

static double ObservedOrder(const double h[3], const double v[3])
{
  const double ratio = (v[0] - v[1]) / (v[1] - v[2]);
  double low = 1e-3, high = 20.0;

  if (!(ratio > DifferenceRatio(h, low)) || !(ratio < DifferenceRatio(h, high))) return NAN;
  for (int i = 0; i < 60; i++) {
    const double middle = 0.5 * (low + high);
    if (DifferenceRatio(h, middle) < ratio) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return 0.5 * (low + high);
}

/* The limit through three levels, and how far other ways to extrapolate them differ from it. */
static void Scatter(const double h[], const double value[], double order, double two_levels,
                    QlbeRichardson *result)
{
  double other;

  result->observed_order = ObservedOrder(h, value);
  result->value = LimitOfTwoPowers(h, value, order);
  result->error = fabs(result->value - two_levels);
  if (!isfinite(result->observed_order)) return;
  other = Limit(h[1], value[1], h[2], value[2], result->observed_order);
  result->error = QlbeWorse(2.0 * fabs(result->value - other), result->error);
  result->reliable = (PetscBool)(fabs(result->observed_order - order) <= 0.25 * order);
}

double QlbeRichardsonLeast(double h_coarse, double h, double change, double value,
                           double h_asymptotic)
{
  if (h_coarse <= h_asymptotic) return 0.0;
  return QlbeWorse(fabs(change), 0.04 * fabs(value) * pow(h / h_asymptotic, 4.0));
}

PetscErrorCode QlbeRichardsonExtrapolate(PetscInt n, const double h[], const double value[],
                                         double order, double h_asymptotic, QlbeRichardson *result)
{
  double two_levels;

  PetscFunctionBegin;
  PetscCheck(n == 2 || n == 3, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "Extrapolation takes two or three levels, not %" PetscInt_FMT, n);
  PetscCheck(order > 0.0 && isfinite(order), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "The order must be positive, not %g", order);
  for (PetscInt i = 0; i < n; i++) {
    PetscCheck(h[i] > 0.0 && (i == 0 || h[i] < h[i - 1]), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "Spacings must be positive and descend; level %" PetscInt_FMT " is %g", i, h[i]);
    PetscCheck(isfinite(value[i]), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "The value of level %" PetscInt_FMT " is not finite", i);
  }
  two_levels = Limit(h[n - 2], value[n - 2], h[n - 1], value[n - 1], order);
  result->value = two_levels;
  result->error = fabs(result->value - value[n - 1]);
  result->observed_order = NAN;
  result->reliable = PETSC_FALSE;
  if (n == 2)
    result->error = QlbeWorse(result->error, QlbeRichardsonLeast(h[0], h[1], value[1] - value[0],
                                                                 value[1], h_asymptotic));
  if (n == 3) Scatter(h, value, order, two_levels, result);
  if (n == 3 && h[0] > h_asymptotic) result->reliable = PETSC_FALSE;
  if (n == 3 && !result->reliable)
    result->error = QlbeWorse(result->error, 1.25 * fabs(result->value - value[2]));
  PetscFunctionReturn(0);
}
