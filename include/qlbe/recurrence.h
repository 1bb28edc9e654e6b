/*
   Orthonormal polynomials of a positive weight given by its nodes: x pi_i = b_(i+1) pi_(i+1) + a_i
   pi_i + b_i pi_(i-1).
*/
#ifndef QLBE_RECURRENCE_H
#define QLBE_RECURRENCE_H

#include <petscsys.h>

/*
   The coefficients a[n] and b[n] of pi_0 .. pi_(n-1) for the weight w[j] >= 0 at x[j], j < n_nodes,
   where n_nodes should exceed n clearly; b[0] is the square root of the total weight, so that
   pi_0 = 1/b[0]. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for n < 1 or n_nodes < n.
*/
PETSC_EXTERN PetscErrorCode QlbeRecurrenceFromWeight(PetscInt n, PetscInt n_nodes, const double x[],
                                                     const double w[], double a[], double b[]);

#endif
