/*
   The fiber generator L_k on the Cartesian momentum grid, as a PETSc matrix in complex symmetric
   form.

   A_k = W^-1 L_k W with W = diag(nu^(1/2)(p_i)), so A_k = transpose(A_k) by detailed balance
   (4.12). Gain and loss use the same lattice sum, and jumps that leave the box are rejected in
   both: A_0 nu^(1/2) = 0, column sums of L_0 and the contraction bound hold to rounding on every
   grid and for every dropping threshold.
*/
#ifndef QLBE_FIBER_H
#define QLBE_FIBER_H

#include <petscmat.h>

#include "qlbe/dispersion.h"
#include "qlbe/jump_kernel.h"
#include "momentum_grid.h"

typedef struct _p_QlbeFiber *QlbeFiber;

/*
   How the operator is kept. A matrix-free one evaluates its entries in every product, in memory
   that grows with the number of nodes alone.
*/
typedef enum {
  QLBE_FIBER_DENSE,
  QLBE_FIBER_SPARSE,
  QLBE_FIBER_MATRIX_FREE,
  QLBE_FIBER_AUTO /* as a choice: by the estimate */
} QlbeFiberFormat;

/* What assembly at one k needs; sums over all ranks unless said otherwise. */
typedef struct {
  double entries;     /* nonzero entries, diagonal included; of orbits a few too many */
  double bytes_dense; /* 16 bytes for each pair of rows */
  /* 20 bytes (24 with 64-bit indices) per nonzero entry plus row pointers; twice while it is
     assembled, or where rows are orbits with 80 bytes for each term of their sums */
  double bytes_sparse;
  double bytes_matrix_free; /* vectors on the whole grid, on every rank */
  double bytes;             /* of the format that assembly chooses */
  /* sparse where it takes less than half of dense; matrix-free where the smaller one does not
     fit */
  QlbeFiberFormat format;
} QlbeFiberEstimate;

/*
   Binds grid, kernel and dispersion; none is copied, all must outlive the fiber. Not collective.

   drop_tolerance - a pair is left out of gain and loss alike when the rates of its two jumps are
                    below this fraction of the rate of the strongest ones, jumps between neighbours;
                    0 keeps everything above 1e-30
   l_max          - highest angular momentum of the lattice weight (even, 0..12)
*/
PETSC_EXTERN PetscErrorCode QlbeFiberCreate(const QlbeMomentumGrid *grid, QlbeJumpKernel kernel,
                                            QlbeDispersion dispersion, double drop_tolerance,
                                            PetscInt l_max, QlbeFiber *fiber);
/* Frees the fiber and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberDestroy(QlbeFiber *fiber);

/*
   The format of matrices from now on (with QLBE_FIBER_AUTO a dense matrix that is passed in stays
   dense), and the bytes that all ranks together have for one; QLBE_FIBER_AUTO and no bound by
   default. Not collective, but alike on all ranks.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetFormat(QlbeFiber fiber, QlbeFiberFormat format,
                                               double most_bytes);

/*
   What rows and vectors stand for from now on. axis NULL, the default: every node of the grid.
   Otherwise the orbits of nodes under those symmetries of the grid that leave the axis as it is
   (signed permutations that map one of the coordinates to itself or its negative): operators act on
   the functions that have these symmetries, in the orthonormal basis of the orbits' indicator
   functions, with up to 64 times fewer entries. Fibers must have the symmetries, as k = 0 and k
   along the axis do. The leading eigenvector near k = 0 is such a function, and so are nu^(1/2) and
   its images under L_1; higher eigenvectors need not be. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetSymmetry(QlbeFiber fiber, const double axis[3]);

/* Rows at an axis as above on a grid of so many points along an axis. */
PETSC_EXTERN double QlbeFiberRowCount(PetscInt points, const double axis[3]);

/*
   Bytes on all ranks of an operator with so many rows on so many nodes, at its largest: a sparse
   one while it is assembled, from so many terms of its entries. Where rows are fewer than nodes
   terms are listed and added up. QLBE_FIBER_AUTO counts as dense.
*/
PETSC_EXTERN double QlbeFiberBytes(QlbeFiberFormat format, double rows, double nodes, double terms,
                                   PetscMPIInt ranks);

/* Name of a format for messages. Static string. */
PETSC_EXTERN const char *QlbeFiberFormatName(QlbeFiberFormat format);

/* Memory and entries at wave vector k[3]; collective, cheap next to assembly. */
PETSC_EXTERN PetscErrorCode QlbeFiberEstimateMemory(QlbeFiber fiber, const double k[3],
                                                    QlbeFiberEstimate *estimate);

/*
   Makes A_k, k being the wave vector, in the format of the estimate; collective on the grid's
   communicator. *A is reused when it is a dense matrix of the right shape, replaced otherwise; pass
   a NULL handle the first time. A matrix-free *A needs the fiber as long as it lives, and has
   products, also with the transpose, and a diagonal. The fiber keeps the memory of the last dense
   matrix for the next, until another format is assembled or QlbeFiberFreeStorage is called. Errors:
   PETSC_ERR_ARG_OUTOFRANGE when |k| exceeds the kernel's table or a rank's share exceeds PetscInt,
   PETSC_ERR_ARG_INCOMP when k lacks symmetries of the rows.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberAssemble(QlbeFiber fiber, const double wave_vector[3], Mat *A);

/* Frees the storage of the last dense matrix, which a fiber keeps for the next one; a matrix that
   has it keeps it. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberFreeStorage(QlbeFiber fiber);

/*
   -E_k - i h_k/hbar as the grid has them, at the nodes of the rows: the diagonal of A where rows
   are nodes; where they are orbits that of A has jumps inside orbits as well. Belongs to A. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberGetNodeDiagonal(Mat A, Vec *diagonal);

/*
   nu^(1/2) on the rows, of Euclidean norm 1: the null vector of A_0. Collective; the caller
   destroys it.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberEquilibrium(QlbeFiber fiber, Vec *x0);

/* Largest violations of the exact properties, each relative to the escape rate of its row. */
typedef struct {
  double column_sum;  /* max |sum_i L_ij| / E_j; meaningful at k = 0 only */
  double null_vector; /* max |(A_0 nu^(1/2))_i| / (E_i nu_i^(1/2)); meaningful at k = 0 only */
  /* |A x - A^T x| / |A x| for a fixed vector x, or |w^T A x - x^T A w| over norms, whichever is
     larger */
  double asymmetry;
  double contraction; /* max (sum_(i != j) |L_ij| + Re L_jj) / E_j, <= 0 up to rounding */
} QlbeFiberStructure;

/* Measures them on an assembled A_k; collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberCheckStructure(QlbeFiber fiber, Mat A,
                                                    QlbeFiberStructure *structure);

#endif
