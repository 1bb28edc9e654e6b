/* What `qlbe diffusion` reports. Private to the command. */
#ifndef QLBE_APP_DIFFUSION_REPORT_H
#define QLBE_APP_DIFFUSION_REPORT_H

#include "qlbe/diffusion.h"
#include "qlbe/report.h"
#include "qlbe/velocity_correlation.h"

/* The table of eigenvalues, all numbers and checks of the result. Collective for a warning. */
PetscErrorCode DiffusionReport(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const QlbeDiffusion *result, QlbeReport report);

/*
   The same without fibers: an empty table, and nan for what would come from them. Not collective.
*/
PetscErrorCode DiffusionReportClosedForms(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                          QlbeReport report);

/*
   D_trajectories with D = value +- error to agree with, and the velocity autocorrelation as a
   table. Not collective.
*/
PetscErrorCode DiffusionReportTrajectories(const QlbeProblem *problem,
                                           const QlbeClosedForms *closed, const double D[2],
                                           const QlbeVelocityCorrelation *correlation,
                                           QlbeReport report);

#endif
