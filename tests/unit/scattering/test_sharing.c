/*
   Amplitude tables that several parts make together, the ranks here, against tables that each makes
   alone.
*/
#include "qlbe/amplitude_table.h"
#include "scattering_test.h"

enum { SLICES = 201, TERMS = 256 };

/* What the sums met: how many there were, and the nonzero elements before and after them. */
typedef struct {
  PetscInt sums;
  double own, all;
} Sums;

static double NonZero(PetscInt n, const double data[])
{
  double count = 0.0;

  for (PetscInt i = 0; i < n; i++) count += data[i] != 0.0;
  return count;
}

static PetscErrorCode Sum(void *context, PetscInt n, double data[])
{
  Sums *sums = context;

  PetscFunctionBegin;
  sums->sums++;
  sums->own += NonZero(n, data);
  PetscCallMPI(
      MPI_Allreduce(MPI_IN_PLACE, data, (PetscMPIInt)n, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  sums->all += NonZero(n, data);
  PetscFunctionReturn(0);
}

/* Same sizes, measured errors and slices, bit by bit. */
static void AssertSame(QlbeAmplitudeTable one, QlbeAmplitudeTable other, double y_max)
{
  QlbeAmplitudeTable table[2] = {one, other};
  PetscInt nz[2], ny[2];
  double error[2], re[2][TERMS], im[2][TERMS];

  for (int t = 0; t < 2; t++) {
    assert_ok(QlbeAmplitudeTableGetSizes(table[t], &nz[t], &ny[t]));
    assert_ok(QlbeAmplitudeTableGetError(table[t], &error[t]));
  }
  assert_true(nz[0] == nz[1] && ny[0] == ny[1] && error[0] == error[1]);
  /* as many slices as there are rows, so that each row is seen */
  assert_true(nz[0] <= TERMS && ny[0] > 1 && ny[0] <= SLICES);
  for (int i = 0; i < SLICES; i++) {
    const double y = y_max * (double)i / (double)(SLICES - 1);

    for (int t = 0; t < 2; t++) assert_ok(QlbeAmplitudeTableSlice(table[t], y, re[t], im[t]));
    assert_memory_equal(re[0], re[1], (size_t)nz[0] * sizeof(double));
    assert_memory_equal(im[0], im[1], (size_t)nz[0] * sizeof(double));
  }
}

static void test_shared_table(void **state)
{
  const double z_max = 10.0, y_max[] = {9.0, 0.3};
  PetscMPIInt rank, ranks;

  (void)state;
  assert_ok(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  assert_ok(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  for (int i = 0; i < 2; i++) {
    QlbeInteraction alone = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
    QlbeInteraction together = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
    Sums sums = {0, 0.0, 0.0};
    const QlbeTeam sharing = {rank, ranks, Sum, &sums};
    QlbeAmplitudeTable one, shared;

    assert_ok(QlbeAmplitudeTableCreate(alone, z_max, y_max[i], 1e-11, &one));
    assert_ok(QlbeInteractionSetTeam(together, &sharing));
    assert_ok(QlbeAmplitudeTableCreate(together, z_max, y_max[i], 1e-11, &shared));
    AssertSame(one, shared, y_max[i]);
    print_message("%d sums, %g of %g elements from this part\n", (int)sums.sums, sums.own,
                  sums.all);
    if (ranks > 1) {
      assert_true(sums.sums > 0 && sums.own > 0.0);
      assert_small(sums.own, 1.3 * sums.all / (double)ranks, "elements of one part");
    } else {
      assert_true(sums.sums == 0);
    }
    assert_ok(QlbeAmplitudeTableDestroy(&one));
    assert_ok(QlbeAmplitudeTableDestroy(&shared));
    assert_ok(QlbeInteractionDestroy(&alone));
    assert_ok(QlbeInteractionDestroy(&together));
  }
}

static void test_bad_parts(void **state)
{
  const QlbeTeam wrong[] = {{3, 3, Sum, NULL}, {-1, 3, Sum, NULL}, {0, 0, Sum, NULL}};
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  for (int i = 0; i < 3; i++)
    assert_int_equal(QlbeInteractionSetTeam(inter, &wrong[i]), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeInteractionDestroy(&inter));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shared_table),
      cmocka_unit_test(test_bad_parts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
