/*
   Work in steps: groups of ranks that take steps in turn, a checkpoint after each, and an end in
   order when a signal or the time budget asks for it. Private to the commands.

   A step is a function that fills a row of reals, the same whoever computes it and whatever was
   computed before. Its row goes into the checkpoint; a resumed run takes the rows that are there
   and computes the others. What a step works with, such as tables and matrices, it makes when it
   first needs it, on the communicator of its group.
*/
#ifndef QLBE_APP_STEPS_H
#define QLBE_APP_STEPS_H

#include "qlbe/app.h"
#include "qlbe/checkpoint.h"

/* The steps of one command. */
typedef struct _n_RunSteps *RunSteps;

/*
   Opens the output directory, output.h, looks for checkpoints COMMAND.checkpoint.*.h5 in it, and
   checks the output files names[n] (literals: they are kept): a run that goes on may replace those
   that it has itself written before. Splits the ranks into `groups` groups of nearly equal size, or
   as many as there are ranks where that is less. On bad input, also where a checkpoint is one of
   another problem or version, or where another run is at work in the directory, prints the message,
   sets *exit_status and leaves *steps NULL. Collective.
*/
PetscErrorCode RunStepsCreate(QlbeRun *run, PetscInt n, const char *const names[], PetscInt groups,
                              RunSteps *steps, int *exit_status);

/*
   The same in two halves, for commands whose groups have to look at the input before anything is
   written: groups first, then files and checkpoints. Steps that are not open are good for the
   groups and RunStepsDestroy alone, which then leaves files and status as they are. Collective.
*/
PetscErrorCode RunStepsSplit(QlbeRun *run, PetscInt groups, RunSteps *steps);
PetscErrorCode RunStepsOpen(RunSteps steps, PetscInt n, const char *const names[],
                            int *exit_status);

/*
   The run as this rank's group sees it: its communicator is the group's. Valid as long as the
   steps. Not collective.
*/
QlbeRun *RunStepsGroup(RunSteps steps);
/*
   Number of groups, number of this one, and whether this rank is the first of its group. Not
   collective.
*/
PetscErrorCode RunStepsGetGroups(RunSteps steps, PetscMPIInt *groups, PetscMPIInt *group,
                                 PetscBool *first);

/*
   Computes step i of a set into row[width]: complete on the first rank of the group at least.
   Collective on the group.
*/
typedef PetscErrorCode RunStep(QlbeRun *group, void *context, PetscInt i, double row[]);

/*
   Rows of steps 0 .. n - 1 of the set `name` (unique in a command, a part of record names) into
   rows[n][width], on all ranks. Steps are dealt to the groups in turn. Reports progress for n > 1.
   *stopped is set where the run is to end before all rows are there: the command then frees what it
   has and returns with the exit status that RunStepsDestroy sets. Collective.
*/
PetscErrorCode RunStepsCompute(RunSteps steps, const char name[], PetscInt n, PetscInt width,
                               RunStep *step, void *context, double rows[], PetscBool *stopped);

/*
   The same for rows of different lengths >= 1: that of step i is rows[offset[i]] ..
   rows[offset[i + 1] - 1].
*/
PetscErrorCode RunStepsComputeRows(RunSteps steps, const char name[], PetscInt n,
                                   const size_t offset[], RunStep *step, void *context,
                                   double rows[], PetscBool *stopped);

/*
   For long steps, between parts of one: what has been done so far as a record of this step, so that
   it need not start again. Restore sets *found where there is one. With *stop set the step has to
   return at once; its row is then not complete, and not recorded. Collective on the group.
*/
PetscErrorCode RunStepsKeepPart(RunSteps steps, PetscInt n, const double values[], PetscBool *stop);
PetscErrorCode RunStepsRestorePart(RunSteps steps, PetscInt n, double values[], PetscBool *found);

/*
   Ends the steps. After an unfinished run the checkpoint stays, if anything was done, and
   *exit_status becomes QLBE_EXIT_STOPPED; after a finished one, whose files have been written, it
   is removed. NULL is allowed. To be called last. Collective.
*/
PetscErrorCode RunStepsDestroy(RunSteps *steps, int *exit_status);

#endif
