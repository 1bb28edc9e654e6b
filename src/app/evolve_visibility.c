/*
   The coherence of two packets in time.

   Term ab of the superposition is followed alone, by linearity, at k = -kappa, where it is largest. Weighed with the phase that free
   flight gives it,

     V(t) = | int dp exp(i p.(d/hbar - k t/M)) [rho_ab(t)]_k(p) |,

   it is constant without gas: the contrast of the fringes that the packets show where they meet. For kappa = 0 these are fringes
   of the momentum distribution, after expansion of the position; for d = 0 fringes of the position itself.
*/
#include <math.h>

#include "evolve.h"

typedef struct {
  QlbeMomentumSpace space;
  EvolveSectors sectors;
  double axis[3];
  Vec *x, *rate, *y; /* [sectors]: the term, its rate, functionals */
} Coherence;

static PetscErrorCode CoherenceCreate(const EvolvePlan *plan, EvolveEngine *e,
                                      const QlbeQuantumState *term, Coherence *c)
{
  const double *k = plan->probe;
  const double length = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
  EvolveFiberFunction f = {.state = term};

  PetscFunctionBegin;
  c->space = e->about_axis;
  for (int i = 0; i < 3; i++) {
    f.k[i] = k[i];
    c->axis[i] = length > 0.0 ? k[i] / length : plan->axis[i];
  }
  PetscCall(EvolveSectorsCreate(e, c->space, k, &c->sectors));
  PetscCall(EvolveVectorsCreate(c->space, &c->x));
  PetscCall(EvolveVectorsCreate(c->space, &c->rate));
  PetscCall(EvolveVectorsCreate(c->space, &c->y));
  PetscCall(QlbeMomentumSpaceExpand(c->space, c->axis, EvolveFiberValue, &f, c->x));
  PetscFunctionReturn(0);
}

static PetscErrorCode CoherenceDestroy(Coherence *c)
{
  PetscFunctionBegin;
  PetscCall(EvolveSectorsDestroy(&c->sectors));
  PetscCall(EvolveVectorsDestroy(c->space, &c->x));
  PetscCall(EvolveVectorsDestroy(c->space, &c->rate));
  PetscCall(EvolveVectorsDestroy(c->space, &c->y));
  PetscFunctionReturn(0);
}

/* The amplitude whose modulus is V, and its rate. */
static PetscErrorCode Measure(const EvolvePlan *plan, EvolveEngine *e, const double d[3], double t,
                              Coherence *c, PetscScalar *amplitude, PetscScalar *rate)
{
  const QlbeParameters *par = &e->run.parameters;
  EvolveWeight w = EvolveMomentWeight(0);

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) w.a[i] = d[i] / par->hbar - plan->probe[i] * t / par->M;
  PetscCall(QlbeMomentumSpaceFunctional(c->space, c->axis, EvolveWeightValue, &w, c->y));
  PetscCall(EvolveFunctional(c->sectors.n, c->y, c->x, amplitude));
  PetscCall(EvolveSectorsMult(&c->sectors, c->x, c->rate));
  PetscCall(EvolveFunctional(c->sectors.n, c->y, c->rate, rate));
  for (int axis = 0; axis < 3; axis++) {
    PetscScalar flight;
    if (plan->probe[axis] == 0.0) continue;
    w.first = axis;
    PetscCall(QlbeMomentumSpaceFunctional(c->space, c->axis, EvolveWeightValue, &w, c->y));
    PetscCall(EvolveFunctional(c->sectors.n, c->y, c->x, &flight));
    *rate -= PetscCMPLX(0.0, plan->probe[axis] / par->M) * flight;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveVisibilityTask(const EvolvePlan *plan, EvolveEngine *e, EvolveResult *result)
{
  const QlbeQuantumState term = {
      .n = 1, .terms = plan->interference.terms, .hbar = plan->interference.hbar};
  Coherence c = {.space = NULL};
  double at_start = 1.0;

  PetscFunctionBegin;
  PetscCall(CoherenceCreate(plan, e, &term, &c));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    const double step = i > 0 ? plan->time[i] - plan->time[i - 1] : 0.0;
    PetscScalar amplitude, rate;
    PetscCall(EvolveSectorsAdvance(e, &c.sectors, step, c.x));
    PetscCall(Measure(plan, e, term.terms[0].d, plan->time[i], &c, &amplitude, &rate));
    if (i == 0) at_start = PetscAbsScalar(amplitude);
    if (!e->first) continue;
    result->visibility[2 * i] = PetscAbsScalar(amplitude) / at_start;
    result->visibility[2 * i + 1] = -PetscRealPart(rate / amplitude);
  }
  PetscCall(CoherenceDestroy(&c));
  PetscFunctionReturn(0);
}
