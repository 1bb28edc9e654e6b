/* A_k at nodes: set-up and products. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

#include "flight_operator.h"
#include "qlbe/matrix_product.h"

#include <math.h>

/* D at the nodes, with its largest parts. */
static PetscErrorCode FillDiagonal(const FlightOperatorMake *make, FlightOperator *op,
                                   double loss[])
{
  const FlightNodes *nodes = make->nodes;
  const double k[3] = {0.0, 0.0, make->k};
  double most[2] = {0.0, 0.0};

  PetscFunctionBegin;
  for (PetscInt j = 0; j < op->local; j++) {
    const double p[3] = {nodes->perp[j], 0.0, nodes->par[j]};
    double phase;
    if (make->dispersion) {
      loss[j] = QlbeDispersionLoss(make->dispersion, p, k);
      phase = QlbeDispersionDifference(make->dispersion, p, k) / make->hbar;
    } else {
      loss[j] = 0.0;
      phase = -p[2] * make->k / make->M;
    }
    op->D[j] = PetscCMPLX(loss[j], phase);
    most[0] = PetscMax(most[0], loss[j]);
    most[1] = PetscMax(most[1], fabs(phase));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_DOUBLE, MPI_MAX, make->comm));
  op->rate = most[0];
  op->phase = most[1];
  PetscFunctionReturn(0);
}

/* B^T diag(w) B of this communicator's nodes into M[n][n]. */
static PetscErrorCode Overlap(const FlightOperator *op, const double B[], const double w[],
                              double M[])
{
  double *wB;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(op->local * op->n, &wB));
  for (PetscInt j = 0; j < op->local; j++)
    for (PetscInt i = 0; i < op->n; i++) wB[j * op->n + i] = w[j] * B[j * op->n + i];
  PetscCall(PetscArrayzero(M, op->n * op->n));
  if (op->local > 0) {
    const QlbeMatrixFactor left = {op->local, op->n, B, PETSC_TRUE};
    const QlbeMatrixFactor right = {op->local, op->n, wB, PETSC_FALSE};
    PetscCall(QlbeMatrixProduct(&left, &right, PETSC_FALSE, op->n, M));
  }
  PetscCall(PetscMPIIntCast(op->n * op->n, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, M, count, MPI_DOUBLE, MPI_SUM, op->comm));
  PetscCall(PetscFree(wB));
  PetscFunctionReturn(0);
}

/*
   J: the gain of the sectors, one block for each, with <E>. Sectors m > 0 stand twice where all are
   together.
*/
static PetscErrorCode FillGain(const FlightOperatorMake *make, const double rest[],
                               FlightOperator *op, PetscScalar J[])
{
  const PetscInt first = PetscMax(make->m, 0);
  const PetscInt last = make->m < 0 ? make->basis->n_angular - 1 : make->m;
  PetscInt offset = 0;
  PetscScalar *block;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < op->n * op->n; i++) J[i] = rest[i];
  for (PetscInt m = first; m <= last; m++) {
    const PetscInt size = QlbeFlightBasisSize_Private(make->basis, m);
    PetscCall(PetscMalloc1(size * size, &block));
    PetscCall(make->gain(make->context, make->k, m, block));
    for (int copy = 0; copy < (make->m < 0 && m > 0 ? 2 : 1); copy++) {
      for (PetscInt i = 0; i < size; i++)
        for (PetscInt j = 0; j < size; j++)
          J[(offset + i) * op->n + offset + j] += block[i * size + j];
      offset += size;
    }
    PetscCall(PetscFree(block));
  }
  PetscFunctionReturn(0);
}

/* M becomes its inverse. */
static PetscErrorCode Invert(PetscInt n, double M[])
{
  gsl_matrix_view view = gsl_matrix_view_array(M, (size_t)n, (size_t)n);
  int status = gsl_linalg_cholesky_decomp1(&view.matrix);

  PetscFunctionBegin;
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "the nodes do not resolve the functions of the basis: %s", gsl_strerror(status));
  status = gsl_linalg_cholesky_invert(&view.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "inverse: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* C = M^-1 J M^-1 with real M^-1, for the real and the imaginary part of J. */
static PetscErrorCode Sandwich(PetscInt n, const double inverse[], const PetscScalar J[],
                               PetscScalar C[])
{
  const QlbeMatrixFactor M = {n, n, inverse, PETSC_FALSE};
  double *part, *left, *both;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n * n, &part, n * n, &left, n * n, &both));
  for (int imaginary = 0; imaginary < 2; imaginary++) {
    const QlbeMatrixFactor middle = {n, n, part, PETSC_FALSE};
    const QlbeMatrixFactor product = {n, n, left, PETSC_FALSE};
    for (PetscInt i = 0; i < n * n; i++)
      part[i] = imaginary ? PetscImaginaryPart(J[i]) : PetscRealPart(J[i]);
    PetscCall(QlbeMatrixProduct(&M, &middle, PETSC_FALSE, n, left));
    PetscCall(QlbeMatrixProduct(&product, &M, PETSC_FALSE, n, both));
    for (PetscInt i = 0; i < n; i++)
      for (PetscInt j = 0; j < n; j++) {
        /* symmetric to the last bit */
        const double value = 0.5 * (both[i * n + j] + both[j * n + i]);
        C[i * n + j] = imaginary ? C[i * n + j] + PETSC_i * value : value;
      }
  }
  PetscCall(PetscFree3(part, left, both));
  PetscFunctionReturn(0);
}

static PetscErrorCode MakeGain(const FlightOperatorMake *make, const double loss[],
                               FlightOperator *op)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  double *M, *loss_rest;
  PetscScalar *J;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  op->n = QlbeFlightBasisSize_Private(make->basis, make->m);
  PetscCall(PetscMalloc2(op->local * op->n, &op->U, op->n * op->n, &op->C));
  PetscCall(PetscMalloc3(op->n * op->n, &M, op->local, &loss_rest, op->n * op->n, &J));
  PetscCall(PetscArraycpy(op->U, make->values, op->local * op->n));
  for (PetscInt j = 0; j < op->local; j++) {
    const double p[3] = {make->nodes->perp[j], 0.0, make->nodes->par[j]};
    loss_rest[j] = QlbeDispersionLoss(make->dispersion, p, rest);
  }
  PetscCall(Overlap(op, op->U, loss_rest, M));
  PetscCall(FillGain(make, M, op, J));
  PetscCall(Overlap(op, op->U, loss, M));
  PetscCall(Invert(op->n, M));
  PetscCall(Sandwich(op->n, M, J, op->C));
  for (PetscInt j = 0; j < op->local; j++)
    for (PetscInt i = 0; i < op->n; i++) op->U[j * op->n + i] *= loss[j];
  PetscCall(PetscFree3(M, loss_rest, J));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorCreate_Private(const FlightOperatorMake *make,
                                                FlightOperator **operator_of)
{
  const PetscInt local = make->nodes->end - make->nodes->begin;
  FlightOperator *op;
  double *loss;

  PetscFunctionBegin;
  PetscCall(PetscNew(&op));
  *op = (FlightOperator){.comm = make->comm, .references = 1, .local = local, .leaves = HUGE_VAL};
  PetscCall(PetscMalloc1(local, &op->D));
  PetscCall(PetscMalloc1(local, &loss));
  PetscCall(FillDiagonal(make, op, loss));
  if (make->gain) PetscCall(MakeGain(make, loss, op));
  PetscCall(PetscFree(loss));
  *operator_of = op;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorDestroy_Private(FlightOperator **op)
{
  PetscFunctionBegin;
  if (*op && --(*op)->references == 0) {
    if ((*op)->U) PetscCall(PetscFree2((*op)->U, (*op)->C));
    PetscCall(PetscFree((*op)->D));
    PetscCall(PetscFree(*op));
  }
  *op = NULL;
  PetscFunctionReturn(0);
}

/* c[n][vectors] = U^T x, summed over the ranks. A complex block is a real one of twice the columns. */
static PetscErrorCode Project(const FlightOperator *op, PetscInt n, const PetscScalar x[],
                              PetscScalar c[])
{
  PetscMPIInt ranks, count;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(c, op->n * n));
  if (op->local > 0) {
    const QlbeMatrixFactor U = {op->local, op->n, op->U, PETSC_TRUE};
    const QlbeMatrixFactor block = {op->local, 2 * n, (const double *)x, PETSC_FALSE};
    PetscCall(QlbeMatrixProduct(&U, &block, PETSC_FALSE, 2 * n, (double *)c));
  }
  PetscCallMPI(MPI_Comm_size(op->comm, &ranks));
  PetscCall(PetscMPIIntCast(2 * op->n * n, &count));
  if (ranks > 1) PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, c, count, MPI_DOUBLE, MPI_SUM, op->comm));
  PetscFunctionReturn(0);
}

/* d = C c */
static PetscErrorCode Couple(const FlightOperator *op, PetscInt n, const PetscScalar c[],
                             PetscScalar d[])
{
  const size_t size = (size_t)op->n, columns = (size_t)n;
  const gsl_matrix_complex_const_view C =
      gsl_matrix_complex_const_view_array((const double *)op->C, size, size);
  const gsl_matrix_complex_const_view in =
      gsl_matrix_complex_const_view_array((const double *)c, size, columns);
  gsl_matrix_complex_view out = gsl_matrix_complex_view_array((double *)d, size, columns);
  int status;

  PetscFunctionBegin;
  status = gsl_blas_zgemm(CblasNoTrans, CblasNoTrans, gsl_complex_rect(1.0, 0.0), &C.matrix,
                          &in.matrix, gsl_complex_rect(0.0, 0.0), &out.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "zgemm: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorApply_Private(const FlightOperator *op, PetscInt n, PetscBool gain,
                                               const PetscScalar x[], PetscScalar y[])
{
  PetscScalar *c, *d;

  PetscFunctionBegin;
  if (op->U) {
    PetscCall(PetscMalloc2(op->n * n, &c, op->n * n, &d));
    PetscCall(Project(op, n, x, c));
    PetscCall(Couple(op, n, c, d));
    if (op->local > 0) {
      const QlbeMatrixFactor U = {op->local, op->n, op->U, PETSC_FALSE};
      const QlbeMatrixFactor block = {op->n, 2 * n, (const double *)d, PETSC_FALSE};
      PetscCall(QlbeMatrixProduct(&U, &block, PETSC_FALSE, 2 * n, (double *)y));
    }
    PetscCall(PetscFree2(c, d));
  } else {
    PetscCall(PetscArrayzero(y, op->local * n));
  }
  if (gain) PetscFunctionReturn(0);
  for (PetscInt j = 0; j < op->local; j++)
    for (PetscInt i = 0; i < n; i++) y[j * n + i] -= op->D[j] * x[j * n + i];
  PetscFunctionReturn(0);
}
