/* The constant amplitude f = -a, s-wave scattering: the transverse integral has a closed form. */
#include "interaction_impl.h"
#include <math.h>

static PetscErrorCode Amplitude(QlbeInteraction inter, double z, double y, PetscComplex *f,
                                PetscComplex *dzf)
{
  PetscFunctionBegin;
  (void)z;
  (void)y;
  *f = -inter->a;
  if (dzf) *dzf = 0.0;
  PetscFunctionReturn(0);
}

const QlbeInteractionOps QlbeInteraction_constant_Private = {
    .traits = {.has_phase = PETSC_TRUE,
               .varies = PETSC_FALSE,
               .unitary = PETSC_FALSE,
               .kappa_max = HUGE_VAL},
    .amplitude = Amplitude,
    .cross_sections = QlbeCrossSectionsIsotropic_Private};
