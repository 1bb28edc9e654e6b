/*
   The fiber operator on any number of ranks: the reference is the same operator assembled on one
   process in the same program, on every rank.
*/
#include "check.h"
#include "fiber_case.h"

/* What distinguishes the cases: dense, sparse, matrix-free, and rows that do not divide evenly. */
typedef struct {
  QlbeInteractionType type;
  double M;
  FiberSetting set;
  QlbeFiberFormat format; /* that the case has to get, or asks for where it is matrix-free */
} RankCase;

static const RankCase cases[] = {
    {QLBE_HARD_SPHERE, 1.0, {7, 4.0, 0.4, 0.0, 4}, QLBE_FIBER_DENSE},
    {QLBE_CONSTANT, 1.0, {10, 6.0, 0.4, 1e-6, 4}, QLBE_FIBER_DENSE},
    {QLBE_HARD_SPHERE, 16.0, {11, 3.0, 0.4, 1e-5, 4}, QLBE_FIBER_SPARSE},
    {QLBE_HARD_SPHERE, 1.0, {7, 4.0, 0.4, 0.0, 4}, QLBE_FIBER_MATRIX_FREE},
};
enum { N_CASES = sizeof(cases) / sizeof(cases[0]) };

static const double wave_vectors[][3] = {
    {0.0, 0.0, 0.0}, {0.2, -0.3, 0.1}, {0.0, 0.0, 0.3}, {0.0, 0.2, 0.2}};
enum { N_VECTORS = sizeof(wave_vectors) / sizeof(wave_vectors[0]) };

static FiberCase Create(MPI_Comm comm, const RankCase *r)
{
  const QlbeParameters par = UnitParameters(r->type, r->M, 1.0);
  FiberCase c;

  assert_ok(FiberCaseCreate(comm, &par, &r->set, &c));
  if (r->format == QLBE_FIBER_MATRIX_FREE) assert_ok(QlbeFiberSetFormat(c.fiber, r->format, 0.0));
  return c;
}

/* A pure function of the global index, of modulus 1. */
static Vec Probe(Mat A)
{
  PetscInt begin, end;
  PetscScalar *value;
  Vec x;

  assert_ok(MatCreateVecs(A, &x, NULL));
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(VecGetArray(x, &value));
  for (PetscInt i = begin; i < end; i++) {
    const double angle = 0.37 * (double)i * (double)i;

    value[i - begin] = PetscCMPLX(cos(angle), sin(angle));
  }
  assert_ok(VecRestoreArray(x, &value));
  return x;
}

static Vec Product(Mat A)
{
  Vec x = Probe(A), y;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(MatMult(A, x, y));
  assert_ok(VecDestroy(&x));
  return y;
}

/* max |distributed - reference| over the own rows of all ranks, over max |reference| */
static double ProductDifference(Mat distributed, Mat alone)
{
  Vec y = Product(distributed), z = Product(alone);
  const PetscScalar *own, *all;
  PetscReal largest;
  PetscInt begin, end;
  double difference = 0.0;

  assert_ok(VecNorm(z, NORM_INFINITY, &largest));
  assert_ok(VecGetOwnershipRange(y, &begin, &end));
  assert_ok(VecGetArrayRead(y, &own));
  assert_ok(VecGetArrayRead(z, &all));
  for (PetscInt i = begin; i < end; i++)
    difference = PetscMax(difference, PetscAbsScalar(own[i - begin] - all[i]));
  assert_ok(VecRestoreArrayRead(y, &own));
  assert_ok(VecRestoreArrayRead(z, &all));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
  assert_ok(MPI_Allreduce(MPI_IN_PLACE, &difference, 1, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
  return difference / largest;
}

/* Off the diagonal every entry is computed by itself: bitwise the same on any number of ranks. */
static PetscInt DifferentEntries(Mat distributed, Mat alone)
{
  PetscInt begin, end, columns, different = 0;

  assert_ok(MatGetOwnershipRange(distributed, &begin, &end));
  assert_ok(MatGetSize(alone, NULL, &columns));
  for (PetscInt row = begin; row < end; row++) {
    for (PetscInt column = (row * 7) % 13; column < columns; column += 13) {
      PetscScalar here, there;

      assert_ok(MatGetValues(distributed, 1, &row, 1, &column, &here));
      assert_ok(MatGetValues(alone, 1, &row, 1, &column, &there));
      if (row != column && here != there) different++;
    }
  }
  return different;
}

/* The choice of the format must be one choice, and the structure one set of numbers. */
static void CheckSummary(QlbeFiber together, QlbeFiber alone, Mat A, QlbeFiberFormat format)
{
  QlbeFiberEstimate all, one;
  QlbeFiberStructure s;
  double mine[2], largest[2];

  assert_ok(QlbeFiberEstimateMemory(together, wave_vectors[1], &all));
  assert_ok(QlbeFiberEstimateMemory(alone, wave_vectors[1], &one));
  assert_close(all.entries, one.entries, 0.0, "entries");
  assert_int_equal(all.format, format);
  if (format != QLBE_FIBER_MATRIX_FREE) assert_int_equal(one.format, format);
  assert_ok(QlbeFiberCheckStructure(together, A, &s));
  mine[0] = s.contraction;
  mine[1] = s.asymmetry;
  assert_ok(MPI_Allreduce(mine, largest, 2, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
  assert_true(mine[0] == largest[0] && mine[1] == largest[1]);
}

/* The kernel's tables belong to no communicator: both fibers use the same. */
static void test_same_operator(void **state)
{
  (void)state;
  for (int i = 0; i < N_CASES; i++) {
    const FiberSetting *set = &cases[i].set;
    FiberCase c = Create(PETSC_COMM_WORLD, &cases[i]);
    QlbeMomentumGrid grid;
    QlbeFiber alone;

    assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_SELF, set->points, c.grid.half_width, &grid));
    assert_ok(
        QlbeFiberCreate(&grid, c.kernel, c.dispersion, set->drop_tolerance, set->l_max, &alone));
    for (int j = 0; j < N_VECTORS; j++) {
      Mat A = NULL, B = NULL;

      assert_ok(QlbeFiberAssemble(c.fiber, wave_vectors[j], &A));
      assert_ok(QlbeFiberAssemble(alone, wave_vectors[j], &B));
      assert_small(ProductDifference(A, B), 1e-13, "product on all ranks and on one");
      if (cases[i].format != QLBE_FIBER_MATRIX_FREE) assert_int_equal(DifferentEntries(A, B), 0);
      if (j == 1) CheckSummary(c.fiber, alone, A, cases[i].format);
      assert_ok(MatDestroy(&A));
      assert_ok(MatDestroy(&B));
    }
    assert_ok(QlbeFiberDestroy(&alone));
    assert_ok(FiberCaseDestroy(&c));
  }
}

/* Everything made twice on the same ranks, tables included: bitwise the same product. */
static void test_repeats(void **state)
{
  (void)state;
  for (int i = 0; i < N_CASES; i++) {
    Vec y[2];
    PetscReal difference;

    for (int run = 0; run < 2; run++) {
      FiberCase c = Create(PETSC_COMM_WORLD, &cases[i]);
      Mat A = NULL;

      assert_ok(QlbeFiberAssemble(c.fiber, wave_vectors[1], &A));
      y[run] = Product(A);
      assert_ok(MatDestroy(&A));
      assert_ok(FiberCaseDestroy(&c));
    }
    assert_ok(VecAXPY(y[1], -1.0, y[0]));
    assert_ok(VecNorm(y[1], NORM_INFINITY, &difference));
    assert_true(difference == 0.0);
    assert_ok(VecDestroy(&y[0]));
    assert_ok(VecDestroy(&y[1]));
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_operator),
      cmocka_unit_test(test_repeats),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
