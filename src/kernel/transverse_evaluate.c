/*
   Evaluation of one slice of the transverse integral: the innermost loop of the assembly.

   F = sum_{n even} c_n(rho^2) T_n(cos alpha) + i (p_perp . k_perp) sum_{n odd} c_n(rho^2) T_n(cos
   alpha)/cos alpha,

   and both angular factors are polynomials in d = cos(2 alpha): T_2j = T_j(d), and
   T_(2j+1)/cos alpha = W_j(d) with W_0 = 1, W_1 = 2d - 1 and the recurrence of the Chebyshev
   polynomials. So no square root and no angle is needed. Points go in blocks that stay in
   registers; all modes share the radial functions, of which some are computed at a time.
*/
#include "qlbe/transverse.h"

enum { LANES = 32, RADIAL = 24 };

/* Sum over the n radial functions of a slice with a single mode, by Clenshaw's recurrence. */
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

/* T_first .. T_(first + n - 1) into T; before[2] holds the two that precede them, and then the last two. */
static inline void RadialBasis(PetscInt n, const double t[LANES], double before[2][LANES],
                               double T[RADIAL][LANES])
{
  for (PetscInt k = 0; k < n; k++) {
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
      const double next = 2.0 * t[i] * before[1][i] - before[0][i];
      before[0][i] = before[1][i];
      T[k][i] = before[1][i] = next;
    }
  }
}

/* Adds the modes first, first + 2, .. with angular factors 1, w1, and their recurrence in d: the part of n radial functions, whose coefficients begin at c. */
static inline void AddModes(const QlbeTransverseSlice *slice, PetscInt first, PetscInt n,
                            const double *c, double T[RADIAL][LANES], const double d[LANES],
                            const double w1[LANES], double sum[LANES])
{
  double now[LANES], before[LANES];

  for (int i = 0; i < LANES; i++) {
    now[i] = 1.0;
    before[i] = 2.0 * d[i] - w1[i]; /* so that w1 is next */
  }
  for (PetscInt mode = first; mode < slice->n_modes; mode += 2) {
    const double *cm = c + mode * slice->n_rho;
    double term[LANES] = {0.0};
    for (PetscInt k = 0; k < n; k++) {
#pragma omp simd
      for (int i = 0; i < LANES; i++) term[i] += cm[k] * T[k][i];
    }
#pragma omp simd
    for (int i = 0; i < LANES; i++) {
      const double next = 2.0 * d[i] * now[i] - before[i];
      sum[i] += now[i] * term[i];
      before[i] = now[i];
      now[i] = next;
    }
  }
}

static void EvaluateBlock(const QlbeTransverseSlice *slice, const double rho2[LANES],
                          const double x[LANES], double re[LANES], double im[LANES])
{
  const double k2 = slice->k_perp * slice->k_perp;
  double t[LANES], d[LANES], w_odd[LANES], before[2][LANES], T[RADIAL][LANES];

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
  }
  for (int i = 0; i < LANES; i++) {
    re[i] = im[i] = 0.0;
    w_odd[i] = 2.0 * d[i] - 1.0;
    before[0][i] = 2.0 * t[i] * t[i] - 1.0; /* T_-2 and T_-1: T_0 comes next */
    before[1][i] = t[i];
  }
  for (PetscInt k = 0; k < slice->n_rho; k += RADIAL) {
    const PetscInt n = PetscMin(RADIAL, slice->n_rho - k);
    RadialBasis(n, t, before, T);
    AddModes(slice, 0, n, slice->c + k, T, d, d, re);
    AddModes(slice, 1, n, slice->c + k, T, d, w_odd, im);
  }
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
