/*
   The loop over the walkers of a task. They are added in their order, whoever takes the task and
   wherever a run goes on, so that the sums have the same bits.
*/
#include "walker_loop.h"

#include <petsctime.h>

/* Between two occasions to stop: seconds, and walkers between two looks at the clock. */
static const double between = 0.5;
enum { CLOCK_WALKERS = 32 };

PetscErrorCode QlbeWalkerLoop(QlbeTasks tasks, double first, double last, QlbeWalkerBody *body,
                              void *context, PetscInt sums, double row[])
{
  const PetscInt n = 1 + QLBE_WALKER_HEAD + sums;
  PetscBool found, stop = PETSC_FALSE;
  PetscLogDouble begun, now;
  QlbeWalkerTally tally;
  double *kept; /* the next walker, tally, sums */

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(n, &kept));
  kept[0] = first;
  PetscCall(QlbeTasksRestore(tasks, n, kept, &found));
  PetscCall(PetscMemcpy(&tally, kept + 1, sizeof(tally)));
  PetscCall(PetscTime(&begun));
  for (double number = kept[0]; number < last && !stop; number += 1.0) {
    body(context, number, &tally, kept + 1 + QLBE_WALKER_HEAD);
    if ((uint64_t)number % CLOCK_WALKERS || number + 1.0 == last) continue;
    PetscCall(PetscTime(&now));
    if (now - begun < between) continue;
    kept[0] = number + 1.0;
    PetscCall(PetscMemcpy(kept + 1, &tally, sizeof(tally)));
    PetscCall(QlbeTasksKeep(tasks, n, kept, &stop));
    begun = now;
  }
  PetscCall(PetscMemcpy(kept + 1, &tally, sizeof(tally)));
  PetscCall(PetscArraycpy(row, kept + 1, n - 1));
  PetscCall(PetscFree(kept));
  PetscFunctionReturn(0);
}

void QlbeWalkerTallyAdd(const double row[], QlbeWalkerTally *tally)
{
  tally->collisions += row[0];
  tally->candidates += row[1];
  tally->outside += row[2];
  tally->excess += row[3];
}

PetscErrorCode QlbeWalkerTallyCheck(const QlbeWalkerTally *tally)
{
  PetscFunctionBegin;
  PetscCheck(tally->outside == 0.0 && tally->excess == 0.0, PETSC_COMM_SELF, PETSC_ERR_PLIB,
             "%g draws beyond the tables, %g above their bound", tally->outside, tally->excess);
  PetscFunctionReturn(0);
}
