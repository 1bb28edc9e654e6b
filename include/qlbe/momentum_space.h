/*
   Functions of momentum as vectors, in the representation of the fiber operators.

   A fiber f(p) is the vector x of f nu^(-1/2) in an orthonormal basis: nodes of the Cartesian grid,
   or the functions of spectral_grid.h around a polar axis, one vector for each azimuthal quantum
   number m. The norm of x bounds that of f: int |f| dp <= |x|_2, |x|_2^2 = int |f|^2/nu dp.
*/
#ifndef QLBE_MOMENTUM_SPACE_H
#define QLBE_MOMENTUM_SPACE_H

#include <petscvec.h>

#include "qlbe/momentum_grid.h"

typedef struct _p_QlbeMomentumSpace *QlbeMomentumSpace;

/* A function of p[3], a momentum in the laboratory frame. */
typedef PetscScalar QlbeMomentumFunction(const double p[3], const void *context);

/*
   The Cartesian grid with equilibrium nu of thermal momentum `thermal`, (M/beta)^(1/2):
   x_i = spacing^(3/2) f(p_i) nu^(-1/2)(p_i). It has the one sector m = 0, and its axes are those of
   the laboratory. The grid is copied. Collective on the grid's communicator.
   Error: PETSC_ERR_ARG_OUTOFRANGE unless thermal > 0.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceCreateCartesian(const QlbeMomentumGrid *grid,
                                                             double thermal,
                                                             QlbeMomentumSpace *space);

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

/* Frees the space and sets the handle to NULL. Collective. */
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceDestroy(QlbeMomentumSpace *space);

/* The number of sectors, 2 m_max + 1; sector s has m = s - m_max. Not collective. */
PETSC_EXTERN PetscInt QlbeMomentumSpaceSectors(QlbeMomentumSpace space);

/*
   Vectors for all sectors into x[sectors], laid out like the rows of the fiber operators; to be
   freed by VecDestroy one by one. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceVectors(QlbeMomentumSpace space, Vec x[]);

/*
   Coefficients of f in all sectors, into x[sectors], with the polar axis along axis[3], of any
   length; the Cartesian grid takes no notice of it, and NULL will do. Azimuths count from e[0]
   towards e[1] of QlbeSphericalFrame: for the z axis these are x and y. Collective; ranks call f at
   points of their own. Error: PETSC_ERR_ARG_OUTOFRANGE for an axis of length 0.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceExpand(QlbeMomentumSpace space, const double axis[3],
                                                    QlbeMomentumFunction *f, const void *context,
                                                    Vec x[]);

/*
   The linear functional int w(p) f(p) dp as vectors y[sectors]: the sum over sectors of
   VecDot(x, y), which is y^H x. It is the expansion of conj(w) nu: in the spectral basis w is
   called at |p| up to 14 thermal momenta, where it must be finite, and on the Cartesian grid at its
   nodes. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceFunctional(QlbeMomentumSpace space,
                                                        const double axis[3],
                                                        QlbeMomentumFunction *w,
                                                        const void *context, Vec y[]);

/* int |f|^2 dp of x[sectors] into *square. Collective. */
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceSquare(QlbeMomentumSpace space, const Vec x[],
                                                    double *square);

/*
   int |f| dp of x[sectors] into *norm: a sum over nodes, in the spectral basis those of a product
   rule. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceNorm1(QlbeMomentumSpace space, const Vec x[],
                                                   double *norm);

/*
   f at n points p[n][3] of the laboratory frame, into f[n] on every rank; axis as it was expanded
   with. Points on the Cartesian grid must be nodes. Collective. Errors: PETSC_ERR_ARG_OUTOFRANGE
   for a point that is none.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceEvaluate(QlbeMomentumSpace space, const double axis[3],
                                                      const Vec x[], PetscInt n,
                                                      const double p[][3], PetscScalar f[]);

#endif
