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
  double largest; /* largest pair rate at k = 0, the scale of drop_tolerance */
  double q_max;   /* displacements beyond are never above the floor */
  PetscInt block_size, slice_size;
  double **
      block; /* [3*(points-1)^2 + 1], by |n|^2: kernel table at |q| = spacing |n|, made on demand */
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

/* A run of pairs (row_i + r, row_j + r), r < length, at offset in the batch. */
typedef struct {
  PetscInt row_i, row_j, length, offset;
} PairRun;

/*
   Pairs of one displacement. gain is A_ij = A_ji; loss is the symmetric rate at P - hbar k/2, from
   which the loss of row i is loss * w_j/w_i. keep[e] is PETSC_FALSE for dropped pairs.
*/
typedef struct {
  PetscInt n_runs;
  const PairRun *run;
  PetscInt length;
  const PetscScalar *gain;
  const double *loss;
  const PetscBool *keep;
} PairBatch;

typedef PetscErrorCode (*PairSink)(const PairBatch *batch, void *context);

/*
   Visits every pair i < j of which this rank owns a row, displacement by displacement, in an order
   that does not depend on the partition. With values = PETSC_FALSE only rows and keep are filled.
   Not collective.
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
PetscErrorCode QlbeFiberAssembleSparse_Private(QlbeFiber fiber, const double k[3], Mat *A);

#endif
