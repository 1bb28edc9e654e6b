/*
   The packet whose rates of decoherence are asked for, and the distances.
*/
#include "evolution_plan_impl.h"

#include <math.h>

/* Default separations, in units of hbar/(m_star kT)^(1/2). */
enum { SEPARATIONS = 12 };
static const double nearest = 0.1, farthest = 10.0;

QlbeMomentumDistribution QlbeEvolutionPacketMomentum(const QlbeEvolutionPlan *plan)
{
  const QlbeGaussianTerm *term = &plan->state.terms[0];
  QlbeMomentumDistribution n;

  for (int i = 0; i < 3; i++) {
    n.mean[i] = term->P[i];
    n.deviation[i] = term->sigma[i];
  }
  return n;
}

PetscErrorCode QlbeEvolutionPacket(const QlbeProblem *problem, QlbeMomentumDistribution *n,
                                   double axis[3], QlbeComplaint *complaint)
{
  QlbeEvolutionPlan plan = {.n_time = 0};

  PetscFunctionBegin;
  if (problem->settings->state.type == QLBE_STATE_FILE)
    PetscCall(QlbeComplain(complaint, "state_type", "expected a state of packets, got `file`"));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionPlanState(problem, &plan, complaint));
  if (!complaint->option) {
    *n = QlbeEvolutionPacketMomentum(&plan);
    PetscCall(PetscArraycpy(axis, plan.axis, 3));
  }
  PetscCall(QlbeEvolutionPlanDestroy(&plan));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanSeparations(const QlbeProblem *problem, QlbeEvolutionPlan *plan)
{
  const QlbeParameters *par = &problem->parameters;
  const double unit = par->hbar / sqrt(par->m_star / par->beta);
  QlbeMomentumDistribution packet;
  const double *given;
  PetscInt n;

  PetscFunctionBegin;
  if (par->eta <= 0.0 || plan->from) PetscFunctionReturn(0);
  packet = QlbeEvolutionPacketMomentum(plan);
  if (!QlbeDecoherenceServes(par, &packet)) PetscFunctionReturn(0);
  n = problem->settings->evolve.separations.n;
  given = problem->settings->evolve.separations.values;
  plan->n_separation = n > 0 ? n : SEPARATIONS;
  PetscCall(PetscMalloc1(plan->n_separation, &plan->separation));
  for (PetscInt i = 0; i < plan->n_separation; i++) {
    const double part = (double)i / (double)(SEPARATIONS - 1);
    plan->separation[i] = n > 0 ? given[i] : unit * nearest * pow(farthest / nearest, part);
  }
  PetscFunctionReturn(0);
}
