/* The propagator object, and what its methods offer to it. */
#ifndef QLBE_PROPAGATOR_IMPL_H
#define QLBE_PROPAGATOR_IMPL_H

#include <slepcmfn.h>

#include "qlbe/propagator.h"

struct _p_QlbePropagator {
  MPI_Comm comm;
  QlbePropagatorMethod method;
  double tolerance;
  PetscBool untunable; /* no option reaches the solvers */

  /* Of the present operator; all of it is built when first needed, and dropped by SetOperator. */
  Mat A;
  Vec unit;    /* work: the vector, scaled to norm 1 */
  Mat counted; /* a shell around A that counts products and has a norm */
  double norm; /* estimate of |A|, negative while unknown */
  PetscInt products;
  MFN mfn;
  double error;            /* what the steps of the present solve have added, by their estimates */
  Mat full;                /* A on every rank */
  Mat exponential;         /* exp(exponential_time A), rows laid out like those of A */
  double exponential_time; /* 0 while there is none */
};

/* y = exp(t A) x for t > 0 and x of norm 1, not y. Collective. */
PETSC_INTERN PetscErrorCode QlbePropagatorApplyKrylov(QlbePropagator p, double t, Vec x, Vec y);
PETSC_INTERN PetscErrorCode QlbePropagatorApplyTS(QlbePropagator p, double t, Vec x, Vec y);
PETSC_INTERN PetscErrorCode QlbePropagatorApplyDense(QlbePropagator p, double t, Vec x, Vec y);

/*
   One of these three, or the diagonal, as the method says: under the same conditions. Collective.
*/
PETSC_INTERN PetscErrorCode QlbePropagatorApplyMethod(QlbePropagator p, double t, Vec x, Vec y);

/* Whether any option -propagate_... is set. Not collective. */
PETSC_INTERN PetscErrorCode QlbePropagatorHasOptions(PetscBool *has);

/*
   Whether y = exp(t A) p->unit is what a propagation without options gives, to the tolerance of
   both: PETSC_ERR_NOT_CONVERGED if not. Collective.
*/
PETSC_INTERN PetscErrorCode QlbePropagatorConfirm(QlbePropagator p, double t, Vec y);

/* y = A x, counted. Collective. */
PETSC_INTERN PetscErrorCode QlbePropagatorMult(QlbePropagator p, Vec x, Vec y);

/*
   A norm of A: that of its entries by rows where it has them, an estimate from products otherwise.
   Collective.
*/
PETSC_INTERN PetscErrorCode QlbePropagatorNorm(QlbePropagator p, double *norm);

#endif
