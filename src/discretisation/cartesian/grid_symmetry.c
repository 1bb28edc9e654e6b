/*
   Symmetries of the cubic grid: signed permutations of the axes that map z to itself or to -z.

   The kernel is a function of lengths and of products with k, so that A_(gk)(g i, g j) = A_k(i, j)
   for every signed permutation g; and A_(-k) is the conjugate of A_k. Parity is always among them;
   k along z has all sixteen.
*/
#include "grid_symmetry.h"

PetscBool QlbeGridSymmetryMaps_Private(const GridSymmetry *g, const double from[3],
                                       const double to[3])
{
  const double image[3] = {g->sign[0] * from[g->swap ? 1 : 0], g->sign[1] * from[g->swap ? 0 : 1],
                           g->sign[2] * from[2]};

  return (PetscBool)(image[0] == to[0] && image[1] == to[1] && image[2] == to[2]);
}

PetscInt QlbeGridSymmetries_Private(const double k[3], GridSymmetry g[])
{
  const double reverse[3] = {-k[0], -k[1], -k[2]};
  PetscInt n = 0;

  for (int code = 0; code < GRID_SYMMETRIES; code++) {
    const GridSymmetry s = {.swap = (PetscBool)(code / 8),
                            .sign = {code & 4 ? -1 : 1, code & 2 ? -1 : 1, code & 1 ? -1 : 1}};
    const PetscBool same = QlbeGridSymmetryMaps_Private(&s, k, k);

    if (!same && !QlbeGridSymmetryMaps_Private(&s, k, reverse)) continue;
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
