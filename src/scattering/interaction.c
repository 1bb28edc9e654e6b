/*
   Interactions: the table of operations, made from the list in parameters.h, and their dispatch.
*/
#include "interaction_impl.h"
#include <math.h>
#include <stdio.h>

#define INTERACTION_ROW(NAME, name, text) {#name, &QlbeInteraction_##name##_Private},
static const struct {
  const char *name;
  const QlbeInteractionOps *ops;
} table[] = {QLBE_INTERACTION_LIST(INTERACTION_ROW)};

static PetscBool IsKnown(QlbeInteractionType type)
{
  return (PetscBool)((int)type >= 0 && (int)type < (int)QLBE_INTERACTION_COUNT);
}

const QlbeInteractionTraits *QlbeInteractionGetTraits(QlbeInteractionType type)
{
  return IsKnown(type) ? &table[type].ops->traits : NULL;
}

char *QlbeInteractionNamesWithPhase(size_t size, char text[])
{
  const char *last = NULL;
  size_t used = 0;

  for (int i = 0; i < QLBE_INTERACTION_COUNT; i++)
    if (table[i].ops->traits.has_phase) last = table[i].name;
  text[0] = '\0';
  for (int i = 0; i < QLBE_INTERACTION_COUNT && used < size; i++) {
    const char *separator = used == 0 ? "" : table[i].name == last ? " or " : ", ";
    if (!table[i].ops->traits.has_phase) continue;
    used += (size_t)snprintf(text + used, size - used, "%s%s", separator, table[i].name);
  }
  return text;
}

PetscErrorCode QlbeInteractionCreate(const QlbeParameters *par, QlbeInteraction *inter)
{
  QlbeInteraction x;

  PetscFunctionBegin;
  *inter = NULL;
  PetscCheck(isfinite(par->a) && par->a > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "radius %g must be positive", par->a);
  PetscCheck(isfinite(par->hbar) && par->hbar > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "hbar %g must be positive", par->hbar);
  PetscCheck(IsKnown(par->interaction), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "unknown interaction type %d", (int)par->interaction);
  PetscCall(PetscNew(&x));
  x->ops = table[par->interaction].ops;
  x->a = par->a;
  x->hbar = par->hbar;
  x->team.size = 1;
  if (x->ops->create) PetscCall(x->ops->create(x));
  *inter = x;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionSetTeam(QlbeInteraction inter, const QlbeTeam *team)
{
  PetscFunctionBegin;
  PetscCheck(team->rank >= 0 && team->rank < team->size, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "member %" PetscInt_FMT " of a team of %" PetscInt_FMT, team->rank, team->size);
  inter->team = *team;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionGetTeam(QlbeInteraction inter, QlbeTeam *team)
{
  PetscFunctionBegin;
  *team = inter->team;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionDestroy(QlbeInteraction *inter)
{
  PetscFunctionBegin;
  if (!inter || !*inter) PetscFunctionReturn(0);
  if ((*inter)->ops->destroy) PetscCall((*inter)->ops->destroy(*inter));
  PetscCall(PetscFree(*inter));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionAmplitude(QlbeInteraction inter, double z, double y, PetscComplex *f,
                                        PetscComplex *dzf)
{
  PetscFunctionBegin;
  PetscCheck(z >= 0.0 && y >= 0.0 && inter->a * hypot(z, y) <= QLBE_KAPPA_MAX * inter->hbar,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "z = %g and y = %g must not be negative, nor a p/hbar exceed %g", z, y,
             (double)QLBE_KAPPA_MAX);
  PetscCall(inter->ops->amplitude(inter, z, y, f, dzf));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionForward(QlbeInteraction inter, double p, PetscComplex *f0)
{
  PetscFunctionBegin;
  PetscCall(QlbeInteractionAmplitude(inter, p, 0.0, f0, NULL));
  if (inter->ops->forward) PetscCall(inter->ops->forward(inter, p, f0));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeInteractionBatch(QlbeInteraction inter, PetscInt n, const double z[], double y,
                                    double re[], double im[])
{
  /* Im f / p is even in p: this far from p = 0 it equals its limit to rounding. */
  const double least = 1e-8 * inter->hbar / inter->a;

  PetscFunctionBegin;
  if (inter->ops->batch) {
    PetscCall(inter->ops->batch(inter, n, z, y, re, im));
    PetscFunctionReturn(0);
  }
  for (PetscInt i = 0; i < n; i++) {
    const double at = hypot(z[i], y) < least ? least : z[i];
    PetscComplex f = 0.0;

    PetscCall(QlbeInteractionAmplitude(inter, at, y, &f, NULL));
    re[i] = PetscRealPart(f);
    im[i] = PetscImaginaryPart(f) / hypot(at, y);
  }
  PetscFunctionReturn(0);
}
