/* How the entries between two lines are stored. Private to the fiber operator. */
#ifndef QLBE_BLOCK_LAYOUT_H
#define QLBE_BLOCK_LAYOUT_H

#include <petscsys.h>

/*
   Entries (z, z') between the nodes of two lines, 0 <= z, z' < points, on the diagonals
   nz_first <= z' - z <= nz_last.

   The entry is at start + along z + step z', of `entries` in all. A block is stored by columns,
   along = 1: as the whole square, or as a band where it is shorter; the corners of a band hold
   nothing. Other values of `along` are those of block_place.h.
*/
typedef struct {
  PetscInt points, nz_first, nz_last;
  PetscInt start, along, step, entries;
} BlockLayout;

BlockLayout QlbeBlockLayout_Private(PetscInt points, PetscInt nz_first, PetscInt nz_last);

/* The layout of such a block with z and points - 1 - z as one node, of `depth` on a line. */
BlockLayout QlbeBlockLayoutFolded_Private(const BlockLayout *layout, PetscInt depth);

/*
   Sums over z and points - 1 - z of both lines: the entries of a block to those of the folded one.
*/
void QlbeBlockFold_Private(const BlockLayout *layout, const PetscScalar block[],
                           const BlockLayout *to, PetscScalar folded[]);

/*
   Diagonals nz < 0 from those of nz > 0, which a reflection of both lines maps onto each other, or
   to their conjugates.
*/
void QlbeBlockMirror_Private(const BlockLayout *layout, PetscBool conjugate, PetscScalar block[]);

/*
   The diagonals nz >= 0 alone: their entries, and the way from a block to them and back with a
   reflection.
*/
PetscInt QlbeBlockUpper_Private(const BlockLayout *layout);
void QlbeBlockPack_Private(const BlockLayout *layout, const PetscScalar block[],
                           PetscScalar packed[]);
void QlbeBlockUnpack_Private(const BlockLayout *layout, PetscBool conjugate,
                             const PetscScalar packed[], PetscScalar block[]);

/* The entries of column z' of a block: lo <= z <= hi. */
static inline void BlockColumn(const BlockLayout *layout, PetscInt z_second, PetscInt *lo,
                               PetscInt *hi)
{
  *lo = PetscMax(0, z_second - layout->nz_last);
  *hi = PetscMin(layout->points - 1, z_second - layout->nz_first);
}

/* The entries of row z of a block: lo <= z' <= hi. */
static inline void BlockRow(const BlockLayout *layout, PetscInt z_first, PetscInt *lo, PetscInt *hi)
{
  *lo = PetscMax(0, z_first + layout->nz_first);
  *hi = PetscMin(layout->points - 1, z_first + layout->nz_last);
}

#endif
