/*
   Symmetries of the cubic grid: signed permutations of the axes that map z to itself or to -z.

   The kernel is a function of lengths and of products with k, so that A_(gk)(g i, g j) = A_k(i, j) for every signed permutation g; and A_(-k) is the
   conjugate of A_k. Parity is always among them; k along z has all sixteen.
*/
#include "grid_symmetry.h"

PetscInt QlbeGridSymmetries_Private(const double k[3], GridSymmetry g[])
{
  PetscInt n = 0;

  for (int code = 0; code < GRID_SYMMETRIES; code++) {
    const GridSymmetry s = {.swap = (PetscBool)(code / 8),
                            .sign = {code & 4 ? -1 : 1, code & 2 ? -1 : 1, code & 1 ? -1 : 1}};
    const double image[3] = {s.sign[0] * k[s.swap ? 1 : 0], s.sign[1] * k[s.swap ? 0 : 1],
                             s.sign[2] * k[2]};
    PetscBool same = PETSC_TRUE, reversed = PETSC_TRUE;

    for (int axis = 0; axis < 3; axis++) {
      if (image[axis] != k[axis]) same = PETSC_FALSE;
      if (image[axis] != -k[axis]) reversed = PETSC_FALSE;
    }
    if (!same && !reversed) continue;
    g[n] = s;
    g[n++].conjugate = (PetscBool)!same;
  }
  return n;
}

void QlbeGridSymmetryShift_Private(const GridSymmetry *g, PetscInt x, PetscInt y, PetscInt *gx,
                                   PetscInt *gy)
{
  *gx = g->sign[0] * (g->swap ? y : x);
  *gy = g->sign[1] * (g->swap ? x : y);
}

PetscInt QlbeGridSymmetryLine_Private(const GridSymmetry *g, PetscInt points, PetscInt line)
{
  const PetscInt last = points - 1;
  PetscInt x, y;

  /* doubled coordinates, centred on zero */
  QlbeGridSymmetryShift_Private(g, 2 * (line / points) - last, 2 * (line % points) - last, &x, &y);
  return (x + last) / 2 * points + (y + last) / 2;
}

PetscInt QlbeGridSymmetryRow_Private(const GridSymmetry *g, PetscInt points, PetscInt row)
{
  const PetscInt line = QlbeGridSymmetryLine_Private(g, points, row / points), z = row % points;

  return line * points + (g->sign[2] > 0 ? z : points - 1 - z);
}
