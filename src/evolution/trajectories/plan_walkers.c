/*
   What trajectories ask of a plan, in the place of a discretisation.
*/
#include "evolution_plan_impl.h"
#include "qlbe/limits.h"
#include "qlbe/vector_length.h"

#include <math.h>

/* Wave numbers of the diffusive limit, and the largest momentum that the state starts with. */
static double LargestMomentum(QlbeEvolutionPlan *plan)
{
  double p = 0.0;

  for (PetscInt i = 0; i < plan->n_time; i++)
    if (plan->at_limit[i])
      plan->k_max = PetscMax(plan->k_max, plan->limit[plan->n_limit - 1] / sqrt(plan->time[i]));
  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    const double sigma = PetscMax(term->sigma[0], PetscMax(term->sigma[1], term->sigma[2]));
    p = PetscMax(p, QlbeVectorLength(term->P) + 9.0 * sigma);
  }
  return p;
}

PetscErrorCode QlbeEvolutionPlanWalkers(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                        QlbeComplaint *complaint)
{
  const double p = LargestMomentum(plan);
  const double tolerance = problem->settings->trajectories.tolerance;

  PetscFunctionBegin;
  /* rates of decoherence need no walkers, and a snapshot has no terms to draw them from */
  plan->n_separation = 0;
  if (plan->from)
    PetscCall(QlbeComplain(complaint, "state_type",
                           "trajectories start from a packet, cat, mixture or thermal state, got "
                           "`file`"));
  if (plan->save)
    PetscCall(QlbeComplain(complaint, "evolve_save_fibers",
                           "trajectories have no fibers to save: expected false, got true"));
  if (tolerance > 0.0 && plan->set.magnitude.n == 0)
    PetscCall(QlbeComplain(complaint, "trajectories_tolerance",
                           "expected 0 where no fibers are asked for (fibers.radial 0), got %g",
                           tolerance));
  PetscCall(QlbeEvolutionPlanSizes(problem, plan, complaint));
  if (problem->parameters.eta > 0.0)
    PetscCall(
        QlbeKernelServes(problem, p + 0.5 * problem->parameters.hbar * plan->k_max, complaint));
  PetscFunctionReturn(0);
}
