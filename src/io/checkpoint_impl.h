/*
   What a checkpoint holds, in memory and in a file: an identity and records, both in the order in
   which they were added. Private to src/io.
*/
#ifndef QLBE_CHECKPOINT_IMPL_H
#define QLBE_CHECKPOINT_IMPL_H

#include "qlbe/checkpoint.h"

/* Of the layout below; a file of another format is not read. */
#define QLBE_CHECKPOINT_FORMAT "1"

typedef struct {
  char *name;
  char *value;
} QlbeIdentity;

typedef struct {
  char *name;
  PetscInt n;
  double *values;
} QlbeRecord;

typedef struct {
  PetscInt n_identity;
  QlbeIdentity *identity;
  PetscInt count, capacity;
  QlbeRecord *records;
} QlbeContent;

struct _n_QlbeCheckpoint {
  MPI_Comm comm;
  PetscMPIInt rank;
  char path[PETSC_MAX_PATH_LEN];
  QlbeContent content; /* records on rank 0 alone */
  /* the file at path was read and is damaged: not worth keeping as the previous one */
  PetscBool damaged;
  char difference[1536], note[1536];
};

PETSC_INTERN PetscErrorCode QlbeContentClear(QlbeContent *content);
PETSC_INTERN PetscErrorCode QlbeContentSetIdentity(QlbeContent *content, PetscInt n,
                                                   const QlbeAttribute identity[]);
/* Index of the record, -1 where there is none. */
PETSC_INTERN PetscInt QlbeContentFind(const QlbeContent *content, const char name[]);
/* Adds or replaces; copied. */
PETSC_INTERN PetscErrorCode QlbeContentPut(QlbeContent *content, const char name[], PetscInt n,
                                           const double values[]);
PETSC_INTERN PetscErrorCode QlbeContentRemove(QlbeContent *content, const char name[]);

/*
   Layout of a file: attributes "checkpoint.format", "identity.NAME" for each entry; group "records"
   with "count" and, unless that is 0, "names" (a line each), "lengths", and "values", all of them
   in a row; behind all that a seal.

   Reads one into an empty content, by this process alone. *damage is left empty where all is well,
   otherwise it says what is wrong with the file. A file of another format has an identity of one
   entry, "format". Not collective.
*/
enum { QLBE_DAMAGE_SIZE = 600 };
PETSC_INTERN PetscErrorCode QlbeContentRead(const char path[], QlbeContent *content,
                                            char damage[QLBE_DAMAGE_SIZE]);

#endif
