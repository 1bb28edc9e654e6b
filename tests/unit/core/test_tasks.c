/*
   Tasks without a run behind them, and the lists of entries and checks.
*/
#include "core_test.h"
#include "qlbe/entries.h"
#include "qlbe/tasks.h"

#include <math.h>
#include <string.h>

/* Row i holds i, i + 1/2, ... in as many reals as asked for by the work. */
static PetscErrorCode Fill(const QlbeProblem *group, void *work, PetscInt i, double row[])
{
  const size_t *offset = work;
  const size_t width = offset ? offset[i + 1] - offset[i] : 2;

  PetscFunctionBegin;
  (void)group;
  for (size_t j = 0; j < width; j++) row[j] = (double)i + 0.5 * (double)j;
  PetscFunctionReturn(0);
}

static void rows_are_in_order(void **state)
{
  const size_t offset[] = {0, 1, 4, 6};
  const QlbeProblem problem = {.comm = PETSC_COMM_WORLD};
  const QlbeTaskSet equal = {.name = "equal", .n = 3, .width = 2, .task = Fill};
  const QlbeTaskSet different = {
      .name = "different", .n = 3, .offset = offset, .task = Fill, .work = (void *)offset};
  double rows[6];
  PetscBool stopped;
  QlbeTasks tasks;

  (void)state;
  assert_int_equal(QlbeTasksCreateAlone(&problem, &tasks), 0);
  assert_int_equal(QlbeTasksGroupCount(tasks), 1);
  assert_int_equal(QlbeTasksGroupNumber(tasks), 0);
  assert_int_equal(QlbeTasksCompute(tasks, &equal, rows, &stopped), 0);
  assert_false(stopped);
  for (int i = 0; i < 6; i++) {
    const int task = i / 2, column = i % 2;
    assert_true(rows[i] == task + 0.5 * column);
  }
  assert_int_equal(QlbeTasksCompute(tasks, &different, rows, &stopped), 0);
  assert_true(rows[0] == 0.0 && rows[1] == 1.0 && rows[3] == 2.0 && rows[5] == 2.5);
  assert_int_equal(QlbeTasksDestroy(&tasks), 0);
  assert_null(tasks);
}

static void nothing_is_kept(void **state)
{
  const QlbeProblem problem = {.comm = PETSC_COMM_WORLD};
  double values[2] = {1.0, 2.0};
  PetscBool flag = PETSC_TRUE;
  QlbeTasks tasks;

  (void)state;
  assert_int_equal(QlbeTasksCreateAlone(&problem, &tasks), 0);
  assert_int_equal(QlbeTasksKeep(tasks, 2, values, &flag), 0);
  assert_false(flag);
  assert_int_equal(QlbeTasksRestore(tasks, 2, values, &flag), 0);
  assert_false(flag);
  assert_int_equal(QlbeTasksDestroy(&tasks), 0);
}

static void lists_have_ends(void **state)
{
  QlbeEntries entries = {.n = 0};
  QlbeChecks checks = {.n = 0};
  char path[80];

  (void)state;
  memset(path, 'x', sizeof(path) - 1);
  path[sizeof(path) - 1] = '\0';
  assert_int_not_equal(QlbeEntriesAdd(&entries, path, QLBE_RATE, 1.0), 0);
  for (int i = 0; i < QLBE_MOST_ENTRIES; i++)
    assert_int_equal(QlbeEntriesAddOrNaN(&entries, "a/b", QLBE_RATE, NAN), 0);
  assert_int_not_equal(QlbeEntriesAddInteger(&entries, "a/b", 1), 0);
  for (int i = 0; i < QLBE_MOST_CHECKS; i++)
    assert_int_equal(QlbeChecksAdd(&checks, "name", 0.0, 1.0), 0);
  assert_int_not_equal(QlbeChecksAdd(&checks, "name", 0.0, 1.0), 0);
}

/* The first complaint counts. */
static void complaints_do_not_pile_up(void **state)
{
  QlbeComplaint complaint = {.option = NULL};

  (void)state;
  assert_int_equal(QlbeComplain(&complaint, "grid_points", "expected %d", 3), 0);
  assert_int_equal(QlbeComplain(&complaint, "gas_density", "expected more"), 0);
  assert_string_equal(complaint.option, "grid_points");
  assert_string_equal(complaint.text, "expected 3");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_are_in_order),
    cmocka_unit_test(nothing_is_kept),
    cmocka_unit_test(lists_have_ends),
    cmocka_unit_test(complaints_do_not_pile_up),
};

CORE_TEST_MAIN(tests)
