/*
   exp(t A) x by its three methods: against closed forms, against each other on real fibers, and the
   properties of the semigroup.
*/
#include <slepceps.h>
#include "unit/evolution/propagator_case.h"

enum { N = 60 };

static void diagonal_is_known(void **state)
{
  static const double tolerance[] = {1e-3, 1e-7, 1e-10, 1e-13},
                      time[] = {1e-3, 0.1, 1.0, 10.0, 300.0};
  Mat A = Diagonal(N, Level);
  Vec x = Vector(A, 0.3);

  (void)state;
  for (int m = 0; m < METHODS; m++) {
    for (int i = 0; i < 4; i++) {
      QlbePropagator p = Propagator(METHOD[m], tolerance[i], A);
      /* Small steps for a long time are not worth their while. */
      const int times = METHOD[m] == QLBE_PROPAGATE_TS && i == 3 ? 3 : 5;
      for (int j = 0; j < times; j++) {
        Vec expected = DiagonalEvolved(Level, time[j], x), y;
        assert_ok(VecDuplicate(x, &y));
        assert_ok(QlbePropagatorApply(p, time[j], x, y));
        assert_small(Distance(y, expected, x), tolerance[i], "the exponential of a diagonal");
        assert_ok(VecDestroy(&y));
        assert_ok(VecDestroy(&expected));
      }
      assert_ok(QlbePropagatorDestroy(&p));
    }
  }
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

static void undamped_errors_add_up_to_the_tolerance(void **state)
{
  Mat A = Diagonal(120, Frequency);
  Vec x = Vector(A, 0.0), expected = DiagonalEvolved(Frequency, 1.0, x);

  (void)state;
  for (int m = 0; m < METHODS; m++) {
    for (int i = 0; i < 3; i++) {
      const double tolerance = pow(10.0, -4 - 3 * i);
      Vec y = Evolved(METHOD[m], tolerance, A, 1.0, x);
      assert_small(Distance(y, expected, x), tolerance, "undamped");
      assert_ok(VecDestroy(&y));
    }
  }
  assert_ok(VecDestroy(&expected));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

/*
   The method for diagonal matrices alone has no error but rounding, at any tolerance, and works in
   place.
*/
static void diagonal_method_is_exact(void **state)
{
  static const double time[] = {1e-3, 1.0, 300.0};
  Mat A = Diagonal(N, Level);

  (void)state;
  for (int j = 0; j < 3; j++) {
    Vec x = Vector(A, 0.3), expected = DiagonalEvolved(Level, time[j], x), y;
    QlbePropagator p = Propagator(QLBE_PROPAGATE_DIAGONAL, 1e-2, A);
    assert_ok(VecDuplicate(x, &y));
    assert_ok(VecCopy(x, y));
    assert_ok(QlbePropagatorApply(p, time[j], y, y));
    assert_small(Distance(y, expected, x), 1e-14, "the exponential of a diagonal, exactly");
    assert_ok(QlbePropagatorDestroy(&p));
    assert_ok(VecDestroy(&y));
    assert_ok(VecDestroy(&expected));
    assert_ok(VecDestroy(&x));
  }
  assert_ok(MatDestroy(&A));
}

/* A smooth dissipative complex symmetric matrix: minus a Gram matrix, and i times a real one. */
static Mat Dissipative(MPI_Comm comm, PetscInt n)
{
  PetscInt begin, end;
  Mat A;

  assert_ok(MatCreateDense(comm, PETSC_DECIDE, PETSC_DECIDE, n, n, NULL, &A));
  assert_ok(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    for (PetscInt j = 0; j < n; j++) {
      double gram = i == j ? 0.05 * (double)(i * i) : 0.0;
      for (PetscInt l = 1; l < 6; l++)
        gram += cos(0.7 * (double)(l * l * (i + 1))) * cos(0.7 * (double)(l * l * (j + 1)));
      const double wave = 3.0 * sin((double)(i + j) + 0.01 * (double)(i * j));
      assert_ok(MatSetValue(A, i, j, PetscCMPLX(-gram, wave), INSERT_VALUES));
    }
  }
  assert_ok(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

/* exp(t A) x = sum_j v_j e^(t lambda_j) v_j^T x / v_j^T v_j, eigenpairs from LAPACK on one rank. */
static Vec FromEigenpairs(Mat A, double t, Vec x)
{
  PetscScalar value, projection, square;
  PetscInt n;
  EPS eps;
  Vec v, y;

  assert_ok(VecDuplicate(x, &v));
  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecSet(y, 0.0));
  assert_ok(EPSCreate(PETSC_COMM_SELF, &eps));
  assert_ok(EPSSetOperators(eps, A, NULL));
  assert_ok(EPSSetType(eps, EPSLAPACK));
  assert_ok(EPSSolve(eps));
  assert_ok(MatGetSize(A, &n, NULL));
  for (PetscInt i = 0; i < n; i++) {
    assert_ok(EPSGetEigenpair(eps, i, &value, NULL, v, NULL));
    assert_ok(VecTDot(x, v, &projection));
    assert_ok(VecTDot(v, v, &square));
    assert_ok(VecAXPY(y, PetscExpScalar(t * value) * projection / square, v));
  }
  assert_ok(EPSDestroy(&eps));
  assert_ok(VecDestroy(&v));
  return y;
}

static void dense_matrix_agrees_with_its_eigenpairs(void **state)
{
  static const double time[] = {0.02, 0.3, 5.0};
  Mat A = Dissipative(PETSC_COMM_WORLD, 40), serial = Dissipative(PETSC_COMM_SELF, 40);
  Vec x = Vector(A, 0.1), x_serial = Vector(serial, 0.1);

  (void)state;
  for (int j = 0; j < 3; j++) {
    Vec expected = FromEigenpairs(serial, time[j], x_serial);
    for (int m = 0; m < METHODS; m++) {
      Vec y = Evolved(METHOD[m], 1e-11, A, time[j], x);
      for (PetscInt i = 0; i < 40; i++) {
        PetscScalar value;
        assert_ok(VecGetValues(expected, 1, &i, &value));
        assert_small(PetscAbsScalar(Entry(y, i) - value), 1e-11, "an entry, from eigenpairs");
      }
      assert_ok(VecDestroy(&y));
    }
    assert_ok(VecDestroy(&expected));
  }
  assert_ok(VecDestroy(&x_serial));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&serial));
  assert_ok(MatDestroy(&A));
}

/*
   The three methods at several times; no growth; half the time twice; exp(t A) is symmetric like A.
*/
static void CheckFiber(Mat A)
{
  static const double time[] = {0.01, 0.3, 10.0};
  Vec x = Vector(A, 0.2), w = Vector(A, 1.1), half;

  for (int j = 0; j < 3; j++) {
    Vec y[METHODS], back;
    PetscScalar forth, reverse;
    PetscReal before, after, w_norm;
    for (int m = 0; m < METHODS; m++) {
      y[m] = Evolved(METHOD[m], 1e-10, A, time[j], x);
      if (METHOD[m] == QLBE_PROPAGATE_TS) continue;
      half = Evolved(METHOD[m], 1e-10, A, 0.5 * time[j], x);
      back = Evolved(METHOD[m], 1e-10, A, 0.5 * time[j], half);
      assert_small(Distance(y[m], back, x), 2e-10, "half the time twice");
      assert_ok(VecDestroy(&half));
      assert_ok(VecDestroy(&back));
    }
    assert_small(Distance(y[0], y[2], x), 1e-10, "Krylov and dense");
    assert_small(Distance(y[1], y[2], x), 1e-10, "TS and dense");
    assert_ok(VecNorm(x, NORM_2, &before));
    assert_ok(VecNorm(w, NORM_2, &w_norm));
    assert_ok(VecNorm(y[0], NORM_2, &after));
    assert_small(after, before * (1.0 + 1e-10), "the norm");
    back = Evolved(METHOD[0], 1e-10, A, time[j], w);
    assert_ok(VecTDot(y[0], w, &forth));
    assert_ok(VecTDot(back, x, &reverse));
    assert_small(PetscAbsScalar(forth - reverse), 2e-10 * before * w_norm, "symmetry");
    assert_ok(VecDestroy(&back));
    for (int m = 0; m < METHODS; m++) assert_ok(VecDestroy(&y[m]));
  }
  assert_ok(VecDestroy(&w));
  assert_ok(VecDestroy(&x));
}

static void methods_agree_on_spectral_fibers(void **state)
{
  static const double k[] = {0.5, 3.0};
  QlbeSpectralFiber fiber = HardSphere(PETSC_COMM_WORLD, 10, 6, 3.0);

  (void)state;
  for (int i = 0; i < 2; i++) {
    Mat A = FiberMatrix(fiber, 10, 6, k[i]);
    CheckFiber(A);
    assert_ok(MatDestroy(&A));
  }
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
}

/* exp(t A_0) keeps nu^(1/2), and the density of everything else. */
static void equilibrium_and_density_are_kept(void **state)
{
  QlbeSpectralFiber fiber = HardSphere(PETSC_COMM_WORLD, 10, 6, 0.0);
  Mat A = FiberMatrix(fiber, 10, 6, 0.0);
  Vec x = Vector(A, 0.4), x0;

  (void)state;
  assert_ok(QlbeSpectralFiberEquilibrium(A, &x0));
  for (int m = 0; m < METHODS; m++) {
    for (int j = 0; j < 3; j++) {
      const double t = pow(10.0, j - 1);
      Vec y = Evolved(METHOD[m], 1e-12, A, t, x0), z = Evolved(METHOD[m], 1e-12, A, t, x);
      assert_small(Distance(y, x0, x0), 1e-12, "the equilibrium");
      assert_small(PetscAbsScalar(Entry(z, 0) - Entry(x, 0)), 1e-11, "the density");
      assert_ok(VecDestroy(&y));
      assert_ok(VecDestroy(&z));
    }
  }
  assert_ok(VecDestroy(&x0));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
}

static void methods_agree_on_a_cartesian_fiber(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const FiberSetting set = {7, 4.0, 1.0, 0.0, 4};
  const double k[3] = {0.3, -0.2, 0.6};
  FiberCase c;
  Mat A = NULL;

  (void)state;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  assert_ok(QlbeFiberAssemble(c.fiber, k, &A));
  CheckFiber(A);
  assert_ok(MatDestroy(&A));
  assert_ok(FiberCaseDestroy(&c));
}

/* Powers of t A that overflow are no result, with or without an earlier one. */
static void overflow_does_not_converge(void **state)
{
  Mat A = Diagonal(N, Level);
  QlbePropagator p = Propagator(QLBE_PROPAGATE_DENSE, 1e-10, A);
  Vec x = Vector(A, 0.3);

  (void)state;
  for (int i = 0; i < 2; i++) {
    assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
    assert_int_equal(QlbePropagatorApply(p, 1e100, x, x), PETSC_ERR_NOT_CONVERGED);
    assert_ok(PetscPopErrorHandler());
    assert_ok(QlbePropagatorApply(p, 1.0, x, x));
  }
  assert_ok(VecDestroy(&x));
  assert_ok(QlbePropagatorDestroy(&p));
  assert_ok(MatDestroy(&A));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(diagonal_is_known),
      cmocka_unit_test(diagonal_method_is_exact),
      cmocka_unit_test(undamped_errors_add_up_to_the_tolerance),
      cmocka_unit_test(dense_matrix_agrees_with_its_eigenpairs),
      cmocka_unit_test(methods_agree_on_spectral_fibers),
      cmocka_unit_test(equilibrium_and_density_are_kept),
      cmocka_unit_test(overflow_does_not_converge),
      cmocka_unit_test(methods_agree_on_a_cartesian_fiber),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
