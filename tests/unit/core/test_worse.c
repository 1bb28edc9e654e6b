/*
   The larger and the smaller of two numbers: what is not a number must come through, in either
   place and through MPI_MAX and MPI_MIN.
*/
#include <math.h>

#include "../../check.h"
#include "qlbe/worse.h"

static void TestNumbers(void **state)
{
  (void)state;
  assert_true(QlbeWorse(1.0, 2.0) == 2.0);
  assert_true(QlbeWorse(2.0, 1.0) == 2.0);
  assert_true(QlbeWorse(-3.0, -4.0) == -3.0);
  assert_true(QlbeWorse(1.0, HUGE_VAL) == HUGE_VAL);
  assert_true(QlbeWorse(-HUGE_VAL, 1.0) == 1.0);
  assert_true(QlbeLeast(1.0, 2.0) == 1.0);
  assert_true(QlbeLeast(-3.0, -4.0) == -4.0);
  assert_true(QlbeLeast(1.0, HUGE_VAL) == 1.0);
}

static void TestNotANumber(void **state)
{
  double worst = 0.0, list[] = {1.0, NAN, 2.0};

  (void)state;
  assert_true(isinf(QlbeWorse(NAN, 1.0)));
  assert_true(isinf(QlbeWorse(1.0, NAN)));
  assert_true(isinf(QlbeWorse(1.0, -NAN)));
  assert_true(isinf(QlbeWorse(NAN, NAN)));
  assert_true(QlbeLeast(NAN, 1.0) == -HUGE_VAL);
  assert_true(QlbeLeast(1.0, NAN) == -HUGE_VAL);
  for (int i = 0; i < 3; i++) worst = QlbeWorse(worst, list[i]);
  assert_true(isinf(worst));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TestNumbers),
                                     cmocka_unit_test(TestNotANumber)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
