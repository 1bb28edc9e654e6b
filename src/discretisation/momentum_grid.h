/*
   The Cartesian momentum grid: a cube of points^3 nodes centred on zero, its rows dealt to the
   ranks.
*/
#ifndef QLBE_MOMENTUM_GRID_H
#define QLBE_MOMENTUM_GRID_H

#include <petscsys.h>

/*
   Plain and immutable after QlbeMomentumGridSetUp. Row (ix*points + iy)*points + iz is the node
   with coordinates spacing * (i - (points - 1)/2); a rank owns rows row_begin..row_end-1. The node
   at -p has row size - 1 - row.

   With `paired` the first half of these nodes have the even rows, each followed by its mirror image
   -p on the same rank; of an odd number the node p = 0 has the last row.
*/
typedef struct {
  MPI_Comm comm;
  PetscInt points;   /* per axis */
  PetscInt size;     /* points^3 */
  double half_width; /* largest coordinate, a momentum */
  double spacing;
  PetscInt row_begin, row_end;
  PetscBool paired;
} QlbeMomentumGrid;

/*
   Fills grid; collective on comm. Errors: PETSC_ERR_ARG_OUTOFRANGE for points < 2, half_width <= 0,
   or points^3 beyond PetscInt (the message asks for 64-bit indices).
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumGridSetUp(MPI_Comm comm, PetscInt points, double half_width,
                                                  QlbeMomentumGrid *grid);

/* Gives the rows of a grid in pairs of mirror images. Collective. */
PETSC_EXTERN PetscErrorCode QlbeMomentumGridPair(QlbeMomentumGrid *grid);

/*
   Equal shares of rows for all ranks, as the grid's: this one's are *row_begin .. *row_end - 1.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumGridDeal(MPI_Comm comm, PetscInt size, PetscInt *row_begin,
                                                 PetscInt *row_end);

/* Momentum of a row into p[3]. */
PETSC_EXTERN void QlbeMomentumGridPoint(const QlbeMomentumGrid *grid, PetscInt row, double p[3]);

/* The row of the node (index[0], index[1], index[2]). */
PETSC_EXTERN PetscInt QlbeMomentumGridRow(const QlbeMomentumGrid *grid, const PetscInt index[3]);

#endif
