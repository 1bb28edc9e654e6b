/* Richardson extrapolation against series with known limit and order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include "qlbe/richardson.h"

static void pure_power_is_exact(void **state)
{
  const double h[3] = {0.8, 0.5, 0.3};
  double v[3];
  QlbeRichardson r;

  (void)state;
  for (int i = 0; i < 3; i++) v[i] = -0.4 + 0.7 * pow(h[i], 4);
  assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 1.0, &r), 0);
  assert_true(fabs(r.value + 0.4) < 1e-14);
  assert_true(fabs(r.observed_order - 4.0) < 1e-10);
  assert_true(r.reliable);
  assert_true(r.error < 1e-13);
  assert_int_equal(QlbeRichardsonExtrapolate(2, h + 1, v + 1, 4.0, 1.0, &r), 0);
  assert_true(fabs(r.value + 0.4) < 1e-14);
  assert_true(isnan(r.observed_order));
  assert_false(r.reliable);
  assert_true(fabs(r.error - 0.7 * pow(0.3, 4)) < 1e-14);
}

/* h^4 and h^6 go, h^8 stays: the error shrinks like it and the estimate covers it. */
static void error_estimate_covers(void **state)
{
  double previous = 0.0;

  (void)state;
  for (int level = 0; level < 3; level++) {
    const double f = pow(0.5, level), h[3] = {0.8 * f, 0.6 * f, 0.5 * f};
    double v[3], error;
    QlbeRichardson r;
    for (int i = 0; i < 3; i++) v[i] = 3.0 + pow(h[i], 4) - 0.4 * pow(h[i], 6) + 0.1 * pow(h[i], 8);
    assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 1.0, &r), 0);
    error = fabs(r.value - 3.0);
    assert_true(error <= r.error);
    assert_true(r.error < 0.2 * fabs(v[2] - 3.0));
    assert_true(r.reliable);
    if (level > 0) assert_true(fabs(log2(previous / error) - 8.0) < 1e-4);
    previous = error;
  }
}

static void wrong_order_is_noticed(void **state)
{
  const double h[3] = {0.4, 0.2, 0.1};
  double v[3];
  QlbeRichardson r;

  (void)state;
  for (int i = 0; i < 3; i++) v[i] = 1.0 + h[i] * h[i];
  assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 1.0, &r), 0);
  assert_true(fabs(r.observed_order - 2.0) < 1e-10);
  assert_false(r.reliable);
  assert_true(fabs(r.value - 1.0) <= 1.0001 * r.error);
  v[2] = v[1] + 0.1; /* no monotone convergence: no order */
  assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 1.0, &r), 0);
  assert_true(isnan(r.observed_order));
  assert_false(r.reliable);
}

/* D of a light particle, relative, at spacings that do not resolve its jumps: the levels agree by
 * accident, and extrapolation is worse than the finest of them. */
static void unresolved_levels_are_not_trusted(void **state)
{
  const double h[3] = {0.484, 0.387, 0.323}, v[3] = {1.0596, 1.0143, 1.00203};
  QlbeRichardson r;

  (void)state;
  assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 0.47, &r), 0);
  assert_false(r.reliable);
  assert_true(fabs(r.value - 1.0) > fabs(v[2] - 1.0));
  assert_true(fabs(r.value - 1.0) < r.error);
  assert_true(r.error < 10.0 * fabs(r.value - 1.0));
}

/*
   D of a light particle on two grids of 6 and 10 points that do not resolve its jumps, relative;
   and two levels that are equal by accident. Where the levels resolve them the correction is the
   error.
*/
static void two_unresolved_levels_are_not_trusted(void **state)
{
  const double h[2] = {0.894, 0.497}, v[2] = {0.6727, 0.8884}, same[2] = {1.1, 1.1};
  QlbeRichardson r;

  (void)state;
  assert_int_equal(QlbeRichardsonExtrapolate(2, h, v, 4.0, 0.5, &r), 0);
  assert_true(1.5 * fabs(r.value - v[1]) < fabs(v[1] - 1.0));
  assert_true(r.error >= fabs(v[1] - 1.0));
  assert_true(r.error < 10.0 * fabs(v[1] - 1.0));
  assert_int_equal(QlbeRichardsonExtrapolate(2, h, same, 4.0, 0.5, &r), 0);
  assert_true(r.error > 0.02);
  assert_int_equal(QlbeRichardsonExtrapolate(2, h, v, 4.0, 1.0, &r), 0);
  assert_true(fabs(r.error - fabs(r.value - v[1])) < 1e-15);
}

static void bad_input_is_an_error(void **state)
{
  const double h[3] = {0.4, 0.2, 0.2}, up[2] = {0.1, 0.2}, v[3] = {1.0, 2.0, 3.0};
  const double bad[2] = {1.0, NAN};
  QlbeRichardson r;

  (void)state;
  PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL);
  assert_int_equal(QlbeRichardsonExtrapolate(3, h, v, 4.0, 1.0, &r), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRichardsonExtrapolate(2, up, v, 4.0, 1.0, &r), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRichardsonExtrapolate(1, h, v, 4.0, 1.0, &r), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRichardsonExtrapolate(2, h, v, 0.0, 1.0, &r), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRichardsonExtrapolate(2, h, bad, 4.0, 1.0, &r), PETSC_ERR_ARG_OUTOFRANGE);
  PetscPopErrorHandler();
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(pure_power_is_exact),
                                     cmocka_unit_test(error_estimate_covers),
                                     cmocka_unit_test(wrong_order_is_noticed),
                                     cmocka_unit_test(unresolved_levels_are_not_trusted),
                                     cmocka_unit_test(two_unresolved_levels_are_not_trusted),
                                     cmocka_unit_test(bad_input_is_an_error)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (PetscFinalize()) return 1;
  return failed;
}
