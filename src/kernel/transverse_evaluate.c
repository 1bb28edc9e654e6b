/*
   Evaluation of one slice of the transverse integral: the innermost loop of the assembly.

   F = sum_{n even} c_n(rho^2) T_n(cos alpha) + i (p_perp . k_perp) sum_{n odd} c_n(rho^2) T_n(cos
   alpha)/cos alpha,

   and both angular factors are polynomials in d = cos(2 alpha): T_2j = T_j(d), and T_(2j+1)/cos
   alpha = W_j(d) with W_0 = 1, W_1 = 2d - 1 and the recurrence of the Chebyshev polynomials. So no
   square root and no angle is needed. All modes share the radial functions, of which some are
   computed at a time.
*/
#include "qlbe/transverse.h"

/*
   Points side by side, a few packs of them. Packs are vectors of the compiler, and loops over the
   packs are short: so sums stay in registers, which plain arrays of as many numbers were seen not
   to do.
*/
enum { WIDTH = 8, PACKS = 4, LANES = WIDTH * PACKS, RADIAL = 24 };
typedef double Pack __attribute__((vector_size(WIDTH * sizeof(double))));
typedef struct {
  Pack p[PACKS];
} Points;

/* Sum over the n radial functions of a slice with a single mode, by Clenshaw's recurrence. */
static inline void RadialSum(PetscInt n, const double c[], const Points *t, Points *sum)
{
  Pack twice[PACKS], b1[PACKS] = {{0.0}}, b2[PACKS] = {{0.0}};

  for (int j = 0; j < PACKS; j++) twice[j] = 2.0 * t->p[j];
  for (PetscInt k = n - 1; k > 0; k--) {
    for (int j = 0; j < PACKS; j++) {
      const Pack b0 = c[k] + (twice[j] * b1[j] - b2[j]);
      b2[j] = b1[j];
      b1[j] = b0;
    }
  }
  for (int j = 0; j < PACKS; j++) sum->p[j] = c[0] + (t->p[j] * b1[j] - b2[j]);
}

/*
   T_first .. T_(first + n - 1) into T; before[2] holds the two that precede them, and then the last
   two.
*/
static inline void RadialBasis(PetscInt n, const Points *t, Points before[2], Points T[RADIAL])
{
  for (PetscInt k = 0; k < n; k++) {
    for (int j = 0; j < PACKS; j++) {
      const Pack next = 2.0 * t->p[j] * before[1].p[j] - before[0].p[j];
      before[0].p[j] = before[1].p[j];
      T[k].p[j] = before[1].p[j] = next;
    }
  }
}

/* Some radial functions at the points, from number `first` on, n of them. */
typedef struct {
  PetscInt first, n;
  Points T[RADIAL];
} Radial;

/*
   Adds the modes mode, mode + 2, .. with angular factors 1, w1, and their recurrence in d: what the
   radial functions in r contribute.
*/
static inline void AddModes(const QlbeTransverseSlice *slice, PetscInt mode, const Radial *r,
                            const Points *d, const Points *w1, Points *sum)
{
  Points now, before;

  for (int j = 0; j < PACKS; j++) {
    now.p[j] = 1.0 - (Pack){0.0};
    before.p[j] = 2.0 * d->p[j] - w1->p[j]; /* so that w1 is next */
  }
  for (; mode < slice->n_modes; mode += 2) {
    const double *cm = slice->c + mode * slice->n_rho + r->first;
    Pack term[PACKS] = {{0.0}};
    for (PetscInt k = 0; k < r->n; k++) {
      for (int j = 0; j < PACKS; j++) term[j] += cm[k] * r->T[k].p[j];
    }
    for (int j = 0; j < PACKS; j++) {
      const Pack next = 2.0 * d->p[j] * now.p[j] - before.p[j];
      sum->p[j] += now.p[j] * term[j];
      before.p[j] = now.p[j];
      now.p[j] = next;
    }
  }
}

/* All modes of a slice that has several; im without its factor x. */
static void EvaluateModes(const QlbeTransverseSlice *slice, const Points *t, const Points *d,
                          Points *re, Points *im)
{
  Points w_odd, before[2];
  Radial r;

  for (int j = 0; j < PACKS; j++) {
    re->p[j] = im->p[j] = (Pack){0.0};
    w_odd.p[j] = 2.0 * d->p[j] - 1.0;
    before[0].p[j] = 2.0 * t->p[j] * t->p[j] - 1.0; /* T_-2 and T_-1: T_0 comes next */
    before[1].p[j] = t->p[j];
  }
  for (r.first = 0; r.first < slice->n_rho; r.first += RADIAL) {
    r.n = PetscMin(RADIAL, slice->n_rho - r.first);
    RadialBasis(r.n, t, before, r.T);
    AddModes(slice, 0, &r, d, d, re);
    AddModes(slice, 1, &r, d, &w_odd, im);
  }
}

static void EvaluateBlock(const QlbeTransverseSlice *slice, const double rho2[LANES],
                          const double x[LANES], double re[LANES], double im[LANES])
{
  const double k2 = slice->k_perp * slice->k_perp;
  Points t, d, real, imaginary;
  double *tv = (double *)&t, *dv = (double *)&d;

  for (int i = 0; i < LANES; i++) tv[i] = 2.0 * rho2[i] / slice->rho2_max - 1.0;
  if (slice->n_modes == 1) {
    RadialSum(slice->n_rho, slice->c, &t, &real);
    for (int i = 0; i < LANES; i++) re[i] = ((const double *)&real)[i];
    for (int i = 0; i < LANES; i++) im[i] = 0.0;
    return;
  }
  for (int i = 0; i < LANES; i++) {
    /* on the axis rho = 0 the angle is undefined and every mode but the first vanishes with rho */
    const double ratio = x[i] * x[i] / (rho2[i] * k2 + 1e-300);
    dv[i] = 2.0 * (ratio < 1.0 ? ratio : 1.0) - 1.0;
  }
  EvaluateModes(slice, &t, &d, &real, &imaginary);
  for (int i = 0; i < LANES; i++) {
    re[i] = ((const double *)&real)[i];
    im[i] = x[i] * ((const double *)&imaginary)[i];
  }
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
