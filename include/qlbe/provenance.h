/*
   Provenance: what a result was computed with, as (name, value) texts for every kind of output
   file; and the wall time of the phases of a run. Both are objects of the run: there is no global
   state.
*/
#ifndef QLBE_PROVENANCE_H
#define QLBE_PROVENANCE_H

#include <petscsys.h>

/* Version, git hash and build type compiled into the program. Static strings; not collective. */
PETSC_EXTERN const char *QlbeVersion(void);
PETSC_EXTERN const char *QlbeGitHash(void);
PETSC_EXTERN const char *QlbeBuildType(void);

typedef struct _n_QlbeProvenance *QlbeProvenance;

/*
   Records version, git_hash, build_type, date (UTC, ISO 8601), command_line (argv[argc] joined by
   blanks), ranks, hosts, petsc_version and mpi_version. The date is rank 0's on every rank.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeProvenanceCreate(MPI_Comm comm, int argc, char *const argv[],
                                                 QlbeProvenance *provenance);

/*
   Adds one pair; both texts are copied. A name that is there already is an error. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeProvenanceAdd(QlbeProvenance provenance, const char name[],
                                              const char value[]);

/* Number of pairs, and pair i in order of recording. Texts belong to the object. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeProvenanceGetCount(QlbeProvenance provenance, PetscInt *count);
PETSC_EXTERN PetscErrorCode QlbeProvenanceGetEntry(QlbeProvenance provenance, PetscInt i,
                                                   const char **name, const char **value);

PETSC_EXTERN PetscErrorCode QlbeProvenanceDestroy(QlbeProvenance *provenance);

/* Stop-watches, one for each name. */
typedef struct _n_QlbePhases *QlbePhases;

PETSC_EXTERN PetscErrorCode QlbePhasesCreate(MPI_Comm comm, QlbePhases *phases);

/*
   Starts and stops the watch called name; several spells add up, different names may overlap.
   Ranks need not begin the same names. Not collective. Errors:
   PETSC_ERR_ARG_WRONGSTATE for a watch begun twice or ended without having begun.
*/
PETSC_EXTERN PetscErrorCode QlbePhaseBegin(QlbePhases phases, const char name[]);
PETSC_EXTERN PetscErrorCode QlbePhaseEnd(QlbePhases phases, const char name[]);

/*
   Number of names seen so far on any rank; entries are numbered alike on all ranks until another
   name begins. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbePhasesGetCount(QlbePhases phases, PetscInt *count);

/* Name and wall seconds of phase i, the maximum over the ranks; a running watch counts up to now.
   Collective. */
PETSC_EXTERN PetscErrorCode QlbePhasesGetEntry(QlbePhases phases, PetscInt i, const char **name,
                                               double *seconds);

PETSC_EXTERN PetscErrorCode QlbePhasesDestroy(QlbePhases *phases);

#endif
