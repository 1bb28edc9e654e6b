/*
   The exact properties of the discrete generator: column sums and null vector at k = 0, complex
   symmetry and the contraction bound of Lemma 4.1 at every k, whatever is dropped.
*/
#include "check.h"
#include "fiber_case.h"

/* One row of the table of cases. */
typedef struct {
  QlbeInteractionType type;
  double M;
  PetscInt points;
  double extent;
  double k_max; /* the hard sphere's tables grow with it */
} Box;

/*
   The bounds are those of rounding: sums of points^3 terms, relative to the escape rate. The
   symmetry is checked with products whose sums run in different orders.
*/
static void CheckStructure(QlbeFiber fiber, double wave_number)
{
  const double k[3] = {0.48 * wave_number, -0.6 * wave_number, 0.64 * wave_number};
  QlbeFiberStructure s;
  Mat A = NULL;

  assert_ok(QlbeFiberAssemble(fiber, k, &A));
  assert_ok(QlbeFiberCheckStructure(fiber, A, &s));
  if (wave_number == 0.0) {
    assert_small(s.column_sum, 1e-13, "column sums");
    assert_small(s.null_vector, 1e-13, "null vector");
  } else {
    /* positive wave numbers break the conservation: the measure must see it */
    assert_true(s.column_sum > 1e-4 && s.null_vector > 1e-4);
  }
  assert_small(s.asymmetry, 1e-14, "asymmetry");
  assert_small(s.contraction, 1e-13, "contraction");
  assert_ok(MatDestroy(&A));
}

/* Every wave number and dropping threshold on one box; the kernel's tables serve them all. */
static void CheckBox(const Box *box)
{
  const double wave_numbers[] = {0.0, 0.1, 1.0, 5.0}, drop_tolerances[] = {0.0, 1e-6, 1e-2};
  const QlbeParameters par = UnitParameters(box->type, box->M, 1.0);
  const FiberSetting set = {box->points, box->extent, box->k_max, 0.0, 4};
  FiberCase c;

  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  for (int d = 0; d < 3; d++) {
    QlbeFiber fiber;

    assert_ok(QlbeFiberCreate(&c.grid, c.kernel, c.dispersion, drop_tolerances[d], 4, &fiber));
    for (int i = 0; i < 4 && wave_numbers[i] <= box->k_max; i++)
      CheckStructure(fiber, wave_numbers[i]);
    assert_ok(QlbeFiberDestroy(&fiber));
    assert_null(fiber);
  }
  assert_ok(FiberCaseDestroy(&c));
}

static void test_hard_sphere(void **state)
{
  const Box boxes[] = {{QLBE_HARD_SPHERE, 1.0, 7, 4.0, 5.0},
                       {QLBE_HARD_SPHERE, 1.0, 10, 6.0, 1.0},
                       {QLBE_HARD_SPHERE, 9.0, 9, 5.0, 1.0}};

  (void)state;
  for (int i = 0; i < 3; i++) CheckBox(&boxes[i]);
}

static void test_constant_amplitude(void **state)
{
  const Box boxes[] = {{QLBE_CONSTANT, 1.0, 9, 5.0, 5.0},
                       {QLBE_CONSTANT, 1.0, 11, 6.0, 5.0},
                       {QLBE_CONSTANT, 0.3, 8, 4.0, 5.0}};

  (void)state;
  for (int i = 0; i < 3; i++) CheckBox(&boxes[i]);
}

/* The measures themselves: a single changed entry must show in every one of them. */
static void test_measures_notice(void **state)
{
  const double k[3] = {0.0, 0.0, 0.0};
  const QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  const FiberSetting set = {7, 4.0, 0.1, 0.0, 4};
  QlbeFiberStructure s;
  const PetscInt centre = 171;
  PetscInt begin, end;
  FiberCase c;
  Mat A = NULL;

  (void)state;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  assert_ok(QlbeFiberAssemble(c.fiber, k, &A));
  assert_ok(MatGetOwnershipRange(A, &begin, &end));
  if (begin <= centre && centre < end)
    assert_ok(MatSetValue(A, centre, centre + 1, 1e-6, ADD_VALUES));
  assert_ok(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  /* the eternal symmetry that assembly declares must not hide the change from the transpose */
  assert_ok(MatSetOption(A, MAT_SYMMETRY_ETERNAL, PETSC_FALSE));
  assert_ok(MatSetOption(A, MAT_SYMMETRIC, PETSC_FALSE));
  assert_ok(QlbeFiberCheckStructure(c.fiber, A, &s));
  assert_true(s.column_sum > 1e-9);
  assert_true(s.null_vector > 1e-9);
  assert_true(s.asymmetry > 1e-9);
  assert_true(s.contraction > 1e-9);
  assert_ok(MatDestroy(&A));
  assert_ok(FiberCaseDestroy(&c));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hard_sphere),
      cmocka_unit_test(test_constant_amplitude),
      cmocka_unit_test(test_measures_notice),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
