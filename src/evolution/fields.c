/*
   Fields as a whole: their making, their errors, and the checks that they must pass.
*/
#include <math.h>

#include "evolution_fields.h"
#include "qlbe/worse.h"

PetscErrorCode QlbeEvolutionFieldsCreate(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                         const QlbeEvolutionResult *result, double spacing,
                                         QlbeEvolutionFields *f)
{
  PetscFunctionBegin;
  *f = (QlbeEvolutionFields){.n_point = 0};
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(PetscCalloc5(plan->n_time, &f->density_peak, plan->n_time, &f->density_error,
                         plan->n_time, &f->density_flight, plan->n_time, &f->rho_peak, plan->n_time,
                         &f->rho_error));
  PetscCall(QlbePhaseBegin(problem->phases, "fields"));
  PetscCall(QlbeEvolutionFieldsAddDensity(problem, plan, result, f));
  PetscCall(QlbeEvolutionFieldsAddCoherence(plan, result, f));
  PetscCall(QlbePhaseEnd(problem->phases, "fields"));
  if (spacing > 0.0) PetscCall(QlbeEvolutionFieldsAddAlias(problem, plan, result, spacing, f));
  for (PetscInt time = 0; time < plan->n_time; time++) {
    QlbeFiberError error;
    double purity;
    PetscCall(QlbeEvolutionPurity(plan, result, problem->parameters.hbar, time, &purity, &error));
    f->purity_error = QlbeFiberErrorWorse(f->purity_error, error);
    for (int kind = 0; kind < QLBE_EVOLUTION_COMPARED; kind++)
      f->density_flight[time] +=
          QlbeEvolutionFlightDensity(plan, result, time, kind, f->density_peak[time]);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionFieldsDestroy(QlbeEvolutionFields *f)
{
  PetscFunctionBegin;
  PetscCall(
      PetscFree5(f->density_peak, f->density_error, f->density_flight, f->rho_peak, f->rho_error));
  PetscCall(PetscFree(f->x));
  PetscCall(PetscFree(f->density));
  PetscCall(PetscFree(f->rho));
  PetscFunctionReturn(0);
}

/* The largest of all times. */
static QlbeFiberError Largest(PetscInt n, const QlbeFiberError errors[])
{
  QlbeFiberError largest = {0.0, 0.0};

  for (PetscInt i = 0; i < n; i++) largest = QlbeFiberErrorWorse(largest, errors[i]);
  return largest;
}

QlbeFiberError QlbeEvolutionFieldsWorst(const QlbeEvolutionPlan *plan, const QlbeEvolutionFields *f)
{
  const PetscInt n = plan->set.magnitude.n > 0 ? plan->n_time : 0;
  const QlbeFiberError density = Largest(n, f->density_error);

  return QlbeFiberErrorWorse(QlbeFiberErrorWorse(density, Largest(n, f->rho_error)),
                             f->purity_error);
}

/* A check of the sum of both errors, and what helps where it fails. */
static PetscErrorCode CheckResolved(const QlbeProblem *problem, const char name[],
                                    const QlbeEvolutionPlan *plan, QlbeFiberError error,
                                    QlbeChecks *checks)
{
  const double sum = error.radial + error.angular;
  const double tolerance = problem->settings->fibers.tolerance;
  const PetscBool chosen = (PetscBool)(plan->adapt_radial && plan->adapt_angular);

  PetscFunctionBegin;
  PetscCall(QlbeChecksAdd(checks, name, sum, tolerance));
  if (!(sum <= tolerance))
    PetscCall(PetscPrintf(problem->comm,
                          "warning: %s: %.1e of the largest value from the magnitudes, %.1e from "
                          "the directions: %s\n",
                          name, error.radial, error.angular,
                          chosen ? "no larger set is tried; raise fibers.tolerance, or see whether "
                                   "grid or basis hold the fibers"
                                 : "raise fibers.radial and fibers.angular, or leave them to the "
                                   "program"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionFieldsCheck(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                        const QlbeEvolutionFields *f, PetscBool nodes,
                                        QlbeChecks *checks)
{
  const double tolerance = problem->settings->fibers.tolerance;

  PetscFunctionBegin;
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(CheckResolved(problem, "density_resolved", plan,
                          Largest(plan->n_time, f->density_error), checks));
  if (!plan->from && f->n_point > 0)
    PetscCall(QlbeChecksAdd(checks, "density_at_start", f->density_at_start, tolerance));
  PetscCall(QlbeChecksAdd(checks, "density_by_quadrature", f->density_quadrature, tolerance));
  PetscCall(QlbeChecksAdd(checks, "density_negative", f->density_negative, tolerance));
  PetscCall(CheckResolved(problem, "purity_resolved", plan, f->purity_error, checks));
  if (nodes) PetscCall(QlbeChecksAdd(checks, "grid_holds_density", f->density_alias, tolerance));
  if (plan->n_line == 0) PetscFunctionReturn(0);
  if (nodes) PetscCall(QlbeChecksAdd(checks, "grid_holds_coherence", f->rho_alias, tolerance));
  PetscCall(CheckResolved(problem, "coherence_resolved", plan, Largest(plan->n_time, f->rho_error),
                          checks));
  if (!plan->from)
    PetscCall(QlbeChecksAdd(checks, "coherence_at_start", f->rho_at_start, tolerance));
  PetscFunctionReturn(0);
}
