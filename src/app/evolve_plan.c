/*
   What `qlbe evolve` will compute: times, fibers, directions, ranges.
*/
#include <math.h>

#include "evolve.h"
#include "qlbe/spherical.h"

/* The diffusive limit is looked at for s D^(1/2) = 3/LIMIT_POINTS .. 3. */
enum { LIMIT_POINTS = 8, LIMIT_TIMES = 8, MOMENTUM_POINTS = 61 };
static const double limit_reach = 3.0, momentum_reach = 5.0;

/* Directions whose second moments make up the covariance: one, two, or six. */
static void ChooseChain(EvolvePlan *plan)
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
static PetscErrorCode ChooseLimit(const QlbeProblem *problem, EvolvePlan *plan)
{
  PetscBool wanted;
  PetscInt late = 0, stride;

  PetscFunctionBegin;
  wanted = problem->settings->evolve.limit;
  for (PetscInt i = 0; i < plan->n_time; i++) late += plan->time[i] * plan->closed.gap >= 1.0;
  stride = (late + LIMIT_TIMES - 1) / LIMIT_TIMES;
  plan->n_limit = wanted && late > 0 && !plan->from_file ? LIMIT_POINTS : 0;
  PetscCall(PetscCalloc1(plan->n_time, &plan->at_limit));
  for (PetscInt i = 0; i < plan->n_time && plan->n_limit > 0; i++)
    plan->at_limit[i] = (PetscBool)(plan->time[i] * plan->closed.gap >= 1.0 &&
                                    (plan->n_time - 1 - i) % stride == 0);
  PetscCall(PetscMalloc1(plan->n_limit, &plan->limit));
  for (PetscInt i = 0; i < plan->n_limit; i++)
    plan->limit[i] = limit_reach * (double)(i + 1) / (double)plan->n_limit / sqrt(plan->closed.D);
  PetscFunctionReturn(0);
}

/* Points of the momentum distribution along the axis: nodes of the grid where there is one. */
static PetscErrorCode ChooseMomenta(const QlbeProblem *problem, PetscBool spectral,
                                    EvolvePlan *plan)
{
  const double thermal = sqrt(problem->parameters.M / problem->parameters.beta);
  double half_width = momentum_reach * thermal;
  double along[3] = {plan->axis[0], plan->axis[1], plan->axis[2]};

  PetscFunctionBegin;
  plan->n_momentum = MOMENTUM_POINTS;
  if (!spectral) {
    plan->n_momentum = problem->settings->grid.points;
    PetscCall(CartesianHalfWidth(problem, &half_width));
    /* a line through the nodes: the axis of the grid nearest to that of the state */
    for (int i = 0; i < 3; i++)
      along[i] = fabs(plan->axis[i]) >=
                 PetscMax(fabs(plan->axis[(i + 1) % 3]), fabs(plan->axis[(i + 2) % 3]));
    if (along[2] > 0.0) along[0] = along[1] = 0.0;
    if (along[1] > 0.0) along[0] = 0.0;
  }
  PetscCall(PetscMalloc1(plan->n_momentum, &plan->momentum));
  for (PetscInt i = 0; i < plan->n_momentum; i++) {
    const double p = half_width * (2.0 * (double)i / (double)(plan->n_momentum - 1) - 1.0);
    /* an even number of nodes has none on the axis: the line next to it */
    const double beside =
        !spectral && plan->n_momentum % 2 == 0 ? half_width / (double)(plan->n_momentum - 1) : 0.0;
    for (int axis = 0; axis < 3; axis++)
      plan->momentum[i][axis] = along[axis] * p + (along[axis] == 0.0 ? beside : 0.0);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode ChooseLine(const QlbeProblem *problem, EvolvePlan *plan,
                                 QlbeComplaint *complaint)
{
  double extent, variance = 0.0;
  PetscInt radial;

  PetscFunctionBegin;
  plan->n_line = problem->settings->evolve.coherence_points;
  extent = problem->settings->evolve.coherence_extent;
  radial = problem->settings->fibers.radial;
  if (plan->from_file ? plan->set.magnitude.n == 0 : radial == 0) plan->n_line = 0;
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++)
      variance += plan->axis[i] * plan->moments.covariance[i][j] * plan->axis[j];
  }
  if (extent == 0.0 && plan->n_line > 0 && plan->from_file)
    PetscCall(QlbeComplain(complaint, "evolve_coherence_extent",
                           "expected a number > 0 for a state from a file, got 0"));
  if (extent == 0.0) extent = 4.0 * sqrt(variance);
  plan->line_spacing = plan->n_line > 1 ? 2.0 * extent / (double)(plan->n_line - 1) : extent;
  PetscFunctionReturn(0);
}

PetscErrorCode EvolvePlanCreate(const QlbeProblem *problem, EvolvePlan *plan,
                                QlbeComplaint *complaint)
{
  PetscBool spectral = PETSC_FALSE;
  double tolerance;
  char names[128];
  QlbeTeam team;

  PetscFunctionBegin;
  *plan = (EvolvePlan){.n_time = 0};
  PetscCall(SpectralChosen(problem, &spectral));
  if (!QlbeInteractionGetTraits(problem->parameters.interaction)->has_phase)
    PetscCall(QlbeComplain(complaint, "interaction_type",
                           "evolve needs an interaction with a phase, %s, got `%s`",
                           QlbeInteractionNamesWithPhase(sizeof(names), names),
                           QlbeInteractionGetName(problem->parameters.interaction)));
  else if (spectral && problem->parameters.eta <= 0.0)
    PetscCall(QlbeComplain(complaint, "grid_type",
                           "free flight, density 0, needs `cartesian`: there it is exact"));
  tolerance = problem->settings->grid.automatic;
  if (!complaint->option && spectral && tolerance > 0.0)
    PetscCall(QlbeComplain(complaint, "grid_auto",
                           "evolve takes the orders as they are given: expected 0, got %g",
                           tolerance));
  if (!complaint->option) PetscCall(EvolveStateCreate(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (problem->parameters.eta > 0.0) {
    PetscCall(QlbeTeamFromComm(&problem->comm, &team));
    PetscCall(QlbePhaseBegin(problem->phases, "closed forms"));
    PetscCall(QlbeClosedFormsCompute(&problem->parameters, 16, &team, &plan->closed));
    PetscCall(QlbePhaseEnd(problem->phases, "closed forms"));
  }
  PetscCall(EvolvePlanTimes(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(EvolvePlanSeparations(problem, plan));
  ChooseChain(plan);
  PetscCall(ChooseLimit(problem, plan));
  PetscCall(ChooseLine(problem, plan, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(EvolveSetCreate(problem, plan));
  plan->shared = (PetscBool)(spectral && plan->symmetry == QLBE_STATE_ISOTROPIC);
  PetscCall(ChooseMomenta(problem, spectral, plan));
  plan->save = problem->settings->evolve.save_fibers;
  PetscCall(EvolveFeasible(problem, spectral, plan, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolvePlanDestroy(EvolvePlan *plan)
{
  PetscFunctionBegin;
  PetscCall(QlbeStateDestroy(&plan->state));
  PetscCall(QlbeStateDestroy(&plan->interference));
  PetscCall(QlbeFiberSetDestroy(&plan->set));
  PetscCall(PetscFree(plan->known));
  PetscCall(EvolveSnapshotDestroy(&plan->snapshot));
  PetscCall(PetscFree(plan->time));
  PetscCall(PetscFree(plan->step));
  PetscCall(PetscFree(plan->separation));
  PetscCall(PetscFree(plan->limit));
  PetscCall(PetscFree(plan->at_limit));
  PetscCall(PetscFree(plan->momentum));
  PetscFunctionReturn(0);
}
