/*
   Sums of loss rates over representatives of pairs, and what they say of all pairs.

   A symmetry g maps the loss of row i towards j at P - hbar k/2 to that of row g i towards g j: at
   P - hbar k/2 again where g k = k, and at P + hbar k/2 where g k = -k. The weights go along,
   w_(g j) of k being w_j of g k. So sums over representatives, each with its two nodes, become sums
   over all pairs by adding up their images.
*/
#include "fiber_impl.h"

void QlbeFiberLossWeights_Private(QlbeFiber fiber, const double k[3], double w[])
{
  const double scale = fiber->par.beta / (4.0 * fiber->par.M), half = 0.5 * fiber->par.hbar;
  const PetscInt N = fiber->grid.points;
  PetscInt row = 0;

  for (PetscInt x = 0; x < N; x++) {
    for (PetscInt y = 0; y < N; y++) {
      for (PetscInt z = 0; z < N; z++, row++) {
        const PetscInt at[3] = {x, y, z};
        double p2 = 0.0;
        for (int axis = 0; axis < 3; axis++) {
          const double p = 0.5 * fiber->grid.spacing * (double)(2 * at[axis] - (N - 1));
          p2 += (p - half * k[axis]) * (p - half * k[axis]);
        }
        w[row] = exp(-scale * p2);
      }
    }
  }
}

PetscErrorCode QlbeLossSumsCreate_Private(QlbeFiber fiber, const double k[3], LossSums *sums)
{
  const PetscInt size = fiber->grid.size;
  const double reversed[3] = {-k[0], -k[1], -k[2]};

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(size, &sums->minus));
  PetscCall(PetscCalloc1(size, &sums->plus));
  PetscCall(PetscMalloc2(size, &sums->w_minus, size, &sums->w_plus));
  QlbeFiberLossWeights_Private(fiber, k, sums->w_minus);
  QlbeFiberLossWeights_Private(fiber, reversed, sums->w_plus);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLossSumsDestroy_Private(LossSums *sums)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(sums->minus));
  PetscCall(PetscFree(sums->plus));
  PetscCall(PetscFree2(sums->w_minus, sums->w_plus));
  PetscFunctionReturn(0);
}
