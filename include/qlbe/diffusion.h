/*
   The diffusion constant from fibers, by two routes that must agree, whatever the discretisation.

   (a) Curvature of eps(k) at k = 0: leading eigenvalues at a few wave vectors, and a fit (Prop. 7.1).
   (b) Second-order perturbation of the same discrete operator: one linear solve.

   Both share the error of the discretisation, which comparisons with its siblings estimate. The
   closed forms come first: they need no fibers, and say which wave numbers are small. All numbers
   are in internal units.
*/
#ifndef QLBE_DIFFUSION_H
#define QLBE_DIFFUSION_H

#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/discretisation.h"
#include "qlbe/perturbation.h"
#include "qlbe/spectrum.h"
#include "qlbe/tasks.h"

/* The leading eigenvalue of one fiber. Plain data. */
typedef struct {
  double k[3];        /* wave vector */
  QlbeEigenpair pair; /* its value is nan where it did not converge or is not eps(k) */
  double error;       /* of the value, a rate; nan where the value is */
} QlbeDiffusionLevel;

typedef struct {
  PetscInt n;                 /* levels */
  QlbeDiffusionLevel *levels; /* [n]: of the fit in order; where fibers depend on the direction of k
                                   also that of the longest wave vector reversed */
  double added_k;             /* wave number added to those of the settings, or 0 */
  QlbeCurvature fit;          /* route (a), with the errors that the discretisation adds */
  QlbePerturbation perturbation; /* route (b) */
  QlbeDiffusionErrors errors;    /* the diffusion constant, and errors of all that is here */
  PetscInt iterations, matvecs;  /* of the eigensolver, in all fibers that were judged */
  QlbeEntries entries;           /* "grid/...": the discretisation */
  QlbeChecks checks;             /* what the numbers have to fulfil */
} QlbeDiffusion;

/*
   Complains about wave numbers of the settings that a fit cannot use, and about what the
   discretisation does not serve. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiffusionServes(const QlbeProblem *problem,
                                                const QlbeClosedForms *closed,
                                                QlbeComplaint *complaint);

/*
   What it asks of a discretisation for wave numbers up to k_max: one eigenvalue of each fiber along
   a few axes, and comparisons. axes[6][3] receives the axes; the use refers to it. Not collective.
*/
PETSC_EXTERN QlbeDiscretisationUse QlbeDiffusionUse(const QlbeProblem *problem, double k_max,
                                                    double axes[6][3]);

/*
   Both routes with errors and checks into *result, which the caller destroys. Wave numbers are those
   of the settings or, for an empty list, chosen by gap and D of the closed forms. Sets of tasks:
   "orders", "perturbation", "fibers". Prints a line about the discretisation, and warnings. *stopped
   as in QlbeTasksCompute: then *result is empty. Collective on problem and tasks.
*/
PETSC_EXTERN PetscErrorCode QlbeDiffusionCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                                 const QlbeClosedForms *closed,
                                                 QlbeDiffusion *result, PetscBool *stopped);

/* Frees what the result holds; an empty one is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDiffusionDestroy(QlbeDiffusion *result);

#endif
