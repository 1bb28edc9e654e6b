/* Walkers one after the other, in a task. Private to the evolution of a density matrix. */
#ifndef QLBE_WALKER_LOOP_H
#define QLBE_WALKER_LOOP_H

#include "qlbe/collisions.h"
#include "qlbe/tasks.h"

/* One walker: adds to sums what it finds. */
typedef void QlbeWalkerBody(void *context, double number, QlbeWalkerTally *tally, double sums[]);

/* What a row begins with: the tally. */
enum { QLBE_WALKER_HEAD = sizeof(QlbeWalkerTally) / sizeof(double) };

/*
   Walkers first .. last - 1 in their order into row[QLBE_WALKER_HEAD + sums], from where a run
   before has come to; what has been done is kept every now and then. Returns early where the run is
   to stop. Collective on the group.
*/
PETSC_INTERN PetscErrorCode QlbeWalkerLoop(QlbeTasks tasks, double first, double last,
                                           QlbeWalkerBody *body, void *context, PetscInt sums,
                                           double row[]);

/* Adds a row's tally. */
PETSC_INTERN void QlbeWalkerTallyAdd(const double row[], QlbeWalkerTally *tally);

/* Complains as a system error of draws that a table was too short for. Not collective. */
PETSC_INTERN PetscErrorCode QlbeWalkerTallyCheck(const QlbeWalkerTally *tally);

#endif
