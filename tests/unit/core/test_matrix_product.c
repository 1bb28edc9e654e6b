/* Products of small matrices against sums, and what is refused. */
#include "check.h"
#include "qlbe/matrix_product.h"

enum { ROWS = 3, INNER = 4, COLUMNS = 2, STRIDE = 5 };

/* Whole numbers: every order of summation gives the same. */
static double Left(PetscInt i, PetscInt j)
{
  return (double)(3 * i - 2 * j + 1);
}

static double Right(PetscInt j, PetscInt k)
{
  return (double)(j * j - 5 * k + 2);
}

static void Fill(double (*f)(PetscInt, PetscInt), QlbeMatrixFactor *factor, double entry[])
{
  for (PetscInt i = 0; i < factor->rows; i++) {
    for (PetscInt j = 0; j < factor->columns; j++)
      entry[i * factor->columns + j] = factor->transposed ? f(j, i) : f(i, j);
  }
  factor->entry = entry;
}

static void CheckProduct(PetscBool a_transposed, PetscBool b_transposed, PetscBool add)
{
  QlbeMatrixFactor a = {ROWS, INNER, NULL, a_transposed}, b = {INNER, COLUMNS, NULL, b_transposed};
  double left[ROWS * INNER], right[INNER * COLUMNS], c[ROWS * STRIDE];

  if (a_transposed) a = (QlbeMatrixFactor){INNER, ROWS, NULL, PETSC_TRUE};
  if (b_transposed) b = (QlbeMatrixFactor){COLUMNS, INNER, NULL, PETSC_TRUE};
  Fill(Left, &a, left);
  Fill(Right, &b, right);
  for (int i = 0; i < ROWS * STRIDE; i++) c[i] = 7.0;
  assert_ok(QlbeMatrixProduct(&a, &b, add, STRIDE, c));
  for (PetscInt i = 0; i < ROWS; i++) {
    for (PetscInt k = 0; k < STRIDE; k++) {
      double sum = k < COLUMNS && !add ? 0.0 : 7.0;
      for (PetscInt j = 0; j < INNER && k < COLUMNS; j++) sum += Left(i, j) * Right(j, k);
      assert_true(c[i * STRIDE + k] == sum);
    }
  }
}

static void test_products(void **state)
{
  (void)state;
  for (int i = 0; i < 8; i++)
    CheckProduct((PetscBool)(i % 2), (PetscBool)(i / 2 % 2), (PetscBool)(i / 4));
}

static void test_refusals(void **state)
{
  const double entry[4] = {1.0, 2.0, 3.0, 4.0};
  const QlbeMatrixFactor square = {2, 2, entry, PETSC_FALSE}, row = {1, 2, entry, PETSC_FALSE};
  double c[4];

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeMatrixProduct(&square, &row, PETSC_FALSE, 2, c), PETSC_ERR_ARG_SIZ);
  assert_int_equal(QlbeMatrixProduct(&square, &square, PETSC_FALSE, 1, c), PETSC_ERR_ARG_SIZ);
#if defined(PETSC_USE_64BIT_INDICES)
  assert_int_equal(QlbeMatrixProduct(&square, &square, PETSC_FALSE, (PetscInt)INT_MAX + 1, c),
                   PETSC_ERR_ARG_OUTOFRANGE);
#endif
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_products),
      cmocka_unit_test(test_refusals),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
