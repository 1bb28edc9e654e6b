/*
   Symmetries of the grid that keep the lines along z, and what they do to lines and rows. Private
   to the fiber operator.
*/
#ifndef QLBE_GRID_SYMMETRY_H
#define QLBE_GRID_SYMMETRY_H

#include <petscsys.h>

/*
   p -> g p with g k = k, which leaves A_k as it is, A(g i, g j) = A(i, j), or with g k = -k, which
   makes it its conjugate. Lines along z are numbered ix points + iy, their rows line points + iz.
*/
typedef struct {
  PetscBool swap; /* exchanges x and y, before the signs */
  int sign[3];
  PetscBool conjugate; /* g k = -k, not k */
} GridSymmetry;

enum { GRID_SYMMETRIES = 16 };

/*
   The symmetries for one k into g[GRID_SYMMETRIES], the identity first; their number, 2 to 16, is
   the return value.
*/
PetscInt QlbeGridSymmetries_Private(const double k[3], GridSymmetry g[]);

/* Whether g maps one vector to the other. */
PetscBool QlbeGridSymmetryMaps_Private(const GridSymmetry *g, const double from[3],
                                       const double to[3]);

/* g applied to a displacement (x, y), to a line, and to a row. */
void QlbeGridSymmetryShift_Private(const GridSymmetry *g, PetscInt x, PetscInt y, PetscInt *gx,
                                   PetscInt *gy);
PetscInt QlbeGridSymmetryLine_Private(const GridSymmetry *g, PetscInt points, PetscInt line);
PetscInt QlbeGridSymmetryRow_Private(const GridSymmetry *g, PetscInt points, PetscInt row);

#endif
