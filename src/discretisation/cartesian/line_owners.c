/*
   Owners of the rows of lines: rows are dealt in order, so that those of a line belong to one rank
   or to a few in a row.
*/
#include <petscsys.h>

#include "line_owners.h"

PetscErrorCode QlbeLineOwnersCreate_Private(MPI_Comm comm, const FiberRows *rows,
                                            const LinePairs *pairs, LineOwners *owners)
{
  PetscFunctionBegin;
  *owners = (LineOwners){.rows = rows, .pairs = pairs};
  PetscCallMPI(MPI_Comm_size(comm, &owners->ranks));
  PetscCall(PetscMalloc2(owners->ranks + 1, &owners->row_begin, owners->ranks, &owners->list));
  PetscCall(PetscCalloc1(owners->ranks, &owners->stamp));
  PetscCallMPI(
      MPI_Allgather(&rows->row_end, 1, MPIU_INT, owners->row_begin + 1, 1, MPIU_INT, comm));
  owners->row_begin[0] = 0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLineOwnersDestroy_Private(LineOwners *owners)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(owners->row_begin, owners->list));
  PetscCall(PetscFree(owners->stamp));
  PetscFunctionReturn(0);
}

/* Owner of a row. */
static PetscMPIInt Owner(const LineOwners *owners, PetscInt row)
{
  PetscMPIInt low = 0, high = owners->ranks - 1;

  while (low < high) {
    const PetscMPIInt middle = (low + high) / 2;
    if (owners->row_begin[middle + 1] <= row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The ranks that own rows of a line, added to list[n] unless they are there. */
static void AddOwners(LineOwners *owners, PetscInt line, PetscMPIInt *n)
{
  const PetscInt begin = RowOfLine(owners->rows, line), end = begin + owners->rows->depth;

  for (PetscMPIInt rank = Owner(owners, begin);
       rank < owners->ranks && owners->row_begin[rank] < end; rank++) {
    if (OwnersHave(owners, rank)) continue;
    owners->stamp[rank] = owners->stamped;
    owners->list[(*n)++] = rank;
  }
}

PetscMPIInt QlbeLineOwnersFind_Private(LineOwners *owners, const LineColumn *column, PetscInt line)
{
  LineImage image[GRID_SYMMETRIES];
  const PetscInt images = QlbeLineImages_Private(owners->pairs, column, line, image);
  PetscMPIInt n = 0;

  owners->stamped++;
  for (PetscInt i = 0; i < images; i++) {
    AddOwners(owners, image[i].first, &n);
    AddOwners(owners, image[i].second, &n);
  }
  return n;
}
