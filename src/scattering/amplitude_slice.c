/*
   Evaluation of slices of the amplitude table, Chebyshev series in z^2.

   One slice: Clenshaw's recurrence for Re f and Im f/p. The recurrence is sequential in the degree,
   so POINTS points advance together to fill the vector units; the accumulators of a block fit the
   registers. Many slices at the same points: the polynomials are evaluated once, all points
   together, and the sums are a product of matrices.
*/
#include "qlbe/amplitude_table.h"
#include "qlbe/matrix_product.h"
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

PetscErrorCode QlbeAmplitudeSliceEvaluate(const QlbeAmplitudeSlice *slice, PetscInt n,
                                          const double z2[], double f_re[], double f_im[])
{
  const double scale = 2.0 / (slice->z_max * slice->z_max), y2 = slice->y * slice->y;

  PetscFunctionBegin;
  for (PetscInt first = 0; first < n; first += POINTS) {
    const int used = (int)PetscMin(POINTS, n - first);
    Block b;

    for (int i = 0; i < used; i++) b.t[i] = scale * z2[first + i] - 1.0;
    for (int i = used; i < POINTS; i++) b.t[i] = 0.0;
    Clenshaw(slice->nz, slice->re, slice->im, &b);
    for (int i = 0; i < used; i++) {
      f_re[first + i] = b.re[i];
      f_im[first + i] = b.im[i] * sqrt(z2[first + i] + y2);
    }
  }
  PetscFunctionReturn(0);
}

void QlbeAmplitudePolynomials(PetscInt nz, double z_max, PetscInt n, const double z2[], double T[])
{
  const double scale = 2.0 / (z_max * z_max);

  for (PetscInt i = 0; i < n; i++) {
    T[i] = 1.0;
    if (nz > 1) T[n + i] = scale * z2[i] - 1.0;
  }
  for (PetscInt k = 2; k < nz; k++) {
    const double *t = T + n, *now = T + (k - 1) * n, *before = T + (k - 2) * n;
    double *next = T + k * n;
#pragma omp simd
    for (PetscInt i = 0; i < n; i++) next[i] = 2.0 * t[i] * now[i] - before[i];
  }
}

PetscErrorCode QlbeAmplitudeSlicesEvaluate(PetscInt nz, PetscInt n_y, const double y[],
                                           const double slices[], const QlbeAmplitudePoints *points,
                                           double f[])
{
  const PetscInt n = points->n;
  const QlbeMatrixFactor series = {2 * n_y, nz, slices, PETSC_FALSE};
  const QlbeMatrixFactor polynomials = {nz, n, points->T, PETSC_FALSE};

  PetscFunctionBegin;
  PetscCall(QlbeMatrixProduct(&series, &polynomials, PETSC_FALSE, n, f));
  for (PetscInt j = 0; j < n_y; j++) {
    double *im = f + (2 * j + 1) * n;
#pragma omp simd
    for (PetscInt i = 0; i < n; i++) im[i] *= sqrt(points->z2[i] + y[j] * y[j]);
  }
  PetscFunctionReturn(0);
}
