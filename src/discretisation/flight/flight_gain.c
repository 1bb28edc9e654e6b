/* The gain of a basis at nodes. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "flight_operator.h"
#include "qlbe/matrix_product.h"

/* What the set-up works with. */
typedef struct {
  PetscInt n, local; /* functions, nodes */
  int *parity;       /* [n]: 0 for even functions, 1 for odd ones */
  double *M;         /* [n][n] */
  double *K;         /* [n][n]: T^-1 J T^-1 */
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

/* K becomes M^-1 K M^-1: functions of different parity do not mix in M. */
static PetscErrorCode Sandwich(Work *work)
{
  const size_t n = (size_t)work->n;
  gsl_matrix_view M = gsl_matrix_view_array(work->M, n, n);
  gsl_matrix_view K = gsl_matrix_view_array(work->K, n, n);
  /* L^-1 from the left, L^-T, and the same from the right */
  const struct {
    CBLAS_SIDE_t side;
    CBLAS_TRANSPOSE_t form;
  } steps[] = {{CblasLeft, CblasNoTrans},
               {CblasLeft, CblasTrans},
               {CblasRight, CblasTrans},
               {CblasRight, CblasNoTrans}};
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  for (PetscInt i = 0; i < work->n; i++)
    for (PetscInt j = 0; j < work->n; j++)
      if (work->parity[i] != work->parity[j]) work->M[i * work->n + j] = 0.0;
  status = gsl_linalg_cholesky_decomp1(&M.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "the nodes do not resolve the functions of the basis: %s", gsl_strerror(status));
  for (int i = 0; i < 4; i++) {
    status = gsl_blas_dtrsm(steps[i].side, CblasLower, steps[i].form, CblasNonUnit, 1.0, &M.matrix,
                            &K.matrix);
    PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dtrsm: %s",
               gsl_strerror(status));
  }
  PetscFunctionReturn(0);
}

/* U and C with the functions sorted by parity. */
static PetscErrorCode Sort(const FlightOperatorMake *make, const Work *work, const double loss[],
                           FlightOperator *op)
{
  const PetscInt n = work->n;
  PetscInt *place, next[2] = {0, 0};

  PetscFunctionBegin;
  op->n[0] = op->n[1] = 0;
  for (PetscInt i = 0; i < n; i++) op->n[work->parity[i]]++;
  PetscCall(
      PetscMalloc3(op->rows * op->n[0], &op->U[0], op->rows * op->n[1], &op->U[1], n * n, &op->C));
  PetscCall(PetscMalloc1(n, &place));
  for (PetscInt i = 0; i < n; i++) place[i] = next[work->parity[i]]++;
  for (PetscInt row = 0; row < op->rows; row++) {
    PetscInt node, image;
    QlbeFlightImages_Private(op, row, &node, &image);
    for (PetscInt i = 0; i < n; i++) {
      const int parity = work->parity[i];
      op->U[parity][row * op->n[parity] + place[i]] = loss[node] * make->values[node * n + i];
    }
  }
  for (PetscInt i = 0; i < n; i++)
    for (PetscInt j = 0; j < n; j++) /* symmetric to the last bit */
      op->C[(place[i] + work->parity[i] * op->n[0]) * n + place[j] + work->parity[j] * op->n[0]] =
          0.5 * (work->K[i * n + j] + work->K[j * n + i]);
  PetscCall(PetscFree(place));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightGain_Private(const FlightOperatorMake *make, const double loss[],
                                      FlightOperator *op)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  Work work = {.n = QlbeFlightBasisSize_Private(make->basis, make->m), .local = op->local};
  const PetscInt n = work.n;
  double *loss_rest;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n, &work.parity, n * n, &work.M, n * n, &work.K, op->local, &loss_rest));
  QlbeFlightBasisParity_Private(make->basis, make->m, work.parity);
  for (PetscInt j = 0; j < op->local; j++) {
    const double p[3] = {make->nodes->perp[j], 0.0, make->nodes->par[j]};
    loss_rest[j] = QlbeDispersionLoss(make->dispersion, p, rest);
  }
  PetscCall(Overlap(make, &work, loss_rest, work.M));
  PetscCall(FillGain(make, work.M, &work));
  PetscCall(Overlap(make, &work, loss, work.M));
  PetscCall(Sandwich(&work));
  PetscCall(Sort(make, &work, loss, op));
  PetscCall(PetscFree4(work.parity, work.M, work.K, loss_rest));
  PetscFunctionReturn(0);
}
