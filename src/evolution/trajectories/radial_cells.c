/*
   Polynomials on cells in |p|, by interpolation at Chebyshev nodes.
*/
#include "radial_cells.h"

#include <math.h>

#include "qlbe/chebyshev.h"
#include "qlbe/worse.h"

enum { DEGREE = QLBE_RADIAL_DEGREE, MOST_HALVINGS = 5, MOST_CELLS = 100000 };

/* Chebyshev coefficients into powers of t on [-1, 1]. */
static void ToPowers(const double series[DEGREE], double c[DEGREE])
{
  double T[2][DEGREE] = {{1.0}, {0.0, 1.0}};

  for (int i = 0; i < DEGREE; i++) c[i] = 0.0;
  for (int k = 0; k < DEGREE; k++) {
    double *now = T[k % 2];
    if (k > 1)
      for (int i = DEGREE - 1; i >= 0; i--)
        now[i] = 2.0 * (i > 0 ? T[(k + 1) % 2][i - 1] : 0.0) - now[i];
    for (int i = 0; i < DEGREE; i++) c[i] += series[k] * now[i];
  }
}

/* Cells of one width, and their error halfway between the nodes. */
static PetscErrorCode Fill(QlbeRadialFunction *f, const void *context, double p_max, double width,
                           double scale, QlbeRadialCells *cells)
{
  double largest = 0.0, error = 0.0;

  PetscFunctionBegin;
  cells->n = (PetscInt)ceil(p_max / width);
  cells->inverse = 1.0 / width;
  PetscCall(PetscMalloc1(cells->n, &cells->c));
  for (PetscInt i = 0; i < cells->n; i++) {
    const double lo = (double)i * width;
    double p[DEGREE], series[DEGREE];
    QlbeChebyshevNodes(DEGREE, lo, lo + width, p);
    for (int j = 0; j < DEGREE; j++) series[j] = f(context, p[j]);
    PetscCall(QlbeChebyshevTransform(1, DEGREE, 1, series));
    ToPowers(series, cells->c[i]);
    for (int j = 0; j < 2; j++) {
      const double at = lo + width * (j == 0 ? 0.03 : 0.55), value = f(context, at);
      largest = QlbeWorse(largest, fabs(value));
      error = QlbeWorse(error, fabs(QlbeRadialCellsValue(cells, at) - value));
    }
  }
  cells->error = error / QlbeWorse(largest, scale);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialCellsCreate(QlbeRadialFunction *f, const void *context, double p_max,
                                     double width, double scale, QlbeRadialCells *cells)
{
  const double tolerance = 1e-9;

  PetscFunctionBegin;
  for (int halving = 0;; halving++) {
    PetscCall(Fill(f, context, p_max, PetscMin(width, p_max) * exp2(-halving), scale, cells));
    if (cells->error <= tolerance || halving == MOST_HALVINGS || cells->n > MOST_CELLS) break;
    PetscCall(PetscFree(cells->c));
  }
  PetscCheck(cells->error <= tolerance, PETSC_COMM_SELF, PETSC_ERR_NOT_CONVERGED,
             "cells of a function of momentum have an error of %.1e, expected %.1e", cells->error,
             tolerance);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialCellsDestroy(QlbeRadialCells *cells)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(cells->c));
  PetscFunctionReturn(0);
}
