/*
   Evaluation of slices of the amplitude table, Chebyshev series in z^2.

   One slice: Clenshaw's recurrence for Re f and Im f/p. The recurrence is sequential in the degree,
   so POINTS points advance together to fill the vector units; the accumulators of a block fit the
   registers. Many slices at the same points: the polynomials are evaluated once, all points
   together, and the sums are a product of matrices.
*/
#include "qlbe/amplitude_table.h"
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
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
                                           const double slices[], PetscInt n, const double z2[],
                                           const double T[], double f[])
{
  const gsl_matrix_const_view a = gsl_matrix_const_view_array(slices, 2 * (size_t)n_y, (size_t)nz);
  const gsl_matrix_const_view b = gsl_matrix_const_view_array(T, (size_t)nz, (size_t)n);
  gsl_matrix_view c = gsl_matrix_view_array(f, 2 * (size_t)n_y, (size_t)n);
  int status;

  PetscFunctionBegin;
  status = gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1.0, &a.matrix, &b.matrix, 0.0, &c.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgemm: %s",
             gsl_strerror(status));
  for (PetscInt j = 0; j < n_y; j++) {
    double *im = f + (2 * j + 1) * n;
#pragma omp simd
    for (PetscInt i = 0; i < n; i++) im[i] *= sqrt(z2[i] + y[j] * y[j]);
  }
  PetscFunctionReturn(0);
}
