/*
   Evaluation of one slice of the transverse integral: the innermost loop of the assembly.

   F = sum_{n even} c_n(rho^2) T_n(cos alpha) + i (p_perp . k_perp) sum_{n odd} c_n(rho^2) T_n(cos
   alpha)/cos alpha,

   and both angular factors are polynomials in d = cos(2 alpha): T_2j = T_j(d), and
   T_(2j+1)/cos alpha = W_j(d) with W_0 = 1, W_1 = 2d - 1 and the recurrence of the Chebyshev
   polynomials. So no square root and no angle is needed. Points go in blocks that stay in
   registers; the radial sums use Clenshaw's recurrence.
*/
#include "qlbe/transverse.h"

enum { LANES = 32 };

static inline void RadialSum(PetscInt n, const double c[], const double t[LANES], double sum[LANES])
{
  double b1[LANES] = {0.0}, b2[LANES] = {0.0};

  for (PetscInt k = n - 1; k > 0; k--) {
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
      const double b0 = c[k] + (2.0 * t[i] * b1[i] - b2[i]);
      b2[i] = b1[i];
      b1[i] = b0;
    }
  }
#pragma omp simd
  for (int i = 0; i < LANES; i++) sum[i] = c[0] + (t[i] * b1[i] - b2[i]);
}

/* Adds the modes first, first + 2, .. with angular factors 1, w1, and their recurrence in d. */
static inline void AddModes(const QlbeTransverseSlice *slice, PetscInt first, const double t[LANES],
                            const double d[LANES], double w1[LANES], double sum[LANES])
{
  double w0[LANES], term[LANES];

  for (int i = 0; i < LANES; i++) w0[i] = 1.0;
  RadialSum(slice->n_rho, slice->c + first * slice->n_rho, t, sum);
  for (PetscInt mode = first + 2; mode < slice->n_modes; mode += 2) {
    RadialSum(slice->n_rho, slice->c + mode * slice->n_rho, t, term);
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
      const double next = 2.0 * d[i] * w1[i] - w0[i];
      sum[i] += w1[i] * term[i];
      w0[i] = w1[i];
      w1[i] = next;
    }
  }
}

static void EvaluateBlock(const QlbeTransverseSlice *slice, const double rho2[LANES],
                          const double x[LANES], double re[LANES], double im[LANES])
{
  const double k2 = slice->k_perp * slice->k_perp;
  double t[LANES], d[LANES], w1[LANES];

#pragma omp simd
  for (int i = 0; i < LANES; i++) t[i] = 2.0 * rho2[i] / slice->rho2_max - 1.0;
  if (slice->n_modes == 1) {
    RadialSum(slice->n_rho, slice->c, t, re);
    for (int i = 0; i < LANES; i++) im[i] = 0.0;
    return;
  }
#pragma omp simd
  for (int i = 0; i < LANES; i++) {
    /* on the axis rho = 0 the angle is undefined and every mode but the first vanishes with rho */
    const double ratio = x[i] * x[i] / (rho2[i] * k2 + 1e-300);
    d[i] = 2.0 * (ratio < 1.0 ? ratio : 1.0) - 1.0;
    w1[i] = d[i];
  }
  AddModes(slice, 0, t, d, w1, re);
#pragma omp simd
  for (int i = 0; i < LANES; i++) w1[i] = 2.0 * d[i] - 1.0;
  AddModes(slice, 1, t, d, w1, im);
#pragma omp simd
  for (int i = 0; i < LANES; i++) im[i] *= x[i];
}

void QlbeTransverseEvaluate(const QlbeTransverseSlice *slice, PetscInt n, const double rho2[],
                            const double x[], double re[], double im[])
{
  for (PetscInt start = 0; start < n; start += LANES) {
    const PetscInt count = PetscMin(LANES, n - start);
    double block_rho2[LANES] = {0.0}, block_x[LANES] = {0.0}, block_re[LANES], block_im[LANES];

    for (PetscInt i = 0; i < count; i++) block_rho2[i] = rho2[start + i];
    if (x) {
      for (PetscInt i = 0; i < count; i++) block_x[i] = x[start + i];
    }
    EvaluateBlock(slice, block_rho2, block_x, block_re, block_im);
    for (PetscInt i = 0; i < count; i++) re[start + i] = block_re[i];
    if (im) {
      for (PetscInt i = 0; i < count; i++) im[start + i] = block_im[i];
    }
  }
}
