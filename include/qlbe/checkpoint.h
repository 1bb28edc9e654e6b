/*
   What a run has finished so far, in a file from which it can go on: named records of reals.

   A checkpoint belongs to one group of ranks, whose first rank holds the records. Writing replaces
   the file as a whole: a temporary HDF5 file with a digest of all bytes at its end, verified,
   flushed, renamed, while the one before stays under `path.previous`. A reader takes the newest of
   the two that is whole.
*/
#ifndef QLBE_CHECKPOINT_H
#define QLBE_CHECKPOINT_H

#include "qlbe/report.h"

typedef struct _n_QlbeCheckpoint *QlbeCheckpoint;

/* An empty checkpoint to be kept at `path`; nothing is read or written. Collective. */
PETSC_EXTERN PetscErrorCode QlbeCheckpointCreate(MPI_Comm comm, const char path[],
                                                 QlbeCheckpoint *checkpoint);

/*
   Who may go on from the file: identity[n], texts such as command, version and options. Copied. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointSetIdentity(QlbeCheckpoint checkpoint, PetscInt n,
                                                      const QlbeAttribute identity[]);

/*
   Adds the records of the file at `path` (or of `path.previous`, where the file is damaged or
   missing) to those of rank 0.

   found      - whether there was a file
   difference - NULL where all is well; otherwise why the records were not taken, one line for the
                user that names what differs, or what is damaged; owned by the checkpoint
   note       - NULL, or one line for the user, such as that the previous file was used; owned by
                the checkpoint
   The texts last until the next call. Collective. A damaged file is no error.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointRead(QlbeCheckpoint checkpoint, const char path[],
                                               PetscBool *found, const char **difference,
                                               const char **note);

/*
   Adds or replaces the record `name` (without line breaks) with n >= 1 reals; those of rank 0
   count. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointPut(QlbeCheckpoint checkpoint, const char name[],
                                              PetscInt n, const double values[]);

/* Forgets the record, if there is one. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeCheckpointRemove(QlbeCheckpoint checkpoint, const char name[]);

/* Number of reals in the record, 0 where there is none, on all ranks. Collective. */
PETSC_EXTERN PetscErrorCode QlbeCheckpointGetLength(QlbeCheckpoint checkpoint, const char name[],
                                                    PetscInt *n);

/* Number of records of rank 0, on all ranks. Collective. */
PETSC_EXTERN PetscErrorCode QlbeCheckpointGetCount(QlbeCheckpoint checkpoint, PetscInt *count);

/*
   The record into values[n] on all ranks, n being an int; *found is PETSC_FALSE where there is none
   of this name and length. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointGet(QlbeCheckpoint checkpoint, const char name[],
                                              PetscInt n, double values[], PetscBool *found);

/*
   Writes all records. Collective. Errors: as the writers of report.h; the file there before is then
   as it was.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointWrite(QlbeCheckpoint checkpoint);

/*
   Removes the file at `path`, the previous one and temporary ones, where there are such. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeCheckpointRemoveFiles(const char path[]);

/* Frees the records and sets the handle to NULL; files stay as they are. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeCheckpointDestroy(QlbeCheckpoint *checkpoint);

#endif
