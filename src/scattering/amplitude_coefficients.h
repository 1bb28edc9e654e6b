/* Chebyshev coefficients of the amplitude with degrees found on the way; private to the module. */
#ifndef QLBE_AMPLITUDE_COEFFICIENTS_H
#define QLBE_AMPLITUDE_COEFFICIENTS_H

#include "interaction_impl.h"

/* A tensor of values, or of the coefficients of T_i(z^2) T_j(y^2): Re f and Im f / p. */
typedef struct {
  PetscInt nz, ny;
  double *re, *im; /* [ny][nz] */
} QlbeAmplitudeTensor;

/*
   The coefficients on [0, z_max^2] x [0, y_max^2], such that the neglected ones add up to about
   target (a length). The caller frees both arrays. Collective on the team of the interaction.
   Errors: PETSC_ERR_NOT_CONVERGED if target is out of reach.
*/
PETSC_INTERN PetscErrorCode QlbeAmplitudeCoefficients(QlbeInteraction inter, double z_max,
                                                      double y_max, double target,
                                                      QlbeAmplitudeTensor *coefficients);

#endif
