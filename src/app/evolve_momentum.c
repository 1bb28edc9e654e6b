/*
   The fiber k = 0, which is the momentum distribution, in time.
*/
#include "evolve.h"

typedef struct {
  QlbeMomentumSpace space;
  EvolveSectors sectors;
  Vec *x, *difference;         /* [sectors]: f, and f - nu */
  Vec *moment[EVOLVE_MOMENTS]; /* [sectors] each; the first is the expansion of nu itself */
} Momentum;

static PetscErrorCode MomentumCreate(const EvolvePlan *plan, EvolveEngine *e, Momentum *w)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  EvolveFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  w->space = e->about_axis;
  PetscCall(EvolveSectorsCreate(e, w->space, rest, &w->sectors));
  PetscCall(EvolveVectorsCreate(w->space, &w->x));
  PetscCall(EvolveVectorsCreate(w->space, &w->difference));
  if (plan->from_file)
    PetscCall(EvolveLoad(w->sectors.n, plan->snapshot.momentum, w->x));
  else
    PetscCall(QlbeMomentumSpaceExpand(w->space, plan->axis, EvolveFiberValue, &f, w->x));
  for (int i = 0; i < EVOLVE_MOMENTS; i++) {
    const EvolveWeight weight = EvolveMomentWeight(i);
    PetscCall(EvolveVectorsCreate(w->space, &w->moment[i]));
    PetscCall(QlbeMomentumSpaceFunctional(w->space, plan->axis, EvolveWeightValue, &weight,
                                          w->moment[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode MomentumDestroy(Momentum *w)
{
  PetscFunctionBegin;
  PetscCall(EvolveSectorsDestroy(&w->sectors));
  PetscCall(EvolveVectorsDestroy(w->space, &w->x));
  PetscCall(EvolveVectorsDestroy(w->space, &w->difference));
  for (int i = 0; i < EVOLVE_MOMENTS; i++) PetscCall(EvolveVectorsDestroy(w->space, &w->moment[i]));
  PetscFunctionReturn(0);
}

/* The row of one output time. */
static PetscErrorCode Measure(EvolveEngine *e, Momentum *w, EvolveMomentum *row)
{
  double value[EVOLVE_MOMENTS];

  PetscFunctionBegin;
  for (int i = 0; i < EVOLVE_MOMENTS; i++) {
    PetscScalar moment;
    PetscCall(EvolveFunctional(w->sectors.n, w->moment[i], w->x, &moment));
    value[i] = PetscRealPart(moment);
  }
  for (PetscInt s = 0; s < w->sectors.n; s++)
    PetscCall(VecWAXPY(w->difference[s], -1.0, w->moment[0][s], w->x[s]));
  PetscCall(QlbeMomentumSpaceNorm1(w->space, w->difference, &row->to_equilibrium));
  PetscCall(EvolveLength(w->sectors.n, w->difference, &row->to_equilibrium2));
  row->trace = value[0];
  for (int i = 0; i < 3; i++) row->momentum[i] = value[1 + i];
  row->energy = (value[4] + value[5] + value[6]) / (2.0 * e->run.parameters.M);

  PetscFunctionReturn(0);
}

PetscErrorCode EvolveMomentumTask(const EvolvePlan *plan, EvolveEngine *e, EvolveResult *result)
{
  Momentum w = {.space = NULL};
  PetscScalar *line;

  PetscFunctionBegin;
  PetscCall(MomentumCreate(plan, e, &w));
  PetscCall(PetscMalloc1(plan->n_momentum, &line));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    const double step = i > 0 ? plan->time[i] - plan->time[i - 1] : 0.0;
    EvolveMomentum row = {.trace = 0.0};
    PetscCall(EvolveSectorsAdvance(e, &w.sectors, step, w.x));
    PetscCall(Measure(e, &w, &row));
    PetscCall(QlbeMomentumSpaceEvaluate(w.space, plan->axis, w.x, plan->n_momentum,
                                        (const double(*)[3])plan->momentum, line));
    if (!e->first) continue;
    result->momentum[i] = row;
    for (PetscInt j = 0; j < plan->n_momentum; j++)
      result->distribution[i * plan->n_momentum + j] = PetscRealPart(line[j]);
  }
  if (plan->save) PetscCall(EvolveStore(w.sectors.n, w.x, result->last.momentum));
  PetscCall(PetscFree(line));
  PetscCall(MomentumDestroy(&w));
  PetscFunctionReturn(0);
}
