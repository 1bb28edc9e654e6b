/*
   Values of slices against the sums that they stand for, with cosines: any number of radial
   functions and modes, and of points.
*/
#include "kernel_test.h"
#include "qlbe/transverse.h"

enum { POINTS = 75 }; /* two full blocks of 32 and a part */

static const double rho2_max = 9.0, k_perp = 0.7;

/* Coefficients that fall off slowly. */
static void FillCoefficients(PetscInt n_modes, PetscInt n_rho, double c[])
{
  for (PetscInt mode = 0; mode < n_modes; mode++) {
    for (PetscInt k = 0; k < n_rho; k++)
      c[mode * n_rho + k] = cos(1.0 + 2.3 * (double)mode + 0.7 * (double)(k * k)) /
                            ((1.0 + (double)k) * (1.0 + (double)mode));
  }
}

/* sum_mode sum_k c T_k(t) cos(mode alpha), over cos(alpha) in odd modes */
static void DirectSum(const QlbeTransverseSlice *slice, double rho2, double x, double *re,
                      double *im)
{
  const double angle = acos(2.0 * rho2 / slice->rho2_max - 1.0);
  const double alpha = acos(x / (sqrt(rho2) * slice->k_perp));

  *re = *im = 0.0;
  for (PetscInt mode = 0; mode < slice->n_modes; mode++) {
    double radial = 0.0;
    for (PetscInt k = 0; k < slice->n_rho; k++)
      radial += slice->c[mode * slice->n_rho + k] * cos((double)k * angle);
    if (mode % 2 == 0)
      *re += radial * cos((double)mode * alpha);
    else
      *im += x * radial * cos((double)mode * alpha) / cos(alpha);
  }
}

static void CheckSlice(PetscInt n_modes, PetscInt n_rho)
{
  double rho2[POINTS], x[POINTS], re[POINTS], im[POINTS], *c;
  QlbeTransverseSlice slice = {
      .n_modes = n_modes, .n_rho = n_rho, .rho2_max = rho2_max, .k_perp = k_perp};

  assert_ok(PetscMalloc1(n_modes * n_rho, &c));
  FillCoefficients(n_modes, n_rho, c);
  slice.c = c;
  for (int i = 0; i < POINTS; i++) {
    rho2[i] = rho2_max * (0.01 + 0.98 * fmod(0.618 * (double)(i + 1), 1.0));
    x[i] = sqrt(rho2[i]) * k_perp * cos(0.05 + 3.0 * (double)i / (double)POINTS);
  }
  for (PetscInt n = 0; n <= POINTS; n += 25) {
    if (n_modes == 1)
      QlbeTransverseEvaluate(&slice, n, rho2, NULL, re, NULL);
    else
      QlbeTransverseEvaluate(&slice, n, rho2, x, re, im);
    for (PetscInt i = 0; i < n; i++) {
      double direct_re, direct_im;
      DirectSum(&slice, rho2[i], x[i], &direct_re, &direct_im);
      assert_close(re[i], direct_re, 1e-13, "real part");
      if (n_modes > 1) assert_close(im[i], direct_im, 1e-13, "imaginary part");
    }
  }
  assert_ok(PetscFree(c));
}

/* Radial functions come in chunks of 24. */
static void test_sums(void **state)
{
  const PetscInt n_rho[] = {1, 2, 23, 24, 25, 48, 60}, n_modes[] = {1, 2, 3, 6};

  (void)state;
  for (int r = 0; r < 7; r++) {
    for (int m = 0; m < 4; m++) CheckSlice(n_modes[m], n_rho[r]);
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sums)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
