/* The gain of a basis at nodes, in as few terms as count. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "flight_operator.h"
#include "qlbe/matrix_product.h"

/* What the set-up works with. */
typedef struct {
  PetscInt n, local; /* functions, nodes */
  int *parity;       /* [n]: 0 for even functions, 1 for odd ones */
  double *L;         /* [n][n]: Cholesky factor of M */
  double *K;         /* [n][n] */
  double *vectors;   /* [n][n]: columns of Q */
  double *values;    /* [n] */
} Work;

/* B^T diag(w) B of this communicator's nodes into M[n][n]. */
static PetscErrorCode Overlap(const FlightOperatorMake *make, const Work *work, const double w[],
                              double M[])
{
  const PetscInt n = work->n;
  double *wB;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(work->local * n, &wB));
  for (PetscInt j = 0; j < work->local; j++)
    for (PetscInt i = 0; i < n; i++) wB[j * n + i] = w[j] * make->values[j * n + i];
  PetscCall(PetscArrayzero(M, n * n));
  if (work->local > 0) {
    const QlbeMatrixFactor left = {work->local, n, make->values, PETSC_TRUE};
    const QlbeMatrixFactor right = {work->local, n, wB, PETSC_FALSE};
    PetscCall(QlbeMatrixProduct(&left, &right, PETSC_FALSE, n, M));
  }
  PetscCall(PetscMPIIntCast(n * n, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, M, count, MPI_DOUBLE, MPI_SUM, make->comm));
  PetscCall(PetscFree(wB));
  PetscFunctionReturn(0);
}

/*
   K of J: Re J between even functions, -Re J between odd ones, Im J between the two; `rest` is <E>
   at k = 0. Sectors m > 0 stand twice where all are together.
*/
static PetscErrorCode FillGain(const FlightOperatorMake *make, const double rest[], Work *work)
{
  const PetscInt first = PetscMax(make->m, 0), n = work->n;
  const PetscInt last = make->m < 0 ? make->basis->n_angular - 1 : make->m;
  PetscInt offset = 0;
  PetscScalar *block;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++)
      work->K[i * n + j] = work->parity[i] != work->parity[j]
                               ? 0.0
                               : (work->parity[i] ? -1.0 : 1.0) * rest[i * n + j];
  for (PetscInt m = first; m <= last; m++) {
    const PetscInt size = QlbeFlightBasisSize_Private(make->basis, m);
    PetscCall(PetscMalloc1(size * size, &block));
    PetscCall(make->gain(make->context, make->k, m, block));
    for (int copy = 0; copy < (make->m < 0 && m > 0 ? 2 : 1); copy++) {
      for (PetscInt i = 0; i < size; i++)
        for (PetscInt j = 0; j < size; j++) {
          const PetscScalar gain = 0.5 * (block[i * size + j] + block[j * size + i]);
          const int odd = work->parity[offset + i], other = work->parity[offset + j];
          work->K[(offset + i) * n + offset + j] +=
              odd != other ? PetscImaginaryPart(gain) : (odd ? -1.0 : 1.0) * PetscRealPart(gain);
        }
      offset += size;
    }
    PetscCall(PetscFree(block));
  }
  PetscFunctionReturn(0);
}

/* M = L L^T in place of M, and K becomes L^-1 K L^-T: functions of different parity do not mix. */
static PetscErrorCode Orthogonalise(Work *work)
{
  gsl_matrix_view M = gsl_matrix_view_array(work->L, (size_t)work->n, (size_t)work->n);
  gsl_matrix_view K = gsl_matrix_view_array(work->K, (size_t)work->n, (size_t)work->n);
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  for (PetscInt i = 0; i < work->n; i++)
    for (PetscInt j = 0; j < work->n; j++)
      if (work->parity[i] != work->parity[j]) work->L[i * work->n + j] = 0.0;
  status = gsl_linalg_cholesky_decomp1(&M.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "the nodes do not resolve the functions of the basis: %s", gsl_strerror(status));
  status =
      gsl_blas_dtrsm(CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, 1.0, &M.matrix, &K.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dtrsm: %s",
             gsl_strerror(status));
  status =
      gsl_blas_dtrsm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1.0, &M.matrix, &K.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dtrsm: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* Eigenvalues and vectors of K, which is lost. */
static PetscErrorCode Diagonalise(Work *work)
{
  const size_t n = (size_t)work->n;
  gsl_matrix_view K = gsl_matrix_view_array(work->K, n, n);
  gsl_matrix_view Q = gsl_matrix_view_array(work->vectors, n, n);
  gsl_vector_view values = gsl_vector_view_array(work->values, n);
  gsl_eigen_symmv_workspace *space = gsl_eigen_symmv_alloc(n);
  int status;

  PetscFunctionBegin;
  PetscCheck(space, PETSC_COMM_SELF, PETSC_ERR_MEM, "No memory for eigenvectors");
  status = gsl_eigen_symmv(&K.matrix, &values.vector, &Q.matrix, space);
  gsl_eigen_symmv_free(space);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "eigenvalues of a gain: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* L^-T times the columns of Q that count, into vectors[n][rank]; lambda of those. */
static PetscErrorCode Select(const FlightOperatorMake *make, Work *work, double columns[],
                             FlightOperator *op)
{
  const PetscInt n = work->n;
  gsl_matrix_view M = gsl_matrix_view_array(work->L, (size_t)n, (size_t)n), Q;
  double largest = 0.0;
  PetscInt rank = 0;
  int status;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) largest = PetscMax(largest, fabs(work->values[i]));
  for (PetscInt i = 0; i < n; i++) {
    if (fabs(work->values[i]) <= make->tolerance * largest) continue;
    for (PetscInt a = 0; a < n; a++) columns[a * op->rank + rank] = work->vectors[a * n + i];
    op->lambda[rank++] = work->values[i];
  }
  Q = gsl_matrix_view_array(columns, (size_t)n, (size_t)op->rank);
  status =
      gsl_blas_dtrsm(CblasLeft, CblasLower, CblasTrans, CblasNonUnit, 1.0, &M.matrix, &Q.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dtrsm: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* E B columns at the nodes of op->even and op->odd. */
static PetscErrorCode Spread(const FlightOperatorMake *make, const Work *work, const double loss[],
                             const double columns[], FlightOperator *op)
{
  const PetscInt n = work->n, half = op->line / 2;
  double *part, *EB;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n * op->rank, &part, op->rows * n, &EB));
  for (PetscInt row = 0; row < op->rows; row++) {
    const PetscInt node = op->line > 0 ? row / half * op->line + row % half : row;
    for (PetscInt i = 0; i < n; i++) EB[row * n + i] = loss[node] * make->values[node * n + i];
  }
  for (int odd = 0; odd < 2 && op->rows > 0; odd++) {
    const QlbeMatrixFactor left = {op->rows, n, EB, PETSC_FALSE};
    const QlbeMatrixFactor right = {n, op->rank, part, PETSC_FALSE};
    for (PetscInt i = 0; i < n; i++)
      for (PetscInt a = 0; a < op->rank; a++)
        part[i * op->rank + a] = work->parity[i] == odd ? columns[i * op->rank + a] : 0.0;
    PetscCall(QlbeMatrixProduct(&left, &right, PETSC_FALSE, op->rank, odd ? op->odd : op->even));
  }
  PetscCall(PetscFree2(part, EB));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightGain_Private(const FlightOperatorMake *make, const double loss[],
                                      FlightOperator *op)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  Work work = {.n = QlbeFlightBasisSize_Private(make->basis, make->m), .local = op->local};
  const PetscInt n = work.n;
  double *loss_rest, *columns, largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc5(n, &work.parity, n * n, &work.L, n * n, &work.K, n * n, &work.vectors, n,
                         &work.values));
  PetscCall(PetscMalloc1(op->local, &loss_rest));
  QlbeFlightBasisParity_Private(make->basis, make->m, work.parity);
  for (PetscInt j = 0; j < op->local; j++) {
    const double p[3] = {make->nodes->perp[j], 0.0, make->nodes->par[j]};
    loss_rest[j] = QlbeDispersionLoss(make->dispersion, p, rest);
  }
  PetscCall(Overlap(make, &work, loss_rest, work.L));
  PetscCall(FillGain(make, work.L, &work));
  PetscCall(Overlap(make, &work, loss, work.L));
  PetscCall(Orthogonalise(&work));
  PetscCall(Diagonalise(&work));
  for (PetscInt i = 0; i < n; i++) largest = PetscMax(largest, fabs(work.values[i]));
  op->rank = 0;
  for (PetscInt i = 0; i < n; i++) op->rank += fabs(work.values[i]) > make->tolerance * largest;
  PetscCall(PetscMalloc3(op->rows * op->rank, &op->even, op->rows * op->rank, &op->odd, op->rank,
                         &op->lambda));
  PetscCall(PetscMalloc1(n * op->rank, &columns));
  PetscCall(Select(make, &work, columns, op));
  PetscCall(Spread(make, &work, loss, columns, op));
  PetscCall(PetscFree(columns));
  PetscCall(PetscFree(loss_rest));
  PetscCall(PetscFree5(work.parity, work.L, work.K, work.vectors, work.values));
  PetscFunctionReturn(0);
}
