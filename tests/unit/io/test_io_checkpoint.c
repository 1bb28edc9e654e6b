/*
   Checkpoints: what is written comes back; whatever happens to a file, the answer is the right
   values, those of the previous file, or a complaint that says why.
*/
#include <math.h>
#include <unistd.h>

#include "io_test.h"
#include "qlbe/checkpoint.h"

static const QlbeAttribute identity[] = {
    {"command", "spectrum"}, {"version", "1.0"}, {"grid_points", "21"}, {"petsc_options", ""}};
enum { ENTRIES = 4 };

static QlbeCheckpoint Create(const char path[], const char points[])
{
  QlbeAttribute own[ENTRIES];
  QlbeCheckpoint c;

  for (int i = 0; i < ENTRIES; i++) own[i] = identity[i];
  own[2].value = points;
  OK(QlbeCheckpointCreate(PETSC_COMM_WORLD, path, &c));
  OK(QlbeCheckpointSetIdentity(c, ENTRIES, own));
  return c;
}

static void Put(QlbeCheckpoint c, const char name[], PetscInt n, double first)
{
  double values[8];

  for (PetscInt i = 0; i < n; i++) values[i] = first + (double)i / 3.0;
  if (Rank() > 0) values[0] = -1.0; /* only what rank 0 gives counts */
  OK(QlbeCheckpointPut(c, name, n, values));
}

/* The first value of the record of n reals; nan where it is not there. */
static double First(QlbeCheckpoint c, const char name[], PetscInt n)
{
  double values[8];
  PetscBool found;

  OK(QlbeCheckpointGet(c, name, n, values, &found));
  if (!found) return NAN;
  for (PetscInt i = 0; i < n; i++) assert_true(values[i] == values[0] + (double)i / 3.0);
  return values[0];
}

typedef struct {
  PetscBool found;
  const char *difference, *note;
} Outcome;

static Outcome Read(QlbeCheckpoint c, const char path[])
{
  Outcome o;

  OK(QlbeCheckpointRead(c, path, &o.found, &o.difference, &o.note));
  return o;
}

/* Two writes: the second file has "a" = 2, the previous one "a" = 1, both "b". */
static void WriteTwice(const char path[])
{
  QlbeCheckpoint c = Create(path, "21");

  Put(c, "rows/a", 3, 1.0);
  Put(c, "rows/b", 1, 5.0);
  OK(QlbeCheckpointWrite(c));
  Put(c, "rows/a", 3, 2.0);
  OK(QlbeCheckpointWrite(c));
  OK(QlbeCheckpointDestroy(&c));
  Barrier();
}

static void TestRoundTrip(void **state)
{
  char path[PETSC_MAX_PATH_LEN];
  QlbeCheckpoint c = Create(InScratch(state, "round.h5", path), "21");
  const double special[3] = {-0.0, NAN, HUGE_VAL};
  double back[3];
  PetscBool found;
  PetscInt n;
  Outcome o = Read(c, path);

  assert_false(o.found);
  assert_null(o.difference);
  OK(QlbeCheckpointWrite(c)); /* empty ones are files too */
  Put(c, "rows/fibers/0", 8, 0.1);
  Put(c, "rows/fibers/1", 2, 0.2);
  Put(c, "gone", 1, 3.0);
  Put(c, "rows/fibers/1", 5, 0.3); /* replaced, with another length */
  OK(QlbeCheckpointPut(c, "special", 3, special));
  OK(QlbeCheckpointRemove(c, "gone"));
  OK(QlbeCheckpointRemove(c, "never there"));
  OK(QlbeCheckpointWrite(c));
  OK(QlbeCheckpointDestroy(&c));
  c = Create(path, "21");
  o = Read(c, path);
  assert_true(o.found && !o.difference && !o.note);
  OK(QlbeCheckpointGetCount(c, &n));
  assert_int_equal(n, 3);
  assert_true(First(c, "rows/fibers/0", 8) == 0.1 && First(c, "rows/fibers/1", 5) == 0.3);
  assert_true(isnan(First(c, "rows/fibers/1", 2)) && isnan(First(c, "gone", 1)));
  OK(QlbeCheckpointGetLength(c, "rows/fibers/1", &n));
  assert_int_equal(n, 5);
  OK(QlbeCheckpointGet(c, "special", 3, back, &found));
  /* bits: one of them is no number. NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
  assert_true(found && memcmp(back, special, sizeof(back)) == 0);
  OK(QlbeCheckpointDestroy(&c));
}

static void TestIdentity(void **state)
{
  char path[PETSC_MAX_PATH_LEN], list[401];
  QlbeCheckpoint c;
  Outcome o;

  WriteTwice(InScratch(state, "identity.h5", path));
  c = Create(path, "25");
  o = Read(c, path);
  assert_true(o.found);
  assert_string_equal(o.difference, "grid_points is 21 there, 25 here");
  assert_true(isnan(First(c, "rows/b", 1)));
  OK(QlbeCheckpointSetIdentity(c, 3, identity));
  assert_string_equal(Read(c, path).difference, "petsc_options is empty there, nothing here");
  OK(QlbeCheckpointDestroy(&c));
  /* long values: what differs is shown, wherever it is */
  memset(list, '1', 400);
  list[400] = '\0';
  c = Create(path, list);
  OK(QlbeCheckpointWrite(c));
  OK(QlbeCheckpointDestroy(&c));
  Barrier();
  list[399] = '2';
  c = Create(path, list);
  assert_string_equal(Read(c, path).difference, "grid_points is ...111111111111111111111 there, "
                                                "...111111111111111111112 here");
  OK(QlbeCheckpointDestroy(&c));
}

/* Without the newest file, as after a kill between two renames, the previous one serves. */
static void TestPrevious(void **state)
{
  char path[PETSC_MAX_PATH_LEN];
  QlbeCheckpoint c;
  Outcome o;

  WriteTwice(InScratch(state, "previous.h5", path));
  if (Rank() == 0) assert_int_equal(unlink(path), 0);
  Barrier();
  c = Create(path, "21");
  o = Read(c, path);
  assert_true(o.found && !o.difference && o.note && strstr(o.note, "previous"));
  assert_true(First(c, "rows/a", 3) == 1.0 && First(c, "rows/b", 1) == 5.0);
  OK(QlbeCheckpointDestroy(&c));
  if (Rank() == 0) OK(QlbeCheckpointRemoveFiles(path));
  Barrier();
  c = Create(path, "21");
  assert_false(Read(c, path).found);
  OK(QlbeCheckpointDestroy(&c));
}

/* A damaged file is not kept in place of the good one before it. */
static void TestDamagedIsNotKept(void **state)
{
  char path[PETSC_MAX_PATH_LEN];
  QlbeCheckpoint c;

  WriteTwice(InScratch(state, "kept.h5", path));
  if (Rank() == 0) assert_int_equal(truncate(path, 700), 0);
  Barrier();
  c = Create(path, "21");
  assert_non_null(Read(c, path).note);
  OK(QlbeCheckpointWrite(c));
  if (Rank() == 0) assert_int_equal(unlink(path), 0);
  Barrier();
  assert_null(Read(c, path).difference);
  assert_true(First(c, "rows/a", 3) == 1.0);
  OK(QlbeCheckpointDestroy(&c));
}

/* What a damaged newest file must lead to: the values of the previous file, and a word of it. */
static void AssertSafe(const char path[], size_t where)
{
  QlbeCheckpoint c = Create(path, "21");
  const Outcome o = Read(c, path);
  const double a = First(c, "rows/a", 3), b = First(c, "rows/b", 1);

  if (!(o.found && !o.difference && b == 5.0 && a == 1.0 && o.note))
    fail_msg("damage at %zu: a = %g, b = %g, %s, %s", where, a, b, o.difference ? o.difference : "",
             o.note ? o.note : "");
  OK(QlbeCheckpointDestroy(&c));
}

static void TestFlippedBytes(void **state)
{
  char path[PETSC_MAX_PATH_LEN];
  size_t size;

  WriteTwice(InScratch(state, "flipped.h5", path));
  free(Slurp(path, &size));
  for (size_t i = 0; i < size; i += 1 + (size_t)(i > 2048) * 6) {
    Barrier();
    if (Rank() == 0) FlipBit(path, (long)i);
    Barrier();
    AssertSafe(path, i);
    Barrier();
    if (Rank() == 0) FlipBit(path, (long)i);
  }
}

static void TestTruncated(void **state)
{
  char path[PETSC_MAX_PATH_LEN], previous[PETSC_MAX_PATH_LEN];
  QlbeCheckpoint c;
  size_t size;
  Outcome o;

  WriteTwice(InScratch(state, "truncated.h5", path));
  InScratch(state, "truncated.h5.previous", previous);
  free(Slurp(path, &size));
  for (size_t length = size - 1; length > 0; length = length * 9 / 10) {
    Barrier();
    if (Rank() == 0) assert_int_equal(truncate(path, (off_t)length), 0);
    Barrier();
    AssertSafe(path, length);
  }
  Barrier();
  if (Rank() == 0) assert_int_equal(truncate(previous, 0), 0);
  Barrier();
  c = Create(path, "21");
  o = Read(c, path);
  assert_true(o.found && o.difference && strstr(o.difference, "so is the previous one"));
  assert_true(isnan(First(c, "rows/a", 3)));
  OK(QlbeCheckpointDestroy(&c));
  Barrier();
  if (Rank() == 0) assert_int_equal(unlink(previous), 0);
  Barrier();
  c = Create(path, "21");
  assert_non_null(strstr(Read(c, path).difference, "no previous one"));
  OK(QlbeCheckpointDestroy(&c));
}

/*
   A directory that does not take new names: the error is raised everywhere, and what was there can
   be read.
*/
static void TestUnwritable(void **state)
{
  char path[PETSC_MAX_PATH_LEN], tmp[PETSC_MAX_PATH_LEN];
  QlbeCheckpoint c;

  WriteTwice(InScratch(state, "unwritable.h5", path));
  InScratch(state, "unwritable.h5.tmp", tmp);
  /* also root cannot write where a directory has the name */
  if (Rank() == 0) assert_int_equal(mkdir(tmp, 0700), 0);
  Barrier();
  c = Create(path, "21");
  Put(c, "rows/a", 3, 7.0);
  RAISES(PETSC_ERR_FILE_OPEN, "unwritable.h5", QlbeCheckpointWrite(c));
  OK(QlbeCheckpointDestroy(&c));
  c = Create(path, "21");
  assert_null(Read(c, path).note);
  assert_true(First(c, "rows/a", 3) == 2.0);
  OK(QlbeCheckpointDestroy(&c));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(TestRoundTrip),    cmocka_unit_test(TestIdentity),
      cmocka_unit_test(TestPrevious),     cmocka_unit_test(TestDamagedIsNotKept),
      cmocka_unit_test(TestFlippedBytes), cmocka_unit_test(TestTruncated),
      cmocka_unit_test(TestUnwritable),
  };

  RUN(tests);
}
