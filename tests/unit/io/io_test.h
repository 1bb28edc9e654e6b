/*
   What the tests of the io module share: a scratch directory, whole files as bytes, expected
   errors.
*/
#ifndef IO_TEST_H
#define IO_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <petscvec.h>

#define OK(call) assert_int_equal((call), 0)

static inline int Rank(void)
{
  int rank;
  OK(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  return rank;
}

static inline void Barrier(void)
{
  OK(MPI_Barrier(PETSC_COMM_WORLD));
}

/* A directory that all ranks know, into *state. */
static inline int ScratchSetup(void **state)
{
  char *directory = calloc(1, PETSC_MAX_PATH_LEN);
  const char *base = getenv("TMPDIR");

  snprintf(directory, PETSC_MAX_PATH_LEN, "%s/qlbe-io-XXXXXX", base ? base : "/tmp");
  if (Rank() == 0 && !mkdtemp(directory)) directory[0] = '\0';
  MPI_Bcast(directory, PETSC_MAX_PATH_LEN, MPI_CHAR, 0, PETSC_COMM_WORLD);
  *state = directory;
  return directory[0] ? 0 : -1;
}

static inline int ScratchTeardown(void **state)
{
  char command[PETSC_MAX_PATH_LEN + 16];
  int status = 0;

  MPI_Barrier(PETSC_COMM_WORLD);
  /* A test that failed half-way may have left its file system mounted. */
  snprintf(command, sizeof(command), "%s/disk", (char *)*state);
  if (Rank() == 0) (void)umount2(command, MNT_DETACH);
  snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
  if (Rank() == 0) status = system(command);
  free(*state);
  return status;
}

/* directory/name in a buffer of the caller's. */
static inline const char *InScratch(void **state, const char name[], char path[PETSC_MAX_PATH_LEN])
{
  OK(PetscSNPrintf(path, PETSC_MAX_PATH_LEN, "%s/%s", (char *)*state, name));
  return path;
}

/* The whole file, with a zero behind; the caller frees. */
static inline char *Slurp(const char path[], size_t *size)
{
  FILE *stream = fopen(path, "rb");
  struct stat info;
  char *text;

  assert_non_null(stream);
  assert_int_equal(fstat(fileno(stream), &info), 0);
  text = calloc(1, (size_t)info.st_size + 1);
  assert_int_equal(fread(text, 1, (size_t)info.st_size, stream), (size_t)info.st_size);
  fclose(stream);
  if (size) *size = (size_t)info.st_size;
  return text;
}

static inline void Spit(const char path[], const char text[])
{
  FILE *stream = fopen(path, "wb");

  assert_non_null(stream);
  assert_int_equal(fwrite(text, 1, strlen(text), stream), strlen(text));
  assert_int_equal(fclose(stream), 0);
}

/* Flips one bit of the byte at offset. */
static inline void FlipBit(const char path[], long offset)
{
  FILE *stream = fopen(path, "r+b");
  int byte;

  assert_non_null(stream);
  assert_int_equal(fseek(stream, offset, SEEK_SET), 0);
  byte = fgetc(stream);
  assert_int_equal(fseek(stream, offset, SEEK_SET), 0);
  assert_int_equal(fputc(byte ^ 0x10, stream), byte ^ 0x10);
  assert_int_equal(fclose(stream), 0);
}

/* The one place where the bytes occur in the file. */
static inline long FindBytes(const char path[], const void *bytes, size_t length)
{
  size_t size;
  char *text = Slurp(path, &size);
  long offset = -1;

  for (size_t i = 0; i + length <= size; i++) {
    if (memcmp(text + i, bytes, length)) continue;
    assert_int_equal(offset, -1);
    offset = (long)i;
  }
  assert_true(offset >= 0);
  free(text);
  return offset;
}

static inline PetscBool Exists(const char path[])
{
  struct stat info;
  return lstat(path, &info) == 0 ? PETSC_TRUE : PETSC_FALSE;
}

/* What the last error said, for messages that must name file and reason. */
static inline void AssertMessage(PetscErrorCode ierr, const char part[])
{
  char *text = NULL;

  OK(PetscErrorMessage(ierr, NULL, &text));
  if (!text || !strstr(text, part)) {
    print_error("message '%s' lacks '%s'\n", text ? text : "", part);
    fail();
  }
}

/* The statement must raise `code` on every rank, naming `part`, without printing a trace. */
#define RAISES(code, part, call)                                                                   \
  do {                                                                                             \
    PetscErrorCode raised_;                                                                        \
    OK(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));                                      \
    raised_ = (call);                                                                              \
    OK(PetscPopErrorHandler());                                                                    \
    assert_int_equal(raised_, (code));                                                             \
    AssertMessage(raised_, (part));                                                                \
    Barrier();                                                                                     \
  } while (0)

/* The body of main for the tests in `tests`. */
#define RUN(tests)                                                                                 \
  int status_;                                                                                     \
  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;                                         \
  status_ = cmocka_run_group_tests((tests), ScratchSetup, ScratchTeardown);                        \
  return PetscFinalize() || status_

#endif
