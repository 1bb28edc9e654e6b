/*
   Tables of the transverse integral that several parts make together, the ranks here, against
   tables that each makes alone.
*/
#include "kernel_test.h"
#include "qlbe/transverse.h"

/* Contracted tables at several q, bit by bit. */
static void AssertSame(QlbeTransverse one, QlbeTransverse other, const QlbeTransverseRange *range)
{
  PetscInt size[2];
  double *block[2];

  assert_ok(QlbeTransverseGetSizes(one, &size[0], NULL));
  assert_ok(QlbeTransverseGetSizes(other, &size[1], NULL));
  assert_int_equal(size[0], size[1]);
  assert_ok(PetscMalloc2(size[0], &block[0], size[1], &block[1]));
  for (int i = 0; i <= 20; i++) {
    const double q = range->q_min + (range->q_max - range->q_min) * 0.05 * i;
    assert_ok(QlbeTransverseBlock(one, q, block[0]));
    assert_ok(QlbeTransverseBlock(other, q, block[1]));
    assert_memory_equal(block[0], block[1], (size_t)size[0] * sizeof(double));
  }
  assert_ok(PetscFree2(block[0], block[1]));
}

static void test_shared_table(void **state)
{
  const QlbeTransverseRange ranges[] = {{0.5, 12.0, 6.0, 0.8}, {0.0, 0.0, 6.0, 0.8}};
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  PetscMPIInt rank, ranks;

  (void)state;
  assert_ok(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  assert_ok(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  for (int i = 0; i < 2; i++) {
    int sums = 0;
    const QlbeTeam sharing = {rank, ranks, SumAndCount, &sums};
    QlbeInteraction alone, together;
    QlbeTransverse one, shared;

    assert_ok(QlbeInteractionCreate(&par, &alone));
    assert_ok(QlbeInteractionCreate(&par, &together));
    assert_ok(QlbeInteractionSetTeam(together, &sharing));
    assert_ok(QlbeTransverseCreate(&par, alone, &ranges[i], 1e-10, &one));
    assert_ok(QlbeTransverseCreate(&par, together, &ranges[i], 1e-10, &shared));
    AssertSame(one, shared, &ranges[i]);
    assert_true(ranks == 1 ? sums == 0 : sums > 0);
    assert_ok(QlbeTransverseDestroy(&one));
    assert_ok(QlbeTransverseDestroy(&shared));
    assert_ok(QlbeInteractionDestroy(&alone));
    assert_ok(QlbeInteractionDestroy(&together));
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shared_table)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
