/*
   exp(t A) as a dense matrix: scaling and squaring with Pade approximants (N. J. Higham, SIAM J.
   Matrix Anal. Appl. 26(4):1179-1193, 2005), SLEPc's FNEXP in its default method.

   Every rank computes the whole exponential and keeps its own rows. Of the other methods of FNEXP,
   Pade (1) agrees with the default to rounding, but the subdiagonal Pade approximants (2, 3) are
   off by up to 8e-3 at t |A| = 1e3 where the spectrum is continuous.
*/
#include "propagator_impl.h"

/* A in the format MATDENSE, a reference where it is dense already. */
static PetscErrorCode GetDense(Mat A, Mat *dense)
{
  PetscBool is_dense;

  PetscFunctionBegin;
  PetscCall(PetscObjectTypeCompareAny((PetscObject)A, &is_dense, MATSEQDENSE, MATMPIDENSE, ""));
  if (is_dense) {
    PetscCall(PetscObjectReference((PetscObject)A));
    *dense = A;
  } else {
    PetscCall(MatComputeOperator(A, MATDENSE, dense));
  }
  PetscFunctionReturn(0);
}

/* This rank's rows of a dense matrix, row by row, into rows[][n]. */
static PetscErrorCode CopyRows(Mat dense, PetscScalar rows[])
{
  const PetscScalar *a;
  PetscInt m, n, lda;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(dense, &m, NULL));
  PetscCall(MatGetSize(dense, NULL, &n));
  PetscCall(MatDenseGetLDA(dense, &lda));
  PetscCall(MatDenseGetArrayRead(dense, &a));
  for (PetscInt i = 0; i < m; i++)
    for (PetscInt j = 0; j < n; j++)
      rows[(size_t)i * (size_t)n + (size_t)j] = a[(size_t)j * (size_t)lda + (size_t)i];
  PetscCall(MatDenseRestoreArrayRead(dense, &a));
  PetscFunctionReturn(0);
}

/* Rows of A from all ranks: full is the transpose while it is filled. */
static PetscErrorCode GatherMatrix(QlbePropagator p)
{
  PetscMPIInt size, rank, length, *count, *first;
  const PetscInt *range;
  MPI_Datatype row;
  PetscScalar *a, *own;
  PetscInt n;
  Mat dense;

  PetscFunctionBegin;
  PetscCall(GetDense(p->A, &dense));
  PetscCall(MatGetSize(dense, &n, NULL));
  PetscCallMPI(MPI_Comm_size(p->comm, &size));
  PetscCallMPI(MPI_Comm_rank(p->comm, &rank));
  PetscCall(MatGetOwnershipRanges(dense, &range));
  PetscCall(PetscMalloc3(size, &count, size, &first,
                         (size_t)(range[rank + 1] - range[rank]) * (size_t)n, &own));
  for (PetscMPIInt r = 0; r < size; r++) {
    PetscCall(PetscMPIIntCast(range[r + 1] - range[r], &count[r]));
    PetscCall(PetscMPIIntCast(range[r], &first[r]));
  }
  PetscCall(CopyRows(dense, own));
  PetscCall(PetscMPIIntCast(n, &length));
  PetscCallMPI(MPI_Type_contiguous(length, MPIU_SCALAR, &row));
  PetscCallMPI(MPI_Type_commit(&row));
  PetscCall(MatCreateSeqDense(PETSC_COMM_SELF, n, n, NULL, &p->full));
  PetscCall(MatDenseGetArrayWrite(p->full, &a));
  PetscCallMPI(MPI_Allgatherv(own, count[rank], row, a, count, first, row, p->comm));
  PetscCall(MatDenseRestoreArrayWrite(p->full, &a));
  PetscCallMPI(MPI_Type_free(&row));
  PetscCall(PetscFree3(count, first, own));
  PetscCall(MatDestroy(&dense));
  PetscCall(MatTranspose(p->full, MAT_INPLACE_MATRIX, &p->full));
  PetscFunctionReturn(0);
}

/* This rank's rows of E, a matrix on one rank, in the layout of A. */
static PetscErrorCode KeepOwnRows(QlbePropagator p, Mat E)
{
  PetscInt rows, columns, n, begin, lda;
  const PetscScalar *from;
  PetscScalar *to;

  PetscFunctionBegin;
  PetscCall(MatGetLocalSize(p->A, &rows, &columns));
  PetscCall(MatGetSize(p->A, &n, NULL));
  PetscCall(MatGetOwnershipRange(p->A, &begin, NULL));
  PetscCall(MatDestroy(&p->exponential));
  PetscCall(MatCreateDense(p->comm, rows, columns, n, n, NULL, &p->exponential));
  PetscCall(MatDenseGetLDA(p->exponential, &lda));
  PetscCall(MatDenseGetArrayRead(E, &from));
  PetscCall(MatDenseGetArrayWrite(p->exponential, &to));
  for (PetscInt j = 0; j < n; j++)
    PetscCall(PetscArraycpy(to + (size_t)j * (size_t)lda,
                            from + (size_t)j * (size_t)n + (size_t)begin, rows));
  PetscCall(MatDenseRestoreArrayWrite(p->exponential, &to));
  PetscCall(MatDenseRestoreArrayRead(E, &from));
  PetscCall(MatAssemblyBegin(p->exponential, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(p->exponential, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComputeExponential(QlbePropagator p, double t)
{
  PetscReal size;
  FN exponential;
  Mat E;

  PetscFunctionBegin;
  if (!p->full) PetscCall(GatherMatrix(p));
  p->exponential_time = 0.0;
  PetscCall(MatDuplicate(p->full, MAT_DO_NOT_COPY_VALUES, &E));
  PetscCall(FNCreate(PETSC_COMM_SELF, &exponential));
  PetscCall(FNSetType(exponential, FNEXP));
  PetscCall(FNSetScale(exponential, t, 1.0));
  PetscCall(FNEvaluateFunctionMat(exponential, p->full, E));
  PetscCall(FNDestroy(&exponential));
  PetscCall(MatNorm(E, NORM_FROBENIUS, &size));
  PetscCall(KeepOwnRows(p, E));
  PetscCall(MatDestroy(&E));
  /* powers of t A overflow for huge t */
  PetscCheck(!PetscIsInfOrNanReal(size), p->comm, PETSC_ERR_NOT_CONVERGED,
             "The exponential of the matrix times %g is not finite", t);
  p->exponential_time = t;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorApplyDense(QlbePropagator p, double t, Vec x, Vec y)
{
  PetscFunctionBegin;
  if (PetscAbsReal(t - p->exponential_time) > 1e-14 * t) PetscCall(ComputeExponential(p, t));
  PetscCall(MatMult(p->exponential, x, y));
  PetscFunctionReturn(0);
}
