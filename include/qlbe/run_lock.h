/*
   One run of a command in a directory at a time: a lock file, held by a process and gone with it, however that ends.
*/
#ifndef QLBE_RUN_LOCK_H
#define QLBE_RUN_LOCK_H

#include <petscsys.h>

enum { QLBE_LOCK_OWNER_SIZE = 128 };

typedef struct _n_QlbeRunLock *QlbeRunLock;

/*
   Takes the lock at `path` for this process; *lock is NULL where another process holds it, and owner then says who, "process 12 on node3", or is
   empty. A file system that has no locks, or takes no new file, is no error: the lock is then one in name. Not collective: one rank holds it.
*/
PETSC_EXTERN PetscErrorCode QlbeRunLockTake(const char path[], QlbeRunLock *lock,
                                            char owner[QLBE_LOCK_OWNER_SIZE]);

/* Removes the file and gives the lock back; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunLockRelease(QlbeRunLock *lock);

#endif
