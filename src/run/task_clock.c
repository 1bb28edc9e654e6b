/*
   When a group of ranks writes its checkpoint, and when it stops.

   What cannot be interrupted is a unit: a task, or a part of a long one. Before each the group asks
   whether another as long as the longest so far still fits into the budget of wall time. Decisions
   are made together, for the clocks of ranks differ.
*/
#include <petsctime.h>

#include "qlbe/interruption.h"
#include "task_impl.h"

/* Writing may take this part of the time, unless an interval is given. */
static const double writing_share = 0.05;

static PetscErrorCode Now(double *now)
{
  PetscLogDouble time;

  PetscFunctionBegin;
  PetscCall(PetscTime(&time));
  *now = time;
  PetscFunctionReturn(0);
}

PetscErrorCode TaskBeginUnit(QlbeTaskRun t)
{
  PetscFunctionBegin;
  PetscCall(Now(&t->clock.unit_began));
  PetscFunctionReturn(0);
}

PetscErrorCode TaskEndUnit(QlbeTaskRun t)
{
  TaskClock *clock = &t->clock;
  double now;

  PetscFunctionBegin;
  PetscCall(Now(&now));
  clock->longest_unit = PetscMax(clock->longest_unit, now - clock->unit_began);
  clock->unit_began = now;
  PetscFunctionReturn(0);
}

PetscErrorCode TaskAskStop(QlbeTaskRun t, PetscBool *stop)
{
  TaskClock *clock = &t->clock;
  PetscBool signalled;
  double now;
  int late;

  PetscFunctionBegin;
  PetscCall(Now(&now));
  PetscCall(QlbeInterruptionPending(t->group_problem.comm, &signalled));
  if (signalled) clock->signalled = PETSC_TRUE;
  late = clock->wall_limit > 0.0 && now - t->run->started + clock->longest_unit > clock->wall_limit;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &late, 1, MPI_INT, MPI_MAX, t->group_problem.comm));
  if (late) clock->out_of_time = PETSC_TRUE;
  *stop = (PetscBool)(clock->signalled || clock->out_of_time);
  PetscFunctionReturn(0);
}

PetscErrorCode TaskWrite(QlbeTaskRun t)
{
  TaskClock *clock = &t->clock;
  double before, after;

  PetscFunctionBegin;
  if (!t->dirty) PetscFunctionReturn(0);
  PetscCall(Now(&before));
  PetscCall(QlbeCheckpointWrite(t->own));
  PetscCall(Now(&after));
  clock->writing += after - before;
  clock->last_write = after;
  t->dirty = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode TaskWriteIfDue(QlbeTaskRun t)
{
  TaskClock *clock = &t->clock;
  double now;
  int due;

  PetscFunctionBegin;
  PetscCall(Now(&now));
  due = clock->interval > 0.0 ? now - clock->last_write >= clock->interval
                              : clock->writing <= writing_share * (now - clock->created);
  PetscCallMPI(MPI_Bcast(&due, 1, MPI_INT, 0, t->group_problem.comm));
  if (due) PetscCall(TaskWrite(t));
  PetscFunctionReturn(0);
}
