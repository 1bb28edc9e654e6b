/*
   The propagator as an object: what it needs of a matrix, what it keeps and for how long, special
   cases and errors.
*/
#include <slepcsys.h>
#include "unit/evolution/propagator_case.h"

enum { N = 60 };

static PetscErrorCode ShellMult(Mat shell, Vec x, Vec y)
{
  Mat A;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &A));
  PetscCall(MatMult(A, x, y));
  PetscFunctionReturn(0);
}

/* Nothing but a product: the norm is estimated, the dense matrix computed. In place, too. */
static void products_are_enough(void **state)
{
  Mat A = Diagonal(N, Level), shell;
  Vec x = Vector(A, 0.7), expected = DiagonalEvolved(Level, 0.4, x), y;
  PetscInt local, products;

  (void)state;
  assert_ok(MatGetLocalSize(A, &local, NULL));
  assert_ok(MatCreateShell(PETSC_COMM_WORLD, local, local, N, N, A, &shell));
  assert_ok(MatShellSetOperation(shell, MATOP_MULT, (void (*)(void))ShellMult));
  assert_ok(VecDuplicate(x, &y));
  for (int m = 0; m < METHODS; m++) {
    QlbePropagator p = Propagator(METHOD[m], 1e-11, shell);
    assert_ok(VecCopy(x, y));
    assert_ok(QlbePropagatorApply(p, 0.4, y, y));
    assert_small(Distance(y, expected, x), 1e-11, "a shell");
    assert_ok(QlbePropagatorGetProducts(p, &products));
    if (METHOD[m] == QLBE_PROPAGATE_DENSE)
      assert_int_equal(products, 0);
    else
      assert_true(products > 10);
    assert_ok(QlbePropagatorSetOperator(p, A));
    assert_ok(QlbePropagatorGetProducts(p, &products));
    assert_int_equal(products, 0);
    assert_ok(QlbePropagatorDestroy(&p));
  }
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&expected));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&shell));
  assert_ok(MatDestroy(&A));
}

static PetscErrorCode TinyNorm(Mat shell, NormType type, PetscReal *norm)
{
  (void)shell;
  (void)type;
  *norm = 1e-12;
  return 0;
}

/*
   A norm far too small makes the first step so long that MFN gives up shortening it, and says
   nothing: the propagator must.
*/
static void a_step_that_never_shrank_is_an_error(void **state)
{
  Mat A = Diagonal(N, Frequency), shell;
  Vec x = Vector(A, 0.7), y;
  PetscInt local;
  QlbePropagator p;

  (void)state;
  assert_ok(MatGetLocalSize(A, &local, NULL));
  assert_ok(MatCreateShell(PETSC_COMM_WORLD, local, local, N, N, A, &shell));
  assert_ok(MatShellSetOperation(shell, MATOP_MULT, (void (*)(void))ShellMult));
  assert_ok(MatShellSetOperation(shell, MATOP_NORM, (void (*)(void))TinyNorm));
  assert_ok(VecDuplicate(x, &y));
  p = Propagator(QLBE_PROPAGATE_KRYLOV, 1e-10, shell);
  assert_ok(PetscOptionsSetValue(NULL, "-propagate_mfn_ncv", "30"));
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbePropagatorApply(p, 1e7, x, y), PETSC_ERR_NOT_CONVERGED);
  assert_ok(PetscPopErrorHandler());
  assert_ok(PetscOptionsClearValue(NULL, "-propagate_mfn_ncv"));
  assert_ok(QlbePropagatorDestroy(&p));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&shell));
  assert_ok(MatDestroy(&A));
}

/* No time, no vector, no matrix to speak of, few unknowns: also fewer than ranks. */
static void special_cases(void **state)
{
  (void)state;
  for (PetscInt n = 1; n <= 3; n++) {
    Mat A = Diagonal(n, Level);
    Vec x = Vector(A, 0.7), zero, y, expected = DiagonalEvolved(Level, 2.0, x);
    assert_ok(VecDuplicate(x, &y));
    assert_ok(VecDuplicate(x, &zero));
    assert_ok(VecSet(zero, 0.0));
    for (int m = 0; m < METHODS; m++) {
      QlbePropagator p = Propagator(METHOD[m], 1e-10, A);
      assert_ok(QlbePropagatorApply(p, 0.0, x, y));
      assert_true(Distance(x, y, x) == 0.0);
      assert_ok(QlbePropagatorApply(p, 1.0, zero, y));
      assert_true(Distance(zero, y, x) == 0.0);
      assert_ok(QlbePropagatorApply(p, 2.0, x, y));
      assert_small(Distance(expected, y, x), 1e-10, "few unknowns");
      assert_ok(MatZeroEntries(A));
      assert_ok(QlbePropagatorSetOperator(p, A));
      assert_ok(QlbePropagatorApply(p, 1.0, x, y));
      assert_small(Distance(x, y, x), 1e-14, "exp(0)");
      assert_ok(QlbePropagatorDestroy(&p));
      assert_ok(MatDestroy(&A));
      A = Diagonal(n, Level);
    }
    assert_ok(VecDestroy(&y));
    assert_ok(VecDestroy(&zero));
    assert_ok(VecDestroy(&x));
    assert_ok(VecDestroy(&expected));
    assert_ok(MatDestroy(&A));
  }
}

/* What is kept follows time and matrix. */
static void nothing_outlives_its_time_or_operator(void **state)
{
  Mat A = Diagonal(N, Level);
  Vec x = Vector(A, 0.7), y;

  (void)state;
  assert_ok(VecDuplicate(x, &y));
  for (int m = 0; m < METHODS; m++) {
    static const double time[] = {0.1, 0.1, 0.3, 0.1};
    QlbePropagator p = Propagator(METHOD[m], 1e-10, A);
    Vec expected;
    for (int i = 0; i < 4; i++) {
      expected = DiagonalEvolved(Level, time[i], x);
      assert_ok(QlbePropagatorApply(p, time[i], x, y));
      assert_small(Distance(expected, y, x), 1e-10, "another time");
      assert_ok(VecDestroy(&expected));
    }
    assert_ok(MatScale(A, 2.0));
    assert_ok(QlbePropagatorSetOperator(p, A));
    expected = DiagonalEvolved(Level, 0.2, x);
    assert_ok(QlbePropagatorApply(p, 0.1, x, y));
    assert_small(Distance(expected, y, x), 1e-10, "another operator");
    assert_ok(MatScale(A, 0.5));
    assert_ok(VecDestroy(&expected));
    assert_ok(QlbePropagatorDestroy(&p));
  }
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

/* A vector with nothing but the values of x. */
static Vec Values(Vec x)
{
  const PetscScalar *from;
  PetscScalar *to;
  PetscInt n;
  Vec y;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecGetLocalSize(x, &n));
  assert_ok(VecGetArrayRead(x, &from));
  assert_ok(VecGetArrayWrite(y, &to));
  for (PetscInt i = 0; i < n; i++) to[i] = from[i];
  assert_ok(VecRestoreArrayWrite(y, &to));
  assert_ok(VecRestoreArrayRead(x, &from));
  return y;
}

/*
   Neither those of the propagator nor those of the vector: a run that goes on in the middle has the
   bits of one that does not.
*/
static void results_do_not_depend_on_earlier_times(void **state)
{
  static const double time[] = {0.1, 0.03, 0.3, 0.002, 0.03, 0.1};
  Mat A = Diagonal(N, Level);

  (void)state;
  for (int m = 0; m < METHODS; m++) {
    QlbePropagator p = Propagator(METHOD[m], 1e-10, A);
    Vec x = Vector(A, 0.7);
    for (int i = 0; i < 6; i++) {
      Vec values = Values(x), fresh = Evolved(METHOD[m], 1e-10, A, time[i], values);
      PetscBool equal;
      assert_ok(QlbePropagatorApply(p, time[i], x, x));
      assert_ok(VecEqual(x, fresh, &equal));
      assert_true(equal);
      assert_ok(VecDestroy(&fresh));
      assert_ok(VecDestroy(&values));
    }
    assert_ok(VecDestroy(&x));
    assert_ok(QlbePropagatorDestroy(&p));
  }
  assert_ok(MatDestroy(&A));
}

static void errors_are_reported(void **state)
{
  Mat A = Diagonal(N, Level), flat;
  Vec x = Vector(A, 0.7), y;
  QlbePropagator p;

  (void)state;
  assert_ok(VecDuplicate(x, &y));
  assert_ok(MatCreateDense(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, 4, 5, NULL, &flat));
  assert_ok(QlbePropagatorCreate(PETSC_COMM_WORLD, &p));
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbePropagatorApply(p, 1.0, x, y), PETSC_ERR_ORDER);
  assert_int_equal(QlbePropagatorSetOperator(p, flat), PETSC_ERR_ARG_SIZ);
  assert_int_equal(QlbePropagatorSetTolerance(p, 1e-15), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbePropagatorSetTolerance(p, NAN), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(QlbePropagatorSetOperator(p, A));
  assert_int_equal(QlbePropagatorApply(p, -1.0, x, y), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbePropagatorApply(p, INFINITY, x, y), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscOptionsSetValue(NULL, "-propagate_ts_max_steps", "3"));
  assert_ok(QlbePropagatorSetMethod(p, QLBE_PROPAGATE_TS));
  assert_int_equal(QlbePropagatorApply(p, 10.0, x, y), PETSC_ERR_NOT_CONVERGED);
  assert_ok(PetscOptionsClearValue(NULL, "-propagate_ts_max_steps"));
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbePropagatorDestroy(&p));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&flat));
  assert_ok(MatDestroy(&A));
}

/* Options that loosen a solver: the propagation must not take their word for it. */
static void options_cannot_loosen_the_contract(void **state)
{
  static const struct {
    QlbePropagatorMethod method;
    const char *name[3], *value[3];
  } cases[] = {{QLBE_PROPAGATE_KRYLOV, {"-propagate_mfn_tol", "-propagate_mfn_ncv"}, {"1", "3"}},
               {QLBE_PROPAGATE_TS,
                {"-propagate_ts_rk_type", "-propagate_ts_adapt_type", "-propagate_ts_dt"},
                {"1fe", "none", "0.01"}},
               {QLBE_PROPAGATE_TS, {"-propagate_ts_type", "-propagate_ts_dt"}, {"euler", "0.01"}}};
  Mat A = Diagonal(N, Level);
  Vec x = Vector(A, 0.7), y;

  (void)state;
  assert_ok(VecDuplicate(x, &y));
  for (int i = 0; i < 3; i++) {
    QlbePropagator p = Propagator(cases[i].method, 1e-10, A);
    for (int j = 0; j < 3 && cases[i].name[j]; j++)
      assert_ok(PetscOptionsSetValue(NULL, cases[i].name[j], cases[i].value[j]));
    assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
    assert_int_equal(QlbePropagatorApply(p, 1.0, x, y), PETSC_ERR_NOT_CONVERGED);
    assert_ok(PetscPopErrorHandler());
    for (int j = 0; j < 3 && cases[i].name[j]; j++)
      assert_ok(PetscOptionsClearValue(NULL, cases[i].name[j]));
    assert_ok(QlbePropagatorDestroy(&p));
  }
  /* options that only tune are fine */
  for (int i = 0; i < 2; i++) {
    const char *name = i == 0 ? "-propagate_mfn_ncv" : "-propagate_ts_rk_type";
    QlbePropagator p = Propagator(cases[i].method, 1e-10, A);
    Vec expected = DiagonalEvolved(Level, 1.0, x);
    PetscReal error;
    assert_ok(PetscOptionsSetValue(NULL, name, i == 0 ? "24" : "5dp"));
    assert_ok(QlbePropagatorApply(p, 1.0, x, y));
    assert_ok(PetscOptionsClearValue(NULL, name));
    assert_ok(VecAXPY(y, -1.0, expected));
    assert_ok(VecNorm(y, NORM_2, &error));
    assert_small(error, 1e-9, "error of a tuned propagation");
    assert_ok(VecDestroy(&expected));
    assert_ok(QlbePropagatorDestroy(&p));
  }
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(products_are_enough),
      cmocka_unit_test(a_step_that_never_shrank_is_an_error),
      cmocka_unit_test(special_cases),
      cmocka_unit_test(nothing_outlives_its_time_or_operator),
      cmocka_unit_test(results_do_not_depend_on_earlier_times),
      cmocka_unit_test(errors_are_reported),
      cmocka_unit_test(options_cannot_loosen_the_contract),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
