/*
   The radial equation that several parts solve together, the ranks here, against each alone: bit by
   bit.
*/
#include "kernel_test.h"
#include "qlbe/radial.h"

enum { BASIS = 10, VALUES = 4 };

/* Gap, eigenvalues with l = 2, a resolvent and its error, and a count of the sums. */
static void Solve(const QlbeParameters *par, const QlbeTeam *sharing, double out[VALUES + 3])
{
  QlbeRadial radial;
  const double *p;
  PetscInt n;

  assert_ok(QlbeRadialCreate(par, BASIS, sharing, &radial));
  assert_ok(QlbeRadialGap(radial, BASIS, 1e9, &out[VALUES]));
  assert_ok(QlbeRadialEigenvalues(radial, 2, BASIS, VALUES, out));
  assert_ok(QlbeRadialGetNodes(radial, &n, &p));
  assert_ok(QlbeRadialResolvent(radial, BASIS, p, p, &out[VALUES + 1], &out[VALUES + 2]));
  assert_ok(QlbeRadialDestroy(&radial));
}

static void test_shared_radial(void **state)
{
  const QlbeInteractionType types[] = {QLBE_HARD_SPHERE, QLBE_CLASSICAL};
  PetscMPIInt rank, ranks;

  (void)state;
  assert_ok(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  assert_ok(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  for (int i = 0; i < 2; i++) {
    const QlbeParameters par = UnlikeParameters(types[i]);
    int sums = 0;
    const QlbeTeam sharing = {rank, ranks, SumAndCount, &sums};
    double alone[VALUES + 3], together[VALUES + 3];

    Solve(&par, NULL, alone);
    Solve(&par, &sharing, together);
    assert_true(alone[VALUES] > 0.0 && alone[VALUES + 1] > 0.0);
    assert_memory_equal(alone, together, sizeof(alone));
    assert_true(ranks == 1 ? sums == 0 : sums > 0);
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shared_radial)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
