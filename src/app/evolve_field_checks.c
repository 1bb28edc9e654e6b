/*
   Fields as a whole: their making, their errors, and the checks that they must pass.
*/
#include <math.h>

#include "evolve_fields.h"
#include "qlbe/worse.h"

PetscErrorCode EvolveFieldsCreate(const QlbeProblem *problem, const EvolvePlan *plan,
                                  const EvolveResult *result, double spacing, EvolveFields *f)
{
  PetscFunctionBegin;
  *f = (EvolveFields){.n_point = 0, .on_grid = (PetscBool)(spacing > 0.0)};
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(PetscCalloc4(plan->n_time, &f->density_peak, plan->n_time, &f->density_error,
                         plan->n_time, &f->rho_peak, plan->n_time, &f->rho_error));
  PetscCall(QlbePhaseBegin(problem->phases, "fields"));
  PetscCall(EvolveFieldsAddDensity(problem, plan, result, f));
  PetscCall(EvolveFieldsAddCoherence(plan, result, f));
  PetscCall(QlbePhaseEnd(problem->phases, "fields"));
  if (spacing > 0.0) PetscCall(EvolveFieldsAddAlias(problem, plan, result, spacing, f));
  for (PetscInt time = 0; time < plan->n_time; time++) {
    QlbeFiberError error;
    double purity;
    PetscCall(EvolvePurity(plan, result, problem->parameters.hbar, time, &purity, &error));
    f->purity_error = QlbeFiberErrorWorse(f->purity_error, error);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFieldsDestroy(EvolveFields *f)
{
  PetscFunctionBegin;
  PetscCall(PetscFree4(f->density_peak, f->density_error, f->rho_peak, f->rho_error));
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

QlbeFiberError EvolveFieldsWorst(const EvolvePlan *plan, const EvolveFields *f)
{
  const PetscInt n = plan->set.magnitude.n > 0 ? plan->n_time : 0;
  const QlbeFiberError density = Largest(n, f->density_error);

  return QlbeFiberErrorWorse(QlbeFiberErrorWorse(density, Largest(n, f->rho_error)),
                             f->purity_error);
}

/* A check of the sum of both errors, and what helps where it fails. */
static PetscErrorCode CheckResolved(const QlbeProblem *problem, const char name[],
                                    const EvolvePlan *plan, QlbeFiberError error, QlbeReport report)
{
  const double sum = error.radial + error.angular;
  const PetscBool chosen = (PetscBool)(plan->adapt_radial && plan->adapt_angular);
  double tolerance;

  PetscFunctionBegin;
  tolerance = problem->settings->fibers.tolerance;
  PetscCall(QlbeReportAddCheck(report, name, sum, tolerance));
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

PetscErrorCode EvolveFieldsCheck(const QlbeProblem *problem, const EvolvePlan *plan,
                                 const EvolveFields *f, QlbeReport report)
{
  double tolerance;

  PetscFunctionBegin;
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  tolerance = problem->settings->fibers.tolerance;
  PetscCall(CheckResolved(problem, "density_resolved", plan,
                          Largest(plan->n_time, f->density_error), report));
  if (!plan->from_file && f->n_point > 0)
    PetscCall(QlbeReportAddCheck(report, "density_at_start", f->density_at_start, tolerance));
  PetscCall(QlbeReportAddCheck(report, "density_by_quadrature", f->density_quadrature, tolerance));
  PetscCall(QlbeReportAddCheck(report, "density_negative", f->density_negative, tolerance));
  PetscCall(CheckResolved(problem, "purity_resolved", plan, f->purity_error, report));
  if (f->on_grid)
    PetscCall(QlbeReportAddCheck(report, "grid_holds_density", f->density_alias, tolerance));
  if (plan->n_line == 0) PetscFunctionReturn(0);
  if (f->on_grid)
    PetscCall(QlbeReportAddCheck(report, "grid_holds_coherence", f->rho_alias, tolerance));
  PetscCall(CheckResolved(problem, "coherence_resolved", plan, Largest(plan->n_time, f->rho_error),
                          report));
  if (!plan->from_file)
    PetscCall(QlbeReportAddCheck(report, "coherence_at_start", f->rho_at_start, tolerance));
  PetscFunctionReturn(0);
}
