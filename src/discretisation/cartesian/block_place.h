/* Where the entries of a block stand in the matrix. Private to the fiber operator. */
#ifndef QLBE_BLOCK_PLACE_H
#define QLBE_BLOCK_PLACE_H

#include "line_pairs.h"

/*
   A block at one place: entry (row z, column z') between the nodes of a line of rows and a line of
   columns is the one of the block at layout.start + layout.along z + layout.step z', or its
   conjugate. Nodes count upwards on both lines, whatever the symmetry.
*/
typedef struct {
  PetscInt row_line, column_line;
  PetscBool conjugate;
  BlockLayout layout;
} BlockPlace;

/*
   The place of a block at an image, where the first line has the rows; or transposed, where the
   second one has them.
*/
BlockPlace QlbeBlockPlace_Private(const BlockLayout *layout, const LineImage *image,
                                  PetscBool transposed);

#endif
