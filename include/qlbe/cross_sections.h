/*
   Cross sections of an interaction: integrals over the scattering angle of |f|^2 and its relatives.
*/
#ifndef QLBE_CROSS_SECTIONS_H
#define QLBE_CROSS_SECTIONS_H

#include "qlbe/interaction.h"

typedef struct {
  double sigma_tot; /* int dOmega |f|^2; area */
  double sigma_0;   /* int dOmega (1 - cos theta) |f|^2; area */
  double sigma_z;   /* int dOmega |d_z f|^2 (7.5); area/momentum^2 */
  double sigma_u;   /* int dOmega cos(theta/2) Im[d_z f conj f]; area/momentum */
  PetscComplex f0;  /* QlbeInteractionForward; length */
} QlbeCrossSections;

/*
   All cross sections at relative momentum p >= 0; p = 0 gives the limit. Costs O(a p/hbar): no
   angle is sampled. Relative errors are a few roundings; that of sigma_u, which cancels at large
   a p/hbar, is 1e-16 of a^3/hbar. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE as
   QlbeInteractionAmplitude.
*/
PETSC_EXTERN PetscErrorCode QlbeCrossSectionsCompute(QlbeInteraction inter, double p,
                                                     QlbeCrossSections *cs);

#endif
