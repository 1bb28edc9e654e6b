/* Products of A_k at nodes with blocks of vectors. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>

#include "flight_operator.h"
#include "qlbe/matrix_product.h"

/* Values of functions at nodes that one vector takes at a time: what a core keeps in its cache. */
enum { PIECE = 32768 };

/* Complex blocks are real ones of twice the columns. Work space of one product. */
typedef struct {
  double *sum, *difference; /* [rows][2 n]: of mirror images; without lines x itself */
  double *c, *d;            /* [n[0] + n[1]][2 n]: coefficients, and C times them */
} Work;

void QlbeFlightImages_Private(const FlightOperator *op, PetscInt row, PetscInt *node,
                              PetscInt *image)
{
  const PetscInt half = PetscMax(op->line / 2, 1), begin = row / half * op->line;

  *node = row;
  *image = -1;
  if (op->line == 0) return;
  *node = begin + row % half;
  *image = begin + op->line - 1 - row % half;
  if (*image >= op->local) *image = -1;
}

/* Sums and differences of mirror images. */
static void Fold(const FlightOperator *op, PetscInt n, const double x[], Work *w)
{
  const PetscInt columns = 2 * n;

  for (PetscInt row = 0; row < op->rows; row++) {
    double *sum = w->sum + row * columns, *difference = w->difference + row * columns;
    PetscInt node, image;
    QlbeFlightImages_Private(op, row, &node, &image);
    for (PetscInt c = 0; c < columns; c++) {
      const double a = x[node * columns + c], b = image < 0 ? 0.0 : x[image * columns + c];
      sum[c] = a + b;
      difference[c] = a - b;
    }
  }
}

/* Even and odd parts back to the nodes. */
static void Unfold(const FlightOperator *op, PetscInt n, const Work *w, double y[])
{
  const PetscInt columns = 2 * n;

  for (PetscInt row = 0; row < op->rows; row++) {
    const double *even = w->sum + row * columns, *odd = w->difference + row * columns;
    PetscInt node, image;
    QlbeFlightImages_Private(op, row, &node, &image);
    for (PetscInt c = 0; c < columns; c++) {
      y[node * columns + c] = even[c] + odd[c];
      if (image >= 0) y[image * columns + c] = even[c] - odd[c];
    }
  }
}

/*
   What one vector is multiplied with at a time: rows of U that stay in the cache for both halves.
*/
static size_t PieceRows(const FlightOperator *op, int parity)
{
  return 1 + PIECE / (size_t)op->n[parity];
}

/* c += U^T x for one vector: U is read from memory once for its real and its imaginary part. */
static PetscErrorCode ContractOne(const FlightOperator *op, int parity, const double x[],
                                  double c[])
{
  const size_t n = (size_t)op->n[parity], all = (size_t)op->rows, rows = PieceRows(op, parity);

  PetscFunctionBegin;
  for (size_t begin = 0; begin < all; begin += rows) {
    const size_t m = PetscMin(rows, all - begin);
    const gsl_matrix_const_view U = gsl_matrix_const_view_array(op->U[parity] + begin * n, m, n);
    for (size_t half = 0; half < 2; half++) {
      const gsl_vector_const_view from =
          gsl_vector_const_view_array_with_stride(x + 2 * begin + half, 2, m);
      gsl_vector_view to = gsl_vector_view_array_with_stride(c + half, 2, n);
      const int status = gsl_blas_dgemv(CblasTrans, 1.0, &U.matrix, &from.vector, 1.0, &to.vector);
      PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgemv: %s",
                 gsl_strerror(status));
    }
  }
  PetscFunctionReturn(0);
}

/* y = U d for one vector, likewise. */
static PetscErrorCode SpreadOne(const FlightOperator *op, int parity, const double d[], double y[])
{
  const size_t n = (size_t)op->n[parity], all = (size_t)op->rows, rows = PieceRows(op, parity);

  PetscFunctionBegin;
  for (size_t begin = 0; begin < all; begin += rows) {
    const size_t m = PetscMin(rows, all - begin);
    const gsl_matrix_const_view U = gsl_matrix_const_view_array(op->U[parity] + begin * n, m, n);
    for (size_t half = 0; half < 2; half++) {
      const gsl_vector_const_view from = gsl_vector_const_view_array_with_stride(d + half, 2, n);
      gsl_vector_view to = gsl_vector_view_array_with_stride(y + 2 * begin + half, 2, m);
      const int status =
          gsl_blas_dgemv(CblasNoTrans, 1.0, &U.matrix, &from.vector, 0.0, &to.vector);
      PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgemv: %s",
                 gsl_strerror(status));
    }
  }
  PetscFunctionReturn(0);
}

/* c = U^T x with the rows of this rank, for functions of one parity. */
static PetscErrorCode Contract(const FlightOperator *op, PetscInt n, int parity, const double x[],
                               double c[])
{
  const QlbeMatrixFactor U = {op->rows, op->n[parity], op->U[parity], PETSC_TRUE};
  const QlbeMatrixFactor block = {op->rows, 2 * n, x, PETSC_FALSE};

  PetscFunctionBegin;
  if (op->n[parity] == 0) PetscFunctionReturn(0);
  if (op->rows == 0 || n == 1) PetscCall(PetscArrayzero(c, 2 * n * op->n[parity]));
  if (op->rows == 0) PetscFunctionReturn(0);
  if (n == 1)
    PetscCall(ContractOne(op, parity, x, c));
  else
    PetscCall(QlbeMatrixProduct(&U, &block, PETSC_FALSE, 2 * n, c));
  PetscFunctionReturn(0);
}

/* y = U d */
static PetscErrorCode Spread(const FlightOperator *op, PetscInt n, int parity, const double d[],
                             double y[])
{
  const QlbeMatrixFactor U = {op->rows, op->n[parity], op->U[parity], PETSC_FALSE};
  const QlbeMatrixFactor block = {op->n[parity], 2 * n, d, PETSC_FALSE};

  PetscFunctionBegin;
  if (op->rows == 0) PetscFunctionReturn(0);
  if (op->n[parity] == 0)
    PetscCall(PetscArrayzero(y, 2 * n * op->rows));
  else if (n == 1)
    PetscCall(SpreadOne(op, parity, d, y));
  else
    PetscCall(QlbeMatrixProduct(&U, &block, PETSC_FALSE, 2 * n, y));
  PetscFunctionReturn(0);
}

/* Multiplies `count` complex numbers by i. */
static void Turn(PetscInt count, double c[])
{
  for (PetscInt i = 0; i < count; i++) {
    const double re = c[2 * i];
    c[2 * i] = -c[2 * i + 1];
    c[2 * i + 1] = re;
  }
}

/* d = T C T c; of the real part even and odd functions do not mix. */
static PetscErrorCode Couple(const FlightOperator *op, PetscInt n, Work *w)
{
  const PetscInt even = op->n[0], all = op->n[0] + op->n[1], columns = 2 * n;
  const QlbeMatrixFactor C = {all, all, op->C, PETSC_FALSE};
  const QlbeMatrixFactor c = {all, columns, w->c, PETSC_FALSE};

  PetscFunctionBegin;
  if (op->real_part) {
    for (PetscInt a = 0; a < all; a++) {
      const PetscInt first = a < even ? 0 : even, last = a < even ? even : all;
      for (PetscInt i = 0; i < columns; i++) w->d[a * columns + i] = 0.0;
      for (PetscInt b = first; b < last; b++)
        for (PetscInt i = 0; i < columns; i++)
          w->d[a * columns + i] +=
              (a < even ? 1.0 : -1.0) * op->C[a * all + b] * w->c[b * columns + i];
    }
    PetscFunctionReturn(0);
  }
  Turn((all - even) * n, w->c + even * columns);
  PetscCall(QlbeMatrixProduct(&C, &c, PETSC_FALSE, columns, w->d));
  Turn((all - even) * n, w->d + even * columns);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorGain_Private(const FlightOperator *op, PetscInt n,
                                              const PetscScalar x[], PetscScalar y[])
{
  const PetscInt columns = 2 * n, all = op->n[0] + op->n[1];
  const double *sum = (const double *)x, *difference = (const double *)x;
  PetscMPIInt ranks, count;
  Work w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(op->rows * columns, &w.sum, op->rows * columns, &w.difference,
                         all * columns, &w.c, all * columns, &w.d));
  if (op->line > 0) {
    Fold(op, n, (const double *)x, &w);
    sum = w.sum;
    difference = w.difference;
  }
  PetscCall(Contract(op, n, 0, sum, w.c));
  PetscCall(Contract(op, n, 1, difference, w.c + op->n[0] * columns));
  PetscCallMPI(MPI_Comm_size(op->comm, &ranks));
  PetscCall(PetscMPIIntCast(all * columns, &count));
  if (ranks > 1)
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, w.c, count, MPI_DOUBLE, MPI_SUM, op->comm));
  PetscCall(Couple(op, n, &w));
  PetscCall(Spread(op, n, 0, w.d, w.sum));
  PetscCall(Spread(op, n, 1, w.d + op->n[0] * columns, w.difference));
  if (op->line > 0) {
    Unfold(op, n, &w, (double *)y);
  } else {
    for (PetscInt i = 0; i < op->rows * columns; i++) ((double *)y)[i] = w.sum[i] + w.difference[i];
  }
  PetscCall(PetscFree4(w.sum, w.difference, w.c, w.d));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorApply_Private(const FlightOperator *op, PetscInt n,
                                               const PetscScalar x[], PetscScalar y[])
{
  PetscFunctionBegin;
  if (op->C)
    PetscCall(QlbeFlightOperatorGain_Private(op, n, x, y));
  else
    PetscCall(PetscArrayzero(y, op->local * n));
  for (PetscInt j = 0; j < op->local; j++) {
    const PetscScalar D = op->D[j];
    for (PetscInt i = 0; i < n; i++) y[j * n + i] -= D * x[j * n + i];
  }
  PetscFunctionReturn(0);
}
