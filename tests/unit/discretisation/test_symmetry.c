/*
   Symmetries of the assembled matrix: reversal of k, parity, and rotations of the cube.
*/
#include "check.h"
#include "fiber_case.h"

/* An image of the momentum grid: axis i of the image is sign[i] times axis from[i]. */
typedef struct {
  int from[3];
  double sign[3];
} CubeMap;

static PetscInt ImageRow(PetscInt points, const CubeMap *map, PetscInt row)
{
  const PetscInt index[3] = {row / (points * points), (row / points) % points, row % points};
  PetscInt image[3];

  for (int axis = 0; axis < 3; axis++) {
    const PetscInt i = index[map->from[axis]];
    image[axis] = map->sign[axis] > 0.0 ? i : points - 1 - i;
  }
  return (image[0] * points + image[1]) * points + image[2];
}

static void ImageVector(const CubeMap *map, const double k[3], double image[3])
{
  for (int axis = 0; axis < 3; axis++) image[axis] = map->sign[axis] * k[map->from[axis]];
}

static Mat Assemble(const FiberCase *c, const double k[3])
{
  Mat A = NULL;

  assert_ok(QlbeFiberAssemble(c->fiber, k, &A));
  return A;
}

/* max |B(map i, map j) - A(i, j)| over max |A|, with conj A when asked for. */
static double LargestDifference(const FiberCase *c, Mat A, Mat B, const CubeMap *map,
                                PetscBool conjugate)
{
  const PetscInt n = c->grid.size;
  const PetscScalar *a, *b;
  PetscInt lda; /* the same for both: columns may be padded */
  double difference = 0.0, largest = 0.0;

  assert_ok(MatDenseGetLDA(A, &lda));
  assert_ok(MatDenseGetArrayRead(A, &a));
  assert_ok(MatDenseGetArrayRead(B, &b));
  for (PetscInt j = 0; j < n; j++) {
    const PetscInt j_image = ImageRow(c->grid.points, map, j);

    for (PetscInt i = 0; i < n; i++) {
      const PetscScalar at = conjugate ? PetscConj(a[j * lda + i]) : a[j * lda + i];
      const PetscInt i_image = ImageRow(c->grid.points, map, i);

      largest = PetscMax(largest, PetscAbsScalar(at));
      difference = PetscMax(difference, PetscAbsScalar(b[j_image * lda + i_image] - at));
    }
  }
  assert_ok(MatDenseRestoreArrayRead(A, &a));
  assert_ok(MatDenseRestoreArrayRead(B, &b));
  return difference / largest;
}

static const CubeMap identity = {{0, 1, 2}, {1.0, 1.0, 1.0}};
static const CubeMap inversion = {{0, 1, 2}, {-1.0, -1.0, -1.0}};

/* Compares the matrices at k and at its image. */
static double Change(const FiberCase *c, const double k[3], const double k_image[3],
                     const CubeMap *map, PetscBool conjugate)
{
  Mat A = Assemble(c, k), B = Assemble(c, k_image);
  const double change = LargestDifference(c, A, B, map, conjugate);

  assert_ok(MatDestroy(&A));
  assert_ok(MatDestroy(&B));
  return change;
}

static const double wave_vectors[3][3] = {{0.0, 0.0, 0.7}, {0.3, -0.5, 0.9}, {1.2, 1.2, 0.0}};

static FiberCase Case(QlbeInteractionType type, PetscInt points)
{
  const QlbeParameters par = UnitParameters(type, 1.0, 1.0);
  const FiberSetting set = {points, 5.0, 2.0, 0.0, 4};
  FiberCase c;

  assert_ok(FiberCaseCreate(PETSC_COMM_SELF, &par, &set, &c));
  return c;
}

static void CheckSymmetries(QlbeInteractionType type)
{
  const CubeMap about_x = {{0, 2, 1}, {1.0, -1.0, 1.0}}, about_y = {{2, 1, 0}, {1.0, 1.0, -1.0}},
                about_z = {{1, 0, 2}, {-1.0, 1.0, 1.0}}, cycle = {{2, 0, 1}, {1.0, 1.0, 1.0}};
  const CubeMap *rotations[] = {&about_x, &about_y, &about_z, &cycle};
  FiberCase c = Case(type, 7);

  for (int i = 0; i < 3; i++) {
    const double *k = wave_vectors[i], back[3] = {-k[0], -k[1], -k[2]};

    assert_small(Change(&c, k, back, &identity, PETSC_TRUE), 1e-14, "L_(-k) and conj L_k");
    assert_small(Change(&c, k, back, &inversion, PETSC_FALSE), 1e-14, "parity");
    for (int r = 0; r < 4; r++) {
      double rotated[3];

      ImageVector(rotations[r], k, rotated);
      assert_small(Change(&c, k, rotated, rotations[r], PETSC_FALSE), 1e-13, "rotated k");
    }
    /* the same comparison without the map must fail, or it compares nothing */
    assert_true(Change(&c, k, back, &identity, PETSC_FALSE) > 1e-3);
  }
  assert_ok(FiberCaseDestroy(&c));
}

static void test_hard_sphere(void **state)
{
  (void)state;
  CheckSymmetries(QLBE_HARD_SPHERE);
}

static void test_constant(void **state)
{
  (void)state;
  CheckSymmetries(QLBE_CONSTANT);
}

/*
   Assembly evaluates one of all pairs that the symmetries of k map onto each other. A wave vector
   that is off by rounding has no symmetry but parity, and evaluates them all: the matrices must be
   the same, on grids with and without a node at zero.
*/
static void test_pairs_by_symmetry(void **state)
{
  const double ks[][3] = {{0.0, 0.0, 0.7}, {0.7, 0.0, 0.0}, {0.0, 0.6, 0.6}, {0.6, -0.6, 0.0},
                          {0.5, 0.5, 0.5}, {0.5, 0.5, 0.2}, {0.3, 0.0, 0.4}};

  (void)state;
  for (PetscInt points = 6; points <= 7; points++) {
    FiberCase c = Case(QLBE_HARD_SPHERE, points);

    for (size_t i = 0; i < sizeof(ks) / sizeof(ks[0]); i++) {
      const double *k = ks[i], off[3] = {k[0] + 1e-13, k[1] - 2e-13, k[2] + 3e-13};
      assert_small(Change(&c, k, off, &identity, PETSC_FALSE), 1e-11, "entries by symmetry");
    }
    assert_ok(FiberCaseDestroy(&c));
  }
}

/* A_0 is real, and the entries off its diagonal are rates: none is negative. */
static void test_rest(void **state)
{
  const double at_rest[3] = {0.0, 0.0, 0.0};
  FiberCase c = Case(QLBE_HARD_SPHERE, 7);
  Mat A = Assemble(&c, at_rest);
  const PetscScalar *a;
  PetscInt lda;

  (void)state;
  assert_ok(MatDenseGetLDA(A, &lda));
  assert_ok(MatDenseGetArrayRead(A, &a));
  for (PetscInt j = 0; j < c.grid.size; j++) {
    for (PetscInt i = 0; i < c.grid.size; i++) {
      const PetscScalar entry = a[j * lda + i];

      assert_true(PetscImaginaryPart(entry) == 0.0);
      if (i != j)
        assert_true(PetscRealPart(entry) >= 0.0);
      else
        assert_true(PetscRealPart(entry) < 0.0);
    }
  }
  assert_ok(MatDenseRestoreArrayRead(A, &a));
  assert_ok(MatDestroy(&A));
  assert_ok(FiberCaseDestroy(&c));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hard_sphere),
      cmocka_unit_test(test_constant),
      cmocka_unit_test(test_pairs_by_symmetry),
      cmocka_unit_test(test_rest),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
