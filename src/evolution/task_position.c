/*
   Mean and variance of the position along one direction, from the equations for the derivatives of
   fibers at k = 0, (8.8) and (8.10).
*/
#include <math.h>
#include <string.h>

#include "evolution_tasks.h"
#include "qlbe/derivative_chain.h"

/* The fiber and its two derivatives; a record is an QlbeEvolutionPosition for each direction. */
enum { PARTS = 3, POSITION_REALS = sizeof(QlbeEvolutionPosition) / sizeof(double) };

/* What one task works with. */
typedef struct {
  PetscInt n; /* directions; one task has all of them where they have the same generators */
  QlbeDerivativeChain equations;
  QlbePropagator propagator;
  Vec *x;          /* [n][PARTS] */
  Vec *one;        /* [n]: the functional int f dp */
  Vec rate[PARTS]; /* work space */
} Chains;

static PetscInt Directions(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  return e->traits->isotropic ? plan->n_chain : 1;
}

/*
   The equations along one direction; of an isotropic discretisation they are those of all
   directions.
*/
static PetscErrorCode CreateChain(QlbeEvolution e, const double direction[3],
                                  QlbeDerivativeChain *chain)
{
  const double step[3] = {0.0, 0.5 * QlbeEvolutionDifferenceStep(&e->problem.parameters),
                          QlbeEvolutionDifferenceStep(&e->problem.parameters)};
  Mat A[3];

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    double k[3];
    for (int axis = 0; axis < 3; axis++) k[axis] = step[i] * direction[axis];
    PetscCall(QlbeEvolutionOperator(e, k, 0, &A[i]));
  }
  PetscCall(QlbeDerivativeChainCreate(&A[0], step[1], &A[1], step[2], &A[2], chain));
  PetscFunctionReturn(0);
}

/* The initial fiber and its derivatives, in the frame of the direction. */
static PetscErrorCode CreateVectors(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt chain,
                                    Vec x[3])
{
  const double *direction = plan->chain[chain];
  QlbeEvolutionFiberFunction f = {.state = &plan->state};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) f.direction[i] = direction[i];
  for (int order = 0; order < 3; order++) {
    f.order = order;
    PetscCall(QlbeMomentumSpaceVectors(e->axial, &x[order]));
    if (plan->from)
      PetscCall(QlbeFiberSnapshotLoad(
          1, plan->from->chain + (3 * chain + order) * plan->from->n_axial, &x[order]));
    else
      PetscCall(
          QlbeMomentumSpaceExpand(e->axial, direction, QlbeEvolutionFiberValue, &f, &x[order]));
  }
  PetscFunctionReturn(0);
}

/* Moments at one time from the derivatives and their rates. */
static PetscErrorCode Measure(Vec one, const Vec x[3], const Vec rate[3],
                              QlbeEvolutionPosition *row)
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

/*
   A length like those that the particle covers in all of the time, and its position and width at
   first.
*/
static PetscErrorCode Reach(const QlbeEvolutionPlan *plan, QlbeEvolution e, const Vec x[PARTS],
                            double *reach)
{
  const QlbeParameters *par = &e->problem.parameters;
  const double last = plan->time[plan->n_time - 1], flown = last / sqrt(par->M * par->beta);
  double norm[PARTS];

  PetscFunctionBegin;
  for (int i = 0; i < PARTS; i++) PetscCall(VecNorm(x[i], NORM_2, &norm[i]));
  *reach = e->free ? flown : PetscMin(flown, sqrt(plan->closed.D * last));
  if (norm[0] > 0.0)
    *reach = PetscMax(*reach, PetscMax(norm[1] / norm[0], sqrt(norm[2] / norm[0])));
  PetscFunctionReturn(0);
}

static PetscErrorCode ChainsCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt first,
                                   Chains *c)
{
  const QlbeEvolutionWeight one = QlbeEvolutionMomentWeight(0);
  double reach = 0.0, largest = 0.0;
  Mat A;

  PetscFunctionBegin;
  c->n = Directions(plan, e);
  PetscCall(CreateChain(e, plan->chain[first], &c->equations));
  PetscCall(PetscMalloc2(PARTS * c->n, &c->x, c->n, &c->one));
  for (PetscInt i = 0; i < c->n; i++) {
    PetscCall(CreateVectors(plan, e, first + i, c->x + PARTS * i));
    PetscCall(QlbeMomentumSpaceVectors(e->axial, &c->one[i]));
    PetscCall(QlbeMomentumSpaceFunctional(e->axial, plan->chain[first + i],
                                          QlbeEvolutionWeightValue, &one, &c->one[i]));
    PetscCall(Reach(plan, e, c->x + PARTS * i, &reach));
    largest = PetscMax(largest, reach);
  }
  if (largest > 0.0 && isfinite(largest))
    PetscCall(QlbeDerivativeChainSetLength(c->equations, largest));
  PetscCall(QlbeDerivativeChainGetOperator(c->equations, &A));
  PetscCall(QlbeEvolutionPropagator(e, A, PETSC_FALSE, &c->propagator));
  for (int i = 0; i < PARTS; i++) PetscCall(VecDuplicate(c->x[i], &c->rate[i]));
  PetscFunctionReturn(0);
}

static PetscErrorCode ChainsDestroy(Chains *c)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < PARTS * c->n; i++) PetscCall(VecDestroy(&c->x[i]));
  for (PetscInt i = 0; i < c->n; i++) PetscCall(VecDestroy(&c->one[i]));
  for (int i = 0; i < PARTS; i++) PetscCall(VecDestroy(&c->rate[i]));
  PetscCall(PetscFree2(c->x, c->one));
  PetscCall(QlbePropagatorDestroy(&c->propagator));
  PetscCall(QlbeDerivativeChainDestroy(&c->equations));
  PetscFunctionReturn(0);
}

static PetscErrorCode Advance(const QlbeEvolutionPlan *plan, QlbeEvolution e, void *context,
                              PetscInt i, double record[])
{
  Chains *c = context;

  PetscFunctionBegin;
  for (PetscInt chain = 0; chain < c->n; chain++) {
    Vec *x = c->x + PARTS * chain, z;
    QlbeEvolutionPosition seen = {.mean = 0.0};
    PetscCall(QlbeDerivativeChainJoin(c->equations, x, &z));
    PetscCall(QlbeEvolutionAdvance(e, c->propagator, plan->step[i], z));
    PetscCall(QlbeDerivativeChainSplit(c->equations, z, x));
    PetscCall(QlbeDerivativeChainRate(c->equations, x, c->rate));
    PetscCall(Measure(c->one[chain], x, c->rate, &seen));
    PetscCall(PetscMemcpy(record + POSITION_REALS * chain, &seen, sizeof(seen)));
    PetscCall(VecDestroy(&z));
  }
  PetscFunctionReturn(0);
}

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  const PetscInt n = Directions(plan, e);

  return QlbeEvolutionCourseWidth(plan, POSITION_REALS * n,
                                  plan->save ? PARTS * n * e->n_axial : 0);
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                           double row[])
{
  Chains c = {.n = 0};
  QlbeEvolutionCourse course = {.ends_in_row = plan->save, .advance = Advance, .context = &c};

  PetscFunctionBegin;
  (void)j;
  PetscCall(ChainsCreate(plan, e, i, &c));
  course.n = PARTS * c.n;
  course.x = c.x;
  course.n_record = POSITION_REALS * c.n;
  PetscCall(QlbeEvolutionFollow(plan, e, &course, row));
  PetscCall(ChainsDestroy(&c));
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                    const double row[], QlbeEvolutionResult *result)
{
  const PetscInt n = Directions(plan, e), width = POSITION_REALS * n;

  (void)j;
  for (PetscInt time = 0; time < plan->n_time; time++)
    for (PetscInt chain = 0; chain < n; chain++)
      memcpy(&result->position[(i + chain) * plan->n_time + time],
             row + time * width + POSITION_REALS * chain, sizeof(QlbeEvolutionPosition));
  if (plan->save)
    memcpy(result->last.chain + PARTS * i * e->n_axial,
           row + QlbeEvolutionCourseWidth(plan, width, 0),
           (size_t)(PARTS * n * e->n_axial) * sizeof(PetscScalar));
}

const QlbeEvolutionTaskKind QlbeEvolutionPositionTask = {Width, Work, Collect};
