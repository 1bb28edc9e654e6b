/*
   One set of tasks: rows that are there already, tasks dealt to groups, and in the end all rows to
   all ranks.

   Records of a checkpoint: "rows/SET/I" is the row of a finished task, "parts/SET/I" what an
   unfinished one has done so far.

   On the same ranks, which group takes a task must not show in its row. Groups of equal size give
   the same bits, so that open tasks are dealt in turn; otherwise a task belongs to a group by its
   number.
*/
#include <limits.h>
#include <stdio.h>

#include "qlbe/progress.h"
#include "task_impl.h"

typedef struct {
  const QlbeTaskSet *of;
  const char *name;
  PetscInt n;
  const size_t *offset; /* [n + 1] */
  double *rows;
  PetscInt n_open, *open; /* tasks without a row */
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

/* The group that takes open task j of the list. */
static PetscMPIInt Owner(QlbeTaskRun t, const Set *set, PetscInt j)
{
  const PetscInt i = t->ranks % t->groups == 0 ? j : set->open[j];

  return (PetscMPIInt)(i % t->groups);
}

static void RecordName(const char kind[], const Set *set, PetscInt i, size_t size, char name[])
{
  (void)snprintf(name, size, "%s/%s/%d", kind, set->name, (int)i);
}

/* Rows of the run before; the others are open. Collective on the run. */
static PetscErrorCode LoadRows(QlbeTaskRun t, Set *set)
{
  PetscFunctionBegin;
  set->n_open = 0;
  for (PetscInt i = 0; i < set->n; i++) {
    PetscBool found = PETSC_FALSE;
    char record[TASK_NAME_SIZE];
    PetscMPIInt width;
    RecordName("rows", set, i, sizeof(record), record);
    PetscCall(Width(set, i, &width));
    if (t->all) PetscCall(QlbeCheckpointGet(t->all, record, width, Row(set, i), &found));
    if (!found) set->open[set->n_open++] = i;
  }
  if (set->n_open < set->n)
    PetscCall(PetscPrintf(t->run->problem.comm,
                          "resuming: %" PetscInt_FMT " of %" PetscInt_FMT " %s done before\n",
                          set->n - set->n_open, set->n, set->name));
  PetscFunctionReturn(0);
}

/*
   What unfinished tasks of the run before have done, to the groups that will go on with them.
   Collective on the run.
*/
static PetscErrorCode LoadParts(QlbeTaskRun t, const Set *set)
{
  PetscFunctionBegin;
  for (PetscInt j = 0; t->all && j < set->n_open; j++) {
    char record[TASK_NAME_SIZE];
    PetscBool found;
    double *values;
    PetscInt n;
    RecordName("parts", set, set->open[j], sizeof(record), record);
    PetscCall(QlbeCheckpointGetLength(t->all, record, &n));
    if (n == 0) continue;
    PetscCall(PetscMalloc1(n, &values));
    PetscCall(QlbeCheckpointGet(t->all, record, n, values, &found));
    if (Owner(t, set, j) == t->group) PetscCall(QlbeCheckpointPut(t->own, record, n, values));
    PetscCall(PetscFree(values));
  }
  PetscFunctionReturn(0);
}

/*
   One task and its record; *done is false where the task has stopped unfinished.
   Collective on the group.
*/
static PetscErrorCode TakeTask(QlbeTaskRun t, const Set *set, PetscInt i, PetscBool *done)
{
  char record[TASK_NAME_SIZE];
  PetscMPIInt width;

  PetscFunctionBegin;
  PetscCall(Width(set, i, &width));
  RecordName("parts", set, i, sizeof(t->record), t->record);
  t->told_to_stop = PETSC_FALSE;
  PetscCall(TaskBeginUnit(t));
  PetscCall(set->of->task(&t->group_problem, set->of->work, i, Row(set, i)));
  PetscCall(TaskEndUnit(t));
  *done = (PetscBool)!t->told_to_stop;
  if (*done) {
    RecordName("rows", set, i, sizeof(record), record);
    PetscCall(QlbeCheckpointPut(t->own, record, width, Row(set, i)));
    PetscCall(QlbeCheckpointRemove(t->own, t->record));
    t->dirty = PETSC_TRUE;
  }
  t->record[0] = '\0';
  PetscFunctionReturn(0);
}

/*
   The tasks of this group; *done is false where it stopped before the last of them. Collective on
   the group.
*/
static PetscErrorCode TakeTasks(QlbeTaskRun t, const Set *set, PetscBool *done)
{
  QlbeProgress progress = NULL;
  const PetscInt before = set->n - set->n_open;

  PetscFunctionBegin;
  *done = PETSC_TRUE;
  if (set->n > 1 && set->n_open > 0)
    PetscCall(QlbeProgressCreate(t->run->problem.comm, set->name, set->n, &progress));
  for (PetscInt j = 0, taken = 0; j < set->n_open && *done; j++) {
    PetscBool stop;
    if (Owner(t, set, j) != t->group) continue;
    PetscCall(TaskAskStop(t, &stop));
    *done = (PetscBool)!stop;
    if (*done) PetscCall(TakeTask(t, set, set->open[j], done));
    if (!*done) break;
    PetscCall(TaskWriteIfDue(t));
    taken++;
    /* the other groups are as far, more or less */
    if (progress)
      PetscCall(QlbeProgressUpdate(progress, before + PetscMin(set->n_open, taken * t->groups)));
  }
  /* other groups may take long, and what comes next too */
  PetscCall(TaskWrite(t));
  PetscCall(QlbeProgressDestroy(&progress));
  PetscFunctionReturn(0);
}

/* Rows from those who computed them to all. Collective on the run. */
static PetscErrorCode ShareRows(QlbeTaskRun t, const Set *set)
{
  PetscFunctionBegin;
  for (PetscInt j = 0; j < set->n_open; j++) {
    PetscMPIInt width;
    const PetscMPIInt root = TaskFirstRank(t, Owner(t, set, j));
    PetscCall(Width(set, set->open[j], &width));
    PetscCallMPI(MPI_Bcast(Row(set, set->open[j]), width, MPI_DOUBLE, root, t->run->problem.comm));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode Compute(void *context, const QlbeTaskSet *of, const size_t offset[],
                              double rows[], PetscBool *stopped)
{
  QlbeTaskRun t = context;
  Set set = {.of = of, .name = of->name, .n = of->n, .offset = offset, .rows = rows};
  PetscBool done;
  int open;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(set.n, &set.open));
  PetscCall(LoadRows(t, &set));
  PetscCall(LoadParts(t, &set));
  PetscCall(TakeTasks(t, &set, &done));
  open = done ? 0 : 1;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &open, 1, MPI_INT, MPI_MAX, t->run->problem.comm));
  *stopped = t->stopped = open ? PETSC_TRUE : PETSC_FALSE;
  if (!open) PetscCall(ShareRows(t, &set));
  PetscCall(PetscFree(set.open));
  PetscFunctionReturn(0);
}

static PetscErrorCode Keep(void *context, PetscInt n, const double values[], PetscBool *stop)
{
  QlbeTaskRun t = context;

  PetscFunctionBegin;
  PetscCheck(t->record[0], t->group_problem.comm, PETSC_ERR_ORDER, "no task is at work");
  PetscCall(QlbeCheckpointPut(t->own, t->record, n, values));
  t->dirty = PETSC_TRUE;
  PetscCall(TaskEndUnit(t));
  PetscCall(TaskAskStop(t, stop));
  t->told_to_stop = *stop;
  if (!*stop) PetscCall(TaskWriteIfDue(t));
  PetscCall(TaskBeginUnit(t));
  PetscFunctionReturn(0);
}

static PetscErrorCode Restore(void *context, PetscInt n, double values[], PetscBool *found)
{
  QlbeTaskRun t = context;

  PetscFunctionBegin;
  PetscCheck(t->record[0], t->group_problem.comm, PETSC_ERR_ORDER, "no task is at work");
  PetscCall(QlbeCheckpointGet(t->own, t->record, n, values, found));
  PetscFunctionReturn(0);
}

const QlbeTasksOps TaskOps = {Compute, Keep, Restore};
