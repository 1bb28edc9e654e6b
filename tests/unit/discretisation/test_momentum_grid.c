/*
   The momentum grid: coordinates, parity, and rows that every rank owns once.
*/
#include "check.h"
#include "momentum_grid.h"

static QlbeMomentumGrid Grid(PetscInt points, double half_width)
{
  QlbeMomentumGrid grid;

  assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, points, half_width, &grid));
  return grid;
}

static void test_coordinates(void **state)
{
  const QlbeMomentumGrid grid = Grid(5, 3.0);
  double p[3];

  (void)state;
  assert_int_equal(grid.points, 5);
  assert_int_equal(grid.size, 125);
  assert_close(grid.spacing, 1.5, 0.0, "spacing");
  assert_close(grid.half_width, 3.0, 0.0, "half width");
  QlbeMomentumGridPoint(&grid, 0, p);
  for (int axis = 0; axis < 3; axis++) assert_close(p[axis], -3.0, 0.0, "first corner");
  QlbeMomentumGridPoint(&grid, 124, p);
  for (int axis = 0; axis < 3; axis++) assert_close(p[axis], 3.0, 0.0, "last corner");
  QlbeMomentumGridPoint(&grid, 62, p);
  for (int axis = 0; axis < 3; axis++) assert_close(p[axis], 0.0, 0.0, "centre");
  /* z runs fastest */
  QlbeMomentumGridPoint(&grid, (4 * 5 + 1) * 5 + 3, p);
  assert_close(p[0], 3.0, 0.0, "x");
  assert_close(p[1], -1.5, 0.0, "y");
  assert_close(p[2], 1.5, 0.0, "z");
}

/* An even number of points has no node at 0, and no node is its own mirror image. */
static void test_even_number(void **state)
{
  const QlbeMomentumGrid grid = Grid(4, 3.0);
  double p[3], smallest = PETSC_MAX_REAL;

  (void)state;
  for (PetscInt row = 0; row < grid.size; row++) {
    QlbeMomentumGridPoint(&grid, row, p);
    smallest = PetscMin(smallest, fabs(p[0]) + fabs(p[1]) + fabs(p[2]));
  }
  assert_close(smallest, 3.0, 0.0, "node next to 0");
}

/* Exactly opposite coordinates, bit by bit: the assembly relies on it. */
static void test_parity(void **state)
{
  const PetscInt points[] = {2, 5, 8, 11};

  (void)state;
  for (int i = 0; i < 4; i++) {
    const QlbeMomentumGrid grid = Grid(points[i], 4.7 / 3.0);

    for (PetscInt row = 0; row < grid.size; row++) {
      double p[3], mirror[3];

      QlbeMomentumGridPoint(&grid, row, p);
      QlbeMomentumGridPoint(&grid, grid.size - 1 - row, mirror);
      for (int axis = 0; axis < 3; axis++) assert_true(p[axis] == -mirror[axis]);
    }
  }
}

/* Every row once, in the order of the ranks, and pieces that differ by one row at most. */
static void test_ownership(void **state)
{
  const PetscInt points[] = {2, 3, 7, 10};
  PetscMPIInt rank, ranks;

  (void)state;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &ranks);
  for (int i = 0; i < 4; i++) {
    const QlbeMomentumGrid grid = Grid(points[i], 4.0);
    const PetscInt mine[2] = {grid.row_begin, grid.row_end};
    PetscInt all[2 * 16];

    assert_true(ranks <= 16);
    assert_ok(MPI_Allgather(mine, 2, MPIU_INT, all, 2, MPIU_INT, PETSC_COMM_WORLD));
    assert_int_equal(all[0], 0);
    assert_int_equal(all[2 * ranks - 1], grid.size);
    for (PetscMPIInt r = 0; r < ranks; r++) {
      const PetscInt length = all[2 * r + 1] - all[2 * r];

      if (r > 0) assert_int_equal(all[2 * r], all[2 * r - 1]);
      assert_in_range(length, grid.size / ranks, (grid.size + ranks - 1) / ranks);
    }
  }
}

/* Pairs of mirror images on one rank, all nodes once, and the way back from a node. */
static void test_pairs(void **state)
{
  const PetscInt points[] = {2, 5, 8, 11};

  (void)state;
  for (int i = 0; i < 4; i++) {
    const PetscInt n = points[i];
    const QlbeMomentumGrid plain = Grid(n, 4.7 / 3.0);
    QlbeMomentumGrid grid = plain;
    PetscInt owned;

    assert_ok(QlbeMomentumGridPair(&grid));
    assert_true(grid.row_begin % 2 == 0);
    assert_true(grid.row_end % 2 == 0 || grid.row_end == grid.size);
    owned = grid.row_end - grid.row_begin;
    assert_ok(MPI_Allreduce(MPI_IN_PLACE, &owned, 1, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
    assert_int_equal(owned, grid.size);
    for (PetscInt node = 0; node < grid.size; node++) {
      const PetscInt index[3] = {node / (n * n), node / n % n, node % n};
      const PetscInt row = QlbeMomentumGridRow(&grid, index);
      double p[3], same[3], mirror[3] = {0.0, 0.0, 0.0};
      assert_int_equal(QlbeMomentumGridRow(&plain, index), node);
      assert_in_range(row, 0, grid.size - 1);
      QlbeMomentumGridPoint(&plain, node, p);
      QlbeMomentumGridPoint(&grid, row, same);
      if (row + 1 < grid.size || grid.size % 2 == 0)
        QlbeMomentumGridPoint(&grid, row % 2 == 0 ? row + 1 : row - 1, mirror);
      for (int axis = 0; axis < 3; axis++)
        assert_true(same[axis] == p[axis] && mirror[axis] == -p[axis]);
    }
  }
}

static void test_bad_input(void **state)
{
  QlbeMomentumGrid grid;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 1, 1.0, &grid),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 5, 0.0, &grid),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 5, NAN, &grid),
                   PETSC_ERR_ARG_OUTOFRANGE);
  if (sizeof(PetscInt) == 4) {
    assert_int_equal(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 1291, 1.0, &grid),
                     PETSC_ERR_ARG_OUTOFRANGE);
    assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 1290, 1.0, &grid));
    assert_int_equal(grid.size, 2146689000);
  }
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_coordinates), cmocka_unit_test(test_even_number),
      cmocka_unit_test(test_parity),      cmocka_unit_test(test_ownership),
      cmocka_unit_test(test_pairs),       cmocka_unit_test(test_bad_input),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
