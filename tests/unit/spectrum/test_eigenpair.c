/*
   The order of eigenvalues, conjugate pairs that the wanted number cuts, and which pair continues
   the null vector whatever the options of the solver say.
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

enum { N = 7 };

/* eps, a conjugate pair whose real parts differ by rounding, a double level, another pair. */
static const double exact[N][2] = {{-0.1, 0.0}, {-8.0, 0.3},  {-8.0, -0.3}, {-8.5, 0.0},
                                   {-8.5, 0.0}, {-9.0, 2e-3}, {-9.0, -2e-3}};

static QlbeEigenpair Known(int i, double shift)
{
  const QlbeEigenpair pair = {.value = PetscCMPLX(exact[i][0] + shift, exact[i][1]),
                              .residual = 1e-12,
                              .condition = 1.0,
                              .error = 1e-12};

  return pair;
}

/* All 5040 arrangements with rounding of either sign come into the same order. */
static void order_is_unique(void **state)
{
  int permutation[N] = {0, 1, 2, 3, 4, 5, 6}, c[N] = {0}, i = 0;

  (void)state;
  for (int trial = 0; i < N; trial++) {
    QlbeEigenpair pairs[N];
    PetscInt tag[N], order[N];

    for (int j = 0; j < N; j++) {
      pairs[j] = Known(permutation[j], 1e-14 * ((trial + 3 * j) % 5 - 2));
      /* against the order, but for the double level, which it decides */
      tag[j] = permutation[j] == 4 ? 6 : 10 - permutation[j] - (permutation[j] == 3 ? 2 : 0);
    }
    QlbeEigenpairOrder(N, pairs, SCALE, tag, order);
    for (int j = 0; j < N; j++) assert_int_equal(permutation[order[j]], j);
    /* Heap's algorithm */
    for (; i < N && c[i] >= i; i++) c[i] = 0;
    if (i < N) {
      const int other = i % 2 ? c[i] : 0, moved = permutation[i];
      permutation[i] = permutation[other];
      permutation[other] = moved;
      c[i]++;
      i = 1;
    }
    if (trial >= 5039) break;
  }
}

static void numbers_come_first(void **state)
{
  QlbeEigenpair pairs[3] = {Known(1, 0.0), Known(0, 0.0), Known(2, 0.0)};
  PetscInt order[3];

  (void)state;
  pairs[0].value = PetscCMPLX(NAN, NAN);
  QlbeEigenpairOrder(3, pairs, SCALE, NULL, order);
  assert_int_equal(order[0], 1);
  assert_int_equal(order[1], 2);
  assert_int_equal(order[2], 0);
}

/* Values further apart than rounding stand by their real parts, whatever the imaginary ones. */
static void real_part_decides(void **state)
{
  QlbeEigenpair pairs[2] = {Known(1, -1e-9), Known(2, 0.0)};
  PetscInt order[2];

  (void)state;
  QlbeEigenpairOrder(2, pairs, SCALE, NULL, order);
  assert_int_equal(order[0], 1);
}

/*
   A complex symmetric matrix with known eigenvalues: a diagonal one, turned in each plane
   (i, i + 1) of even i by a real rotation. Those of exact[] lead, the rest is a continuum.
*/
static Mat Turned(PetscInt n)
{
  const double c = 0.8, s = 0.6;
  PetscInt begin, end;
  Mat A;

  Call(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, n, n, 2, NULL, 2, NULL, &A));
  Call(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt row = begin; row < end; row++) {
    const PetscInt first = row - row % 2;
    PetscScalar d[2];
    for (PetscInt i = 0; i < 2; i++) {
      /* far apart in the matrix, so that no pair shares a rotation */
      const PetscInt level = (first / 2) % 8 == 3 ? -1 : (first + i) / 16;
      const PetscBool leads = (PetscBool)((first + i) % 16 == 0 && level >= 0 && level < N);
      d[i] = leads ? PetscCMPLX(exact[level][0] + (level % 2 ? -1e-14 : 0.0), exact[level][1])
                   : PetscCMPLX(-17.0 - 20.0 * (double)(first + i) / (double)n, 0.0);
    }
    Call(MatSetValue(A, row, row,
                     row % 2 ? s * s * d[0] + c * c * d[1] : c * c * d[0] + s * s * d[1],
                     INSERT_VALUES));
    Call(MatSetValue(A, row, row ^ 1, c * s * (d[0] - d[1]), INSERT_VALUES));
  }
  Call(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  Call(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

/* Dense, Davidson and Krylov: however many are wanted, the first ones come, in their order. */
static void no_pair_is_cut(void **state)
{
  (void)state;
  for (int large = 0; large < 2; large++) {
    Mat A = Turned(large ? 1200 : 400);
    for (PetscInt count = 2; count <= 3; count++) {
      PetscInt found;
      QlbeSpectrum s;

      Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
      Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, SCALE));
      Call(QlbeSpectrumSetCount(s, count));
      Call(QlbeSpectrumSolve(s));
      Call(QlbeSpectrumGetConverged(s, &found));
      assert_int_equal(found, count);
      for (PetscInt i = 0; i < count; i++) {
        QlbeEigenpair pair;
        Call(QlbeSpectrumGetEigenvalue(s, i, &pair));
        assert_true(PetscAbsScalar(pair.value - PetscCMPLX(exact[i][0], exact[i][1])) < 1e-10);
        assert_true(pair.leading);
      }
      Call(QlbeSpectrumDestroy(&s));
    }
    Call(MatDestroy(&A));
  }
}

/*
   Pair 0 of the model at a small k, from its null vector, with options given as "-name value ..".
*/
static QlbeEigenpair Tuned(const char options[], PetscInt *found)
{
  const Synthetic model = {7, 4.0, {0.0, 0.0, 0.3}, 0.0};
  QlbeEigenpair pair = {.leading = PETSC_FALSE};
  QlbeSpectrum s;
  PetscOptions database;
  Mat A;
  Vec x0;

  Call(SyntheticCreate(PETSC_COMM_WORLD, &model, MATDENSE, &A));
  Call(SyntheticNull(&model, A, &x0));
  Call(PetscOptionsCreate(&database));
  Call(PetscOptionsPush(database));
  Call(PetscOptionsInsertString(NULL, options));
  Call(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  Call(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, SCALE));
  Call(QlbeSpectrumSetInitialGuess(s, x0));
  Call(QlbeSpectrumSolve(s));
  Call(QlbeSpectrumGetConverged(s, found));
  if (*found > 0) Call(QlbeSpectrumGetEigenvalue(s, 0, &pair));
  Call(PetscOptionsPop());
  Call(PetscOptionsDestroy(&database));
  Call(QlbeSpectrumDestroy(&s));
  Call(VecDestroy(&x0));
  Call(MatDestroy(&A));
  return pair;
}

static void tuning_keeps_the_eigenvalue(void **state)
{
  const char *const options[] = {"-eps_ncv 40",           "-eps_tol 1e-11", "-eps_max_it 300",
                                 "-eps_type krylovschur", "-eps_type gd",   "-eps_type lapack"};
  PetscInt found;
  const QlbeEigenpair plain = Tuned("", &found);

  (void)state;
  assert_int_equal(found, 1);
  assert_true(QlbeEigenpairContinues(&plain, SCALE, 0.0));
  for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
    const QlbeEigenpair pair = Tuned(options[i], &found);
    assert_int_equal(found, 1);
    assert_true(QlbeEigenpairContinues(&pair, SCALE, 0.0));
    assert_true(PetscAbsScalar(pair.value - plain.value) < 1e-11 * SCALE);
  }
}

static void other_eigenvalues_are_refused(void **state)
{
  const char *const options[] = {"-eps_type krylovschur -eps_largest_imaginary",
                                 "-eps_type krylovschur -eps_smallest_real",
                                 "-eps_type lapack -eps_target -30 -eps_target_magnitude",
                                 "-eps_type lapack -eps_largest_magnitude"};
  (void)state;
  for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
    PetscInt found;
    QlbeEigenpair pair = Tuned(options[i], &found);
    assert_int_equal(found, 1);
    assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
    assert_false(pair.leading);
    /* neither does the vector itself pass */
    pair.leading = PETSC_TRUE;
    assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  }
}

/* Positive, complex, or no numbers at all. */
static void impossible_values_are_refused(void **state)
{
  QlbeEigenpair pair = Known(0, 0.0);

  (void)state;
  pair.leading = PETSC_TRUE;
  pair.share = 1.02;
  assert_true(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  pair.value = 1e-9;
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  assert_true(QlbeEigenpairContinues(&pair, SCALE, 2e-9));
  pair.value = PetscCMPLX(-0.1, 1e-9);
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  pair.value = -0.1;
  pair.share = 0.3;
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  pair.share = -0.01; /* as of other eigenvalues */
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  pair.share = NAN;
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
  pair.share = 1.0;
  pair.value = NAN;
  assert_false(QlbeEigenpairContinues(&pair, SCALE, 0.0));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(order_is_unique),
                                     cmocka_unit_test(numbers_come_first),
                                     cmocka_unit_test(real_part_decides),
                                     cmocka_unit_test(no_pair_is_cut),
                                     cmocka_unit_test(tuning_keeps_the_eigenvalue),
                                     cmocka_unit_test(other_eigenvalues_are_refused),
                                     cmocka_unit_test(impossible_values_are_refused)};
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (SlepcFinalize()) return 1;
  return failed;
}
