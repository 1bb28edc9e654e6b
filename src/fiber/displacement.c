/*
   One displacement n of the grid: its slice of the kernel and the factors along q^.

   The parallel coordinate of the midpoint is s = h (b . n)/(2 |n|) with the doubled midpoint index
   b = i + j - (points - 1), so the exponentials of a displacement take as many values as the
   integer t = b . n: they are tabulated, and so is the decision to drop, which must be the same for
   gain and both losses of a pair.
*/
#include "fiber_impl.h"

/* What "keep everything" means: far below rounding, far above underflow. */
static const double drop_floor = 1e-30;

PetscErrorCode QlbeDisplacementCreate_Private(QlbeFiber fiber, Displacement *d)
{
  const PetscInt half = (fiber->grid.points + 1) / 2;
  const PetscInt largest = 3 * half * half;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(2 * largest + 1, &d->gain, 2 * largest + 1, &d->loss, 2 * largest + 1,
                         &d->keep, 2 * fiber->slice_size, &d->work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDisplacementDestroy_Private(Displacement *d)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(d->gain, d->loss, d->keep, d->work));
  PetscFunctionReturn(0);
}

static PetscErrorCode Block(QlbeFiber fiber, PetscInt n2, const double **block)
{
  PetscFunctionBegin;
  if (!fiber->block[n2]) {
    PetscCall(PetscMalloc1(fiber->block_size, &fiber->block[n2]));
    PetscCall(QlbeTransverseBlock(fiber->transverse, fiber->grid.spacing * sqrt((double)n2),
                                  fiber->block[n2]));
  }
  *block = fiber->block[n2];
  PetscFunctionReturn(0);
}

/* Upper bound of F of the slice at k_perp = 0, which bounds the gain too. */
static double LargestF(const QlbeTransverseSlice *slice)
{
  double sum = 0.0;

  for (PetscInt r = 0; r < slice->n_rho; r++) sum += fabs(slice->c[r]);
  return sum;
}

/*
   Fills the factor tables. A pair stays when the faster of its two jumps is fast enough for gain, loss at P - hbar k/2 or loss at
   P + hbar k/2: the symmetric rate at midpoint coordinate s times exp(tilt |s|). Symmetric rates themselves are small for
   fast particles, whose loss they would be in the end. Logarithms decide, so that only factors that are kept cost exponentials.
*/
static void FillFactors(QlbeFiber fiber, PetscInt n2, double q, Displacement *d)
{
  const QlbeJumpSlice *slice = &d->slice;
  const double h = fiber->grid.spacing, excess = n2 == 1 ? fiber->nearest_excess : 0.0;
  const double cell = h * h * h / q * (1.0 + excess), shift = slice->half_shift;
  const double threshold = PetscMax(fiber->drop_tolerance, drop_floor) * fiber->largest;
  const double margin = log(cell * LargestF(&slice->loss) * slice->strength / threshold);

  d->empty = PETSC_TRUE;
  for (PetscInt t = 0; t <= d->t_max; t++) {
    const double s = 0.5 * h * h * (double)t / q, minus = fabs(s - shift), plus = fabs(s + shift);
    const double gain = slice->tilt * s - slice->c_par * (s * s + shift * shift);
    const double loss = PetscMax(slice->tilt * minus - slice->c_par * minus * minus,
                                 slice->tilt * plus - slice->c_par * plus * plus);
    const PetscBool keep = (PetscBool)(margin + PetscMax(gain, loss) >= 0.0);
    const PetscInt up = d->t_max + t, down = d->t_max - t;

    d->keep[up] = d->keep[down] = keep;
    d->gain[up] = d->gain[down] = keep ? cell * QlbeJumpSliceGainFactor(slice, s) : 0.0;
    d->loss[up] = keep ? cell * QlbeJumpSliceLossFactor(slice, s) : 0.0;
    d->loss[down] = keep ? cell * QlbeJumpSliceLossFactor(slice, -s) : 0.0;
    if (keep) d->empty = PETSC_FALSE;
  }
}

PetscErrorCode QlbeDisplacementSetUp_Private(QlbeFiber fiber, const PetscInt n[3],
                                             const double k[3], Displacement *d)
{
  const PetscInt n2 = n[0] * n[0] + n[1] * n[1] + n[2] * n[2], last = fiber->grid.points - 1;
  const double length = sqrt((double)n2), q = fiber->grid.spacing * length;
  const double *block = NULL;
  double k_par = 0.0, k_perp2 = 0.0;

  PetscFunctionBegin;
  d->t_max = 0;
  for (int axis = 0; axis < 3; axis++) {
    const PetscInt step = n[axis] < 0 ? -n[axis] : n[axis];
    d->n[axis] = n[axis];
    d->t_max += (last - step) * step;
    k_par += k[axis] * (double)n[axis] / length;
  }
  d->empty = PETSC_TRUE;
  if (q > fiber->q_max) PetscFunctionReturn(0);
  for (int axis = 0; axis < 3; axis++) {
    const double perp = k[axis] - k_par * (double)n[axis] / length;
    k_perp2 += perp * perp;
  }
  PetscCall(Block(fiber, n2, &block));
  PetscCall(QlbeJumpSliceSetUp(fiber->kernel, fiber->transverse, block, q, k_par, sqrt(k_perp2),
                               d->work, &d->slice));
  FillFactors(fiber, n2, q, d);
  PetscFunctionReturn(0);
}
