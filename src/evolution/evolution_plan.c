/*
   The plan of an evolution: times, fibers, directions, ranges.
*/
#include <math.h>

#include "evolution_impl.h"
#include "evolution_plan_impl.h"
#include "qlbe/curvature_design.h"
#include "qlbe/limits.h"
#include "qlbe/spherical.h"

/* The diffusive limit is looked at for s D^(1/2) = 3/LIMIT_POINTS .. 3. */
enum { LIMIT_POINTS = 8, LIMIT_TIMES = 8 };
static const double limit_reach = 3.0;

/* Directions whose second moments make up the covariance: one, two, or six. */
static void ChooseChain(QlbeEvolutionPlan *plan)
{
  const double *a = plan->axis;

  for (int i = 0; i < 3; i++) plan->chain[0][i] = a[i];
  plan->n_chain = plan->symmetry == QLBE_STATE_ISOTROPIC ? 1 : 2;
  if (plan->symmetry == QLBE_STATE_AXIAL) {
    double e[3][3];
    QlbeSphericalFrame(a, e);
    for (int i = 0; i < 3; i++) plan->chain[1][i] = e[0][i];
  } else if (plan->symmetry == QLBE_STATE_GENERAL) {
    double directions[6][3];
    plan->n_chain = 6;
    QlbeCurvatureDirections(directions);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 3; j++) plan->chain[i][j] = directions[i][j];
    }
  }
}

/*
   Values of s, and the output times where they are looked at: a few, after a relaxation time or
   more, the last among them.
*/
static PetscErrorCode ChooseLimit(const QlbeProblem *problem, QlbeEvolutionPlan *plan)
{
  PetscBool wanted;
  PetscInt late = 0, stride;

  PetscFunctionBegin;
  wanted = problem->settings->evolve.limit;
  for (PetscInt i = 0; i < plan->n_time; i++) late += plan->time[i] * plan->closed.gap >= 1.0;
  stride = PetscMax(1, (late + LIMIT_TIMES - 1) / LIMIT_TIMES);
  plan->n_limit = wanted && late > 0 && !plan->from ? LIMIT_POINTS : 0;
  PetscCall(PetscCalloc1(plan->n_time, &plan->at_limit));
  for (PetscInt i = 0; i < plan->n_time && plan->n_limit > 0; i++)
    plan->at_limit[i] = (PetscBool)(plan->time[i] * plan->closed.gap >= 1.0 &&
                                    (plan->n_time - 1 - i) % stride == 0);
  PetscCall(PetscMalloc1(plan->n_limit, &plan->limit));
  for (PetscInt i = 0; i < plan->n_limit; i++)
    plan->limit[i] = limit_reach * (double)(i + 1) / (double)plan->n_limit / sqrt(plan->closed.D);
  PetscFunctionReturn(0);
}

static PetscErrorCode ChooseLine(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                 QlbeComplaint *complaint)
{
  double extent, variance = 0.0;
  PetscInt radial;

  PetscFunctionBegin;
  plan->n_line = problem->settings->evolve.coherence_points;
  extent = problem->settings->evolve.coherence_extent;
  radial = problem->settings->fibers.radial;
  if (plan->from ? plan->set.magnitude.n == 0 : radial == 0) plan->n_line = 0;
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++)
      variance += plan->axis[i] * plan->moments.covariance[i][j] * plan->axis[j];
  }
  if (extent == 0.0 && plan->n_line > 0 && plan->from)
    PetscCall(QlbeComplain(complaint, "evolve_coherence_extent",
                           "expected a number > 0 for a state from a file, got 0"));
  if (extent == 0.0) extent = 4.0 * sqrt(variance);
  plan->line_spacing = plan->n_line > 1 ? 2.0 * extent / (double)(plan->n_line - 1) : extent;
  PetscFunctionReturn(0);
}

/* Complains about what does not depend on the state: interaction, grid.auto, the grid itself. */
static PetscErrorCode CheckKind(const QlbeProblem *problem, QlbeComplaint *complaint)
{
  const QlbeDiscretisationUse use = QlbeEvolutionUse(&problem->parameters, NULL, 0.0);

  PetscFunctionBegin;
  PetscCall(QlbeNeedsPhase(problem, "evolve", complaint));
  if (problem->settings->evolve.method == QLBE_METHOD_TRAJECTORIES) {
    if (problem->parameters.eta > 0.0) PetscCall(QlbeKernelServes(problem, 0.0, complaint));
    PetscFunctionReturn(0);
  }
  if (QlbeDiscretisationHasToSettle(problem))
    PetscCall(QlbeComplain(complaint, "grid_auto",
                           "evolve takes the orders as they are given: expected 0, got %g",
                           problem->settings->grid.automatic));
  if (!complaint->option) PetscCall(QlbeDiscretisationServes(problem, &use, complaint));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComputeClosedForms(const QlbeProblem *problem, QlbeClosedForms *closed)
{
  enum { FUNCTIONS = 16 };

  PetscFunctionBegin;
  if (problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(QlbeClosedFormsOfProblem(problem, FUNCTIONS, closed));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanCreate(const QlbeProblem *problem, const QlbeFiberSnapshot *from,
                                       QlbeEvolutionPlan *plan, QlbeComplaint *complaint)
{
  const PetscBool isotropic = QlbeDiscretisationGetTraits(problem)->isotropic;

  PetscFunctionBegin;
  *plan = (QlbeEvolutionPlan){
      .from = from,
      .walkers = (PetscBool)(problem->settings->evolve.method == QLBE_METHOD_TRAJECTORIES),
      .save = problem->settings->evolve.save_fibers};
  PetscCall(CheckKind(problem, complaint));
  if (!complaint->option) PetscCall(QlbeEvolutionPlanState(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(ComputeClosedForms(problem, &plan->closed));
  PetscCall(QlbeEvolutionPlanTimes(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionPlanSeparations(problem, plan));
  ChooseChain(plan);
  PetscCall(ChooseLimit(problem, plan));
  PetscCall(ChooseLine(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionPlanSet(problem, plan));
  if (plan->walkers) {
    PetscCall(QlbeEvolutionPlanWalkers(problem, plan, complaint));
    PetscFunctionReturn(0);
  }
  plan->shared = (PetscBool)(isotropic && plan->symmetry == QLBE_STATE_ISOTROPIC);
  PetscCall(QlbeDiscretisationLine(problem, plan->axis, &plan->n_momentum, &plan->momentum));
  PetscCall(QlbeEvolutionPlanFeasible(problem, plan, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanDestroy(QlbeEvolutionPlan *plan)
{
  PetscFunctionBegin;
  PetscCall(QlbeStateDestroy(&plan->state));
  PetscCall(QlbeStateDestroy(&plan->interference));
  PetscCall(QlbeFiberSetDestroy(&plan->set));
  PetscCall(PetscFree(plan->known));
  PetscCall(PetscFree(plan->time));
  PetscCall(PetscFree(plan->step));
  PetscCall(PetscFree(plan->separation));
  PetscCall(PetscFree(plan->limit));
  PetscCall(PetscFree(plan->at_limit));
  PetscCall(PetscFree(plan->momentum));
  PetscFunctionReturn(0);
}
