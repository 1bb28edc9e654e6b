/*
   Second-order perturbation of the leading eigenvalue in the wave number k.

   With L_k = L_0 + i k L_1 + (k^2/2) L_2 + O(k^3) in the weighted form of (4.12), (4.13), all three
   real and symmetric and L_0 x0 = 0, the leading eigenvalue is eps(k) = i k drift - D k^2/2 +
   O(k^3) with

       drift = <x0| L_1 x0> / <x0|x0>,
       D     = -<x0| L_2 x0> / <x0|x0> + 2 <L_1 x0| (-L_0)^+ L_1 x0> / <x0|x0>.

   The second-order term has no factor 1/2 (Kato II.2.33), other than printed in Proposition 7.1.
*/
#ifndef QLBE_PERTURBATION_H
#define QLBE_PERTURBATION_H

#include <petscmat.h>

typedef struct {
  double D;            /* -d^2 eps/dk^2 at k = 0; meaningless unless converged */
  double D_first;      /* -second: the part of L_2 */
  double D_second;     /* the part of L_1 in second order, >= 0 */
  double drift;        /* 0 by parity where the grid has it */
  double null_defect;  /* ||L0 x0|| / ||x0||: how well the null vector is one */
  double residual;     /* ||L1x0 + L0 u|| / ||L1x0|| in the complement of x0, recomputed */
  double D_error;      /* estimate of what the residual leaves in D */
  double response;     /* ||(-L0)^+ L1x0||/||x0||: a change d of L1x0 moves D by at most
                          4 response ||d||/||x0|| */
  double k_error;      /* estimate of what the differences in k leave in D; set by their maker */
  PetscInt iterations; /* products with L0 but for two */
  PetscBool converged; /* residual <= rtol */
} QlbePerturbation;

/*
   D from one linear solve, by conjugate gradients with the diagonal as preconditioner.

   L0: real symmetric, negative semidefinite, square; only products and the diagonal are used. x0:
   its null vector, real, any length. L1x0: the vector L_1 x0, real. second: <x0|L_2 x0>/<x0|x0>.
   rtol > 0: bound of the relative residual; the error of D is quadratic in it. No convergence is no
   error, but result->converged is false. Options prefix -perturbation_. Collective on L0. Errors:
   PETSC_ERR_ARG_WRONG where x0 is zero or a vector is not real.
*/
PETSC_EXTERN PetscErrorCode QlbePerturbationSolve(Mat L0, Vec x0, Vec L1x0, PetscReal second,
                                                  PetscReal rtol, QlbePerturbation *result);

/*
   The derivatives of L_k at k = 0 from products with it at two small wave numbers of one direction.

   y0 = L_0 x0, or NULL where that is zero; y1 = L_k1 x0 and y2 = L_k2 x0 with 0 < k1 < k2. L_(-k)
   is the conjugate of L_k, so Im y/k and 2 Re(y - y0)/k^2 are even in k; their k^2 terms are
   extrapolated away. Out: L1x0 (not one of the inputs) and second = <x0|L_2 x0>/<x0|x0>;
   second_change, which may be NULL, is what the extrapolation moved second by: a bound on its
   truncation error. Rounding leaves about 1e-16 ||L_0||/k1^2 in second. Collective on x0. Errors:
   PETSC_ERR_ARG_OUTOFRANGE unless 0 < k1 < k2.
*/
PETSC_EXTERN PetscErrorCode QlbePerturbationDerivatives(Vec x0, Vec y0, PetscReal k1, Vec y1,
                                                        PetscReal k2, Vec y2, Vec L1x0,
                                                        PetscReal *second,
                                                        PetscReal *second_change);

/* Wave number i = 0, 1, .. of a ladder down from k whose steps halve the square. */
PETSC_EXTERN PetscReal QlbeDerivativeStep(PetscReal k, int i);

#define QLBE_DERIVATIVE_STEPS 4

/*
   What rounding of L_k x0 by delta ||x0|| leaves at most: these times delta ||x0||/k in L1x0[1],
   and times delta/k^2 in second[1].
*/
#define QLBE_DERIVATIVE_ROUNDING_FIRST  21.0
#define QLBE_DERIVATIVE_ROUNDING_SECOND 100.0

/*
   The same on a lattice, where the error in k is a k^2 log k + b k^2 + O(k^4 log k): both are
   eliminated, with L_0 x0 = 0.

   y[i] = L_k x0 at QlbeDerivativeStep(k, i). Out: L1x0[2] (not among the inputs) and second[2],
   first from the three larger wave numbers, then from the three smaller ones. The second are the
   result; the difference is three times their error of fourth order. Collective on x0. Errors:
   PETSC_ERR_ARG_OUTOFRANGE unless k > 0.
*/
PETSC_EXTERN PetscErrorCode QlbePerturbationLogDerivatives(Vec x0, PetscReal k,
                                                           Vec y[QLBE_DERIVATIVE_STEPS],
                                                           Vec L1x0[2], PetscReal second[2]);

#endif
