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

void QlbeMomentumGridPoint(const QlbeMomentumGrid *grid, PetscInt row, double p[3])
{
  const PetscInt n = grid->points;
  const PetscInt index[3] = {row / (n * n), (row / n) % n, row % n};

  for (int axis = 0; axis < 3; axis++)
    p[axis] = 0.5 * grid->spacing * (double)(2 * index[axis] - (n - 1));
}
