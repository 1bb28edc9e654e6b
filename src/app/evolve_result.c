/*
   Room for everything that the tasks of `qlbe evolve` find.
*/
#include "evolve.h"

PetscErrorCode EvolveResultCreate(const EvolvePlan *plan, const EvolveEngine *e, EvolveResult *r)
{
  const PetscInt n = plan->n_time;
  const PetscInt slots = n * plan->set.magnitude.n * plan->set.n_direction;

  PetscFunctionBegin;
  *r = (EvolveResult){.growth = -1.0, .groups = 1};
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
  if (plan->save) PetscCall(EvolveSnapshotCreate(plan, e, &r->last));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveResultDestroy(EvolveResult *r)
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
  PetscCall(EvolveSnapshotDestroy(&r->last));
  PetscFunctionReturn(0);
}

/* Rows of the known magnitudes of all times from [times][before][width] to their new places. */
static PetscErrorCode Refine(const EvolvePlan *plan, PetscInt times, PetscInt before, size_t width,
                             void **rows)
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

PetscErrorCode EvolveResultRefine(const EvolvePlan *plan, const EvolveEngine *e, PetscInt before,
                                  EvolveResult *r)
{
  const size_t n = (size_t)plan->set.n_direction;
  const size_t line = plan->n_line > 0 ? (size_t)(2 * plan->n_line - 1) : 0;

  PetscFunctionBegin;
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->mu), (void **)&r->mu));
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->square), (void **)&r->square));
  PetscCall(Refine(plan, plan->n_time, before, n * sizeof(*r->norm), (void **)&r->norm));
  PetscCall(
      Refine(plan, plan->n_time, before, n * line * sizeof(*r->coherence), (void **)&r->coherence));
  if (plan->save)
    PetscCall(Refine(plan, 1, before, n * (size_t)e->n_all * sizeof(*r->last.fiber),
                     (void **)&r->last.fiber));
  PetscFunctionReturn(0);
}
