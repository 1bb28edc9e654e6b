/* Inside of the fiber operator, shared by its files alone. */
#ifndef QLBE_FIBER_IMPL_H
#define QLBE_FIBER_IMPL_H

#include "fiber_rows.h"
#include "line_pairs.h"
#include "fiber.h"
#include "lattice_weight.h"

/* The kernel's table at one |q| = spacing |n|. */
typedef struct {
  double *block;            /* see QlbeTransverseBlock; made on demand */
  double *at_zero_k;        /* behind the slice, made with it */
  QlbeTransverseSlice rest; /* F at k_perp = 0 */
  double largest;           /* bound of |F| */
} DisplacementClass;

struct _p_QlbeFiber {
  QlbeMomentumGrid grid;
  FiberRows *rows;
  PetscContainer storage; /* of the last dense matrix, kept for the next */
  size_t storage_bytes;
  PetscMPIInt rank, ranks;
  QlbeJumpKernel kernel;
  QlbeTransverse transverse; /* of the displacements */
  QlbeDispersion dispersion;
  QlbeParameters par;
  QlbeFiberFormat format;
  double most_bytes;
  double drop_tolerance;
  double largest;  /* rate that drop_tolerance is relative to */
  PetscInt reach2; /* no pair is kept at a larger |n|^2 */
  PetscInt block_size, slice_size;
  DisplacementClass *class; /* [3*(points-1)^2 + 1], by |n|^2 */
  double nearest_excess;    /* pairs of nearest neighbours count 1 + nearest_excess times */
  QlbeLatticeRule rule;
};

/*
   One displacement n at one k: the slice, and the factors along q^ tabulated in the integer
   t = b . n.
*/
typedef struct {
  PetscInt n[3];
  PetscBool empty; /* every pair is below the threshold */
  QlbeJumpSlice slice;
  PetscInt t_max;
  double *gain, *loss; /* [2*t_max + 1], index t + t_max; h^3/|q| included, 0 where dropped */
  double *work;        /* behind the slice */
} Displacement;

PetscErrorCode QlbeDisplacementCreate_Private(QlbeFiber fiber, Displacement *d);
/*
   With factors = PETSC_FALSE, gain is 1 where a pair is kept, and neither slice nor loss are there.
*/
PetscErrorCode QlbeDisplacementSetUp_Private(QlbeFiber fiber, const PetscInt n[3],
                                             const double k[3], PetscBool factors, Displacement *d);
PetscErrorCode QlbeDisplacementDestroy_Private(Displacement *d);
/* Tables of |n|^2 = n2. */
PetscErrorCode QlbeDisplacementClass_Private(QlbeFiber fiber, PetscInt n2,
                                             const DisplacementClass **class);
/* Whether some pair at |n|^2 = n2 may be kept at any k of the tables. */
PetscErrorCode QlbeDisplacementReaches_Private(QlbeFiber fiber, PetscInt n2, PetscBool *reaches);

/*
   w_i = exp(-beta |p_i - hbar k/2|^2/4M) on the whole grid into w[size]: loss ratios are w_j/w_i.
*/
void QlbeFiberLossWeights_Private(QlbeFiber fiber, const double k[3], double w[]);

/*
   Sums of symmetric loss rates over the evaluated pairs, on the whole grid: minus[i] of the rate at
   P - hbar k/2 times w_j, plus[i] of the one at P + hbar k/2 times w_j of -k.
*/
typedef struct {
  double *minus, *plus;
  double *w_minus, *w_plus;
} LossSums;

PetscErrorCode QlbeLossSumsCreate_Private(QlbeFiber fiber, const double k[3], LossSums *sums);
PetscErrorCode QlbeLossSumsDestroy_Private(LossSums *sums);

/*
   Diagonal of A_k at the smallest nodes of the own rows, from the sums of all ranks over the
   representatives of pairs. Collective.
*/
PetscErrorCode QlbeFiberDiagonal_Private(QlbeFiber fiber, const double k[3], const LinePairs *pairs,
                                         LossSums *sums, PetscScalar diagonal[]);

/* The costs at one k. */
PetscErrorCode QlbePairCosts_Private(QlbeFiber fiber, const double k[3], PairCosts *costs);
/* Operations for one pair with this slice, with or without the two losses apart from the gain. */
double QlbePairOperations_Private(const QlbeTransverseSlice *gain, PetscBool losses);

/* Evaluation of pairs of lines at one k. */
typedef struct _n_LineSweep *LineSweep;

PetscErrorCode QlbeLineSweepCreate_Private(QlbeFiber fiber, const double k[3], LineSweep *sweep);
PetscErrorCode QlbeLineSweepDestroy_Private(LineSweep *sweep);
const LinePairs *QlbeLineSweepPairs_Private(LineSweep sweep);
/* Representatives that one evaluation takes at most. */
PetscInt QlbeLineSweepMost_Private(LineSweep sweep);

/* Scalars of the blocks of a range at most. */
PetscInt QlbeLineSweepRoom_Private(LineSweep sweep);

/*
   Entries A_ij of the blocks of a range, one block after the other; 0 where a pair is dropped, and
   nowhere else. The pairs' losses are added to sums, where there are any. Not collective.
*/
PetscErrorCode QlbeLineSweepEvaluate_Private(LineSweep sweep, const LineRange *range,
                                             LossSums *sums, PetscScalar gain[]);

/*
   Numbers of kept pairs of one block: above[points] by the node of the first line, below[points] by
   that of the second one. Not collective.
*/
PetscErrorCode QlbeLineSweepCount_Private(LineSweep sweep, const LineColumn *column, PetscInt line,
                                          PetscInt above[], PetscInt below[]);

/*
   Takes a block at all of its places: its n images as they are (the first line has the rows), and
   transposed. Rows may be elsewhere in part or all.
*/
typedef PetscErrorCode LineSink(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                const PetscScalar block[], void *context);

/*
   Everything that assembly into memory takes: hands all blocks to the sink, and the diagonal at the
   smallest nodes of the own rows to diagonal[own rows]. Collective.
*/
PetscErrorCode QlbeFiberBlocks_Private(QlbeFiber fiber, const double k[3], LineSweep sweep,
                                       LineSink *sink, void *context, PetscScalar diagonal[]);

/* QlbeFiberEstimateMemory of a turned k. Collective. */
PetscErrorCode QlbeFiberEstimate_Private(QlbeFiber fiber, const double k[3],
                                         QlbeFiberEstimate *estimate);

/*
   Begin and end of an event of PETSc's log: QlbeAssembly, and within it QlbeEvaluate (own blocks),
   QlbeExchange (their messages) and QlbeStore (blocks of others); QlbeMult and QlbeMultFree. Not
   collective.
*/
PetscErrorCode QlbeEventBegin_Private(const char name[]);
PetscErrorCode QlbeEventEnd_Private(const char name[]);

/*
   The whole of x, laid out as the columns of A, into full[] on every rank; full is complete after
   the end. Tests in between keep it going. Collective.
*/
typedef struct _n_VectorGather *VectorGather;
PetscErrorCode QlbeGatherBegin_Private(Mat A, Vec x, PetscScalar full[], VectorGather *gather);
PetscErrorCode QlbeGatherTest_Private(VectorGather gather);
PetscErrorCode QlbeGatherEnd_Private(VectorGather *gather);

/*
   Assembly in each format; also the diagonal at the smallest nodes of the own rows,
   diagonal[own rows]. Collective.
*/
PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3],
                                              PetscScalar diagonal[], Mat *A);
PetscErrorCode QlbeFiberAssembleSparse_Private(QlbeFiber fiber, const double k[3],
                                               PetscScalar diagonal[], Mat *A);
/* The sparse one where rows are orbits. */
PetscErrorCode QlbeFiberAssembleOrbits_Private(QlbeFiber fiber, const double k[3],
                                               PetscScalar diagonal[], Mat *A);
/* A matrix that evaluates its entries anew in every product. */
PetscErrorCode QlbeFiberMatrixFree_Private(QlbeFiber fiber, const double k[3],
                                           PetscScalar diagonal[], Mat *A);

/* A dense matrix for the rows, not filled. Collective. */
PetscErrorCode QlbeDenseCreate_Private(QlbeFiber fiber, Mat *A);

/* Fills a dense matrix whose rows are orbits, and diagonal[own rows]. Collective. */
PetscErrorCode QlbeSumOrbits_Private(QlbeFiber fiber, const double k[3], LineSweep sweep,
                                     PetscScalar diagonal[], Mat A);
/*
   A faster MatMult for a dense matrix, and a MatGetDiagonal that knows padded columns; see
   dense_product.c.
*/
PetscErrorCode QlbeDenseSetOperations_Private(Mat A);

/*
   own[r] = sum_(i != row) |A_row,i| w_i of a matrix-free one; of orbits with w on them and with
   what is summed inside an orbit as well. Collective.
*/
PetscErrorCode QlbeMatrixFreeRowSums_Private(Mat A, const double w[], double own[]);

#endif
