/*
   eps(k) of the spectral fiber operator against reference values, on any number of ranks, and its
   contracts.
*/
#include "unit/discretisation/spectral_case.h"
#include "qlbe/spectrum.h"
#include "unit/kernel/kernel_test.h"

typedef struct {
  QlbeInteractionType type;
  double k, eps, error; /* docs/reference_values.md, one unit of the last digit */
  PetscInt n_angular;
} Reference;

static const Reference reference[] = {{QLBE_CONSTANT, 0.5, -0.45373234, 1e-8, 8},
                                      {QLBE_CONSTANT, 2.0, -6.65541701, 1e-8, 12},
                                      {QLBE_HARD_SPHERE, 0.1, -0.01604816, 1e-8, 8},
                                      {QLBE_HARD_SPHERE, 0.5, -0.39961408, 1e-8, 8}};

/* eps(k) with 12 radial functions and all other parameters 1. */
static double Eps(const Reference *r)
{
  const QlbeParameters par = UnitParameters(r->type, 1.0, 1.0);
  const QlbeSpectralOrders orders = {12, r->n_angular, 1.0};
  QlbeSpectralFiber fiber = SpectralCreate(PETSC_COMM_WORLD, &par, &orders, r->k);
  Mat A = SpectralMatrix(fiber, r->k, 0, 12, r->n_angular);
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  PetscInt converged;
  Vec x0;

  assert_ok(QlbeSpectralFiberEquilibrium(A, &x0));
  assert_ok(QlbeSpectrumCreate(PETSC_COMM_WORLD, &solver));
  assert_ok(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, 17.0));
  assert_ok(QlbeSpectrumSetInitialGuess(solver, x0));
  assert_ok(QlbeSpectrumSolve(solver));
  assert_ok(QlbeSpectrumGetConverged(solver, &converged));
  assert_int_equal(converged, 1);
  assert_ok(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
  assert_small(fabs(PetscImaginaryPart(pair.value)), 1e-14, "imaginary part of eps");
  assert_ok(QlbeSpectrumDestroy(&solver));
  assert_ok(VecDestroy(&x0));
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  assert_null(fiber);
  return PetscRealPart(pair.value);
}

static void test_reference_values(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++) {
    const Reference *r = &reference[i];
    const double eps = Eps(r);

    print_message("%s, k = %g: eps = %.12f, off by %.1e\n",
                  r->type == QLBE_CONSTANT ? "constant amplitude" : "hard sphere", r->k, eps,
                  eps - r->eps);
    assert_close(eps, r->eps, r->error, "eps");
    /* the converged value, the same for every number of ranks */
    if (r->type == QLBE_HARD_SPHERE && r->k == 0.5)
      assert_close(eps, -0.39961407175, 1e-11, "eps to eleven digits");
  }
}

/*
   The matrix of all ranks and the one that a rank computes by itself: their quadratures are summed
   in another order.
*/
static void test_ranks(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const QlbeSpectralOrders orders = {5, 4, 1.0};
  QlbeSpectralFiber together = SpectralCreate(PETSC_COMM_WORLD, &par, &orders, 0.9);
  QlbeSpectralFiber alone = SpectralCreate(PETSC_COMM_SELF, &par, &orders, 0.9);

  (void)state;
  for (PetscInt m = 0; m <= 2; m++) {
    Mat A = SpectralMatrix(together, 0.8, m, 5, 4), B = SpectralMatrix(alone, 0.8, m, 5, 4);
    const PetscScalar *ours, *own;
    PetscInt begin, end, size, lda, lda_own;
    double difference = 0.0, largest = 0.0;

    assert_ok(MatGetSize(A, &size, NULL));
    assert_int_equal(size, 5 * (4 - m));
    assert_int_equal(size, QlbeSpectralFiberSize(together, m));
    assert_ok(MatGetOwnershipRange(A, &begin, &end));
    assert_ok(MatDenseGetLDA(A, &lda));
    assert_ok(MatDenseGetLDA(B, &lda_own));
    assert_ok(MatDenseGetArrayRead(A, &ours));
    assert_ok(MatDenseGetArrayRead(B, &own));
    for (PetscInt j = 0; j < size; j++) {
      for (PetscInt i = begin; i < end; i++) {
        const PetscScalar there = own[j * lda_own + i];

        largest = PetscMax(largest, PetscAbsScalar(there));
        difference = PetscMax(difference, PetscAbsScalar(ours[j * lda + i - begin] - there));
      }
    }
    assert_ok(MatDenseRestoreArrayRead(A, &ours));
    assert_ok(MatDenseRestoreArrayRead(B, &own));
    assert_small(difference, 1e-14 * largest, "all ranks and one");
    assert_ok(MatDestroy(&A));
    assert_ok(MatDestroy(&B));
  }
  assert_ok(QlbeSpectralFiberDestroy(&alone));
  assert_ok(QlbeSpectralFiberDestroy(&together));
}

/* L_0 nu = 0, with nu^(1/2) in the layout of the matrix. */
static void test_equilibrium(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const QlbeSpectralOrders orders = {5, 3, 0.3};
  QlbeSpectralFiber fiber = SpectralCreate(PETSC_COMM_WORLD, &par, &orders, 0.0);
  Mat A = SpectralMatrix(fiber, 0.0, 0, 5, 3);
  PetscReal length, image, size;
  Vec x, y;

  (void)state;
  assert_ok(QlbeSpectralFiberEquilibrium(A, &x));
  assert_ok(VecDuplicate(x, &y));
  assert_ok(MatMult(A, x, y));
  assert_ok(VecNorm(x, NORM_2, &length));
  assert_ok(VecNorm(y, NORM_2, &image));
  assert_ok(MatNorm(A, NORM_INFINITY, &size));
  print_message("A_0 nu^(1/2) %.2e of %.2e\n", image, size);
  assert_close(length, 1.0, 0.0, "length of nu^(1/2)");
  assert_small(image, 1e-14 * size, "A_0 nu^(1/2)");
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&x));
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
}

/* Every rank gets the error, so that none waits for another. */
static void test_contracts(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  const QlbeParameters classical = UnitParameters(QLBE_CLASSICAL, 1.0, 1.0);
  const QlbeSpectralOrders good = {3, 2, 0.5};
  const QlbeSpectralOrders bad[] = {{1, 2, 1.0},  {65, 2, 1.0}, {3, 0, 1.0},
                                    {3, 65, 1.0}, {3, 2, 0.0},  {3, 2, -1.0}};
  QlbeSpectralFiber fiber = NULL;
  Mat A = NULL;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_equal(QlbeSpectralFiberCreate(PETSC_COMM_WORLD, &par, &bad[i], 1.0, &fiber),
                     PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberCreate(PETSC_COMM_WORLD, &classical, &good, 1.0, &fiber),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_null(fiber);
  assert_ok(PetscPopErrorHandler());
  fiber = SpectralCreate(PETSC_COMM_WORLD, &par, &good, 1.0);
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 3, 2, &A), PETSC_ERR_ORDER);
  assert_int_equal(QlbeSpectralFiberAssemble(fiber, -0.1, 0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberAssemble(fiber, 1.01, 0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberAssemble(fiber, NAN, 0), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberAssemble(fiber, 0.5, 2), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberAssemble(fiber, 0.5, -2), PETSC_ERR_ARG_OUTOFRANGE);
  /* none of the refused assemblies counts as one */
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 3, 2, &A), PETSC_ERR_ORDER);
  assert_ok(QlbeSpectralFiberAssemble(fiber, 1.0, -1));
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 4, 2, &A), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 3, 3, &A), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 0, 2, &A), PETSC_ERR_ARG_OUTOFRANGE);
  /* sector 1 has no function with l < 1 */
  assert_int_equal(QlbeSpectralFiberMatrix(fiber, 3, 1, &A), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_null(A);
  assert_int_equal(QlbeSpectralFiberSize(fiber, 0), 6);
  assert_int_equal(QlbeSpectralFiberSize(fiber, -1), 3);
  assert_int_equal(QlbeSpectralFiberSize(fiber, 2), 0);
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_values),
      cmocka_unit_test(test_ranks),
      cmocka_unit_test(test_equilibrium),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
