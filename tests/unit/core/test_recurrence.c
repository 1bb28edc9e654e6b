/*
   Recurrence coefficients against those of the classical weights, and the orthonormality that
   defines them.
*/
#include <petscdt.h>
#include "check.h"
#include "qlbe/recurrence.h"

enum { NODES = 400, TERMS = 20 };

/* A weight on nodes, and the coefficients from it. */
typedef struct {
  double x[NODES], w[NODES], a[TERMS], b[TERMS];
} Weight;

/* Gauss-Legendre nodes on [lo, hi], weighted with density. */
static void Sample(double lo, double hi, double (*density)(double), Weight *t)
{
  assert_ok(PetscDTGaussQuadrature(NODES, lo, hi, t->x, t->w));
  for (int j = 0; j < NODES; j++) t->w[j] *= density(t->x[j]);
  assert_ok(QlbeRecurrenceFromWeight(TERMS, NODES, t->x, t->w, t->a, t->b));
}

static double One(double x)
{
  (void)x;
  return 1.0;
}

static double Gaussian(double x)
{
  return exp(-x * x);
}

static double Exponential(double x)
{
  return exp(-x);
}

/* Nothing about it is symmetric or smooth on the scale of its nodes. */
static double Irregular(double x)
{
  return 1.0 + x + 0.9 * sin(31.0 * x * x);
}

/* Largest deviation of a[n], b[n], n >= 1, and of a[0], relative to the largest of them. */
static double Deviation(const Weight *t, double (*a)(double), double (*b)(double))
{
  double worst = 0.0, largest = 0.0;

  for (int n = 0; n < TERMS; n++) {
    largest = PetscMax(largest, PetscMax(fabs(a(n)), fabs(b(n))));
    worst = PetscMax(worst, fabs(t->a[n] - a(n)));
    if (n > 0) worst = PetscMax(worst, fabs(t->b[n] - b(n)));
  }
  return worst / largest;
}

static double Zero(double n)
{
  (void)n;
  return 0.0;
}

static double LegendreB(double n)
{
  return n > 0.0 ? n / sqrt(4.0 * n * n - 1.0) : 0.0;
}

static double HermiteB(double n)
{
  return sqrt(0.5 * n);
}

static double LaguerreA(double n)
{
  return 2.0 * n + 1.0;
}

static double LaguerreB(double n)
{
  return n;
}

/* b[0] is the root of the total weight: 2, pi^(1/2) and 1. */
static void test_classical_weights(void **state)
{
  double worst;
  Weight t;

  (void)state;
  Sample(-1.0, 1.0, One, &t);
  worst = Deviation(&t, Zero, LegendreB);
  print_message("Legendre %.2e, b[0] %.2e", worst, fabs(t.b[0] - sqrt(2.0)));
  assert_small(worst, 1e-14, "Legendre");
  assert_close(t.b[0], sqrt(2.0), 1e-14, "total weight of Legendre");
  Sample(-14.0, 14.0, Gaussian, &t);
  worst = Deviation(&t, Zero, HermiteB);
  print_message("; Hermite %.2e, b[0] %.2e", worst, fabs(t.b[0] - pow(PETSC_PI, 0.25)));
  assert_small(worst, 1e-13, "Hermite");
  assert_close(t.b[0], pow(PETSC_PI, 0.25), 1e-14, "total weight of Hermite");
  Sample(0.0, 200.0, Exponential, &t);
  worst = Deviation(&t, LaguerreA, LaguerreB);
  print_message("; Laguerre %.2e, b[0] %.2e\n", worst, fabs(t.b[0] - 1.0));
  assert_small(worst, 1e-13, "Laguerre");
  assert_close(t.b[0], 1.0, 1e-14, "total weight of Laguerre");
}

/*
   Equal weights at the zeros of T_N: discrete orthogonality is exact, b = 1/2 but for b[1]^2 = 1/2.
*/
static void test_chebyshev(void **state)
{
  double x[2 * TERMS], w[2 * TERMS], a[TERMS], b[TERMS], worst = 0.0;

  (void)state;
  for (int j = 0; j < 2 * TERMS; j++) {
    x[j] = cos(PETSC_PI * (j + 0.5) / (2.0 * TERMS));
    w[j] = PETSC_PI / (2.0 * TERMS);
  }
  assert_ok(QlbeRecurrenceFromWeight(TERMS, 2 * TERMS, x, w, a, b));
  assert_close(b[0], sqrt(PETSC_PI), 1e-14, "total weight");
  for (int n = 0; n < TERMS; n++) {
    worst = PetscMax(worst, fabs(a[n]));
    if (n > 0) worst = PetscMax(worst, fabs(b[n] - (n == 1 ? sqrt(0.5) : 0.5)));
  }
  print_message("Chebyshev %.2e\n", worst);
  assert_small(worst, 1e-14, "Chebyshev");
}

/* pi_0 .. at x by the recurrence that the header states. */
static void Polynomials(const Weight *t, double x, double pi[TERMS])
{
  pi[0] = 1.0 / t->b[0];
  for (int n = 0; n + 1 < TERMS; n++)
    pi[n + 1] = ((x - t->a[n]) * pi[n] - (n > 0 ? t->b[n] * pi[n - 1] : 0.0)) / t->b[n + 1];
}

static void test_orthonormal(void **state)
{
  double gram[TERMS][TERMS] = {{0.0}}, worst = 0.0;
  Weight t;

  (void)state;
  Sample(-0.3, 2.0, Irregular, &t);
  for (int j = 0; j < NODES; j++) {
    double pi[TERMS];

    Polynomials(&t, t.x[j], pi);
    for (int n = 0; n < TERMS; n++) {
      for (int k = 0; k < TERMS; k++) gram[n][k] += t.w[j] * pi[n] * pi[k];
    }
  }
  for (int n = 0; n < TERMS; n++) {
    for (int k = 0; k < TERMS; k++)
      worst = PetscMax(worst, fabs(gram[n][k] - (n == k ? 1.0 : 0.0)));
  }
  print_message("orthonormality %.2e\n", worst);
  assert_small(worst, 1e-12, "orthonormality");
}

/* A factor on the weight goes into b[0] alone, a shift of the nodes into a[]. */
static void test_covariance(void **state)
{
  const double factor = 7.0, shift = 3.0;
  double a[TERMS], b[TERMS];
  Weight t;

  (void)state;
  Sample(-0.3, 2.0, Irregular, &t);
  for (int j = 0; j < NODES; j++) {
    t.x[j] += shift;
    t.w[j] *= factor;
  }
  assert_ok(QlbeRecurrenceFromWeight(TERMS, NODES, t.x, t.w, a, b));
  for (int n = 0; n < TERMS; n++) {
    assert_close(a[n], t.a[n] + shift, 1e-13, "shifted a");
    assert_close(b[n], n == 0 ? sqrt(factor) * t.b[0] : t.b[n], 1e-13, "b");
  }
}

static void test_contracts(void **state)
{
  const double x[2] = {1.0, 3.0}, w[2] = {1.0, 3.0};
  double a[3], b[3];

  (void)state;
  /* as many polynomials as nodes: mean 5/2, variance 3/4 */
  assert_ok(QlbeRecurrenceFromWeight(2, 2, x, w, a, b));
  assert_close(b[0], 2.0, 1e-15, "two nodes, b[0]");
  assert_close(a[0], 2.5, 1e-15, "two nodes, a[0]");
  assert_close(b[1], sqrt(0.75), 1e-15, "two nodes, b[1]");
  assert_close(a[1], 1.5, 1e-15, "two nodes, a[1]");
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeRecurrenceFromWeight(0, 2, x, w, a, b), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRecurrenceFromWeight(-1, 2, x, w, a, b), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRecurrenceFromWeight(3, 2, x, w, a, b), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_classical_weights), cmocka_unit_test(test_chebyshev),
      cmocka_unit_test(test_orthonormal),       cmocka_unit_test(test_covariance),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
