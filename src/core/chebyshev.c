/*
   Chebyshev series on an interval.

   Interpolation at the Chebyshev-Gauss nodes x_j = cos(pi (j + 1/2)/n); for analytic functions the
   error is about the first neglected coefficient. Clenshaw's recurrence evaluates stably on the
   whole interval (L. N. Trefethen, Approximation Theory and Approximation Practice, ch. 3 and 4).
*/
#include "qlbe/chebyshev.h"
#include "qlbe/matrix_product.h"

void QlbeChebyshevNodes(PetscInt n, double lo, double hi, double x[])
{
  for (PetscInt j = 0; j < n; j++) {
    x[j] = 0.5 * (hi + lo) + 0.5 * (hi - lo) * cos(PETSC_PI * ((double)j + 0.5) / (double)n);
  }
}

void QlbeChebyshevBasis(PetscInt n, double lo, double hi, double x, double T[])
{
  const double t = (2.0 * x - (hi + lo)) / (hi - lo);

  if (n > 0) T[0] = 1.0;
  if (n > 1) T[1] = t;
  for (PetscInt k = 2; k < n; k++) T[k] = 2.0 * t * T[k - 1] - T[k - 2];
}

/* c_k = sum_j matrix[k*n + j] f(x_j) */
static void FillTransform(PetscInt n, double matrix[])
{
  for (PetscInt k = 0; k < n; k++) {
    const double norm = (k == 0 ? 1.0 : 2.0) / (double)n;
    for (PetscInt j = 0; j < n; j++) {
      matrix[k * n + j] = norm * cos(PETSC_PI * (double)k * ((double)j + 0.5) / (double)n);
    }
  }
}

PetscErrorCode QlbeChebyshevTransform(PetscInt before, PetscInt n, PetscInt after, double values[])
{
  const PetscInt total = before * n * after;
  double *matrix, *out;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n * n, &matrix, total, &out));
  FillTransform(n, matrix);
  if (after == 1) {
    const QlbeMatrixFactor rows = {.rows = before, .columns = n, .entry = values};
    const QlbeMatrixFactor transform = {n, n, matrix, .transposed = PETSC_TRUE};
    PetscCall(QlbeMatrixProduct(&rows, &transform, PETSC_FALSE, n, out));
  } else {
    const QlbeMatrixFactor transform = {.rows = n, .columns = n, .entry = matrix};
    for (PetscInt b = 0; b < before; b++) {
      const QlbeMatrixFactor block = {n, after, values + b * n * after, PETSC_FALSE};
      PetscCall(QlbeMatrixProduct(&transform, &block, PETSC_FALSE, after, out + b * n * after));
    }
  }
  PetscCall(PetscArraycpy(values, out, total));
  PetscCall(PetscFree2(matrix, out));
  PetscFunctionReturn(0);
}

double QlbeChebyshevSum(PetscInt n, const double c[], double lo, double hi, double x)
{
  const double t = (2.0 * x - (hi + lo)) / (hi - lo);
  double b1 = 0.0, b2 = 0.0;

  for (PetscInt k = n - 1; k > 0; k--) {
    const double b0 = c[k] + 2.0 * t * b1 - b2;
    b2 = b1;
    b1 = b0;
  }
  return c[0] + t * b1 - b2;
}
