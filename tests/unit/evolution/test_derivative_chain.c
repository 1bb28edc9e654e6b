/*
   The derivatives in k of a fiber: their extraction from matrices that are polynomials in k, their
   evolution against differences in k, and the growth of <x^2>, which is the diffusion constant.
*/
#include <slepcsys.h>
#include "qlbe/derivative_chain.h"
#include "unit/evolution/propagator_case.h"

enum { N = 23, PARTS = 3 };

/*
   Entry of a real symmetric matrix of norm about 1, different for each degree; banded where it is
   sparse.
*/
static double Coefficient(PetscInt degree, PetscInt i, PetscInt j, PetscBool sparse)
{
  const PetscInt distance = PetscAbsInt(i - j);

  /* The even and the odd powers have patterns of their own. */
  if (sparse && distance != 0 && distance != 1 + degree % 2 && distance != 5 - degree) return 0.0;
  return cos((double)((degree + 2) * (i + j)) + 0.3 * (double)(i * j)) / (1.0 + distance);
}

/* sum_n (i k)^n/n! C_n up to the given degree, with C_n real: L_0, L_1, -L_2, ... */
static Mat Polynomial(double k, PetscInt degree, PetscBool sparse)
{
  PetscInt begin, end;
  Mat A;

  assert_ok(MatCreate(PETSC_COMM_WORLD, &A));
  assert_ok(MatSetSizes(A, PETSC_DECIDE, PETSC_DECIDE, N, N));
  assert_ok(MatSetType(A, sparse ? MATAIJ : MATDENSE));
  assert_ok(MatSetUp(A));
  assert_ok(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    for (PetscInt j = 0; j < N; j++) {
      PetscScalar value = 0.0, power = 1.0;
      for (PetscInt n = 0; n <= degree; n++) {
        value += power * Coefficient(n, i, j, sparse);
        power *= PETSC_i * k / (double)(n + 1);
      }
      if (value != 0.0 || !sparse) assert_ok(MatSetValue(A, i, j, value, INSERT_VALUES));
    }
  }
  assert_ok(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

/* A matrix with products only, as one that is not stored. */
static PetscErrorCode ProductOnly(Mat shell, Vec x, Vec y)
{
  Mat A;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &A));
  PetscCall(MatMult(A, x, y));
  PetscFunctionReturn(0);
}

static PetscErrorCode DestroyInner(Mat shell)
{
  Mat A;

  PetscFunctionBegin;
  PetscCall(MatShellGetContext(shell, &A));
  PetscCall(MatDestroy(&A));
  PetscFunctionReturn(0);
}

/* A, which becomes the shell's. */
static Mat Unstored(Mat A)
{
  PetscInt rows;
  Mat shell;

  assert_ok(MatGetLocalSize(A, &rows, NULL));
  assert_ok(MatCreateShell(PETSC_COMM_WORLD, rows, rows, N, N, A, &shell));
  assert_ok(MatShellSetOperation(shell, MATOP_MULT, (void (*)(void))ProductOnly));
  assert_ok(MatShellSetOperation(shell, MATOP_DESTROY, (void (*)(void))DestroyInner));
  return shell;
}

static QlbeDerivativeChain PolynomialChain(double k2, PetscInt degree, PetscBool sparse)
{
  Mat A0 = Polynomial(0.0, degree, sparse), A1 = Polynomial(0.5 * k2, degree, sparse);
  Mat A2 = Polynomial(k2, degree, sparse);
  QlbeDerivativeChain chain = NULL;

  assert_ok(QlbeDerivativeChainCreate(&A0, 0.5 * k2, &A1, k2, &A2, &chain));
  assert_true(!A0 && !A1 && !A2);
  return chain;
}

static void Parts(Mat A, double phase, Vec x[PARTS])
{
  for (int i = 0; i < PARTS; i++) x[i] = Vector(A, phase + i);
}

static void DestroyParts(Vec x[PARTS])
{
  for (int i = 0; i < PARTS; i++) assert_ok(VecDestroy(&x[i]));
}

/* y = C_n x */
static Vec CoefficientTimes(PetscInt n, PetscBool sparse, Vec x)
{
  PetscInt begin, end;
  Vec y;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecGetOwnershipRange(y, &begin, &end));
  for (PetscInt i = 0; i < N; i++) {
    PetscScalar sum = 0.0;
    for (PetscInt j = 0; j < N; j++) sum += Coefficient(n, i, j, sparse) * Entry(x, j);
    if (begin <= i && i < end) assert_ok(VecSetValue(y, i, sum, INSERT_VALUES));
  }
  assert_ok(VecAssemblyBegin(y));
  assert_ok(VecAssemblyEnd(y));
  return y;
}

/* Largest relative difference of Rate, in its three parts, from the equations of the header. */
static double RateError(QlbeDerivativeChain chain, PetscBool sparse)
{
  Mat A = Polynomial(0.0, 0, sparse);
  Vec x[PARTS], rate[PARTS], expected, term;
  double error = 0.0;

  Parts(A, 0.2, x);
  Parts(A, 0.5, rate);
  assert_ok(QlbeDerivativeChainRate(chain, x, rate));
  for (int i = 0; i < PARTS; i++) {
    /* The coefficient C_n comes with i^n times the binomial of i over n. */
    static const PetscScalar factor[PARTS][PARTS] = {
        {1.0, 0.0, 0.0}, {I, 1.0, 0.0}, {-1.0, 2.0 * I, 1.0}};
    assert_ok(VecDuplicate(x[0], &expected));
    assert_ok(VecSet(expected, 0.0));
    for (int j = 0; j <= i; j++) {
      term = CoefficientTimes(i - j, sparse, x[j]);
      assert_ok(VecAXPY(expected, factor[i][j], term));
      assert_ok(VecDestroy(&term));
    }
    error = PetscMax(error, Distance(rate[i], expected, expected));
    assert_ok(VecDestroy(&expected));
  }
  DestroyParts(x);
  DestroyParts(rate);
  assert_ok(MatDestroy(&A));
  return error;
}

/*
   Up to k^4 in A_k the extraction is exact; what k^5 and k^6 leave falls by 16 when both k are
   halved.
*/
static void polynomials_are_taken_apart(void **state)
{
  (void)state;
  for (int i = 0; i < 2; i++) {
    const PetscBool sparse = i == 1 ? PETSC_TRUE : PETSC_FALSE;
    double error[2];
    for (PetscInt degree = 2; degree <= 4; degree++) {
      QlbeDerivativeChain chain = PolynomialChain(0.1, degree, sparse);
      assert_small(RateError(chain, sparse), 1e-12, "L_1 and L_2 of a polynomial");
      assert_ok(QlbeDerivativeChainDestroy(&chain));
    }
    for (int j = 0; j < 2; j++) {
      QlbeDerivativeChain chain = PolynomialChain(j == 0 ? 0.2 : 0.1, 6, sparse);
      error[j] = RateError(chain, sparse);
      assert_ok(QlbeDerivativeChainDestroy(&chain));
    }
    assert_close(log2(error[0] / error[1]), 4.0, 0.1, "order in k");
  }
}

/* The operator is Rate on joined parts, and joining is undone by splitting. */
static void operator_is_the_rate(void **state)
{
  QlbeDerivativeChain chain = PolynomialChain(0.1, 4, PETSC_FALSE);
  Mat A = Polynomial(0.0, 0, PETSC_FALSE), system;
  Vec x[PARTS], rate[PARTS], parts[PARTS], z, y;
  PetscInt rows;

  (void)state;
  Parts(A, 0.2, x);
  Parts(A, 0.5, rate);
  Parts(A, 0.9, parts);
  assert_ok(QlbeDerivativeChainGetOperator(chain, &system));
  assert_ok(MatGetSize(system, &rows, NULL));
  assert_int_equal(rows, PARTS * N);
  assert_ok(QlbeDerivativeChainJoin(chain, x, &z));
  assert_ok(QlbeDerivativeChainSplit(chain, z, parts));
  for (int i = 0; i < PARTS; i++) assert_true(Distance(x[i], parts[i], x[i]) == 0.0);
  assert_ok(VecDuplicate(z, &y));
  assert_ok(MatMult(system, z, y));
  assert_ok(QlbeDerivativeChainSplit(chain, y, parts));
  assert_ok(QlbeDerivativeChainRate(chain, x, rate));
  for (int i = 0; i < PARTS; i++) assert_true(Distance(rate[i], parts[i], rate[i]) == 0.0);
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
  DestroyParts(x);
  DestroyParts(rate);
  DestroyParts(parts);
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeDerivativeChainDestroy(&chain));
}

static QlbeDerivativeChain FiberChain(PetscInt n_radial, PetscInt n_angular, double k2)
{
  QlbeSpectralFiber fiber = HardSphere(PETSC_COMM_WORLD, n_radial, n_angular, k2);
  Mat A0 = FiberMatrix(fiber, n_radial, n_angular, 0.0);
  Mat A1 = FiberMatrix(fiber, n_radial, n_angular, 0.5 * k2);
  Mat A2 = FiberMatrix(fiber, n_radial, n_angular, k2);
  QlbeDerivativeChain chain = NULL;

  assert_ok(QlbeDerivativeChainCreate(&A0, 0.5 * k2, &A1, k2, &A2, &chain));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  return chain;
}

/* parts[i] becomes its state at time t. */
static void Evolve(QlbeDerivativeChain chain, QlbePropagatorMethod method, double t,
                   Vec parts[PARTS])
{
  Mat system;
  Vec z, y;

  assert_ok(QlbeDerivativeChainGetOperator(chain, &system));
  assert_ok(QlbeDerivativeChainJoin(chain, parts, &z));
  y = Evolved(method, 1e-13, system, t, z);
  assert_ok(QlbeDerivativeChainSplit(chain, y, parts));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
}

/* exp(t A_k) (x_0 + k x_1 + k^2/2 x_2); for k < 0 by A_(-k) = conj A_k. */
static Vec FiberAt(Mat A, double k, double t, const Vec x[PARTS])
{
  Vec f, y;

  assert_ok(VecDuplicate(x[0], &f));
  assert_ok(VecCopy(x[0], f));
  assert_ok(VecAXPY(f, k, x[1]));
  assert_ok(VecAXPY(f, 0.5 * k * k, x[2]));
  if (k < 0) assert_ok(VecConjugate(f));
  y = Evolved(QLBE_PROPAGATE_DENSE, 1e-13, A, t, f);
  if (k < 0) assert_ok(VecConjugate(y));
  assert_ok(VecDestroy(&f));
  return y;
}

/* Central differences at h and h/2, extrapolated in h^2: derivatives[i] is that of order i + 1. */
static void Differences(QlbeSpectralFiber fiber, double h, double t, const Vec x[PARTS],
                        Vec derivatives[2])
{
  Mat A = FiberMatrix(fiber, 10, 6, 0.0);
  Vec middle = FiberAt(A, 0.0, t, x);

  assert_ok(MatDestroy(&A));
  for (int i = 0; i < 2; i++) {
    assert_ok(VecDuplicate(middle, &derivatives[i]));
    assert_ok(VecSet(derivatives[i], 0.0));
  }
  for (int j = 0; j < 2; j++) {
    const double k = j == 0 ? h : 0.5 * h, weight = j == 0 ? -1.0 / 3.0 : 4.0 / 3.0;
    Vec plus, minus;
    A = FiberMatrix(fiber, 10, 6, k);
    plus = FiberAt(A, k, t, x);
    minus = FiberAt(A, -k, t, x);
    assert_ok(VecAXPY(derivatives[0], 0.5 * weight / k, plus));
    assert_ok(VecAXPY(derivatives[0], -0.5 * weight / k, minus));
    assert_ok(VecAXPY(derivatives[1], weight / (k * k), plus));
    assert_ok(VecAXPY(derivatives[1], weight / (k * k), minus));
    assert_ok(VecAXPY(derivatives[1], -2.0 * weight / (k * k), middle));
    assert_ok(VecDestroy(&plus));
    assert_ok(VecDestroy(&minus));
    assert_ok(MatDestroy(&A));
  }
  assert_ok(VecDestroy(&middle));
}

static void evolution_is_the_derivative_of_the_fibers(void **state)
{
  static const double time[] = {0.05, 0.5, 3.0};
  QlbeDerivativeChain chain = FiberChain(10, 6, 0.01);
  QlbeSpectralFiber fiber = HardSphere(PETSC_COMM_WORLD, 10, 6, 0.01);
  Mat A = FiberMatrix(fiber, 10, 6, 0.0);

  (void)state;
  for (int i = 0; i < 3; i++) {
    Vec x[PARTS], y[PARTS], expected[2];
    Parts(A, 0.3, x);
    Differences(fiber, 0.005, time[i], x, expected);
    for (int m = 0; m < 2; m++) {
      Parts(A, 0.3, y);
      Evolve(chain, m == 0 ? QLBE_PROPAGATE_KRYLOV : QLBE_PROPAGATE_DENSE, time[i], y);
      assert_small(Distance(y[1], expected[0], expected[0]), 1e-8, "the first derivative");
      assert_small(Distance(y[2], expected[1], expected[1]), 1e-8, "the second derivative");
      DestroyParts(y);
    }
    DestroyParts(x);
    for (int j = 0; j < 2; j++) assert_ok(VecDestroy(&expected[j]));
  }
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  assert_ok(QlbeDerivativeChainDestroy(&chain));
}

/* d/dt (<x^2> - <x>^2) of parts: densities are the first coefficients. */
static double Spreading(QlbeDerivativeChain chain, Vec parts[PARTS])
{
  Vec rate[PARTS];
  PetscScalar slope, mean, drift;

  for (int i = 0; i < PARTS; i++) assert_ok(VecDuplicate(parts[i], &rate[i]));
  assert_ok(QlbeDerivativeChainRate(chain, parts, rate));
  slope = -Entry(rate[2], 0);
  mean = -PETSC_i * Entry(parts[1], 0);
  drift = -PETSC_i * Entry(rate[1], 0);
  DestroyParts(rate);
  return PetscRealPart(slope - 2.0 * mean * drift);
}

/* int f dp becomes 1. */
static void SetDensity(Vec f)
{
  PetscInt begin, end;
  PetscScalar *a;

  assert_ok(VecGetOwnershipRange(f, &begin, &end));
  assert_ok(VecGetArray(f, &a));
  if (begin == 0 && end > 0) a[0] = 1.0;
  assert_ok(VecRestoreArray(f, &a));
}

/* From equilibrium, and from a state that moves and has a width: the same D in the end. */
static void spreading_tends_to_the_diffusion_constant(void **state)
{
  const double D = 3.2101735164;
  QlbeDerivativeChain chain = FiberChain(12, 8, 0.01);
  QlbeSpectralFiber fiber = HardSphere(PETSC_COMM_WORLD, 12, 8, 0.0);
  Mat A = FiberMatrix(fiber, 12, 8, 0.0);

  (void)state;
  for (int i = 0; i < 2; i++) {
    Vec x[PARTS];
    Parts(A, 0.3, x);
    if (i == 0) {
      for (int j = 0; j < PARTS; j++) assert_ok(VecSet(x[j], 0.0));
    } else {
      assert_ok(VecRealPart(x[0]));
      assert_ok(VecImaginaryPart(x[1]));
      assert_ok(VecScale(x[1], PETSC_i));
      assert_ok(VecRealPart(x[2]));
    }
    SetDensity(x[0]);
    for (int m = 0; m < 3; m++) {
      Vec y[PARTS];
      for (int j = 0; j < PARTS; j++) {
        assert_ok(VecDuplicate(x[j], &y[j]));
        assert_ok(VecCopy(x[j], y[j]));
      }
      Evolve(chain, m, 5.0, y);
      assert_close(Spreading(chain, y), D, 1e-9, "the growth of the variance");
      DestroyParts(y);
    }
    DestroyParts(x);
  }
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  assert_ok(QlbeDerivativeChainDestroy(&chain));
}

/* A_k = i k d - c, diagonal: f' = i t d f and f'' = -(t d)^2 f, over times at which the parts are
 * far apart. */
static void long_flights_are_exact(void **state)
{
  static const double time[] = {1.0, 1e4, 1e9};
  const double k[PARTS] = {0.0, 0.01, 0.02};

  (void)state;
  for (int method = 0; method < METHODS; method++) {
    for (int j = 0; j < 3; j++) {
      QlbeDerivativeChain chain = NULL;
      QlbePropagator p;
      Mat A[PARTS], system;
      Vec x[PARTS], z;
      PetscInt begin, end;
      if (METHOD[method] == QLBE_PROPAGATE_TS)
        continue; /* its steps are those of a method of order 8 */
      for (int i = 0; i < PARTS; i++) {
        assert_ok(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, N, N, 1, NULL, 0, NULL,
                               &A[i]));
        assert_ok(MatGetOwnershipRange(A[i], &begin, &end));
        for (PetscInt row = begin; row < end; row++) {
          const PetscInt off = row - N / 2;
          const double decay = 0.1 * (double)(1 + row % 7) / time[j];
          assert_ok(
              MatSetValue(A[i], row, row, PETSC_i * k[i] * (double)off - decay, INSERT_VALUES));
        }
        assert_ok(MatAssemblyBegin(A[i], MAT_FINAL_ASSEMBLY));
        assert_ok(MatAssemblyEnd(A[i], MAT_FINAL_ASSEMBLY));
      }
      Parts(A[0], 0.2, x);
      for (int i = 1; i < PARTS; i++) assert_ok(VecZeroEntries(x[i]));
      assert_ok(QlbeDerivativeChainCreate(&A[0], k[1], &A[1], k[2], &A[2], &chain));
      assert_ok(QlbeDerivativeChainSetLength(chain, 10.0 * time[j]));
      assert_ok(QlbeDerivativeChainGetOperator(chain, &system));
      p = Propagator(METHOD[method], 1e-12, system);
      assert_ok(QlbeDerivativeChainJoin(chain, x, &z));
      assert_ok(QlbePropagatorApply(p, time[j], z, z));
      assert_ok(QlbeDerivativeChainSplit(chain, z, x));
      for (PetscInt row = 0; row < N; row++) {
        const PetscInt off = row - N / 2;
        const double d = time[j] * (double)off;
        const PetscScalar f = Entry(x[0], row);
        assert_small(PetscAbsScalar(Entry(x[1], row) - PETSC_i * d * f), 1e-10 * time[j], "f'");
        assert_small(PetscAbsScalar(Entry(x[2], row) + d * d * f), 1e-9 * time[j] * time[j], "f''");
      }
      assert_ok(VecDestroy(&z));
      DestroyParts(x);
      assert_ok(QlbePropagatorDestroy(&p));
      assert_ok(QlbeDerivativeChainDestroy(&chain));
    }
  }
}

/* L_1 and L_2 of matrices that are not stored are those of polynomials, too. */
static void products_are_enough(void **state)
{
  const double k2 = 0.1;

  (void)state;
  for (PetscInt degree = 2; degree <= 4; degree++) {
    Mat A0 = Unstored(Polynomial(0.0, degree, PETSC_FALSE));
    Mat A1 = Unstored(Polynomial(0.5 * k2, degree, PETSC_FALSE));
    Mat A2 = Unstored(Polynomial(k2, degree, PETSC_FALSE));
    QlbeDerivativeChain chain = NULL;

    assert_ok(QlbeDerivativeChainCreate(&A0, 0.5 * k2, &A1, k2, &A2, &chain));
    assert_small(RateError(chain, PETSC_FALSE), 1e-12, "L_1 and L_2 without a stored matrix");
    assert_ok(QlbeDerivativeChainDestroy(&chain));
  }
}

static void wave_numbers_must_ascend(void **state)
{
  Mat A[PARTS];
  QlbeDerivativeChain chain = NULL;

  (void)state;
  for (int i = 0; i < PARTS; i++) A[i] = Polynomial(0.1 * i, 2, PETSC_FALSE);
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbeDerivativeChainCreate(&A[0], 0.2, &A[1], 0.1, &A[2], &chain),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeDerivativeChainCreate(&A[0], 0.0, &A[1], 0.1, &A[2], &chain),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_null(chain);
  for (int i = 0; i < PARTS; i++) assert_ok(MatDestroy(&A[i]));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(polynomials_are_taken_apart),
      cmocka_unit_test(products_are_enough),
      cmocka_unit_test(operator_is_the_rate),
      cmocka_unit_test(evolution_is_the_derivative_of_the_fibers),
      cmocka_unit_test(spreading_tends_to_the_diffusion_constant),
      cmocka_unit_test(long_flights_are_exact),
      cmocka_unit_test(wave_numbers_must_ascend),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
