/*
   What the evaluation of a pair costs, for dealing pairs to ranks.

   The number of angular modes that matter grows with k_perp and falls with q. It is looked up on a
   coarse grid of both, from slices of the kernel's table: near enough for shares that differ by a
   few percent.
*/
#include "fiber_impl.h"
#include "qlbe/vector_length.h"

PetscErrorCode QlbePairCosts_Private(QlbeFiber fiber, const double k[3], PairCosts *costs)
{
  const double length = QlbeVectorLength(k);
  const double reach = sqrt((double)fiber->reach2), last = PAIR_COSTS - 1;
  double *block, *work;

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++)
    costs->direction[axis] = length > 0.0 ? k[axis] / length : 0.0;
  costs->reach = reach;
  PetscCall(PetscMalloc2(fiber->block_size, &block, fiber->slice_size, &work));
  for (int i = 0; i < PAIR_COSTS; i++) {
    const double n = 1.0 + (reach - 1.0) * i / last;
    PetscCall(QlbeTransverseBlock(fiber->transverse, fiber->grid.spacing * n, block));
    for (int j = 0; j < PAIR_COSTS; j++) {
      QlbeTransverseSlice slice;
      PetscCall(QlbeTransverseContract(fiber->transverse, block, length * j / last, work, &slice));
      costs->operations[i][j] = QlbePairOperations_Private(&slice, (PetscBool)(length > 0.0));
    }
  }
  PetscCall(PetscFree2(block, work));
  PetscFunctionReturn(0);
}

double QlbePairOperations_Private(const QlbeTransverseSlice *gain, PetscBool losses)
{
  /* two for each coefficient of a mode, four for each one of Clenshaw's recurrence, and some for
     geometry and factors */
  return 25.0 + 2.0 * (double)gain->n_modes * (double)gain->n_rho +
         (losses ? 8.0 * (double)gain->n_rho : 0.0);
}

double QlbePairCost_Private(const PairCosts *c, const PetscInt n[3])
{
  const double last = PAIR_COSTS - 1;
  double along = 0.0, n2 = 0.0, sine, q;

  for (int axis = 0; axis < 3; axis++) {
    along += c->direction[axis] * (double)n[axis];
    n2 += (double)(n[axis] * n[axis]);
  }
  sine = sqrt(PetscMax(0.0, 1.0 - along * along / n2));
  q = (sqrt(n2) - 1.0) / PetscMax(c->reach - 1.0, 1e-12);
  return c->operations[(int)(PetscMin(q, 1.0) * last + 0.5)][(int)(sine * last + 0.5)];
}
