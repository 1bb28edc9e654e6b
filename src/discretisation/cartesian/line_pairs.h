/*
   Pairs of grid lines along z, one of each set that symmetry and transposition map onto each other.
   Private to the fiber operator.
*/
#ifndef QLBE_LINE_PAIRS_H
#define QLBE_LINE_PAIRS_H

#include "block_layout.h"
#include "fiber_rows.h"
#include "grid_symmetry.h"
#include "pair_cost.h"

/*
   All pairs of lines (I, I + (nx, ny)) of one displacement across the lines, by their first lines
   line[begin .. end - 1]. A pair of lines is a block of entries ((I, z), (J, z + nz)); the block
   (I, I) has those above its main diagonal.
*/
typedef struct {
  PetscInt nx, ny;
  PetscInt begin, end;
  PetscBool mirrored; /* diagonals nz < 0 are those of nz > 0 reversed, by the reflection z -> -z */
  BlockLayout evaluated,
      taken;     /* as blocks are evaluated, and as rows take them: folded where rows are */
  PetscInt sent; /* scalars of a message that has a block as it is taken */
  double work;   /* of one line */
} LineColumn;

/*
   Representatives of all pairs within reach, and who evaluates which: rank r those of line[share[r]
   .. share[r + 1] - 1]. The same on every rank.
*/
typedef struct {
  PetscInt points;
  PetscMPIInt ranks;
  PetscBool invariant; /* for functions that the symmetries without conjugation leave as they are */
  PetscBool mirror, mirror_conjugates; /* whether z -> -z alone is a symmetry, and which */
  PetscInt n_symmetries;
  GridSymmetry symmetry[GRID_SYMMETRIES];
  PetscInt *image; /* [n_symmetries][points^2]: of every line */
  PetscInt n_columns;
  LineColumn *column;
  PetscInt n_lines;
  PetscInt *line;
  PetscInt *share; /* [ranks + 1] */
} LinePairs;

/*
   A pair of lines that a representative stands for: its entry (i, j), as it is or conjugate, has
   the place (g i, g j), and by complex symmetry (g j, g i).
*/
typedef struct {
  PetscInt first, second; /* lines g I, g J */
  PetscBool reversed;     /* g maps z to -z */
  PetscBool conjugate;
  PetscInt count; /* of images that are as good as this one */
} LineImage;

/* Consecutive representatives of one column. */
typedef struct {
  const LineColumn *column;
  PetscInt begin, end;
} LineRange;

/*
   For the symmetries of the axis of rows, or where rows are nodes for those of k, and displacements
   with |n|^2 <= reach2. costs decide who evaluates what. Not collective.
*/
PetscErrorCode QlbeLinePairsCreate_Private(const FiberRows *rows, PetscMPIInt ranks,
                                           PetscInt reach2, const double k[3],
                                           const PairCosts *costs, LinePairs *pairs);
PetscErrorCode QlbeLinePairsDestroy_Private(LinePairs *pairs);

/*
   The distinct images of one pair, itself first, into image[GRID_SYMMETRIES]; their number. The
   number of symmetries is a multiple of the sum of their counts, which are 1; but invariant
   functions need one image for all that have the same conjugation, with their count.
*/
PetscInt QlbeLineImages_Private(const LinePairs *pairs, const LineColumn *column, PetscInt line,
                                LineImage image[]);

/* The first diagonal of a column that has to be evaluated; the last one is the last of all. */
static inline PetscInt FirstDiagonal(const LineColumn *column)
{
  return column->mirrored ? 0 : column->evaluated.nz_first;
}

/* The number of distinct images of one pair. */
PetscInt QlbeLineImageCount_Private(const LinePairs *pairs, const LineColumn *column,
                                    PetscInt line);

/*
   The next at most `most` representatives from *position on, all of one column and before `end`;
   PETSC_FALSE after the last.
*/
PetscBool QlbeLineRangeNext_Private(const LinePairs *pairs, PetscInt most, PetscInt end,
                                    PetscInt *position, LineRange *range);

#endif
