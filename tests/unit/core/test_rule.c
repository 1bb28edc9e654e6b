/*
   Quadrature rules against exact moments up to the degree that defines them, and the known error
   one degree further.
*/
#include "check.h"
#include "qlbe/rule.h"

/* sum_j w_j x_j^power */
static double Moment(const QlbeRule *rule, int power)
{
  double sum = 0.0;

  for (PetscInt j = 0; j < rule->n; j++) sum += rule->w[j] * pow(rule->x[j], power);
  return sum;
}

/* x^power exp(-x^2/2) dx on x > 0, sampled. */
static void HalfRange(int power, QlbeRule *weight)
{
  assert_ok(QlbeRuleLegendre(400, 0.0, 22.0, weight));
  for (PetscInt j = 0; j < weight->n; j++)
    weight->w[j] *= pow(weight->x[j], power) * exp(-0.5 * weight->x[j] * weight->x[j]);
}

/* int_0^inf x^k exp(-x^2/2) dx */
static double GaussianMoment(int k)
{
  return exp2(0.5 * (k - 1)) * tgamma(0.5 * (k + 1));
}

/* Monomials on [-1, 1]: exact to 2 n - 1, and short by the square of the monic P_n at 2 n. */
static void test_legendre(void **state)
{
  double worst = 0.0, missing = 0.0;

  (void)state;
  for (int n = 1; n <= 20; n++) {
    const double monic = pow(tgamma(n + 1), 2) / tgamma(2 * n + 1) * exp2(n);
    const double square = 2.0 / (2.0 * n + 1.0) * monic * monic;
    QlbeRule rule;

    assert_ok(QlbeRuleLegendre(n, -1.0, 1.0, &rule));
    assert_int_equal(rule.n, n);
    for (int k = 0; k < 2 * n; k++)
      worst = PetscMax(worst, fabs(Moment(&rule, k) - (k % 2 == 0 ? 2.0 / (k + 1.0) : 0.0)));
    if (n <= 8)
      missing =
          PetscMax(missing, fabs((2.0 / (2.0 * n + 1.0) - Moment(&rule, 2 * n)) / square - 1.0));
    assert_ok(QlbeRuleDestroy(&rule));
    assert_int_equal(rule.n, 0);
  }
  print_message("moments %.2e, error of the next one %.2e\n", worst, missing);
  assert_small(worst, 1e-14, "moments of Gauss-Legendre");
  assert_small(missing, 1e-9, "error of degree 2 n");
}

/* The same on [lo, hi], with nodes inside. */
static void test_interval(void **state)
{
  const double lo = -0.7, hi = 2.3;
  double worst = 0.0;
  QlbeRule rule;

  (void)state;
  assert_ok(QlbeRuleLegendre(6, lo, hi, &rule));
  for (int k = 0; k < 12; k++) {
    const double exact = (pow(hi, k + 1) - pow(lo, k + 1)) / (k + 1.0);

    worst = PetscMax(worst, fabs(Moment(&rule, k) / exact - 1.0));
  }
  for (PetscInt j = 0; j < rule.n; j++) assert_true(rule.x[j] > lo && rule.x[j] < hi);
  assert_small(worst, 1e-14, "moments on an interval");
  assert_ok(QlbeRuleDestroy(&rule));
}

/*
   Gauss rules of x^power exp(-x^2/2) on half of the axis: the half-range Gaussian, power 1, and
   Maxwell's. High moments live on the last nodes, whose weights are tiny: their relative accuracy
   is what they test.
*/
static void test_gauss(void **state)
{
  (void)state;
  for (int power = 0; power <= 2; power++) {
    double worst = 0.0;
    QlbeRule weight;

    HalfRange(power, &weight);
    for (int n = 1; n <= 12; n++) {
      QlbeRule rule;

      assert_ok(QlbeRuleGauss(n, &weight, &rule));
      assert_int_equal(rule.n, n);
      for (int k = 0; k < 2 * n; k++)
        worst = PetscMax(worst, fabs(Moment(&rule, k) / GaussianMoment(k + power) - 1.0));
      /* what is missing at degree 2 n is the square of the monic polynomial: positive, and no
         rounding */
      if (n <= 6) assert_true(1.0 - Moment(&rule, 2 * n) / GaussianMoment(2 * n + power) > 1e-7);
      for (int j = 0; j < n; j++)
        assert_true(rule.w[j] > 0.0 && rule.x[j] > (j > 0 ? rule.x[j - 1] : 0.0));
      assert_ok(QlbeRuleDestroy(&rule));
    }
    print_message("x^%d exp(-x^2/2): moments %.2e\n", power, worst);
    assert_small(worst, 1e-12, "moments of a Gauss rule");
    assert_ok(QlbeRuleDestroy(&weight));
  }
}

/* One node sits at the mean; the rule of a constant weight is Gauss-Legendre. */
static void test_known_rules(void **state)
{
  QlbeRule weight, rule, legendre;
  double worst = 0.0;

  (void)state;
  HalfRange(0, &weight);
  assert_ok(QlbeRuleGauss(1, &weight, &rule));
  assert_close(rule.x[0], sqrt(2.0 / PETSC_PI), 1e-14, "mean of the half-range Gaussian");
  assert_close(rule.w[0], sqrt(PETSC_PI / 2.0), 1e-14, "its weight");
  assert_close(1.0 - Moment(&rule, 2) / GaussianMoment(2), 1.0 - 2.0 / PETSC_PI, 1e-14, "variance");
  assert_ok(QlbeRuleDestroy(&rule));
  assert_ok(QlbeRuleDestroy(&weight));
  assert_ok(QlbeRuleLegendre(80, 1.0, 3.0, &weight));
  assert_ok(QlbeRuleGauss(17, &weight, &rule));
  assert_ok(QlbeRuleLegendre(17, 1.0, 3.0, &legendre));
  for (PetscInt j = 0; j < 17; j++)
    worst =
        PetscMax(worst, PetscMax(fabs(rule.x[j] - legendre.x[j]), fabs(rule.w[j] - legendre.w[j])));
  print_message("Gauss-Legendre both ways %.2e\n", worst);
  assert_small(worst, 1e-13, "Gauss-Legendre both ways");
  assert_ok(QlbeRuleDestroy(&legendre));
  assert_ok(QlbeRuleDestroy(&rule));
  assert_ok(QlbeRuleDestroy(&weight));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_legendre),
      cmocka_unit_test(test_interval),
      cmocka_unit_test(test_gauss),
      cmocka_unit_test(test_known_rules),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
