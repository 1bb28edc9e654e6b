/* The interface of tasks, and tasks of one group without a run behind them. */
#include "qlbe/tasks.h"

struct _p_QlbeTasks {
  const QlbeTasksOps *ops;
  void *context;
  const QlbeProblem *own;
  PetscMPIInt groups, group;
};

PetscErrorCode QlbeTasksCreate(const QlbeTasksOps *ops, void *context, const QlbeProblem *own,
                               PetscMPIInt groups, PetscMPIInt group, QlbeTasks *tasks)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(tasks));
  **tasks = (struct _p_QlbeTasks){ops, context, own, groups, group};
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTasksDestroy(QlbeTasks *tasks)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(*tasks));
  PetscFunctionReturn(0);
}

const QlbeProblem *QlbeTasksGroup(QlbeTasks tasks)
{
  return tasks->own;
}

PetscMPIInt QlbeTasksGroupCount(QlbeTasks tasks)
{
  return tasks->groups;
}

PetscMPIInt QlbeTasksGroupNumber(QlbeTasks tasks)
{
  return tasks->group;
}

PetscErrorCode QlbeTasksCompute(QlbeTasks tasks, const QlbeTaskSet *set, double rows[],
                                PetscBool *stopped)
{
  size_t *equal = NULL;

  PetscFunctionBegin;
  if (!set->offset) {
    PetscCall(PetscMalloc1(set->n + 1, &equal));
    for (PetscInt i = 0; i <= set->n; i++) equal[i] = (size_t)i * (size_t)set->width;
  }
  PetscCall(
      tasks->ops->compute(tasks->context, set, set->offset ? set->offset : equal, rows, stopped));
  PetscCall(PetscFree(equal));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTasksKeep(QlbeTasks tasks, PetscInt n, const double values[], PetscBool *stop)
{
  PetscFunctionBegin;
  PetscCall(tasks->ops->keep(tasks->context, n, values, stop));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTasksRestore(QlbeTasks tasks, PetscInt n, double values[], PetscBool *found)
{
  PetscFunctionBegin;
  PetscCall(tasks->ops->restore(tasks->context, n, values, found));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComputeAlone(void *context, const QlbeTaskSet *set, const size_t offset[],
                                   double rows[], PetscBool *stopped)
{
  const QlbeProblem *problem = context;

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  for (PetscInt i = 0; i < set->n; i++) {
    const size_t width = offset[i + 1] - offset[i];
    PetscMPIInt count;
    PetscCall(set->task(problem, set->work, i, rows + offset[i]));
    PetscCheck(width <= PETSC_MPI_INT_MAX, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "a task of %zu numbers is too large for one message", width);
    count = (PetscMPIInt)width;
    PetscCallMPI(MPI_Bcast(rows + offset[i], count, MPI_DOUBLE, 0, problem->comm));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode KeepNothing(void *context, PetscInt n, const double values[], PetscBool *stop)
{
  PetscFunctionBegin;
  (void)context;
  (void)n;
  (void)values;
  *stop = PETSC_FALSE;
  PetscFunctionReturn(0);
}

static PetscErrorCode RestoreNothing(void *context, PetscInt n, double values[], PetscBool *found)
{
  PetscFunctionBegin;
  (void)context;
  (void)n;
  (void)values;
  *found = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTasksCreateAlone(const QlbeProblem *problem, QlbeTasks *tasks)
{
  static const QlbeTasksOps alone = {ComputeAlone, KeepNothing, RestoreNothing};

  PetscFunctionBegin;
  PetscCall(QlbeTasksCreate(&alone, (void *)(uintptr_t)problem, problem, 1, 0, tasks));
  PetscFunctionReturn(0);
}
