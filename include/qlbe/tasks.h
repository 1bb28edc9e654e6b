/*
   Work in tasks: independent pieces that groups of ranks take, with what is needed to stop and to
   resume between them.

   A task fills a row of reals, the same whoever computes it and whatever was computed before. What it
   works with, such as tables and matrices, it makes when it first needs it, on the communicator of
   its group. The computing modules see this interface; the run behind it deals tasks to groups,
   writes checkpoints and listens to signals (task_run.h).
*/
#ifndef QLBE_TASKS_H
#define QLBE_TASKS_H

#include "qlbe/problem.h"

/*
   Computes task i into row[width], complete on the first rank of the group at least. Collective on
   the group.
*/
typedef PetscErrorCode QlbeTask(const QlbeProblem *group, void *work, PetscInt i, double row[]);

/* Tasks 0 .. n - 1 of one kind. Plain data. */
typedef struct {
  const char *name; /* in words, unique within a command: a part of the names of records */
  PetscInt n;
  PetscInt width;       /* of each row, where offset is NULL */
  const size_t *offset; /* [n + 1], or NULL: row i is offset[i] .. offset[i + 1] - 1, never empty */
  QlbeTask *task;
  void *work; /* what the tasks work with */
} QlbeTaskSet;

typedef struct _p_QlbeTasks *QlbeTasks;

/* What stands behind the interface; contracts are those of the functions below. */
typedef struct {
  PetscErrorCode (*compute)(void *context, const QlbeTaskSet *set, const size_t offset[],
                            double rows[], PetscBool *stopped);
  PetscErrorCode (*keep)(void *context, PetscInt n, const double values[], PetscBool *stop);
  PetscErrorCode (*restore)(void *context, PetscInt n, double values[], PetscBool *found);
} QlbeTasksOps;

/*
   Tasks of `groups` groups, of which this rank's is number `group` and sees the problem `own`, whose
   communicator is the group's. ops, context and own are kept, not copied. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTasksCreate(const QlbeTasksOps *ops, void *context,
                                            const QlbeProblem *own, PetscMPIInt groups,
                                            PetscMPIInt group, QlbeTasks *tasks);

/* Tasks that the ranks of the problem compute one after the other, for tests. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTasksCreateAlone(const QlbeProblem *problem, QlbeTasks *tasks);

/* Frees the object and sets the handle to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTasksDestroy(QlbeTasks *tasks);

/* The problem as this rank's group sees it. Valid as long as the tasks. Not collective. */
PETSC_EXTERN const QlbeProblem *QlbeTasksGroup(QlbeTasks tasks);

/* The number of groups, and the number of this rank's. Not collective. */
PETSC_EXTERN PetscMPIInt QlbeTasksGroupCount(QlbeTasks tasks);
PETSC_EXTERN PetscMPIInt QlbeTasksGroupNumber(QlbeTasks tasks);

/*
   All rows of a set into rows, on all ranks. Reports progress for n > 1. *stopped is set where the
   run is to end before all rows are there: the caller frees what it has and returns. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTasksCompute(QlbeTasks tasks, const QlbeTaskSet *set, double rows[],
                                             PetscBool *stopped);

/*
   For long tasks, within one: what has been done so far, as a record of this task, so that it need
   not start again. Restore sets *found where there is one. With *stop set the task has to return at
   once; its row is then not complete, and not recorded. Collective on the group.
*/
PETSC_EXTERN PetscErrorCode QlbeTasksKeep(QlbeTasks tasks, PetscInt n, const double values[],
                                          PetscBool *stop);
PETSC_EXTERN PetscErrorCode QlbeTasksRestore(QlbeTasks tasks, PetscInt n, double values[],
                                             PetscBool *found);

#endif
