/*
   Leading eigenpairs against dense LAPACK, closed forms, and each other, on a model of a fiber
   operator whose eigenvalues next to the leading one lie in the sector of p_z, and whose spectrum
   extends to -60.
*/
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <slepceps.h>
#include "qlbe/spectrum.h"
#include "unit/spectrum/synthetic.h"

#define Call(x) PetscCallAbort(PETSC_COMM_WORLD, x)
#define SCALE   17.0
#define PAIRS   5

static const Synthetic model = {7, 4.0, {0, 0, 0}, 0};

static Mat Operator(MatType type, double kx, double kz, double skew)
{
  Synthetic g = model;
  Mat A;

  g.k[0] = kx;
  g.k[2] = kz;
  g.skew = skew;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, type, &A));
  return A;
}

static QlbeSpectrum Solver(Mat A, PetscBool symmetric, PetscInt count)
{
  QlbeSpectrum s;

  Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  Call(QlbeSpectrumSetOperator(s, A, symmetric, SCALE));
  Call(QlbeSpectrumSetCount(s, count));
  return s;
}

/* exp(-p^2/8) as the guess: in the right sector, far from converged. */
static void GuessBroad(QlbeSpectrum s, Mat A)
{
  Vec x;

  Call(SyntheticNull(&model, A, &x));
  Call(VecSqrtAbs(x));
  Call(QlbeSpectrumSetInitialGuess(s, x));
  Call(VecDestroy(&x));
}

static QlbeEigenpair Pair(QlbeSpectrum s, PetscInt i)
{
  QlbeEigenpair pair;
  PetscInt n;

  Call(QlbeSpectrumGetConverged(s, &n));
  assert_true(i < n);
  Call(QlbeSpectrumGetEigenvalue(s, i, &pair));
  return pair;
}

/* All eigenvalues with LAPACK's QR algorithm on each rank; the leading ones into value. */
static void Dense(double kx, double kz, PetscScalar value[PAIRS])
{
  Synthetic g = model;
  Mat A;
  EPS eps;

  g.k[0] = kx;
  g.k[2] = kz;
  Call(SyntheticCreate(PETSC_COMM_SELF, &g, MATDENSE, &A));
  Call(EPSCreate(PETSC_COMM_SELF, &eps));
  Call(EPSSetOperators(eps, A, NULL));
  Call(EPSSetProblemType(eps, EPS_NHEP));
  Call(EPSSetType(eps, EPSLAPACK));
  Call(EPSSetWhichEigenpairs(eps, EPS_LARGEST_REAL));
  Call(EPSSolve(eps));
  for (int i = 0; i < PAIRS; i++) Call(EPSGetEigenvalue(eps, i, &value[i], NULL));
  Call(EPSDestroy(&eps));
  Call(MatDestroy(&A));
}

static void equilibrium_is_null(void **state)
{
  Mat A = Operator(MATAIJ, 0.0, 0.0, 0.0);
  QlbeSpectrum s = Solver(A, PETSC_TRUE, 1);
  QlbeEigenpair pair;
  Vec x, exact;

  (void)state;
  GuessBroad(s, A);
  Call(QlbeSpectrumSolve(s));
  pair = Pair(s, 0);
  assert_true(PetscAbsScalar(pair.value) < 1e-13 * SCALE);
  assert_true(pair.residual <= 1e-10 * SCALE);
  assert_true(fabs(pair.condition - 1.0) < 1e-10);
  assert_true(pair.matvecs <= 20);
  Call(SyntheticNull(&model, A, &exact));
  Call(VecNormalize(exact, NULL));
  Call(VecDuplicate(exact, &x));
  Call(QlbeSpectrumGetEigenvector(s, 0, x));
  Call(VecAXPY(x, -1.0, exact));
  PetscReal error;
  Call(VecNorm(x, NORM_2, &error));
  assert_true(error < 1e-9);
  Call(VecDestroy(&x));
  Call(VecDestroy(&exact));
  Call(QlbeSpectrumDestroy(&s));
  Call(MatDestroy(&A));
}

/*
   Davidson and Krylov against LAPACK, k along z and oblique. Along z there is a double eigenvalue
   among the first five, and a Krylov space holds one copy only: that is left to Davidson.
*/
static void pairs_agree_with_lapack(void **state)
{
  const double k[2][2] = {{0.0, 0.5}, {0.7, 1.1}};

  (void)state;
  for (int i = 0; i < 2; i++) {
    PetscScalar exact[PAIRS];
    Mat A = Operator(i ? MATAIJ : MATDENSE, k[i][0], k[i][1], 0.0);
    Dense(k[i][0], k[i][1], exact);
    for (int krylov = 0; krylov <= i; krylov++) {
      QlbeSpectrum s = Solver(A, PETSC_TRUE, PAIRS);
      if (!krylov) GuessBroad(s, A);
      Call(QlbeSpectrumSolve(s));
      for (int j = 0; j < PAIRS; j++) {
        const QlbeEigenpair pair = Pair(s, j);
        assert_true(PetscAbsScalar(pair.value - exact[j]) < 1e-11 * SCALE);
        assert_true(pair.residual <= 1e-10 * SCALE);
        assert_true(pair.condition >= 1.0 - 1e-12);
      }
      print_message("k %g %g %s: %d products\n", k[i][0], k[i][1], krylov ? "Krylov" : "Davidson",
                    (int)Pair(s, 0).matvecs);
      Call(QlbeSpectrumDestroy(&s));
    }
    Call(MatDestroy(&A));
  }
}

/* A guess that is an exact vector of another sector must not be taken for the leading one. */
static void wrong_sector_is_left(void **state)
{
  Mat A = Operator(MATDENSE, 0.0, 0.0, 0.0);
  Vec guess;
  PetscInt begin, end;
  PetscScalar *a;

  (void)state;
  Call(SyntheticNull(&model, A, &guess));
  Call(VecGetOwnershipRange(guess, &begin, &end));
  Call(VecGetArray(guess, &a));
  for (PetscInt i = begin; i < end; i++) {
    double p[3];
    SyntheticMomentum(&model, i, p);
    a[i - begin] *= p[2];
  }
  Call(VecRestoreArray(guess, &a));
  for (int krylov = 0; krylov < 2; krylov++) {
    for (int loose = 0; loose < 2; loose++) {
      QlbeSpectrum s = Solver(A, PETSC_TRUE, 1);
      Call(QlbeSpectrumSetTolerance(s, loose ? 1e-6 : 1e-11));
      Call(QlbeSpectrumSetInitialGuess(s, guess));
      if (krylov) Call(PetscOptionsSetValue(NULL, "-eps_type", "krylovschur"));
      Call(QlbeSpectrumSolve(s));
      if (krylov) Call(PetscOptionsClearValue(NULL, "-eps_type"));
      assert_true(PetscAbsScalar(Pair(s, 0).value) < 1e-9 * SCALE);
      Call(QlbeSpectrumDestroy(&s));
    }
  }
  Call(VecDestroy(&guess));
  Call(MatDestroy(&A));
}

/*
   Far from normal: the block {{0, i b}, {i b, -1}} with b near 1/2, among many fast modes. Its
   leading eigenvalue is (-1 + w)/2 with w = (1 - 4 b^2)^(1/2), its condition number 1/w.
*/
static void condition_is_reported(void **state)
{
  const double b = 0.499, w = sqrt(1.0 - 4.0 * b * b);
  const PetscInt n = 200;
  QlbeEigenpair pair;
  QlbeSpectrum s;
  PetscInt begin, end;
  Mat A;
  Vec guess;

  (void)state;
  Call(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, n, n, 3, NULL, 3, NULL, &A));
  Call(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    const double diagonal = i < 2 ? -(double)i : -17.0 - 83.0 * (double)i / (double)n;
    const PetscInt partner = i ^ 1;
    Call(MatSetValue(A, i, i, diagonal, INSERT_VALUES));
    Call(MatSetValue(A, i, partner, i < 2 ? b * PETSC_i : 5.0 * PETSC_i, INSERT_VALUES));
  }
  Call(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  Call(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  Call(MatCreateVecs(A, &guess, NULL));
  Call(VecSet(guess, 1.0));
  for (int davidson = 0; davidson < 2; davidson++) {
    s = Solver(A, PETSC_TRUE, 1);
    if (davidson) Call(QlbeSpectrumSetInitialGuess(s, guess));
    Call(QlbeSpectrumSolve(s));
    pair = Pair(s, 0);
    assert_true(fabs(pair.condition * w - 1.0) < 1e-6);
    assert_true(PetscAbsScalar(pair.value - 0.5 * (w - 1.0)) < 1e-12);
    assert_true(PetscAbsScalar(pair.value - 0.5 * (w - 1.0)) <= pair.error + 1e-15);
    assert_true(fabs(pair.error - pair.condition * pair.residual) <= 1e-15 * pair.error);
    Call(QlbeSpectrumDestroy(&s));
  }
  Call(VecDestroy(&guess));
  Call(MatDestroy(&A));
}

/* A similarity keeps eigenvalues but not symmetry; then there is no condition number. */
static void unsymmetric_works(void **state)
{
  PetscScalar exact[PAIRS];
  Mat A = Operator(MATDENSE, 0.0, 0.5, 0.05);
  QlbeSpectrum s = Solver(A, PETSC_FALSE, 2);

  (void)state;
  Dense(0.0, 0.5, exact);
  Call(QlbeSpectrumSolve(s));
  for (int i = 0; i < 2; i++) {
    assert_true(PetscAbsScalar(Pair(s, i).value - exact[i]) < 1e-9 * SCALE);
    assert_true(Pair(s, i).residual <= 1e-10 * SCALE);
    assert_true(isnan(Pair(s, i).condition) && isnan(Pair(s, i).error));
  }
  Call(QlbeSpectrumDestroy(&s));
  Call(MatDestroy(&A));
}

static PetscErrorCode ShellMult(Mat shell, Vec x, Vec y)
{
  Mat A;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &A));
  PetscCall(MatMult(A, x, y));
  PetscFunctionReturn(0);
}

/* Products are all that is there: Krylov-Schur takes over. */
static void products_suffice(void **state)
{
  Mat A = Operator(MATDENSE, 0.0, 0.5, 0.0), shell;
  PetscScalar exact[PAIRS];
  PetscInt rows, n;
  QlbeSpectrum s;

  (void)state;
  Dense(0.0, 0.5, exact);
  Call(MatGetLocalSize(A, &rows, NULL));
  Call(MatGetSize(A, &n, NULL));
  Call(MatCreateShell(PETSC_COMM_WORLD, rows, rows, n, n, A, &shell));
  Call(MatShellSetOperation(shell, MATOP_MULT, (void (*)(void))ShellMult));
  s = Solver(shell, PETSC_TRUE, 1);
  Call(QlbeSpectrumSolve(s));
  assert_true(PetscAbsScalar(Pair(s, 0).value - exact[0]) < 1e-12 * SCALE);
  Call(QlbeSpectrumDestroy(&s));
  Call(MatDestroy(&shell));
  Call(MatDestroy(&A));
}

static void no_convergence_is_flagged(void **state)
{
  Mat A = Operator(MATDENSE, 0.0, 0.5, 0.0);
  QlbeSpectrum s = Solver(A, PETSC_TRUE, 1);
  QlbeEigenpair pair;
  PetscInt n, iterations;

  (void)state;
  GuessBroad(s, A);
  for (PetscInt cap = 1; cap < 5; cap++) {
    Call(QlbeSpectrumSetMaxIterations(s, cap));
    Call(QlbeSpectrumSolve(s));
    Call(QlbeSpectrumGetConverged(s, &n));
    Call(QlbeSpectrumGetWork(s, &iterations, NULL));
    assert_int_equal(n, 0);
    assert_true(iterations >= cap && iterations <= PetscMax(2, cap));
  }
  Call(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectrumGetEigenvalue(s, 0, &pair), PETSC_ERR_ARG_OUTOFRANGE);
  Call(PetscPopErrorHandler());
  /* A tolerance below rounding cannot be met either, and says so. */
  Call(QlbeSpectrumSetMaxIterations(s, 40));
  Call(QlbeSpectrumSetTolerance(s, 1e-19));
  Call(QlbeSpectrumSolve(s));
  Call(QlbeSpectrumGetConverged(s, &n));
  assert_int_equal(n, 0);
  Call(QlbeSpectrumDestroy(&s));
  Call(MatDestroy(&A));
}

/* Two solvers in one process, and the same one again, agree in every bit. */
static void repeats_bitwise(void **state)
{
  Mat A = Operator(MATDENSE, 0.3, 0.5, 0.0);
  QlbeSpectrum s = Solver(A, PETSC_TRUE, 3), t = Solver(A, PETSC_TRUE, 3);
  QlbeEigenpair first[3];
  Vec x, y;
  PetscBool equal;

  (void)state;
  Call(MatCreateVecs(A, &x, &y));
  GuessBroad(s, A);
  GuessBroad(t, A);
  Call(QlbeSpectrumSolve(s));
  Call(QlbeSpectrumGetEigenvector(s, 2, x));
  for (int i = 0; i < 3; i++) first[i] = Pair(s, i);
  Call(QlbeSpectrumSetCount(s, 3)); /* forgets the results */
  Call(QlbeSpectrumSolve(s));
  Call(QlbeSpectrumSolve(t));
  for (int i = 0; i < 3; i++) {
    assert_true(Pair(s, i).value == first[i].value && Pair(t, i).value == first[i].value);
    assert_true(Pair(t, i).residual == first[i].residual);
  }
  Call(QlbeSpectrumGetEigenvector(t, 2, y));
  Call(VecEqual(x, y, &equal));
  assert_true(equal);
  Call(VecDestroy(&x));
  Call(VecDestroy(&y));
  Call(QlbeSpectrumDestroy(&s));
  Call(QlbeSpectrumDestroy(&t));
  Call(MatDestroy(&A));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equilibrium_is_null),       cmocka_unit_test(pairs_agree_with_lapack),
      cmocka_unit_test(wrong_sector_is_left),      cmocka_unit_test(condition_is_reported),
      cmocka_unit_test(unsymmetric_works),         cmocka_unit_test(products_suffice),
      cmocka_unit_test(no_convergence_is_flagged), cmocka_unit_test(repeats_bitwise)};
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (SlepcFinalize()) return 1;
  return failed;
}
