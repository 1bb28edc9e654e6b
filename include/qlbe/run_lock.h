/*
   One run in a directory at a time: a lock file, held by a process and gone with it, however that
   ends.
*/
#ifndef QLBE_RUN_LOCK_H
#define QLBE_RUN_LOCK_H

#include <petscsys.h>

enum { QLBE_LOCK_OWNER_SIZE = 256 };

typedef struct _n_QlbeRunLock *QlbeRunLock;

typedef enum {
  QLBE_LOCK_TAKEN,
  QLBE_LOCK_NONE,         /* taken in name only: the file system has no locks */
  QLBE_LOCK_HELD,         /* by another process */
  QLBE_LOCK_NO_DIRECTORY, /* there is none, or none any more, for the file to be in */
  QLBE_LOCK_FAILED        /* the file cannot be opened */
} QlbeLockOutcome;

/*
   Takes the lock at `path` for this process; it never waits. *lock is NULL unless it was taken, in
   name at least. owner says who works here, this process or, for QLBE_LOCK_HELD, the other one:
   "spectrum, process 12 on node3", `what` being the first word; it may be empty then. For
   QLBE_LOCK_FAILED it is the reason. Nothing is followed where the file is a symbolic link. Not
   collective: one rank holds it.
*/
PETSC_EXTERN PetscErrorCode QlbeRunLockTake(const char path[], const char what[], QlbeRunLock *lock,
                                            QlbeLockOutcome *outcome,
                                            char owner[QLBE_LOCK_OWNER_SIZE]);

/* Removes the file and gives the lock back; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunLockRelease(QlbeRunLock *lock);

#endif
