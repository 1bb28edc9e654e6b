/*
   Fields in position from integrals over fibers. Private to the evolution of a density matrix.
*/
#ifndef QLBE_EVOLUTION_FIELDS_H
#define QLBE_EVOLUTION_FIELDS_H

#include "evolution_impl.h"

/*
   Fields from the integrals of a result whose tasks are complete; nothing without a set of fibers.
   Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsCreate(const QlbeProblem *problem,
                                                      const QlbeEvolutionPlan *plan,
                                                      const QlbeEvolutionResult *result,
                                                      double spacing, QlbeEvolutionFields *fields);
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsDestroy(QlbeEvolutionFields *fields);

/*
   The largest errors of all times from changes of one kind: of int [rho]_k dp, of int |[rho]_k|^2
   dp at k = 0, of the density over its largest value, and of the purity over its first.
*/
typedef struct {
  double wave, rest, density, purity;
} QlbeEvolutionFlightError;

/* All of them; 0 where nothing was compared. Not collective. */
PETSC_INTERN QlbeEvolutionFlightError QlbeEvolutionFlightErrors(const QlbeEvolutionPlan *plan,
                                                                const QlbeEvolutionResult *result,
                                                                int kind);
/* That of the density at output time i, whose largest value is peak. Not collective. */
PETSC_INTERN double QlbeEvolutionFlightDensity(const QlbeEvolutionPlan *plan,
                                               const QlbeEvolutionResult *result, PetscInt i,
                                               int kind, double peak);

/* The largest errors of all fields at all times, and of the purity. */
PETSC_INTERN QlbeFiberError QlbeEvolutionFieldsWorst(const QlbeEvolutionPlan *plan,
                                                     const QlbeEvolutionFields *fields);

/*
   Their checks, with a warning on the terminal where the set of fibers does not resolve them.
   nodes: they were computed on nodes, which fold back. Collective on the problem.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsCheck(const QlbeProblem *problem,
                                                     const QlbeEvolutionPlan *plan,
                                                     const QlbeEvolutionFields *fields,
                                                     PetscBool nodes, QlbeChecks *checks);

/*
   What nodes of this spacing fold back, from densities and coherences that are there. Not
   collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsAddAlias(const QlbeProblem *problem,
                                                        const QlbeEvolutionPlan *plan,
                                                        const QlbeEvolutionResult *result,
                                                        double spacing,
                                                        QlbeEvolutionFields *fields);

/*
   Parts of QlbeEvolutionFieldsCreate: the density, also at the mean position, and rho(x, x') on the
   line; both start from room for one error and one peak for each time. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsAddDensity(const QlbeProblem *problem,
                                                          const QlbeEvolutionPlan *plan,
                                                          const QlbeEvolutionResult *result,
                                                          QlbeEvolutionFields *fields);
PETSC_INTERN PetscErrorCode QlbeEvolutionFieldsAddCoherence(const QlbeEvolutionPlan *plan,
                                                            const QlbeEvolutionResult *result,
                                                            QlbeEvolutionFields *fields);

/* values[fibers][columns] of one time with the centre moved to the origin. Not collective. */
PETSC_INTERN void QlbeEvolutionFieldsMove(const QlbeFiberSet *set, const double centre[3],
                                          PetscInt columns, const PetscScalar values[],
                                          PetscScalar moved[]);

#endif
