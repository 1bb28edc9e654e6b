/*
   Special functions that fail give nan, underflows 0, and anything else its value.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <petscsys.h>

#include "check.h"
#include "qlbe/special.h"

static double GammaOf(double x)
{
  gsl_sf_result gamma;
  const int status = gsl_sf_gamma_e(x, &gamma);

  return QlbeSpecialValue(status, &gamma);
}

static void failures_are_no_numbers(void **state)
{
  gsl_sf_result result = {.val = 0.5, .err = 0.0};

  (void)state;
  (void)gsl_set_error_handler_off();
  assert_close(GammaOf(5.0), 24.0, 1e-13, "Gamma(5)");
  assert_true(isnan(GammaOf(-1.0)));
  assert_true(isnan(GammaOf(1e3)));
  /* what an iteration that did not converge leaves looks like a value */
  assert_true(isnan(QlbeSpecialValue(GSL_EMAXITER, &result)));
  assert_true(isnan(QlbeSpecialValue(GSL_ELOSS, &result)));
  assert_true(QlbeSpecialValue(GSL_EUNDRFLW, &result) == 0.5);
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(failures_are_no_numbers)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
