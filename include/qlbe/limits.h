/*
   Problems that the tables and quadratures of the kernel cannot serve.
*/
#ifndef QLBE_LIMITS_H
#define QLBE_LIMITS_H

#include "qlbe/problem.h"

/*
   Complains where there is no gas, for whoever divides by a rate; `who` names it. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeNeedsGas(const QlbeProblem *problem, const char who[],
                                         QlbeComplaint *complaint);

/*
   The largest a p/hbar of a relative momentum p, for a particle with |p| <= p_max or nine thermal
   deviations, and gas momenta up to nine deviations. Not collective.
*/
PETSC_EXTERN double QlbeLargestKappa(const QlbeParameters *par, double p_max);

/*
   The largest a p/hbar of a relative momentum p, for a particle with |p| <= p_max or nine thermal
   deviations, and gas momenta up to nine deviations. Not collective.
*/
PETSC_EXTERN double QlbeLargestKappa(const QlbeParameters *par, double p_max);

/* Complains where the interaction has no phase, and so no fibers but k = 0. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeNeedsPhase(const QlbeProblem *problem, const char who[],
                                           QlbeComplaint *complaint);

/*
   Complains about masses and radii whose tables and quadratures would not end in reasonable time:
   m/M beyond 400, or a p/hbar beyond kappa_max of the interaction for the relative momenta of a
   particle with |p| <= p_max. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeKernelServes(const QlbeProblem *problem, double p_max,
                                             QlbeComplaint *complaint);

#endif
