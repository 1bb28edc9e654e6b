/*
   The diagonal of A_k: lattice loss, Hamiltonian, and the repair of the cell q = 0.

     A_jj = -(1/2) sum_i h^3 [T_q(p_j-, p_j-) + T_q(p_j+, p_j+)] - (i/hbar) h_k(p_j)
            + h^2 < w(q^) lim |q| ( T_q(p-, p+) - [T_q(p-, p-) + T_q(p+, p+)]/2 ) >_q^

   The parity p -> -p turns the loss at p + hbar k/2 into the one at -p - hbar k/2, so the sweep
   delivers one of the two and the mirrored row the other. The repair uses the lattice weight w and
   the kernel's slice at q = 0; it vanishes at k = 0, where it would otherwise disturb the trace.
*/
#include "fiber_impl.h"

void QlbeFiberLossWeights_Private(QlbeFiber fiber, const double k[3], double w[])
{
  const double scale = fiber->par.beta / (4.0 * fiber->par.M), half = 0.5 * fiber->par.hbar;

  for (PetscInt row = 0; row < fiber->grid.size; row++) {
    double p[3], p2 = 0.0;
    QlbeMomentumGridPoint(&fiber->grid, row, p);
    for (int axis = 0; axis < 3; axis++)
      p2 += (p[axis] - half * k[axis]) * (p[axis] - half * k[axis]);
    w[row] = exp(-scale * p2);
  }
}

/* Own values of every rank to all ranks: full[size]. */
static PetscErrorCode GatherRows(const QlbeMomentumGrid *grid, const double own[], double full[])
{
  PetscMPIInt size, *count, *first, mine;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(grid->comm, &size));
  PetscCall(PetscMPIIntCast(grid->row_end - grid->row_begin, &mine));
  PetscCall(PetscMalloc2(size, &count, size, &first));
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, count, 1, MPI_INT, grid->comm));
  first[0] = 0;
  for (PetscMPIInt r = 1; r < size; r++) first[r] = first[r - 1] + count[r - 1];
  PetscCallMPI(MPI_Allgatherv(own, mine, MPI_DOUBLE, full, count, first, MPI_DOUBLE, grid->comm));
  PetscCall(PetscFree2(count, first));
  PetscFunctionReturn(0);
}

/* Adds the repair of the cell q = 0 to the diagonal of the own rows. */
static PetscErrorCode AddCellRepair(QlbeFiber fiber, const double k[3], PetscScalar diagonal[])
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  const double h2 = grid->spacing * grid->spacing;
  QlbeTransverse limit;
  PetscInt block_size, slice_size;
  double *work, *block, *s, *rho2, *x, *re, *im, *minus, *plus, *shifted;

  PetscFunctionBegin;
  PetscCall(QlbeJumpKernelGetTransverse(fiber->kernel, NULL, &limit));
  PetscCall(QlbeTransverseGetSizes(limit, &block_size, &slice_size));
  PetscCall(PetscMalloc4(2 * slice_size, &work, block_size, &block, n, &s, n, &rho2));
  PetscCall(PetscMalloc6(n, &x, n, &re, n, &im, n, &minus, n, &plus, n, &shifted));
  PetscCall(QlbeTransverseBlock(limit, 0.0, block));
  for (PetscInt node = 0; node < fiber->rule.n; node++) {
    const double *d = fiber->rule.direction[node], weight = h2 * fiber->rule.weight[node];
    const double k2 = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
    const double k_par = k[0] * d[0] + k[1] * d[1] + k[2] * d[2];
    QlbeJumpSlice slice;

    PetscCall(QlbeJumpSliceSetUp(fiber->kernel, limit, block, 0.0, k_par,
                                 sqrt(PetscMax(k2 - k_par * k_par, 0.0)), work, &slice));
    for (PetscInt r = 0; r < n; r++) {
      double p[3], p2 = 0.0;
      QlbeMomentumGridPoint(grid, grid->row_begin + r, p);
      s[r] = 0.0;
      x[r] = 0.0;
      for (int axis = 0; axis < 3; axis++) {
        p2 += p[axis] * p[axis];
        s[r] += p[axis] * d[axis];
        x[r] += p[axis] * k[axis];
      }
      x[r] -= s[r] * k_par;
      rho2[r] = PetscMax(p2 - s[r] * s[r], 0.0);
    }
    QlbeJumpSliceGain(&slice, n, rho2, x, re, im);
    QlbeJumpSliceLoss(&slice, n, rho2, x, 1.0, shifted, minus);
    QlbeJumpSliceLoss(&slice, n, rho2, x, -1.0, shifted, plus);
    for (PetscInt r = 0; r < n; r++) {
      const double gain = QlbeJumpSliceGainFactor(&slice, s[r]);
      const double loss_minus = QlbeJumpSliceLossFactor(&slice, s[r]);
      const double loss_plus = QlbeJumpSliceLossFactor(&slice, -s[r]);
      diagonal[r] +=
          weight * PetscCMPLX(gain * re[r] - 0.5 * (loss_minus * minus[r] + loss_plus * plus[r]),
                              gain * im[r]);
    }
  }
  PetscCall(PetscFree4(work, block, s, rho2));
  PetscCall(PetscFree6(x, re, im, minus, plus, shifted));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberDiagonal_Private(QlbeFiber fiber, const double k[3], const double w[],
                                         const double loss_sum[], PetscScalar diagonal[])
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  double *own, *minus;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &own, grid->size, &minus));
  for (PetscInt r = 0; r < n; r++) own[r] = loss_sum[r] / w[grid->row_begin + r];
  PetscCall(GatherRows(grid, own, minus));
  for (PetscInt r = 0; r < n; r++) {
    const PetscInt row = grid->row_begin + r, mirror = grid->size - 1 - row;
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    diagonal[r] = PetscCMPLX(-0.5 * (minus[row] + minus[mirror]),
                             -QlbeDispersionDifference(fiber->dispersion, p, k) / fiber->par.hbar);
  }
  if (k[0] != 0.0 || k[1] != 0.0 || k[2] != 0.0) PetscCall(AddCellRepair(fiber, k, diagonal));
  PetscCall(PetscFree2(own, minus));
  PetscFunctionReturn(0);
}
