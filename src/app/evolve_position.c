/*
   Mean and variance of the position along one direction, from the equations for the derivatives of fibers at k = 0, (8.8) and (8.10).
*/
#include "evolve.h"
#include "qlbe/derivative_chain.h"

/* The equations along one direction; in the spectral basis all directions have the same. */
static PetscErrorCode CreateChain(EvolveEngine *e, const double direction[3],
                                  QlbeDerivativeChain *chain)
{
  const double step[3] = {0.0, 0.5 * SpectralDifferenceStep(&e->run.parameters),
                          SpectralDifferenceStep(&e->run.parameters)};
  Mat A[3];

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    double k[3];
    for (int axis = 0; axis < 3; axis++) k[axis] = step[i] * direction[axis];
    PetscCall(EvolveOperator(e, k, 0, &A[i]));
  }
  PetscCall(QlbeDerivativeChainCreate(&A[0], step[1], &A[1], step[2], &A[2], chain));
  PetscFunctionReturn(0);
}

/* The initial fiber and its derivatives, in the frame of the direction. */
static PetscErrorCode CreateVectors(const EvolvePlan *plan, EvolveEngine *e, PetscInt chain,
                                    Vec x[3])
{
  const double *direction = plan->chain[chain];
  EvolveFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) f.direction[i] = direction[i];
  for (int order = 0; order < 3; order++) {
    f.order = order;
    PetscCall(QlbeMomentumSpaceVectors(e->axial, &x[order]));
    if (plan->from_file)
      PetscCall(EvolveLoad(1, plan->snapshot.chain + (3 * chain + order) * plan->snapshot.n_axial,
                           &x[order]));
    else
      PetscCall(QlbeMomentumSpaceExpand(e->axial, direction, EvolveFiberValue, &f, &x[order]));
  }
  PetscFunctionReturn(0);
}

/* Moments at one time from the derivatives and their rates. */
static PetscErrorCode Measure(Vec one, const Vec x[3], const Vec rate[3], EvolvePosition *row)
{
  PetscScalar first, second, first_rate, second_rate;

  PetscFunctionBegin;
  PetscCall(VecDot(x[1], one, &first));
  PetscCall(VecDot(x[2], one, &second));
  PetscCall(VecDot(rate[1], one, &first_rate));
  PetscCall(VecDot(rate[2], one, &second_rate));
  /* int dp [rho]_k = <exp(i k.x)> */
  row->mean = PetscImaginaryPart(first);
  row->velocity = PetscImaginaryPart(first_rate);
  row->variance = -PetscRealPart(second) - row->mean * row->mean;
  row->slope = -PetscRealPart(second_rate) - 2.0 * row->mean * row->velocity;
  PetscFunctionReturn(0);
}

/* All output times of one direction. */
static PetscErrorCode Follow(const EvolvePlan *plan, EvolveEngine *e, QlbeDerivativeChain equations,
                             QlbePropagator propagator, PetscInt chain, EvolveResult *result)
{
  const EvolveWeight one = EvolveMomentWeight(0);
  Vec x[3], rate[3], z, y;

  PetscFunctionBegin;
  PetscCall(CreateVectors(plan, e, chain, x));
  PetscCall(QlbeDerivativeChainJoin(equations, x, &z));
  PetscCall(QlbeMomentumSpaceVectors(e->axial, &y));
  PetscCall(QlbeMomentumSpaceFunctional(e->axial, plan->chain[chain], EvolveWeightValue, &one, &y));
  for (int i = 0; i < 3; i++) PetscCall(VecDuplicate(x[i], &rate[i]));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    EvolvePosition row = {.mean = 0.0};
    if (i > 0) PetscCall(EvolveAdvance(e, propagator, plan->time[i] - plan->time[i - 1], z));
    PetscCall(QlbeDerivativeChainSplit(equations, z, x));
    PetscCall(QlbeDerivativeChainRate(equations, x, rate));
    PetscCall(Measure(y, x, rate, &row));
    if (e->first) result->position[chain * plan->n_time + i] = row;
  }
  for (int i = 0; i < 3 && plan->save; i++)
    PetscCall(EvolveStore(1, &x[i], result->last.chain + (3 * chain + i) * result->last.n_axial));
  for (int i = 0; i < 3; i++) {
    PetscCall(VecDestroy(&x[i]));
    PetscCall(VecDestroy(&rate[i]));
  }
  PetscCall(VecDestroy(&z));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolvePositionTask(const EvolvePlan *plan, EvolveEngine *e, PetscInt chain,
                                  EvolveResult *result)
{
  QlbeDerivativeChain equations;
  QlbePropagator propagator;
  Mat A;

  PetscFunctionBegin;
  PetscCall(CreateChain(e, plan->chain[chain], &equations));
  PetscCall(QlbeDerivativeChainGetOperator(equations, &A));
  PetscCall(EvolvePropagator(e, A, &propagator));
  for (PetscInt i = chain; i < (e->spectral ? plan->n_chain : chain + 1); i++)
    PetscCall(Follow(plan, e, equations, propagator, i, result));
  PetscCall(QlbePropagatorDestroy(&propagator));
  PetscCall(QlbeDerivativeChainDestroy(&equations));
  PetscFunctionReturn(0);
}
