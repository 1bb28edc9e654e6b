/*
   Functions of momentum that an evolution expands or integrates with, and vectors for them.
*/
#include "evolution_impl.h"

PetscScalar QlbeEvolutionFiberValue(const double p[3], const void *context)
{
  const QlbeEvolutionFiberFunction *f = context;

  return QlbeStateFiber(f->state, f->k, p, f->order, f->direction);
}

PetscScalar QlbeEvolutionWeightValue(const double p[3], const void *context)
{
  const QlbeEvolutionWeight *w = context;
  const double phase = w->a[0] * p[0] + w->a[1] * p[1] + w->a[2] * p[2];
  PetscScalar value = phase == 0.0 ? 1.0 : PetscExpScalar(PetscCMPLX(0.0, phase));

  if (w->first >= 0) value *= p[w->first];
  if (w->second >= 0) value *= p[w->second];
  return value;
}

QlbeEvolutionWeight QlbeEvolutionMomentWeight(int moment)
{
  const int axis = (moment - 1) % 3;

  return (QlbeEvolutionWeight){.first = moment > 0 ? axis : -1, .second = moment > 3 ? axis : -1};
}

PetscErrorCode QlbeEvolutionVectorsCreate(QlbeMomentumSpace space, Vec **x)
{
  PetscFunctionBegin;
  PetscCall(PetscMalloc1(QlbeMomentumSpaceSectors(space), x));
  PetscCall(QlbeMomentumSpaceVectors(space, *x));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionVectorsDestroy(QlbeMomentumSpace space, Vec **x)
{
  PetscFunctionBegin;
  if (!*x) PetscFunctionReturn(0);
  for (PetscInt s = 0; s < QlbeMomentumSpaceSectors(space); s++) PetscCall(VecDestroy(&(*x)[s]));
  PetscCall(PetscFree(*x));
  PetscFunctionReturn(0);
}
