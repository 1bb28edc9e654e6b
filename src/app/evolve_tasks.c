/*
   The fibers of `qlbe evolve` as a list of independent tasks, dealt to groups of ranks in turn.
*/
#include <math.h>

#include "evolve.h"
#include "qlbe/progress.h"

typedef enum { TASK_POSITION, TASK_MOMENTUM, TASK_VISIBILITY, TASK_FIBER, TASK_LIMIT } TaskKind;

typedef struct {
  TaskKind kind;
  PetscInt i, j;
} Task;

/* Numbers of entries of the result's arrays. */
static PetscInt FiberSlots(const EvolvePlan *plan)
{
  return plan->n_time * plan->set.magnitude.n * plan->set.n_direction;
}

static PetscInt LineSlots(const EvolvePlan *plan)
{
  return plan->n_line > 0 ? FiberSlots(plan) * (2 * plan->n_line - 1) : 0;
}

static PetscErrorCode ResultCreate(const EvolvePlan *plan, EvolveEngine *e, EvolveResult *r)
{
  const PetscInt n = plan->n_time, slots = FiberSlots(plan);

  PetscFunctionBegin;
  *r = (EvolveResult){.growth = -1.0};
  PetscCall(PetscCalloc1(n, &r->momentum));
  PetscCall(PetscCalloc1(n * plan->n_momentum, &r->distribution));
  PetscCall(PetscCalloc1(2 * n, &r->visibility));
  PetscCall(PetscCalloc1(n * plan->n_chain, &r->position));
  PetscCall(PetscCalloc1(slots, &r->mu));
  PetscCall(PetscCalloc1(slots, &r->square));
  PetscCall(PetscCalloc1(slots, &r->norm));
  PetscCall(PetscCalloc1(LineSlots(plan), &r->coherence));
  PetscCall(PetscCalloc1(n * plan->n_limit, &r->limit));
  if (plan->save) PetscCall(EvolveSnapshotCreate(plan, e, &r->last));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveResultDestroy(EvolveResult *r)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(r->momentum));
  PetscCall(PetscFree(r->distribution));
  PetscCall(PetscFree(r->visibility));
  PetscCall(PetscFree(r->position));
  PetscCall(PetscFree(r->mu));
  PetscCall(PetscFree(r->square));
  PetscCall(PetscFree(r->norm));
  PetscCall(PetscFree(r->coherence));
  PetscCall(PetscFree(r->limit));
  PetscCall(EvolveSnapshotDestroy(&r->last));
  PetscFunctionReturn(0);
}

/* Every number has been written by one rank alone, and is zero on all others. */
static PetscErrorCode Combine(MPI_Comm comm, PetscInt n, double values[])
{
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(n, &count));
  if (count > 0)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode CombineResult(MPI_Comm comm, const EvolvePlan *plan, EvolveResult *r)
{
  const PetscInt n = plan->n_time, slots = FiberSlots(plan);

  PetscFunctionBegin;
  PetscCall(Combine(comm, n * (PetscInt)(sizeof(EvolveMomentum) / sizeof(double)),
                    (double *)r->momentum));
  PetscCall(Combine(comm, n * plan->n_momentum, r->distribution));
  PetscCall(Combine(comm, 2 * n, r->visibility));
  PetscCall(Combine(comm, n * plan->n_chain * (PetscInt)(sizeof(EvolvePosition) / sizeof(double)),
                    (double *)r->position));
  PetscCall(Combine(comm, 2 * slots, (double *)r->mu));
  PetscCall(Combine(comm, slots, r->square));
  PetscCall(Combine(comm, slots, r->norm));
  PetscCall(Combine(comm, 2 * LineSlots(plan), (double *)r->coherence));
  PetscCall(Combine(comm, 2 * n * plan->n_limit, (double *)r->limit));
  if (plan->save) {
    const PetscInt fibers = plan->set.magnitude.n * plan->set.n_direction;
    PetscCall(Combine(comm, 2 * fibers * r->last.n_all, (double *)r->last.fiber));
    PetscCall(Combine(comm, 2 * r->last.n_momentum, (double *)r->last.momentum));
    PetscCall(Combine(comm, 6 * plan->n_chain * r->last.n_axial, (double *)r->last.chain));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &r->growth, 1, MPI_DOUBLE, MPI_MAX, comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &r->tail, 1, MPI_DOUBLE, MPI_MAX, comm));
  PetscCall(Combine(comm, 1, &r->failures));
  PetscFunctionReturn(0);
}

/* All tasks into list, or only their number into *n: the longest first. */
static void ListTasks(const EvolvePlan *plan, PetscBool spectral, Task list[], PetscInt *n)
{
  const PetscInt directions = spectral ? 1 : plan->set.n_direction;

  *n = 0;
#define ADD(kind, i, j)                                                                            \
  do {                                                                                             \
    if (list) list[*n] = (Task){kind, i, j};                                                       \
    (*n)++;                                                                                        \
  } while (0)
  for (PetscInt i = 0; i < (spectral ? 1 : plan->n_chain); i++) ADD(TASK_POSITION, i, 0);
  for (PetscInt i = plan->set.magnitude.n - 1; i >= 0; i--)
    for (PetscInt j = 0; j < directions; j++) ADD(TASK_FIBER, i, j);
  ADD(TASK_MOMENTUM, 0, 0);
  if (plan->interference.n > 0) ADD(TASK_VISIBILITY, 0, 0);
  for (PetscInt i = 1; i < plan->n_time; i++) {
    for (PetscInt j = 0; plan->at_limit[i] && j < plan->n_limit; j++) ADD(TASK_LIMIT, i, j);
  }
#undef ADD
}

static PetscErrorCode RunTask(const EvolvePlan *plan, EvolveEngine *e, const Task *task,
                              EvolveResult *result)
{
  PetscFunctionBegin;
  switch (task->kind) {
  case TASK_POSITION:
    PetscCall(EvolvePositionTask(plan, e, task->i, result));
    break;
  case TASK_MOMENTUM:
    PetscCall(EvolveMomentumTask(plan, e, result));
    break;
  case TASK_VISIBILITY:
    PetscCall(EvolveVisibilityTask(plan, e, result));
    break;
  case TASK_FIBER:
    PetscCall(EvolveFiberTask(plan, e, task->i, task->j, result));
    break;
  case TASK_LIMIT:
    PetscCall(EvolveLimitTask(plan, e, task->i, task->j, result));
    break;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveTasks(QlbeRun *run, const EvolvePlan *plan, EvolveEngine *e,
                           EvolveResult *result)
{
  QlbeProgress progress;
  PetscInt n;
  Task *list;

  PetscFunctionBegin;
  PetscCall(ResultCreate(plan, e, result));
  ListTasks(plan, e->spectral, NULL, &n);
  PetscCall(PetscMalloc1(n, &list));
  ListTasks(plan, e->spectral, list, &n);
  PetscCall(PetscPrintf(run->comm, "%" PetscInt_FMT " tasks for %d group%s of ranks\n", n,
                        (int)e->groups, e->groups > 1 ? "s" : ""));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", n, &progress));
  for (PetscInt i = e->group; i < n; i += e->groups) {
    PetscCall(RunTask(plan, e, &list[i], result));
    /* the other groups are as far, more or less */
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  {
    int approximate = e->approximate;
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &approximate, 1, MPI_INT, MPI_MAX, run->comm));
    e->approximate = (PetscBool)(approximate > 0);
  }
  result->failures = e->first ? e->failures : 0.0;
  PetscCall(CombineResult(run->comm, plan, result));
  PetscCall(QlbeProgressUpdate(progress, n));
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(PetscFree(list));
  PetscFunctionReturn(0);
}
