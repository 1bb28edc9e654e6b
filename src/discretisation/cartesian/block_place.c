/*
   Reversal of both lines and transposition change where a block begins and which way its entries
   run, and exchange the signs of its diagonals; both together leave the diagonals as they are.
*/
#include "block_place.h"

BlockPlace QlbeBlockPlace_Private(const BlockLayout *layout, const LineImage *image,
                                  PetscBool transposed)
{
  const PetscInt last = layout->points - 1, turn = image->reversed ? -1 : 1;
  const PetscBool flipped = (PetscBool)(image->reversed != transposed);
  BlockPlace place = {.row_line = transposed ? image->second : image->first,
                      .column_line = transposed ? image->first : image->second,
                      .conjugate = image->conjugate,
                      .layout = *layout};

  if (image->reversed) place.layout.start += last * (layout->along + layout->step);
  place.layout.along = turn * (transposed ? layout->step : layout->along);
  place.layout.step = turn * (transposed ? layout->along : layout->step);
  if (flipped) {
    place.layout.nz_first = -layout->nz_last;
    place.layout.nz_last = -layout->nz_first;
  }
  return place;
}
