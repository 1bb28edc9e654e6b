/*
   Numbers that stand for an evolution as a whole, and the checks that it has to pass.
*/
#include "evolution_fields.h"
#include "qlbe/worse.h"

#include <math.h>

/* Relaxation times after which the covariance grows with its final slope, to 1e-5 and far below. */
static const double long_after = 20.0;

/*
   The last slope of the covariance, averaged over the axes, and how far its parts are from each
   other.
*/
static void LastSlope(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *r, double *slope,
                      double *spread)
{
  QlbeEvolutionTensors t;

  QlbeEvolutionGetTensors(plan, r, plan->n_time - 1, &t);
  *slope = (t.slope[0][0] + t.slope[1][1] + t.slope[2][2]) / 3.0;
  *spread = 0.0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      *spread = QlbeWorse(*spread, fabs(t.slope[i][j] - (i == j ? *slope : 0.0)) / fabs(*slope));
}

/* What a smaller basis, or other nodes, change. */
static PetscErrorCode DescribeFlight(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *r,
                                     int kind, QlbeEntries *entries)
{
  const QlbeEvolutionFlightError f = QlbeEvolutionFlightErrors(plan, r, kind);
  const struct {
    const char *name;
    double value;
  } all[] = {{"", f.wave}, {"_density", f.density}, {"_purity", f.purity}, {"_rest", f.rest}};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
    char name[64];
    PetscCall(PetscSNPrintf(name, sizeof(name), "flight/%s_error%s", kind == 0 ? "basis" : "node",
                            all[i].name));
    PetscCall(QlbeEntriesAdd(entries, name, QLBE_DIMENSIONLESS, all[i].value));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionDescribe(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     const QlbeEvolutionResult *r, QlbeEntries *entries)
{
  static const char *const symmetries[] = {"isotropic", "axial", "general"};
  const double last = plan->time[plan->n_time - 1];
  QlbeEvolutionPosition along;
  double slope, spread;

  PetscFunctionBegin;
  LastSlope(plan, r, &slope, &spread);
  QlbeEvolutionAlongAxis(plan, r, plan->n_time - 1, &along);
  PetscCall(QlbeEntriesAddText(entries, "state/symmetry", symmetries[plan->symmetry]));
  if (!plan->from)
    PetscCall(QlbeEntriesAdd(entries, "state/purity", QLBE_DIMENSIONLESS, plan->moments.purity));
  PetscCall(QlbeEntriesAddInteger(entries, "propagation/groups", r->groups));
  PetscCall(QlbeEntriesAdd(entries, "final/time", QLBE_TIME, last));
  PetscCall(
      QlbeEntriesAdd(entries, "final/energy", QLBE_ENERGY, r->momentum[plan->n_time - 1].energy));
  PetscCall(QlbeEntriesAdd(entries, "final/slope", QLBE_DIFFUSION, slope));
  for (int kind = 0; kind < QLBE_EVOLUTION_COMPARED && r->flight.n > 0; kind++)
    PetscCall(DescribeFlight(plan, r, kind, entries));
  if (problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(
      QlbeEntriesAdd(entries, "final/remainder", QLBE_AREA, along.variance - along.slope * last));
  PetscCall(QlbeEntriesAdd(entries, "D_closed", QLBE_DIFFUSION, plan->closed.D));
  PetscCall(QlbeEntriesAdd(entries, "gap", QLBE_RATE, plan->closed.gap));
  PetscCall(QlbeEntriesAddOrNaN(entries, "quartic", QLBE_QUARTIC, r->quartic));
  PetscFunctionReturn(0);
}

/* Whether fibers are propagated, held and complete. */
static PetscErrorCode CheckFibers(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  QlbeEvolution e, const QlbeEvolutionResult *r, QlbeChecks *checks)
{
  const PetscBool nodes = (PetscBool)(e->spacing > 0.0);
  QlbeFiberError error;
  double purity;

  PetscFunctionBegin;
  for (int kind = 0; kind < QLBE_EVOLUTION_COMPARED && r->flight.n > 0; kind++) {
    const QlbeEvolutionFlightError f = QlbeEvolutionFlightErrors(plan, r, kind);
    const double worst = QlbeWorse(QlbeWorse(f.wave, f.rest), QlbeWorse(f.density, f.purity));
    PetscCall(QlbeChecksAdd(checks, kind == 0 ? "flight_basis" : "flight_nodes", worst,
                            problem->settings->fibers.tolerance));
  }
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionPurity(plan, r, problem->parameters.hbar, 0, &purity, &error));
  PetscCall(QlbeChecksAdd(checks, "contraction", r->growth, 1e-12 + e->tolerance));
  if (nodes || !QlbeDiscretisationPropagates(e->d))
    PetscCall(QlbeChecksAdd(checks, nodes ? "grid_holds_flight" : "basis_holds_fibers", r->tail,
                            QLBE_EVOLUTION_MOST_TAIL));
  PetscCall(QlbeChecksAdd(checks, "trace_norm_growth", QlbeEvolutionNormGrowth(plan, r),
                          (e->traits->lattice ? 1e-12 : 1e-6) + e->tolerance));
  if (!plan->from)
    PetscCall(QlbeChecksAdd(checks, "purity_represented", fabs(purity / plan->moments.purity - 1.0),
                            problem->settings->fibers.tolerance));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionCheck(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  QlbeEvolution e, const QlbeEvolutionResult *r, QlbeChecks *checks)
{
  const double last = plan->time[plan->n_time - 1];
  const PetscBool nodes = (PetscBool)(e->spacing > 0.0);
  double drift = 0.0, slope, spread;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < plan->n_time; i++)
    drift = QlbeWorse(drift, fabs(r->momentum[i].trace - r->momentum[0].trace));
  /* a Krylov method keeps the trace to its own tolerance */
  PetscCall(QlbeChecksAdd(checks, "trace_is_constant", drift,
                          1e-12 + (r->approximate ? e->tolerance * (double)plan->n_time : 0.0)));
  PetscCall(QlbeChecksAdd(checks, "propagation_not_converged", r->failures, 0.0));
  PetscCall(CheckFibers(problem, plan, e, r, checks));
  if (!e->free) PetscCall(QlbeDiscretisationCheck(e->d, problem->comm, checks));
  if (!e->free && last * plan->closed.gap >= long_after) {
    LastSlope(plan, r, &slope, &spread);
    PetscCall(QlbeChecksAdd(checks, "slope_isotropic", spread, 1e-5));
    /* on nodes D has an error of its own, which `diffusion` estimates */
    if (!nodes)
      PetscCall(QlbeChecksAdd(checks, "slope_against_closed_forms",
                              fabs(slope / plan->closed.D - 1.0), 1e-5));
  }
  PetscCall(QlbeEvolutionFieldsCheck(problem, plan, &r->fields, nodes, checks));
  PetscFunctionReturn(0);
}
