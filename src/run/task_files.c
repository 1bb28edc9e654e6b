/*
   The checkpoint files of a run in its output directory: finding those of earlier runs, whatever
   their number of groups, and bringing their records together.
*/
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "task_impl.h"

PetscErrorCode TaskPath(QlbeRun *run, PetscInt group, size_t size, char path[])
{
  char name[64];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.checkpoint.%d.h5", run->command, (int)group));
  PetscCall(QlbeOutputPath(run, name, size, path));
  PetscFunctionReturn(0);
}

/*
   The group in a name COMMAND.checkpoint.GROUP.h5 or in that of its previous file, -1 for other
   names. *stale where it is that of a temporary file, which only has to be removed.
*/
static PetscInt GroupOfName(const char command[], const char name[], PetscBool *stale)
{
  static const char middle[] = ".checkpoint.";
  const size_t length = strlen(command);
  char *end;
  long group;

  if (strncmp(name, command, length) || strncmp(name + length, middle, strlen(middle))) return -1;
  name += length + strlen(middle);
  if (name[0] < '0' || name[0] > '9' || strlen(name) > 24) return -1;
  group = strtol(name, &end, 10);
  *stale = strcmp(end, ".h5.tmp") ? PETSC_FALSE : PETSC_TRUE;
  if (group > 99999999 || (strcmp(end, ".h5") && strcmp(end, ".h5.previous") && !*stale)) return -1;
  return (PetscInt)group;
}

/* Adds a number to the ascending list, once. */
static PetscErrorCode AddGroup(TaskFiles *files, PetscInt group)
{
  PetscInt i = files->n;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < files->n; j++) {
    if (files->groups[j] == group) PetscFunctionReturn(0);
  }
  PetscCall(PetscRealloc(sizeof(PetscInt) * (size_t)(files->n + 1), &files->groups));
  for (; i > 0 && files->groups[i - 1] > group; i--) files->groups[i] = files->groups[i - 1];
  files->groups[i] = group;
  files->n++;
  PetscFunctionReturn(0);
}

/*
   The names in the directory. One that is not there yet, or is none, holds nothing; one that cannot
   be read may hold anything.
*/
static PetscErrorCode ReadDirectory(const char command[], const char directory[], TaskFiles *files)
{
  DIR *stream = opendir(directory);
  struct dirent *entry;
  int failure;

  PetscFunctionBegin;
  PetscCheck(stream || errno == ENOENT || errno == ENOTDIR, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN,
             "Cannot look for checkpoints in %s: %s", directory, strerror(errno));
  if (!stream) PetscFunctionReturn(0);
  while (errno = 0, (entry = readdir(stream))) {
    PetscBool stale;
    const PetscInt group = GroupOfName(command, entry->d_name, &stale);
    if (group < 0) continue;
    PetscCall(AddGroup(files, group));
    if (!stale) files->any = PETSC_TRUE;
  }
  failure = errno;
  if (closedir(stream) && !failure) failure = errno;
  PetscCheck(!failure, PETSC_COMM_SELF, PETSC_ERR_FILE_READ,
             "Cannot look for checkpoints in %s: %s", directory, strerror(failure));
  PetscFunctionReturn(0);
}

/* Rank 0 looks, all ranks learn of it. Collective on the run. */
static PetscErrorCode FindFiles(QlbeRun *run, TaskFiles *files)
{
  const char *directory;
  PetscMPIInt rank, n;

  PetscFunctionBegin;
  *files = (TaskFiles){.n = 0};
  PetscCallMPI(MPI_Comm_rank(run->problem.comm, &rank));
  directory = run->problem.settings->output.directory;
  if (rank == 0) PetscCall(ReadDirectory(run->command, directory, files));
  PetscCallMPI(MPI_Bcast(&files->n, 1, MPIU_INT, 0, run->problem.comm));
  PetscCallMPI(MPI_Bcast(&files->any, 1, MPIU_BOOL, 0, run->problem.comm));
  if (rank != 0 && files->n > 0) PetscCall(PetscMalloc1(files->n, &files->groups));
  PetscCall(PetscMPIIntCast(files->n, &n));
  PetscCallMPI(MPI_Bcast(files->groups, n, MPIU_INT, 0, run->problem.comm));
  PetscFunctionReturn(0);
}

PetscErrorCode TaskFilesDestroy(TaskFiles *files)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(files->groups));
  files->n = 0;
  PetscFunctionReturn(0);
}

/* All files into t->all; *usable is false after a complaint. */
static PetscErrorCode ReadFiles(QlbeTaskRun t, const TaskFiles *files, PetscBool *usable)
{
  QlbeRun *run = t->run;

  PetscFunctionBegin;
  *usable = PETSC_TRUE;
  for (PetscInt i = 0; i < files->n && *usable; i++) {
    char path[PETSC_MAX_PATH_LEN + 128];
    const char *difference, *note;
    PetscBool found;
    PetscCall(TaskPath(run, files->groups[i], sizeof(path), path));
    PetscCall(QlbeCheckpointRead(t->all, path, &found, &difference, &note));
    if (note) PetscCall(PetscPrintf(run->problem.comm, "%s\n", note));
    if (!difference) continue;
    *usable = PETSC_FALSE;
    PetscCall(QlbeError(
        run->problem.comm,
        "cannot go on from the checkpoint %.400s: %.700s; give -run_resume never to start "
        "anew, or another -output_directory",
        path, difference));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode TaskResume(QlbeTaskRun t, TaskFiles *files, int *exit_status)
{
  QlbeRun *run = t->run;
  char path[PETSC_MAX_PATH_LEN + 128];
  PetscBool usable;
  PetscInt count;

  PetscFunctionBegin;
  PetscCall(FindFiles(run, files));
  if (run->problem.settings->run.resume == QLBE_RESUME_NEVER || !files->any) PetscFunctionReturn(0);
  PetscCall(TaskPath(run, 0, sizeof(path), path));
  PetscCall(QlbeCheckpointCreate(run->problem.comm, path, &t->all));
  PetscCall(TaskSetIdentity(run, t->all));
  PetscCall(ReadFiles(t, files, &usable));
  if (!usable) {
    *exit_status = QLBE_EXIT_BAD_INPUT;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeCheckpointGetCount(t->all, &count));
  PetscCall(
      PetscPrintf(run->problem.comm, "resuming from %s: %" PetscInt_FMT " records\n", path, count));
  PetscFunctionReturn(0);
}

static PetscErrorCode RemoveOthers(QlbeTaskRun t, const TaskFiles *files, PetscBool zero_too)
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(t->run->problem.comm, &rank));
  for (PetscInt i = 0; i < files->n && rank == 0; i++) {
    char path[PETSC_MAX_PATH_LEN + 128];
    if (files->groups[i] == 0 && !zero_too) continue;
    PetscCall(TaskPath(t->run, files->groups[i], sizeof(path), path));
    PetscCall(QlbeCheckpointRemoveFiles(path));
  }
  PetscCallMPI(MPI_Barrier(t->run->problem.comm));
  PetscFunctionReturn(0);
}

PetscErrorCode TaskSettleFiles(QlbeTaskRun t, const TaskFiles *files)
{
  char path[PETSC_MAX_PATH_LEN + 128];
  const char *difference, *note;
  PetscBool found;

  PetscFunctionBegin;
  if (!t->all) {
    PetscCall(RemoveOthers(t, files, PETSC_TRUE));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeCheckpointWrite(t->all));
  PetscCall(RemoveOthers(t, files, PETSC_FALSE));
  /* group 0 keeps the records of all: they stay in its file while the other groups fill theirs */
  if (t->group == 0) {
    PetscCall(TaskPath(t->run, 0, sizeof(path), path));
    PetscCall(QlbeCheckpointRead(t->own, path, &found, &difference, &note));
    PetscCheck(found && !difference, PETSC_COMM_SELF, PETSC_ERR_FILE_READ, "%s: %s", path,
               found ? difference : "it has just been written, and is gone");
  }
  PetscFunctionReturn(0);
}

PetscErrorCode TaskRemoveFiles(QlbeTaskRun t)
{
  TaskFiles files;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Barrier(t->run->problem.comm)); /* nobody writes any more */
  PetscCall(FindFiles(t->run, &files));
  PetscCall(RemoveOthers(t, &files, PETSC_TRUE));
  PetscCall(TaskFilesDestroy(&files));
  PetscFunctionReturn(0);
}
