/* Smooth functions of |p|, fast. Private to the evolution of a density matrix. */
#ifndef QLBE_RADIAL_CELLS_H
#define QLBE_RADIAL_CELLS_H

#include <petscsys.h>

enum { QLBE_RADIAL_DEGREE = 8 };

/* Polynomials in |p| on cells of the same width; immutable after their making. */
typedef struct {
  PetscInt n;
  double inverse;                  /* 1/width */
  double (*c)[QLBE_RADIAL_DEGREE]; /* [n]: powers of the distance from the middle, in half widths */
  double error;                    /* largest measured, over the largest value or scale */
} QlbeRadialCells;

/* A function of |p| > 0. */
typedef double QlbeRadialFunction(const void *context, double p);

/*
   The function on 0 <= p <= p_max, with cells of `width` halved until the measured error is
   below 1e-9 of the largest value, or of scale where that is more. Not collective. Errors:
   PETSC_ERR_NOT_CONVERGED.
*/
PETSC_INTERN PetscErrorCode QlbeRadialCellsCreate(QlbeRadialFunction *f, const void *context,
                                                  double p_max, double width, double scale,
                                                  QlbeRadialCells *cells);
PETSC_INTERN PetscErrorCode QlbeRadialCellsDestroy(QlbeRadialCells *cells);

/* The value at p, that of the end beyond the range. */
static inline double QlbeRadialCellsValue(const QlbeRadialCells *cells, double p)
{
  const double at = p * cells->inverse;
  const PetscInt i = at < (double)cells->n ? (PetscInt)at : cells->n - 1;
  const double t = PetscMin(2.0 * (at - (double)i) - 1.0, 1.0), *c = cells->c[i];
  double sum = c[QLBE_RADIAL_DEGREE - 1];

  for (int k = QLBE_RADIAL_DEGREE - 2; k >= 0; k--) sum = sum * t + c[k];
  return sum;
}

#endif
