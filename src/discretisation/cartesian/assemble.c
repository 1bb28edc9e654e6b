/*
   Assembly in the format of the choice or the estimate.
*/
#include "fiber_impl.h"
#include "qlbe/vector_length.h"

/* Leaves *A where it is a dense matrix that can be filled anew, and destroys it otherwise. */
static PetscErrorCode KeepDense(QlbeFiber fiber, Mat *A)
{
  PetscInt rows, local;
  PetscBool dense;

  PetscFunctionBegin;
  if (!*A) PetscFunctionReturn(0);
  PetscCall(PetscObjectTypeCompareAny((PetscObject)*A, &dense, MATSEQDENSE, MATMPIDENSE, ""));
  PetscCall(MatGetSize(*A, &rows, NULL));
  PetscCall(MatGetLocalSize(*A, &local, NULL));
  if (fiber->format == QLBE_FIBER_SPARSE || fiber->format == QLBE_FIBER_MATRIX_FREE)
    dense = PETSC_FALSE;
  if (!dense || rows != fiber->rows->size || local != fiber->rows->row_end - fiber->rows->row_begin)
    PetscCall(MatDestroy(A));
  PetscFunctionReturn(0);
}

/* Attaches the diagonal on the nodes to the operator. */
static PetscErrorCode Attach(Mat A, const PetscScalar diagonal[])
{
  PetscScalar *d;
  PetscInt n;
  Vec v;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(A, NULL, &v));
  PetscCall(VecGetLocalSize(v, &n));
  PetscCall(VecGetArrayWrite(v, &d));
  PetscCall(PetscArraycpy(d, diagonal, n));
  PetscCall(VecRestoreArrayWrite(v, &d));
  PetscCall(PetscObjectCompose((PetscObject)A, "qlbe_node_diagonal", (PetscObject)v));
  PetscCall(VecDestroy(&v));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberGetNodeDiagonal(Mat A, Vec *diagonal)
{
  PetscFunctionBegin;
  PetscCall(PetscObjectQuery((PetscObject)A, "qlbe_node_diagonal", (PetscObject *)diagonal));
  PetscCheck(*diagonal, PetscObjectComm((PetscObject)A), PETSC_ERR_ARG_WRONG,
             "not a matrix of QlbeFiberAssemble");
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssemble(QlbeFiber fiber, const double wave_vector[3], Mat *A)
{
  double k[3], length, k_max;
  QlbeFiberEstimate estimate = {.format = fiber->format};
  PetscScalar *diagonal;

  PetscFunctionBegin;
  TurnVector(fiber->rows->turn, wave_vector, k);
  length = QlbeVectorLength(k);
  PetscCall(QlbeJumpKernelGetMaxWaveNumber(fiber->kernel, &k_max));
  PetscCheck(length <= k_max * (1.0 + 1e-12), fiber->grid.comm, PETSC_ERR_ARG_OUTOFRANGE,
             "|k| = %g beyond the kernel table's %g", length, k_max);
  PetscCheck(QlbeFiberRowsFit_Private(fiber->rows, k), fiber->grid.comm, PETSC_ERR_ARG_INCOMP,
             "k = (%g, %g, %g) lacks symmetries of the rows", wave_vector[0], wave_vector[1],
             wave_vector[2]);
  PetscCall(KeepDense(fiber, A));
  /* counting entries takes time: only where that decides */
  if (!*A && fiber->format == QLBE_FIBER_AUTO)
    PetscCall(QlbeFiberEstimate_Private(fiber, k, &estimate));
  /* what is not dense was chosen for its size: no memory is kept for dense ones then */
  if (!*A && estimate.format != QLBE_FIBER_DENSE) PetscCall(PetscContainerDestroy(&fiber->storage));
  PetscCall(QlbeEventBegin_Private("QlbeAssembly"));
  PetscCall(PetscMalloc1(fiber->rows->row_end - fiber->rows->row_begin, &diagonal));
  if (*A || estimate.format == QLBE_FIBER_DENSE)
    PetscCall(QlbeFiberAssembleDense_Private(fiber, k, diagonal, A));
  else if (estimate.format == QLBE_FIBER_SPARSE && fiber->rows->all)
    PetscCall(QlbeFiberAssembleSparse_Private(fiber, k, diagonal, A));
  else if (estimate.format == QLBE_FIBER_SPARSE)
    PetscCall(QlbeFiberAssembleOrbits_Private(fiber, k, diagonal, A));
  else
    PetscCall(QlbeFiberMatrixFree_Private(fiber, k, diagonal, A));
  PetscCall(Attach(*A, diagonal));
  PetscCall(PetscFree(diagonal));
  PetscCall(QlbeEventEnd_Private("QlbeAssembly"));
  PetscFunctionReturn(0);
}
