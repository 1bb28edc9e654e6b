/*
   The diagonal of A_k: lattice loss, Hamiltonian, and the repair of the cell q = 0.

     A_jj = -(1/2) sum_i h^3 [T_q(p_j-, p_j-) + T_q(p_j+, p_j+)] - (i/hbar) h_k(p_j)
            + h^2 < w(q^) lim |q| ( T_q(p-, p+) - [T_q(p-, p-) + T_q(p+, p+)]/2 ) >_q^

   The parity p -> -p turns the loss at p + hbar k/2 into the one at -p - hbar k/2, so one of the
   two is enough and the mirrored row has the other. The repair uses the lattice weight w and the
   kernel's slice at q = 0; it vanishes at k = 0, where it would otherwise disturb the trace. It is
   computed for one of each set of rows that symmetry maps onto each other, dealt to the ranks.
*/
#include "fiber_impl.h"

/* What the repair of the cell works with, for n rows at a time, and where it goes. */
typedef struct {
  PetscScalar *cell; /* [all rows] */
  PetscInt n, *row;
  double *s, *rho2, *x, *re, *im, *minus, *plus;
} CellWork;

static PetscErrorCode CellWorkCreate(PetscInt n, CellWork *c)
{
  PetscFunctionBegin;
  c->n = 0;
  PetscCall(PetscMalloc5(n, &c->row, n, &c->s, n, &c->rho2, n, &c->x, n, &c->re));
  PetscCall(PetscMalloc3(n, &c->im, n, &c->minus, n, &c->plus));
  PetscFunctionReturn(0);
}

static PetscErrorCode CellWorkDestroy(CellWork *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree5(c->row, c->s, c->rho2, c->x, c->re));
  PetscCall(PetscFree3(c->im, c->minus, c->plus));
  PetscFunctionReturn(0);
}

/* Adds weight times what one direction of q^ gives to the rows of the work. */
static void AddDirection(QlbeFiber fiber, const double k[3], const double d[3], double weight,
                         const QlbeJumpSlice *slice, CellWork *c)
{
  for (PetscInt r = 0; r < c->n; r++) {
    double p[3], p2 = 0.0, s = 0.0, x = 0.0;
    QlbeMomentumGridPoint(&fiber->grid, c->row[r], p);
    for (int axis = 0; axis < 3; axis++) {
      p2 += p[axis] * p[axis];
      s += p[axis] * d[axis];
      x += p[axis] * k[axis];
    }
    c->s[r] = s;
    c->x[r] = x - s * slice->k_par;
    c->rho2[r] = PetscMax(p2 - s * s, 0.0);
  }
  QlbeJumpSliceGain(slice, c->n, c->rho2, c->x, c->re, c->im);
  QlbeJumpSliceLoss(slice, c->n, c->rho2, c->x, 1.0, c->minus);
  QlbeJumpSliceLoss(slice, c->n, c->rho2, c->x, -1.0, c->plus);
  for (PetscInt r = 0; r < c->n; r++) {
    const double gain = QlbeJumpSliceGainFactor(slice, c->s[r]);
    const double loss = QlbeJumpSliceLossFactor(slice, c->s[r]) * c->minus[r] +
                        QlbeJumpSliceLossFactor(slice, -c->s[r]) * c->plus[r];
    c->cell[c->row[r]] += weight * PetscCMPLX(gain * c->re[r] - 0.5 * loss, gain * c->im[r]);
  }
}

/* The smallest image of a row, and whether its value is the conjugate of the row's. */
static PetscInt FirstImage(const LinePairs *pairs, PetscInt row, PetscBool *conjugate)
{
  PetscInt first = row;

  *conjugate = PETSC_FALSE;
  for (PetscInt s = 1; s < pairs->n_symmetries; s++) {
    const PetscInt image = QlbeGridSymmetryRow_Private(&pairs->symmetry[s], pairs->points, row);
    if (image >= first) continue;
    first = image;
    *conjugate = pairs->symmetry[s].conjugate;
  }
  return first;
}

/* This rank's part of the rows that are their own first images. */
static void ListRows(QlbeFiber fiber, const LinePairs *pairs, CellWork *c)
{
  PetscInt count = 0;

  /* at most one of `ranks` rows, rounded up: the room of the work */
  for (PetscInt row = 0; row < fiber->grid.size; row++) {
    PetscBool conjugate;
    if (FirstImage(pairs, row, &conjugate) != row) continue;
    if (count++ % fiber->ranks == fiber->rank) c->row[c->n++] = row;
  }
}

/* The repair of the cell q = 0 at all first images into cell[size]. Collective. */
static PetscErrorCode CellRepair(QlbeFiber fiber, const double k[3], const LinePairs *pairs,
                                 PetscScalar cell[])
{
  const double h2 = fiber->grid.spacing * fiber->grid.spacing;
  const double k2 = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
  PetscInt block_size, slice_size;
  PetscMPIInt count;
  QlbeTransverse limit;
  CellWork c;
  double *work, *block;

  PetscFunctionBegin;
  PetscCall(QlbeJumpKernelGetTransverse(fiber->kernel, NULL, &limit));
  PetscCall(QlbeTransverseGetSizes(limit, &block_size, &slice_size));
  PetscCall(PetscMalloc2(2 * slice_size, &work, block_size, &block));
  PetscCall(CellWorkCreate(fiber->grid.size / fiber->ranks + 1, &c));
  c.cell = cell;
  ListRows(fiber, pairs, &c);
  PetscCall(QlbeTransverseBlock(limit, 0.0, block));
  for (PetscInt node = 0; node < fiber->rule.n; node++) {
    const double *d = fiber->rule.direction[node];
    const double k_par = k[0] * d[0] + k[1] * d[1] + k[2] * d[2];
    const QlbeJumpGeometry at = {0.0, k_par, sqrt(PetscMax(k2 - k_par * k_par, 0.0))};
    QlbeJumpSlice slice;
    PetscCall(QlbeJumpSliceSetUp(fiber->kernel, limit, block, &at, work, &slice));
    AddDirection(fiber, k, d, h2 * fiber->rule.weight[node], &slice, &c);
  }
  PetscCall(CellWorkDestroy(&c));
  PetscCall(PetscFree2(work, block));
  PetscCall(PetscMPIIntCast(fiber->grid.size, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, cell, count, MPIU_SCALAR, MPI_SUM, fiber->grid.comm));
  PetscFunctionReturn(0);
}

/* Lattice loss of every row at p - hbar k/2 into loss[size]. Collective. */
static PetscErrorCode LatticeLoss(QlbeFiber fiber, const LinePairs *pairs, PetscBool at_zero_k,
                                  LossSums *sums, double loss[])
{
  const PetscInt size = fiber->grid.size;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(size, &count));
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, sums->minus, count, MPI_DOUBLE, MPI_SUM, fiber->grid.comm));
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, sums->plus, count, MPI_DOUBLE, MPI_SUM, fiber->grid.comm));
  PetscCall(PetscArrayzero(loss, size));
  for (PetscInt s = 0; s < pairs->n_symmetries; s++) {
    const GridSymmetry *g = &pairs->symmetry[s];
    /* at k = 0 both are one, and only minus is there */
    const double *sum = g->conjugate && !at_zero_k ? sums->plus : sums->minus;
    for (PetscInt row = 0; row < size; row++)
      loss[QlbeGridSymmetryRow_Private(g, pairs->points, row)] += sum[row];
  }
  for (PetscInt row = 0; row < size; row++) loss[row] /= sums->w_minus[row];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberDiagonal_Private(QlbeFiber fiber, const double k[3], const LinePairs *pairs,
                                         LossSums *sums, PetscScalar diagonal[])
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const FiberRows *rows = fiber->rows;
  const PetscBool at_zero_k = (PetscBool)(k[0] == 0.0 && k[1] == 0.0 && k[2] == 0.0);
  PetscScalar *cell;
  double *loss;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(grid->size, &cell));
  PetscCall(PetscMalloc1(grid->size, &loss));
  PetscCall(LatticeLoss(fiber, pairs, at_zero_k, sums, loss));
  if (!at_zero_k) PetscCall(CellRepair(fiber, k, pairs, cell));
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++) {
    const PetscInt node = QlbeFiberRowNode_Private(rows, row);
    PetscBool conjugate;
    const PetscScalar repair = cell[FirstImage(pairs, node, &conjugate)];
    double p[3];
    QlbeMomentumGridPoint(grid, node, p);
    diagonal[row - rows->row_begin] =
        PetscCMPLX(-0.5 * (loss[node] + loss[grid->size - 1 - node]),
                   -QlbeDispersionDifference(fiber->dispersion, p, k) / fiber->par.hbar) +
        (conjugate ? PetscConj(repair) : repair);
  }
  PetscCall(PetscFree(cell));
  PetscCall(PetscFree(loss));
  PetscFunctionReturn(0);
}
