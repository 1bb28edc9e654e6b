/*
   The propagator object: settings, the operator, and the norm that the methods share.

   The methods see vectors of norm 1: their tolerances are absolute, the contract's is relative.
   What depends on the operator is dropped when it changes.
*/
#include "propagator_impl.h"
#include "qlbe/worse.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

static PetscErrorCode DropOperator(QlbePropagator p)
{
  PetscFunctionBegin;
  PetscCall(MFNDestroy(&p->mfn));
  PetscCall(VecDestroy(&p->unit));
  PetscCall(MatDestroy(&p->counted));
  PetscCall(MatDestroy(&p->full));
  PetscCall(MatDestroy(&p->exponential));
  PetscCall(MatDestroy(&p->A));
  p->norm = -1.0;
  p->products = 0;
  p->exponential_time = 0.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorCreate(MPI_Comm comm, QlbePropagator *p)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(p));
  (*p)->comm = comm;
  (*p)->method = QLBE_PROPAGATE_KRYLOV;
  (*p)->tolerance = 1e-10;
  (*p)->norm = -1.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorDestroy(QlbePropagator *p)
{
  PetscFunctionBegin;
  if (!*p) PetscFunctionReturn(0);
  PetscCall(DropOperator(*p));
  PetscCall(PetscFree(*p));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorSetMethod(QlbePropagator p, QlbePropagatorMethod method)
{
  PetscFunctionBegin;
  PetscCheck(method == QLBE_PROPAGATE_KRYLOV || method == QLBE_PROPAGATE_TS ||
                 method == QLBE_PROPAGATE_DENSE || method == QLBE_PROPAGATE_DIAGONAL,
             p->comm, PETSC_ERR_ARG_OUTOFRANGE, "There is no method of propagation %d",
             (int)method);
  p->method = method;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorSetTolerance(QlbePropagator p, double tolerance)
{
  PetscFunctionBegin;
  PetscCheck(tolerance >= 1e-14 && tolerance < 1.0, p->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "The tolerance of propagation must be in [1e-14, 1), not %g", tolerance);
  p->tolerance = tolerance;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorSetOperator(QlbePropagator p, Mat A)
{
  PetscInt rows, columns;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &rows, &columns));
  PetscCheck(rows == columns, p->comm, PETSC_ERR_ARG_SIZ,
             "A matrix with an exponential is square, this one is %" PetscInt_FMT
             " x %" PetscInt_FMT,
             rows, columns);
  PetscCall(PetscObjectReference((PetscObject)A));
  PetscCall(DropOperator(p));
  p->A = A;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorGetProducts(QlbePropagator p, PetscInt *products)
{
  PetscFunctionBegin;
  *products = p->products;
  PetscFunctionReturn(0);
}

/*
   VecScale scales a norm that the vector remembers, which then has another rounding than that of
   its values: the next call would see what came before. Access to the values makes the vector
   forget it.
*/
static PetscErrorCode ForgetNorm(Vec y)
{
  PetscScalar *values;

  PetscFunctionBegin;
  PetscCall(VecGetArray(y, &values));
  PetscCall(VecRestoreArray(y, &values));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePropagatorApply(QlbePropagator p, double t, Vec x, Vec y)
{
  const PetscBool tunable =
      (PetscBool)(p->method == QLBE_PROPAGATE_KRYLOV || p->method == QLBE_PROPAGATE_TS);
  PetscBool options;
  PetscReal length;

  PetscFunctionBegin;
  PetscCheck(p->A, p->comm, PETSC_ERR_ORDER, "There is no matrix to propagate with");
  PetscCheck(t >= 0.0 && !PetscIsInfOrNanReal(t), p->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "The time must be finite and not negative, not %g", t);
  PetscCall(VecNorm(x, NORM_2, &length));
  PetscCheck(!PetscIsInfOrNanReal(length), p->comm, PETSC_ERR_FP,
             "The vector to propagate has norm %g", (double)length);
  if (t == 0.0 || length == 0.0) {
    if (x != y) PetscCall(VecCopy(x, y));
    PetscFunctionReturn(0);
  }
  if (!p->unit) PetscCall(MatCreateVecs(p->A, &p->unit, NULL));
  PetscCall(VecCopy(x, p->unit));
  PetscCall(VecScale(p->unit, 1.0 / length));
  PetscCall(QlbePropagatorApplyMethod(p, t, p->unit, y));
  PetscCall(QlbePropagatorHasOptions(&options));
  if (options && tunable) PetscCall(QlbePropagatorConfirm(p, t, y));
  PetscCall(VecScale(y, length));
  PetscCall(ForgetNorm(y));
  PetscFunctionReturn(0);
}
