/*
   Groups of ranks that take tasks: their making and their end; see task_run.h.
*/
#include <petsctime.h>

#include "output.h"
#include "task_impl.h"

PetscMPIInt TaskFirstRank(QlbeTaskRun t, PetscMPIInt group)
{
  return (PetscMPIInt)(((PetscInt64)group * t->ranks + t->groups - 1) / t->groups);
}

static PetscErrorCode SplitRanks(QlbeTaskRun t, PetscInt groups)
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(t->run->problem.comm, &rank));
  PetscCallMPI(MPI_Comm_size(t->run->problem.comm, &t->ranks));
  t->groups = (PetscMPIInt)PetscMax(1, PetscMin(groups, t->ranks));
  t->group = (PetscMPIInt)((PetscInt64)rank * t->groups / t->ranks);
  t->first = (PetscBool)(rank == TaskFirstRank(t, t->group));
  t->group_problem = t->run->problem;
  PetscCallMPI(MPI_Comm_split(t->run->problem.comm, t->group, rank, &t->group_problem.comm));
  PetscCall(QlbeTasksCreate(&TaskOps, t, &t->group_problem, t->groups, t->group, &t->tasks));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetClock(QlbeTaskRun t)
{
  TaskClock *clock = &t->clock;
  PetscLogDouble now;

  PetscFunctionBegin;
  clock->wall_limit = t->run->problem.settings->run.wall_limit;
  clock->interval = t->run->problem.settings->run.checkpoint_interval;
  PetscCall(PetscTime(&now));
  clock->created = clock->last_write = now;
  PetscFunctionReturn(0);
}

static PetscErrorCode Free(QlbeTaskRun *t, int exit_status)
{
  PetscFunctionBegin;
  PetscCall(QlbeCheckpointDestroy(&(*t)->all));
  PetscCall(QlbeCheckpointDestroy(&(*t)->own));
  PetscCall(OutputClose((*t)->run, (PetscBool)(exit_status == QLBE_EXIT_BAD_INPUT)));
  PetscCall(QlbeTasksDestroy(&(*t)->tasks));
  PetscCallMPI(MPI_Comm_free(&(*t)->group_problem.comm));
  PetscCall(PetscFree(*t));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTaskRunSplit(QlbeRun *run, PetscInt groups, QlbeTaskRun *t)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(t));
  (*t)->run = run;
  PetscCall(SplitRanks(*t, groups));
  PetscFunctionReturn(0);
}

/* The lock comes first: what is seen after it nobody else changes. */
PetscErrorCode QlbeTaskRunOpen(QlbeTaskRun t, PetscInt n, const char *const names[],
                               int *exit_status)
{
  char path[PETSC_MAX_PATH_LEN + 128], identity[TASK_DIGEST_SIZE];
  TaskFiles files = {.n = 0};

  PetscFunctionBegin;
  PetscCall(OutputOpen(t->run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(TaskResume(t, &files, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(TaskIdentityDigest(t->run, identity));
    PetscCall(OutputCheck(t->run, n, names, t->all ? identity : NULL, exit_status));
  }
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(SetClock(t));
    PetscCall(TaskPath(t->run, t->group, sizeof(path), path));
    PetscCall(QlbeCheckpointCreate(t->group_problem.comm, path, &t->own));
    PetscCall(TaskSetIdentity(t->run, t->own));
    PetscCall(TaskSettleFiles(t, &files));
  }
  PetscCall(TaskFilesDestroy(&files));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTaskRunCreate(QlbeRun *run, PetscInt n, const char *const names[],
                                 PetscInt groups, QlbeTaskRun *t, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(QlbeTaskRunSplit(run, groups, t));
  PetscCall(QlbeTaskRunOpen(*t, n, names, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscCall(Free(t, *exit_status));
  PetscFunctionReturn(0);
}

QlbeTasks QlbeTaskRunGetTasks(QlbeTaskRun t)
{
  return t->tasks;
}

/*
   Why the run ends unfinished, and whether there is anything to go on from. Collective on the run.
*/
static PetscErrorCode TellStop(QlbeTaskRun t)
{
  PetscInt records;
  int seen[2]; /* a signal, a record */

  PetscFunctionBegin;
  PetscCall(QlbeCheckpointGetCount(t->own, &records));
  seen[0] = t->clock.signalled ? 1 : 0;
  seen[1] = records > 0 ? 1 : 0;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, seen, 2, MPI_INT, MPI_MAX, t->run->problem.comm));
  PetscCall(PetscPrintf(t->run->problem.comm, "stopped %s, %s\n",
                        seen[0] ? "by a signal" : "at the limit of wall time",
                        seen[1] ? "with a checkpoint: run again to go on"
                                : "before anything was done: run again to begin"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTaskRunDestroy(QlbeTaskRun *handle, int *exit_status)
{
  QlbeTaskRun t = *handle;

  PetscFunctionBegin;
  if (!t) PetscFunctionReturn(0);
  if (!t->own) {
    PetscCall(Free(handle, *exit_status));
    PetscFunctionReturn(0);
  }
  if (t->stopped) {
    *exit_status = QLBE_EXIT_STOPPED;
    PetscCall(TellStop(t));
  } else if (*exit_status == QLBE_EXIT_DONE || *exit_status == QLBE_EXIT_FAILED) {
    PetscCall(TaskRemoveFiles(t));
  }
  PetscCall(Free(handle, *exit_status));
  PetscFunctionReturn(0);
}
