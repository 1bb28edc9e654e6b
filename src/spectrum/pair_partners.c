/*
   Which levels of two discretisations belong together: the closest ones, each of them once.
*/
#include <math.h>

#include "pair_partners.h"

/* Whether a pair may be compared at all. */
static PetscBool Usable(const QlbeEigenpair *pair)
{
  return (PetscBool)(pair->leading && !PetscIsNanScalar(pair->value));
}

/* The closest two of those that are free; false without any. */
static PetscBool Closest(const PairList *of, const PairList *among, const PetscBool taken[],
                         const PetscBool served[], PetscInt best[2])
{
  PetscReal least = HUGE_VAL;

  best[0] = best[1] = -1;
  for (PetscInt i = 0; i < of->n; i++) {
    if (served[i] || !Usable(&of->pairs[i])) continue;
    for (PetscInt j = 0; j < among->n; j++) {
      const PetscReal distance = PetscAbsScalar(among->pairs[j].value - of->pairs[i].value);
      if (taken[j] || !Usable(&among->pairs[j]) || !(distance < least)) continue;
      if (of->sector && of->sector[i] != among->sector[j]) continue;
      least = distance;
      best[0] = i;
      best[1] = j;
    }
  }
  return (PetscBool)(best[0] >= 0 && best[1] >= 0);
}

PetscErrorCode PairPartners(const PairList *of, const PairList *among, PetscScalar partner[])
{
  PetscBool *served, *taken;
  PetscInt best[2];

  PetscFunctionBegin;
  PetscCall(PetscCalloc2(of->n, &served, among->n, &taken));
  for (PetscInt i = 0; i < of->n; i++) partner[i] = PetscCMPLX(NAN, NAN);
  while (Closest(of, among, taken, served, best)) {
    partner[best[0]] = among->pairs[best[1]].value;
    served[best[0]] = taken[best[1]] = PETSC_TRUE;
  }
  PetscCall(PetscFree2(served, taken));
  PetscFunctionReturn(0);
}
