/*
   The fiber k = 0, which is the momentum distribution, in time.
*/
#include <string.h>

#include "evolution_tasks.h"

typedef struct {
  QlbeMomentumSpace space;
  QlbeEvolutionSectors sectors;
  Vec *x, *difference;                 /* [sectors]: f, and f - nu */
  Vec *moment[QLBE_EVOLUTION_MOMENTS]; /* [sectors] each; the first is the expansion of nu itself */
  PetscScalar *line;                   /* [n_momentum] */
} Momentum;

/* A record is an QlbeEvolutionMomentum and the momentum distribution. */
enum { MOMENTUM_REALS = sizeof(QlbeEvolutionMomentum) / sizeof(double) };

static PetscInt Record(const QlbeEvolutionPlan *plan)
{
  return MOMENTUM_REALS + plan->n_momentum;
}

static PetscErrorCode MomentumCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e, Momentum *w)
{
  const double rest[3] = {0.0, 0.0, 0.0};
  QlbeEvolutionFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  w->space = e->about_axis;
  PetscCall(QlbeEvolutionSectorsCreate(e, w->space, rest, &w->sectors));
  PetscCall(QlbeEvolutionVectorsCreate(w->space, &w->x));
  PetscCall(QlbeEvolutionVectorsCreate(w->space, &w->difference));
  if (plan->from)
    PetscCall(QlbeFiberSnapshotLoad(w->sectors.n, plan->from->momentum, w->x));
  else
    PetscCall(QlbeMomentumSpaceExpand(w->space, plan->axis, QlbeEvolutionFiberValue, &f, w->x));
  for (int i = 0; i < QLBE_EVOLUTION_MOMENTS; i++) {
    const QlbeEvolutionWeight weight = QlbeEvolutionMomentWeight(i);
    PetscCall(QlbeEvolutionVectorsCreate(w->space, &w->moment[i]));
    PetscCall(QlbeMomentumSpaceFunctional(w->space, plan->axis, QlbeEvolutionWeightValue, &weight,
                                          w->moment[i]));
  }
  PetscCall(PetscMalloc1(plan->n_momentum, &w->line));
  PetscFunctionReturn(0);
}

static PetscErrorCode MomentumDestroy(Momentum *w)
{
  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsDestroy(&w->sectors));
  PetscCall(QlbeEvolutionVectorsDestroy(w->space, &w->x));
  PetscCall(QlbeEvolutionVectorsDestroy(w->space, &w->difference));
  for (int i = 0; i < QLBE_EVOLUTION_MOMENTS; i++)
    PetscCall(QlbeEvolutionVectorsDestroy(w->space, &w->moment[i]));
  PetscCall(PetscFree(w->line));
  PetscFunctionReturn(0);
}

/* The row of one output time. */
static PetscErrorCode Measure(QlbeEvolution e, Momentum *w, QlbeEvolutionMomentum *row)
{
  double value[QLBE_EVOLUTION_MOMENTS];

  PetscFunctionBegin;
  for (int i = 0; i < QLBE_EVOLUTION_MOMENTS; i++) {
    PetscScalar moment;
    PetscCall(QlbeEvolutionFunctional(w->sectors.n, w->moment[i], w->x, &moment));
    value[i] = PetscRealPart(moment);
  }
  for (PetscInt s = 0; s < w->sectors.n; s++)
    PetscCall(VecWAXPY(w->difference[s], -1.0, w->moment[0][s], w->x[s]));
  PetscCall(QlbeMomentumSpaceNorm1(w->space, w->difference, &row->to_equilibrium));
  PetscCall(QlbeEvolutionLength(w->sectors.n, w->difference, &row->to_equilibrium2));
  row->trace = value[0];
  for (int i = 0; i < 3; i++) row->momentum[i] = value[1 + i];
  row->energy = (value[4] + value[5] + value[6]) / (2.0 * e->problem.parameters.M);
  PetscFunctionReturn(0);
}

static PetscErrorCode Advance(const QlbeEvolutionPlan *plan, QlbeEvolution e, void *context,
                              PetscInt i, double record[])
{
  Momentum *w = context;
  const QlbeEvolutionSpan span = QlbeEvolutionSpanOf(plan, i);
  QlbeEvolutionMomentum seen = {.trace = 0.0};

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsAdvance(e, &w->sectors, &span, 1, w->x));
  PetscCall(Measure(e, w, &seen));
  PetscCall(PetscMemcpy(record, &seen, sizeof(seen)));
  PetscCall(QlbeMomentumSpaceEvaluate(w->space, plan->axis, w->x, plan->n_momentum,
                                      (const double(*)[3])plan->momentum, w->line));
  for (PetscInt j = 0; j < plan->n_momentum; j++)
    record[MOMENTUM_REALS + j] = PetscRealPart(w->line[j]);
  PetscFunctionReturn(0);
}

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  return QlbeEvolutionCourseWidth(plan, Record(plan), plan->save ? e->n_momentum : 0);
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                           double row[])
{
  Momentum w = {.space = NULL};
  QlbeEvolutionCourse course = {
      .n_record = Record(plan), .ends_in_row = plan->save, .advance = Advance, .context = &w};

  PetscFunctionBegin;
  (void)i;
  (void)j;
  PetscCall(MomentumCreate(plan, e, &w));
  course.n = w.sectors.n;
  course.x = w.x;
  PetscCall(QlbeEvolutionFollow(plan, e, &course, row));
  PetscCall(MomentumDestroy(&w));
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                    const double row[], QlbeEvolutionResult *result)
{
  (void)i;
  (void)j;
  for (PetscInt time = 0; time < plan->n_time; time++) {
    const double *record = row + time * Record(plan);
    memcpy(&result->momentum[time], record, sizeof(result->momentum[time]));
    for (PetscInt p = 0; p < plan->n_momentum; p++)
      result->distribution[time * plan->n_momentum + p] = record[MOMENTUM_REALS + p];
  }
  if (plan->save)
    memcpy(result->last.momentum, row + QlbeEvolutionCourseWidth(plan, Record(plan), 0),
           (size_t)e->n_momentum * sizeof(PetscScalar));
}

const QlbeEvolutionTaskKind QlbeEvolutionMomentumTask = {Width, Work, Collect};
