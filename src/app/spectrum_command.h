/* The parts of `qlbe spectrum`: wave numbers, and the two discretisations. Private to the command. */
#ifndef QLBE_APP_SPECTRUM_COMMAND_H
#define QLBE_APP_SPECTRUM_COMMAND_H

#include "qlbe/app.h"
#include "qlbe/report.h"
#include "steps.h"

typedef struct {
  PetscInt n;
  double *k;           /* wave numbers, in the order given */
  double k_max;        /* the largest of them */
  double direction[3]; /* unit vector */
  PetscInt count;      /* eigenvalues of each */
} Fibers;

/* What the checks of the command are about. */
typedef struct {
  PetscInt missing; /* eigenvalues that did not converge */
  PetscInt merged;  /* fibers whose leading eigenvalue has reached the continuum */
} SpectrumCounts;

/*
   Solve all fibers in steps, with rows for the table "spectrum" and whatever else belongs to the discretisation for the report; scale is the
   escape rate at rest. *stopped as in RunStepsCompute; the report is then of no use. Collective.
*/
PetscErrorCode SpectrumOnCube(QlbeRun *run, RunSteps steps, const Fibers *fibers, double scale,
                              QlbeReport report, SpectrumCounts *counts, PetscBool *stopped);
PetscErrorCode SpectrumInBasis(QlbeRun *run, RunSteps steps, const Fibers *fibers, double scale,
                               QlbeReport report, SpectrumCounts *counts, PetscBool *stopped);

#endif
