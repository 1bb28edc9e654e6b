/*
   Chebyshev series: exact on polynomials, and geometric convergence at the rate that the nearest
   pole prescribes.
*/
#include "check.h"
#include "qlbe/chebyshev.h"

enum { MAX_N = 200 };

/* Coefficients of the interpolant of f with n terms. */
static void Interpolate(double (*f)(double), PetscInt n, double lo, double hi, double c[])
{
  double x[MAX_N];

  QlbeChebyshevNodes(n, lo, hi, x);
  for (PetscInt j = 0; j < n; j++) c[j] = f(x[j]);
  assert_ok(QlbeChebyshevTransform(1, n, 1, c));
}

static double LargestError(double (*f)(double), PetscInt n, double lo, double hi, const double c[])
{
  double largest = 0.0;

  for (int i = 0; i <= 997; i++) {
    const double x = lo + (hi - lo) * i / 997.0;
    largest = PetscMax(largest, fabs(QlbeChebyshevSum(n, c, lo, hi, x) - f(x)));
  }
  return largest;
}

static double Quintic(double x)
{
  return 3.0 + x * (-2.0 + x * (0.5 + x * (1.0 + x * (-0.25 + x * 0.125))));
}

static double Runge(double x)
{
  return 1.0 / (1.0 + 25.0 * x * x);
}

/* Six terms hold a polynomial of degree five, five do not. */
static void test_polynomial(void **state)
{
  double c[MAX_N];

  (void)state;
  Interpolate(Quintic, 6, -1.5, 2.0, c);
  assert_small(LargestError(Quintic, 6, -1.5, 2.0, c), 2e-14, "six terms");
  Interpolate(Quintic, 20, -1.5, 2.0, c);
  assert_small(LargestError(Quintic, 20, -1.5, 2.0, c), 4e-14, "twenty terms");
  for (int k = 6; k < 20; k++) assert_small(fabs(c[k]), 1e-14, "coefficient beyond the degree");
  Interpolate(Quintic, 5, -1.5, 2.0, c);
  assert_true(LargestError(Quintic, 5, -1.5, 2.0, c) > 1e-2);
}

/* x^2 = (T_0 + T_2)/2 on [-1, 1], and on [0, 4] with t = (x - 2)/2: x^2 = 6 T_0 + 8 T_1 + 2 T_2. */
static double Square(double x)
{
  return x * x;
}

static void test_known_coefficients(void **state)
{
  double c[4];

  (void)state;
  Interpolate(Square, 4, -1.0, 1.0, c);
  assert_close(c[0], 0.5, 1e-15, "T_0");
  assert_close(c[1], 0.0, 1e-15, "T_1");
  assert_close(c[2], 0.5, 1e-15, "T_2");
  Interpolate(Square, 4, 0.0, 4.0, c);
  assert_close(c[0], 6.0, 1e-14, "T_0 on [0, 4]");
  assert_close(c[1], 8.0, 1e-14, "T_1 on [0, 4]");
  assert_close(c[2], 2.0, 1e-14, "T_2 on [0, 4]");
}

/* Poles at +- i/5: errors fall like ((1 + sqrt 26)/5)^-n, by 0.0192 for twenty more terms. */
static void test_rate(void **state)
{
  const double rate = pow((1.0 + sqrt(26.0)) / 5.0, -20.0);
  double c[MAX_N], last = 0.0;

  (void)state;
  for (PetscInt n = 41; n <= 121; n += 20) {
    double error;

    Interpolate(Runge, n, -1.0, 1.0, c);
    error = LargestError(Runge, n, -1.0, 1.0, c);
    if (last > 0.0) assert_close(error / last, rate, 0.05 * rate, "decay of the error");
    last = error;
  }
  Interpolate(Runge, 190, -1.0, 1.0, c);
  /* converged: what is left is the rounding of sums of 190 terms */
  assert_small(LargestError(Runge, 190, -1.0, 1.0, c), 190.0 * PETSC_MACHINE_EPSILON, "190 terms");
}

/* The basis is that of cos(n arccos t), and agrees with Clenshaw's sum. */
static void test_basis(void **state)
{
  const double lo = 0.3, hi = 7.0;
  double T[30], c[30];

  (void)state;
  for (int k = 0; k < 30; k++) c[k] = 1.0 / (1.0 + k);
  for (int i = 0; i <= 20; i++) {
    const double x = lo + (hi - lo) * i / 20.0;
    const double t = PetscMax(-1.0, PetscMin(1.0, (2.0 * x - (hi + lo)) / (hi - lo)));
    double sum = 0.0;

    QlbeChebyshevBasis(30, lo, hi, x, T);
    for (int k = 0; k < 30; k++) {
      assert_close(T[k], cos(k * acos(t)), 2e-13, "basis function");
      sum += c[k] * T[k];
    }
    assert_close(QlbeChebyshevSum(30, c, lo, hi, x), sum, 1e-13, "sum");
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_polynomial),
      cmocka_unit_test(test_known_coefficients),
      cmocka_unit_test(test_rate),
      cmocka_unit_test(test_basis),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
