/*
   What the rows of an operator stand for: nodes of the grid, or orbits of nodes under its
   symmetries. Private to the fiber operator.
*/
#ifndef QLBE_FIBER_ROWS_H
#define QLBE_FIBER_ROWS_H

#include "momentum_grid.h"

/*
   All nodes; or, where there are any, the orbits of the group of symmetries g of the grid with g
   axis = axis, whose normalised indicator functions span the functions that the group leaves as
   they are.

   Only symmetries that keep the lines along z are used. Where those of the axis keep lines along x
   or y better, everything is turned: the rows are then those of the axis (axis_y, axis_z, axis_x),
   or turned once more.

   The reflection z -> -z is in the group alone or in no element of it: an orbit is an orbit of
   lines along z times {z} or {z, -z}. Rows are numbered line orbit by line orbit, `depth` of them
   each.
*/
typedef struct {
  PetscInt owners;
  PetscBool all;    /* every node is a row */
  int turn;         /* how often */
  double axis[3];   /* turned */
  PetscBool folded; /* z and -z are one */
  PetscInt points, lines, depth, size;
  PetscInt row_begin, row_end;
  PetscInt *orbit; /* [points^2]: of a line */
  PetscInt *first; /* [lines]: the smallest line of an orbit */
  PetscInt *count; /* [lines]: its lines */
} FiberRows;

/* axis NULL, or without symmetries but the identity: all nodes. Collective. */
PetscErrorCode QlbeFiberRowsCreate_Private(const QlbeMomentumGrid *grid, const double axis[3],
                                           FiberRows **rows);
/* One owner less, and NULL; the last one frees. */
PetscErrorCode QlbeFiberRowsDestroy_Private(FiberRows **rows);

/* Whether every symmetry of the rows leaves a turned k as it is. */
PetscBool QlbeFiberRowsFit_Private(const FiberRows *rows, const double k[3]);

/* v turned as the axis is. */
static inline void TurnVector(int turn, const double v[3], double turned[3])
{
  for (int axis = 0; axis < 3; axis++) turned[axis] = v[(axis + turn) % 3];
}

/* The first row of a line; its others follow. */
static inline PetscInt RowOfLine(const FiberRows *rows, PetscInt line)
{
  return rows->orbit[line] * rows->depth;
}

/* Place of a node among the rows of its line. */
static inline PetscInt PlaceOnLine(const FiberRows *rows, PetscInt z)
{
  return rows->folded ? PetscMin(z, rows->points - 1 - z) : z;
}

/* The smallest node of a row, and the number of its nodes. */
PetscInt QlbeFiberRowNode_Private(const FiberRows *rows, PetscInt row);
PetscInt QlbeFiberRowNodes_Private(const FiberRows *rows, PetscInt row);

/*
   What all rows x[size] are as a function on the nodes f[points^3], and the projection of a
   function to all rows.
*/
void QlbeFiberRowsExpand_Private(const FiberRows *rows, const PetscScalar x[], PetscScalar f[]);
void QlbeFiberRowsProject_Private(const FiberRows *rows, const PetscScalar f[], PetscScalar x[]);

#endif
