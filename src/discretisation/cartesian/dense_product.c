/*
   The product of the dense fiber operator with a vector, which is where the eigenvalue solver
   spends its time.

   The library's zgemv reaches half of the memory bandwidth: it multiplies complex numbers, and the
   shuffles cost more than the loads. Here the real and the imaginary parts of x multiply the
   interleaved column as it stands, into two sums that are combined once per row,

     s += a Re x_j,  t += a Im x_j;   y = (s_re - t_im) + i (s_im + t_re),

   plain real arithmetic at the speed of the memory. Rows go in blocks whose sums stay in the
   nearest caches, columns four at a time.
*/
#include "fiber_impl.h"

enum { ROWS = 2048, COLUMNS = 4 };

/* Adds columns j .. j + COLUMNS - 1, lda apart, of 2m reals each. */
static inline void AddColumns(PetscInt m, PetscInt lda, const double *restrict a,
                              const PetscScalar x[COLUMNS], double *restrict s, double *restrict t)
{
  const double *a1 = a + 2 * (size_t)lda, *a2 = a1 + 2 * (size_t)lda, *a3 = a2 + 2 * (size_t)lda;
  const double r0 = PetscRealPart(x[0]), i0 = PetscImaginaryPart(x[0]);
  const double r1 = PetscRealPart(x[1]), i1 = PetscImaginaryPart(x[1]);
  const double r2 = PetscRealPart(x[2]), i2 = PetscImaginaryPart(x[2]);
  const double r3 = PetscRealPart(x[3]), i3 = PetscImaginaryPart(x[3]);

#pragma omp simd
  for (PetscInt i = 0; i < 2 * m; i++) {
    s[i] += a[i] * r0 + a1[i] * r1 + a2[i] * r2 + a3[i] * r3;
    t[i] += a[i] * i0 + a1[i] * i1 + a2[i] * i2 + a3[i] * i3;
  }
}

/* y[m] += columns begin .. end - 1 of A times x, for one block of at most ROWS rows. */
static void MultiplyRows(PetscInt m, PetscInt begin, PetscInt end, PetscInt lda,
                         const PetscScalar *a, const PetscScalar x[], PetscScalar y[])
{
  double s[2 * ROWS] = {0.0}, t[2 * ROWS] = {0.0};
  PetscInt j = begin;

  for (; j + COLUMNS <= end; j += COLUMNS)
    AddColumns(m, lda, (const double *)(a + (size_t)j * (size_t)lda), x + j, s, t);
  for (; j < end; j++) {
    const double *column = (const double *)(a + (size_t)j * (size_t)lda);
    for (PetscInt i = 0; i < 2 * m; i++) {
      s[i] += column[i] * PetscRealPart(x[j]);
      t[i] += column[i] * PetscImaginaryPart(x[j]);
    }
  }
  for (PetscInt i = 0; i < m; i++)
    y[i] += PetscCMPLX(s[2 * i] - t[2 * i + 1], s[2 * i + 1] + t[2 * i]);
}

/* Own columns first, while the rest of x is on its way. */
static PetscErrorCode DenseProduct(Mat A, Vec x, Vec y)
{
  const PetscScalar *a, *own;
  PetscScalar *full, *out;
  PetscInt rows, columns, lda, begin, end;
  VectorGather gather;

  PetscFunctionBegin;
  PetscCall(QlbeEventBegin_Private("QlbeMult"));
  PetscCall(MatGetLocalSize(A, &rows, NULL));
  PetscCall(MatGetSize(A, NULL, &columns));
  PetscCall(MatGetOwnershipRangeColumn(A, &begin, &end));
  PetscCall(PetscMalloc1(columns, &full));
  PetscCall(MatDenseGetLDA(A, &lda));
  PetscCall(MatDenseGetArrayRead(A, &a));
  PetscCall(VecGetArrayWrite(y, &out));
  PetscCall(PetscArrayzero(out, rows));
  PetscCall(QlbeGatherBegin_Private(A, x, full, &gather));
  PetscCall(VecGetArrayRead(x, &own));
  for (PetscInt row = 0; row < rows; row += ROWS) {
    MultiplyRows(PetscMin(ROWS, rows - row), 0, end - begin, lda,
                 a + (size_t)begin * (size_t)lda + row, own, out + row);
    PetscCall(QlbeGatherTest_Private(gather));
  }
  PetscCall(VecRestoreArrayRead(x, &own));
  PetscCall(QlbeGatherEnd_Private(&gather));
  for (PetscInt row = 0; row < rows; row += ROWS) {
    MultiplyRows(PetscMin(ROWS, rows - row), 0, begin, lda, a + row, full, out + row);
    MultiplyRows(PetscMin(ROWS, rows - row), end, columns, lda, a + row, full, out + row);
  }
  PetscCall(VecRestoreArrayWrite(y, &out));
  PetscCall(MatDenseRestoreArrayRead(A, &a));
  PetscCall(PetscFree(full));
  PetscCall(PetscLogFlops(8.0 * (double)rows * (double)columns));
  PetscCall(QlbeEventEnd_Private("QlbeMult"));
  PetscFunctionReturn(0);
}

/*
   PETSc's own takes the rows of a rank for the stride of its columns, which padding makes untrue.
*/
static PetscErrorCode DenseDiagonal(Mat A, Vec diagonal)
{
  const PetscScalar *a;
  PetscScalar *d;
  PetscInt begin, end, lda;

  PetscFunctionBegin;
  PetscCall(MatGetOwnershipRange(A, &begin, &end));
  PetscCall(MatDenseGetLDA(A, &lda));
  PetscCall(MatDenseGetArrayRead(A, &a));
  PetscCall(VecGetArrayWrite(diagonal, &d));
  for (PetscInt row = begin; row < end; row++)
    d[row - begin] = a[(size_t)row * (size_t)lda + (size_t)(row - begin)];
  PetscCall(VecRestoreArrayWrite(diagonal, &d));
  PetscCall(MatDenseRestoreArrayRead(A, &a));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDenseSetOperations_Private(Mat A)
{
  PetscFunctionBegin;
  PetscCall(MatSetOperation(A, MATOP_GET_DIAGONAL, (void (*)(void))DenseDiagonal));
  PetscCall(MatSetOperation(A, MATOP_MULT, (void (*)(void))DenseProduct));
  PetscFunctionReturn(0);
}
