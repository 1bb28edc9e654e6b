/* What the parts of the steps module share. Private to it. */
#ifndef QLBE_APP_STEPS_IMPL_H
#define QLBE_APP_STEPS_IMPL_H

#include "steps.h"

/* Of the names of records. */
enum { STEPS_NAME_SIZE = 128, STEPS_DIGEST_SIZE = 32 };

/* Checkpoint files found in the output directory. */
typedef struct {
  PetscInt n;
  PetscInt *groups; /* the number in each name, ascending */
  PetscBool any;    /* whether there is more than temporary files, which a kill has left */
} StepsFiles;

/* When to write, and when to stop; times in seconds of this rank's clock. */
typedef struct {
  double wall_limit; /* 0: none */
  double interval;   /* between writes; 0: after each step, as long as that is cheap */
  double created, last_write, writing;
  double unit_began, longest_unit; /* the longest time between two occasions to stop */
  PetscBool signalled, out_of_time;
} StepsClock;

struct _n_RunSteps {
  QlbeRun *run;
  QlbeRun group_run;
  PetscMPIInt ranks, groups, group;
  PetscBool first; /* of its group */
  QlbeCheckpoint
      all; /* of the ranks of the run: what the run before left; NULL where it starts anew */
  QlbeCheckpoint own; /* of the group; NULL until the steps are open */
  PetscBool dirty;    /* own holds more than its file */
  PetscBool stopped;  /* the run ends unfinished */
  StepsClock clock;
  char part[STEPS_NAME_SIZE]; /* record for the parts of the step at work, empty between steps */
  PetscBool part_stopped;     /* it has been told to stop between two parts */
};

/* Rank in the run of a group's first rank. */
PetscMPIInt StepsFirstRank(RunSteps steps, PetscMPIInt group);

/* Path of the checkpoint of a group. */
PetscErrorCode StepsPath(QlbeRun *run, PetscInt group, size_t size, char path[]);

/*
   Reads what an earlier run has left, as the options ask for, into steps->all. Where it cannot be
   used prints why and sets *exit_status. Collective on the run.
*/
PetscErrorCode StepsResume(RunSteps steps, StepsFiles *files, int *exit_status);

/*
   Brings what was read under the name of group 0, and takes the other files away; or takes all away
   in a run that starts anew. Collective.
*/
PetscErrorCode StepsSettleFiles(RunSteps steps, const StepsFiles *files);
PetscErrorCode StepsFilesDestroy(StepsFiles *files);

/* Removes the files of all groups. Collective on the run. */
PetscErrorCode StepsRemoveFiles(RunSteps steps);

/* Gives the checkpoint the identity of this run. Collective. */
PetscErrorCode StepsSetIdentity(QlbeRun *run, QlbeCheckpoint checkpoint);

/* The digest of that identity, into the provenance as "identity" too. Collective. */
PetscErrorCode StepsIdentityDigest(QlbeRun *run, char digest[STEPS_DIGEST_SIZE]);

/* Whether the group is to stop now, because of a signal or of time. Collective on the group. */
PetscErrorCode StepsAskStop(RunSteps steps, PetscBool *stop);
/* Begins and ends a unit of work that cannot be interrupted. Not collective. */
PetscErrorCode StepsBeginUnit(RunSteps steps);
PetscErrorCode StepsEndUnit(RunSteps steps);
/* Writes the group's checkpoint, always or where one is due. Collective on the group. */
PetscErrorCode StepsWrite(RunSteps steps);
PetscErrorCode StepsWriteIfDue(RunSteps steps);

#endif
