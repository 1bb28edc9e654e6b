/* What the files task_*.c share. Private to them. */
#ifndef QLBE_TASK_IMPL_H
#define QLBE_TASK_IMPL_H

#include "qlbe/task_run.h"

/* Of the names of records. */
enum { TASK_NAME_SIZE = 128, TASK_DIGEST_SIZE = 32 };

/* Checkpoint files found in the output directory. */
typedef struct {
  PetscInt n;
  PetscInt *groups; /* the number in each name, ascending */
  PetscBool any;    /* whether there is more than temporary files, which a kill has left */
} TaskFiles;

/* When to write, and when to stop; times in seconds of this rank's clock. */
typedef struct {
  double wall_limit; /* 0: none */
  double interval;   /* between writes; 0: after each task, as long as that is cheap */
  double created, last_write, writing;
  double unit_began, longest_unit; /* the longest time between two occasions to stop */
  PetscBool signalled, out_of_time;
} TaskClock;

struct _n_QlbeTaskRun {
  QlbeRun *run;
  QlbeProblem group_problem; /* the run's, with the communicator of this group */
  QlbeTasks tasks;           /* this object as the computing modules see it */
  PetscMPIInt ranks, groups, group;
  PetscBool first;    /* of its group */
  QlbeCheckpoint all; /* of the ranks of the run: what the run before left, NULL without */
  QlbeCheckpoint own; /* of the group; NULL until the run is open */
  PetscBool dirty;    /* own holds more than its file */
  PetscBool stopped;  /* the run ends unfinished */
  TaskClock clock;
  char record[TASK_NAME_SIZE]; /* of the unfinished task at work, empty between tasks */
  PetscBool told_to_stop;      /* that task has been told to stop */
};

/* The operations behind QlbeTasks, on a QlbeTaskRun; task_set.c. */
extern const QlbeTasksOps TaskOps;

/* Rank in the run of a group's first rank. */
PetscMPIInt TaskFirstRank(QlbeTaskRun t, PetscMPIInt group);

/* Path of the checkpoint of a group. */
PetscErrorCode TaskPath(QlbeRun *run, PetscInt group, size_t size, char path[]);

/*
   Reads what an earlier run has left, as the options ask for, into t->all. Where it cannot be
   used prints why and sets *exit_status. Collective on the run.
*/
PetscErrorCode TaskResume(QlbeTaskRun t, TaskFiles *files, int *exit_status);

/*
   Brings what was read under the name of group 0, and takes the other files away; or takes all away
   in a run that starts anew. Collective.
*/
PetscErrorCode TaskSettleFiles(QlbeTaskRun t, const TaskFiles *files);
PetscErrorCode TaskFilesDestroy(TaskFiles *files);

/* Removes the files of all groups. Collective on the run. */
PetscErrorCode TaskRemoveFiles(QlbeTaskRun t);

/* Gives the checkpoint the identity of this run. Collective. */
PetscErrorCode TaskSetIdentity(QlbeRun *run, QlbeCheckpoint checkpoint);

/* The digest of that identity, into the provenance as "identity" too. Collective. */
PetscErrorCode TaskIdentityDigest(QlbeRun *run, char digest[TASK_DIGEST_SIZE]);

/* Whether the group is to stop now, because of a signal or of time. Collective on the group. */
PetscErrorCode TaskAskStop(QlbeTaskRun t, PetscBool *stop);
/* Begins and ends a unit of work that cannot be interrupted. Not collective. */
PetscErrorCode TaskBeginUnit(QlbeTaskRun t);
PetscErrorCode TaskEndUnit(QlbeTaskRun t);
/* Writes the group's checkpoint, always or where one is due. Collective on the group. */
PetscErrorCode TaskWrite(QlbeTaskRun t);
PetscErrorCode TaskWriteIfDue(QlbeTaskRun t);

#endif
