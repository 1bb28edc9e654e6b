/*
   The rate at which two packets at a distance d, at rest relative to each other, lose their
   coherence at first:

     Lambda(d) = -Re int dp exp(i p.d/hbar) L_0 [exp(-i p.d/hbar) n(p)]
               = int dp n(p) int dq T_q(p, p) (1 - cos(q.d/hbar)),

   n the momentum distribution of one packet. Quadratic in d where d is small against the inverse of
   the momentum transfers, and the mean escape rate, every collision tells where the particle is,
   where it is large.
*/
#include <math.h>

#include "evolve_tasks.h"

/*
   Default separations, in units of hbar/(m_star kT)^(1/2); the small one that gives the quadratic
   law.
*/
enum { SEPARATIONS = 12 };
static const double nearest = 0.1, farthest = 10.0, smallest = 1e-3;

/* Separations whose phases the discretisation does not hold to this part have no rate. */
static const double most_deviation = 1e-3;

static PetscScalar EscapeRate(const double p[3], const void *context)
{
  const QlbeGasAverage *average = context;

  return QlbeEscapeRate(*average, sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
}

typedef struct {
  QlbeMomentumSpace space;
  EvolveSectors sectors; /* at k = 0 */
  Vec *x, *y, *Ax;       /* [sectors] */
  QlbeGaussianTerm term;
  QlbeQuantumState packet; /* term alone */
} Rates;

static PetscErrorCode RatesCreate(const EvolvePlan *plan, EvolveEngine *e, Rates *r)
{
  const double rest[3] = {0.0, 0.0, 0.0};

  PetscFunctionBegin;
  r->space = e->about_axis;
  PetscCall(EvolveSectorsCreate(e, r->space, rest, &r->sectors));
  PetscCall(EvolveVectorsCreate(r->space, &r->x));
  PetscCall(EvolveVectorsCreate(r->space, &r->y));
  PetscCall(EvolveVectorsCreate(r->space, &r->Ax));
  r->term = plan->state.terms[0];
  r->term.weight = 1.0;
  for (int i = 0; i < 3; i++) r->term.X[i] = 0.0;
  r->packet = (QlbeQuantumState){.n = 1, .terms = &r->term, .hbar = plan->state.hbar};
  PetscFunctionReturn(0);
}

static PetscErrorCode RatesDestroy(Rates *r)
{
  PetscFunctionBegin;
  PetscCall(EvolveSectorsDestroy(&r->sectors));
  PetscCall(EvolveVectorsDestroy(r->space, &r->x));
  PetscCall(EvolveVectorsDestroy(r->space, &r->y));
  PetscCall(EvolveVectorsDestroy(r->space, &r->Ax));
  PetscFunctionReturn(0);
}

/* Lambda(d), and how far the weight of the packet is from 1. */
static PetscErrorCode Rate(const EvolvePlan *plan, double d, Rates *r, double *rate,
                           double *deviation)
{
  EvolveFiberFunction f = {.state = &r->packet};
  EvolveWeight w = EvolveMomentWeight(0);
  PetscScalar overlap, decay;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    r->term.d[i] = d * plan->axis[i];
    w.a[i] = r->term.d[i] / plan->state.hbar;
  }
  PetscCall(QlbeMomentumSpaceExpand(r->space, plan->axis, EvolveFiberValue, &f, r->x));
  PetscCall(QlbeMomentumSpaceFunctional(r->space, plan->axis, EvolveWeightValue, &w, r->y));
  PetscCall(EvolveSectorsMult(&r->sectors, r->x, r->Ax));
  PetscCall(EvolveFunctional(r->sectors.n, r->y, r->x, &overlap));
  PetscCall(EvolveFunctional(r->sectors.n, r->y, r->Ax, &decay));
  *rate = -PetscRealPart(decay);
  *deviation = PetscAbsScalar(overlap - 1.0);
  PetscFunctionReturn(0);
}

/* The mean of E over the packet. */
static PetscErrorCode MeanEscapeRate(const EvolvePlan *plan, EvolveEngine *e, Rates *r,
                                     double *total)
{
  const QlbeParameters *par = &e->problem.parameters;
  EvolveFiberFunction f = {.state = &r->packet};
  QlbeGasAverage average;
  double half_width;
  PetscScalar mean;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) r->term.d[i] = 0.0;
  PetscCall(CartesianHalfWidth(&e->problem, &half_width));
  PetscCall(QlbeGasAverageCreate(
      par, PetscMax(sqrt(3.0) * half_width, 12.0 * sqrt(par->M / par->beta)), &average));
  PetscCall(QlbeMomentumSpaceExpand(r->space, plan->axis, EvolveFiberValue, &f, r->x));
  PetscCall(QlbeMomentumSpaceFunctional(r->space, plan->axis, EscapeRate, &average, r->y));
  PetscCall(EvolveFunctional(r->sectors.n, r->y, r->x, &mean));
  PetscCall(QlbeGasAverageDestroy(&average));
  *total = PetscRealPart(mean);
  PetscFunctionReturn(0);
}

PetscErrorCode EvolvePlanSeparations(const QlbeProblem *problem, EvolvePlan *plan)
{
  const QlbeParameters *par = &problem->parameters;
  const double unit = par->hbar / sqrt(par->m_star / par->beta);
  const double *given;
  PetscInt n;

  PetscFunctionBegin;
  if (par->eta <= 0.0 || plan->from_file) PetscFunctionReturn(0);
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

/* A row: the mean escape rate, Lambda(d)/d^2 at a small separation, and the rates. */
enum { COLLISIONS, QUADRATIC, RATES };

static size_t Width(const EvolvePlan *plan, const EvolveEngine *e)
{
  (void)e;
  return RATES + (size_t)plan->n_separation;
}

static PetscErrorCode Work(const EvolvePlan *plan, EvolveEngine *e, PetscInt i, PetscInt j,
                           double row[])
{
  const QlbeParameters *par = &e->problem.parameters;
  const double d0 = smallest * par->hbar / sqrt(par->m_star / par->beta);
  double deviation = 0.0;
  Rates r = {.space = NULL};

  PetscFunctionBegin;
  (void)i;
  (void)j;
  PetscCall(RatesCreate(plan, e, &r));
  PetscCall(MeanEscapeRate(plan, e, &r, &row[COLLISIONS]));
  PetscCall(Rate(plan, d0, &r, &row[QUADRATIC], &deviation));
  row[QUADRATIC] /= d0 * d0;
  for (PetscInt n = 0; n < plan->n_separation; n++) {
    const double d = plan->separation[n];
    double *rate = &row[RATES + n];
    PetscCall(Rate(plan, d, &r, rate, &deviation));
    if (!(deviation <= most_deviation)) *rate = NAN;
    if (!e->spectral && e->cube.grid.spacing * d / par->hbar > EVOLVE_MOST_TURN) *rate = NAN;
  }
  PetscCall(RatesDestroy(&r));
  PetscFunctionReturn(0);
}

static void Collect(const EvolvePlan *plan, const EvolveEngine *e, PetscInt i, PetscInt j,
                    const double row[], EvolveResult *result)
{
  (void)e;
  (void)i;
  (void)j;
  result->collision_rate = row[COLLISIONS];
  result->quadratic = row[QUADRATIC];
  for (PetscInt n = 0; n < plan->n_separation; n++) result->rate[n] = row[RATES + n];
}

const EvolveTaskKind EvolveDecoherenceTask = {Width, Work, Collect};

static PetscErrorCode AddTable(const QlbeProblem *problem, QlbeReport report)
{
  const char *length = QlbeUnitsName(&problem->units, QLBE_LENGTH);
  const char *rate = QlbeUnitsName(&problem->units, QLBE_RATE);
  const QlbeColumn columns[] = {{"separation", QLBE_COLUMN_REAL, length},
                                {"rate", QLBE_COLUMN_REAL_OR_NAN, rate},
                                {"quadratic", QLBE_COLUMN_REAL, rate},
                                {"total", QLBE_COLUMN_REAL, rate}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "decoherence", 4, columns));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveDecoherenceReport(const QlbeProblem *problem, const EvolvePlan *plan,
                                       const EvolveResult *result, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(AddTable(problem, report));
  for (PetscInt i = 0; i < plan->n_separation; i++) {
    const double d = plan->separation[i];
    const double row[] = {QlbeUnitsToDeck(&problem->units, QLBE_LENGTH, d),
                          QlbeUnitsToDeck(&problem->units, QLBE_RATE, result->rate[i]),
                          QlbeUnitsToDeck(&problem->units, QLBE_RATE, result->quadratic * d * d),
                          QlbeUnitsToDeck(&problem->units, QLBE_RATE, result->collision_rate)};
    PetscCall(QlbeReportAddRow(report, "decoherence", 4, row));
  }
  PetscFunctionReturn(0);
}
