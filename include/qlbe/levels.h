/*
   Leading eigenvalues of fibers for a list of wave numbers: which of them are eigenvalues of L_k,
   which only belong to the discretisation, and their errors.
*/
#ifndef QLBE_LEVELS_H
#define QLBE_LEVELS_H

#include "qlbe/discretisation.h"
#include "qlbe/spectrum.h"
#include "qlbe/tasks.h"

/* What is asked for; internal units. Plain data. */
typedef struct {
  PetscInt n;
  const double *k;     /* [n], wave numbers in any order */
  double direction[3]; /* unit vector */
  PetscInt count;      /* levels of each fiber */
  double scale, gap;   /* escape rate at p = 0, which tolerances refer to; gap at k = 0 */
} QlbeFibers;

/* One level of a fiber. */
typedef struct {
  QlbeEigenpair pair;                /* nan where the level did not converge */
  PetscInt m;                        /* its sector is m and, unless 0, -m: two levels */
  double edge;                       /* real part where the continuum of its fiber begins */
  double change[QLBE_MOST_SIBLINGS]; /* see QlbeLevelChange */
  PetscBool isolated;                /* clear of the continuum and settled: an eigenvalue of L_k */
  double error; /* of the value as an eigenvalue of L_k, a rate; nan where it is not known */
} QlbeLevel;

/* Plain data but for the levels. */
typedef struct {
  QlbeLevel *levels; /* [n][count], each fiber's in order; those that did not converge come last */
  PetscInt missing;  /* levels that did not converge */
  QlbeEntries entries; /* about the discretisation, "grid/..." */
  QlbeChecks checks;
} QlbeLevels;

/* The use of a discretisation that this makes. Not collective. */
PETSC_EXTERN QlbeDiscretisationUse QlbeLevelsUse(const QlbeFibers *fibers);

/*
   All levels, in tasks: orders, where grid.auto asks for them to settle; the fibers; and one of
   them in siblings that stand for all. *stopped as in QlbeTasksCompute: the result is then of no
   use. The caller destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeLevelsCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                              const QlbeFibers *fibers, QlbeLevels *result,
                                              PetscBool *stopped);
/* Frees the levels. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeLevelsDestroy(QlbeLevels *result);

/*
   A solver that has looked for the `count` leading pairs of A, a matrix of d, with the settings of
   the problem and the equilibrium as guess. One for each fiber: what a solver remembers of the one
   before, its random numbers too, would show in the last digits. Timed as "eigenvalues". The caller
   destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectrumOfFiber(const QlbeProblem *problem, QlbeDiscretisation d,
                                                Mat A, PetscInt count, double scale,
                                                QlbeSpectrum *solver);

/*
   The leading eigenvalue of sector 0 of A, a matrix of d, into *pair; nan where none converged, or
   where an option made it another. Timed as "eigenvalues". Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeLeadingEigenvalue(const QlbeProblem *problem, QlbeDiscretisation d,
                                                  Mat A, double scale, QlbeEigenpair *pair);

#endif
