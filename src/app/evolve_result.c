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
