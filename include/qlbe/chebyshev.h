/*
   Chebyshev series on an interval: nodes, transform and evaluation.

   Even functions of x on [-c, c] are expanded in x^2 on [0, c^2], where T_n of the mapped square is
   T_2n(x/c): the same convergence as an even series, with half of the terms.
*/
#ifndef QLBE_CHEBYSHEV_H
#define QLBE_CHEBYSHEV_H

#include <petscsys.h>

/* The n Chebyshev-Gauss nodes of [lo, hi] into x[n], descending. */
PETSC_EXTERN void QlbeChebyshevNodes(PetscInt n, double lo, double hi, double x[]);

/* T_0..T_(n-1) at x, mapped from [lo, hi] to [-1, 1], into T[n]. */
PETSC_EXTERN void QlbeChebyshevBasis(PetscInt n, double lo, double hi, double x, double T[]);

/*
   Values at the n nodes, in the order of QlbeChebyshevNodes, to coefficients of T_0..T_(n-1), along
   the middle index of values[before][n][after] and in place: a product with an n x n matrix, for
   tens of nodes. Not collective. Errors: those of QlbeMatrixProduct.
*/
PETSC_EXTERN PetscErrorCode QlbeChebyshevTransform(PetscInt before, PetscInt n, PetscInt after,
                                                   double values[]);

/* sum_k c[k] T_k at x in [lo, hi], by Clenshaw's recurrence. */
PETSC_EXTERN double QlbeChebyshevSum(PetscInt n, const double c[], double lo, double hi, double x);

#endif
