/*
   Operators between orbits of nodes are the operator on all nodes, restricted to functions with the
   symmetries of an axis.

   Both are compared where no numbering matters: in the products x^T B ... B x of the vector x = D
   nu^(1/2), D being the diagonal on the nodes, which has the symmetries too, with B the operator A
   and D A in turn. Seven factors reach every pattern of symmetric functions there is on these
   grids.
*/
#include "check.h"
#include "fiber_case.h"

enum { PRODUCTS = 7 };

/* Axes, the k that are assembled for them, and the rows of odd and even grids. */
typedef struct {
  double axis[3], k[3];
  PetscInt rows_of_7, rows_of_6;
} AxisCase;

static const AxisCase axes[] = {
    {{0.0, 0.0, 0.3}, {0.0, 0.0, 0.3}, 70, 36},   {{0.0, 0.0, 1.0}, {0.0, 0.0, -0.2}, 70, 36},
    {{0.0, 0.0, 2.0}, {0.0, 0.0, 0.0}, 70, 36},   {{0.3, 0.0, 0.0}, {0.3, 0.0, 0.0}, 70, 36},
    {{1.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 70, 36},   {{0.0, 0.2, 0.0}, {0.0, 0.2, 0.0}, 70, 36},
    {{0.2, 0.2, 0.0}, {0.2, 0.2, 0.0}, 112, 63},  {{0.2, -0.2, 0.0}, {0.2, -0.2, 0.0}, 112, 63},
    {{0.0, 0.2, 0.2}, {0.0, 0.2, 0.2}, 112, 63},  {{-0.2, 0.0, 0.2}, {-0.2, 0.0, 0.2}, 112, 63},
    {{0.0, 0.2, 0.1}, {0.0, 0.2, 0.1}, 196, 108}, {{0.2, 0.2, 0.2}, {0.2, 0.2, 0.2}, 196, 126},
    {{0.1, 0.2, 0.3}, {0.1, 0.2, 0.3}, 343, 216}, {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, 40, 18},
};
enum { N_AXES = sizeof(axes) / sizeof(axes[0]) };

/* x^T B ... B x with 1, 2, .. factors, over the norms of x and B ... B x. */
static void Products(FiberCase *c, Mat A, PetscScalar product[PRODUCTS])
{
  Vec x, y, z, diagonal;
  PetscReal norm;

  assert_ok(QlbeFiberEquilibrium(c->fiber, &x));
  assert_ok(QlbeFiberGetNodeDiagonal(A, &diagonal));
  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &z));
  assert_ok(VecPointwiseMult(x, diagonal, x));
  assert_ok(VecNormalize(x, NULL));
  assert_ok(VecCopy(x, y));
  for (int n = 0; n < PRODUCTS; n++) {
    if (n % 2 == 1) assert_ok(VecPointwiseMult(y, diagonal, y));
    assert_ok(MatMult(A, y, z));
    assert_ok(VecNormalize(z, &norm));
    assert_ok(VecTDot(z, x, &product[n]));
    assert_ok(VecCopy(z, y));
  }
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
}

static void CheckStructure(FiberCase *c, Mat A, PetscBool at_rest)
{
  QlbeFiberStructure s;

  assert_ok(QlbeFiberCheckStructure(c->fiber, A, &s));
  assert_small(s.asymmetry, 1e-14, "asymmetry");
  assert_small(s.contraction, 1e-13, "contraction");
  if (!at_rest) return;
  assert_small(s.column_sum, 1e-13, "column sums");
  assert_small(s.null_vector, 1e-13, "null vector");
}

/* The largest entry of the diagonal, which is the same in all formats. */
static double Diagonal(Mat S)
{
  PetscReal norm;
  Vec d;

  assert_ok(MatCreateVecs(S, NULL, &d));
  assert_ok(MatGetDiagonal(S, d));
  assert_ok(VecNorm(d, NORM_2, &norm));
  assert_ok(VecDestroy(&d));
  return norm;
}

/* The norm of the diagonal is left in *diagonal, or compared with it where that is positive. */
static void CheckAxis(FiberCase *c, const AxisCase *a, QlbeFiberFormat format, double *diagonal)
{
  const PetscBool at_rest = (PetscBool)(a->k[0] == 0.0 && a->k[1] == 0.0 && a->k[2] == 0.0);
  PetscScalar nodes[PRODUCTS], orbits[PRODUCTS];
  PetscInt rows, columns;
  Mat A = NULL, S = NULL;

  assert_ok(QlbeFiberSetFormat(c->fiber, QLBE_FIBER_DENSE, HUGE_VAL));
  assert_ok(QlbeFiberSetSymmetry(c->fiber, NULL));
  assert_ok(QlbeFiberAssemble(c->fiber, a->k, &A));
  Products(c, A, nodes);
  assert_ok(QlbeFiberSetFormat(c->fiber, format, HUGE_VAL));
  assert_ok(QlbeFiberSetSymmetry(c->fiber, a->axis));
  assert_ok(QlbeFiberAssemble(c->fiber, a->k, &S));
  assert_ok(MatGetSize(S, &rows, &columns));
  assert_int_equal(rows, columns);
  assert_close((double)rows, QlbeFiberRowCount(c->grid.points, a->axis), 0.0, "rows");
  if (c->grid.points == 7) assert_int_equal(rows, a->rows_of_7);
  if (c->grid.points == 6) assert_int_equal(rows, a->rows_of_6);
  Products(c, S, orbits);
  for (int n = 0; n < PRODUCTS; n++) {
    assert_small(PetscAbsScalar(orbits[n] - nodes[n]), 1e-14, "product");
    assert_true(PetscAbsScalar(nodes[n]) > 1e-4);
  }
  CheckStructure(c, S, at_rest);
  if (*diagonal > 0.0) assert_close(Diagonal(S) / *diagonal, 1.0, 1e-13, "diagonal");
  *diagonal = Diagonal(S);
  /* a second time into the same matrix */
  assert_ok(QlbeFiberAssemble(c->fiber, a->k, &S));
  Products(c, S, nodes);
  for (int n = 0; n < PRODUCTS; n++) assert_true(nodes[n] == orbits[n]);
  assert_ok(MatDestroy(&A));
  assert_ok(MatDestroy(&S));
}

static void CheckGrid(PetscInt points, double M, double extent, double drop)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, M, 1.0);
  const FiberSetting set = {points, extent, 0.4, drop, 4};
  const QlbeFiberFormat formats[] = {QLBE_FIBER_DENSE, QLBE_FIBER_SPARSE, QLBE_FIBER_MATRIX_FREE};
  FiberCase c;

  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  for (int i = 0; i < N_AXES; i++) {
    double diagonal = 0.0;
    for (int f = 0; f < 3; f++) CheckAxis(&c, &axes[i], formats[f], &diagonal);
  }
  assert_ok(FiberCaseDestroy(&c));
}

static void test_odd_grid(void **state)
{
  (void)state;
  CheckGrid(7, 1.0, 4.0, 0.0);
}

static void test_even_grid(void **state)
{
  (void)state;
  CheckGrid(6, 1.0, 3.0, 0.0);
}

/* Most pairs are dropped. */
static void test_heavy_particle(void **state)
{
  (void)state;
  CheckGrid(9, 16.0, 2.0, 1e-5);
}

/* The format that the estimate chooses, and its entries. */
static void test_estimate(void **state)
{
  const double ks[][3] = {{0.0, 0.0, 0.2}, {0.0, 0.2, 0.2}, {0.0, 0.1, 0.2}, {0.1, 0.2, 0.3}};
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 16.0, 1.0);
  const FiberSetting set = {21, 5.0, 0.4, 1e-5, 4};
  FiberCase c;

  (void)state;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  for (int i = 0; i < 4; i++) {
    QlbeFiberEstimate estimate;
    MatInfo info;
    Mat S = NULL;
    assert_ok(QlbeFiberSetSymmetry(c.fiber, ks[i]));
    assert_ok(QlbeFiberEstimateMemory(c.fiber, ks[i], &estimate));
    assert_ok(QlbeFiberAssemble(c.fiber, ks[i], &S));
    assert_int_equal(estimate.format, QLBE_FIBER_SPARSE);
    assert_ok(MatGetInfo(S, MAT_GLOBAL_SUM, &info));
    /* sums over orbits have fewer entries than terms, next to planes of reflection */
    assert_true(info.nz_used <= estimate.entries && info.nz_used > 0.7 * estimate.entries);
    if (i == 3) assert_close(info.nz_used, estimate.entries, 0.0, "entries without symmetries");
    assert_ok(MatDestroy(&S));
  }
  assert_ok(FiberCaseDestroy(&c));
}

/*
   An operator without a matrix keeps its rows whatever the fiber does next; one with other rows
   than the fiber's is refused by its checks.
*/
static void test_change_of_rows(void **state)
{
  const double axis[3] = {0.0, 0.0, 1.0}, k[3] = {0.0, 0.0, 0.2};
  const QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  const FiberSetting set = {7, 3.0, 0.4, 0.0, 4};
  QlbeFiberStructure structure;
  PetscReal before, after;
  FiberCase c;
  Mat S = NULL;
  Vec x, y;

  (void)state;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  assert_ok(QlbeFiberSetFormat(c.fiber, QLBE_FIBER_MATRIX_FREE, HUGE_VAL));
  assert_ok(QlbeFiberSetSymmetry(c.fiber, axis));
  assert_ok(QlbeFiberAssemble(c.fiber, k, &S));
  assert_ok(QlbeFiberEquilibrium(c.fiber, &x));
  assert_ok(VecDuplicate(x, &y));
  assert_ok(MatMult(S, x, y));
  assert_ok(VecNorm(y, NORM_2, &before));
  assert_ok(QlbeFiberSetSymmetry(c.fiber, NULL));
  assert_ok(MatMult(S, x, y));
  assert_ok(VecNorm(y, NORM_2, &after));
  assert_true(before == after && before > 0.0);
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbeFiberCheckStructure(c.fiber, S, &structure), PETSC_ERR_ARG_INCOMP);
  assert_ok(PetscPopErrorHandler());
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(MatDestroy(&S));
  assert_ok(FiberCaseDestroy(&c));
}

/* A k that the rows do not fit is refused. */
static void test_missing_symmetry(void **state)
{
  const double axis[3] = {0.0, 0.0, 1.0}, k[3] = {0.1, 0.0, 0.2};
  const QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  const FiberSetting set = {5, 3.0, 0.4, 0.0, 4};
  FiberCase c;
  Mat S = NULL;

  (void)state;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  assert_ok(QlbeFiberSetSymmetry(c.fiber, axis));
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbeFiberAssemble(c.fiber, k, &S), PETSC_ERR_ARG_INCOMP);
  assert_ok(PetscPopErrorHandler());
  assert_true(!S);
  assert_ok(FiberCaseDestroy(&c));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_odd_grid),         cmocka_unit_test(test_even_grid),
      cmocka_unit_test(test_heavy_particle),   cmocka_unit_test(test_estimate),
      cmocka_unit_test(test_missing_symmetry), cmocka_unit_test(test_change_of_rows),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
