/*
   The fiber generator on the Cartesian grid: lifetime, settings, equilibrium vector.
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
    PetscCall(PetscFree2((*fiber)->class[n2].block, (*fiber)->class[n2].at_zero_k));
  PetscCall(PetscFree((*fiber)->class));
  PetscCall(QlbeFiberRowsDestroy_Private(&(*fiber)->rows));
  PetscCall(PetscContainerDestroy(&(*fiber)->storage));
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
  FiberRows *rows;

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

PetscErrorCode QlbeFiberEquilibrium(QlbeFiber fiber, Vec *x0)
{
  const FiberRows *rows = fiber->rows;
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
