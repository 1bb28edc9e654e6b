/* The routes of `qlbe diffusion` and what they deliver. Private to the command. */
#ifndef QLBE_APP_DIFFUSION_H
#define QLBE_APP_DIFFUSION_H

#include "cartesian.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/richardson.h"
#include "run_report.h"

enum { GRID_LEVELS = 3 };

/* Wave vectors of the fit. */
typedef struct {
  PetscInt n;
  double (*k)[3];
  double k_max;
} WaveVectors;

/* Results on the Cartesian grid; lengths in internal units. */
typedef struct {
  PetscInt points;
  double half_width, spacing;
  QlbePerturbation perturbation; /* on this grid */
  QlbeCurvature fit;
  QlbeFiberStructure at_rest, at_k_max;
  double largest_residual;      /* of the eigenvalues, a rate */
  double lowest_eps;            /* the smallest Re eps of the fit */
  double reversal;              /* |eps(-k) - conj eps(k)| at the last wave vector, a rate */
  PetscInt missing;             /* fibers whose eigenvalue did not converge */
  PetscInt iterations, matvecs; /* summed over the fibers */
  PetscInt levels;              /* grids compared, coarsest first, this one last */
  PetscInt level_points[GRID_LEVELS];
  double level_spacing[GRID_LEVELS], level_D[GRID_LEVELS];
  PetscBool levels_solved; /* the perturbation route converged on all of them */
  QlbeRichardson richardson;
  double drop_tolerance;
  double drop_error; /* estimate of what dropped pairs cost D */
  double box_error;  /* estimate of what the finite box costs D */
  double D, D_error; /* the grid's result and its error */
} GridResult;

/* Wave vectors from the deck's fibers_k along six directions, or chosen from gap and D. */
PetscErrorCode DiffusionWaveVectors(QlbeRun *run, const QlbeClosedForms *closed,
                                    WaveVectors *vectors);

/* Routes (a) and (b) on the grid of the deck and, for the error, on coarser ones. Collective. */
PetscErrorCode DiffusionOnGrid(QlbeRun *run, const WaveVectors *vectors,
                               const QlbeClosedForms *closed, QlbeReport report,
                               GridResult *result);

/* Entries and checks of the report; without a grid (NULL) its entries are nan. Not collective. */
PetscErrorCode DiffusionReport(QlbeRun *run, const QlbeClosedForms *closed, const GridResult *grid,
                               QlbeReport report);
PetscErrorCode DiffusionChecks(QlbeRun *run, const QlbeClosedForms *closed,
                               const WaveVectors *vectors, const GridResult *grid,
                               QlbeReport report);

#endif
