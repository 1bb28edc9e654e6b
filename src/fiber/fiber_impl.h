/* Inside of the fiber operator, shared by its files alone. */
#ifndef QLBE_FIBER_IMPL_H
#define QLBE_FIBER_IMPL_H

#include "qlbe/fiber.h"
#include "qlbe/lattice_weight.h"

struct _p_QlbeFiber {
  QlbeMomentumGrid grid;
  QlbeJumpKernel kernel;
  QlbeTransverse transverse; /* of the displacements */
  QlbeDispersion dispersion;
  QlbeParameters par;
  double drop_tolerance;
  double largest; /* rate that drop_tolerance is relative to */
  double q_max;   /* longer displacements are never above the floor */
  PetscInt block_size, slice_size;
  double **
      block; /* [3*(points-1)^2 + 1], by |n|^2: kernel table at |q| = spacing |n|, made on demand */
  double nearest_excess; /* pairs of nearest neighbours count 1 + nearest_excess times */
  QlbeLatticeRule rule;
};

/* One displacement n at one k: the slice, and the factors along q^ tabulated in the integer t = b .
 * n. */
typedef struct {
  PetscInt n[3];
  PetscBool empty; /* every pair is below the threshold */
  QlbeJumpSlice slice;
  PetscInt t_max;
  double *gain, *loss; /* [2*t_max + 1], index t + t_max; h^3/|q| included, 0 where dropped */
  PetscBool *keep;     /* likewise */
  double *work;        /* behind the slice */
} Displacement;

/*
   A run of pairs (row_i + r, row_j + r), r < length, at offset in the batch. Parity turns the pair
   (i, j) with midpoint P into (-j, -i) with midpoint -P; where mirrored is set, the run stands for
   both.
*/
typedef struct {
  PetscInt row_i, row_j, length, offset;
  PetscBool mirrored;
} PairRun;

/*
   Pairs of one displacement. gain is A_ij = A_ji, and A_(-i,-j) is its conjugate; loss_minus and
   loss_plus are the symmetric rates at P -+ hbar k/2: the first one times w_j/w_i is the loss of row
   i, the second one is what the first is for the mirrored pair. keep[e] is PETSC_FALSE for dropped
   pairs.
*/
typedef struct {
  PetscInt n_runs;
  const PairRun *run;
  PetscInt length;
  const PetscScalar *gain;
  const double *loss_minus, *loss_plus;
  const PetscBool *keep;
} PairBatch;

/* One of the matrix entries that a pair stands for, for element r of a run: (row + step r, column + step r). */
typedef struct {
  PetscInt row, column, step;
  PetscBool conjugate; /* the entry is the conjugate of gain */
  PetscBool above;     /* column > row */
  const double *loss;  /* symmetric rate of the row's loss towards the column */
} PairRole;

/*
   The entries of a run into role[4]; their number, 2 or 4, is the return value. first and end are the
   elements whose rows lie in [row_begin, row_end).
*/
PetscInt QlbePairRoles_Private(const PairBatch *batch, const PairRun *run, PetscInt size,
                               PairRole role[4]);
void QlbePairRoleOwned_Private(const PairRole *role, PetscInt length, PetscInt row_begin,
                               PetscInt row_end, PetscInt *first, PetscInt *end);

typedef PetscErrorCode (*PairSink)(const PairBatch *batch, void *context);

/*
   Visits one of each two mirrored pairs i < j of which this rank owns a row, displacement by
   displacement, in an order that does not depend on the partition. With values = PETSC_FALSE only
   rows and keep are filled. Not collective.
*/
PetscErrorCode QlbePairSweep_Private(QlbeFiber fiber, const double k[3], PetscBool values,
                                     PairSink sink, void *context);

PetscErrorCode QlbeDisplacementCreate_Private(QlbeFiber fiber, Displacement *d);
PetscErrorCode QlbeDisplacementSetUp_Private(QlbeFiber fiber, const PetscInt n[3],
                                             const double k[3], Displacement *d);
PetscErrorCode QlbeDisplacementDestroy_Private(Displacement *d);

/* w_i = exp(-beta |p_i - hbar k/2|^2/4M) on the whole grid into w[size]: loss ratios are w_j/w_i.
 */
void QlbeFiberLossWeights_Private(QlbeFiber fiber, const double k[3], double w[]);

/*
   Diagonal of A_k on the own rows: loss_sum[row - row_begin] = sum_j loss_ij w_j comes from the
   sweep. Collective.
*/
PetscErrorCode QlbeFiberDiagonal_Private(QlbeFiber fiber, const double k[3], const double w[],
                                         const double loss_sum[], PetscScalar diagonal[]);

/* Counts kept pairs of own rows: lower[r], upper[r] per own row. Not collective. */
PetscErrorCode QlbeFiberCount_Private(QlbeFiber fiber, const double k[3], PetscInt lower[],
                                      PetscInt upper[]);

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3], Mat *A);
/* A faster MatMult for a dense matrix, and a MatGetDiagonal that knows padded columns; see dense_product.c. */
PetscErrorCode QlbeDenseSetOperations_Private(Mat A);

PetscErrorCode QlbeFiberAssembleSparse_Private(QlbeFiber fiber, const double k[3], Mat *A);

#endif
