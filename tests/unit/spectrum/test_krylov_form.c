/*
   Functions of complex symmetric matrices in Krylov spaces: exact moments, an end where the space
   is invariant, no breakdown where the Lanczos process has one, and errors that cover the true
   ones.
*/
#include <math.h>
#include <slepcsys.h>

#include "../../check.h"
#include "qlbe/krylov_form.h"

enum { SMALL = 12 };

/* Entries of a complex symmetric matrix whose eigenvalues lie to the left of 0. */
static PetscScalar Entry(PetscInt i, PetscInt j)
{
  const double s = (double)(i + j), d = (double)(i * j);

  return (i == j ? -3.0 - 0.1 * (double)i : 0.0) +
         0.2 * PetscCMPLX(sin(1.3 * s + 0.2 * d), cos(0.7 * s + 0.3 * d));
}

/* A matrix by its entries, a vector by its values, on all ranks. */
static void Make(PetscInt n, PetscScalar (*entry)(PetscInt, PetscInt),
                 PetscScalar (*value)(PetscInt), Mat *A, Vec *x)
{
  PetscInt begin, end;

  assert_ok(MatCreateDense(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, n, n, NULL, A));
  assert_ok(MatCreateVecs(*A, x, NULL));
  assert_ok(MatGetOwnershipRange(*A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    for (PetscInt j = 0; j < n; j++) assert_ok(MatSetValue(*A, i, j, entry(i, j), INSERT_VALUES));
    assert_ok(VecSetValue(*x, i, value(i), INSERT_VALUES));
  }
  assert_ok(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  assert_ok(VecAssemblyBegin(*x));
  assert_ok(VecAssemblyEnd(*x));
}

static PetscScalar Start(PetscInt i)
{
  return 1.0 / (1.0 + (double)i);
}

/* x^T (z - A)^(-1) x by Jacobi iteration of high order: Neumann's series converges for large z. */
static PetscScalar Neumann(Mat A, Vec x, PetscScalar z)
{
  PetscScalar sum, term;
  Vec y, Ay;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &Ay));
  assert_ok(VecCopy(x, y));
  assert_ok(VecScale(y, 1.0 / z));
  assert_ok(VecTDot(x, y, &sum));
  for (int i = 0; i < 120; i++) {
    assert_ok(MatMult(A, y, Ay));
    assert_ok(VecScale(Ay, 1.0 / z));
    assert_ok(VecCopy(Ay, y));
    assert_ok(VecTDot(x, y, &term));
    sum += term;
  }
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&Ay));
  return sum;
}

/* x^T exp(t A) x by Taylor's series for small t. */
static PetscScalar Taylor(Mat A, Vec x, double t)
{
  PetscScalar sum, term;
  Vec y, Ay;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &Ay));
  assert_ok(VecCopy(x, y));
  assert_ok(VecTDot(x, y, &sum));
  for (int i = 1; i < 60; i++) {
    assert_ok(MatMult(A, y, Ay));
    assert_ok(VecScale(Ay, t / (double)i));
    assert_ok(VecCopy(Ay, y));
    assert_ok(VecTDot(x, y, &term));
    sum += term;
  }
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&Ay));
  return sum;
}

/* Two of n dimensions may be left out. */
static void moments_are_exact(void **state)
{
  enum { STEPS = 6 };
  enum { MOMENTS = 2 * (STEPS - 2) };
  PetscScalar moment[MOMENTS];
  QlbeKrylovForm form;
  Vec x, y, Ay;
  Mat A;

  (void)state;
  Make(SMALL, Entry, Start, &A, &x);
  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &Ay));
  assert_ok(VecCopy(x, y));
  assert_ok(QlbeKrylovFormCreate(A, x, &form));
  assert_ok(QlbeKrylovFormExtend(form, STEPS));
  assert_ok(QlbeKrylovFormRelease(form));
  assert_ok(QlbeKrylovFormMoments(form, MOMENTS, moment));
  for (int j = 0; j < MOMENTS; j++) {
    PetscScalar exact;
    assert_ok(VecTDot(x, y, &exact));
    assert_small(PetscAbsScalar(moment[j] - exact), 1e-12 * PetscAbsScalar(exact), "moment");
    assert_ok(MatMult(A, y, Ay));
    assert_ok(VecCopy(Ay, y));
  }
  assert_ok(QlbeKrylovFormDestroy(&form));
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&Ay));
  assert_ok(MatDestroy(&A));
}

/* Values with few dimensions are within the error, with all of them exact. */
static void values_are_within_errors(void **state)
{
  const double t[3] = {0.1, 0.4, 1.0};
  const PetscScalar z = PetscCMPLX(0.5, 9.0);
  QlbeKrylovForm form;
  PetscScalar resolvent, F[3], exact_F[3];
  Vec x;
  Mat A;

  (void)state;
  Make(SMALL, Entry, Start, &A, &x);
  for (int i = 0; i < 3; i++) exact_F[i] = Taylor(A, x, t[i]);
  assert_ok(QlbeKrylovFormCreate(A, x, &form));
  for (PetscInt n = 2; n <= SMALL + 1; n++) {
    const PetscScalar exact = Neumann(A, x, z);
    double error, errors[3];
    PetscBool invariant;
    PetscInt steps;
    assert_ok(QlbeKrylovFormExtend(form, n));
    assert_ok(QlbeKrylovFormGetSteps(form, &steps, &invariant));
    assert_ok(QlbeKrylovFormResolvent(form, z, &resolvent, &error));
    assert_ok(QlbeKrylovFormExponential(form, 3, t, F, errors));
    assert_small(PetscAbsScalar(resolvent - exact), 2.0 * error + 1e-14, "resolvent");
    assert_small(error, n < SMALL ? 0.1 : 1e-14, "error of the resolvent");
    for (int i = 0; i < 3; i++)
      assert_small(PetscAbsScalar(F[i] - exact_F[i]), errors[i] + 1e-14, "exponential");
    assert_true(invariant == (n >= SMALL));
    assert_int_equal(steps, PetscMin(n, SMALL));
  }
  assert_ok(QlbeKrylovFormDestroy(&form));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

/* The second vector of the Lanczos process, (0, 1, i, 0, ...), is orthogonal to itself. */
static PetscScalar Breaking(PetscInt i, PetscInt j)
{
  const PetscInt other = i + j;

  if (i * j == 0 && i != j) return other == 1 ? 1.0 : other == 2 ? PETSC_i : 0.0;
  return Entry(i, j);
}

static PetscScalar Unit(PetscInt i)
{
  return i == 0 ? 1.0 : 0.0;
}

static void no_breakdown(void **state)
{
  const PetscScalar z = PetscCMPLX(0.5, 9.0);
  PetscScalar exact, value;
  QlbeKrylovForm form;
  double error;
  Vec x;
  Mat A;

  (void)state;
  Make(SMALL, Breaking, Unit, &A, &x);
  exact = Neumann(A, x, z);
  assert_ok(QlbeKrylovFormCreate(A, x, &form));
  for (PetscInt n = 1; n <= SMALL; n++) {
    assert_ok(QlbeKrylovFormExtend(form, n));
    assert_ok(QlbeKrylovFormResolvent(form, z, &value, &error));
    assert_small(PetscAbsScalar(value - exact), 2.0 * error + 1e-13, "resolvent");
  }
  assert_small(error, 1e-13, "error in the end");
  assert_ok(QlbeKrylovFormDestroy(&form));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

/* A null vector, as nu^(1/2) is at k = 0: one step, F = 1. */
static PetscScalar Null(PetscInt i, PetscInt j)
{
  return i == 0 || j == 0 ? 0.0 : Entry(i, j);
}

static void null_vector_ends_at_once(void **state)
{
  const double t = 1e3;
  PetscScalar value;
  QlbeKrylovForm form;
  PetscBool invariant;
  PetscInt n;
  double error;
  Vec x;
  Mat A;

  (void)state;
  Make(SMALL, Null, Unit, &A, &x);
  assert_ok(QlbeKrylovFormCreate(A, x, &form));
  assert_ok(QlbeKrylovFormExtend(form, 8));
  assert_ok(QlbeKrylovFormGetSteps(form, &n, &invariant));
  assert_int_equal(n, 1);
  assert_true(invariant);
  assert_ok(QlbeKrylovFormExponential(form, 1, &t, &value, &error));
  assert_close(PetscRealPart(value), 1.0, 1e-15, "F");
  assert_small(error, 0.0, "error of F");
  assert_ok(QlbeKrylovFormResolvent(form, PetscCMPLX(0.0, 2.0), &value, &error));
  assert_small(PetscAbsScalar(value - PetscCMPLX(0.0, -0.5)), 1e-15, "resolvent");
  assert_ok(QlbeKrylovFormResolvent(form, 0.0, &value, &error));
  assert_true(isinf(PetscRealPart(value)) && isinf(error));
  assert_ok(QlbeKrylovFormDestroy(&form));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moments_are_exact), cmocka_unit_test(values_are_within_errors),
      cmocka_unit_test(no_breakdown), cmocka_unit_test(null_vector_ends_at_once)};
  int failures;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() ? 1 : failures;
}
