/* Functions of |p| that are smooth in p^2, fast. Private to the evolution of a density matrix. */
#ifndef QLBE_RADIAL_CELLS_H
#define QLBE_RADIAL_CELLS_H

#include <petscsys.h>

enum { QLBE_RADIAL_DEGREE = 8 };

/* Polynomials in p^2 on cells of the same width; immutable after their making. */
typedef struct {
  PetscInt n;
  double inverse;                  /* 1/width, in p^2 */
  double (*c)[QLBE_RADIAL_DEGREE]; /* [n]: powers of the distance from the middle, in half widths */
  double error;                    /* largest measured, over the largest value or scale */
} QlbeRadialCells;

/* A function of |p| > 0. */
typedef double QlbeRadialFunction(const void *context, double p);

/*
   The function on 0 <= p <= p_max, with cells of `width` in p^2 halved until the measured error is
   below 1e-9 of the largest value, or of scale where that is more. Not collective. Errors:
   PETSC_ERR_NOT_CONVERGED.
*/
PETSC_INTERN PetscErrorCode QlbeRadialCellsCreate(QlbeRadialFunction *f, const void *context,
                                                  double p_max, double width, double scale,
                                                  QlbeRadialCells *cells);
PETSC_INTERN PetscErrorCode QlbeRadialCellsDestroy(QlbeRadialCells *cells);

/* The value at p^2, that of the end beyond the range, and the derivative in p^2. */
static inline double QlbeRadialCellsValue(const QlbeRadialCells *cells, double p2, double *slope)
{
  const double at = p2 * cells->inverse;
  const PetscInt i = at < (double)cells->n ? (PetscInt)at : cells->n - 1;
  const double t = PetscMin(2.0 * (at - (double)i) - 1.0, 1.0), *c = cells->c[i];
  double sum = c[QLBE_RADIAL_DEGREE - 1], derivative = 0.0;

  for (int k = QLBE_RADIAL_DEGREE - 2; k >= 0; k--) {
    derivative = derivative * t + sum;
    sum = sum * t + c[k];
  }
  if (slope) *slope = 2.0 * cells->inverse * derivative;
  return sum;
}

#endif
