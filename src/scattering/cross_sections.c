/* Cross sections: the operation of the interaction, and the one of amplitudes without structure. */
#include "interaction_impl.h"

PetscErrorCode QlbeCrossSectionsIsotropic_Private(QlbeInteraction inter, double p,
                                                  QlbeCrossSections *cs)
{
  PetscComplex f;

  PetscFunctionBegin;
  PetscCall(inter->ops->amplitude(inter, p, 0.0, &f, NULL));
  cs->sigma_tot = cs->sigma_0 = 4.0 * PETSC_PI * PetscRealPart(f * PetscConj(f));
  cs->sigma_z = cs->sigma_u = 0.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCrossSectionsCompute(QlbeInteraction inter, double p, QlbeCrossSections *cs)
{
  PetscFunctionBegin;
  PetscCall(QlbeInteractionForward(inter, p, &cs->f0)); /* also checks the range of p */
  PetscCall(inter->ops->cross_sections(inter, p, cs));
  PetscFunctionReturn(0);
}
