/*
   Spherical harmonics, their rotation about one axis, and the frame in which they stand.

   Y_lm = N_lm(cos theta) e^(i m phi) with the Condon-Shortley phase, orthonormal on the sphere;
   N_(l,-m) = (-1)^m N_lm.
*/
#ifndef QLBE_SPHERICAL_H
#define QLBE_SPHERICAL_H

#include <petscsys.h>

/*
   N_lm(cosine) for 0 <= m <= l <= l_max into N[QlbeSphericalIndex(l, m)], (l_max + 1)(l_max + 2)/2
   of them, |cosine| <= 1. Not collective. Error: PETSC_ERR_LIB.
*/
PETSC_EXTERN PetscErrorCode QlbeSphericalHarmonics(PetscInt l_max, double cosine, double N[]);
PETSC_EXTERN PetscInt QlbeSphericalIndex(PetscInt l, PetscInt m);

/*
   d^l_(mu m) at n angles with the given cosines, -1 < cosine < 1, into d[n]: the coefficient of Y_l
   mu in the frame whose polar axis stands at that angle, in the direction of the x axis, when Y_lm
   of the original frame is expanded there,

     Y_lm(theta, phi) = sum_mu d^l_(mu m) Y_l mu(theta', phi'),

   both frames sharing the y axis. |m|, |mu| <= l. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSphericalRotation(PetscInt l, PetscInt mu, PetscInt m, PetscInt n,
                                                  const double cosine[], double d[]);

/*
   Orthonormal and right-handed e[3][3] with e[2] along axis[3], of any finite length but 0. e[0]
   lies in the plane of the axis and that coordinate axis that is closest to perpendicular to it,
   the first of several, towards the latter; e[1] = e[2] x e[0]. For the z axis these are x, y and
   z. Not collective.
*/
PETSC_EXTERN void QlbeSphericalFrame(const double axis[3], double e[3][3]);

#endif
