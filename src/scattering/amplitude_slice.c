/*
   Evaluation of a slice of the amplitude table: two Chebyshev series in z^2 by Clenshaw's
   recurrence.

   The recurrence is sequential in the degree, so POINTS points advance together to fill the vector
   units; the accumulators of a block fit the registers.
*/
#include "qlbe/amplitude_table.h"
#include <math.h>

#define POINTS 16

typedef struct {
  double t[POINTS], re[POINTS], im[POINTS];
} Block;

/* Both series at the points t in [-1, 1]. */
static inline void Clenshaw(PetscInt nz, const double re[], const double im[], Block *b)
{
  double t2[POINTS], r1[POINTS], r2[POINTS], i1[POINTS], i2[POINTS];

#pragma omp simd
  for (int i = 0; i < POINTS; i++) {
    t2[i] = 2.0 * b->t[i];
    r1[i] = r2[i] = i1[i] = i2[i] = 0.0;
  }
  for (PetscInt k = nz - 1; k > 0; k--) {
    const double c = re[k], d = im[k];

#pragma omp simd
    for (int i = 0; i < POINTS; i++) {
      const double r0 = (c - r2[i]) + t2[i] * r1[i], i0 = (d - i2[i]) + t2[i] * i1[i];

      r2[i] = r1[i];
      r1[i] = r0;
      i2[i] = i1[i];
      i1[i] = i0;
    }
  }
#pragma omp simd
  for (int i = 0; i < POINTS; i++) {
    b->re[i] = re[0] - r2[i] + b->t[i] * r1[i];
    b->im[i] = im[0] - i2[i] + b->t[i] * i1[i];
  }
}

PetscErrorCode QlbeAmplitudeSliceEvaluate(PetscInt nz, const double re[], const double im[],
                                          double z_max, double y, PetscInt n, const double z2[],
                                          double f_re[], double f_im[])
{
  const double scale = 2.0 / (z_max * z_max), y2 = y * y;

  PetscFunctionBegin;
  for (PetscInt first = 0; first < n; first += POINTS) {
    const int used = (int)PetscMin(POINTS, n - first);
    Block b;

    for (int i = 0; i < used; i++) b.t[i] = scale * z2[first + i] - 1.0;
    for (int i = used; i < POINTS; i++) b.t[i] = 0.0;
    Clenshaw(nz, re, im, &b);
    for (int i = 0; i < used; i++) {
      f_re[first + i] = b.re[i];
      f_im[first + i] = b.im[i] * sqrt(z2[first + i] + y2);
    }
  }
  PetscFunctionReturn(0);
}
