/*
   Making, locking and leaving the output directory.

   Two runs may make the same directory at once, and one that ends at bad input removes what it has
   made: whoever finds the directory gone before the lock is taken makes it again.
*/
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output_impl.h"

static const char lock_name[] = "qlbe.lock";

/* Attempts to make the directory and to lock it before somebody removes it. */
enum { ATTEMPTS = 100 };

/*
   mkdir -p; made[i] is set where path[0 .. i) was made. False with errno, true when path is a
   directory afterwards.
*/
static PetscBool MakeDirectory(const char path[], char made[])
{
  char part[PETSC_MAX_PATH_LEN];
  struct stat status;
  const size_t length = strlen(path);

  for (size_t i = 1; i <= length; i++) {
    if (i < length && path[i] != '/') continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (!mkdir(part, 0777))
      made[i] = 1;
    else if (errno != EEXIST && errno != EISDIR)
      return PETSC_FALSE;
  }
  if (stat(path, &status)) return PETSC_FALSE;
  errno = ENOTDIR;
  return S_ISDIR(status.st_mode) ? PETSC_TRUE : PETSC_FALSE;
}

/* Removes what was made, the innermost first, up to the first that is not empty. */
static void RemoveMade(const char path[], const char made[])
{
  char part[PETSC_MAX_PATH_LEN];

  for (size_t i = strlen(path); i > 0; i--) {
    if (!made[i]) continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (rmdir(part)) return;
  }
}

static void Complain(QlbeLockOutcome outcome, const char path[], const char where[],
                     const char owner[], char message[])
{
  if (outcome == QLBE_LOCK_HELD)
    (void)snprintf(message, OUTPUT_MESSAGE_SIZE,
                   "another run is at work in the same directory (%s holds %.400s): wait for its "
                   "end, or choose another -output_directory",
                   owner[0] ? owner : "somebody", path);
  else
    (void)snprintf(message, OUTPUT_MESSAGE_SIZE,
                   "%.256s: output.directory: cannot take the lock %.400s: %s", where, path,
                   outcome == QLBE_LOCK_NO_DIRECTORY ? strerror(ENOENT) : owner);
}

/* Rank 0: directory and lock, or a message. */
static PetscErrorCode Open(QlbeRun *run, char message[OUTPUT_MESSAGE_SIZE])
{
  QlbeLockOutcome outcome = QLBE_LOCK_NO_DIRECTORY;
  char path[PETSC_MAX_PATH_LEN + 128], owner[QLBE_LOCK_OWNER_SIZE] = "";
  const char *directory, *where;

  PetscFunctionBegin;
  message[0] = '\0';
  directory = run->problem.settings->output.directory;
  PetscCall(QlbeOptionsGetOrigin(run->options, "output_directory", &where));
  if (strlen(directory) + sizeof(lock_name) + 128 >= PETSC_MAX_PATH_LEN) {
    (void)snprintf(message, OUTPUT_MESSAGE_SIZE, "%.256s: output.directory: the path is too long",
                   where);
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeOutputPath(run, lock_name, sizeof(path), path));
  for (int i = 0; i < ATTEMPTS && outcome == QLBE_LOCK_NO_DIRECTORY; i++) {
    if (!MakeDirectory(directory, run->output->made) || access(directory, W_OK | X_OK)) {
      if (errno == ENOENT) continue; /* somebody has removed it */
      (void)snprintf(message, OUTPUT_MESSAGE_SIZE,
                     "%.256s: output.directory: cannot write into %.256s: %s", where, directory,
                     strerror(errno));
      PetscFunctionReturn(0);
    }
    PetscCall(QlbeRunLockTake(path, run->command, &run->output->lock, &outcome, owner));
  }
  if (!run->output->lock) Complain(outcome, path, where, owner, message);
  if (outcome == QLBE_LOCK_NONE) {
    fprintf(stderr,
            "qlbe: warning: the file system of %s has no locks: another run in the same directory "
            "will not be seen\n",
            directory);
    fflush(stderr);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode OutputOpen(QlbeRun *run, int *exit_status)
{
  char message[OUTPUT_MESSAGE_SIZE];
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCall(PetscNew(&run->output));
  PetscCallMPI(MPI_Comm_rank(run->problem.comm, &rank));
  if (rank == 0) PetscCall(Open(run, message));
  PetscCall(OutputAgree(run, message, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode OutputClose(QlbeRun *run, PetscBool bad_input)
{
  const char *directory;
  PetscMPIInt rank;

  PetscFunctionBegin;
  if (!run->output) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_rank(run->problem.comm, &rank));
  PetscCall(QlbeRunLockRelease(&run->output->lock));
  directory = run->problem.settings->output.directory;
  if (rank == 0 && bad_input) RemoveMade(directory, run->output->made);
  PetscCall(PetscFree(run->output));
  PetscFunctionReturn(0);
}
