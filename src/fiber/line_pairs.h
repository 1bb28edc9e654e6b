/* Pairs of grid lines along z, one of each set that symmetry and transposition map onto each other. Private to the fiber operator. */
#ifndef QLBE_LINE_PAIRS_H
#define QLBE_LINE_PAIRS_H

#include "grid_symmetry.h"

/*
   All pairs of lines (I, I + (nx, ny)) of one displacement across the lines, by their first lines line[begin .. end - 1]. A pair of lines is a block of
   entries ((I, z), (J, z + nz)), whose diagonals nz_first <= nz <= nz_last count; the block (I, I) has those above its main diagonal.

   A block is stored by columns: the entry of z and z' is at start + z + step z', of `entries` in all. That is the whole square, or a band where it is
   shorter; the corners of a band hold nothing.
*/
typedef struct {
  PetscInt nx, ny;
  PetscInt nz_first, nz_last;
  PetscInt begin, end;
  PetscInt start, step, entries;
  double work; /* of one line */
} LineColumn;

/* Operations that a pair of nodes at displacement n costs. */
typedef double PairCost(const PetscInt n[3], const void *context);

/*
   Representatives of all pairs within reach, and who evaluates which: rank r those of line[share[r] .. share[r + 1] - 1]. The same on every rank.
*/
typedef struct {
  PetscInt points;
  PetscMPIInt ranks;
  PetscBool invariant; /* for functions that the symmetries without conjugation leave as they are */
  PetscInt n_symmetries;
  GridSymmetry symmetry[GRID_SYMMETRIES];
  PetscInt *image; /* [n_symmetries][points^2]: of every line */
  PetscInt n_columns;
  LineColumn *column;
  PetscInt n_lines;
  PetscInt *line;
  PetscInt *share; /* [ranks + 1] */
} LinePairs;

/* A pair of lines that a representative stands for: its entry (i, j), as it is or conjugate, has the place (g i, g j), and by complex symmetry (g j, g i). */
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
   For the symmetries of an axis, which is k or has no more of them than k, and displacements with |n|^2 <= reach2. cost decides who evaluates
   what. Not collective.
*/
PetscErrorCode QlbeLinePairsCreate_Private(PetscInt points, PetscMPIInt ranks, PetscInt reach2,
                                           const double axis[3], PetscBool invariant,
                                           PairCost *cost, const void *context, LinePairs *pairs);
PetscErrorCode QlbeLinePairsDestroy_Private(LinePairs *pairs);

/*
   The distinct images of one pair, itself first, into image[GRID_SYMMETRIES]; their number. The number of symmetries is a multiple of the sum of
   their counts, which are 1; but invariant functions need one image for all that have the same conjugation, with their count.
*/
PetscInt QlbeLineImages_Private(const LinePairs *pairs, const LineColumn *column, PetscInt line,
                                LineImage image[]);

/* The number of distinct images of one pair. */
PetscInt QlbeLineImageCount_Private(const LinePairs *pairs, const LineColumn *column,
                                    PetscInt line);

/* The next at most `most` representatives from *position on, all of one column and before `end`; PETSC_FALSE after the last. */
PetscBool QlbeLineRangeNext_Private(const LinePairs *pairs, PetscInt most, PetscInt end,
                                    PetscInt *position, LineRange *range);

/* The entries of column z' of a block: lo <= z <= hi. */
static inline void BlockColumn(const LinePairs *pairs, const LineColumn *column, PetscInt z_second,
                               PetscInt *lo, PetscInt *hi)
{
  *lo = PetscMax(0, z_second - column->nz_last);
  *hi = PetscMin(pairs->points - 1, z_second - column->nz_first);
}

/* The entries of row z of a block: lo <= z' <= hi. */
static inline void BlockRow(const LinePairs *pairs, const LineColumn *column, PetscInt z_first,
                            PetscInt *lo, PetscInt *hi)
{
  *lo = PetscMax(0, z_first + column->nz_first);
  *hi = PetscMin(pairs->points - 1, z_first + column->nz_last);
}

#endif
