/*
   The sparse, the dense and the matrix-free format are the same operator, and the estimate foresees
   their sizes.
*/
#include "check.h"
#include "fiber_case.h"

enum { POINTS = 13 };

static const double mass = 16.0;

static const double wave_vector[3] = {0.02, -0.05, 0.09};

/*
   A heavy particle: jumps are short against the box, and dropping leaves a stencil. The spacing
   resolves the width 2 of the kernel: far beyond it the repair of the cell q = 0 outweighs the
   lattice sums, and the contraction bound is no longer theirs.
*/
static FiberCase HeavyCase(QlbeInteractionType type)
{
  const QlbeParameters par = UnitParameters(type, mass, 1.0);
  const FiberSetting set = {POINTS, 3.0, 0.2, 1e-6, 4};
  FiberCase c;

  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  return c;
}

/* A zero dense matrix of the right shape, which assembly has to keep. */
static Mat DenseTarget(const FiberCase *c)
{
  const PetscInt own = c->grid.row_end - c->grid.row_begin;
  Mat A;

  assert_ok(MatCreateDense(PETSC_COMM_WORLD, own, own, c->grid.size, c->grid.size, NULL, &A));
  return A;
}

static PetscBool IsSparse(Mat A)
{
  PetscBool sparse;

  assert_ok(PetscObjectTypeCompareAny((PetscObject)A, &sparse, MATSEQAIJ, MATMPIAIJ, ""));
  return sparse;
}

/* A vector of points on the unit circle without symmetry. */
static Vec Probe(Mat A)
{
  PetscInt begin, end;
  Vec x;

  assert_ok(MatCreateVecs(A, &x, NULL));
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    const double angle = 0.37 * (double)i * (double)i;

    assert_ok(VecSetValue(x, i, PetscCMPLX(cos(angle), sin(angle)), INSERT_VALUES));
  }
  assert_ok(VecAssemblyBegin(x));
  assert_ok(VecAssemblyEnd(x));
  return x;
}

/* |A x - B x| / |A x| */
static double ProductDifference(Mat A, Mat B)
{
  Vec x = Probe(A), y, z;
  PetscReal norm, difference;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &z));
  assert_ok(MatMult(A, x, y));
  assert_ok(MatMult(B, x, z));
  assert_ok(VecNorm(y, NORM_2, &norm));
  assert_ok(VecAXPY(z, -1.0, y));
  assert_ok(VecNorm(z, NORM_2, &difference));
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
  return difference / norm;
}

static double DiagonalDifference(Mat A, Mat B)
{
  PetscReal norm, difference;
  Vec a, b;

  assert_ok(MatCreateVecs(A, NULL, &a));
  assert_ok(VecDuplicate(a, &b));
  assert_ok(MatGetDiagonal(A, a));
  assert_ok(MatGetDiagonal(B, b));
  assert_ok(VecNorm(a, NORM_INFINITY, &norm));
  assert_ok(VecAXPY(b, -1.0, a));
  assert_ok(VecNorm(b, NORM_INFINITY, &difference));
  assert_ok(VecDestroy(&a));
  assert_ok(VecDestroy(&b));
  return difference / norm;
}

static void CheckFormats(QlbeInteractionType type)
{
  FiberCase c = HeavyCase(type);
  QlbeFiberStructure s;
  Mat sparse = NULL, free = NULL, dense = DenseTarget(&c), kept = dense;
  QlbeFiberStructure alike;

  assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &sparse));
  assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &dense));
  assert_true(IsSparse(sparse));
  assert_true(dense == kept);
  assert_small(ProductDifference(dense, sparse), 1e-14, "sparse and dense product");
  assert_ok(QlbeFiberCheckStructure(c.fiber, sparse, &s));
  assert_small(s.asymmetry, 1e-14, "asymmetry");
  assert_small(s.contraction, 1e-13, "contraction");
  assert_ok(QlbeFiberSetFormat(c.fiber, QLBE_FIBER_MATRIX_FREE, 0.0));
  assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &free));
  assert_true(!IsSparse(free));
  assert_small(ProductDifference(dense, free), 1e-14, "matrix-free product");
  assert_small(DiagonalDifference(dense, free), 1e-14, "matrix-free diagonal");
  assert_ok(QlbeFiberCheckStructure(c.fiber, free, &alike));
  assert_small(alike.asymmetry, 1e-14, "asymmetry");
  assert_close(alike.contraction, s.contraction, 1e-13, "contraction of both");
  assert_ok(MatDestroy(&sparse));
  assert_ok(MatDestroy(&free));
  assert_ok(MatDestroy(&dense));
  assert_ok(FiberCaseDestroy(&c));
}

static void test_same_operator(void **state)
{
  (void)state;
  CheckFormats(QLBE_HARD_SPHERE);
  CheckFormats(QLBE_CONSTANT);
}

/* The trace holds in the sparse format too, with most pairs dropped. */
static void test_sparse_structure(void **state)
{
  const double at_rest[3] = {0.0, 0.0, 0.0};
  FiberCase c = HeavyCase(QLBE_HARD_SPHERE);
  QlbeFiberStructure s;
  Mat A = NULL;

  (void)state;
  assert_ok(QlbeFiberAssemble(c.fiber, at_rest, &A));
  assert_true(IsSparse(A));
  assert_ok(QlbeFiberCheckStructure(c.fiber, A, &s));
  assert_small(s.column_sum, 1e-13, "column sums");
  assert_small(s.null_vector, 1e-13, "null vector");
  assert_small(s.asymmetry, 1e-14, "asymmetry");
  assert_small(s.contraction, 1e-13, "contraction");
  assert_ok(MatDestroy(&A));
  assert_ok(FiberCaseDestroy(&c));
}

/* A matrix that is passed in again holds the new k and nothing of the old one, in both formats. */
static void test_reuse(void **state)
{
  const double other[3] = {0.0, 0.2, 0.0};
  FiberCase c = HeavyCase(QLBE_HARD_SPHERE);
  Mat reused[2] = {NULL, DenseTarget(&c)}, fresh = NULL;

  (void)state;
  assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &fresh));
  for (int i = 0; i < 2; i++) {
    assert_ok(QlbeFiberAssemble(c.fiber, other, &reused[i]));
    assert_true(ProductDifference(fresh, reused[i]) > 1e-4);
    assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &reused[i]));
    assert_small(ProductDifference(fresh, reused[i]), 1e-14, "reused matrix");
    assert_ok(MatDestroy(&reused[i]));
  }
  assert_ok(MatDestroy(&fresh));
  assert_ok(FiberCaseDestroy(&c));
}

static void test_estimate(void **state)
{
  const double size = (double)(POINTS * POINTS * POINTS);
  FiberCase c = HeavyCase(QLBE_HARD_SPHERE);
  QlbeFiberEstimate estimate;
  MatInfo info;
  QlbeFiber full;
  Mat A = NULL;

  (void)state;
  assert_ok(QlbeFiberEstimateMemory(c.fiber, wave_vector, &estimate));
  assert_ok(QlbeFiberAssemble(c.fiber, wave_vector, &A));
  assert_ok(MatGetInfo(A, MAT_GLOBAL_SUM, &info));
  assert_int_equal(estimate.format, QLBE_FIBER_SPARSE);
  assert_close(estimate.bytes, estimate.bytes_sparse, 0.0, "bytes of the format");
  assert_close(estimate.entries, info.nz_used, 0.0, "entries");
  assert_close(estimate.bytes_dense, 16.0 * size * size, 0.0, "bytes of the dense format");
  assert_close(estimate.bytes_sparse,
               (16.0 + sizeof(PetscInt)) * info.nz_used + 2.0 * sizeof(PetscInt) * size, 0.0,
               "bytes of the sparse format");
  assert_ok(MatDestroy(&A));
  /* what is at hand decides: room for two copies while one is made, or none */
  assert_ok(QlbeFiberSetFormat(c.fiber, QLBE_FIBER_AUTO, 2.0 * estimate.bytes_sparse));
  assert_ok(QlbeFiberEstimateMemory(c.fiber, wave_vector, &estimate));
  assert_int_equal(estimate.format, QLBE_FIBER_SPARSE);
  assert_ok(QlbeFiberSetFormat(c.fiber, QLBE_FIBER_AUTO, 1.9 * estimate.bytes_sparse));
  assert_ok(QlbeFiberEstimateMemory(c.fiber, wave_vector, &estimate));
  assert_int_equal(estimate.format, QLBE_FIBER_MATRIX_FREE);
  assert_true(estimate.bytes < estimate.bytes_sparse);
  /* nothing dropped: the matrix is full as far as 1e-30 of the largest pair goes */
  assert_ok(QlbeFiberCreate(&c.grid, c.kernel, c.dispersion, 0.0, 4, &full));
  assert_ok(QlbeFiberEstimateMemory(full, wave_vector, &estimate));
  assert_true(estimate.entries > info.nz_used);
  assert_ok(QlbeFiberDestroy(&full));
  assert_ok(FiberCaseDestroy(&c));
}

static void test_equilibrium(void **state)
{
  FiberCase c = HeavyCase(QLBE_CONSTANT);
  PetscReal norm;
  PetscInt begin, end;
  Vec x;

  (void)state;
  assert_ok(QlbeFiberEquilibrium(c.fiber, &x));
  assert_ok(VecNorm(x, NORM_2, &norm));
  assert_close(norm, 1.0, 1e-14, "norm");
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_true(begin == c.grid.row_begin && end == c.grid.row_end);
  /* neighbours differ by exp(-beta (p^2 - p'^2)/4M) */
  if (end - begin > 1) {
    const PetscInt row[2] = {begin, begin + 1};
    PetscScalar value[2];
    double p[2][3], difference = 0.0;

    for (int i = 0; i < 2; i++) QlbeMomentumGridPoint(&c.grid, row[i], p[i]);
    for (int axis = 0; axis < 3; axis++)
      difference += p[0][axis] * p[0][axis] - p[1][axis] * p[1][axis];
    assert_ok(VecGetValues(x, 2, row, value));
    assert_close(PetscRealPart(value[1] / value[0]), exp(0.25 * difference / mass), 1e-12,
                 "ratio of neighbours");
  }
  assert_ok(VecDestroy(&x));
  assert_ok(FiberCaseDestroy(&c));
}

static void test_wave_number_beyond_table(void **state)
{
  const double k[3] = {0.0, 0.3, 0.0};
  FiberCase c = HeavyCase(QLBE_CONSTANT);
  Mat A = NULL;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeFiberAssemble(c.fiber, k, &A), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_ok(FiberCaseDestroy(&c));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_operator), cmocka_unit_test(test_sparse_structure),
      cmocka_unit_test(test_reuse),         cmocka_unit_test(test_estimate),
      cmocka_unit_test(test_equilibrium),   cmocka_unit_test(test_wave_number_beyond_table),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
