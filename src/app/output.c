/*
   Where the output goes, settled before any work: a run that cannot write its results must not
   start, and results are not replaced by accident.
*/
#include "qlbe/app.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 768 };

/* mkdir -p; true when path is a directory afterwards. */
static PetscBool MakeDirectory(const char path[])
{
  char part[PETSC_MAX_PATH_LEN];
  struct stat status;
  const size_t length = strlen(path);

  if (length >= sizeof(part)) {
    errno = ENAMETOOLONG;
    return PETSC_FALSE;
  }
  for (size_t i = 1; i <= length; i++) {
    if (i < length && path[i] != '/') continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (mkdir(part, 0777) && errno != EEXIST) return PETSC_FALSE;
  }
  if (stat(path, &status)) return PETSC_FALSE;
  errno = ENOTDIR;
  return S_ISDIR(status.st_mode) ? PETSC_TRUE : PETSC_FALSE;
}

PetscErrorCode QlbeOutputPath(QlbeRun *run, const char name[], size_t size, char path[])
{
  const char *directory;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetString(run->options, "output_directory", &directory));
  PetscCheck(strlen(directory) + strlen(name) + 2 <= size, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "no room for the path of %s", name);
  PetscCall(PetscSNPrintf(path, size, "%s/%s", directory, name));
  PetscFunctionReturn(0);
}

/* A complaint about one file, if there is reason. */
static PetscErrorCode CheckFile(QlbeRun *run, const char name[], const char where[],
                                PetscBool overwrite, char message[])
{
  char path[PETSC_MAX_PATH_LEN + 128];
  struct stat status;

  PetscFunctionBegin;
  PetscCall(QlbeOutputPath(run, name, sizeof(path), path));
  if (lstat(path, &status)) PetscFunctionReturn(0);
  if (S_ISDIR(status.st_mode)) {
    snprintf(message, MESSAGE_SIZE, "%s: output.directory: %.400s is a directory, expected a file",
             where, path);
  } else if (!overwrite) {
    snprintf(message, MESSAGE_SIZE,
             "%s: output.directory: %.400s exists; choose another -output_directory or give "
             "-output_overwrite true",
             where, path);
  }
  PetscFunctionReturn(0);
}

/* The directory is made last: nothing is left behind when a file stands in the way. */
static PetscErrorCode CheckOutput(QlbeRun *run, PetscInt n, const char *const names[],
                                  char message[])
{
  const char *directory, *where;
  PetscBool overwrite;

  PetscFunctionBegin;
  message[0] = '\0';
  PetscCall(QlbeOptionsGetString(run->options, "output_directory", &directory));
  PetscCall(QlbeOptionsGetBool(run->options, "output_overwrite", &overwrite));
  if (run->replace) overwrite = PETSC_TRUE;
  PetscCall(QlbeOptionsGetOrigin(run->options, "output_directory", &where));
  if (strlen(directory) >= PETSC_MAX_PATH_LEN) {
    snprintf(message, MESSAGE_SIZE, "%.256s: output.directory: the path is too long", where);
    PetscFunctionReturn(0);
  }
  for (PetscInt i = 0; i < n && !message[0]; i++) {
    PetscCall(CheckFile(run, names[i], where, overwrite, message));
  }
  if (message[0]) PetscFunctionReturn(0);
  if (!MakeDirectory(directory) || access(directory, W_OK | X_OK)) {
    snprintf(message, MESSAGE_SIZE, "%.256s: output.directory: cannot write into %.256s: %s", where,
             directory, strerror(errno));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOutputPrepare(QlbeRun *run, PetscInt n, const char *const names[], PetscBool *ok)
{
  char message[MESSAGE_SIZE];
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(run->comm, &rank));
  if (rank == 0) PetscCall(CheckOutput(run, n, names, message));
  PetscCallMPI(MPI_Bcast(message, MESSAGE_SIZE, MPI_CHAR, 0, run->comm));
  *ok = message[0] ? PETSC_FALSE : PETSC_TRUE;
  if (!*ok) PetscCall(QlbeError(run->comm, "%s", message));
  PetscFunctionReturn(0);
}
