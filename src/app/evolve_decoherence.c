/*
   The rate at which two packets at a distance d, at rest relative to each other, lose their coherence at first:

     Lambda(d) = -Re int dp exp(i p.d/hbar) L_0 [exp(-i p.d/hbar) n(p)]
               = int dp n(p) int dq T_q(p, p) (1 - cos(q.d/hbar)),

   n the momentum distribution of one packet. Quadratic in d where d is small against the inverse of the momentum transfers, and the mean
   escape rate, every collision tells where the particle is, where it is large.
*/
#include <math.h>

#include "evolve.h"

/* Default separations, in units of hbar/(m_star kT)^(1/2); the small one that gives the quadratic law. */
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
  const QlbeParameters *par = &e->run.parameters;
  EvolveFiberFunction f = {.state = &r->packet};
  QlbeGasAverage average;
  double half_width;
  PetscScalar mean;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) r->term.d[i] = 0.0;
  PetscCall(CartesianHalfWidth(&e->run, &half_width));
  PetscCall(QlbeGasAverageCreate(
      par, PetscMax(sqrt(3.0) * half_width, 12.0 * sqrt(par->M / par->beta)), &average));
  PetscCall(QlbeMomentumSpaceExpand(r->space, plan->axis, EvolveFiberValue, &f, r->x));
  PetscCall(QlbeMomentumSpaceFunctional(r->space, plan->axis, EscapeRate, &average, r->y));
  PetscCall(EvolveFunctional(r->sectors.n, r->y, r->x, &mean));
  PetscCall(QlbeGasAverageDestroy(&average));
  *total = PetscRealPart(mean);
  PetscFunctionReturn(0);
}

static PetscErrorCode AddTable(QlbeRun *run, QlbeReport report)
{
  const char *length = QlbeUnitsName(&run->units, QLBE_LENGTH);
  const char *rate = QlbeUnitsName(&run->units, QLBE_RATE);
  const QlbeColumn columns[] = {{"separation", QLBE_COLUMN_REAL, length},
                                {"rate", QLBE_COLUMN_REAL, rate},
                                {"quadratic", QLBE_COLUMN_REAL, rate},
                                {"total", QLBE_COLUMN_REAL, rate}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "decoherence", 4, columns));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveDecoherence(QlbeRun *run, const EvolvePlan *plan, EvolveEngine *e,
                                 QlbeReport report)
{
  const QlbeParameters *par = &run->parameters;
  const double unit = par->hbar / sqrt(par->m_star / par->beta), d0 = smallest * unit;
  const double *given;
  double total = 0.0, near_zero = 0.0, deviation = 0.0;
  PetscInt n;
  Rates r = {.space = NULL};

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "evolve_separations", &n, &given));
  PetscCall(AddTable(run, report));
  PetscCall(RatesCreate(plan, e, &r));
  PetscCall(MeanEscapeRate(plan, e, &r, &total));
  PetscCall(Rate(plan, d0, &r, &near_zero, &deviation));
  for (PetscInt i = 0; i < (n > 0 ? n : SEPARATIONS); i++) {
    const double part = (double)i / (double)(SEPARATIONS - 1);
    const double d = n > 0 ? given[i] : unit * nearest * pow(farthest / nearest, part);
    double rate;
    PetscCall(Rate(plan, d, &r, &rate, &deviation));
    if (!(deviation <= most_deviation)) rate = NAN;
    if (!e->spectral && e->cube.grid.spacing * d / par->hbar > EVOLVE_MOST_TURN) rate = NAN;
    {
      const double row[] = {QlbeUnitsToDeck(&run->units, QLBE_LENGTH, d),
                            QlbeUnitsToDeck(&run->units, QLBE_RATE, rate),
                            QlbeUnitsToDeck(&run->units, QLBE_RATE, near_zero * d * d / (d0 * d0)),
                            QlbeUnitsToDeck(&run->units, QLBE_RATE, total)};
      PetscCall(QlbeReportAddRow(report, "decoherence", 4, row));
    }
  }
  PetscCall(RatesDestroy(&r));
  PetscFunctionReturn(0);
}
