/* The routes of `qlbe diffusion` and what they deliver. Private to the command. */
#ifndef QLBE_APP_DIFFUSION_H
#define QLBE_APP_DIFFUSION_H

#include "cartesian.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/richardson.h"
#include "run_report.h"
#include "spectral.h"

enum { GRID_LEVELS = 3 };

/* Wave vectors of the fit. */
typedef struct {
  PetscInt n;
  double (*k)[3];
  double k_max;
  double rounding; /* of eps at these vectors, a rate */
} WaveVectors;

/* What coarser grids say of a Cartesian one. */
typedef struct {
  PetscInt points;
  double half_width, spacing;
  PetscInt levels; /* grids compared, coarsest first, this one last */
  PetscInt level_points[GRID_LEVELS];
  double level_spacing[GRID_LEVELS], level_D[GRID_LEVELS];
  QlbeRichardson richardson;
  double drop_tolerance;
  double drop_error; /* estimate of what dropped pairs cost D */
  double box_error;  /* estimate of what the finite box costs D */
} CubeResult;

/* What smaller bases and finer quadratures say of a spectral one. */
typedef struct {
  QlbeSpectralOrders orders;
  double basis_error;      /* change of D against the smaller basis */
  double quadrature_error; /* change of D in the finer quadrature */
  PetscBool settled;       /* grid_auto reached its tolerance, or was not asked to */
} BasisResult;

/* Routes (a) and (b) on one discretisation; internal units. */
typedef struct {
  PetscBool spectral;
  CubeResult cube;   /* where not spectral */
  BasisResult basis; /* where spectral */
  QlbePerturbation perturbation;
  QlbeCurvature fit;
  QlbeFiberStructure at_rest, at_k_max;
  double largest_residual;      /* of the eigenvalues, a rate */
  double lowest_eps;            /* the smallest Re eps of the fit */
  PetscScalar last_eps;         /* eps at the last wave vector of the fit */
  double reversal;              /* |eps(-k) - conj eps(k)| at the last wave vector, a rate */
  PetscInt missing;             /* fibers whose eigenvalue did not converge */
  PetscInt iterations, matvecs; /* summed over the fibers */
  PetscBool levels_solved;      /* the perturbation route converged wherever it was asked for */
  double D, D_error;            /* the result and its error */
} GridResult;

/* Assembles the fiber k[3]; *A stays with the context. Collective. */
typedef PetscErrorCode AssembleFiber(QlbeRun *run, void *context, const double k[3], Mat *A);

/*
   Wave vectors from the deck's fibers_k along six directions or, with line, along z; or chosen from gap and D. The caller frees
   vectors->k.
*/
PetscErrorCode DiffusionWaveVectors(QlbeRun *run, const QlbeClosedForms *closed, PetscBool line,
                                    WaveVectors *vectors);

/*
   Route (a): eps at the wave vectors in order, rows for the report, and the fit; isotropic for vectors along one line. The solver is used as it
   is and left with the last pair. Collective.
*/
PetscErrorCode DiffusionFit(QlbeRun *run, const WaveVectors *vectors, double scale,
                            PetscBool isotropic, AssembleFiber *assemble, void *context,
                            QlbeSpectrum solver, QlbeReport report, GridResult *result);

/* The leading eigenvalue at k[3] into the result's sums; a pair of nan, counted as missing, where there is none. Collective. */
PetscErrorCode DiffusionEigenvalue(QlbeRun *run, const double k[3], double scale,
                                   AssembleFiber *assemble, void *context, QlbeSpectrum solver,
                                   GridResult *result, QlbeEigenpair *pair);

/* Routes (a) and (b) on the grid of the deck and, for the error, on coarser ones. Collective. */
PetscErrorCode DiffusionOnCube(QlbeRun *run, const WaveVectors *vectors,
                               const QlbeClosedForms *closed, QlbeReport report,
                               GridResult *result);

/* The same in the spectral basis of the deck, in smaller ones and with finer quadratures. Collective. */
PetscErrorCode DiffusionInBasis(QlbeRun *run, const WaveVectors *vectors,
                                const QlbeClosedForms *closed, QlbeReport report,
                                GridResult *result);

/* Entries and checks of the report; without a grid (NULL) its entries are nan. Not collective. */
PetscErrorCode DiffusionReport(QlbeRun *run, const QlbeClosedForms *closed, const GridResult *grid,
                               QlbeReport report);
PetscErrorCode DiffusionChecks(QlbeRun *run, const QlbeClosedForms *closed,
                               const WaveVectors *vectors, const GridResult *grid,
                               QlbeReport report);

#endif
