/*
   Blocks of entries between two lines, as they are and folded.
*/
#include "block_layout.h"

BlockLayout QlbeBlockLayout_Private(PetscInt points, PetscInt nz_first, PetscInt nz_last)
{
  const PetscInt diagonals = nz_last - nz_first + 1;
  const PetscBool band = (PetscBool)(diagonals < points);
  const BlockLayout layout = {.points = points,
                              .nz_first = nz_first,
                              .nz_last = nz_last,
                              .start = band ? nz_last : 0,
                              .along = 1,
                              .step = band ? diagonals - 1 : points,
                              .entries = points * (band ? diagonals : points)};

  return layout;
}

BlockLayout QlbeBlockLayoutFolded_Private(const BlockLayout *layout, PetscInt depth)
{
  /* folding brings nodes closer, on either side */
  const PetscInt farthest = PetscMax(PetscAbs(layout->nz_first), PetscAbs(layout->nz_last));
  const PetscInt reach = PetscMin(depth - 1, farthest);

  return QlbeBlockLayout_Private(depth, -reach, reach);
}

void QlbeBlockFold_Private(const BlockLayout *layout, const PetscScalar block[],
                           const BlockLayout *to, PetscScalar folded[])
{
  const PetscInt last = layout->points - 1, middle = last / 2;

  for (PetscInt i = 0; i < to->entries; i++) folded[i] = 0.0;
  for (PetscInt v = 0; v <= last; v++) {
    const PetscScalar *from = block + layout->start + layout->step * v;
    PetscScalar *column = folded + to->start + to->step * PetscMin(v, last - v);
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    for (PetscInt u = lo; u <= PetscMin(hi, middle); u++) column[u] += from[u];
    for (PetscInt u = PetscMax(lo, middle + 1); u <= hi; u++) column[last - u] += from[u];
  }
}

void QlbeBlockMirror_Private(const BlockLayout *layout, PetscBool conjugate, PetscScalar block[])
{
  const PetscInt last = layout->points - 1;

  for (PetscInt v = 0; v <= last; v++) {
    PetscScalar *to = block + layout->start + layout->step * v;
    const PetscScalar *from = block + layout->start + layout->step * (last - v) + last;
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    if (conjugate) {
      for (PetscInt u = v + 1; u <= hi; u++) to[u] = PetscConj(from[-u]);
    } else {
      for (PetscInt u = v + 1; u <= hi; u++) to[u] = from[-u];
    }
  }
}

PetscInt QlbeBlockUpper_Private(const BlockLayout *layout)
{
  PetscInt entries = 0;

  for (PetscInt v = 0; v < layout->points; v++) {
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    entries += v - lo + 1;
  }
  return entries;
}

void QlbeBlockPack_Private(const BlockLayout *layout, const PetscScalar block[],
                           PetscScalar packed[])
{
  for (PetscInt v = 0; v < layout->points; v++) {
    const PetscScalar *from = block + layout->start + layout->step * v;
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    for (PetscInt u = lo; u <= v; u++) *packed++ = from[u];
  }
}

void QlbeBlockUnpack_Private(const BlockLayout *layout, PetscBool conjugate,
                             const PetscScalar packed[], PetscScalar block[])
{
  for (PetscInt v = 0; v < layout->points; v++) {
    PetscScalar *to = block + layout->start + layout->step * v;
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    for (PetscInt u = lo; u <= v; u++) to[u] = *packed++;
  }
  QlbeBlockMirror_Private(layout, conjugate, block);
}
