/*
   The lattice weight: known constants, symmetry, the rule over directions, and the order at which
   repaired lattice sums converge to exact integrals of functions with a 1/|q| singularity.
*/
#include "check.h"
#include "lattice_weight.h"

/* The cubic harmonic of degree four, 1 along the axes, of a unit vector. */
static double K4(const double d[3])
{
  return 2.5 * (pow(d[0], 4) + pow(d[1], 4) + pow(d[2], 4) - 0.6);
}

/* Fixed directions without symmetry. */
static void Direction(int i, double d[3])
{
  const double z = -0.95 + 0.19 * i, phi = 0.4 + 1.7 * i;

  d[0] = sqrt(1.0 - z * z) * cos(phi);
  d[1] = sqrt(1.0 - z * z) * sin(phi);
  d[2] = z;
}

static void test_constants(void **state)
{
  const double axis[3] = {0.0, 0.0, 1.0};

  (void)state;
  assert_close(QlbeLatticeWeight(0, axis), 2.8372974795, 0.5e-10, "w_0");
  assert_close(-9.0 * QlbeLatticeZeta(4, -1, axis), -18.5850, 0.5e-4, "coefficient of K_4");
  for (int i = 0; i < 11; i++) {
    double d[3];

    Direction(i, d);
    assert_close(QlbeLatticeWeight(0, d), 2.8372974795, 0.5e-10, "w_0 in every direction");
    assert_close(QlbeLatticeWeight(4, d), 2.8372974795 - 18.5850 * K4(d), 1e-4, "w up to l = 4");
    assert_small(fabs(QlbeLatticeZeta(2, -1, d)), 1e-13, "l = 2");
  }
}

/* The weight is invariant under the cube's symmetries and under inversion. */
static void test_cubic_symmetry(void **state)
{
  (void)state;
  for (int i = 0; i < 11; i++) {
    double d[3], w;

    Direction(i, d);
    w = QlbeLatticeWeight(12, d);
    {
      const double image[3] = {-d[1], d[2], -d[0]}, inverse[3] = {-d[0], -d[1], -d[2]};

      assert_close(QlbeLatticeWeight(12, image), w, 1e-11 * (1.0 + fabs(w)), "rotated direction");
      assert_close(QlbeLatticeWeight(12, inverse), w, 1e-11 * (1.0 + fabs(w)), "inversion");
    }
  }
}

/* zeta_l by its definition: the sum of P_l/|n| over a ball converges to it with a smooth cut-off.
 */
static double SmoothSum(PetscInt l, const double d[3], double radius)
{
  const int reach = (int)ceil(6.5 * radius);
  double sum = 0.0;

  for (int x = -reach; x <= reach; x++) {
    for (int y = -reach; y <= reach; y++) {
      for (int z = -reach; z <= reach; z++) {
        const double n2 = (double)(x * x + y * y + z * z);
        const double c = n2 > 0.0 ? (x * d[0] + y * d[1] + z * d[2]) / sqrt(n2) : 0.0, c2 = c * c;
        double P;

        if (n2 == 0.0) continue;
        P = l == 4 ? (35.0 * c2 * c2 - 30.0 * c2 + 3.0) / 8.0
                   : (231.0 * c2 * c2 * c2 - 315.0 * c2 * c2 + 105.0 * c2 - 5.0) / 16.0;
        sum += P / sqrt(n2) * exp(-n2 / (radius * radius));
      }
    }
  }
  return sum;
}

/* The cut-off's own error is of relative order radius^-2; two radii remove it. */
static void test_definition(void **state)
{
  (void)state;
  for (PetscInt l = 4; l <= 6; l += 2) {
    for (int i = 1; i < 11; i += 4) {
      double d[3], coarse, fine;

      Direction(i, d);
      coarse = SmoothSum(l, d, 5.0);
      fine = SmoothSum(l, d, 7.0);
      assert_close((49.0 * fine - 25.0 * coarse) / 24.0, QlbeLatticeZeta(l, -1, d), 2e-3,
                   "zeta from its definition");
    }
  }
}

/* Averages over the sphere: <w> = w_0, and <w K_4> = -18.5850 <K_4^2> with <K_4^2> = 4/21. */
static void test_rule(void **state)
{
  QlbeLatticeRule rule;
  double sum = 0.0, with_K4 = 0.0, odd = 0.0;
  const double axis[3] = {0.0, 0.0, 1.0};

  (void)state;
  assert_ok(QlbeLatticeRuleCreate(24, 4, 0.0, &rule));
  for (PetscInt i = 0; i < rule.n; i++) {
    const double *d = rule.direction[i];

    assert_close(d[0] * d[0] + d[1] * d[1] + d[2] * d[2], 1.0, 1e-14, "unit vector");
    sum += rule.weight[i];
    with_K4 += rule.weight[i] * K4(d);
    odd += rule.weight[i] * (d[0] * d[0] - d[1] * d[1]);
  }
  assert_close(sum, QlbeLatticeWeight(0, axis), 1e-10, "<w>");
  assert_close(with_K4, -9.0 * QlbeLatticeZeta(4, -1, axis) * 4.0 / 21.0, 1e-10, "<w K_4>");
  assert_close(odd, 0.0, 1e-13, "<w (x^2 - y^2)>");
  assert_ok(QlbeLatticeRuleDestroy(&rule));
  assert_null(rule.direction);
}

/* g(q) = exp(-q^2) angular(q^)/|q| with angular = c[0] + c[1] K_4 + c[2] x^2 y^2: 2 pi <angular>.
 */
static double Angular(const double c[3], const double d[3])
{
  return c[0] + c[1] * K4(d) + c[2] * d[0] * d[0] * d[1] * d[1];
}

static double RepairedError(const double c[3], double h, const QlbeLatticeRule *rule)
{
  const int reach = (int)ceil(6.2 / h);
  double sum = 0.0, repair = 0.0;

  for (int x = -reach; x <= reach; x++) {
    for (int y = -reach; y <= reach; y++) {
      for (int z = -reach; z <= reach; z++) {
        const double n = sqrt((double)(x * x + y * y + z * z)), d[3] = {x / n, y / n, z / n};

        if (x == 0 && y == 0 && z == 0) continue;
        sum += exp(-h * h * n * n) / (h * n) * Angular(c, d);
      }
    }
  }
  for (PetscInt i = 0; rule && i < rule->n; i++)
    repair += rule->weight[i] * Angular(c, rule->direction[i]);
  return h * h * h * sum + h * h * repair - 2.0 * PETSC_PI * (c[0] + c[2] / 15.0);
}

static double Order(const double c[3], double coarse, double fine, const QlbeLatticeRule *rule)
{
  return log(RepairedError(c, coarse, rule) / RepairedError(c, fine, rule)) / log(coarse / fine);
}

static void test_order(void **state)
{
  const double angular[3][3] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {1.0, -0.7, 3.0}};
  QlbeLatticeRule rule, constant;

  (void)state;
  assert_ok(QlbeLatticeRuleCreate(20, 4, 0.0, &rule));
  assert_ok(QlbeLatticeRuleCreate(20, 0, 0.0, &constant));
  for (int i = 0; i < 3; i++) {
    const double order = Order(angular[i], 0.4, 0.2, &rule);
    const double error = RepairedError(angular[i], 0.2, &rule);

    print_message("order %.3f, error %.2e at h = 0.2\n", order, error);
    assert_close(order, 4.0, 0.1, "order of the repaired sum");
    assert_close(Order(angular[i], 0.4, 0.2, NULL), 2.0, 0.1, "order without repair");
  }
  assert_close(Order(angular[1], 0.4, 0.2, &constant), 2.0, 0.1, "order of w_0 with K_4");
  assert_ok(QlbeLatticeRuleDestroy(&rule));
  assert_ok(QlbeLatticeRuleDestroy(&constant));
}

static void test_bad_input(void **state)
{
  QlbeLatticeRule rule;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeLatticeRuleCreate(0, 4, 0.0, &rule), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeLatticeRuleCreate(4, 3, 0.0, &rule), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeLatticeRuleCreate(4, 14, 0.0, &rule), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constants),  cmocka_unit_test(test_cubic_symmetry),
      cmocka_unit_test(test_definition), cmocka_unit_test(test_rule),
      cmocka_unit_test(test_order),      cmocka_unit_test(test_bad_input),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
