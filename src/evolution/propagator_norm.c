/*
   Counted products with the matrix of a propagator, and its norm.
*/
#include <math.h>

#include "propagator_impl.h"
#include "qlbe/worse.h"

/* Products from which the norm is estimated, where there are no entries. */
enum { NORM_PRODUCTS = 8 };

PetscErrorCode QlbePropagatorMult(QlbePropagator p, Vec x, Vec y)
{
  PetscFunctionBegin;
  PetscCall(MatMult(p->A, x, y));
  p->products++;
  PetscFunctionReturn(0);
}

/*
   Power iteration from a vector that is the same for every partition, times 2 for what it misses.
*/
static PetscErrorCode EstimateNorm(QlbePropagator p, double *norm)
{
  PetscInt begin, end;
  PetscScalar *a;
  PetscReal length;
  Vec x, y;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(p->A, &x, &y));
  PetscCall(VecGetOwnershipRange(x, &begin, &end));
  PetscCall(VecGetArrayWrite(x, &a));
  for (PetscInt i = begin; i < end; i++) a[i - begin] = 1.0 + cos(1.7 * (double)i);
  PetscCall(VecRestoreArrayWrite(x, &a));
  PetscCall(VecNormalize(x, NULL));
  *norm = 0.0;
  for (int i = 0; i < NORM_PRODUCTS; i++) {
    PetscCall(QlbePropagatorMult(p, x, y));
    PetscCall(VecNorm(y, NORM_2, &length));
    *norm = QlbeWorse(*norm, 2.0 * length);
    if (length == 0.0) break;
    PetscCall(VecCopy(y, x));
    PetscCall(VecScale(x, 1.0 / length));
  }
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorNorm(QlbePropagator p, double *norm)
{
  PetscBool has_norm;

  PetscFunctionBegin;
  if (p->norm < 0.0) {
    double estimate;
    PetscCall(MatHasOperation(p->A, MATOP_NORM, &has_norm));
    if (has_norm)
      PetscCall(MatNorm(p->A, NORM_INFINITY, &estimate));
    else
      PetscCall(EstimateNorm(p, &estimate));
    PetscCheck(!PetscIsInfOrNanReal(estimate), p->comm, PETSC_ERR_FP,
               "The matrix to propagate with has norm %g", estimate);
    p->norm = estimate;
  }
  *norm = p->norm;
  PetscFunctionReturn(0);
}
