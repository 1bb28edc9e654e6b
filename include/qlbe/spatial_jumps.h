/*
   The part of the diffusion constant that spatial jumps make: thermal integrals over cross
   sections.
*/
#ifndef QLBE_SPATIAL_JUMPS_H
#define QLBE_SPATIAL_JUMPS_H

#include "qlbe/parameters.h"
#include <petscsys.h>

/*
   D_jps of (7.5), with the square of the component along q only, and the diffusion coefficient
   D_qdc of the Brownian limit (Sec. 2.2.3); length^2/time. n is the number of quadrature nodes, 64
   or more for nine digits when a (m kT)^(1/2)/hbar is of order one. Without a phase of the
   interaction both are 0. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpatialJumps(const QlbeParameters *par, PetscInt n, double *D_jps,
                                             double *D_qdc);

#endif
