/*
   exp(t A) x for a square matrix A whose exponential does not grow, by three independent methods.

   The 2-norm of x bounds int |f| dp (momentum_space.h), so that an absolute tolerance in it is one
   in the trace norm's bound.
*/
#ifndef QLBE_PROPAGATOR_H
#define QLBE_PROPAGATOR_H

#include <petscmat.h>

typedef struct _p_QlbePropagator *QlbePropagator;

typedef enum {
  QLBE_PROPAGATE_KRYLOV,  /* SLEPc's MFN: time steps in Krylov spaces, with error control */
  QLBE_PROPAGATE_TS,      /* PETSc's TS: an adaptive Runge-Kutta method of order 8, x' = A x */
  QLBE_PROPAGATE_DENSE,   /* the exponential itself, by scaling and squaring; kept for equal t */
  QLBE_PROPAGATE_DIAGONAL /* of a diagonal matrix, exactly: nothing but its diagonal is looked at */
} QlbePropagatorMethod;

/* Default: Krylov, tolerance 1e-10. Collective. */
PETSC_EXTERN PetscErrorCode QlbePropagatorCreate(MPI_Comm comm, QlbePropagator *propagator);
PETSC_EXTERN PetscErrorCode QlbePropagatorDestroy(QlbePropagator *propagator);

PETSC_EXTERN PetscErrorCode QlbePropagatorSetMethod(QlbePropagator propagator,
                                                    QlbePropagatorMethod method);

/*
   Bound on the error that one call of Apply adds, relative to the 2-norm of its x;
   1e-14 <= tolerance < 1. It is one of truncation, and holds for the sum over time steps; where the
   exponential grows, the errors of early steps grow with it. Rounding comes on top, of the order of
   1e-16 t |A| at most where the spectrum decays; the dense exponential has no other error.
*/
PETSC_EXTERN PetscErrorCode QlbePropagatorSetTolerance(QlbePropagator propagator, double tolerance);

/*
   The matrix; a reference is kept, and it must not change before the next SetOperator. Anything
   with a product will do, but QLBE_PROPAGATE_DENSE makes a dense copy of it on every rank.
   Collective. Errors: PETSC_ERR_ARG_SIZ unless square.
*/
PETSC_EXTERN PetscErrorCode QlbePropagatorSetOperator(QlbePropagator propagator, Mat A);

/*
   y = exp(t A) x, t >= 0; x and y may be the same vector. Collective. Errors: PETSC_ERR_ORDER
   without a matrix, PETSC_ERR_NOT_CONVERGED where the method gives up, PETSC_ERR_ARG_OUTOFRANGE for
   t < 0, PETSC_ERR_FP for a matrix or vector that is not finite. Options prefix -propagate_
   (-propagate_mfn_ncv, -propagate_ts_rk_type, ...); they take precedence. That includes the
   tolerance of Krylov (-propagate_mfn_tol), but not those of TS: each of its steps gets its own
   from SetTolerance, whatever -propagate_ts_atol and _rtol say.
*/
PETSC_EXTERN PetscErrorCode QlbePropagatorApply(QlbePropagator propagator, double t, Vec x, Vec y);

/*
   Products with A (Krylov, TS, and the estimate of its norm) since the last SetOperator, for
   reports of the cost. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbePropagatorGetProducts(QlbePropagator propagator,
                                                      PetscInt *products);

#endif
