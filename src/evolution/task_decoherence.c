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

#include "evolution_tasks.h"
#include "qlbe/gas_average.h"
#include "qlbe/vector_length.h"

/* The small separation that gives the quadratic law, in units of hbar/(m_star kT)^(1/2). */
static const double smallest = 1e-3;

/* Separations whose phases the discretisation does not hold to this part have no rate. */
static const double most_deviation = 1e-3;

static PetscScalar EscapeRate(const double p[3], const void *context)
{
  const QlbeGasAverage *average = context;

  return QlbeEscapeRate(*average, QlbeVectorLength(p));
}

typedef struct {
  QlbeMomentumSpace space;
  QlbeEvolutionSectors sectors; /* at k = 0 */
  Vec *x, *y, *Ax;              /* [sectors] */
  QlbeGaussianTerm term;
  QlbeQuantumState packet; /* term alone */
} Rates;

static PetscErrorCode RatesCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e, Rates *r)
{
  const double rest[3] = {0.0, 0.0, 0.0};

  PetscFunctionBegin;
  r->space = e->about_axis;
  PetscCall(QlbeEvolutionSectorsCreate(e, r->space, rest, &r->sectors));
  PetscCall(QlbeEvolutionVectorsCreate(r->space, &r->x));
  PetscCall(QlbeEvolutionVectorsCreate(r->space, &r->y));
  PetscCall(QlbeEvolutionVectorsCreate(r->space, &r->Ax));
  r->term = plan->state.terms[0];
  r->term.weight = 1.0;
  for (int i = 0; i < 3; i++) r->term.X[i] = 0.0;
  r->packet = (QlbeQuantumState){.n = 1, .terms = &r->term, .hbar = plan->state.hbar};
  PetscFunctionReturn(0);
}

static PetscErrorCode RatesDestroy(Rates *r)
{
  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsDestroy(&r->sectors));
  PetscCall(QlbeEvolutionVectorsDestroy(r->space, &r->x));
  PetscCall(QlbeEvolutionVectorsDestroy(r->space, &r->y));
  PetscCall(QlbeEvolutionVectorsDestroy(r->space, &r->Ax));
  PetscFunctionReturn(0);
}

/* Lambda(d), and how far the weight of the packet is from 1. */
static PetscErrorCode Rate(const QlbeEvolutionPlan *plan, double d, Rates *r, double *rate,
                           double *deviation)
{
  QlbeEvolutionFiberFunction f = {.state = &r->packet};
  QlbeEvolutionWeight w = QlbeEvolutionMomentWeight(0);
  PetscScalar overlap, decay;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    r->term.d[i] = d * plan->axis[i];
    w.a[i] = r->term.d[i] / plan->state.hbar;
  }
  PetscCall(QlbeMomentumSpaceExpand(r->space, plan->axis, QlbeEvolutionFiberValue, &f, r->x));
  PetscCall(QlbeMomentumSpaceFunctional(r->space, plan->axis, QlbeEvolutionWeightValue, &w, r->y));
  PetscCall(QlbeEvolutionSectorsMult(&r->sectors, r->x, r->Ax));
  PetscCall(QlbeEvolutionFunctional(r->sectors.n, r->y, r->x, &overlap));
  PetscCall(QlbeEvolutionFunctional(r->sectors.n, r->y, r->Ax, &decay));
  *rate = -PetscRealPart(decay);
  *deviation = PetscAbsScalar(overlap - 1.0);
  PetscFunctionReturn(0);
}

/* The mean of E over the packet. */
static PetscErrorCode MeanEscapeRate(const QlbeEvolutionPlan *plan, QlbeEvolution e, Rates *r,
                                     double *total)
{
  const QlbeParameters *par = &e->problem.parameters;
  const double thermal = sqrt(par->M / par->beta);
  /* momenta at which the space may ask for E: corners of a box, or far beyond the thermal one */
  const double half_width = e->problem.settings->grid.extent * thermal;
  QlbeEvolutionFiberFunction f = {.state = &r->packet};
  QlbeGasAverage average;
  PetscScalar mean;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) r->term.d[i] = 0.0;
  PetscCall(QlbeGasAverageCreate(par, PetscMax(sqrt(3.0) * half_width, 12.0 * thermal), &average));
  PetscCall(QlbeMomentumSpaceExpand(r->space, plan->axis, QlbeEvolutionFiberValue, &f, r->x));
  PetscCall(QlbeMomentumSpaceFunctional(r->space, plan->axis, EscapeRate, &average, r->y));
  PetscCall(QlbeEvolutionFunctional(r->sectors.n, r->y, r->x, &mean));
  PetscCall(QlbeGasAverageDestroy(&average));
  *total = PetscRealPart(mean);
  PetscFunctionReturn(0);
}

/* A row: the mean escape rate, Lambda(d)/d^2 at a small separation, and the rates. */
enum { COLLISIONS, QUADRATIC, RATES };

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  (void)e;
  return RATES + (size_t)plan->n_separation;
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
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
    if (e->spacing * d / par->hbar > QLBE_EVOLUTION_MOST_TURN) *rate = NAN;
  }
  PetscCall(RatesDestroy(&r));
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
