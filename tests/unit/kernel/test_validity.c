/*
   How dilute a gas is: reference values, E(0) against the averages over the gas, thresholds.
*/
#include "kernel_test.h"
#include "qlbe/gas_average.h"
#include "qlbe/problem.h"
#include "qlbe/validity.h"

#include <string.h>

static void test_values(void **state)
{
  QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeValidity v;

  (void)state;
  assert_ok(QlbeValidityCompute(&par, &v));
  assert_close(v.eta_a3, 1.0, 1e-15, "eta a^3");
  assert_close(v.eta_lambda3, pow(2.0 * PETSC_PI, 1.5), 1e-12, "eta lambda^3");
  assert_close(v.free_path_over_radius, 1.0 / 17.28152552, 1e-10, "l/a");
  assert_close(v.free_path_over_wavelength, 1.0 / 17.28152552 / sqrt(2.0 * PETSC_PI), 1e-10,
               "l/lambda");
  assert_close(v.kappa_max, 9.0, 1e-12, "kappa");
  assert_false(QlbeValidityIsDilute(&v));
}

/* The promised accuracy of E(0), for spheres small and large against the wavelength. */
static void test_escape_rate(void **state)
{
  const double radii[] = {0.01, 0.8, 9.0};

  (void)state;
  for (int r = 0; r < 3; r++) {
    QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
    QlbeGasAverage average;
    QlbeValidity v;
    double path;
    par.a = radii[r];
    assert_ok(QlbeGasAverageCreate(&par, 1.0, &average));
    path = sqrt(1.0 / (par.beta * par.M)) / QlbeEscapeRate(average, 0.0);
    assert_ok(QlbeGasAverageDestroy(&average));
    assert_ok(QlbeValidityCompute(&par, &v));
    assert_close(v.free_path_over_radius * par.a / path, 1.0, 1e-6, "free path");
    assert_close(v.free_path_over_wavelength * par.hbar * sqrt(2.0 * PETSC_PI * par.beta / par.m) /
                     path,
                 1.0, 1e-6, "free path in wavelengths");
  }
}

/* Each of the four can make a gas dense by itself; what is no number is not dilute. */
static void test_dilute(void **state)
{
  const QlbeValidity good = {0.01, 0.1, 10.0, 10.0, 1e5};
  QlbeValidity bad[5] = {good, good, good, good, good};

  (void)state;
  assert_true(QlbeValidityIsDilute(&good));
  bad[0].eta_a3 = 0.011;
  bad[1].eta_lambda3 = 0.11;
  bad[2].free_path_over_radius = 9.9;
  bad[3].free_path_over_wavelength = 9.9;
  bad[4].free_path_over_radius = NAN;
  for (int i = 0; i < 5; i++) assert_false(QlbeValidityIsDilute(&bad[i]));
}

static void test_describe(void **state)
{
  QlbeProblem problem = {.parameters = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0)};
  QlbeEntries entries = {.n = 0};
  char text[512];

  (void)state;
  assert_ok(QlbeValidityDescribe(&problem, &entries, sizeof(text), text));
  assert_int_equal(entries.n, 5);
  assert_string_equal(entries.entry[0].path, "validity/eta_a3");
  assert_non_null(strstr(text, "eta a^3 = 1,"));
  assert_non_null(strstr(text, "warning: the gas is not dilute"));
  problem.parameters.eta = 1e-4;
  assert_ok(QlbeValidityDescribe(&problem, &entries, sizeof(text), text));
  assert_null(strstr(text, "warning"));
  entries.n = 0;
  problem.parameters.eta = 0.0;
  assert_ok(QlbeValidityDescribe(&problem, &entries, sizeof(text), text));
  assert_int_equal(entries.n, 0);
  assert_string_equal(text, "");
  problem.parameters.eta = 1.0;
  problem.parameters.a = 1e9;
  assert_ok(QlbeValidityDescribe(&problem, &entries, sizeof(text), text));
  assert_int_equal(entries.n, 0);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values), cmocka_unit_test(test_escape_rate),
      cmocka_unit_test(test_dilute), cmocka_unit_test(test_describe)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
