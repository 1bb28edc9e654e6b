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
  PetscCall(PetscMalloc3(2 * largest + 1, &d->gain, 2 * largest + 1, &d->loss, fiber->slice_size,
                         &d->work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDisplacementDestroy_Private(Displacement *d)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(d->gain, d->loss, d->work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDisplacementClass_Private(QlbeFiber fiber, PetscInt n2,
                                             const DisplacementClass **class)
{
  DisplacementClass *c = &fiber->class[n2];

  PetscFunctionBegin;
  if (!c->block) {
    PetscCall(PetscMalloc2(fiber->block_size, &c->block, fiber->slice_size, &c->at_zero_k));
    PetscCall(
        QlbeTransverseBlock(fiber->transverse, fiber->grid.spacing * sqrt((double)n2), c->block));
    PetscCall(QlbeTransverseContract(fiber->transverse, c->block, 0.0, c->at_zero_k, &c->rest));
    c->largest = 0.0;
    for (PetscInt r = 0; r < c->rest.n_rho; r++) c->largest += fabs(c->rest.c[r]);
  }
  *class = c;
  PetscFunctionReturn(0);
}

/* h^3/|q|, with the excess of nearest neighbours. */
static double Cell(QlbeFiber fiber, PetscInt n2)
{
  const double h = fiber->grid.spacing, excess = n2 == 1 ? fiber->nearest_excess : 0.0;

  return h * h / sqrt((double)n2) * (1.0 + excess);
}

/*
   Logarithm of the largest conceivable rate, at s = 0, over the threshold of dropping. F at rest
   bounds the gain too.
*/
static double Margin(QlbeFiber fiber, PetscInt n2, const DisplacementClass *class)
{
  const double threshold = PetscMax(fiber->drop_tolerance, drop_floor) * fiber->largest;
  const double strength = QlbeJumpStrength(&fiber->par, fiber->grid.spacing * sqrt((double)n2));

  return log(Cell(fiber, n2) * class->largest * strength / threshold);
}

PetscErrorCode QlbeDisplacementReaches_Private(QlbeFiber fiber, PetscInt n2, PetscBool *reaches)
{
  const QlbeParameters *par = &fiber->par;
  const double q = fiber->grid.spacing * sqrt((double)n2);
  const double tilt = 0.5 * par->beta * q / par->M,
               c_par = 0.5 * par->beta * par->m / (par->M * par->M);
  const DisplacementClass *class;
  double k_max, s;

  PetscFunctionBegin;
  *reaches = PETSC_FALSE;
  if (q > QlbeJumpLargestTransfer(par, fiber->grid.half_width * sqrt(3.0))) PetscFunctionReturn(0);
  PetscCall(QlbeDisplacementClass_Private(fiber, n2, &class));
  PetscCall(QlbeJumpKernelGetMaxWaveNumber(fiber->kernel, &k_max));
  s = PetscMin(fiber->grid.half_width * sqrt(3.0) + 0.5 * par->hbar * k_max, 0.5 * tilt / c_par);
  *reaches = (PetscBool)(Margin(fiber, n2, class) + tilt * s - c_par * s * s >= 0.0);
  PetscFunctionReturn(0);
}

/*
   Fills the factor tables. A pair stays when the faster of its two jumps is fast enough for gain,
   loss at P - hbar k/2 or loss at P + hbar k/2: the symmetric rate at midpoint coordinate s times
   exp(tilt |s|). Symmetric rates themselves are small for fast particles, whose loss they would be
   in the end. Logarithms decide, so that only factors that are kept cost exponentials. All t of a
   displacement are even, or all are odd.
*/
static void FillFactors(QlbeFiber fiber, PetscInt n2, double margin, PetscBool factors,
                        Displacement *d)
{
  const QlbeJumpSlice *slice = &d->slice;
  const double h = fiber->grid.spacing, q = h * sqrt((double)n2), cell = Cell(fiber, n2);
  const double shift = slice->half_shift, c = slice->c_par, step = 0.5 * h * h / q;

  d->empty = PETSC_TRUE;
  for (PetscInt t = d->t_max % 2; t <= d->t_max; t += 2) {
    const double s = step * (double)t, minus = fabs(s - shift), plus = fabs(s + shift);
    const double gain = slice->tilt * s - c * (s * s + shift * shift);
    const double loss =
        PetscMax(slice->tilt * minus - c * minus * minus, slice->tilt * plus - c * plus * plus);
    const PetscBool keep = (PetscBool)(margin + PetscMax(gain, loss) >= 0.0);
    const PetscInt up = d->t_max + t, down = d->t_max - t;

    if (keep) d->empty = PETSC_FALSE;
    d->gain[up] = d->gain[down] = keep ? 1.0 : 0.0;
    if (!factors) continue;
    d->loss[up] = d->loss[down] = 0.0;
    if (!keep) continue;
    d->gain[up] = d->gain[down] = cell * QlbeJumpSliceGainFactor(slice, s);
    /* exp(-c (s -+ shift)^2) is the gain's exponential times or over this */
    {
      const double tilt = shift == 0.0 ? 1.0 : exp(2.0 * c * shift * s);
      d->loss[up] = d->gain[up] * tilt;
      d->loss[down] = d->gain[up] / tilt;
    }
  }
}

PetscErrorCode QlbeDisplacementSetUp_Private(QlbeFiber fiber, const PetscInt n[3],
                                             const double k[3], PetscBool factors, Displacement *d)
{
  const PetscInt n2 = n[0] * n[0] + n[1] * n[1] + n[2] * n[2], last = fiber->grid.points - 1;
  const double length = sqrt((double)n2), q = fiber->grid.spacing * length;
  const DisplacementClass *class;
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
  if (n2 > fiber->reach2) PetscFunctionReturn(0);
  for (int axis = 0; axis < 3; axis++) {
    const double perp = k[axis] - k_par * (double)n[axis] / length;
    k_perp2 += perp * perp;
  }
  PetscCall(QlbeDisplacementClass_Private(fiber, n2, &class));
  QlbeJumpSliceFactors(&fiber->par, q, k_par, &d->slice);
  FillFactors(fiber, n2, Margin(fiber, n2, class), factors, d);
  if (!factors || d->empty) PetscFunctionReturn(0);
  d->slice.loss = class->rest;
  PetscCall(QlbeTransverseContract(fiber->transverse, class->block, sqrt(k_perp2), d->work,
                                   &d->slice.gain));
  PetscFunctionReturn(0);
}
