/*
   Structure of the spectral fiber operator: null vector, symmetries, nested bases, and its levels
   at k = 0.
*/
#include "unit/discretisation/spectral_case.h"
#include "unit/kernel/kernel_test.h"

static QlbeSpectralFiber Fiber(const QlbeParameters *par, PetscInt n_radial, PetscInt n_angular,
                               double refinement, double k_max)
{
  const QlbeSpectralOrders orders = {n_radial, n_angular, refinement};

  return SpectralCreate(PETSC_COMM_SELF, par, &orders, k_max);
}

/* max |A(i, 0)| over max |A(i, j)|, and the same for rows. */
static double NullDefect(Mat A)
{
  const PetscScalar *a;
  PetscInt n, lda;
  double defect = 0.0, largest = 0.0;

  assert_ok(MatGetSize(A, &n, NULL));
  assert_ok(MatDenseGetLDA(A, &lda));
  assert_ok(MatDenseGetArrayRead(A, &a));
  for (PetscInt j = 0; j < n; j++) {
    for (PetscInt i = 0; i < n; i++) {
      largest = PetscMax(largest, PetscAbsScalar(a[j * lda + i]));
      if (i == 0 || j == 0) defect = PetscMax(defect, PetscAbsScalar(a[j * lda + i]));
    }
  }
  assert_ok(MatDenseRestoreArrayRead(A, &a));
  return defect / largest;
}

/* A_0 nu^(1/2) = 0 to rounding at every order, far from convergence too. */
static void test_null_vector(void **state)
{
  const PetscInt orders[][2] = {{2, 1}, {5, 3}, {12, 8}};
  const QlbeParameters kinds[] = {UnlikeParameters(QLBE_HARD_SPHERE),
                                  UnitParameters(QLBE_CONSTANT, 1.0, 1.0)};
  double worst = 0.0;

  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    for (int i = 0; i < 6; i++) {
      const PetscInt *n = orders[i / 2];
      QlbeSpectralFiber fiber = Fiber(&kinds[kind], n[0], n[1], i % 2 ? 0.3 : 1.0, 0.4);
      Mat A = SpectralMatrix(fiber, 0.0, 0, n[0], n[1]);

      worst = PetscMax(worst, NullDefect(A));
      assert_ok(MatDestroy(&A));
      /* at k > 0 nothing of the kind holds */
      if (i < 4) {
        A = SpectralMatrix(fiber, 0.4, 0, n[0], n[1]);
        assert_true(NullDefect(A) > 1e-6);
        assert_ok(MatDestroy(&A));
      }
      assert_ok(QlbeSpectralFiberDestroy(&fiber));
    }
  }
  print_message("A_0 nu^(1/2) %.2e\n", worst);
  assert_small(worst, 1e-14, "A_0 nu^(1/2)");
}

/*
   A^T = A (4.12); reflection takes sector m to -m; entries between l and l' are real if l + l' is
   even, otherwise imaginary.
*/
static void test_symmetries(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  QlbeSpectralFiber fiber = Fiber(&par, 6, 5, 1.0, 1.5);
  double transposed = 0.0, reflected = 0.0;

  (void)state;
  for (PetscInt m = 0; m < 4; m++) {
    Mat A = SpectralMatrix(fiber, 1.5, m, 6, 5), B = SpectralMatrix(fiber, 1.5, -m, 6, 5), T;
    PetscInt size = QlbeSpectralFiberSize(fiber, m);
    double imaginary = 0.0;

    assert_ok(MatTranspose(A, MAT_INITIAL_MATRIX, &T));
    transposed = PetscMax(transposed, SpectralDifference(A, T));
    reflected = PetscMax(reflected, SpectralDifference(A, B));
    for (PetscInt i = 0; i < size; i++) {
      for (PetscInt j = 0; j < size; j++) {
        PetscScalar entry;

        assert_ok(MatGetValue(A, i, j, &entry));
        imaginary = PetscMax(imaginary, fabs(PetscImaginaryPart(entry)));
        if ((i / 6 + j / 6) % 2 == 0)
          assert_true(PetscImaginaryPart(entry) == 0.0);
        else
          assert_true(PetscRealPart(entry) == 0.0);
      }
    }
    assert_true(imaginary > 0.1);
    assert_ok(MatDestroy(&T));
    assert_ok(MatDestroy(&B));
    assert_ok(MatDestroy(&A));
  }
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
  print_message("transposed %.2e, reflected %.2e\n", transposed, reflected);
  assert_small(transposed, 1e-14, "A^T and A");
  assert_small(reflected, 1e-14, "sectors m and -m");
}

/*
   The leading functions of a larger basis are those of the smaller one: what differs are the
   quadratures.
*/
static void test_nested(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  QlbeSpectralFiber large = Fiber(&par, 7, 5, 2.0, 0.9), small = Fiber(&par, 4, 3, 2.0, 0.9);
  double worst = 0.0;

  (void)state;
  for (PetscInt m = 0; m < 3; m++) {
    Mat A = SpectralMatrix(large, 0.9, m, 4, 3), B = SpectralMatrix(small, 0.9, m, 4, 3);

    worst = PetscMax(worst, SpectralDifference(A, B));
    assert_ok(MatDestroy(&B));
    assert_ok(MatDestroy(&A));
  }
  print_message("restricted and smaller basis %.2e\n", worst);
  assert_small(worst, 1e-10, "restricted and smaller basis");
  assert_ok(QlbeSpectralFiberDestroy(&small));
  assert_ok(QlbeSpectralFiberDestroy(&large));
}

/*
   Levels of L_0, theory section 4: 0, -8.5419 (l = 0) and -8.6617 (l = 1) in sector 0. Sector m has
   those of l >= |m|.
*/
static void test_levels(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeSpectralFiber fiber = Fiber(&par, 12, 8, 1.0, 0.0);
  Mat A = SpectralMatrix(fiber, 0.0, 0, 12, 8), B;
  PetscScalar all[96], level[84];
  double worst = 0.0;

  (void)state;
  SpectralLevels(A, 96, all);
  assert_close(PetscRealPart(all[0]), 0.0, 1e-12, "equilibrium");
  assert_close(PetscRealPart(all[1]), -8.5419, 1e-4, "second level");
  assert_close(PetscRealPart(all[2]), -8.6617, 1e-4, "leading level with l = 1");
  assert_ok(MatDestroy(&A));
  for (PetscInt m = 1; m < 4; m++) {
    const PetscInt size = QlbeSpectralFiberSize(fiber, m);

    B = SpectralMatrix(fiber, 0.0, m, 12, 8);
    SpectralLevels(B, size, level);
    if (m == 1) assert_close(PetscRealPart(level[0]), -8.6617, 1e-4, "leading level of sector 1");
    for (PetscInt i = 0; i < size; i++) {
      double nearest = HUGE_VAL;

      for (PetscInt j = 0; j < 96; j++)
        nearest = PetscMin(nearest, PetscAbsScalar(level[i] - all[j]));
      worst = PetscMax(worst, nearest);
    }
    assert_ok(MatDestroy(&B));
  }
  print_message("levels 1 and 2: %.7f, %.7f; degeneracy %.2e\n", PetscRealPart(all[1]),
                PetscRealPart(all[2]), worst);
  assert_small(worst, 1e-11, "levels of sectors m > 0 in sector 0");
  assert_ok(QlbeSpectralFiberDestroy(&fiber));
}

/*
   exp(t L_k) contracts (Lemma 4.1): no eigenvalue of any sector has a positive real part, and only
   k = 0, m = 0 has 0.
*/
static void test_decay(void **state)
{
  const double k[] = {0.0, 0.5, 2.0};
  const QlbeParameters kinds[] = {UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0),
                                  UnlikeParameters(QLBE_CONSTANT)};

  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    QlbeSpectralFiber fiber = Fiber(&kinds[kind], 6, 4, 1.0, 2.0);

    for (int i = 0; i < 3; i++) {
      for (PetscInt m = 0; m < 4; m++) {
        Mat A = SpectralMatrix(fiber, k[i], m, 6, 4);
        PetscScalar leading;

        SpectralLevels(A, 1, &leading);
        assert_small(PetscRealPart(leading), i == 0 && m == 0 ? 1e-12 : -0.02, "leading level");
        assert_ok(MatDestroy(&A));
      }
    }
    assert_ok(QlbeSpectralFiberDestroy(&fiber));
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_null_vector), cmocka_unit_test(test_symmetries),
      cmocka_unit_test(test_nested),      cmocka_unit_test(test_levels),
      cmocka_unit_test(test_decay),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
