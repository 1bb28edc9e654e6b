/*
   The exact properties of an assembled A_k, measured: column sums, null vector, complex symmetry
   and the contraction bound of Lemma 4.1. With L = W A W^-1, W = diag(nu^(1/2)), a column sum of L
   is (A^T w)_j/w_j, and the row sums of |A_ji| w_i/w_j serve for the columns of |L| because A is
   symmetric.
*/
#include "fiber_impl.h"
#include "qlbe/worse.h"

/* Its real part on the nodes of the own rows. */
static PetscErrorCode RealDiagonal(Mat A, double diagonal[])
{
  const PetscScalar *d;
  PetscInt n;
  Vec v;

  PetscFunctionBegin;
  PetscCall(QlbeFiberGetNodeDiagonal(A, &v));
  PetscCall(VecGetLocalSize(v, &n));
  PetscCall(VecGetArrayRead(v, &d));
  for (PetscInt r = 0; r < n; r++) diagonal[r] = PetscRealPart(d[r]);
  PetscCall(VecRestoreArrayRead(v, &d));
  PetscFunctionReturn(0);
}

/* own[r] = sum_(i != row) |A_row,i| w_i, and the real part of the diagonal, for the own rows. */
static PetscErrorCode AbsoluteRowSums(Mat A, const FiberRows *rows, const double w[], double own[],
                                      double diagonal[])
{
  PetscBool dense, shell;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompare((PetscObject)A, MATSHELL, &shell));
  if (shell) {
    PetscCall(QlbeMatrixFreeRowSums_Private(A, w, own));
    PetscCall(RealDiagonal(A, diagonal));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscObjectTypeCompareAny((PetscObject)A, &dense, MATSEQDENSE, MATMPIDENSE, ""));
  if (dense) {
    const PetscInt n = rows->row_end - rows->row_begin;
    const PetscScalar *a;
    PetscInt lda;
    PetscCall(MatDenseGetLDA(A, &lda));
    PetscCall(MatDenseGetArrayRead(A, &a));
    PetscCall(PetscArrayzero(own, n));
    for (PetscInt j = 0; j < rows->size; j++) {
      const PetscScalar *column = a + (size_t)j * (size_t)lda;
      for (PetscInt r = 0; r < n; r++) {
        if (rows->row_begin + r == j)
          diagonal[r] = PetscRealPart(column[r]);
        else
          own[r] += PetscAbsScalar(column[r]) * w[j];
      }
    }
    PetscCall(MatDenseRestoreArrayRead(A, &a));
    PetscFunctionReturn(0);
  }
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++) {
    const PetscInt r = row - rows->row_begin, *column;
    const PetscScalar *value;
    PetscInt n;
    own[r] = 0.0;
    PetscCall(MatGetRow(A, row, &n, &column, &value));
    for (PetscInt e = 0; e < n; e++) {
      if (column[e] == row)
        diagonal[r] = PetscRealPart(value[e]);
      else
        own[r] += PetscAbsScalar(value[e]) * w[column[e]];
    }
    PetscCall(MatRestoreRow(A, row, &n, &column, &value));
  }
  PetscFunctionReturn(0);
}

/* value/scale; zero where both are, as for a node that no jump leaves or reaches. */
static double Relative(double value, double scale)
{
  return value == 0.0 ? 0.0 : value / scale;
}

/* max over rows of |y_r| / (|diagonal_r| w_r) */
static PetscErrorCode LargestRelative(MPI_Comm comm, Vec y, const FiberRows *rows, const double w[],
                                      const double diagonal[], double *largest)
{
  const PetscScalar *value;
  double own = 0.0;

  PetscFunctionBegin;
  PetscCall(VecGetArrayRead(y, &value));
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++) {
    const PetscInt r = row - rows->row_begin;
    own = QlbeWorse(own, Relative(PetscAbsScalar(value[r]), fabs(diagonal[r]) * w[row]));
  }
  PetscCall(VecRestoreArrayRead(y, &value));
  PetscCallMPI(MPI_Allreduce(&own, largest, 1, MPI_DOUBLE, MPI_MAX, comm));
  PetscFunctionReturn(0);
}

/* A fixed vector without symmetry, and w as a vector. */
static PetscErrorCode FillProbes(const FiberRows *rows, const double w[], Vec x, Vec weights)
{
  PetscScalar *xa, *wa;

  PetscFunctionBegin;
  PetscCall(VecGetArray(x, &xa));
  PetscCall(VecGetArray(weights, &wa));
  for (PetscInt row = rows->row_begin; row < rows->row_end; row++) {
    const double phase = 0.7 * (double)row;
    xa[row - rows->row_begin] = PetscCMPLX(cos(phase * phase), sin(3.0 * phase + 0.2));
    wa[row - rows->row_begin] = w[row];
  }
  PetscCall(VecRestoreArray(x, &xa));
  PetscCall(VecRestoreArray(weights, &wa));
  PetscFunctionReturn(0);
}

/* nu^(1/2), not normalised, on all rows. */
static PetscErrorCode RowWeights(QlbeFiber fiber, double w[])
{
  const double at_zero_k[3] = {0.0, 0.0, 0.0};
  const FiberRows *rows = fiber->rows;
  double *nodes;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(fiber->grid.size, &nodes));
  QlbeFiberLossWeights_Private(fiber, at_zero_k, nodes);
  for (PetscInt row = 0; row < rows->size; row++)
    w[row] = sqrt((double)QlbeFiberRowNodes_Private(rows, row)) *
             nodes[QlbeFiberRowNode_Private(rows, row)];
  PetscCall(PetscFree(nodes));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberCheckStructure(QlbeFiber fiber, Mat A, QlbeFiberStructure *structure)
{
  const FiberRows *rows = fiber->rows;
  const MPI_Comm comm = fiber->grid.comm;
  const PetscInt n = rows->row_end - rows->row_begin;
  double *w, *sum, *diagonal, contraction = -PETSC_MAX_REAL;
  PetscInt own;
  PetscReal difference, norm, length;
  PetscScalar forward, backward;
  Vec x, weights, y, z;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(A, &own, NULL));
  PetscCheck(own == n, comm, PETSC_ERR_ARG_INCOMP,
             "%" PetscInt_FMT " rows of the matrix are here, %" PetscInt_FMT " of the fiber", own,
             n);
  PetscCall(PetscMalloc3(rows->size, &w, n, &sum, n, &diagonal));
  PetscCall(RowWeights(fiber, w));
  PetscCall(AbsoluteRowSums(A, rows, w, sum, diagonal));
  for (PetscInt r = 0; r < n; r++) {
    const double excess = sum[r] / w[rows->row_begin + r] + diagonal[r];
    contraction = QlbeWorse(contraction, Relative(excess, fabs(diagonal[r])));
  }
  PetscCallMPI(MPI_Allreduce(&contraction, &structure->contraction, 1, MPI_DOUBLE, MPI_MAX, comm));

  PetscCall(MatCreateVecs(A, &x, &y));
  PetscCall(VecDuplicate(x, &weights));
  PetscCall(VecDuplicate(y, &z));
  PetscCall(FillProbes(rows, w, x, weights));
  PetscCall(MatMult(A, weights, y));
  PetscCall(LargestRelative(comm, y, rows, w, diagonal, &structure->null_vector));
  PetscCall(MatMultTranspose(A, weights, y));
  PetscCall(LargestRelative(comm, y, rows, w, diagonal, &structure->column_sum));
  PetscCall(MatMult(A, x, y));
  PetscCall(VecNorm(y, NORM_2, &norm));
  PetscCall(MatMultTranspose(A, x, z));
  PetscCall(VecAXPY(z, -1.0, y));
  PetscCall(VecNorm(z, NORM_2, &difference));
  structure->asymmetry = difference / norm;
  /* and as a form, for operators whose transpose is by definition their own */
  PetscCall(VecTDot(y, weights, &forward));
  PetscCall(MatMult(A, weights, z));
  PetscCall(VecTDot(z, x, &backward));
  PetscCall(VecNorm(weights, NORM_2, &length));
  structure->asymmetry =
      QlbeWorse(structure->asymmetry, PetscAbsScalar(forward - backward) / (norm * length));
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&weights));
  PetscCall(VecDestroy(&y));
  PetscCall(VecDestroy(&z));
  PetscCall(PetscFree3(w, sum, diagonal));
  PetscFunctionReturn(0);
}
