/* Rows of records: the order of the table, every kind of field, and no change there and back. */
#include <math.h>

#include "../../check.h"
#include "qlbe/record.h"

typedef struct {
  double real;
  PetscInt integer;
  PetscBool truth, other;
  PetscScalar scalar;
  double last;
} Record;

/* `other` is left out. */
static const QlbeField fields[] = {QLBE_FIELD(Record, last), QLBE_FIELD(Record, scalar),
                                   QLBE_FIELD(Record, truth), QLBE_FIELD(Record, integer),
                                   QLBE_FIELD(Record, real)};
enum { N = sizeof(fields) / sizeof(fields[0]), WIDTH = 6 };

static void rows_are_records(void **state)
{
  const double expected[WIDTH] = {0.1, -0.0, 1e-300, 1.0, -2147483647.0, INFINITY};
  const Record record = {.real = INFINITY,
                         .integer = -2147483647,
                         .truth = PETSC_TRUE,
                         .other = PETSC_TRUE,
                         .scalar = PetscCMPLX(-0.0, 1e-300),
                         .last = 0.1};
  Record back = {.other = PETSC_FALSE};
  double row[WIDTH + 1];

  (void)state;
  row[WIDTH] = 7.0;
  assert_int_equal(QlbeRecordWidth(N, fields), WIDTH);
  QlbeRecordToRow(N, fields, &record, row);
  assert_memory_equal(row, expected, sizeof(expected));
  assert_true(row[WIDTH] == 7.0);
  QlbeRecordFromRow(N, fields, row, &back);
  assert_memory_equal(&back.real, &record.real, sizeof(double));
  assert_memory_equal(&back.scalar, &record.scalar, sizeof(PetscScalar));
  assert_true(back.last == record.last);
  assert_int_equal(back.integer, record.integer);
  assert_int_equal(back.truth, PETSC_TRUE);
  assert_int_equal(back.other, PETSC_FALSE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_records)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
