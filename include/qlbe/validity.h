/*
   How dilute a gas is. The equation is derived for a dilute gas; elsewhere its solutions are exact
   and no prediction.
*/
#ifndef QLBE_VALIDITY_H
#define QLBE_VALIDITY_H

#include "qlbe/entries.h"
#include "qlbe/problem.h"

/* Pure numbers; the free path is l = (kT/M)^(1/2)/E(0). Plain data. */
typedef struct {
  double eta_a3;                    /* eta a^3 */
  double eta_lambda3;               /* eta lambda^3, lambda = hbar (2 pi/m kT)^(1/2) of the gas */
  double free_path_over_radius;     /* l/a */
  double free_path_over_wavelength; /* l/lambda */
  double kappa_max; /* largest a p/hbar of relative momenta of thermal particles, 9 deviations */
} QlbeValidity;

/*
   Of a gas of positive density. E(0) is good to 1e-6. Not collective. Errors: those of the cross
   sections, for a p/hbar beyond their range.
*/
PETSC_EXTERN PetscErrorCode QlbeValidityCompute(const QlbeParameters *par, QlbeValidity *validity);

/* eta_a3 <= 0.01, eta_lambda3 <= 0.1, and both free paths >= 10. Not collective. */
PETSC_EXTERN PetscBool QlbeValidityIsDilute(const QlbeValidity *validity);

/*
   Entries validity/..., and lines for a terminal, into text[size]: the numbers, and a warning where
   the gas is not dilute; nothing without a gas, and where a p/hbar exceeds 1e6. Not collective.
   Errors as above.
*/
PETSC_EXTERN PetscErrorCode QlbeValidityDescribe(const QlbeProblem *problem, QlbeEntries *entries,
                                                 size_t size, char text[]);

#endif
