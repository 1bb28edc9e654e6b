/*
   The density matrix in time by random walkers, with standard errors.

   Walkers of a fiber have weights of modulus <= 1, whose mean is its integral, at any density of
   the gas and any wave number: see collisions.h. Nothing is discretised: apart from the tables of
   amplitude and energy shift, whose errors are measured, all errors are statistical, and given.
*/
#ifndef QLBE_TRAJECTORIES_H
#define QLBE_TRAJECTORIES_H

#include "qlbe/collisions.h"
#include "qlbe/evolution.h"

/*
   What walkers have found, the same on every rank. Plain data in internal units; the arrays belong
   to the structure. Errors are standard errors.
*/
typedef struct {
  QlbeEvolutionResult result;         /* nan or NULL where it is no mean of weights */
  QlbeEvolutionObservables *observed; /* [n_time] */
  QlbeEvolutionObservables *error;    /* [n_time] of each observable */
  double *mu_error;                   /* [n_time][magnitudes][directions][2]: real, imaginary */
  double *limit_error;                /* [n_time][n_limit][2] */
  double *density_error;              /* [n_time][n_point] */
  double *rho_error;                  /* [n_time][n_line][n_line]: root mean square */
  QlbeFiberError *density_noise;      /* [n_time]: what errors of a set make of noise alone */
  QlbeFiberError *rho_noise;          /* ... in units of the largest value, like those of fields */
  double walkers, most;               /* in all, and of the fiber that has most of them */
  double worst;                       /* the largest of mu_error, of both parts together */
  QlbeWalkerTally tally;
  QlbeCollisionsErrors tables;
} QlbeTrajectories;

/*
   Everything that the plan asks for, one walker after the other, in tasks of the groups, which have
   one rank each. With trajectories.tolerance walkers are doubled until mu_error is below it.
   *stopped: the run is to end, nothing is complete. To be destroyed in any case. Collective.
   Errors: PETSC_ERR_NOT_CONVERGED from the tables, PETSC_ERR_PLIB where one of them was too short.
*/
PETSC_EXTERN PetscErrorCode QlbeTrajectoriesCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                                    const QlbeEvolutionPlan *plan,
                                                    QlbeTrajectories *trajectories,
                                                    PetscBool *stopped);
/* Frees the arrays. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTrajectoriesDestroy(QlbeTrajectories *trajectories);

/* Adds the numbers that stand for the walkers. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTrajectoriesDescribe(const QlbeProblem *problem,
                                                     const QlbeTrajectories *trajectories,
                                                     QlbeEntries *entries);

/*
   Adds the checks: of conserved quantities within 5 standard errors, and of the set of fibers
   within its tolerance and 5 standard errors. Collective on the problem.
*/
PETSC_EXTERN PetscErrorCode QlbeTrajectoriesCheck(const QlbeProblem *problem,
                                                  const QlbeEvolutionPlan *plan,
                                                  const QlbeTrajectories *trajectories,
                                                  QlbeChecks *checks);

/* Seconds of a plan on one rank, an estimate. Not collective. */
PETSC_EXTERN double QlbeTrajectoriesEstimate(const QlbeProblem *problem,
                                             const QlbeEvolutionPlan *plan);

#endif
