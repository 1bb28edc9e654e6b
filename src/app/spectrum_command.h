/*
   The parts of `qlbe spectrum`: wave numbers, and the two discretisations. Private to the command.
*/
#ifndef QLBE_APP_SPECTRUM_COMMAND_H
#define QLBE_APP_SPECTRUM_COMMAND_H

#include "qlbe/problem.h"
#include "qlbe/report.h"
#include "qlbe/spectrum.h"
#include "qlbe/tasks.h"

typedef struct {
  PetscInt n;
  double *k;           /* wave numbers, in the order given */
  double k_max;        /* the largest of them */
  double direction[3]; /* unit vector */
  PetscInt count;      /* eigenvalues of each */
  double scale, gap;   /* escape rate at p = 0, and the gap at k = 0 */
} Fibers;

/* What the checks of the command are about. */
typedef struct {
  PetscInt missing;       /* eigenvalues that did not converge */
  PetscInt merged;        /* fibers whose leading eigenvalue has reached the continuum */
  PetscInt foreign;       /* values that are not the leading ones, or of index 0 and not eps(k) */
  PetscInt positive;      /* values above 0 by more than their error */
  PetscInt without_error; /* eps(k) whose error is not known */
} SpectrumCounts;

/* A value of the table "spectrum" before it is judged; internal units. */
typedef struct {
  double k; /* along the direction of the fibers */
  PetscInt index;
  double error;
  PetscBool isolated;  /* clear of the continuum, and settled */
  PetscBool invariant; /* its vector may have the symmetries of k, as that of eps(k) has */
} SpectrumRow;

/* A row of the table "spectrum": nan where the value is not what the row is for. Not collective. */
PetscErrorCode SpectrumAddRow(const QlbeProblem *problem, const Fibers *f, const SpectrumRow *row,
                              const QlbeEigenpair *solved, QlbeReport report,
                              SpectrumCounts *counts);

/* The checks of the table, and warnings about what they count. Collective. */
PetscErrorCode SpectrumAddChecks(const QlbeProblem *problem, const Fibers *f,
                                 const SpectrumCounts *counts, QlbeReport report);

/*
   Solve all fibers in steps, with rows for the table "spectrum" and whatever else belongs to the
   discretisation for the report. *stopped as in QlbeTasksCompute; the report is then of no use.
   Collective.
*/
PetscErrorCode SpectrumOnCartesian(const QlbeProblem *problem, QlbeTasks tasks,
                                   const Fibers *fibers, QlbeReport report, SpectrumCounts *counts,
                                   PetscBool *stopped);
PetscErrorCode SpectrumInBasis(const QlbeProblem *problem, QlbeTasks tasks, const Fibers *fibers,
                               QlbeReport report, SpectrumCounts *counts, PetscBool *stopped);

#endif
