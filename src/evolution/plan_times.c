/*
   Output times of an evolution, and the steps between them.
*/
#include <math.h>

#include "evolution_plan_impl.h"

/* Output times with logarithmic spacing cover this range. */
static const double log_range = 1e-3;

static PetscErrorCode ListedTimes(const QlbeProblem *problem, PetscInt n, const double given[],
                                  QlbeEvolutionPlan *plan, QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  for (PetscInt i = 1; i < n; i++) {
    if (given[i] > given[i - 1]) continue;
    PetscCall(QlbeComplain(complaint, "evolve_times", "expected ascending numbers, got %g after %g",
                           QlbeUnitsToDeck(&problem->units, QLBE_TIME, given[i]),
                           QlbeUnitsToDeck(&problem->units, QLBE_TIME, given[i - 1])));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(n + 1, &plan->time));
  plan->time[0] = 0.0;
  plan->n_time = 1;
  for (PetscInt i = 0; i < n; i++)
    if (given[i] > 0.0) plan->time[plan->n_time++] = given[i];
  PetscFunctionReturn(0);
}

static PetscErrorCode ChooseTimes(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                  QlbeComplaint *complaint)
{
  const double *given;
  double duration;
  PetscInt n, outputs;
  PetscBool linear;

  PetscFunctionBegin;
  n = problem->settings->evolve.times.n;
  given = problem->settings->evolve.times.values;
  if (n > 0) {
    PetscCall(ListedTimes(problem, n, given, plan, complaint));
    PetscFunctionReturn(0);
  }
  duration = problem->settings->evolve.duration;
  outputs = problem->settings->evolve.outputs;
  linear = (PetscBool)(problem->settings->evolve.spacing == QLBE_SPACING_LINEAR);
  if (duration == 0.0 && problem->parameters.eta <= 0.0) {
    PetscCall(QlbeComplain(complaint, "evolve_duration",
                           "expected a number > 0 where there is no gas to relax with, got 0"));
    PetscFunctionReturn(0);
  }
  if (duration == 0.0) duration = 30.0 / plan->closed.gap;
  plan->n_time = outputs + 1;
  PetscCall(PetscMalloc1(plan->n_time, &plan->time));
  plan->time[0] = 0.0;
  for (PetscInt i = 1; i <= outputs; i++) {
    const double part = (double)i / (double)outputs;
    plan->time[i] = duration * (linear ? part : pow(log_range, 1.0 - part));
  }
  plan->time[outputs] = duration;
  PetscFunctionReturn(0);
}

/* Twice what the propagators take for equal, so that to them different steps are different. */
static const double same_step = 2e-14;

static PetscErrorCode ChooseSteps(QlbeEvolutionPlan *plan)
{
  PetscInt n = 0;
  double *different;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(plan->n_time, &plan->step));
  PetscCall(PetscMalloc1(plan->n_time, &different));
  for (PetscInt i = 1; i < plan->n_time; i++) {
    const double step = plan->time[i] - plan->time[i - 1];
    PetscInt j = 0;
    while (j < n && fabs(step - different[j]) > same_step * step) j++;
    if (j == n) different[n++] = step;
    plan->step[i] = different[j];
  }
  PetscCall(PetscFree(different));
  PetscFunctionReturn(0);
}

/*
   Rounding of the generator grows like the time in units of the mean free time, 1e-16 each: where
   it shows in the diffusive limit, whose distance falls like t^(-1/2), nothing new happens any
   more. Slow particles need 30 relaxation times all the same.
*/
static const double most_collisions = 1e6, most_relaxations = 100.0;

static PetscErrorCode CheckLast(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                QlbeComplaint *complaint)
{
  const double last = plan->time[plan->n_time - 1];
  const PetscInt n = problem->settings->evolve.times.n;
  double most;

  PetscFunctionBegin;
  if (problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  most =
      PetscMax(most_collisions / plan->closed.escape_rate_0, most_relaxations / plan->closed.gap);
  if (!(last <= most))
    PetscCall(QlbeComplain(complaint, n > 0 ? "evolve_times" : "evolve_duration",
                           "expected times <= %.4g, %g mean free times or %g relaxation times: "
                           "rounding shows beyond, got %g",
                           QlbeUnitsToDeck(&problem->units, QLBE_TIME, most), most_collisions,
                           most_relaxations, QlbeUnitsToDeck(&problem->units, QLBE_TIME, last)));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanTimes(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                      QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  PetscCall(ChooseTimes(problem, plan, complaint));
  if (!complaint->option) PetscCall(CheckLast(problem, plan, complaint));
  if (!complaint->option) PetscCall(ChooseSteps(plan));
  PetscFunctionReturn(0);
}
