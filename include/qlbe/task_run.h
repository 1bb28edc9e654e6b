/*
   The run behind tasks: groups of ranks that take tasks in turn, a checkpoint after each, and an end
   in order when a signal or the time budget asks for it.

   A row goes into the checkpoint; a resumed run takes the rows that are there and computes the
   others.
*/
#ifndef QLBE_TASK_RUN_H
#define QLBE_TASK_RUN_H

#include "qlbe/checkpoint.h"
#include "qlbe/run.h"
#include "qlbe/tasks.h"

typedef struct _n_QlbeTaskRun *QlbeTaskRun;

/*
   Opens the output directory, looks for checkpoints COMMAND.checkpoint.*.h5 in it, and checks the
   output files names[n] (literals: they are kept): a run that resumes may replace those that it has
   itself written before. Splits the ranks into `groups` groups of nearly equal size, or as many as
   there are ranks where that is less. On bad input, also where a checkpoint is one of another problem
   or version, or where another run is at work in the directory, prints the message, sets
   *exit_status and leaves *t NULL. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTaskRunCreate(QlbeRun *run, PetscInt n, const char *const names[],
                                              PetscInt groups, QlbeTaskRun *t, int *exit_status);

/*
   The same in two halves, for commands whose groups have to look at the input before anything is
   written: groups first, then files and checkpoints. Without the second half the object is good for
   the groups and QlbeTaskRunDestroy alone, which then leaves files and status as they are.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTaskRunSplit(QlbeRun *run, PetscInt groups, QlbeTaskRun *t);
PETSC_EXTERN PetscErrorCode QlbeTaskRunOpen(QlbeTaskRun t, PetscInt n, const char *const names[],
                                            int *exit_status);

/* The tasks for the computing modules. Valid as long as the object. Not collective. */
PETSC_EXTERN QlbeTasks QlbeTaskRunGetTasks(QlbeTaskRun t);

/*
   Ends the run. After an unfinished one the checkpoint stays, if anything was done, and *exit_status
   becomes QLBE_EXIT_STOPPED; after a finished one, whose files have been written, it is removed. NULL
   is allowed. To be called last. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTaskRunDestroy(QlbeTaskRun *t, int *exit_status);

#endif
