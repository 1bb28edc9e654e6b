/*
   Derivatives of L_k at k = 0 from two small wave numbers of one direction.

   L_k = L_0 + i k L_1 + (k^2/2) L_2 + O(k^3) with real L_0, L_1, L_2, and L_(-k) is its conjugate:
   Im L_k/k and 2 (Re L_k - L_0)/k^2 are even in k. Their k^2 terms are extrapolated away,

     L_1 = first[0] Im L_k1 + first[1] Im L_k2 + O(k^4),
     L_2 = second[0] (Re L_k1 - L_0) + second[1] (Re L_k2 - L_0) + O(k^4).
*/
#ifndef QLBE_DERIVATIVE_WEIGHTS_H
#define QLBE_DERIVATIVE_WEIGHTS_H

#include <petscsys.h>

/* first: lengths; second: lengths squared. */
typedef struct {
  double first[2], second[2];
} QlbeDerivativeWeights;

/* The weights for 0 < k1 < k2. Not collective. Error: PETSC_ERR_ARG_OUTOFRANGE for other k. */
PETSC_EXTERN PetscErrorCode QlbeDerivativeWeightsCompute(double k1, double k2,
                                                         QlbeDerivativeWeights *weights);

#endif
