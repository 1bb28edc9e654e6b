/* Locks of runs: one process holds it, the others learn who; what a dead one has left keeps nobody out. */
#include "io_test.h"
#include "qlbe/run_lock.h"

static PetscBool Take(const char path[], QlbeRunLock *lock, char owner[QLBE_LOCK_OWNER_SIZE])
{
  OK(QlbeRunLockTake(path, lock, owner));
  return *lock ? PETSC_TRUE : PETSC_FALSE;
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
  snprintf(expected, sizeof(expected), "process %ld on ", holder);
  if (Rank() == 0) assert_true(Take(path, &lock, owner));
  Barrier();
  if (Rank() > 0) {
    assert_false(Take(path, &lock, owner));
    assert_true(!strncmp(owner, expected, strlen(expected)));
  }
  Barrier();
  OK(QlbeRunLockRelease(&lock));
  Barrier();
  if (Rank() == 0) assert_int_equal(stat(path, &info), -1);
  Barrier();
  if (Rank() == ranks - 1) assert_true(Take(path, &lock, owner));
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
    assert_true(Take(path, &lock, owner));
  }
  OK(QlbeRunLockRelease(&lock));
}

/* Where no file can be made there is no lock, and no error. */
static void TestNoPlace(void **state)
{
  char path[PETSC_MAX_PATH_LEN], owner[QLBE_LOCK_OWNER_SIZE];
  QlbeRunLock lock = NULL;

  InScratch(state, "nowhere/some.lock", path);
  assert_true(Take(path, &lock, owner));
  OK(QlbeRunLockRelease(&lock));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TestOneHolder),
                                     cmocka_unit_test(TestLeftOver), cmocka_unit_test(TestNoPlace)};

  RUN(tests);
}
