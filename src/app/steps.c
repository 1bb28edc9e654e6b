/*
   Groups of ranks that work in steps: their making and their end; see steps.h.
*/
#include <petsctime.h>

#include "output.h"
#include "steps_impl.h"

PetscMPIInt StepsFirstRank(RunSteps steps, PetscMPIInt group)
{
  return (PetscMPIInt)(((PetscInt64)group * steps->ranks + steps->groups - 1) / steps->groups);
}

static PetscErrorCode SplitRanks(RunSteps steps, PetscInt groups)
{
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(steps->run->comm, &rank));
  PetscCallMPI(MPI_Comm_size(steps->run->comm, &steps->ranks));
  steps->groups = (PetscMPIInt)PetscMax(1, PetscMin(groups, steps->ranks));
  steps->group = (PetscMPIInt)((PetscInt64)rank * steps->groups / steps->ranks);
  steps->first = (PetscBool)(rank == StepsFirstRank(steps, steps->group));
  steps->group_run = *steps->run;
  PetscCallMPI(MPI_Comm_split(steps->run->comm, steps->group, rank, &steps->group_run.comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetClock(RunSteps steps)
{
  StepsClock *clock = &steps->clock;
  PetscLogDouble now;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetReal(steps->run->options, "run_wall_limit", &clock->wall_limit));
  PetscCall(QlbeOptionsGetReal(steps->run->options, "run_checkpoint_interval", &clock->interval));
  PetscCall(PetscTime(&now));
  clock->created = clock->last_write = now;
  PetscFunctionReturn(0);
}

static PetscErrorCode Free(RunSteps *steps, int exit_status)
{
  PetscFunctionBegin;
  PetscCall(QlbeCheckpointDestroy(&(*steps)->all));
  PetscCall(QlbeCheckpointDestroy(&(*steps)->own));
  PetscCall(OutputClose((*steps)->run, (PetscBool)(exit_status == QLBE_EXIT_BAD_INPUT)));
  PetscCallMPI(MPI_Comm_free(&(*steps)->group_run.comm));
  PetscCall(PetscFree(*steps));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsSplit(QlbeRun *run, PetscInt groups, RunSteps *steps)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(steps));
  (*steps)->run = run;
  PetscCall(SplitRanks(*steps, groups));
  PetscFunctionReturn(0);
}

/* The lock comes first: what is seen after it nobody else changes. */
PetscErrorCode RunStepsOpen(RunSteps s, PetscInt n, const char *const names[], int *exit_status)
{
  char path[PETSC_MAX_PATH_LEN + 128], identity[STEPS_DIGEST_SIZE];
  StepsFiles files = {.n = 0};

  PetscFunctionBegin;
  PetscCall(OutputOpen(s->run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(StepsResume(s, &files, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(StepsIdentityDigest(s->run, identity));
    PetscCall(OutputCheck(s->run, n, names, s->all ? identity : NULL, exit_status));
  }
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(SetClock(s));
    PetscCall(StepsPath(s->run, s->group, sizeof(path), path));
    PetscCall(QlbeCheckpointCreate(s->group_run.comm, path, &s->own));
    PetscCall(StepsSetIdentity(s->run, s->own));
    PetscCall(StepsSettleFiles(s, &files));
  }
  PetscCall(StepsFilesDestroy(&files));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsCreate(QlbeRun *run, PetscInt n, const char *const names[], PetscInt groups,
                              RunSteps *steps, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(RunStepsSplit(run, groups, steps));
  PetscCall(RunStepsOpen(*steps, n, names, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscCall(Free(steps, *exit_status));
  PetscFunctionReturn(0);
}

QlbeRun *RunStepsGroup(RunSteps steps)
{
  return &steps->group_run;
}

PetscErrorCode RunStepsGetGroups(RunSteps steps, PetscMPIInt *groups, PetscMPIInt *group,
                                 PetscBool *first)
{
  PetscFunctionBegin;
  if (groups) *groups = steps->groups;
  if (group) *group = steps->group;
  if (first) *first = steps->first;
  PetscFunctionReturn(0);
}

/*
   Why the run ends unfinished, and whether there is anything to go on from. Collective on the run.
*/
static PetscErrorCode TellStop(RunSteps s)
{
  PetscInt records;
  int seen[2]; /* a signal, a record */

  PetscFunctionBegin;
  PetscCall(QlbeCheckpointGetCount(s->own, &records));
  seen[0] = s->clock.signalled ? 1 : 0;
  seen[1] = records > 0 ? 1 : 0;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, seen, 2, MPI_INT, MPI_MAX, s->run->comm));
  PetscCall(PetscPrintf(s->run->comm, "stopped %s, %s\n",
                        seen[0] ? "by a signal" : "at the limit of wall time",
                        seen[1] ? "with a checkpoint: run again to go on"
                                : "before anything was done: run again to begin"));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsDestroy(RunSteps *steps, int *exit_status)
{
  RunSteps s = *steps;

  PetscFunctionBegin;
  if (!s) PetscFunctionReturn(0);
  if (!s->own) {
    PetscCall(Free(steps, *exit_status));
    PetscFunctionReturn(0);
  }
  if (s->stopped) {
    *exit_status = QLBE_EXIT_STOPPED;
    PetscCall(TellStop(s));
  } else if (*exit_status == QLBE_EXIT_DONE || *exit_status == QLBE_EXIT_FAILED) {
    PetscCall(StepsRemoveFiles(s));
  }
  PetscCall(Free(steps, *exit_status));
  PetscFunctionReturn(0);
}
