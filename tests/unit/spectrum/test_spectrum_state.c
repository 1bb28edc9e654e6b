/* State of the spectrum object: no result outlives its input; small matrices; order and phase. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <slepceps.h>
#include "qlbe/spectrum.h"

#define Call(x) PetscCallAbort(PETSC_COMM_WORLD, x)

/* Tridiagonal: -2 on the diagonal, off on both sides. */
static Mat Chain(PetscInt n, PetscScalar off)
{
  PetscInt begin, end;
  Mat A;

  Call(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, n, n, 3, NULL, 2, NULL, &A));
  Call(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    Call(MatSetValue(A, i, i, -2.0, INSERT_VALUES));
    if (i > 0) Call(MatSetValue(A, i, i - 1, off, INSERT_VALUES));
    if (i < n - 1) Call(MatSetValue(A, i, i + 1, off, INSERT_VALUES));
  }
  Call(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  Call(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

static void expect_order_error(QlbeSpectrum s)
{
  QlbeEigenpair pair;
  PetscInt n;

  Call(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectrumGetConverged(s, &n), PETSC_ERR_ORDER);
  assert_int_equal(QlbeSpectrumGetEigenvalue(s, 0, &pair), PETSC_ERR_ORDER);
  assert_int_equal(QlbeSpectrumGetWork(s, &n, NULL), PETSC_ERR_ORDER);
  Call(PetscPopErrorHandler());
}

static void setters_invalidate(void **state)
{
  Mat A = Chain(30, 1.0);
  QlbeSpectrum s;
  PetscInt n;
  Vec x;

  (void)state;
  Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  expect_order_error(s);
  Call(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectrumSolve(s), PETSC_ERR_ORDER);
  Call(PetscPopErrorHandler());
  Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 2.0));
  Call(MatCreateVecs(A, &x, NULL));
  Call(VecSet(x, 1.0));
  for (int setter = 0; setter < 6; setter++) {
    Call(QlbeSpectrumSolve(s));
    Call(QlbeSpectrumGetConverged(s, &n));
    assert_true(n >= 1);
    if (setter == 0) Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 3.0));
    if (setter == 1) Call(QlbeSpectrumSetCount(s, 2));
    if (setter == 2) Call(QlbeSpectrumSetTolerance(s, 1e-9));
    if (setter == 3) Call(QlbeSpectrumSetMaxIterations(s, 200));
    if (setter == 4) Call(QlbeSpectrumSetInitialGuess(s, x));
    if (setter == 5) Call(QlbeSpectrumSetInitialGuess(s, NULL));
    expect_order_error(s);
  }
  Call(VecDestroy(&x));
  Call(MatDestroy(&A));
  Call(QlbeSpectrumDestroy(&s));
  assert_null(s);
  Call(QlbeSpectrumDestroy(&s));
}

static void nonsense_is_refused(void **state)
{
  Mat A = Chain(4, 1.0), B;
  QlbeSpectrum s;
  Vec zero;

  (void)state;
  Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  Call(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, 4, 5, 1, NULL, 1, NULL, &B));
  Call(MatCreateVecs(A, &zero, NULL));
  Call(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectrumSetOperator(s, B, PETSC_TRUE, 1.0), PETSC_ERR_ARG_SIZ);
  assert_int_equal(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 0.0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, NAN), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectrumSetCount(s, 0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectrumSetTolerance(s, -1.0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectrumSetMaxIterations(s, 0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectrumSetInitialGuess(s, zero), PETSC_ERR_ARG_WRONG);
  assert_int_equal(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 1.0), 0);
  assert_int_equal(QlbeSpectrumSetCount(s, 5), 0);
  assert_int_equal(QlbeSpectrumSolve(s), PETSC_ERR_ARG_SIZ);
  Call(PetscPopErrorHandler());
  Call(VecDestroy(&zero));
  Call(MatDestroy(&A));
  Call(MatDestroy(&B));
  Call(QlbeSpectrumDestroy(&s));
}

/* Every eigenvalue -2 + 2 cos(pi j/(n+1)) of small chains, in order. */
static void small_matrices_are_complete(void **state)
{
  const PetscInt sizes[4] = {1, 7, 40, 60};

  (void)state;
  for (int i = 0; i < 4; i++) {
    const PetscInt n = sizes[i];
    Mat A = Chain(n, 1.0);
    QlbeSpectrum s;
    PetscInt converged;
    Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
    Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 2.0));
    Call(QlbeSpectrumSetCount(s, n));
    Call(QlbeSpectrumSolve(s));
    Call(QlbeSpectrumGetConverged(s, &converged));
    assert_int_equal(converged, n);
    for (PetscInt j = 0; j < n; j++) {
      const double exact = -2.0 + 2.0 * cos(PETSC_PI * (double)(j + 1) / (double)(n + 1));
      QlbeEigenpair pair;
      Call(QlbeSpectrumGetEigenvalue(s, j, &pair));
      assert_true(PetscAbsScalar(pair.value - exact) < 1e-13);
      assert_true(fabs(pair.condition - 1.0) < 1e-12);
    }
    Call(QlbeSpectrumDestroy(&s));
    Call(MatDestroy(&A));
  }
}

/* Unit length, x^T x > 0 and a positive sum, for a chain with a complex coupling. */
static void phase_is_fixed(void **state)
{
  Mat A = Chain(21, 1.0 + 0.2 * PETSC_i);
  QlbeSpectrum s;
  PetscScalar xtx, sum;
  PetscReal norm;
  Vec x;

  (void)state;
  Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 2.0));
  Call(QlbeSpectrumSolve(s));
  Call(MatCreateVecs(A, &x, NULL));
  Call(QlbeSpectrumGetEigenvector(s, 0, x));
  Call(VecNorm(x, NORM_2, &norm));
  Call(VecTDot(x, x, &xtx));
  Call(VecSum(x, &sum));
  assert_true(fabs(norm - 1.0) < 1e-14);
  assert_true(PetscRealPart(xtx) > 0.99 && fabs(PetscImaginaryPart(xtx)) < 1e-14);
  assert_true(PetscRealPart(sum) > 0.0);
  Call(VecDestroy(&x));
  Call(QlbeSpectrumDestroy(&s));
  Call(MatDestroy(&A));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(setters_invalidate), cmocka_unit_test(nonsense_is_refused),
      cmocka_unit_test(small_matrices_are_complete), cmocka_unit_test(phase_is_fixed)};
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (SlepcFinalize()) return 1;
  return failed;
}
