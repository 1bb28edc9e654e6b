/* Provenance pairs, stop-watches and progress lines. */
#include "core_test.h"
#include "qlbe/progress.h"
#include "qlbe/provenance.h"
#include <fcntl.h>
#include <petsctime.h>
#include <stdlib.h>
#include <unistd.h>

static const char *Value(QlbeProvenance p, const char name[])
{
  PetscInt count;

  assert_int_equal(QlbeProvenanceGetCount(p, &count), 0);
  for (PetscInt i = 0; i < count; i++) {
    const char *n, *value;
    assert_int_equal(QlbeProvenanceGetEntry(p, i, &n, &value), 0);
    if (!strcmp(n, name)) return value;
  }
  return NULL;
}

static void pairs(void **state)
{
  char *argv[] = {"qlbe", "diffusion", "deck.yaml"};
  int ranks, year, month, day, hour, minute, second, end = 0;
  QlbeProvenance p;
  const char *name, *value;
  char date[32] = "";

  (void)state;
  assert_int_equal(MPI_Comm_size(PETSC_COMM_WORLD, &ranks), 0);
  assert_int_equal(QlbeProvenanceCreate(PETSC_COMM_WORLD, 3, argv, &p), 0);
  assert_string_equal(Value(p, "version"), QlbeVersion());
  assert_string_equal(Value(p, "git_hash"), QlbeGitHash());
  assert_string_equal(Value(p, "command_line"), "qlbe diffusion deck.yaml");
  assert_int_equal(atoi(Value(p, "ranks")), ranks);
  assert_int_equal(atoi(Value(p, "hosts")), 1); /* as the tests are run */
  assert_int_equal(strncmp(Value(p, "petsc_version"), "3.", 2), 0);
  assert_true(strlen(Value(p, "mpi_version")) > 3);
  assert_int_equal(sscanf(Value(p, "date"), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day,
                          &hour, &minute, &second, &end),
                   6);
  assert_int_equal(end, 20);
  assert_true(year >= 2020 && month >= 1 && month <= 12 && hour < 24);
  /* The same date everywhere. */
  snprintf(date, sizeof(date), "%s", Value(p, "date"));
  assert_int_equal(MPI_Bcast(date, (int)sizeof(date), MPI_CHAR, 0, PETSC_COMM_WORLD), 0);
  assert_string_equal(date, Value(p, "date"));
  assert_int_equal(QlbeProvenanceAdd(p, "gsl_version", "2.7"), 0);
  assert_string_equal(Value(p, "gsl_version"), "2.7");
  assert_int_equal(QlbeProvenanceAdd(p, "gsl_version", "2.8"), PETSC_ERR_ARG_WRONG);
  assert_int_equal(QlbeProvenanceGetEntry(p, -1, &name, &value), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeProvenanceDestroy(&p), 0);
  assert_null(p);
}

static void Wait(double seconds)
{
  PetscLogDouble begin, now;

  assert_int_equal(PetscTime(&begin), 0);
  do assert_int_equal(PetscTime(&now), 0);
  while (now - begin < seconds);
}

/* The slowest rank counts, spells add up, and the reported order is that of the first begin. */
static void stop_watches(void **state)
{
  QlbePhases phases;
  PetscInt count;
  int rank, ranks;
  double seconds;
  const char *name;

  (void)state;
  assert_int_equal(MPI_Comm_rank(PETSC_COMM_WORLD, &rank), 0);
  assert_int_equal(MPI_Comm_size(PETSC_COMM_WORLD, &ranks), 0);
  assert_int_equal(QlbePhasesCreate(PETSC_COMM_WORLD, &phases), 0);
  assert_int_equal(QlbePhaseEnd(phases, "assembly"), PETSC_ERR_ARG_WRONGSTATE);
  for (int spell = 0; spell < 2; spell++) {
    assert_int_equal(QlbePhaseBegin(phases, "assembly"), 0);
    if (rank == ranks - 1) Wait(0.05);
    assert_int_equal(QlbePhaseBegin(phases, "table"), 0);
    assert_int_equal(QlbePhaseBegin(phases, "table"), PETSC_ERR_ARG_WRONGSTATE);
    assert_int_equal(QlbePhaseEnd(phases, "table"), 0);
    assert_int_equal(QlbePhaseEnd(phases, "assembly"), 0);
    Wait(0.02); /* nobody's time */
  }
  assert_int_equal(QlbePhasesGetCount(phases, &count), 0);
  assert_int_equal(count, 2);
  assert_int_equal(QlbePhasesGetEntry(phases, 0, &name, &seconds), 0);
  assert_string_equal(name, "assembly");
  assert_true(seconds >= 0.1 && seconds < 5.0);
  assert_int_equal(QlbePhasesGetEntry(phases, 1, &name, &seconds), 0);
  assert_string_equal(name, "table");
  assert_true(seconds >= 0.0 && seconds < 5.0);
  assert_int_equal(QlbePhasesGetEntry(phases, 2, &name, &seconds), PETSC_ERR_ARG_OUTOFRANGE);
  /* a phase of one rank alone counts for all of them */
  if (rank == ranks - 1) {
    assert_int_equal(QlbePhaseBegin(phases, "alone"), 0);
    Wait(0.02);
    assert_int_equal(QlbePhaseEnd(phases, "alone"), 0);
  }
  assert_int_equal(QlbePhasesGetCount(phases, &count), 0);
  assert_int_equal(count, 3);
  assert_int_equal(QlbePhasesGetEntry(phases, 2, &name, &seconds), 0);
  assert_string_equal(name, "alone");
  assert_true(seconds >= 0.02 && seconds < 5.0);
  assert_int_equal(QlbePhasesDestroy(&phases), 0);
}

/* What a loop of n steps, of which done are taken, writes to a standard error that is a file. */
static void Record(PetscInt n, PetscInt done, size_t size, char text[])
{
  char path[] = "/tmp/qlbe_progress_XXXXXX";
  const int file = mkstemp(path), screen = dup(STDERR_FILENO);
  QlbeProgress p;
  ssize_t length;

  assert_true(file >= 0 && screen >= 0);
  assert_true(dup2(file, STDERR_FILENO) >= 0);
  assert_int_equal(QlbeProgressCreate(PETSC_COMM_WORLD, "assembly", n, &p), 0);
  for (PetscInt i = 1; i <= done; i++) assert_int_equal(QlbeProgressUpdate(p, i), 0);
  assert_int_equal(QlbeProgressDestroy(&p), 0);
  assert_true(dup2(screen, STDERR_FILENO) >= 0);
  length = pread(file, text, size - 1, 0);
  assert_true(length >= 0);
  text[length] = '\0';
  assert_int_equal(close(file) + close(screen) + unlink(path), 0);
}

/* A quick loop leaves one line, from rank 0, whether it ends early or not. */
static void progress_in_a_file(void **state)
{
  char text[4096];
  int rank;

  (void)state;
  assert_int_equal(MPI_Comm_rank(PETSC_COMM_WORLD, &rank), 0);
  Record(100000, 100000, sizeof(text), text);
  if (rank == 0) {
    assert_non_null(strstr(text, "Z assembly: 100000 of 100000 (100%)"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
  } else {
    assert_string_equal(text, "");
  }
  Record(10, 4, sizeof(text), text);
  if (rank == 0)
    assert_non_null(strstr(text, "Z assembly: 4 of 10 (40%)"));
  else
    assert_string_equal(text, "");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pairs),
    cmocka_unit_test(stop_watches),
    cmocka_unit_test(progress_in_a_file),
};

CORE_TEST_MAIN(tests)
