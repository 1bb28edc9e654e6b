/* The operator as a PETSc matrix: products, symmetric, with a diagonal. */
#include "flight_operator.h"

PetscErrorCode QlbeFlightMatrixOperator_Private(Mat A, FlightOperator **op)
{
  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, op));
  PetscFunctionReturn(0);
}

static PetscErrorCode Mult(Mat A, Vec x, Vec y)
{
  const PetscScalar *from;
  PetscScalar *to;
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  PetscCall(VecGetArrayRead(x, &from));
  PetscCall(VecGetArrayWrite(y, &to));
  PetscCall(QlbeFlightOperatorApply_Private(op, 1, from, to));
  if (op->tail) PetscCall(QlbeFlightTailAdd_Private(op->tail, from, to));
  PetscCall(VecRestoreArrayRead(x, &from));
  PetscCall(VecRestoreArrayWrite(y, &to));
  PetscFunctionReturn(0);
}

/* A row of U in both parities times C times itself: even and odd parts, and what mixes them. */
static void RowSquare(const FlightOperator *op, PetscInt row, double *square, double *mixed)
{
  const PetscInt even = op->n[0], all = op->n[0] + op->n[1];

  *square = *mixed = 0.0;
  for (PetscInt a = 0; a < all; a++) {
    const double u = a < even ? op->U[0][row * even + a] : op->U[1][row * op->n[1] + a - even];
    for (PetscInt b = 0; b < all; b++) {
      const double v = b < even ? op->U[0][row * even + b] : op->U[1][row * op->n[1] + b - even];
      const double term = u * op->C[a * all + b] * v;
      if ((a < even) == (b < even))
        *square += a < even ? term : -term;
      else
        *mixed += term;
    }
  }
}

static PetscErrorCode GetDiagonal(Mat A, Vec diagonal)
{
  FlightOperator *op;
  PetscScalar *d;

  PetscFunctionBegin;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  PetscCall(VecGetArrayWrite(diagonal, &d));
  for (PetscInt j = 0; j < op->local; j++) d[j] = -op->D[j];
  for (PetscInt row = 0; op->C && row < op->rows; row++) {
    double square, mixed;
    PetscInt node, image;
    QlbeFlightImages_Private(op, row, &node, &image);
    RowSquare(op, row, &square, &mixed);
    if (op->real_part) mixed = 0.0;
    d[node] += PetscCMPLX(square, mixed);
    if (image >= 0) d[image] += PetscCMPLX(square, -mixed);
  }
  PetscCall(VecRestoreArrayWrite(diagonal, &d));
  PetscFunctionReturn(0);
}

/* A copy of its own, which MatRealPart may change; it refers to the terms of the original. */
static PetscErrorCode Duplicate(Mat A, MatDuplicateOption option, Mat *B)
{
  FlightOperator *op, *copy;
  PetscInt size;

  PetscFunctionBegin;
  (void)option;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  PetscCall(PetscNew(&copy));
  *copy = *op;
  copy->references = 1;
  copy->from = op->from ? op->from : op;
  copy->from->references++;
  copy->tail = NULL;
  PetscCall(PetscMalloc1(op->local, &copy->D));
  PetscCall(PetscArraycpy(copy->D, op->D, op->local));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeFlightMatrix_Private(copy, size, B));
  PetscCall(QlbeFlightOperatorDestroy_Private(&copy));
  PetscFunctionReturn(0);
}

static PetscErrorCode RealPart(Mat A)
{
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  for (PetscInt j = 0; j < op->local; j++) op->D[j] = PetscRealPart(op->D[j]);
  op->real_part = PETSC_TRUE;
  op->phase = 0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Mat A)
{
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  PetscCall(QlbeFlightOperatorDestroy_Private(&op));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightMatrix_Private(FlightOperator *op, PetscInt size, Mat *A)
{
  PetscFunctionBegin;
  op->references++;
  PetscCall(MatCreateShell(op->comm, op->local, op->local, size, size, op, A));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT, (void (*)(void))Mult));
  PetscCall(MatShellSetOperation(*A, MATOP_MULT_TRANSPOSE, (void (*)(void))Mult));
  PetscCall(MatShellSetOperation(*A, MATOP_GET_DIAGONAL, (void (*)(void))GetDiagonal));
  PetscCall(MatShellSetOperation(*A, MATOP_DUPLICATE, (void (*)(void))Duplicate));
  PetscCall(MatShellSetOperation(*A, MATOP_REAL_PART, (void (*)(void))RealPart));
  PetscCall(MatShellSetOperation(*A, MATOP_DESTROY, (void (*)(void))Destroy));
  PetscFunctionReturn(0);
}
