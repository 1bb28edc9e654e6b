/*
   exp(t A) x by the method that was chosen.
*/
#include "propagator_impl.h"

static PetscErrorCode ApplyDiagonal(QlbePropagator p, double t, Vec x, Vec y)
{
  Vec factor;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(x, &factor));
  PetscCall(MatGetDiagonal(p->A, factor));
  PetscCall(VecScale(factor, t));
  PetscCall(VecExp(factor));
  PetscCall(VecPointwiseMult(y, factor, x));
  PetscCall(VecDestroy(&factor));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorApplyMethod(QlbePropagator p, double t, Vec x, Vec y)
{
  PetscFunctionBegin;
  switch (p->method) {
  case QLBE_PROPAGATE_KRYLOV:
    PetscCall(QlbePropagatorApplyKrylov(p, t, x, y));
    break;
  case QLBE_PROPAGATE_TS:
    PetscCall(QlbePropagatorApplyTS(p, t, x, y));
    break;
  case QLBE_PROPAGATE_DENSE:
    PetscCall(QlbePropagatorApplyDense(p, t, x, y));
    break;
  case QLBE_PROPAGATE_DIAGONAL:
    PetscCall(ApplyDiagonal(p, t, x, y));
    break;
  }
  PetscFunctionReturn(0);
}
