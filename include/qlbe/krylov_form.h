/*
   x^T f(A) x of a complex symmetric matrix A in the Krylov spaces of x: resolvent, exponential and
   moments, from products with A alone.

   With A in a Krylov space of n dimensions, projected in the bilinear form x^T y, all moments
   x^T A^j x with j < 2 n are exact: the approximation of the complex symmetric Lanczos process. A
   vector may be orthogonal to itself in that form, which would end the process. So the space has a
   basis V that is orthonormal in the usual sense, and the form enters as the matrix V^T V.
*/
#ifndef QLBE_KRYLOV_FORM_H
#define QLBE_KRYLOV_FORM_H

#include <petscmat.h>

typedef struct _p_QlbeKrylovForm *QlbeKrylovForm;

/* The largest number of steps. */
enum { QLBE_KRYLOV_MOST_STEPS = 400 };

/*
   A space of no dimension yet. A and x, which is not 0, are kept by reference and must not change.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeKrylovFormCreate(Mat A, Vec x, QlbeKrylovForm *form);
/* Frees the space and sets the handle to NULL; NULL is allowed. Collective. */
PETSC_EXTERN PetscErrorCode QlbeKrylovFormDestroy(QlbeKrylovForm *form);

/*
   Takes steps until there are n of them, at most QLBE_KRYLOV_MOST_STEPS, or until the space is
   invariant: then results are exact but for rounding. One product with A for each step. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeKrylovFormExtend(QlbeKrylovForm form, PetscInt n);

/*
   Frees the vectors of the space and lets go of A: no more steps, but all results. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeKrylovFormRelease(QlbeKrylovForm form);

/* The number of steps, and whether the space is invariant. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeKrylovFormGetSteps(QlbeKrylovForm form, PetscInt *n,
                                                   PetscBool *invariant);

/*
   What follows needs at least one step, and gives the same on every rank. Not collective.

   Errors come from residuals. Of the resolvent the error is r^T (z - A)^(-1) r with the residual r
   of the approximate solution, estimated with the size of (z - A)^(-1) on the Krylov space. Of the
   exponential it is at most (int_0^t |r(s)| ds)^2 where the exponential does not grow.
*/

/* x^T (z - A)^(-1) x into *value; infinite where z is an eigenvalue of the projected matrix. */
PETSC_EXTERN PetscErrorCode QlbeKrylovFormResolvent(QlbeKrylovForm form, PetscScalar z,
                                                    PetscScalar *value, double *error);

/* x^T exp(t A) x for ascending t[n] >= 0 into value[n]. */
PETSC_EXTERN PetscErrorCode QlbeKrylovFormExponential(QlbeKrylovForm form, PetscInt n,
                                                      const double t[], PetscScalar value[],
                                                      double error[]);

/*
   x^T A^j x for j < n into moment[n], n <= 2 (steps - 2) unless the space is invariant. Error:
   PETSC_ERR_ARG_OUTOFRANGE.
*/
PETSC_EXTERN PetscErrorCode QlbeKrylovFormMoments(QlbeKrylovForm form, PetscInt n,
                                                  PetscScalar moment[]);

#endif
