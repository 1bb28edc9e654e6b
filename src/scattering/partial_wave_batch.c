/*
   Hard-sphere amplitudes at many points, for building tables: the algorithm of partial_waves.c in
   double precision, LANES points side by side in vector registers.

   All lanes of a block run through the waves of its largest kappa. A lane leaves the upward
   recurrence of j_l for the continued fraction at its own l = kappa, and stops growing y_l once the
   wave is negligible, so that points of very different momentum may share a block.
*/
#include "partial_waves.h"
#include <math.h>

#define LANES 8

/*
   Beyond this y_l, j_l/y_l is zero in double precision, and y_l^2 still finite after one more step.
*/
static const double y_negligible = 1e130;

typedef struct {
  double kappa[LANES], inverse[LANES]; /* kappa, 1/kappa */
  double j[LANES], j_before[LANES], y[LANES], y_before[LANES];
  double small[LANES], sign[LANES], parity[LANES]; /* 1 - |cos theta|, sign of cos, sign^l */
  double P[LANES], P_step[LANES];
  double re[LANES], im[LANES];
} Block;

/* Points z[0..n), n <= LANES; idle lanes repeat the last point. Returns the largest kappa. */
static double BlockStart(Block *b, PetscInt n, const double z[], double y)
{
  double largest = 0.0;

  for (PetscInt i = 0; i < LANES; i++) {
    const double zi = z[PetscMin(i, n - 1)], kappa = PetscMax(hypot(zi, y), QLBE_KAPPA_MIN);
    const double half = PetscMin(zi, y) / kappa, s = sin(kappa), c = cos(kappa);

    largest = PetscMax(largest, kappa);
    b->kappa[i] = kappa;
    b->inverse[i] = 1.0 / kappa;
    b->j[i] = b->y_before[i] = s / kappa;
    b->j_before[i] = c / kappa;
    b->y[i] = -c / kappa;
    b->small[i] = 2.0 * half * half;
    b->sign[i] = y > zi ? -1.0 : 1.0;
    b->parity[i] = b->P[i] = 1.0;
    b->P_step[i] = b->re[i] = b->im[i] = 0.0;
  }
  return largest;
}

/* The ratios j_l/j_(l-1) into ratio[count + 1][LANES]; meaningful where l > kappa. */
static void BlockRatios(const Block *b, PetscInt count, double ratio[])
{
  double r[LANES] = {0.0};

  for (PetscInt l = count + 16; l > 0; l--) {
    double *out = &ratio[PetscMin(l, count) * LANES];

#pragma omp simd
    for (PetscInt i = 0; i < LANES; i++) {
      r[i] = b->kappa[i] / ((double)(2 * l + 1) - b->kappa[i] * r[i]);
      out[i] = r[i];
    }
  }
}

/* Adds wave l to the sums and moves Bessel functions and Legendre polynomials on to l + 1. */
static inline void BlockStep(Block *b, PetscInt l, const double ratio[])
{
  const double weight = (double)(2 * l + 1), up = (double)(l + 1), fade = (double)l / up;
  const double bend = weight / up;

#pragma omp simd
  for (PetscInt i = 0; i < LANES; i++) {
    const double j = b->j[i], y = b->y[i], factor = weight * b->inverse[i];
    const double term = b->parity[i] * weight * b->P[i] * j / (j * j + y * y);
    const double j_upward = factor * j - b->j_before[i], j_fraction = ratio[i] * j;
    const double y_next = factor * y - b->y_before[i];
    const double step = fade * b->P_step[i] - bend * b->small[i] * b->P[i];

    b->re[i] += term * y;
    b->im[i] += term * j;
    b->j_before[i] = j;
    b->j[i] = up <= b->kappa[i] ? j_upward : j_fraction;
    b->y_before[i] = y;
    b->y[i] = fabs(y) > y_negligible ? y : y_next;
    b->P_step[i] = step;
    b->P[i] += step;
    b->parity[i] *= b->sign[i];
  }
}

PetscErrorCode QlbePartialWavesBatch(PetscInt n, const double z[], double y, double re[],
                                     double im[])
{
  PetscInt capacity;
  double largest = 0.0, *ratio;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) largest = PetscMax(largest, z[i]);
  capacity = QlbePartialWaveCount(hypot(largest, y) * (1.0 + PETSC_MACHINE_EPSILON)) + 2;
  PetscCall(PetscMalloc1(capacity * LANES, &ratio));
  for (PetscInt first = 0; first < n; first += LANES) {
    const PetscInt used = PetscMin(LANES, n - first);
    Block b;
    const double kappa = BlockStart(&b, used, &z[first], y);
    const PetscInt count = QlbePartialWaveCount(kappa);

    BlockRatios(&b, count, ratio);
    for (PetscInt l = 0; l < count; l++) BlockStep(&b, l, &ratio[(l + 1) * LANES]);
    for (PetscInt i = 0; i < used; i++) {
      re[first + i] = b.re[i] * b.inverse[i];
      im[first + i] = b.im[i] * b.inverse[i] * b.inverse[i];
    }
  }
  PetscCall(PetscFree(ratio));
  PetscFunctionReturn(0);
}
