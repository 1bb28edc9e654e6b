/* The operator as a PETSc matrix: products, symmetric, with a diagonal. */
#include "flight_operator.h"

static PetscErrorCode Context(Mat A, FlightOperator **op)
{
  PetscFunctionBegin;
  PetscCall(MatShellGetContext(A, op));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightMatrixOperator_Private(Mat A, FlightOperator **op)
{
  PetscFunctionBegin;
  PetscCall(Context(A, op));
  PetscFunctionReturn(0);
}

static PetscErrorCode Mult(Mat A, Vec x, Vec y)
{
  const PetscScalar *from;
  PetscScalar *to;
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(Context(A, &op));
  PetscCall(VecGetArrayRead(x, &from));
  PetscCall(VecGetArrayWrite(y, &to));
  PetscCall(QlbeFlightOperatorApply_Private(op, 1, PETSC_FALSE, from, to));
  PetscCall(VecRestoreArrayRead(x, &from));
  PetscCall(VecRestoreArrayWrite(y, &to));
  PetscFunctionReturn(0);
}

/* sum over functions of U C U, less D */
static PetscErrorCode GetDiagonal(Mat A, Vec diagonal)
{
  FlightOperator *op;
  PetscScalar *d;

  PetscFunctionBegin;
  PetscCall(Context(A, &op));
  PetscCall(VecGetArrayWrite(diagonal, &d));
  for (PetscInt j = 0; j < op->local; j++) {
    PetscScalar sum = -op->D[j];
    for (PetscInt a = 0; op->U && a < op->n; a++) {
      const double *u = op->U + j * op->n;
      PetscScalar row = 0.0;
      for (PetscInt b = 0; b < op->n; b++) row += op->C[a * op->n + b] * u[b];
      sum += u[a] * row;
    }
    d[j] = sum;
  }
  PetscCall(VecRestoreArrayWrite(diagonal, &d));
  PetscFunctionReturn(0);
}

/* A copy of its own, which MatRealPart may change. */
static PetscErrorCode Copy(const FlightOperator *from, FlightOperator **copy)
{
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(PetscNew(&op));
  *op = *from;
  op->references = 1;
  PetscCall(PetscMalloc1(op->local, &op->D));
  PetscCall(PetscArraycpy(op->D, from->D, op->local));
  if (from->U) {
    PetscCall(PetscMalloc2(op->local * op->n, &op->U, op->n * op->n, &op->C));
    PetscCall(PetscArraycpy(op->U, from->U, op->local * op->n));
    PetscCall(PetscArraycpy(op->C, from->C, op->n * op->n));
  }
  *copy = op;
  PetscFunctionReturn(0);
}

static PetscErrorCode Duplicate(Mat A, MatDuplicateOption option, Mat *B)
{
  FlightOperator *op, *copy;
  PetscInt size;

  PetscFunctionBegin;
  (void)option;
  PetscCall(Context(A, &op));
  PetscCall(Copy(op, &copy));
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeFlightMatrix_Private(copy, size, B));
  PetscCall(QlbeFlightOperatorDestroy_Private(&copy));
  PetscFunctionReturn(0);
}

static PetscErrorCode RealPart(Mat A)
{
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(Context(A, &op));
  for (PetscInt j = 0; j < op->local; j++) op->D[j] = PetscRealPart(op->D[j]);
  for (PetscInt i = 0; op->U && i < op->n * op->n; i++) op->C[i] = PetscRealPart(op->C[i]);
  op->phase = 0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Mat A)
{
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(Context(A, &op));
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
