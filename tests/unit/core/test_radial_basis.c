/*
   Radial functions under a Maxwell weight: orthonormality, span, the constant, and the power at
   small p.
*/
#include <petscdt.h>
#include "check.h"
#include "qlbe/radial_basis.h"

enum { L_MAX = 6, N = 40, NODES = 160, FINE = 300 };

static const double thermal = 1.3, P = 3.1;

/* p^2 exp(-p^2/2 thermal^2) dp of total weight 1 on n nodes. */
static void Maxwell(PetscInt n, double p[], double weight[])
{
  const double norm = sqrt(2.0 / PETSC_PI) / pow(thermal, 3);

  assert_ok(PetscDTGaussQuadrature(n, 0.0, 9.5 * thermal, p, weight));
  for (PetscInt j = 0; j < n; j++)
    weight[j] *= norm * p[j] * p[j] * exp(-0.5 * pow(p[j] / thermal, 2));
}

static QlbeRadialBasis Create(PetscInt n, PetscInt l)
{
  double p[NODES], weight[NODES];
  QlbeRadialBasis basis = NULL;

  Maxwell(NODES, p, weight);
  assert_ok(QlbeRadialBasisCreate(n, l, P, &(QlbeRule){NODES, p, weight}, &basis));
  return basis;
}

/* The inner product is taken with another rule than the one the functions are made with. */
static void test_orthonormal(void **state)
{
  static double p[FINE], weight[FINE], p2[FINE], R[FINE][N];
  double worst = 0.0;

  (void)state;
  Maxwell(FINE, p, weight);
  for (int j = 0; j < FINE; j++) p2[j] = p[j] * p[j];
  for (PetscInt l = 0; l <= L_MAX; l++) {
    QlbeRadialBasis basis = Create(N, l);

    QlbeRadialBasisEvaluate(basis, FINE, p2, R[0]);
    for (int i = 0; i < N; i++) {
      for (int k = 0; k <= i; k++) {
        double sum = 0.0;

        for (int j = 0; j < FINE; j++) sum += weight[j] * R[j][i] * R[j][k];
        worst = PetscMax(worst, fabs(sum - (i == k ? 1.0 : 0.0)));
      }
    }
    assert_ok(QlbeRadialBasisDestroy(&basis));
    assert_null(basis);
  }
  print_message("orthonormality %.2e\n", worst);
  assert_small(worst, 1e-12, "orthonormality");
}

/*
   R of l = 0, i = 0 is 1 for a weight of total 1, and 1/2 for one of total 4; it does not depend on
   n.
*/
static void test_constant(void **state)
{
  const double p2[3] = {0.0, 2.0, 77.0};
  double p[NODES], weight[NODES], R[3];

  (void)state;
  Maxwell(NODES, p, weight);
  for (int total = 1; total <= 4; total += 3) {
    QlbeRadialBasis basis = NULL;

    for (int j = 0; j < NODES; j++) weight[j] *= total;
    assert_ok(QlbeRadialBasisCreate(1, 0, P, &(QlbeRule){NODES, p, weight}, &basis));
    QlbeRadialBasisEvaluate(basis, 3, p2, R);
    for (int j = 0; j < 3; j++) assert_close(R[j], 1.0 / sqrt(total), 1e-13, "constant");
    assert_ok(QlbeRadialBasisDestroy(&basis));
  }
}

/* R_i(p) = c p^l (1 + O(p^2)) with c other than 0. */
static void test_small_momentum(void **state)
{
  const double h = 1e-4, p2[3] = {h * h, 4.0 * h * h, 0.0};
  double R[3][5], worst = 0.0;

  (void)state;
  for (PetscInt l = 0; l <= L_MAX; l++) {
    QlbeRadialBasis basis = Create(5, l);

    QlbeRadialBasisEvaluate(basis, 3, p2, R[0]);
    for (int i = 0; i < 5; i++) {
      const double power = pow(2.0, (double)l);

      assert_true(fabs(R[0][i]) > 0.1 * pow(h / P, (double)l));
      worst = PetscMax(worst, fabs(R[1][i] / R[0][i] / power - 1.0));
      if (l > 0) assert_true(R[2][i] == 0.0);
    }
    assert_ok(QlbeRadialBasisDestroy(&basis));
  }
  print_message("power law %.2e\n", worst);
  assert_small(worst, 1e-6, "power law at small p");
}

/*
   x^(l/2) T_j(2 x - 1), x = p^2/(p^2 + P^2), is a combination of R_0 .. R_j with a coefficient of
   R_j other than 0, and of no more of them: the span is that of the polynomials, degree by degree.
*/
static void test_span(void **state)
{
  enum { TERMS = 12 };
  static double p[FINE], weight[FINE], p2[FINE], R[FINE][TERMS];
  double beyond = 0.0, residual = 0.0;

  (void)state;
  Maxwell(FINE, p, weight);
  for (int j = 0; j < FINE; j++) p2[j] = p[j] * p[j];
  for (PetscInt l = 0; l <= L_MAX; l++) {
    QlbeRadialBasis basis = Create(TERMS, l);

    QlbeRadialBasisEvaluate(basis, FINE, p2, R[0]);
    for (int degree = 0; degree < TERMS; degree++) {
      double function[FINE], c[TERMS] = {0.0};

      for (int j = 0; j < FINE; j++) {
        const double x = p2[j] / (p2[j] + P * P);

        function[j] = pow(x, 0.5 * (double)l) * cos(degree * acos(2.0 * x - 1.0));
        for (int i = 0; i < TERMS; i++) c[i] += weight[j] * function[j] * R[j][i];
      }
      for (int i = degree + 1; i < TERMS; i++) beyond = PetscMax(beyond, fabs(c[i]));
      assert_true(fabs(c[degree]) > 1e-8);
      for (int j = 0; j < FINE; j++) {
        double sum = 0.0;

        for (int i = 0; i <= degree; i++) sum += c[i] * R[j][i];
        residual = PetscMax(residual, sqrt(weight[j]) * fabs(sum - function[j]));
      }
    }
    assert_ok(QlbeRadialBasisDestroy(&basis));
  }
  print_message("coefficients beyond the degree %.2e, residual %.2e\n", beyond, residual);
  assert_small(beyond, 1e-13, "coefficients beyond the degree");
  assert_small(residual, 1e-13, "rest outside of the span");
}

static void test_contracts(void **state)
{
  double p[NODES], weight[NODES];
  QlbeRadialBasis basis = NULL;

  (void)state;
  Maxwell(NODES, p, weight);
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeRadialBasisCreate(5, 0, P, &(QlbeRule){4, p, weight}, &basis),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_null(basis);
  assert_ok(QlbeRadialBasisDestroy(&basis));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_orthonormal),    cmocka_unit_test(test_constant),
      cmocka_unit_test(test_small_momentum), cmocka_unit_test(test_span),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
