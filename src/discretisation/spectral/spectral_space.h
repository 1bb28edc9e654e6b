/* Functions of momentum in the spectral basis. */
#ifndef QLBE_SPECTRAL_SPACE_H
#define QLBE_SPECTRAL_SPACE_H

#include "qlbe/momentum_space.h"

/*
   The spectral basis of n_radial x n_angular functions, sectors m = -m_max .. m_max,
   0 <= m_max < n_angular:

     f(p) = nu(p) (4 pi)^(1/2) sum x^m_(il) R_il(|p|) Y_lm(p^),

   the coefficients of one sector ordered by l = |m|, .. and then i, as in the matrices of
   spectral_fiber.h.

   width is a momentum that the quadrature of expansions follows: neither Gaussians in f are
   narrower nor is 1/|r| of waves exp(i p.r) smaller. Coefficients then are good to some 1e-13 of
   the largest; how well the basis holds f is another matter, to which int |f|^2/nu dp is the key.
   It grows like exp(P^2/(2 thermal^2 - sigma^2)) for a Gaussian of width sigma around P, and does
   not exist from sigma = 2^(1/2) thermal on.

   Collective on comm. Errors: PETSC_ERR_ARG_OUTOFRANGE unless n_radial >= 2,
   0 <= m_max < n_angular, 0 < thermal, and 1e-3 thermal <= width.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceCreateSpectral(MPI_Comm comm, PetscInt n_radial,
                                                            PetscInt n_angular, PetscInt m_max,
                                                            double thermal, double width,
                                                            QlbeMomentumSpace *space);

#endif
