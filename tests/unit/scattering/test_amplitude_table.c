/*
   The Chebyshev table against direct sums, and the pieces that it is made of.
*/
#include "scattering_test.h"
#include "qlbe/amplitude_table.h"
#include "qlbe/chebyshev.h"
#include "../../../src/scattering/cosine_transform.h"
#include "../../../src/scattering/partial_waves.h"

#define N 201

/* Largest |table - direct sum| / a on a fine grid in z at given y. */
static double SliceError(QlbeInteraction inter, QlbeAmplitudeTable table, double a, double z_max,
                         double y)
{
  double re[512], im[512], z2[N], f_re[N], f_im[N], worst = 0.0;
  QlbeAmplitudeSlice slice = {.z_max = z_max, .y = y, .re = re, .im = im};

  assert_ok(QlbeAmplitudeTableGetSizes(table, &slice.nz, NULL));
  assert_true(slice.nz <= 512);
  assert_ok(QlbeAmplitudeTableSlice(table, y, re, im));
  for (int i = 0; i < N; i++) z2[i] = PetscSqr(z_max * (double)i / (double)(N - 1));
  assert_ok(QlbeAmplitudeSliceEvaluate(&slice, N, z2, f_re, f_im));
  for (int i = 0; i < N; i++) {
    PetscComplex f;

    assert_ok(QlbeInteractionAmplitude(inter, sqrt(z2[i]), y, &f, NULL));
    worst = PetscMax(worst, PetscAbsComplex(f_re[i] + PETSC_i * f_im[i] - f) / a);
  }
  return worst;
}

/* a p_max/hbar = 14, to three tolerances; tighter ones cost more terms. */
static void test_table_reaches_tolerance(void **state)
{
  const double a = 0.5, hbar = 0.4, z_max = 10.0 * hbar / a, y_max = 9.0 * hbar / a;
  const double y_over_max[] = {0.0, 1e-6, 0.003, 0.03, 0.1357, 0.5, 0.77, 0.999, 1.0};
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, a, hbar);
  PetscInt before = 0;

  (void)state;
  for (double tolerance = 1e-5; tolerance > 1e-13; tolerance *= 10e-4) {
    QlbeAmplitudeTable table;
    PetscInt nz, ny;
    double error;

    assert_ok(QlbeAmplitudeTableCreate(inter, z_max, y_max, tolerance, &table));
    assert_ok(QlbeAmplitudeTableGetSizes(table, &nz, &ny));
    assert_ok(QlbeAmplitudeTableGetError(table, &error));
    print_message("tolerance %.0e: %d x %d, error %.2e\n", tolerance, (int)nz, (int)ny, error);
    assert_small(error, tolerance, "error that the table measured");
    for (int i = 0; i < 9; i++) {
      assert_small(SliceError(inter, table, a, z_max, y_max * y_over_max[i]), tolerance, "slice");
    }
    assert_true(nz > before && nz < 200 && ny < 200);
    before = nz;
    assert_ok(QlbeAmplitudeTableDestroy(&table));
    assert_null(table);
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

/*
   Im f = a^2 p/hbar + .. is a cone at the origin. A series of Im f itself would be wrong there by
   the size of the last node; with p taken out the relative error stays at the tolerance.
*/
static void test_cone_at_origin(void **state)
{
  const double tolerance = 1e-10;
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeAmplitudeTable table;
  double re[128], im[128];
  PetscInt nz;

  (void)state;
  assert_ok(QlbeAmplitudeTableCreate(inter, 5.0, 5.0, tolerance, &table));
  assert_ok(QlbeAmplitudeTableGetSizes(table, &nz, NULL));
  assert_true(nz <= 128);
  for (double p = 1e-9; p < 0.01; p *= 10.0) {
    const double y = 0.6 * p, z2 = PetscSqr(0.8 * p);
    const QlbeAmplitudeSlice slice = {nz, 5.0, y, re, im};
    double f_re, f_im;

    assert_ok(QlbeAmplitudeTableSlice(table, y, re, im));
    assert_ok(QlbeAmplitudeSliceEvaluate(&slice, 1, &z2, &f_re, &f_im));
    /* Im f of the s-wave alone, sin(p)^2/p; the p-wave adds p^5/9 at most three times. */
    assert_small(fabs(f_im / p - PetscSqr(sin(p) / p)), tolerance + pow(p, 4), "Im f / p");
  }
  assert_ok(QlbeAmplitudeTableDestroy(&table));
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* Numbers of points that are no multiple of the block, and points one at a time, agree bitwise. */
static void test_evaluation_does_not_depend_on_blocks(void **state)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeAmplitudeTable table;
  double re[64], im[64], z2[37], f_re[37], f_im[37];
  QlbeAmplitudeSlice slice = {.z_max = 2.0, .y = 0.7, .re = re, .im = im};

  (void)state;
  assert_ok(QlbeAmplitudeTableCreate(inter, 2.0, 2.0, 1e-8, &table));
  assert_ok(QlbeAmplitudeTableGetSizes(table, &slice.nz, NULL));
  assert_true(slice.nz <= 64);
  assert_ok(QlbeAmplitudeTableSlice(table, 0.7, re, im));
  for (int i = 0; i < 37; i++) z2[i] = 4.0 * (double)i / 36.0;
  assert_ok(QlbeAmplitudeSliceEvaluate(&slice, 37, z2, f_re, f_im));
  for (int i = 0; i < 37; i++) {
    double one_re, one_im;

    assert_ok(QlbeAmplitudeSliceEvaluate(&slice, 1, &z2[i], &one_re, &one_im));
    assert_true(one_re == f_re[i] && one_im == f_im[i]);
  }
  assert_ok(QlbeAmplitudeTableDestroy(&table));
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* Amplitudes without structure need one term. */
static void test_constant_amplitudes(void **state)
{
  const QlbeInteractionType types[] = {QLBE_CONSTANT, QLBE_CLASSICAL};
  const double expected[] = {-3.0, -1.5};

  (void)state;
  for (int i = 0; i < 2; i++) {
    QlbeInteraction inter = NewInteraction(types[i], 3.0, 0.5);
    QlbeAmplitudeTable table;
    PetscInt nz, ny;
    double re, im, z2 = 4.0, f_re, f_im;
    const QlbeAmplitudeSlice slice = {1, 5.0, 1.0, &re, &im};

    assert_ok(QlbeAmplitudeTableCreate(inter, 5.0, 7.0, 1e-12, &table));
    assert_ok(QlbeAmplitudeTableGetSizes(table, &nz, &ny));
    assert_true(nz == 1 && ny == 1);
    assert_ok(QlbeAmplitudeTableSlice(table, 1.0, &re, &im));
    assert_ok(QlbeAmplitudeSliceEvaluate(&slice, 1, &z2, &f_re, &f_im));
    assert_small(fabs(f_re - expected[i]), 1e-15, "constant amplitude");
    assert_true(f_im == 0.0);
    assert_ok(QlbeAmplitudeTableDestroy(&table));
    assert_ok(QlbeInteractionDestroy(&inter));
  }
}

/* The vectorised sums in double against the sums in long double, lanes of very different momentum.
 */
static void test_batch_is_direct_sum(void **state)
{
  const double z[] = {0.0, 1e-9, 1e-3, 0.5, 1.0, 7.3, 60.0, 200.0, 33.0, 0.02, 150.0};
  const double y[] = {0.0, 1e-7, 0.3, 4.0, 90.0};
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);

  (void)state;
  for (int j = 0; j < 5; j++) {
    double re[11], im[11];

    assert_ok(QlbePartialWavesBatch(11, z, y[j], re, im));
    for (int i = 0; i < 11; i++) {
      const double p = hypot(z[i], y[j]);
      PetscComplex f;

      assert_ok(QlbeInteractionAmplitude(inter, z[i], y[j], &f, NULL));
      /* A rounded kappa shifts phases by kappa times the rounding, at most 2e2 x 1e-16 here. */
      assert_small(fabs(re[i] - PetscRealPart(f)), 2e-13 + 1e-14 * p, "Re f of the batch");
      assert_small(fabs(im[i] - (p > 0.0 ? PetscImaginaryPart(f) / p : 1.0)), 5e-14,
                   "Im f / p of the batch");
    }
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* The FFT against the product with a matrix, for lengths with every branch, along both strides. */
static void test_cosine_transform(void **state)
{
  const PetscInt lengths[] = {1, 2, 3, 8, 15, 22};
  double data[3 * 22], across[3 * 22], expected[3 * 22], expected_across[3 * 22];

  (void)state;
  for (int c = 0; c < 6; c++) {
    const PetscInt n = lengths[c];

    for (PetscInt i = 0; i < 3; i++) {
      for (PetscInt j = 0; j < n; j++) {
        data[i * n + j] = expected[i * n + j] = sin(1.0 + 2.3 * (double)i + 0.37 * (double)(j * j));
      }
    }
    for (PetscInt i = 0; i < 3; i++) {
      for (PetscInt j = 0; j < n; j++)
        across[j * 3 + i] = expected_across[j * 3 + i] = data[i * n + j];
    }
    assert_ok(QlbeChebyshevTransform(3, n, 1, expected));
    assert_ok(QlbeChebyshevTransform(1, n, 3, expected_across));
    assert_ok(QlbeCosineTransform(3, n, n, 1, data));
    assert_ok(QlbeCosineTransform(3, n, 1, 3, across));
    for (PetscInt i = 0; i < 3; i++) {
      for (PetscInt k = 0; k < n; k++) {
        assert_small(fabs(data[i * n + k] - expected[i * n + k]), 2e-15, "cosine transform");
        assert_small(fabs(data[i * n + k] - expected_across[k * 3 + i]), 2e-15, "across");
        assert_true(across[k * 3 + i] == data[i * n + k]);
      }
    }
  }
}

static void test_bad_input(void **state)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeAmplitudeTable table;
  double re[64], im[64];
  const PetscErrorCode range = PETSC_ERR_ARG_OUTOFRANGE;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeAmplitudeTableCreate(inter, 0.0, 1.0, 1e-8, &table), range);
  assert_int_equal(QlbeAmplitudeTableCreate(inter, 1.0, NAN, 1e-8, &table), range);
  assert_int_equal(QlbeAmplitudeTableCreate(inter, 1.0, 1.0, 1e-20, &table), range);
  /* The forward peak at a p/hbar = 60 is 30 a: its rounding alone is above the tolerance. */
  assert_int_equal(QlbeAmplitudeTableCreate(inter, 60.0, 1.0, 1e-14, &table),
                   PETSC_ERR_NOT_CONVERGED);
  assert_int_equal(QlbeAmplitudeTableCreate(inter, 1e5, 1.0, 1e-2, &table),
                   PETSC_ERR_NOT_CONVERGED);
  assert_null(table);
  assert_ok(QlbeAmplitudeTableCreate(inter, 1.0, 1.0, 1e-8, &table));
  assert_int_equal(QlbeAmplitudeTableSlice(table, 1.1, re, im), range);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeAmplitudeTableDestroy(&table));
  assert_ok(QlbeInteractionDestroy(&inter));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table_reaches_tolerance),
      cmocka_unit_test(test_cone_at_origin),
      cmocka_unit_test(test_evaluation_does_not_depend_on_blocks),
      cmocka_unit_test(test_constant_amplitudes),
      cmocka_unit_test(test_batch_is_direct_sum),
      cmocka_unit_test(test_cosine_transform),
      cmocka_unit_test(test_bad_input),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
