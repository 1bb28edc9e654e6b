/* Chebyshev coefficients of the amplitude with degrees found on the way; private to the module. */
#ifndef QLBE_AMPLITUDE_COEFFICIENTS_H
#define QLBE_AMPLITUDE_COEFFICIENTS_H

#include "interaction_impl.h"

/*
   Coefficients of Re f into *re and of Im f / p into *im, each [ny][nz] for T_i(z^2) T_j(y^2) on
   [0, z_max^2] x [0, y_max^2], such that what is neglected is about target (a length). The caller
   frees both arrays. Not collective. Errors: PETSC_ERR_NOT_CONVERGED if target is out of reach.
*/
PETSC_INTERN PetscErrorCode QlbeAmplitudeCoefficients(QlbeInteraction inter, double z_max,
                                                      double y_max, double target, PetscInt *nz,
                                                      PetscInt *ny, double **re, double **im);

#endif
