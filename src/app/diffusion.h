/* The routes of `qlbe diffusion` and what they deliver. Private to the command. */
#ifndef QLBE_APP_DIFFUSION_H
#define QLBE_APP_DIFFUSION_H

#include "cartesian.h"
#include "qlbe/pair_row.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/richardson.h"
#include "qlbe/run_report.h"
#include "spectral.h"
#include "qlbe/tasks.h"

enum { GRID_LEVELS = 3 };

/* Wave vectors of the fit. */
typedef struct {
  PetscInt n;
  double (*k)[3];
  double k_max;
  double rounding; /* of eps at these vectors, a rate */
  double scale;    /* wave number where D k^2/2 reaches the gap */
  double added;    /* magnitude along z beyond those of the deck, or 0 */
  PetscBool line;  /* all along z, for the spectral basis; otherwise six directions of a lattice */
} WaveVectors;

/* The fibers of a fit on the Cartesian grid, and which one has the eps of a vector. */
typedef struct {
  PetscInt n, *vector; /* [n]: vectors that stand for all */
  PetscInt *same;      /* [vectors]: fiber of each */
} FitFibers;

/* What coarser grids say of a Cartesian one. */
typedef struct {
  PetscInt points;
  double half_width, spacing;
  PetscInt levels; /* grids compared, coarsest first, this one last */
  PetscInt level_points[GRID_LEVELS];
  double level_spacing[GRID_LEVELS], level_D[GRID_LEVELS];
  double quartic[2]; /* of the coarsest and the finest, from one fiber along a diagonal */
  QlbeRichardson richardson;
  double drop_tolerance;
  double drop_error; /* estimate of what dropped pairs cost D */
  double box_error;  /* estimate of what the finite box costs D */
} CartesianResult;

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
  CartesianResult cartesian; /* where not spectral */
  BasisResult basis;         /* where spectral */
  QlbePerturbation perturbation;
  QlbeCurvature fit;
  QlbeFiberStructure at_zero, at_k_max;
  double largest_residual;      /* of the eigenvalues, a rate */
  double lowest_eps;            /* the smallest Re eps of the fit */
  PetscScalar last_eps;         /* eps at the last wave vector of the fit */
  double reversal;              /* |eps(-k) - conj eps(k)| at the last wave vector, a rate */
  double rounding, escape_rate; /* of eps, and what tolerances refer to: rates */
  double gap;                   /* at k = 0, a rate */
  PetscInt foreign;             /* eigenvalues that are not eps(k) */
  PetscInt positive;            /* eigenvalues above 0 by more than their error */
  PetscInt missing;             /* fibers whose eigenvalue did not converge */
  PetscInt iterations, matvecs; /* summed over the fibers */
  PetscBool levels_solved; /* perturbation, and quartic of other bases, solved wherever asked for */
  double perturbation_error; /* of D by perturbation, as the number of this discrete operator */
  double quartic_error;      /* of fit.quartic, with what the discretisation adds */
  double D, D_error;         /* the result and its error */
} GridResult;

/* Row of a fiber: its pair, whether it converged, and the structure of the matrix where that was
   measured. */
enum {
  FIBER_CONVERGED = QLBE_PAIR_WIDTH,
  FIBER_STRUCTURE,
  FIBER_WIDTH = FIBER_STRUCTURE + (int)(sizeof(QlbeFiberStructure) / sizeof(double))
};

/* Row of a solution of the perturbation route. */
enum { PERTURBATION_WIDTH = 11 };
void PerturbationToRow(const QlbePerturbation *perturbation, double row[PERTURBATION_WIDTH]);
QlbePerturbation PerturbationFromRow(const double row[PERTURBATION_WIDTH]);

/*
   Wave vectors from the deck's fibers_k along six directions or, with line, along z; or chosen from
   gap and D. To a list with two magnitudes one more is added along z: two of them have no room for
   the term that tells the error of D_fit. The caller frees vectors->k.
*/
PetscErrorCode DiffusionWaveVectors(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                    PetscBool line, WaveVectors *vectors);

/* The quartic coefficient, and higher powers of k, from one eigenvalue and D. */
double DiffusionQuartic(double eps, double D, double k);

/*
   The leading eigenvalue of A, with a solver that has not solved anything yet, into
   row[FIBER_WIDTH]; a pair of nan where there is none, and zeros for the structure. Collective on
   A.
*/
PetscErrorCode DiffusionEigenvalue(const QlbeProblem *problem, Mat A, double scale,
                                   QlbeSpectrum solver, double row[]);

/*
   Error of an eigenvalue of the fit: what the errors of D by perturbation say, tables, rounding
   and solver. The perturbation route comes first. Not collective.
*/
double DiffusionEpsError(const QlbeParameters *par, const GridResult *result,
                         const QlbeEigenpair *pair);
/*
   Counts a pair that is not eps(k), whose value becomes nan, or that is positive beyond its error.
*/
void DiffusionJudgePair(double error, GridResult *result, QlbeEigenpair *pair);

/* The pair of such a row, judged and added to the result's sums; its error, nan where its value is.
   Not collective. */
double DiffusionCountPair(const QlbeParameters *par, const double row[], GridResult *result,
                          QlbeEigenpair *pair);

/* Adds the pair of such a row at k[3] to the report and to the result's sums. Not collective. */
PetscErrorCode DiffusionAddPair(const QlbeProblem *problem, const double k[3], const double row[],
                                QlbeReport report, GridResult *result, QlbeEigenpair *pair);

/* Route (a): the fit to rows[n][FIBER_WIDTH] at the wave vectors in order. Not collective. */
PetscErrorCode DiffusionFit(const QlbeProblem *problem, const WaveVectors *vectors, double scale,
                            const double rows[], QlbeReport report, GridResult *result);

/*
   Routes (a) and (b) in steps, on the grid of the deck and, for the error, on coarser ones; or in
   the spectral basis of the deck, in smaller ones and with finer quadratures. *stopped as in
   QlbeTasksCompute; report and result are then of no use. Collective.
*/
PetscErrorCode DiffusionOnCartesian(const QlbeProblem *problem, QlbeTasks tasks,
                                    const WaveVectors *vectors, const QlbeClosedForms *closed,
                                    QlbeReport report, GridResult *result, PetscBool *stopped);
PetscErrorCode DiffusionInBasis(const QlbeProblem *problem, QlbeTasks tasks,
                                const WaveVectors *vectors, const QlbeClosedForms *closed,
                                QlbeReport report, GridResult *result, PetscBool *stopped);

/* D of a Cartesian grid and the errors, from the levels and the fit in result. Not collective. */
PetscErrorCode DiffusionCartesianErrors(const QlbeProblem *problem, GridResult *result);

/* Entries and checks of the report; without a grid (NULL) its entries are nan. Not collective. */
PetscErrorCode DiffusionReport(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const GridResult *grid, QlbeReport report);
PetscErrorCode DiffusionChecks(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const WaveVectors *vectors, const GridResult *grid,
                               QlbeReport report);

/* One fiber for equivalent vectors, or with all functions for each. The caller destroys it. Not
   collective. */
PetscErrorCode FitFibersCreate(const QlbeProblem *problem, const WaveVectors *vectors,
                               FitFibers *f);
/* Frees what FitFibersCreate has made. Not collective. */
PetscErrorCode FitFibersDestroy(FitFibers *f);
/* Rows of all n vectors, rows[n * FIBER_WIDTH], from those of the fibers; what was not computed
   took no iterations. */
void FitFibersToRows(const FitFibers *f, PetscInt n, const double of_fibers[], double rows[]);

#endif
