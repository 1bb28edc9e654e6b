/*
   The classical sphere: |f|^2 = a^2/4 without a phase. Only the process k = 0 is defined.

   A real f = -a/2 has this modulus. It must not shift the energy, so that f(0) is 0 by itself.
*/
#include "interaction_impl.h"
#include <math.h>

static PetscErrorCode Amplitude(QlbeInteraction inter, double z, double y, PetscComplex *f,
                                PetscComplex *dzf)
{
  PetscFunctionBegin;
  (void)z;
  (void)y;
  *f = -0.5 * inter->a;
  if (dzf) *dzf = 0.0;
  PetscFunctionReturn(0);
}

static PetscErrorCode Forward(QlbeInteraction inter, double p, PetscComplex *f0)
{
  PetscFunctionBegin;
  (void)inter;
  (void)p;
  *f0 = 0.0;
  PetscFunctionReturn(0);
}

const QlbeInteractionOps QlbeInteraction_classical_Private = {
    .traits = {.has_phase = PETSC_FALSE,
               .varies = PETSC_FALSE,
               .unitary = PETSC_FALSE,
               .kappa_max = HUGE_VAL},
    .amplitude = Amplitude,
    .forward = Forward,
    .cross_sections = QlbeCrossSectionsIsotropic_Private};
