/*
   The Cartesian momentum grid. Rows are dealt in contiguous pieces of equal length, as PETSc lays
   out its vectors, so that grid, vectors and matrices agree without a map between them.
*/
#include "momentum_grid.h"

PetscErrorCode QlbeMomentumGridSetUp(MPI_Comm comm, PetscInt points, double half_width,
                                     QlbeMomentumGrid *grid)
{
  const double size = pow((double)points, 3);

  PetscFunctionBegin;
  PetscCheck(points >= 2 && half_width > 0.0, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "momentum grid of %" PetscInt_FMT " points per axis and half width %g", points,
             half_width);
  PetscCheck(size < (double)PETSC_MAX_INT, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT "^3 grid points need a PETSc with 64-bit indices", points);
  grid->comm = comm;
  grid->points = points;
  grid->size = points * points * points;
  grid->half_width = half_width;
  grid->spacing = 2.0 * half_width / (double)(points - 1);
  grid->paired = PETSC_FALSE;
  PetscCall(QlbeMomentumGridDeal(comm, grid->size, &grid->row_begin, &grid->row_end));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumGridDeal(MPI_Comm comm, PetscInt size, PetscInt *row_begin,
                                    PetscInt *row_end)
{
  PetscInt local = PETSC_DECIDE;

  PetscFunctionBegin;
  PetscCall(PetscSplitOwnership(comm, &local, &size));
  PetscCallMPI(MPI_Scan(&local, row_end, 1, MPIU_INT, MPI_SUM, comm));
  *row_begin = *row_end - local;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumGridPair(QlbeMomentumGrid *grid)
{
  const PetscInt pairs = grid->size / 2;

  PetscFunctionBegin;
  grid->paired = PETSC_TRUE;
  PetscCall(QlbeMomentumGridDeal(grid->comm, pairs, &grid->row_begin, &grid->row_end));
  grid->row_end = grid->row_end == pairs ? grid->size : 2 * grid->row_end;
  grid->row_begin *= 2;
  PetscFunctionReturn(0);
}

PetscInt QlbeMomentumGridRow(const QlbeMomentumGrid *grid, const PetscInt index[3])
{
  const PetscInt node = (index[0] * grid->points + index[1]) * grid->points + index[2];

  if (!grid->paired) return node;
  return node < (grid->size + 1) / 2 ? 2 * node : 2 * (grid->size - 1 - node) + 1;
}

void QlbeMomentumGridPoint(const QlbeMomentumGrid *grid, PetscInt row, double p[3])
{
  const PetscInt n = grid->points, half = row / 2;
  const PetscInt node = !grid->paired ? row : row % 2 == 0 ? half : grid->size - 1 - half;
  const PetscInt index[3] = {node / (n * n), (node / n) % n, node % n};

  for (int axis = 0; axis < 3; axis++)
    p[axis] = 0.5 * grid->spacing * (double)(2 * index[axis] - (n - 1));
}
