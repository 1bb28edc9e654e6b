/*
   Reading back what QlbeReportWriteHDF5 wrote: checkpoints and their provenance.

   Every reader is collective on a communicator and returns the same error on all its ranks:
   PETSC_ERR_FILE_OPEN when the file does not open as HDF5, PETSC_ERR_FILE_READ when the entry is
   not there, has another shape or fails its checksum. The message names file, entry and reason.
*/
#ifndef QLBE_HDF5_READ_H
#define QLBE_HDF5_READ_H

#include <petscvec.h>

/*
   Why the bytes of the file are not those that were written, as text into reason[size]: it cannot
   be read, or the digest at its end, its seal, is missing or another one; empty where all is well.
   QlbeReportWriteHDF5 seals every file without vectors. No error is raised for a file that is none.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeHDF5CheckSeal(MPI_Comm comm, const char path[], size_t size,
                                              char reason[]);

/*
   The number of elements of the data set `name` into *n, on all ranks; 0 where there is no such
   data set, or none that opens. Rank 0 reads. Collective on comm. Errors: PETSC_ERR_FILE_OPEN when
   the file does not open as HDF5, PETSC_ERR_FILE_READ when the shape of the data set cannot be
   read.
*/
PETSC_EXTERN PetscErrorCode QlbeHDF5ReadSize(MPI_Comm comm, const char path[], const char name[],
                                             PetscInt64 *n);

/*
   The n reals at `name` (n = 1 for a scalar, the product of the lengths for an array) to all ranks.
*/
PETSC_EXTERN PetscErrorCode QlbeHDF5ReadReal(MPI_Comm comm, const char path[], const char name[],
                                             PetscInt n, double values[]);

/*
   The string of the root attribute "group.name" into value[size], on all ranks; an attribute that
   does not fit is an error.
*/
PETSC_EXTERN PetscErrorCode QlbeHDF5ReadAttribute(MPI_Comm comm, const char path[],
                                                  const char name[], PetscInt size, char value[]);

/*
   Fills v, whose layout is kept and may differ from the writer's, from the data set `name`.
   Collective on v. Error also when the global lengths differ.
*/
PETSC_EXTERN PetscErrorCode QlbeHDF5ReadVec(const char path[], const char name[], Vec v);

#endif
