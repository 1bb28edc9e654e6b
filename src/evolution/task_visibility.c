/*
   The coherence of two packets in time.

   Term ab of the superposition is followed alone, by linearity, at k = -kappa, where it is largest.
   Weighed with the phase that free flight gives it,

     V(t) = | int dp exp(i p.(d/hbar - k t/M)) [rho_ab(t)]_k(p) |,

   it is constant without gas: the contrast of the fringes that the packets show where they meet.
   For kappa = 0 these are fringes of the momentum distribution, after expansion of the position;
   for d = 0 fringes of the position itself.
*/
#include <math.h>

#include "evolution_tasks.h"
#include "qlbe/vector_length.h"

typedef struct {
  QlbeMomentumSpace space;
  QlbeEvolutionSectors sectors;
  double axis[3];
  double separation[3]; /* d */
  Vec *x, *rate, *y;    /* [sectors]: the term, its rate, functionals */
} Coherence;

/* A record is the modulus of the amplitude, and its rate of decay. */
enum { AMPLITUDE, DECAY, RECORD };

static PetscErrorCode CoherenceCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                      const QlbeQuantumState *term, Coherence *c)
{
  const double *k = plan->probe;
  const double length = QlbeVectorLength(k);
  QlbeEvolutionFiberFunction f = {.state = term};

  PetscFunctionBegin;
  c->space = e->about_axis;
  for (int i = 0; i < 3; i++) {
    f.k[i] = k[i];
    c->axis[i] = length > 0.0 ? k[i] / length : plan->axis[i];
    c->separation[i] = term->terms[0].d[i];
  }
  PetscCall(QlbeEvolutionSectorsCreate(e, c->space, k, &c->sectors));
  PetscCall(QlbeEvolutionVectorsCreate(c->space, &c->x));
  PetscCall(QlbeEvolutionVectorsCreate(c->space, &c->rate));
  PetscCall(QlbeEvolutionVectorsCreate(c->space, &c->y));
  PetscCall(QlbeMomentumSpaceExpand(c->space, c->axis, QlbeEvolutionFiberValue, &f, c->x));
  PetscFunctionReturn(0);
}

static PetscErrorCode CoherenceDestroy(Coherence *c)
{
  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsDestroy(&c->sectors));
  PetscCall(QlbeEvolutionVectorsDestroy(c->space, &c->x));
  PetscCall(QlbeEvolutionVectorsDestroy(c->space, &c->rate));
  PetscCall(QlbeEvolutionVectorsDestroy(c->space, &c->y));
  PetscFunctionReturn(0);
}

/* The amplitude whose modulus is V, and its rate. */
static PetscErrorCode Measure(const QlbeEvolutionPlan *plan, QlbeEvolution e, double t,
                              Coherence *c, PetscScalar *amplitude, PetscScalar *rate)
{
  const QlbeParameters *par = &e->problem.parameters;
  QlbeEvolutionWeight w = QlbeEvolutionMomentWeight(0);

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) w.a[i] = c->separation[i] / par->hbar - plan->probe[i] * t / par->M;
  PetscCall(QlbeMomentumSpaceFunctional(c->space, c->axis, QlbeEvolutionWeightValue, &w, c->y));
  PetscCall(QlbeEvolutionFunctional(c->sectors.n, c->y, c->x, amplitude));
  PetscCall(QlbeEvolutionSectorsMult(&c->sectors, c->x, c->rate));
  PetscCall(QlbeEvolutionFunctional(c->sectors.n, c->y, c->rate, rate));
  for (int axis = 0; axis < 3; axis++) {
    PetscScalar flight;
    if (plan->probe[axis] == 0.0) continue;
    w.first = axis;
    PetscCall(QlbeMomentumSpaceFunctional(c->space, c->axis, QlbeEvolutionWeightValue, &w, c->y));
    PetscCall(QlbeEvolutionFunctional(c->sectors.n, c->y, c->x, &flight));
    *rate -= PetscCMPLX(0.0, plan->probe[axis] / par->M) * flight;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode Advance(const QlbeEvolutionPlan *plan, QlbeEvolution e, void *context,
                              PetscInt i, double record[])
{
  const QlbeEvolutionSpan span = QlbeEvolutionSpanOf(plan, i);
  Coherence *c = context;
  PetscScalar amplitude, rate;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionSectorsAdvance(e, &c->sectors, &span, 1, c->x));
  PetscCall(Measure(plan, e, plan->time[i], c, &amplitude, &rate));
  record[AMPLITUDE] = PetscAbsScalar(amplitude);
  /* a wave that has left is not scattered any more: its rate is not that of the generator */
  record[DECAY] = plan->time[i] > QlbeDiscretisationLeaves(e->d, QlbeVectorLength(plan->probe))
                      ? NAN
                      : -PetscRealPart(rate / amplitude);
  PetscFunctionReturn(0);
}

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  (void)e;
  return QlbeEvolutionCourseWidth(plan, RECORD, 0);
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                           double row[])
{
  const QlbeQuantumState term = {
      .n = 1, .terms = plan->interference.terms, .hbar = plan->interference.hbar};
  Coherence c = {.space = NULL};
  QlbeEvolutionCourse course = {.n_record = RECORD, .advance = Advance, .context = &c};

  PetscFunctionBegin;
  (void)i;
  (void)j;
  e = QlbeEvolutionAt(e, QlbeVectorLength(plan->probe));
  PetscCall(CoherenceCreate(plan, e, &term, &c));
  course.n = c.sectors.n;
  course.x = c.x;
  PetscCall(QlbeEvolutionFollow(plan, e, &course, row));
  PetscCall(CoherenceDestroy(&c));
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                    const double row[], QlbeEvolutionResult *result)
{
  (void)e;
  (void)i;
  (void)j;
  for (PetscInt time = 0; time < plan->n_time; time++) {
    result->visibility[2 * time] = row[time * RECORD + AMPLITUDE] / row[AMPLITUDE];
    result->visibility[2 * time + 1] = row[time * RECORD + DECAY];
  }
}

const QlbeEvolutionTaskKind QlbeEvolutionVisibilityTask = {Width, Work, Collect};
