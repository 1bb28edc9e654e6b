/*
   Locks of runs: one process holds it, the others learn who; what a dead one has left keeps nobody
   out.
*/
#include "io_test.h"
#include "qlbe/run_lock.h"

static QlbeLockOutcome Take(const char path[], QlbeRunLock *lock, char owner[QLBE_LOCK_OWNER_SIZE])
{
  QlbeLockOutcome outcome;

  OK(QlbeRunLockTake(path, "test", lock, &outcome, owner));
  assert_int_equal(*lock != NULL, outcome == QLBE_LOCK_TAKEN || outcome == QLBE_LOCK_NONE);
  return outcome;
}

/* Ranks after each other, each while the one before holds it, and then when it is free. */
static void TestOneHolder(void **state)
{
  char path[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE], expected[64];
  QlbeRunLock lock = NULL;
  struct stat info;
  long holder = (long)getpid();
  int ranks;

  InScratch(state, "one.lock", path);
  OK(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  OK(MPI_Bcast(&holder, 1, MPI_LONG, 0, PETSC_COMM_WORLD));
  snprintf(expected, sizeof(expected), "test, process %ld on ", holder);
  if (Rank() == 0) {
    assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_TAKEN);
    assert_true(!strncmp(owner, expected, strlen(expected)));
  }
  Barrier();
  if (Rank() > 0) {
    assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_HELD);
    assert_true(!strncmp(owner, expected, strlen(expected)));
  }
  Barrier();
  OK(QlbeRunLockRelease(&lock));
  Barrier();
  if (Rank() == 0) assert_int_equal(stat(path, &info), -1);
  Barrier();
  if (Rank() == ranks - 1) assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_TAKEN);
  OK(QlbeRunLockRelease(&lock));
  assert_null(lock);
}

static void TestLeftOver(void **state)
{
  char path[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE];
  QlbeRunLock lock = NULL;

  InScratch(state, "left.lock", path);
  if (Rank() == 0) {
    FILE *file = fopen(path, "w");
    assert_true(file && fputs("process 1 on a host that is down", file) >= 0 && !fclose(file));
    assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_TAKEN);
  }
  OK(QlbeRunLockRelease(&lock));
}

/* A holder whose file somebody has replaced leaves the new one alone, and whoever comes then locks
 * that. */
static void TestReplaced(void **state)
{
  char path[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE];
  QlbeRunLock lock = NULL, second = NULL;
  struct stat info;

  InScratch(state, "replaced.lock", path);
  if (Rank() == 0) {
    assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_TAKEN);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(Take(path, &second, owner), QLBE_LOCK_TAKEN);
    OK(QlbeRunLockRelease(&lock));
    assert_int_equal(stat(path, &info), 0);
    OK(QlbeRunLockRelease(&second));
    assert_int_equal(stat(path, &info), -1);
  }
}

/* A link in the place of the file is not followed: what it points to must not be written to. */
static void TestLink(void **state)
{
  char path[PETSC_MAX_PATH_LEN], target[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE];
  QlbeRunLock lock = NULL;
  struct stat info;

  InScratch(state, "link.lock", path);
  InScratch(state, "precious", target);
  if (Rank() == 0) {
    FILE *file = fopen(target, "w");
    assert_true(file && fputs("precious", file) >= 0 && !fclose(file));
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_FAILED);
    assert_true(strlen(owner) > 0);
    assert_int_equal(stat(target, &info), 0);
    assert_int_equal(info.st_size, 8);
  }
}

/* The caller learns that there is no directory. */
static void TestNoPlace(void **state)
{
  char path[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE];
  QlbeRunLock lock = NULL;

  InScratch(state, "nowhere/some.lock", path);
  assert_int_equal(Take(path, &lock, owner), QLBE_LOCK_NO_DIRECTORY);
  OK(QlbeRunLockRelease(&lock));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TestOneHolder),
                                     cmocka_unit_test(TestLeftOver), cmocka_unit_test(TestReplaced),
                                     cmocka_unit_test(TestLink), cmocka_unit_test(TestNoPlace)};

  RUN(tests);
}
