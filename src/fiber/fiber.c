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
  PetscCall(QlbeFiberRowsCreate_Private(&f->grid, NULL, &f->rows));
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
  PetscCall(QlbeFiberRowsDestroy_Private(&(*fiber)->rows));
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

PetscErrorCode QlbeFiberSetSymmetry(QlbeFiber fiber, const double axis[3])
{
  FiberRows rows;

  PetscFunctionBegin;
  PetscCall(QlbeFiberRowsCreate_Private(&fiber->grid, axis, &rows));
  PetscCall(QlbeFiberRowsDestroy_Private(&fiber->rows));
  fiber->rows = rows;
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

static PetscErrorCode EstimateMemory(QlbeFiber fiber, const double k[3],
                                     QlbeFiberEstimate *estimate)
{
  const double size = (double)fiber->rows.size, nodes = (double)fiber->grid.size;
  /* compressed rows exist twice while PETSc takes them over; entries that it adds up are a list first, and sorted */
  const double copies = fiber->rows.all ? 2.0 : 5.0;
  /* both vectors forwards and reversed, their sum, rates and weights; in doubles per node */
  const double vectors = 16.0;

  PetscFunctionBegin;
  PetscCall(QlbeFiberCount_Private(fiber, k, &estimate->entries));
  /* the sums of orbits have no more entries than there are */
  estimate->entries = PetscMin(estimate->entries, size * size);
  estimate->bytes_dense = sizeof(PetscScalar) * size * size;
  estimate->bytes_sparse =
      (sizeof(PetscScalar) + sizeof(PetscInt)) * estimate->entries + 2.0 * sizeof(PetscInt) * size;
  estimate->bytes_matrix_free = vectors * sizeof(double) * nodes * fiber->ranks;
  estimate->format = fiber->format;
  if (fiber->format == QLBE_FIBER_AUTO) {
    const PetscBool sparse = (PetscBool)(estimate->bytes_sparse < 0.5 * estimate->bytes_dense);
    const double needed = sparse ? copies * estimate->bytes_sparse : estimate->bytes_dense;

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

PetscErrorCode QlbeFiberEstimateMemory(QlbeFiber fiber, const double k[3],
                                       QlbeFiberEstimate *estimate)
{
  double turned[3];

  PetscFunctionBegin;
  TurnVector(fiber->rows.turn, k, turned);
  PetscCall(EstimateMemory(fiber, turned, estimate));
  PetscFunctionReturn(0);
}

/* Whether every symmetry of the rows leaves k as it is. */
static PetscBool HasSymmetry(const FiberRows *rows, const double k[3])
{
  GridSymmetry of_axis[GRID_SYMMETRIES], of_k[GRID_SYMMETRIES];
  const PetscInt n = rows->all ? 0 : QlbeGridSymmetries_Private(rows->axis, of_axis);
  const PetscInt n_k = QlbeGridSymmetries_Private(k, of_k);

  for (PetscInt i = 0; i < n; i++) {
    PetscBool found = (PetscBool)of_axis[i].conjugate;
    for (PetscInt j = 0; j < n_k && !found; j++)
      found = (PetscBool)(!of_k[j].conjugate && of_k[j].swap == of_axis[i].swap &&
                          of_k[j].sign[0] == of_axis[i].sign[0] &&
                          of_k[j].sign[1] == of_axis[i].sign[1] &&
                          of_k[j].sign[2] == of_axis[i].sign[2]);
    if (!found) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

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
  if (!dense || rows != fiber->rows.size || local != fiber->rows.row_end - fiber->rows.row_begin)
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
  TurnVector(fiber->rows.turn, wave_vector, k);
  length = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
  PetscCall(QlbeJumpKernelGetMaxWaveNumber(fiber->kernel, &k_max));
  PetscCheck(length <= k_max * (1.0 + 1e-12), fiber->grid.comm, PETSC_ERR_ARG_OUTOFRANGE,
             "|k| = %g beyond the kernel table's %g", length, k_max);
  PetscCheck(HasSymmetry(&fiber->rows, k), fiber->grid.comm, PETSC_ERR_ARG_INCOMP,
             "k = (%g, %g, %g) lacks symmetries of the rows", wave_vector[0], wave_vector[1],
             wave_vector[2]);
  PetscCall(KeepDense(fiber, A));
  /* counting entries takes time: only where that decides */
  if (!*A && fiber->format == QLBE_FIBER_AUTO) PetscCall(EstimateMemory(fiber, k, &estimate));
  PetscCall(QlbeEventBegin_Private("QlbeAssembly"));
  PetscCall(PetscMalloc1(fiber->rows.row_end - fiber->rows.row_begin, &diagonal));
  if (*A || estimate.format == QLBE_FIBER_DENSE)
    PetscCall(QlbeFiberAssembleDense_Private(fiber, k, diagonal, A));
  else if (estimate.format == QLBE_FIBER_SPARSE && fiber->rows.all)
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

PetscErrorCode QlbeFiberEquilibrium(QlbeFiber fiber, Vec *x0)
{
  const FiberRows *rows = &fiber->rows;
  PetscScalar *x;

  PetscFunctionBegin;
  PetscCall(VecCreateMPI(fiber->grid.comm, rows->row_end - rows->row_begin, rows->size, x0));
  PetscCall(VecGetArray(*x0, &x));
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++) {
    const double nodes = (double)QlbeFiberRowNodes_Private(rows, row);
    double p[3];
    QlbeMomentumGridPoint(&fiber->grid, QlbeFiberRowNode_Private(rows, row), p);
    x[row - rows->row_begin] = sqrt(nodes) * exp(-0.25 * fiber->par.beta / fiber->par.M *
                                                 (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
  }
  PetscCall(VecRestoreArray(*x0, &x));
  PetscCall(VecNormalize(*x0, NULL));
  PetscFunctionReturn(0);
}
