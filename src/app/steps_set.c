/*
   One set of steps: rows that are there already, steps dealt to groups, and in the end all rows to
   all ranks.

   Records of a checkpoint: "rows/SET/I" is the row of a finished step, "parts/SET/I" what an
   unfinished one has done so far.

   On the same ranks, which group takes a step must not show in its row. Groups of equal size give
   the same bits, so that open steps are dealt in turn; otherwise a step belongs to a group by its
   number.
*/
#include <limits.h>
#include <stdio.h>

#include "qlbe/progress.h"
#include "steps_impl.h"

typedef struct {
  const char *name;
  PetscInt n;
  const size_t *offset; /* [n + 1] */
  double *rows;
  PetscInt n_open, *open; /* steps without a row */
} Set;

static double *Row(const Set *set, PetscInt i)
{
  return set->rows + set->offset[i];
}

static PetscErrorCode Width(const Set *set, PetscInt i, PetscMPIInt *width)
{
  const size_t n = set->offset[i + 1] - set->offset[i];

  PetscFunctionBegin;
  PetscCheck(n <= (size_t)INT_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "a row of %zu numbers", n);
  *width = (PetscMPIInt)n;
  PetscFunctionReturn(0);
}

/* The group that takes open step j of the list. */
static PetscMPIInt Owner(RunSteps steps, const Set *set, PetscInt j)
{
  const PetscInt i = steps->ranks % steps->groups == 0 ? j : set->open[j];

  return (PetscMPIInt)(i % steps->groups);
}

static void RecordName(const char kind[], const Set *set, PetscInt i, size_t size, char name[])
{
  (void)snprintf(name, size, "%s/%s/%d", kind, set->name, (int)i);
}

/* Rows of the run before; the others are open. Collective on the run. */
static PetscErrorCode LoadRows(RunSteps steps, Set *set)
{
  PetscFunctionBegin;
  set->n_open = 0;
  for (PetscInt i = 0; i < set->n; i++) {
    PetscBool found = PETSC_FALSE;
    char record[STEPS_NAME_SIZE];
    PetscMPIInt width;
    RecordName("rows", set, i, sizeof(record), record);
    PetscCall(Width(set, i, &width));
    if (steps->all) PetscCall(QlbeCheckpointGet(steps->all, record, width, Row(set, i), &found));
    if (!found) set->open[set->n_open++] = i;
  }
  if (set->n_open < set->n)
    PetscCall(PetscPrintf(steps->run->comm,
                          "resuming: %" PetscInt_FMT " of %" PetscInt_FMT " %s done before\n",
                          set->n - set->n_open, set->n, set->name));
  PetscFunctionReturn(0);
}

/*
   Parts of steps that the run before left half done, to the groups that will go on with them.
   Collective on the run.
*/
static PetscErrorCode LoadParts(RunSteps steps, const Set *set)
{
  PetscFunctionBegin;
  for (PetscInt j = 0; steps->all && j < set->n_open; j++) {
    char record[STEPS_NAME_SIZE];
    PetscBool found;
    double *values;
    PetscInt n;
    RecordName("parts", set, set->open[j], sizeof(record), record);
    PetscCall(QlbeCheckpointGetLength(steps->all, record, &n));
    if (n == 0) continue;
    PetscCall(PetscMalloc1(n, &values));
    PetscCall(QlbeCheckpointGet(steps->all, record, n, values, &found));
    if (Owner(steps, set, j) == steps->group)
      PetscCall(QlbeCheckpointPut(steps->own, record, n, values));
    PetscCall(PetscFree(values));
  }
  PetscFunctionReturn(0);
}

/*
   One step and its record; *done is false where the step has stopped between two of its parts.
   Collective on the group.
*/
static PetscErrorCode TakeStep(RunSteps steps, const Set *set, PetscInt i, RunStep *step,
                               void *context, PetscBool *done)
{
  char record[STEPS_NAME_SIZE];
  PetscMPIInt width;

  PetscFunctionBegin;
  PetscCall(Width(set, i, &width));
  RecordName("parts", set, i, sizeof(steps->part), steps->part);
  steps->part_stopped = PETSC_FALSE;
  PetscCall(StepsBeginUnit(steps));
  PetscCall(step(&steps->group_run, context, i, Row(set, i)));
  PetscCall(StepsEndUnit(steps));
  *done = (PetscBool)!steps->part_stopped;
  if (*done) {
    RecordName("rows", set, i, sizeof(record), record);
    PetscCall(QlbeCheckpointPut(steps->own, record, width, Row(set, i)));
    PetscCall(QlbeCheckpointRemove(steps->own, steps->part));
    steps->dirty = PETSC_TRUE;
  }
  steps->part[0] = '\0';
  PetscFunctionReturn(0);
}

/*
   The steps of this group; *done is false where it stopped before the last of them. Collective on
   the group.
*/
static PetscErrorCode TakeSteps(RunSteps steps, const Set *set, RunStep *step, void *context,
                                PetscBool *done)
{
  QlbeProgress progress = NULL;
  const PetscInt before = set->n - set->n_open;

  PetscFunctionBegin;
  *done = PETSC_TRUE;
  if (set->n > 1 && set->n_open > 0)
    PetscCall(QlbeProgressCreate(steps->run->comm, set->name, set->n, &progress));
  for (PetscInt j = 0, taken = 0; j < set->n_open && *done; j++) {
    PetscBool stop;
    if (Owner(steps, set, j) != steps->group) continue;
    PetscCall(StepsAskStop(steps, &stop));
    *done = (PetscBool)!stop;
    if (*done) PetscCall(TakeStep(steps, set, set->open[j], step, context, done));
    if (!*done) break;
    PetscCall(StepsWriteIfDue(steps));
    taken++;
    /* the other groups are as far, more or less */
    if (progress)
      PetscCall(
          QlbeProgressUpdate(progress, before + PetscMin(set->n_open, taken * steps->groups)));
  }
  /* other groups may take long, and what comes next too */
  PetscCall(StepsWrite(steps));
  PetscCall(QlbeProgressDestroy(&progress));
  PetscFunctionReturn(0);
}

/* Rows from those who computed them to all. Collective on the run. */
static PetscErrorCode ShareRows(RunSteps steps, const Set *set)
{
  PetscFunctionBegin;
  for (PetscInt j = 0; j < set->n_open; j++) {
    PetscMPIInt width;
    const PetscMPIInt root = StepsFirstRank(steps, Owner(steps, set, j));
    PetscCall(Width(set, set->open[j], &width));
    PetscCallMPI(MPI_Bcast(Row(set, set->open[j]), width, MPI_DOUBLE, root, steps->run->comm));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsComputeRows(RunSteps steps, const char name[], PetscInt n,
                                   const size_t offset[], RunStep *step, void *context,
                                   double rows[], PetscBool *stopped)
{
  Set set = {.name = name, .n = n, .offset = offset, .rows = rows};
  PetscBool done;
  int open;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &set.open));
  PetscCall(LoadRows(steps, &set));
  PetscCall(LoadParts(steps, &set));
  PetscCall(TakeSteps(steps, &set, step, context, &done));
  open = done ? 0 : 1;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &open, 1, MPI_INT, MPI_MAX, steps->run->comm));
  *stopped = steps->stopped = open ? PETSC_TRUE : PETSC_FALSE;
  if (!open) PetscCall(ShareRows(steps, &set));
  PetscCall(PetscFree(set.open));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsCompute(RunSteps steps, const char name[], PetscInt n, PetscInt width,
                               RunStep *step, void *context, double rows[], PetscBool *stopped)
{
  size_t *offset;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n + 1, &offset));
  for (PetscInt i = 0; i <= n; i++) offset[i] = (size_t)i * (size_t)width;
  PetscCall(RunStepsComputeRows(steps, name, n, offset, step, context, rows, stopped));
  PetscCall(PetscFree(offset));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsKeepPart(RunSteps steps, PetscInt n, const double values[], PetscBool *stop)
{
  PetscFunctionBegin;
  PetscCheck(steps->part[0], steps->group_run.comm, PETSC_ERR_ORDER, "no step is at work");
  PetscCall(QlbeCheckpointPut(steps->own, steps->part, n, values));
  steps->dirty = PETSC_TRUE;
  PetscCall(StepsEndUnit(steps));
  PetscCall(StepsAskStop(steps, stop));
  steps->part_stopped = *stop;
  if (!*stop) PetscCall(StepsWriteIfDue(steps));
  PetscCall(StepsBeginUnit(steps));
  PetscFunctionReturn(0);
}

PetscErrorCode RunStepsRestorePart(RunSteps steps, PetscInt n, double values[], PetscBool *found)
{
  PetscFunctionBegin;
  PetscCheck(steps->part[0], steps->group_run.comm, PETSC_ERR_ORDER, "no step is at work");
  PetscCall(QlbeCheckpointGet(steps->own, steps->part, n, values, found));
  PetscFunctionReturn(0);
}
