/* Which ranks need the block of a pair of lines. Private to the fiber operator. */
#ifndef QLBE_LINE_OWNERS_H
#define QLBE_LINE_OWNERS_H

#include <mpi.h>

#include "line_pairs.h"

/* Owners of rows, and the ranks that the last question found. */
typedef struct {
  const FiberRows *rows;
  const LinePairs *pairs;
  PetscMPIInt ranks;
  PetscInt *row_begin;      /* [ranks + 1] */
  PetscInt *stamp, stamped; /* [ranks]: those found have the number of the question */
  PetscMPIInt *list;        /* [ranks]: these ranks */
} LineOwners;

/* Binds rows and pairs, which have to stay. Collective. */
PetscErrorCode QlbeLineOwnersCreate_Private(MPI_Comm comm, const FiberRows *rows,
                                            const LinePairs *pairs, LineOwners *owners);
PetscErrorCode QlbeLineOwnersDestroy_Private(LineOwners *owners);

/*
   The ranks that own rows of some image of a representative into owners->list; their number. Not
   collective.
*/
PetscMPIInt QlbeLineOwnersFind_Private(LineOwners *owners, const LineColumn *column, PetscInt line);

/* Whether a rank was among those found. */
static inline PetscBool OwnersHave(const LineOwners *owners, PetscMPIInt rank)
{
  return (PetscBool)(owners->stamp[rank] == owners->stamped);
}

#endif
