/*
   Progress of a long loop, on the standard error of rank 0: a bar with the time left on a terminal,
   or a time-stamped line every ten seconds and at the end when standard error is a file or a pipe.
*/
#ifndef QLBE_PROGRESS_H
#define QLBE_PROGRESS_H

#include <petscsys.h>

typedef struct _n_QlbeProgress *QlbeProgress;

/* Starts the clock for total (> 0) steps called label. Collective only in that comm must exist. */
PETSC_EXTERN PetscErrorCode QlbeProgressCreate(MPI_Comm comm, const char label[], PetscInt total,
                                               QlbeProgress *progress);

/* done of total steps are behind rank 0. Cheap enough for an inner loop; not collective, silent on
   the other ranks. */
PETSC_EXTERN PetscErrorCode QlbeProgressUpdate(QlbeProgress progress, PetscInt done);

/* Prints the last state unless it stands there already, and destroys the object. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeProgressDestroy(QlbeProgress *progress);

#endif
