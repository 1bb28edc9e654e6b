/*
   Room for everything that the tasks of an evolution find.
*/
#include <math.h>

#include "evolution_fields.h"
#include "evolution_tasks.h"

/* The set of fibers, and the unknowns of one, into a snapshot. */
static void SetCounts(const QlbeEvolutionPlan *plan, QlbeEvolution e, QlbeFiberSnapshot *s)
{
  s->symmetry = plan->symmetry;
  for (int i = 0; i < 3; i++) s->axis[i] = plan->axis[i];
  s->n_magnitude = plan->set.magnitude.n;
  s->n_direction = plan->set.n_direction;
  s->n_polar = plan->set.n_polar;
  s->k_max = plan->set.k_max;
  s->scale = plan->set.scale;
  s->n_chain = plan->n_chain;
  s->n_all = e->n_all;
  s->n_axial = e->n_axial;
  s->n_momentum = e->n_momentum;
}

PetscErrorCode QlbeEvolutionResultCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                         QlbeEvolutionResult *r)
{
  const PetscInt n = plan->n_time;
  const PetscInt slots = n * plan->set.magnitude.n * plan->set.n_direction;

  PetscFunctionBegin;
  *r = (QlbeEvolutionResult){.growth = -1.0, .groups = 1};
  PetscCall(PetscCalloc1(n, &r->momentum));
  PetscCall(PetscCalloc1(n * plan->n_momentum, &r->distribution));
  PetscCall(PetscCalloc1(2 * n, &r->visibility));
  PetscCall(PetscCalloc1(n * plan->n_chain, &r->position));
  PetscCall(PetscCalloc1(slots, &r->mu));
  PetscCall(PetscCalloc1(slots, &r->square));
  PetscCall(PetscCalloc1(slots, &r->norm));
  PetscCall(PetscCalloc1(plan->n_line > 0 ? slots * (2 * plan->n_line - 1) : 0, &r->coherence));
  PetscCall(PetscCalloc1(n * plan->n_limit, &r->limit));
  PetscCall(PetscCalloc1(plan->n_separation, &r->rate));
  r->flight.reach = HUGE_VAL;
  /* k = 0 may come on top */
  PetscCall(PetscCalloc1(QLBE_EVOLUTION_MOST_COMPARED + 1, &r->flight.k));
  PetscCall(PetscCalloc1((QLBE_EVOLUTION_MOST_COMPARED + 1) * n, &r->flight.change));
  if (!plan->save) PetscFunctionReturn(0);
  SetCounts(plan, e, &r->last);
  PetscCall(QlbeFiberSnapshotAllocate(&r->last));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionResultDestroy(QlbeEvolutionResult *r)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(r->momentum));
  PetscCall(PetscFree(r->distribution));
  PetscCall(PetscFree(r->visibility));
  PetscCall(PetscFree(r->position));
  PetscCall(PetscFree(r->mu));
  PetscCall(PetscFree(r->square));
  PetscCall(PetscFree(r->norm));
  PetscCall(PetscFree(r->coherence));
  PetscCall(PetscFree(r->limit));
  PetscCall(PetscFree(r->rate));
  PetscCall(PetscFree(r->flight.k));
  PetscCall(PetscFree(r->flight.change));
  PetscCall(QlbeFiberSnapshotDestroy(&r->last));
  PetscCall(QlbeEvolutionFieldsDestroy(&r->fields));
  PetscFunctionReturn(0);
}

/* Rows of the known magnitudes of all times from [times][before][width] to their new places. */
static PetscErrorCode Refine(const QlbeEvolutionPlan *plan, PetscInt times, PetscInt before,
                             size_t width, void **rows)
{
  const size_t now = (size_t)plan->set.magnitude.n;
  char *old = *rows, *new;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1((size_t)times * now * width, &new));
  for (size_t t = 0; t < (size_t)times; t++) {
    size_t from = 0;
    for (size_t i = 0; i < now; i++) {
      if (!plan->known[i]) continue;
      PetscCall(PetscMemcpy(new + (t * now + i) * width, old + (t * (size_t)before + from) * width,
                            width));
      from++;
    }
  }
  PetscCall(PetscFree(old));
  *rows = new;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionResultRefine(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                         PetscInt before, QlbeEvolutionResult *r)
{
  const size_t n = (size_t)plan->set.n_direction;
  const size_t line = plan->n_line > 0 ? (size_t)(2 * plan->n_line - 1) : 0;

  PetscFunctionBegin;
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->mu), (void **)&r->mu));
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->square), (void **)&r->square));
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->norm), (void **)&r->norm));
  PetscCall(
      Refine(plan, plan->n_time, before, n * line * sizeof(*r->coherence), (void **)&r->coherence));
  if (!plan->save) PetscFunctionReturn(0);
  SetCounts(plan, e, &r->last);
  PetscCall(Refine(plan, 1, before, n * (size_t)e->n_all * sizeof(*r->last.fiber),
                   (void **)&r->last.fiber));
  PetscFunctionReturn(0);
}
