/*
   Spherical harmonics and their rotation about one axis.

   Y_lm = N_lm(cos theta) e^(i m phi) with the Condon-Shortley phase, orthonormal on the sphere; N_(l,-m) = (-1)^m N_lm.
*/
#ifndef QLBE_SPHERICAL_H
#define QLBE_SPHERICAL_H

#include <petscsys.h>

/*
   N_lm(cosine) for 0 <= m <= l <= l_max into N[QlbeSphericalIndex(l, m)], (l_max + 1)(l_max + 2)/2 of them, |cosine| <= 1. Not
   collective. Error: PETSC_ERR_LIB.
*/
PETSC_EXTERN PetscErrorCode QlbeSphericalHarmonics(PetscInt l_max, double cosine, double N[]);
PETSC_EXTERN PetscInt QlbeSphericalIndex(PetscInt l, PetscInt m);

/*
   d^l_(mu m) at n angles with the given cosines, -1 < cosine < 1, into d[n]: the coefficient of Y_l mu in the frame whose polar
   axis stands at that angle, in the direction of the x axis, when Y_lm of the original frame is expanded there,

     Y_lm(theta, phi) = sum_mu d^l_(mu m) Y_l mu(theta', phi'),

   both frames sharing the y axis. |m|, |mu| <= l. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSphericalRotation(PetscInt l, PetscInt mu, PetscInt m, PetscInt n,
                                                  const double cosine[], double d[]);

#endif
