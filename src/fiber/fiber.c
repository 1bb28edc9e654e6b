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
  const DisplacementClass *nearest;

  PetscFunctionBegin;
  PetscCall(QlbeDisplacementClass_Private(fiber, 1, &nearest));
  *largest = h * h * QlbeJumpStrength(&fiber->par, 0.0) * nearest->largest;
  PetscFunctionReturn(0);
}

/* The largest |n|^2 of a pair that may be kept; 1 at the least. */
static PetscErrorCode Reach(QlbeFiber fiber, PetscInt *reach2)
{
  const PetscInt last = fiber->grid.points - 1;
  PetscBool reaches = PETSC_FALSE;

  PetscFunctionBegin;
  for (*reach2 = 3 * last * last; *reach2 > 1 && !reaches;) {
    PetscCall(QlbeDisplacementReaches_Private(fiber, *reach2, &reaches));
    if (!reaches) (*reach2)--;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberCreate(const QlbeMomentumGrid *grid, QlbeJumpKernel kernel,
                               QlbeDispersion dispersion, double drop_tolerance, PetscInt l_max,
                               QlbeFiber *fiber)
{
  const PetscInt classes = 3 * (grid->points - 1) * (grid->points - 1) + 1;
  const QlbeParameters *par;
  QlbeFiber f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  PetscCall(QlbeJumpKernelGetParameters(kernel, &par));
  PetscCall(QlbeJumpKernelGetTransverse(kernel, &f->transverse, NULL));
  PetscCall(QlbeTransverseGetSizes(f->transverse, &f->block_size, &f->slice_size));
  PetscCallMPI(MPI_Comm_rank(grid->comm, &f->rank));
  PetscCallMPI(MPI_Comm_size(grid->comm, &f->ranks));
  f->grid = *grid;
  f->kernel = kernel;
  f->dispersion = dispersion;
  f->par = *par;
  f->format = QLBE_FIBER_AUTO;
  f->most_bytes = HUGE_VAL;
  f->drop_tolerance = drop_tolerance;
  f->nearest_excess = QlbeLatticeNearestExcess();
  PetscCall(PetscCalloc1(classes, &f->class));
  PetscCall(QlbeLatticeRuleCreate(RULE_NODES_PER_SIDE, l_max, f->nearest_excess, &f->rule));
  PetscCall(LargestRate(f, &f->largest));
  PetscCall(Reach(f, &f->reach2));
  *fiber = f;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberDestroy(QlbeFiber *fiber)
{
  PetscFunctionBegin;
  if (!*fiber) PetscFunctionReturn(0);
  for (PetscInt n2 = 0; n2 <= 3 * ((*fiber)->grid.points - 1) * ((*fiber)->grid.points - 1); n2++)
    PetscCall(PetscFree2((*fiber)->class[n2].block, (*fiber)->class[n2].at_rest));
  PetscCall(PetscFree((*fiber)->class));
  PetscCall(QlbeLatticeRuleDestroy(&(*fiber)->rule));
  PetscCall(PetscFree(*fiber));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetFormat(QlbeFiber fiber, QlbeFiberFormat format, double most_bytes)
{
  PetscFunctionBegin;
  fiber->format = format;
  fiber->most_bytes = most_bytes;
  PetscFunctionReturn(0);
}

const char *QlbeFiberFormatName(QlbeFiberFormat format)
{
  static const char *const names[] = {"dense", "sparse", "matrix-free", "automatic"};

  return names[format];
}

/* Bytes of an estimate whose format has been chosen. */
static double BytesOf(const QlbeFiberEstimate *estimate, QlbeFiberFormat format)
{
  return format == QLBE_FIBER_DENSE    ? estimate->bytes_dense
         : format == QLBE_FIBER_SPARSE ? estimate->bytes_sparse
                                       : estimate->bytes_matrix_free;
}

PetscErrorCode QlbeFiberEstimateMemory(QlbeFiber fiber, const double k[3],
                                       QlbeFiberEstimate *estimate)
{
  const double size = (double)fiber->grid.size;
  /* both vectors forwards and reversed, their sum, rates and weights; in doubles per node */
  const double vectors = 16.0;

  PetscFunctionBegin;
  PetscCall(QlbeFiberCount_Private(fiber, k, &estimate->entries));
  estimate->bytes_dense = sizeof(PetscScalar) * size * size;
  estimate->bytes_sparse =
      (sizeof(PetscScalar) + sizeof(PetscInt)) * estimate->entries + 2.0 * sizeof(PetscInt) * size;
  estimate->bytes_matrix_free = vectors * sizeof(double) * size * fiber->ranks;
  estimate->format = fiber->format;
  if (fiber->format == QLBE_FIBER_AUTO) {
    const PetscBool sparse = (PetscBool)(estimate->bytes_sparse < 0.5 * estimate->bytes_dense);
    /* compressed rows exist twice while PETSc takes them over */
    const double needed = sparse ? 2.0 * estimate->bytes_sparse : estimate->bytes_dense;

    estimate->format = sparse ? QLBE_FIBER_SPARSE : QLBE_FIBER_DENSE;
    /* nor can a rank of a PETSc with 32-bit indices have more entries than these count */
    const double most_entries = (double)PETSC_MAX_INT * (double)fiber->ranks;
    const double entries = sparse ? estimate->entries : 1.01 * size * size;
    if (needed > fiber->most_bytes || entries > most_entries)
      estimate->format = QLBE_FIBER_MATRIX_FREE;
  }
  estimate->bytes = BytesOf(estimate, estimate->format);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssemble(QlbeFiber fiber, const double k[3], Mat *A)
{
  const double length = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
  double k_max;
  QlbeFiberEstimate estimate = {.format = fiber->format};
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
  /* counting entries takes time: only where that decides */
  if (!dense && fiber->format == QLBE_FIBER_AUTO)
    PetscCall(QlbeFiberEstimateMemory(fiber, k, &estimate));
  PetscCall(QlbeEventBegin_Private("QlbeAssembly"));
  if (dense || estimate.format == QLBE_FIBER_DENSE)
    PetscCall(QlbeFiberAssembleDense_Private(fiber, k, A));
  else if (estimate.format == QLBE_FIBER_SPARSE)
    PetscCall(QlbeFiberAssembleSparse_Private(fiber, k, A));
  else
    PetscCall(QlbeFiberMatrixFree_Private(fiber, k, A));
  PetscCall(QlbeEventEnd_Private("QlbeAssembly"));
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
