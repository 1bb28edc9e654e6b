/* A_k at nodes: its diagonal, and products for blocks of vectors. */
#include <math.h>

#include "flight_operator.h"
#include "qlbe/matrix_product.h"

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

PetscErrorCode QlbeFlightOperatorCreate_Private(const FlightOperatorMake *make,
                                                FlightOperator **operator_of)
{
  const PetscInt local = make->nodes->end - make->nodes->begin;
  FlightOperator *op;
  double *loss;

  PetscFunctionBegin;
  PetscCall(PetscNew(&op));
  *op = (FlightOperator){.comm = make->comm,
                         .references = 1,
                         .local = local,
                         .line = make->nodes->line,
                         .leaves = HUGE_VAL};
  op->rows = op->line > 0 ? local / 2 : local;
  PetscCall(PetscMalloc1(local, &op->D));
  PetscCall(PetscMalloc1(local, &loss));
  PetscCall(FillDiagonal(make, op, loss));
  if (make->gain) PetscCall(QlbeFlightGain_Private(make, loss, op));
  PetscCall(PetscFree(loss));
  *operator_of = op;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorDestroy_Private(FlightOperator **op)
{
  PetscFunctionBegin;
  if (*op && --(*op)->references == 0) {
    if ((*op)->from)
      PetscCall(QlbeFlightOperatorDestroy_Private(&(*op)->from));
    else
      PetscCall(PetscFree3((*op)->even, (*op)->odd, (*op)->lambda));
    PetscCall(PetscFree((*op)->D));
    PetscCall(PetscFree(*op));
  }
  *op = NULL;
  PetscFunctionReturn(0);
}

/* Complex blocks are real ones of twice the columns. Work space of one product. */
typedef struct {
  double *sum, *difference;     /* [rows][2 n]: of mirror images; without lines x itself */
  double *from_even, *from_odd; /* [rank][2 n] */
} Work;

/* Sums and differences of mirror images. */
static void Fold(const FlightOperator *op, PetscInt n, const double x[], Work *w)
{
  const PetscInt columns = 2 * n, half = op->line / 2;

  for (PetscInt row = 0; row < op->rows; row++) {
    const PetscInt line = row / half, i = row % half;
    const double *a = x + (line * op->line + i) * columns;
    const double *b = x + (line * op->line + op->line - 1 - i) * columns;
    double *sum = w->sum + row * columns, *difference = w->difference + row * columns;
    for (PetscInt c = 0; c < columns; c++) {
      sum[c] = a[c] + b[c];
      difference[c] = a[c] - b[c];
    }
  }
}

/* Even and odd parts back to the nodes. */
static void Unfold(const FlightOperator *op, PetscInt n, const Work *w, double y[])
{
  const PetscInt columns = 2 * n, half = op->line / 2;

  for (PetscInt row = 0; row < op->rows; row++) {
    const PetscInt line = row / half, i = row % half;
    double *a = y + (line * op->line + i) * columns;
    double *b = y + (line * op->line + op->line - 1 - i) * columns;
    const double *even = w->sum + row * columns, *odd = w->difference + row * columns;
    for (PetscInt c = 0; c < columns; c++) {
      a[c] = even[c] + odd[c];
      b[c] = even[c] - odd[c];
    }
  }
}

/* from = part^T x with the rows of this rank. */
static PetscErrorCode Contract(const FlightOperator *op, PetscInt n, const double part[],
                               const double x[], double from[])
{
  const QlbeMatrixFactor V = {op->rows, op->rank, part, PETSC_TRUE};
  const QlbeMatrixFactor block = {op->rows, 2 * n, x, PETSC_FALSE};

  PetscFunctionBegin;
  if (op->rows > 0)
    PetscCall(QlbeMatrixProduct(&V, &block, PETSC_FALSE, 2 * n, from));
  else
    PetscCall(PetscArrayzero(from, 2 * n * op->rank));
  PetscFunctionReturn(0);
}

/* y = part c */
static PetscErrorCode Spread(const FlightOperator *op, PetscInt n, const double part[],
                             const double c[], double y[])
{
  const QlbeMatrixFactor V = {op->rows, op->rank, part, PETSC_FALSE};
  const QlbeMatrixFactor block = {op->rank, 2 * n, c, PETSC_FALSE};

  PetscFunctionBegin;
  if (op->rows > 0) PetscCall(QlbeMatrixProduct(&V, &block, PETSC_FALSE, 2 * n, y));
  PetscFunctionReturn(0);
}

/*
   c = lambda (even^T x + i odd^T x) into from_even, and i c into from_odd; of the real part the two
   do not mix.
*/
static void Couple(const FlightOperator *op, PetscInt n, double even[], double odd[])
{
  for (PetscInt a = 0; a < op->rank; a++) {
    const double lambda = op->lambda[a];
    double *e = even + 2 * n * a, *o = odd + 2 * n * a;
    for (PetscInt i = 0; i < n; i++) {
      const double re = e[2 * i] - o[2 * i + 1], im = e[2 * i + 1] + o[2 * i];
      if (op->real_part) {
        for (int part = 0; part < 2; part++) {
          e[2 * i + part] *= lambda;
          o[2 * i + part] *= -lambda;
        }
      } else {
        e[2 * i] = lambda * re;
        e[2 * i + 1] = lambda * im;
        o[2 * i] = -lambda * im;
        o[2 * i + 1] = lambda * re;
      }
    }
  }
}

PetscErrorCode QlbeFlightOperatorGain_Private(const FlightOperator *op, PetscInt n,
                                              const PetscScalar x[], PetscScalar y[])
{
  const PetscInt columns = 2 * n;
  double *all; /* both coefficients together: one message */
  PetscMPIInt ranks, count;
  Work w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(op->rows * columns, &w.sum, op->rows * columns, &w.difference,
                         2 * op->rank * columns, &all));
  w.from_even = all;
  w.from_odd = all + op->rank * columns;
  if (op->line > 0) {
    Fold(op, n, (const double *)x, &w);
    PetscCall(Contract(op, n, op->even, w.sum, w.from_even));
    PetscCall(Contract(op, n, op->odd, w.difference, w.from_odd));
  } else {
    PetscCall(Contract(op, n, op->even, (const double *)x, w.from_even));
    PetscCall(Contract(op, n, op->odd, (const double *)x, w.from_odd));
  }
  PetscCallMPI(MPI_Comm_size(op->comm, &ranks));
  PetscCall(PetscMPIIntCast(2 * op->rank * columns, &count));
  if (ranks > 1)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, all, count, MPI_DOUBLE, MPI_SUM, op->comm));
  Couple(op, n, w.from_even, w.from_odd);
  PetscCall(Spread(op, n, op->even, w.from_even, w.sum));
  PetscCall(Spread(op, n, op->odd, w.from_odd, w.difference));
  if (op->line > 0) {
    Unfold(op, n, &w, (double *)y);
  } else {
    for (PetscInt i = 0; i < op->rows * columns; i++) ((double *)y)[i] = w.sum[i] + w.difference[i];
  }
  PetscCall(PetscFree3(w.sum, w.difference, all));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorApply_Private(const FlightOperator *op, PetscInt n,
                                               const PetscScalar x[], PetscScalar y[])
{
  PetscFunctionBegin;
  if (op->rank > 0)
    PetscCall(QlbeFlightOperatorGain_Private(op, n, x, y));
  else
    PetscCall(PetscArrayzero(y, op->local * n));
  for (PetscInt j = 0; j < op->local; j++) {
    const PetscScalar D = op->D[j];
    for (PetscInt i = 0; i < n; i++) y[j * n + i] -= D * x[j * n + i];
  }
  PetscFunctionReturn(0);
}
