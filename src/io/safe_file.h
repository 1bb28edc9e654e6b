/*
   A file that appears under its name complete and verified, or not at all; see safe_file.c.

   Between Begin and Commit, each rank notes its first failure with Fail and goes on to the next
   Agree, where all ranks learn of it; so no rank waits in a collective call for one that has left.
*/
#ifndef QLBE_SAFE_FILE_H
#define QLBE_SAFE_FILE_H

#include <petscsys.h>

typedef struct {
  MPI_Comm comm;
  PetscMPIInt rank;
  PetscBool reading;   /* no temporary file */
  PetscBool overwrite; /* a file may be replaced */
  PetscBool keep;      /* the file replaced is to stay, as `path.previous` */
  PetscBool seal;      /* a seal follows the bytes, see seal.h */
  PetscErrorCode code; /* this rank's first failure, 0 so far none */
  char reason[512];
  char path[PETSC_MAX_PATH_LEN];
  char tmp[PETSC_MAX_PATH_LEN];
} QlbeSafeFile;

/* Checks the overwrite policy and clears away a stale temporary file. Collective on comm. */
PETSC_INTERN PetscErrorCode QlbeSafeFileBegin(MPI_Comm comm, const char path[], PetscBool overwrite,
                                              QlbeSafeFile *file);

/* For reading `path`: no temporary file, the same agreement on errors. Not collective. */
PETSC_INTERN PetscErrorCode QlbeSafeFileForReading(MPI_Comm comm, const char path[],
                                                   QlbeSafeFile *file);

/* Notes a failure of this rank, unless there is one already. Not collective. */
PETSC_INTERN void QlbeSafeFileFail(QlbeSafeFile *file, PetscErrorCode code, const char format[],
                                   ...) PETSC_ATTRIBUTE_FORMAT(3, 4);

/*
   Raises the failure of the lowest failing rank on every rank, after removing the temporary file.
   Collective.
*/
PETSC_INTERN PetscErrorCode QlbeSafeFileAgree(QlbeSafeFile *file);

/* Creates the temporary file with these bytes and reads them back. Rank 0 only. */
PETSC_INTERN void QlbeSafeFileWriteBytes(QlbeSafeFile *file, const void *bytes, size_t size);

/*
   Agree, then fsync, rename, fsync of the directory. Where the file before is kept, there is a
   moment at which the previous name alone holds a whole file. Without overwrite a file that has
   appeared since Begin stays, and it is an error, PETSC_ERR_FILE_OPEN. Collective.
*/
PETSC_INTERN PetscErrorCode QlbeSafeFileCommit(QlbeSafeFile *file);

#endif
