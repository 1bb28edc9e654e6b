/*
   Derivatives in k of a fiber, at k = 0 along one direction.

   With L_k = L_0 + i k L_1 + (k^2/2) L_2 + O(k^3), all three real, the fiber and its first two
   derivatives (f, f', f'') solve

     f_t = L_0 f,   f'_t = L_0 f' + i L_1 f,                                              (8.8)
     f''_t = L_0 f'' + 2 i L_1 f' + L_2 f,                                                  (8.10)

   in differential form: one matrix three times the size, for (f, f'/l, f''/l^2) with a length l.
   Moments of the position follow: <x> = -i int f' dp, <x^2> = -int f'' dp.
*/
#ifndef QLBE_DERIVATIVE_CHAIN_H
#define QLBE_DERIVATIVE_CHAIN_H

#include <petscmat.h>

typedef struct _p_QlbeDerivativeChain *QlbeDerivativeChain;

/*
   From A_0, A_k1 and A_k2, matrices of one layout that have products, stored or not, 0 < k1 < k2
   small: L_1 and L_2 from Im A/k and 2 (Re A - A_0)/k^2, their k^2 terms extrapolated away. What
   remains is O(k^4), and in L_2 a rounding error of about 1e-16 |A|/k1^2. The matrices are not
   changed; they belong to the chain and are destroyed with it, and the caller's handles become
   NULL. A rate takes 7 products where f and f'' are real and f' is imaginary, 11 otherwise.
   Collective.
   Errors: PETSC_ERR_ARG_OUTOFRANGE unless 0 < k1 < k2.
*/
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainCreate(Mat *A0, double k1, Mat *A1, double k2,
                                                      Mat *A2, QlbeDerivativeChain *chain);
/* Frees the chain with its matrices and sets the handle to NULL. Collective. */
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainDestroy(QlbeDerivativeChain *chain);

/*
   The length l of vectors and matrix below, 1 unless set, rounded to a power of two. It should be
   about what the particle covers in the time of the propagation: parts of very different sizes
   would drown in the rounding of each other. Not collective. Error: PETSC_ERR_ARG_OUTOFRANGE unless
   0 < length < infinity.
*/
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainSetLength(QlbeDerivativeChain chain, double length);

/* The matrix of the three equations, for a propagator; it belongs to the chain. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainGetOperator(QlbeDerivativeChain chain, Mat *A);

/*
   A vector z for the operator from parts x[3] = (f, f', f''), which are copied; the caller destroys
   it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainJoin(QlbeDerivativeChain chain, const Vec x[3],
                                                    Vec *z);

/* The parts of z into x[3], existing vectors. Collective. */
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainSplit(QlbeDerivativeChain chain, Vec z, Vec x[3]);

/*
   Time derivatives of the parts, without the length: rate[3], existing vectors, none of them in x.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDerivativeChainRate(QlbeDerivativeChain chain, const Vec x[3],
                                                    Vec rate[3]);

#endif
