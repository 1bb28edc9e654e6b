/*
   Radial functions of a momentum distribution with angular momentum l,

     R_i(p) = x^(l/2) pi_i(x),   x = p^2/(p^2 + P^2),   i = 0 .. n - 1,

   with polynomials pi_i of degree i, orthonormal for a positive weight on p >= 0. They follow rates
   that grow like |p| where Sonine polynomials converge slowly, and R_i(p) Y_lm is smooth at p = 0.
*/
#ifndef QLBE_RADIAL_BASIS_H
#define QLBE_RADIAL_BASIS_H

#include "qlbe/rule.h"

typedef struct _p_QlbeRadialBasis *QlbeRadialBasis;

/*
   n functions with angular momentum l and momentum scale P, orthonormal in
   sum_j w_j R_i(p_j) R_i'(p_j) over the nodes p_j and weights w_j of a rule with n nodes or more.
   Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for too few nodes.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialBasisCreate(PetscInt n, PetscInt l, double P,
                                                  const QlbeRule *rule, QlbeRadialBasis *basis);
/* Frees the functions and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRadialBasisDestroy(QlbeRadialBasis *basis);

/* R_i at n_points momenta with squares p2[] into R[n_points][n]. Not collective. */
PETSC_EXTERN void QlbeRadialBasisEvaluate(QlbeRadialBasis basis, PetscInt n_points,
                                          const double p2[], double R[]);

#endif
