/* Operators and vectors for the tests of the time evolution. */
#ifndef QLBE_TEST_PROPAGATOR_CASE_H
#define QLBE_TEST_PROPAGATOR_CASE_H

#include "check.h"
#include "fiber_case.h"
#include "qlbe/propagator.h"
#include "spectral_fiber.h"

enum { METHODS = 3 };

static const QlbePropagatorMethod METHOD[METHODS] = {QLBE_PROPAGATE_KRYLOV, QLBE_PROPAGATE_TS,
                                                     QLBE_PROPAGATE_DENSE};

static inline QlbePropagator Propagator(QlbePropagatorMethod method, double tolerance, Mat A)
{
  QlbePropagator p = NULL;

  assert_ok(QlbePropagatorCreate(PetscObjectComm((PetscObject)A), &p));
  assert_ok(QlbePropagatorSetMethod(p, method));
  assert_ok(QlbePropagatorSetTolerance(p, tolerance));
  assert_ok(QlbePropagatorSetOperator(p, A));
  return p;
}

/* exp(t A) x, a new vector. */
static inline Vec Evolved(QlbePropagatorMethod method, double tolerance, Mat A, double t, Vec x)
{
  QlbePropagator p = Propagator(method, tolerance, A);
  Vec y;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(QlbePropagatorApply(p, t, x, y));
  assert_ok(QlbePropagatorDestroy(&p));
  return y;
}

/* A vector in the layout of A that is the same for every partition. */
static inline Vec Vector(Mat A, double phase)
{
  PetscInt begin, end;
  PetscScalar *a;
  Vec x;

  assert_ok(MatCreateVecs(A, NULL, &x));
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(VecGetArrayWrite(x, &a));
  for (PetscInt i = begin; i < end; i++)
    a[i - begin] = PetscCMPLX(cos(1.3 * (double)i + phase), sin(2.9 * (double)i - phase)) /
                   (1.0 + 0.1 * (double)i);
  assert_ok(VecRestoreArrayWrite(x, &a));
  return x;
}

/* |x - y|/|scale| */
static inline double Distance(Vec x, Vec y, Vec scale)
{
  PetscReal difference, norm;
  Vec d;

  assert_ok(VecDuplicate(x, &d));
  assert_ok(VecCopy(x, d));
  assert_ok(VecAXPY(d, -1.0, y));
  assert_ok(VecNorm(d, NORM_2, &difference));
  assert_ok(VecNorm(scale, NORM_2, &norm));
  assert_ok(VecDestroy(&d));
  return difference / norm;
}

/* Entry i of x, on every rank. */
static inline PetscScalar Entry(Vec x, PetscInt i)
{
  PetscInt begin, end;
  PetscScalar value = 0.0, sum;

  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  if (begin <= i && i < end) assert_ok(VecGetValues(x, 1, &i, &value));
  assert_ok(MPI_Allreduce(&value, &sum, 1, MPIU_SCALAR, MPIU_SUM, PETSC_COMM_WORLD));
  return sum;
}

/* The hard sphere with all parameters 1, n_radial x n_angular functions. */
static inline QlbeSpectralFiber HardSphere(MPI_Comm comm, PetscInt n_radial, PetscInt n_angular,
                                           double k_max)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const QlbeSpectralOrders orders = {n_radial, n_angular, 1.0};
  QlbeSpectralFiber fiber = NULL;

  assert_ok(QlbeSpectralFiberCreate(comm, &par, &orders, k_max, &fiber));
  return fiber;
}

/* Its A_k in sector 0. */
static inline Mat FiberMatrix(QlbeSpectralFiber fiber, PetscInt n_radial, PetscInt n_angular,
                              double k)
{
  Mat A = NULL;

  assert_ok(QlbeSpectralFiberAssemble(fiber, k, 0));
  assert_ok(QlbeSpectralFiberMatrix(fiber, n_radial, n_angular, &A));
  return A;
}

/* Eigenvalues from 0 to -59, with frequencies up to 20. */
static inline PetscScalar Level(PetscInt i)
{
  return PetscCMPLX(-(double)i, 20.0 * sin(3.0 * (double)i));
}

static inline Mat Diagonal(PetscInt n, PetscScalar level(PetscInt))
{
  PetscInt begin, end;
  Mat A;

  assert_ok(MatCreateAIJ(PETSC_COMM_WORLD, PETSC_DECIDE, PETSC_DECIDE, n, n, 1, NULL, 0, NULL, &A));
  assert_ok(MatGetOwnershipRange(A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) assert_ok(MatSetValue(A, i, i, level(i), INSERT_VALUES));
  assert_ok(MatAssemblyBegin(A, MAT_FINAL_ASSEMBLY));
  assert_ok(MatAssemblyEnd(A, MAT_FINAL_ASSEMBLY));
  return A;
}

static inline Vec DiagonalEvolved(PetscScalar level(PetscInt), double t, Vec x)
{
  PetscInt begin, end;
  PetscScalar *a;
  Vec y;

  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecCopy(x, y));
  assert_ok(VecGetOwnershipRange(y, &begin, &end));
  assert_ok(VecGetArray(y, &a));
  for (PetscInt i = begin; i < end; i++) a[i - begin] *= PetscExpScalar(t * level(i));
  assert_ok(VecRestoreArray(y, &a));
  return y;
}

/* Frequencies up to 60 without any decay: errors of all steps survive. */
static inline PetscScalar Frequency(PetscInt i)
{
  return PetscCMPLX(0.0, 60.0 * cos((double)i));
}

#endif
