/*
   Tables and checks of `qlbe evolve`.
*/
#include <math.h>

#include "evolve_fields.h"
#include "qlbe/worse.h"

/* Columns of observables.csv, with the dimensions of their numbers. */
static const struct {
  const char *name;
  QlbeDimension dimension;
  PetscBool may_be_nan;
} observables[] = {{"t", QLBE_TIME, PETSC_FALSE},
                   {"trace", QLBE_DIMENSIONLESS, PETSC_FALSE},
                   {"p_x", QLBE_MOMENTUM, PETSC_FALSE},
                   {"p_y", QLBE_MOMENTUM, PETSC_FALSE},
                   {"p_z", QLBE_MOMENTUM, PETSC_FALSE},
                   {"energy", QLBE_ENERGY, PETSC_FALSE},
                   {"to_equilibrium", QLBE_DIMENSIONLESS, PETSC_FALSE},
                   {"relaxation_rate", QLBE_RATE, PETSC_TRUE},
                   {"x", QLBE_LENGTH, PETSC_FALSE},
                   {"y", QLBE_LENGTH, PETSC_FALSE},
                   {"z", QLBE_LENGTH, PETSC_FALSE},
                   {"cov_xx", QLBE_AREA, PETSC_FALSE},
                   {"cov_yy", QLBE_AREA, PETSC_FALSE},
                   {"cov_zz", QLBE_AREA, PETSC_FALSE},
                   {"cov_xy", QLBE_AREA, PETSC_FALSE},
                   {"cov_xz", QLBE_AREA, PETSC_FALSE},
                   {"cov_yz", QLBE_AREA, PETSC_FALSE},
                   {"slope_xx", QLBE_DIFFUSION, PETSC_FALSE},
                   {"slope_yy", QLBE_DIFFUSION, PETSC_FALSE},
                   {"slope_zz", QLBE_DIFFUSION, PETSC_FALSE},
                   {"purity", QLBE_DIMENSIONLESS, PETSC_TRUE},
                   {"purity_diffusive", QLBE_DIMENSIONLESS, PETSC_TRUE},
                   {"visibility", QLBE_DIMENSIONLESS, PETSC_TRUE},
                   {"decoherence_rate", QLBE_RATE, PETSC_TRUE},
                   {"limit_distance", QLBE_DIMENSIONLESS, PETSC_TRUE},
                   {"limit_predicted", QLBE_DIMENSIONLESS, PETSC_TRUE}};
enum { COLUMNS = sizeof(observables) / sizeof(observables[0]) };

/* Distances from equilibrium below this are rounding, and have no rate. */
static const double relaxed = 1e-10;

/* The rate at which the distance from equilibrium has fallen since the output before. */
static double RelaxationRate(const EvolvePlan *plan, const EvolveResult *r, PetscInt i)
{
  const double now = r->momentum[i].to_equilibrium2;

  if (i == 0 || !(now > relaxed)) return NAN;
  return log(r->momentum[i - 1].to_equilibrium2 / now) / (plan->time[i] - plan->time[i - 1]);
}

static PetscErrorCode AddObservables(const QlbeProblem *problem, const EvolvePlan *plan,
                                     const EvolveResult *r, double D, QlbeReport report)
{
  QlbeColumn columns[COLUMNS];

  PetscFunctionBegin;
  for (int c = 0; c < COLUMNS; c++)
    columns[c] = (QlbeColumn){
        observables[c].name, observables[c].may_be_nan ? QLBE_COLUMN_REAL_OR_NAN : QLBE_COLUMN_REAL,
        observables[c].dimension == QLBE_DIMENSIONLESS
            ? NULL
            : QlbeUnitsName(&problem->units, observables[c].dimension)};
  PetscCall(QlbeReportAddTable(report, "observables", COLUMNS, columns));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    const EvolveMomentum *m = &r->momentum[i];
    const PetscBool fringes = (PetscBool)(plan->interference.n > 0);
    double distance, predicted, purity;
    QlbeFiberError error;
    EvolveTensorSet t;
    PetscCall(EvolvePurity(plan, r, problem->parameters.hbar, i, &purity, &error));
    EvolveTensors(plan, r, i, &t);
    EvolveLimitDistance(plan, r, D, i, &distance, &predicted);
    double row[COLUMNS] = {
        plan->time[i],
        m->trace,
        m->momentum[0],
        m->momentum[1],
        m->momentum[2],
        m->energy,
        m->to_equilibrium,
        RelaxationRate(plan, r, i),
        t.mean[0],
        t.mean[1],
        t.mean[2],
        t.covariance[0][0],
        t.covariance[1][1],
        t.covariance[2][2],
        t.covariance[0][1],
        t.covariance[0][2],
        t.covariance[1][2],
        t.slope[0][0],
        t.slope[1][1],
        t.slope[2][2],
        purity,
        problem->parameters.eta > 0.0 ? EvolveDiffusivePurity(&problem->parameters, &t) : NAN,
        fringes ? r->visibility[2 * i] : NAN,
        fringes ? r->visibility[2 * i + 1] : NAN,
        distance,
        predicted};
    for (int c = 0; c < COLUMNS; c++)
      row[c] = QlbeUnitsToDeck(&problem->units, observables[c].dimension, row[c]);
    PetscCall(QlbeReportAddRow(report, "observables", COLUMNS, row));
  }
  PetscFunctionReturn(0);
}

/*
   The last slope of the covariance, averaged over the axes, and how far its parts are from each
   other.
*/
static void LastSlope(const EvolvePlan *plan, const EvolveResult *r, double *slope, double *spread)
{
  EvolveTensorSet t;

  EvolveTensors(plan, r, plan->n_time - 1, &t);
  *slope = (t.slope[0][0] + t.slope[1][1] + t.slope[2][2]) / 3.0;
  *spread = 0.0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      *spread = QlbeWorse(*spread, fabs(t.slope[i][j] - (i == j ? *slope : 0.0)) / fabs(*slope));
}

static PetscErrorCode AddSummary(const QlbeProblem *problem, const EvolvePlan *plan,
                                 const EvolveEngine *e, const EvolveResult *r, double D,
                                 QlbeReport report)
{
  static const char *const symmetries[] = {"isotropic", "axial", "general"};
  const double last = plan->time[plan->n_time - 1];
  EvolvePosition along;

  PetscFunctionBegin;
  EvolveAlongAxis(plan, r, plan->n_time - 1, &along);
  PetscCall(QlbeReportSetString(report, "state/symmetry", symmetries[plan->symmetry]));
  if (!plan->from_file)
    PetscCall(QlbeReportSetReal(report, "state/purity", plan->moments.purity, NULL));
  PetscCall(QlbeReportSetInteger(report, "propagation/groups", r->groups, NULL));
  PetscCall(QlbeRunReportSet(&problem->units, report, "final/time", QLBE_TIME, last));
  PetscCall(QlbeRunReportSet(&problem->units, report, "final/energy", QLBE_ENERGY,
                             r->momentum[plan->n_time - 1].energy));
  PetscCall(QlbeRunReportSet(&problem->units, report, "final/slope", QLBE_DIFFUSION, D));
  if (!e->free) {
    PetscCall(QlbeRunReportSet(&problem->units, report, "final/remainder", QLBE_AREA,
                               along.variance - along.slope * last));
    PetscCall(
        QlbeRunReportSet(&problem->units, report, "D_closed", QLBE_DIFFUSION, plan->closed.D));
    PetscCall(QlbeRunReportSet(&problem->units, report, "gap", QLBE_RATE, plan->closed.gap));
    PetscCall(QlbeRunReportSet(&problem->units, report, "quartic", QLBE_QUARTIC, r->quartic));
    PetscCall(QlbeReportAllowNaN(report, "quartic"));
  }
  PetscFunctionReturn(0);
}

/* Relaxation times after which the covariance grows with its final slope, to 1e-5 and far below. */
static const double long_after = 20.0;

static PetscErrorCode AddChecks(const QlbeProblem *problem, const EvolvePlan *plan,
                                const EvolveEngine *e, const EvolveResult *r, QlbeReport report)
{
  const double last = plan->time[plan->n_time - 1];
  double drift = 0.0, slope, spread;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < plan->n_time; i++)
    drift = QlbeWorse(drift, fabs(r->momentum[i].trace - r->momentum[0].trace));
  LastSlope(plan, r, &slope, &spread);
  /* a Krylov method keeps the trace to its own tolerance */
  PetscCall(
      QlbeReportAddCheck(report, "trace_is_constant", drift,
                         1e-12 + (r->approximate ? e->tolerance * (double)plan->n_time : 0.0)));
  PetscCall(QlbeReportAddCheck(report, "propagation_not_converged", r->failures, 0.0));
  if (plan->set.magnitude.n > 0) {
    QlbeFiberError error;
    double purity, tolerance;
    PetscCall(EvolvePurity(plan, r, problem->parameters.hbar, 0, &purity, &error));
    PetscCall(QlbeReportAddCheck(report, "contraction", r->growth, 1e-12 + e->tolerance));
    PetscCall(QlbeReportAddCheck(report, e->spectral ? "basis_holds_fibers" : "grid_holds_flight",
                                 r->tail, EVOLVE_MOST_TAIL));
    PetscCall(QlbeReportAddCheck(report, "trace_norm_growth", EvolveNormGrowth(plan, r),
                                 (e->spectral ? 1e-6 : 1e-12) + e->tolerance));
    tolerance = problem->settings->fibers.tolerance;
    if (!plan->from_file)
      PetscCall(QlbeReportAddCheck(report, "purity_represented",
                                   fabs(purity / plan->moments.purity - 1.0), tolerance));
  }
  if (!e->free && !e->spectral)
    PetscCall(CartesianCheckResolution(problem, e->cube.grid.spacing, report));
  if (!e->free && last * plan->closed.gap >= long_after) {
    PetscCall(QlbeReportAddCheck(report, "slope_isotropic", spread, 1e-5));
    /* on a grid D has an error of its own, which `diffusion` estimates */
    if (e->spectral)
      PetscCall(QlbeReportAddCheck(report, "slope_against_closed_forms",
                                   fabs(slope / plan->closed.D - 1.0), 1e-5));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveReport(const QlbeProblem *problem, const EvolvePlan *plan,
                            const EvolveEngine *e, const EvolveResult *r,
                            const EvolveFields *fields, QlbeReport report)
{
  EvolvePosition along;
  double slope, spread;

  PetscFunctionBegin;
  EvolveAlongAxis(plan, r, plan->n_time - 1, &along);
  LastSlope(plan, r, &slope, &spread);
  PetscCall(AddObservables(problem, plan, r, along.slope, report));
  PetscCall(AddSummary(problem, plan, e, r, slope, report));
  if (plan->n_separation > 0) PetscCall(EvolveDecoherenceReport(problem, plan, r, report));
  PetscCall(EvolveFieldsReport(problem, plan, r, fields, report));
  if (plan->save) PetscCall(EvolveSnapshotReport(problem, plan, &r->last, report));
  PetscCall(AddChecks(problem, plan, e, r, report));
  PetscCall(EvolveFieldsCheck(problem, plan, fields, report));
  PetscFunctionReturn(0);
}
