/* Quadrature rules of one variable: nodes and weights. */
#ifndef QLBE_RULE_H
#define QLBE_RULE_H

#include <petscsys.h>

/* Plain data, owned by whoever creates it. */
typedef struct {
  PetscInt n;
  double *x, *w;
} QlbeRule;

/* Gauss-Legendre with n nodes on [lo, hi]. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRuleLegendre(PetscInt n, double lo, double hi, QlbeRule *rule);

/*
   The Gauss rule with n nodes for a positive weight, itself given as a rule with clearly more
   nodes. Exact for polynomials of degree 2 n - 1. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE
   for fewer nodes than n, PETSC_ERR_LIB if the eigensolver fails.
*/
PETSC_EXTERN PetscErrorCode QlbeRuleGauss(PetscInt n, const QlbeRule *weight, QlbeRule *rule);

/* Frees nodes and weights. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRuleDestroy(QlbeRule *rule);

#endif
