/*
   The fiber k = 0, which is the momentum distribution, in time.
*/
#include <math.h>

#include "evolve.h"

/* int w f dp for w = 1, p_x, p_y, p_z, p_x^2, p_y^2, p_z^2. The first is the expansion of nu itself. */
enum { MOMENTS = 7 };

typedef struct {
  QlbeMomentumSpace space;
  PetscInt sectors, m_max;
  QlbePropagator *propagator; /* [m_max + 1] */
  Vec *x, *difference;        /* [sectors]: f, and f - nu */
  Vec *moment[MOMENTS];       /* [sectors] each */
} Momentum;

static PetscErrorCode MomentumCreate(const EvolvePlan *plan, EvolveEngine *e, Momentum *w)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  EvolveFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  w->space = plan->symmetry == QLBE_STATE_GENERAL ? e->sectors : e->axial;
  w->sectors = QlbeMomentumSpaceSectors(w->space);
  w->m_max = w->sectors / 2;
  PetscCall(PetscCalloc1(w->m_max + 1, &w->propagator));
  for (PetscInt m = 0; m <= w->m_max; m++) {
    Mat A;
    PetscCall(EvolveOperator(e, rest, m, &A));
    PetscCall(EvolvePropagator(e, A, &w->propagator[m]));
    PetscCall(MatDestroy(&A));
  }
  PetscCall(EvolveVectorsCreate(w->space, &w->x));
  PetscCall(EvolveVectorsCreate(w->space, &w->difference));
  if (plan->from_file)
    PetscCall(EvolveLoad(w->sectors, plan->snapshot.momentum, w->x));
  else
    PetscCall(QlbeMomentumSpaceExpand(w->space, plan->axis, EvolveFiberValue, &f, w->x));
  for (int i = 0; i < MOMENTS; i++) {
    const int axis = (i - 1) % 3;
    const EvolveWeight weight = {.first = i > 0 ? axis : -1, .second = i > 3 ? axis : -1};
    PetscCall(EvolveVectorsCreate(w->space, &w->moment[i]));
    PetscCall(QlbeMomentumSpaceFunctional(w->space, plan->axis, EvolveWeightValue, &weight,
                                          w->moment[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode MomentumDestroy(Momentum *w)
{
  PetscFunctionBegin;
  for (PetscInt m = 0; m <= w->m_max; m++) PetscCall(QlbePropagatorDestroy(&w->propagator[m]));
  PetscCall(PetscFree(w->propagator));
  PetscCall(EvolveVectorsDestroy(w->space, &w->x));
  PetscCall(EvolveVectorsDestroy(w->space, &w->difference));
  for (int i = 0; i < MOMENTS; i++) PetscCall(EvolveVectorsDestroy(w->space, &w->moment[i]));
  PetscFunctionReturn(0);
}

/* The row of one output time. */
static PetscErrorCode Measure(EvolveEngine *e, Momentum *w, EvolveMomentum *row)
{
  double value[MOMENTS], square = 0.0, distance;

  PetscFunctionBegin;
  for (int i = 0; i < MOMENTS; i++) {
    PetscScalar moment;
    PetscCall(EvolveFunctional(w->sectors, w->moment[i], w->x, &moment));
    value[i] = PetscRealPart(moment);
  }
  for (PetscInt s = 0; s < w->sectors; s++) {
    PetscReal norm;
    PetscCall(VecCopy(w->x[s], w->difference[s]));
    PetscCall(VecAXPY(w->difference[s], -1.0, w->moment[0][s]));
    PetscCall(VecNorm(w->difference[s], NORM_2, &norm));
    square += norm * norm;
  }
  PetscCall(QlbeMomentumSpaceNorm1(w->space, w->difference, &distance));
  row->trace = value[0];
  for (int i = 0; i < 3; i++) row->momentum[i] = value[1 + i];
  row->energy = (value[4] + value[5] + value[6]) / (2.0 * e->run.parameters.M);
  row->to_equilibrium = distance;
  row->to_equilibrium2 = sqrt(square);
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
    for (PetscInt s = 0; s < w.sectors; s++)
      PetscCall(EvolveAdvance(e, w.propagator[PetscAbs(s - w.m_max)], step, w.x[s]));
    PetscCall(Measure(e, &w, &row));
    PetscCall(QlbeMomentumSpaceEvaluate(w.space, plan->axis, w.x, plan->n_momentum,
                                        (const double(*)[3])plan->momentum, line));
    if (!e->first) continue;
    result->momentum[i] = row;
    for (PetscInt j = 0; j < plan->n_momentum; j++)
      result->distribution[i * plan->n_momentum + j] = PetscRealPart(line[j]);
  }
  if (plan->save) PetscCall(EvolveStore(w.sectors, w.x, result->last.momentum));
  PetscCall(PetscFree(line));
  PetscCall(MomentumDestroy(&w));
  PetscFunctionReturn(0);
}
