/*
   Errors of fibers whose discretisation propagates by itself: a few of them again in its siblings,
   a smaller basis of the gain, and finer nodes and quadratures.
*/
#include <math.h>
#include <string.h>

#include "evolution_tasks.h"
#include "qlbe/vector_length.h"
#include "qlbe/worse.h"

/* Wave numbers that are compared, in units of escape rate over thermal velocity. */
static const double compared[] = {1.0, 2.5, 6.0, 15.0, 40.0};

_Static_assert(sizeof(compared) / sizeof(compared[0]) == QLBE_EVOLUTION_MOST_COMPARED,
               "as many comparisons");

/* A row: the wave number, and for each time changes as in QlbeEvolutionFlight. */
enum { CHANGES = QLBE_EVOLUTION_INTEGRALS * QLBE_EVOLUTION_COMPARED };
_Static_assert(sizeof(*((QlbeEvolutionFlight *)0)->change) == CHANGES * sizeof(double),
               "a row is the result");

/*
   The first magnitude that comparison number `number` asks for, or -1. Number 0 falls back on the
   largest, which without a gas is the only one.
*/
static PetscInt First(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt number)
{
  const QlbeParameters *par = &e->problem.parameters;
  const double unit = plan->closed.escape_rate_0 * sqrt(par->M * par->beta);
  const PetscInt n = plan->set.magnitude.n;

  for (PetscInt i = 0; i < n; i++) {
    const double k = plan->set.magnitude.x[i];
    const PetscBool last = (PetscBool)(number == 0 && i == n - 1);
    const PetscBool here = (PetscBool)(last || (!e->free && k >= compared[number] * unit));
    if (here && QlbeDiscretisationPropagates(QlbeEvolutionAt(e, k)->d)) return i;
  }
  return -1;
}

PetscBool QlbeEvolutionComparesRest(QlbeEvolution e)
{
  return (PetscBool)(!e->free && QlbeDiscretisationPropagates(e->d));
}

PetscInt QlbeEvolutionCompared(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt number)
{
  const PetscInt i = number < QLBE_EVOLUTION_MOST_COMPARED ? First(plan, e, number) : -1;

  for (PetscInt c = 0; c < PetscMin(number, QLBE_EVOLUTION_MOST_COMPARED); c++)
    if (First(plan, e, c) == i) return -1;
  return i;
}

/* The integrals of one fiber at all output times: values[n_time][3] with mu and the square. */
static PetscErrorCode Integrals(const QlbeEvolutionPlan *plan, QlbeEvolution e, const double k[3],
                                double values[])
{
  const QlbeEvolutionWeight one = QlbeEvolutionMomentWeight(0);
  QlbeEvolutionFiberFunction f = {.state = &plan->state, .k = {k[0], k[1], k[2]}};
  const double size = QlbeVectorLength(k), *axis = size > 0.0 ? k : plan->axis;
  QlbeMomentumSpace space = size > 0.0 ? e->sectors : e->about_axis;
  QlbeEvolutionSectors sectors;
  Vec *x, *y;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsCreate(e, space, k, &sectors));
  PetscCall(QlbeEvolutionVectorsCreate(space, &x));
  PetscCall(QlbeEvolutionVectorsCreate(space, &y));
  PetscCall(QlbeMomentumSpaceExpand(space, axis, QlbeEvolutionFiberValue, &f, x));
  PetscCall(QlbeMomentumSpaceFunctional(space, axis, QlbeEvolutionWeightValue, &one, y));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    const QlbeEvolutionSpan span = QlbeEvolutionSpanOf(plan, i);
    PetscScalar mu = 0.0;
    PetscCall(QlbeEvolutionSectorsAdvance(e, &sectors, &span, 1, x));
    if (plan->time[i] <= QlbeDiscretisationLeaves(e->d, size))
      PetscCall(QlbeEvolutionFunctional(sectors.n, y, x, &mu));
    values[3 * i] = PetscRealPart(mu);
    values[3 * i + 1] = PetscImaginaryPart(mu);
    PetscCall(QlbeMomentumSpaceSquare(space, x, &values[3 * i + 2]));
  }
  PetscCall(QlbeEvolutionVectorsDestroy(space, &x));
  PetscCall(QlbeEvolutionVectorsDestroy(space, &y));
  PetscCall(QlbeEvolutionSectorsDestroy(&sectors));
  PetscFunctionReturn(0);
}

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  (void)e;
  return 1 + CHANGES * (size_t)plan->n_time;
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt magnitude,
                           PetscInt direction, double row[])
{
  const double size = magnitude < 0 ? 0.0 : plan->set.magnitude.x[magnitude];
  const double *along = magnitude < 0 ? plan->axis : plan->set.direction[direction];
  double k[3], *own, *other;
  PetscInt n;

  PetscFunctionBegin;
  e = QlbeEvolutionAt(e, size);
  for (int i = 0; i < 3; i++) k[i] = size * along[i];
  PetscCall(QlbeDiscretisationGetSiblings(e->d, QLBE_COMPARE_LEVELS, &n, NULL));
  PetscCheck(n >= QLBE_EVOLUTION_COMPARED, e->problem.comm, PETSC_ERR_SUP,
             "%" PetscInt_FMT " siblings", n);
  PetscCall(PetscMalloc2(3 * plan->n_time, &own, 3 * plan->n_time, &other));
  PetscCall(Integrals(plan, e, k, own));
  row[0] = size;
  for (PetscInt s = 0; s < n; s++) {
    /* all but the first have other nodes or quadratures */
    const PetscInt kind = PetscMin(s, QLBE_EVOLUTION_COMPARED - 1);
    QlbeEvolution sibling;
    PetscCall(QlbeEvolutionCreateSibling(plan, e, s, &sibling));
    PetscCall(Integrals(plan, sibling, k, other));
    PetscCall(QlbeEvolutionDestroy(&sibling));
    for (PetscInt i = 0; i < plan->n_time; i++) {
      const double *a = own + 3 * i, *b = other + 3 * i;
      double *change = row + 1 + CHANGES * i + QLBE_EVOLUTION_INTEGRALS * kind;
      change[QLBE_EVOLUTION_WAVE] =
          QlbeWorse(change[QLBE_EVOLUTION_WAVE], hypot(a[0] - b[0], a[1] - b[1]));
      change[QLBE_EVOLUTION_SQUARE] =
          QlbeWorse(change[QLBE_EVOLUTION_SQUARE], a[2] == b[2] ? 0.0 : fabs(a[2] - b[2]) / own[2]);
    }
  }
  PetscCall(PetscFree2(own, other));
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                    const double row[], QlbeEvolutionResult *result)
{
  QlbeEvolutionFlight *flight = &result->flight;

  (void)i;
  (void)j;
  flight->k[flight->n] = row[0];
  if (row[0] > 0.0)
    flight->reach = QlbeDiscretisationLeaves(QlbeEvolutionAt(e, row[0])->d, row[0]) * row[0];
  memcpy(flight->change + flight->n * plan->n_time, row + 1,
         CHANGES * (size_t)plan->n_time * sizeof(double));
  flight->n++;
}

const QlbeEvolutionTaskKind QlbeEvolutionCompareTask = {Width, Work, Collect};
