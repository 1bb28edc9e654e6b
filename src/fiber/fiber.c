/*
   The fiber generator on the Cartesian grid: lifetime, choice of the matrix format, equilibrium
   vector.
*/
#include "fiber_impl.h"

enum { RULE_NODES_PER_SIDE = 18 };

/* Bound of the rates of nearest-neighbour jumps at k = 0: the scale of the dropping threshold. */
static PetscErrorCode LargestRate(QlbeFiber fiber, double *largest)
{
  const double h = fiber->grid.spacing;
  double *block, *work, bound = 0.0;
  QlbeTransverseSlice slice;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(fiber->block_size, &block, fiber->slice_size, &work));
  PetscCall(QlbeTransverseBlock(fiber->transverse, PetscMin(h, fiber->q_max), block));
  PetscCall(QlbeTransverseContract(fiber->transverse, block, 0.0, work, &slice));
  for (PetscInt r = 0; r < slice.n_rho; r++) bound += fabs(work[r]);
  *largest = h * h * QlbeJumpStrength(&fiber->par, 0.0) * bound;
  PetscCall(PetscFree2(block, work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberCreate(const QlbeMomentumGrid *grid, QlbeJumpKernel kernel,
                               QlbeDispersion dispersion, double drop_tolerance, PetscInt l_max,
                               QlbeFiber *fiber)
{
  const PetscInt blocks = 3 * (grid->points - 1) * (grid->points - 1) + 1;
  const QlbeParameters *par;
  QlbeFiber f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  PetscCall(QlbeJumpKernelGetParameters(kernel, &par));
  PetscCall(QlbeJumpKernelGetTransverse(kernel, &f->transverse, NULL));
  PetscCall(QlbeTransverseGetSizes(f->transverse, &f->block_size, &f->slice_size));
  f->grid = *grid;
  f->kernel = kernel;
  f->dispersion = dispersion;
  f->par = *par;
  f->drop_tolerance = drop_tolerance;
  f->q_max = QlbeJumpLargestTransfer(par, grid->half_width * sqrt(3.0));
  f->nearest_excess = QlbeLatticeNearestExcess();
  PetscCall(PetscCalloc1(blocks, &f->block));
  PetscCall(QlbeLatticeRuleCreate(RULE_NODES_PER_SIDE, l_max, f->nearest_excess, &f->rule));
  PetscCall(LargestRate(f, &f->largest));
  *fiber = f;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberDestroy(QlbeFiber *fiber)
{
  PetscFunctionBegin;
  if (!*fiber) PetscFunctionReturn(0);
  for (PetscInt n2 = 0; n2 <= 3 * ((*fiber)->grid.points - 1) * ((*fiber)->grid.points - 1); n2++)
    PetscCall(PetscFree((*fiber)->block[n2]));
  PetscCall(PetscFree((*fiber)->block));
  PetscCall(QlbeLatticeRuleDestroy(&(*fiber)->rule));
  PetscCall(PetscFree(*fiber));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberEstimateMemory(QlbeFiber fiber, const double k[3],
                                       QlbeFiberEstimate *estimate)
{
  const double size = (double)fiber->grid.size;
  const PetscInt n = fiber->grid.row_end - fiber->grid.row_begin;
  PetscInt *lower, *upper;
  double entries = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &lower, n, &upper));
  PetscCall(QlbeFiberCount_Private(fiber, k, lower, upper));
  for (PetscInt r = 0; r < n; r++) entries += 1.0 + (double)lower[r] + (double)upper[r];
  PetscCall(PetscFree2(lower, upper));
  PetscCallMPI(
      MPI_Allreduce(&entries, &estimate->entries, 1, MPI_DOUBLE, MPI_SUM, fiber->grid.comm));
  estimate->bytes_dense = sizeof(PetscScalar) * size * size;
  estimate->bytes_sparse =
      (sizeof(PetscScalar) + sizeof(PetscInt)) * estimate->entries + 2.0 * sizeof(PetscInt) * size;
  estimate->sparse = (PetscBool)(estimate->bytes_sparse < 0.5 * estimate->bytes_dense);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssemble(QlbeFiber fiber, const double k[3], Mat *A)
{
  const double length = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
  double k_max;
  QlbeFiberEstimate estimate;
  PetscBool dense = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(QlbeJumpKernelGetMaxWaveNumber(fiber->kernel, &k_max));
  PetscCheck(length <= k_max * (1.0 + 1e-12), fiber->grid.comm, PETSC_ERR_ARG_OUTOFRANGE,
             "|k| = %g beyond the kernel table's %g", length, k_max);
  if (*A) {
    PetscInt rows, local;
    PetscCall(PetscObjectTypeCompareAny((PetscObject)*A, &dense, MATSEQDENSE, MATMPIDENSE, ""));
    PetscCall(MatGetSize(*A, &rows, NULL));
    PetscCall(MatGetLocalSize(*A, &local, NULL));
    if (rows != fiber->grid.size || local != fiber->grid.row_end - fiber->grid.row_begin)
      dense = PETSC_FALSE;
    if (!dense) PetscCall(MatDestroy(A));
  }
  if (!dense) PetscCall(QlbeFiberEstimateMemory(fiber, k, &estimate));
  if (dense || !estimate.sparse)
    PetscCall(QlbeFiberAssembleDense_Private(fiber, k, A));
  else
    PetscCall(QlbeFiberAssembleSparse_Private(fiber, k, A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberEquilibrium(QlbeFiber fiber, Vec *x0)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  PetscScalar *x;

  PetscFunctionBegin;
  PetscCall(VecCreateMPI(grid->comm, grid->row_end - grid->row_begin, grid->size, x0));
  PetscCall(VecGetArray(*x0, &x));
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    x[row - grid->row_begin] =
        exp(-0.25 * fiber->par.beta / fiber->par.M * (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
  }
  PetscCall(VecRestoreArray(*x0, &x));
  PetscCall(VecNormalize(*x0, NULL));
  PetscFunctionReturn(0);
}
