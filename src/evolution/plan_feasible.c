/*
   Plans that no table or memory serves, told before any work.
*/
#include "evolution_impl.h"
#include "evolution_plan_impl.h"
#include "qlbe/discretisation_list.h"

#include <math.h>

/*
   The smallest scale in momentum that quadratures resolve in reasonable time, in thermal momenta.
*/
static const double least_scale = 0.02;

/* Radians of free flight. */
static const double most_phase = 1e9;

/*
   The largest wave number must be one that is served; the diffusive limit is looked at as far as
   wave numbers go.
*/
static PetscErrorCode CheckWaveNumbers(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                       QlbeComplaint *complaint)
{
  const double most = QlbeDiscretisationLargestWaveNumber(problem);

  PetscFunctionBegin;
  if (problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  if (plan->k_max > most)
    PetscCall(QlbeComplain(complaint, "state_width",
                           "this state reaches to wave numbers of %.4g, expected at most %.4g: "
                           "a wider state, one with "
                           "a smaller separation in momentum, or fibers.radial 0",
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, plan->k_max),
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, most)));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    double largest;
    if (!plan->at_limit[i]) continue;
    largest = plan->limit[plan->n_limit - 1] / sqrt(plan->time[i]);
    /* early times of a light particle would ask for more than is served */
    plan->at_limit[i] = (PetscBool)(largest <= most);
    if (plan->at_limit[i]) plan->k_max = PetscMax(plan->k_max, largest);
  }
  PetscFunctionReturn(0);
}

/* Points of the position density at one time. */
static double DensityPoints(const QlbeProblem *problem)
{
  const int density = problem->settings->evolve.density;
  const double side = (double)problem->settings->evolve.density_points;

  return pow(side, density == QLBE_DENSITY_BOX ? 3.0 : density == QLBE_DENSITY_PLANE ? 2.0 : 1.0);
}

/* Products of inputs that are fine one by one. */
PetscErrorCode QlbeEvolutionPlanSizes(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                      QlbeComplaint *complaint)
{
  const double numbers =
      QlbeEvolutionPlanNumbers(plan, plan->set.magnitude.n, plan->set.n_polar, 0.0);
  const double densities = DensityPoints(problem) * (double)plan->n_time;

  PetscFunctionBegin;
  if (numbers > QLBE_EVOLUTION_MOST_NUMBERS)
    PetscCall(QlbeComplain(complaint, "evolve_coherence_points",
                           "expected fewer points, fibers or output times: together they make more "
                           "than %g numbers",
                           QLBE_EVOLUTION_MOST_NUMBERS));
  if (densities > QLBE_EVOLUTION_MOST_NUMBERS / 3.0)
    PetscCall(QlbeComplain(complaint, "evolve_density_points",
                           "expected fewer points or output times: together they make more than %g "
                           "numbers",
                           QLBE_EVOLUTION_MOST_NUMBERS));
  PetscFunctionReturn(0);
}

/* Nodes that follow times and states of a run serve no other run. */
static PetscErrorCode CheckSaved(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                 QlbeComplaint *complaint)
{
  const PetscBool flight = (PetscBool)(QlbeDiscretisationGetTraits(problem)->by_use ||
                                       QlbeEvolutionFastFrom(problem, plan) < plan->k_max);

  PetscFunctionBegin;
  if (flight && (plan->save || plan->from))
    PetscCall(QlbeComplain(complaint, plan->save ? "evolve_save_fibers" : "state_file",
                           "fibers of `flight` cannot be saved for another run, its nodes follow "
                           "the times of this one: grid.type `spectral` or `cartesian`"));
  PetscFunctionReturn(0);
}

/* Quadratures have to resolve the state. */
static PetscErrorCode CheckScale(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                 QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double scale = QlbeEvolutionMomentumScale(par, plan) / sqrt(par->M / par->beta);

  PetscFunctionBegin;
  if (!QlbeDiscretisationGetTraits(problem)->lattice && scale < least_scale)
    PetscCall(
        QlbeComplain(complaint, "state_type",
                     "state and coherence line vary over %.2g thermal momenta, expected %g or "
                     "more: a narrower packet, a smaller separation or extent",
                     scale, least_scale));
  PetscFunctionReturn(0);
}

/* A phase k.p t/M without a gas, which nothing ends, has to keep its digits. */
static PetscErrorCode CheckPhases(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double phase = plan->k_max * plan->time[plan->n_time - 1] / sqrt(par->M * par->beta);

  PetscFunctionBegin;
  if (par->eta <= 0.0 && !(phase <= most_phase))
    PetscCall(QlbeComplain(complaint, "evolve_duration",
                           "free flight turns fibers by %.2g radians, whose digits are lost, "
                           "expected at most %.2g: a shorter time",
                           phase, most_phase));
  PetscFunctionReturn(0);
}

/* Each discretisation has to serve the wave numbers that it gets. */
static PetscErrorCode CheckServes(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  QlbeComplaint *complaint)
{
  const double k_fast = QlbeEvolutionFastFrom(problem, plan);
  QlbeDiscretisationUse use =
      QlbeEvolutionUse(&problem->parameters, plan, PetscMin(k_fast, plan->k_max));
  QlbeSettings settings = *problem->settings;
  QlbeProblem fast = *problem;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationServes(problem, &use, complaint));
  if (complaint->option || k_fast >= plan->k_max) PetscFunctionReturn(0);
  settings.grid.type = QLBE_GRID_flight;
  fast.settings = &settings;
  use.k_max = plan->k_max;
  PetscCall(QlbeDiscretisationServes(&fast, &use, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanFeasible(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                         QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  PetscCall(CheckWaveNumbers(problem, plan, complaint));
  PetscCall(CheckScale(problem, plan, complaint));
  PetscCall(CheckSaved(problem, plan, complaint));
  PetscCall(CheckPhases(problem, plan, complaint));
  PetscCall(QlbeEvolutionPlanSizes(problem, plan, complaint));
  if (!complaint->option) PetscCall(CheckServes(problem, plan, complaint));
  PetscFunctionReturn(0);
}
