/*
   Observables at one time, from the results of all tasks.
*/
#include "evolution_impl.h"

#include <math.h>

/* Distances from equilibrium below this are rounding, and have no rate. */
static const double relaxed = 1e-10;

double QlbeEvolutionLastSlope(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result)
{
  QlbeEvolutionPosition along;

  QlbeEvolutionAlongAxis(plan, result, plan->n_time - 1, &along);
  return along.slope;
}

/* The rate at which the distance from equilibrium has fallen since the output before. */
static double RelaxationRate(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *r,
                             PetscInt i)
{
  const double now = r->momentum[i].to_equilibrium2;

  if (i == 0 || !(now > relaxed)) return NAN;
  return log(r->momentum[i - 1].to_equilibrium2 / now) / (plan->time[i] - plan->time[i - 1]);
}

/*
   The purity of a Gaussian with this covariance of the position and the momenta of equilibrium,
   which every state becomes.
*/
static double DiffusivePurity(const QlbeParameters *par, const QlbeEvolutionTensors *t)
{
  const double(*c)[3] = t->covariance;
  const double determinant = c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[1][2]) -
                             c[0][1] * (c[0][1] * c[2][2] - c[1][2] * c[0][2]) +
                             c[0][2] * (c[0][1] * c[1][2] - c[1][1] * c[0][2]);

  return pow(0.25 * par->hbar * par->hbar * par->beta / par->M, 1.5) / sqrt(determinant);
}

PetscErrorCode QlbeEvolutionObserve(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                    const QlbeEvolutionResult *r, PetscInt i,
                                    QlbeEvolutionObservables *o)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeEvolutionMomentum *m = &r->momentum[i];
  const PetscBool fringes = (PetscBool)(plan->interference.n > 0);
  QlbeFiberError error;
  QlbeEvolutionTensors t;

  PetscFunctionBegin;
  QlbeEvolutionGetTensors(plan, r, i, &t);
  *o = (QlbeEvolutionObservables){
      .time = plan->time[i],
      .trace = m->trace,
      .energy = m->energy,
      .to_equilibrium = m->to_equilibrium,
      .relaxation_rate = RelaxationRate(plan, r, i),
      .covariance = {t.covariance[0][1], t.covariance[0][2], t.covariance[1][2]},
      .purity_diffusive = par->eta > 0.0 ? DiffusivePurity(par, &t) : NAN,
      .visibility = fringes ? r->visibility[2 * i] : NAN,
      .decoherence_rate = fringes ? r->visibility[2 * i + 1] : NAN};
  for (int axis = 0; axis < 3; axis++) {
    o->momentum[axis] = m->momentum[axis];
    o->position[axis] = t.mean[axis];
    o->variance[axis] = t.covariance[axis][axis];
    o->slope[axis] = t.slope[axis][axis];
  }
  PetscCall(QlbeEvolutionPurity(plan, r, par->hbar, i, &o->purity, &error));
  QlbeEvolutionLimitDistance(plan, r, QlbeEvolutionLastSlope(plan, r), i, &o->limit_distance,
                             &o->limit_predicted);
  PetscFunctionReturn(0);
}
