/*
   Perturbation route against the curvature of the exact eigenvalue.

   Two models with known null vector on a momentum grid: one where the answer is closed (relaxation
   to equilibrium at one rate), one with a full kernel, where the leading eigenvalue at small k from
   dense LAPACK gives the curvature by an independent route.
*/
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <slepceps.h>
#include "qlbe/perturbation.h"
#include "unit/spectrum/synthetic.h"

#define Call(x) PetscCallAbort(PETSC_COMM_WORLD, x)

/* scale p_z^power x */
static Vec TimesMomentum(const Synthetic *g, Vec x, double scale, int power)
{
  PetscInt begin, end;
  PetscScalar *a;
  Vec y;

  Call(VecDuplicate(x, &y));
  Call(VecCopy(x, y));
  Call(VecGetOwnershipRange(y, &begin, &end));
  Call(VecGetArray(y, &a));
  for (PetscInt i = begin; i < end; i++) {
    double p[3];
    SyntheticMomentum(g, i, p);
    a[i - begin] *= scale * pow(p[2], power);
  }
  Call(VecRestoreArray(y, &a));
  return y;
}

/* L0 = -rate (1 - |x><x|): D = 2 <p_z^2>/rate, and b with a part along x has a drift that drops
 * out. */
static void single_rate_is_closed(void **state)
{
  const Synthetic g = {7, 4.0, {0, 0, 0}, 0};
  const double rate = 3.0;
  PetscScalar xx, xpx;
  PetscInt begin, end;
  Mat L0;
  Vec x, b;
  QlbePerturbation r;

  (void)state;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
  Call(SyntheticNull(&g, L0, &x));
  Call(VecDot(x, x, &xx));
  Call(MatGetOwnershipRange(L0, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    double p[3], q[3];
    SyntheticMomentum(&g, i, p);
    for (PetscInt j = 0; j < 343; j++) {
      SyntheticMomentum(&g, j, q);
      const double dyad = exp(-0.25 * (SyntheticSquare(p) + SyntheticSquare(q)));
      const PetscScalar v = rate * (dyad / PetscRealPart(xx) - (i == j));
      Call(MatSetValues(L0, 1, &i, 1, &j, &v, INSERT_VALUES));
    }
  }
  Call(MatAssemblyBegin(L0, MAT_FINAL_ASSEMBLY));
  Call(MatAssemblyEnd(L0, MAT_FINAL_ASSEMBLY));
  b = TimesMomentum(&g, x, 1.0, 1);
  Call(VecDot(b, b, &xpx));
  Call(VecAXPY(b, 0.25, x));
  Call(QlbePerturbationSolve(L0, x, b, -0.7, 1e-12, &r));
  assert_true(r.converged);
  assert_true(fabs(r.drift - 0.25) < 1e-14);
  assert_true(fabs(r.D_second - 2.0 * PetscRealPart(xpx / xx) / rate) < 1e-13);
  assert_true(fabs(r.D_first - 0.7) < 1e-15);
  assert_true(fabs(r.D - r.D_first - r.D_second) < 1e-15);
  assert_true(r.null_defect < 1e-13);
  Call(VecDestroy(&b));
  Call(VecDestroy(&x));
  Call(MatDestroy(&L0));
}

/* Leading eigenvalue of L_k = L0 + i k p_z - k^2 second/2, by dense LAPACK. */
static double DenseLeading(const Synthetic *g, double k, double second)
{
  Synthetic s = *g;
  PetscScalar value;
  Mat A;
  EPS eps;

  s.k[2] = k;
  Call(SyntheticCreate(PETSC_COMM_SELF, &s, MATDENSE, &A));
  Call(EPSCreate(PETSC_COMM_SELF, &eps));
  Call(EPSSetOperators(eps, A, NULL));
  Call(EPSSetProblemType(eps, EPS_NHEP));
  Call(EPSSetType(eps, EPSLAPACK));
  Call(EPSSetWhichEigenpairs(eps, EPS_LARGEST_REAL));
  Call(EPSSolve(eps));
  Call(EPSGetEigenvalue(eps, 0, &value, NULL));
  Call(EPSDestroy(&eps));
  Call(MatDestroy(&A));
  return PetscRealPart(value) + 0.5 * second * k * k;
}

/*
   One entry changed: the equilibrium is no null vector any more, and the number that is checked
   says so.
*/
static void null_defect_notices(void **state)
{
  const Synthetic g = {7, 4.0, {0, 0, 0}, 0};
  const PetscInt centre = 171;
  PetscInt begin, end;
  QlbePerturbation r;
  Mat L0;
  Vec x, b;

  (void)state;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
  Call(SyntheticNull(&g, L0, &x));
  b = TimesMomentum(&g, x, 1.0, 1);
  Call(MatGetOwnershipRange(L0, &begin, &end));
  if (begin <= centre && centre < end) Call(MatSetValue(L0, centre, centre, -1e-9, ADD_VALUES));
  Call(MatAssemblyBegin(L0, MAT_FINAL_ASSEMBLY));
  Call(MatAssemblyEnd(L0, MAT_FINAL_ASSEMBLY));
  Call(QlbePerturbationSolve(L0, x, b, -0.3, 1e-11, &r));
  print_message("null defect %g\n", r.null_defect);
  assert_true(r.null_defect > 1e-11);
  Call(VecDestroy(&b));
  Call(VecDestroy(&x));
  Call(MatDestroy(&L0));
}

static void curvature_of_dense_eigenvalue(void **state)
{
  const Synthetic g = {7, 4.0, {0, 0, 0}, 0};
  const double second = -0.3, h = 0.4;
  double e[3], D;
  Mat L0;
  Vec x, b;
  QlbePerturbation r, loose;

  (void)state;
  for (int i = 0; i < 3; i++) e[i] = DenseLeading(&g, h * (double)(i + 1), second);
  /* eps/k^2 at h, 2h, 3h extrapolated to 0 in k^2: weights 3/2, -3/5, 1/10. */
  D = -2.0 * (1.5 * e[0] - 0.6 * e[1] / 4.0 + 0.1 * e[2] / 9.0) / (h * h);
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
  Call(SyntheticNull(&g, L0, &x));
  b = TimesMomentum(&g, x, 1.0, 1);
  Call(QlbePerturbationSolve(L0, x, b, second, 1e-11, &r));
  assert_true(r.converged);
  assert_true(r.residual <= 1e-11);
  assert_true(r.null_defect < 1e-12);
  assert_true(fabs(r.drift) < 1e-13);
  print_message("D %.12f dense %.12f iterations %d\n", r.D, D, (int)r.iterations);
  assert_true(fabs(r.D - D) < 1e-8 * D);
  /* The error of D is quadratic in the residual and within the estimate. */
  Call(QlbePerturbationSolve(L0, x, b, second, 1e-3, &loose));
  assert_true(loose.converged && loose.iterations < r.iterations);
  assert_true(fabs(loose.D - r.D) < 1e-5 * D);
  assert_true(fabs(loose.D - r.D) <= 2.0 * loose.D_error);
  assert_true(loose.D_error < 1e-4 * D);
  Call(VecDestroy(&b));
  Call(VecDestroy(&x));
  Call(MatDestroy(&L0));
}

/*
   L_k x0 with k^2 log k and k^2 next to the derivatives, as on a lattice: both are eliminated; of a
   k^4 the change between the two sets is three times what is left.
*/
static void logarithms_are_eliminated(void **state)
{
  const Synthetic g = {5, 4.0, {0, 0, 0}, 0};
  const double k = 0.3, second = -0.7;

  (void)state;
  for (int fourth = 0; fourth < 2; fourth++) {
    Vec x, b, y[QLBE_DERIVATIVE_STEPS], L1x0[2];
    PetscReal found[2], change, left;
    Mat L0;
    Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
    Call(SyntheticNull(&g, L0, &x));
    b = TimesMomentum(&g, x, 1.0, 1);
    for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) {
      const double q = QlbeDerivativeStep(k, i), s = q * q;
      const double factor = 1.0 + 0.3 * s * log(q) - 0.2 * s + fourth * 0.5 * s * s;
      Call(VecDuplicate(x, &y[i]));
      Call(VecCopy(x, y[i]));
      Call(VecAXPBY(y[i], q * factor * PETSC_i, 0.5 * second * s * factor, b));
    }
    for (int i = 0; i < 2; i++) Call(VecDuplicate(x, &L1x0[i]));
    Call(QlbePerturbationLogDerivatives(x, k, y, L1x0, found));
    left = fabs(found[1] - second);
    change = fabs(found[1] - found[0]);
    if (fourth) {
      assert_true(left > 1e-5 && fabs(change / left - 3.0) < 1e-6);
    } else {
      assert_true(left < 1e-12 && change < 1e-12);
      Call(VecAXPY(L1x0[1], -1.0, b));
      Call(VecNorm(L1x0[1], NORM_2, &left));
      assert_true(left < 1e-12);
    }
    for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) Call(VecDestroy(&y[i]));
    for (int i = 0; i < 2; i++) Call(VecDestroy(&L1x0[i]));
    Call(VecDestroy(&b));
    Call(VecDestroy(&x));
    Call(MatDestroy(&L0));
  }
}

/*
   Rounding of L_k x0 along x0 or L1 x0, each of it with the sign that counts most, is within the
   stated bounds, and reaches them.
*/
static void rounding_of_differences_is_bounded(void **state)
{
  const Synthetic g = {5, 4.0, {0, 0, 0}, 0};
  const double k = 0.3, delta = 1e-3, sign[QLBE_DERIVATIVE_STEPS] = {0.0, 1.0, -1.0, 1.0};
  PetscReal second[2], length, first;
  Vec x, y[QLBE_DERIVATIVE_STEPS], L1x0[2];
  Mat L0;

  (void)state;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
  Call(SyntheticNull(&g, L0, &x));
  Call(VecNorm(x, NORM_2, &length));
  for (int i = 0; i < 2; i++) Call(VecDuplicate(x, &L1x0[i]));
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) {
    Call(VecDuplicate(x, &y[i]));
    Call(VecCopy(x, y[i]));
    Call(VecScale(y[i], delta * sign[i] * (1.0 + PETSC_i)));
  }
  Call(QlbePerturbationLogDerivatives(x, k, y, L1x0, second));
  Call(VecNorm(L1x0[1], NORM_2, &first));
  second[1] /= QLBE_DERIVATIVE_ROUNDING_SECOND * delta / (k * k);
  first /= QLBE_DERIVATIVE_ROUNDING_FIRST * delta * length / k;
  print_message("rounding over its bound: second %.4f, first %.4f\n", second[1], first);
  assert_true(second[1] <= 1.0 + 1e-12 && second[1] > 0.98);
  assert_true(first <= 1.0 && first > 0.98);
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++) Call(VecDestroy(&y[i]));
  for (int i = 0; i < 2; i++) Call(VecDestroy(&L1x0[i]));
  Call(VecDestroy(&x));
  Call(MatDestroy(&L0));
}

static void no_convergence_is_flagged(void **state)
{
  const Synthetic g = {7, 4.0, {0, 0, 0}, 0};
  Mat L0;
  Vec x, b;
  QlbePerturbation r;

  (void)state;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATAIJ, &L0));
  Call(SyntheticNull(&g, L0, &x));
  b = TimesMomentum(&g, x, 1.0, 1);
  Call(PetscOptionsSetValue(NULL, "-perturbation_ksp_max_it", "2"));
  Call(QlbePerturbationSolve(L0, x, b, 0.0, 1e-10, &r));
  Call(PetscOptionsClearValue(NULL, "-perturbation_ksp_max_it"));
  assert_false(r.converged);
  assert_true(r.residual > 1e-10);
  Call(VecScale(b, PETSC_i));
  Call(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbePerturbationSolve(L0, x, b, 0.0, 1e-10, &r), PETSC_ERR_ARG_WRONG);
  Call(PetscPopErrorHandler());
  Call(VecDestroy(&b));
  Call(VecDestroy(&x));
  Call(MatDestroy(&L0));
}

/* y_k = (exp(i k p) - 1) x: derivatives p x and -<p^2>, errors of order k^4. */
static void derivatives_are_extrapolated(void **state)
{
  const Synthetic g = {7, 4.0, {0, 0, 0}, 0};
  double error[2][2];
  Mat L0;
  Vec x, exact, square, out;
  PetscScalar xx, value;

  (void)state;
  Call(SyntheticCreate(PETSC_COMM_WORLD, &g, MATDENSE, &L0));
  Call(SyntheticNull(&g, L0, &x));
  exact = TimesMomentum(&g, x, 1.0, 1);
  square = TimesMomentum(&g, x, 1.0, 2);
  Call(VecDot(x, x, &xx));
  Call(VecDot(square, x, &value));
  Call(VecDuplicate(x, &out));
  for (int level = 0; level < 2; level++) {
    const double k[2] = {0.02 / (1 + level), 0.04 / (1 + level)};
    PetscReal second, change;
    Vec y[2];
    for (int i = 0; i < 2; i++) {
      PetscInt begin, end;
      PetscScalar *a;
      Call(VecDuplicate(x, &y[i]));
      Call(VecCopy(x, y[i]));
      Call(VecGetOwnershipRange(x, &begin, &end));
      Call(VecGetArray(y[i], &a));
      for (PetscInt j = begin; j < end; j++) {
        double p[3];
        SyntheticMomentum(&g, j, p);
        /* exp(ikp) - 1 without cancellation */
        a[j - begin] *= -2.0 * pow(sin(0.5 * k[i] * p[2]), 2) + PETSC_i * sin(k[i] * p[2]);
      }
      Call(VecRestoreArray(y[i], &a));
    }
    Call(QlbePerturbationDerivatives(x, NULL, k[0], y[0], k[1], y[1], out, &second, &change));
    error[level][0] = fabs(second + PetscRealPart(value / xx));
    assert_true(error[level][0] < change);
    Call(VecAXPY(out, -1.0, exact));
    Call(VecNorm(out, NORM_2, &error[level][1]));
    for (int i = 0; i < 2; i++) Call(VecDestroy(&y[i]));
  }
  for (int i = 0; i < 2; i++) {
    const double order = log2(error[0][i] / error[1][i]);
    print_message("order %.3f\n", order);
    assert_true(fabs(order - 4.0) < 0.05);
  }
  Call(VecDestroy(&x));
  Call(VecDestroy(&exact));
  Call(VecDestroy(&square));
  Call(VecDestroy(&out));
  Call(MatDestroy(&L0));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(single_rate_is_closed),
                                     cmocka_unit_test(null_defect_notices),
                                     cmocka_unit_test(curvature_of_dense_eigenvalue),
                                     cmocka_unit_test(logarithms_are_eliminated),
                                     cmocka_unit_test(rounding_of_differences_is_bounded),
                                     cmocka_unit_test(no_convergence_is_flagged),
                                     cmocka_unit_test(derivatives_are_extrapolated)};
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (SlepcFinalize()) return 1;
  return failed;
}
