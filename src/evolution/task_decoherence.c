/*
   The rate at which two packets at a distance d, at rest relative to each other, lose their
   coherence at first: Lambda(d) of decoherence.h with the momentum distribution n of one packet.
   Quadratic in d where d is small against the inverse of the momentum transfers, and the mean
   escape rate, every collision tells where the particle is, where it is large. It needs no
   discretisation: each rank of the group computes the same.
*/
#include <math.h>

#include "evolution_tasks.h"
#include "qlbe/decoherence.h"

/* Rates with a larger relative error are left out. */
static const double most_error = 1e-6;

/* A row: the mean escape rate, Lambda(d)/d^2 at small separations, and the rates. */
enum { COLLISIONS, QUADRATIC, RATES };

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  (void)e;
  return RATES + (size_t)plan->n_separation;
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                           double row[])
{
  const QlbeMomentumDistribution n = QlbeEvolutionPacketMomentum(plan);
  QlbeDecoherenceRates rates = {.rate = row + RATES};
  QlbeDecoherence decoherence;

  PetscFunctionBegin;
  (void)i;
  (void)j;
  PetscCall(PetscMalloc1(plan->n_separation, &rates.error));
  PetscCall(
      QlbeDecoherenceCreate(&e->problem.parameters, &n, plan->axis, QLBE_RECOIL, &decoherence));
  PetscCall(QlbeDecoherenceCompute(decoherence, plan->n_separation, plan->separation, &rates));
  PetscCall(QlbeDecoherenceDestroy(&decoherence));
  for (PetscInt d = 0; d < plan->n_separation; d++)
    if (!(rates.error[d] <= most_error * fabs(rates.rate[d]))) rates.rate[d] = NAN;
  PetscCall(PetscFree(rates.error));
  row[COLLISIONS] = rates.total;
  row[QUADRATIC] = rates.quadratic;
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                    const double row[], QlbeEvolutionResult *result)
{
  (void)e;
  (void)i;
  (void)j;
  result->collision_rate = row[COLLISIONS];
  result->quadratic = row[QUADRATIC];
  for (PetscInt n = 0; n < plan->n_separation; n++) result->rate[n] = row[RATES + n];
}

const QlbeEvolutionTaskKind QlbeEvolutionDecoherenceTask = {Width, Work, Collect};
