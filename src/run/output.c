/*
   Which files of the output directory a run may write, settled before any work: a run that cannot
   write its results must not start, and results are not replaced by accident.
*/
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "output_impl.h"

PetscErrorCode QlbeOutputPath(QlbeRun *run, const char name[], size_t size, char path[])
{
  const char *directory = run->problem.settings->output.directory;

  PetscFunctionBegin;
  PetscCheck(strlen(directory) + strlen(name) + 2 <= size, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "no room for the path of %s", name);
  PetscCall(PetscSNPrintf(path, size, "%s/%s", directory, name));
  PetscFunctionReturn(0);
}

PetscErrorCode OutputAgree(QlbeRun *run, char message[OUTPUT_MESSAGE_SIZE], int *exit_status)
{
  PetscFunctionBegin;
  PetscCallMPI(MPI_Bcast(message, OUTPUT_MESSAGE_SIZE, MPI_CHAR, 0, run->problem.comm));
  if (!message[0]) PetscFunctionReturn(0);
  *exit_status = QLBE_EXIT_BAD_INPUT;
  PetscCall(QlbeError(run->problem.comm, "%s", message));
  PetscFunctionReturn(0);
}

/* Whether the text stands in the file; false where that cannot be read. */
static PetscBool Contains(const char path[], const char text[])
{
  char buffer[65536];
  const size_t length = strlen(text);
  size_t held = 0, count;
  PetscBool found = PETSC_FALSE;
  FILE *stream = fopen(path, "rb");

  if (!stream) return PETSC_FALSE;
  while (!found && (count = fread(buffer + held, 1, sizeof(buffer) - held, stream)) > 0) {
    const size_t have = held + count;
    for (size_t i = 0; i + length <= have && !found; i++)
      found = (PetscBool)(buffer[i] == text[0] && !memcmp(buffer + i, text, length));
    /* the text may have begun in the last bytes */
    held = PetscMin(have, length - 1);
    memmove(buffer, buffer + have - held, held);
  }
  (void)fclose(stream);
  return found;
}

/* Whether one file is in the way, as a message; *leftover where it is one of this run. */
static PetscErrorCode CheckFile(QlbeRun *run, const char name[], const char own[],
                                PetscBool *leftover, char message[OUTPUT_MESSAGE_SIZE])
{
  char path[PETSC_MAX_PATH_LEN + 128];
  const char *where;
  PetscBool overwrite;
  struct stat status;

  PetscFunctionBegin;
  *leftover = PETSC_FALSE;
  overwrite = run->problem.settings->output.overwrite;
  PetscCall(QlbeOptionsGetOrigin(run->options, "output_directory", &where));
  PetscCall(QlbeOutputPath(run, name, sizeof(path), path));
  if (lstat(path, &status)) PetscFunctionReturn(0);
  if (S_ISDIR(status.st_mode)) {
    (void)snprintf(message, OUTPUT_MESSAGE_SIZE,
                   "%.256s: output.directory: %.400s is a directory, expected a file", where, path);
    PetscFunctionReturn(0);
  }
  if (overwrite) PetscFunctionReturn(0);
  *leftover = (PetscBool)(own && S_ISREG(status.st_mode) && Contains(path, own));
  if (!*leftover)
    (void)snprintf(message, OUTPUT_MESSAGE_SIZE,
                   "%.256s: output.directory: %.400s exists; choose another -output_directory or "
                   "give -output_overwrite true",
                   where, path);
  PetscFunctionReturn(0);
}

PetscErrorCode OutputCheck(QlbeRun *run, PetscInt n, const char *const names[], const char own[],
                           int *exit_status)
{
  char message[OUTPUT_MESSAGE_SIZE] = "";
  PetscBool leftover[OUTPUT_MOST_FILES] = {PETSC_FALSE};
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCheck(n <= OUTPUT_MOST_FILES, run->problem.comm, PETSC_ERR_ARG_SIZ,
             "%" PetscInt_FMT " output files", n);
  PetscCallMPI(MPI_Comm_rank(run->problem.comm, &rank));
  for (PetscInt i = 0; i < n && rank == 0 && !message[0]; i++)
    PetscCall(CheckFile(run, names[i], own, &leftover[i], message));
  PetscCallMPI(MPI_Bcast(leftover, OUTPUT_MOST_FILES, MPIU_BOOL, 0, run->problem.comm));
  for (PetscInt i = 0; i < n; i++)
    if (leftover[i]) run->output->leftover[run->output->n_leftover++] = names[i];
  PetscCall(OutputAgree(run, message, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode OutputMayReplace(QlbeRun *run, const char name[], PetscBool *may)
{
  PetscFunctionBegin;
  *may = run->problem.settings->output.overwrite;
  for (PetscInt i = 0; run->output && i < run->output->n_leftover; i++)
    if (!strcmp(run->output->leftover[i], name)) *may = PETSC_TRUE;
  PetscFunctionReturn(0);
}
