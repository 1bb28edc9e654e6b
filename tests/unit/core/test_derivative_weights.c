/* Weights against functions of k whose derivatives are known, and what is refused. */
#include "check.h"
#include "qlbe/derivative_weights.h"

/* Im L_k = a k + b k^3 and Re L_k - L_0 = c k^2/2 + d k^4 give a and c exactly. */
static void test_polynomials(void **state)
{
  const double a = 1.25, b = -3.0, c = 0.75, d = 2.5, k[2] = {0.125, 0.375};
  QlbeDerivativeWeights weights;
  double first = 0.0, second = 0.0;

  (void)state;
  assert_ok(QlbeDerivativeWeightsCompute(k[0], k[1], &weights));
  for (int i = 0; i < 2; i++) {
    const double s = k[i] * k[i];
    first += weights.first[i] * (a * k[i] + b * k[i] * s);
    second += weights.second[i] * (0.5 * c * s + d * s * s);
  }
  assert_close(first, a, 1e-14, "first derivative");
  assert_close(second, c, 1e-14, "second derivative");
}

/* What remains of exp(i k) is of order k1^2 k2^2: k^5/120 and 2 k^6/720. */
static void test_error(void **state)
{
  const double k[2] = {0.02, 0.04}, product = k[0] * k[0] * k[1] * k[1];
  QlbeDerivativeWeights weights;
  double first = 0.0, second = 0.0;

  (void)state;
  assert_ok(QlbeDerivativeWeightsCompute(k[0], k[1], &weights));
  for (int i = 0; i < 2; i++) {
    first += weights.first[i] * sin(k[i]);
    second += weights.second[i] * (cos(k[i]) - 1.0);
  }
  assert_close((first - 1.0) / product, -1.0 / 120.0, 1e-4, "error of the first derivative");
  assert_close((second + 1.0) / product, 2.0 / 720.0, 1e-4, "error of the second derivative");
}

static void test_refusals(void **state)
{
  const double bad[][2] = {{0.0, 1.0}, {-1.0, 1.0}, {1.0, 1.0}, {2.0, 1.0}, {1.0, HUGE_VAL}};
  QlbeDerivativeWeights weights;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_equal(QlbeDerivativeWeightsCompute(bad[i][0], bad[i][1], &weights),
                     PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_polynomials),
      cmocka_unit_test(test_error),
      cmocka_unit_test(test_refusals),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
