/*
   Functions of momentum as vectors, in the representation of the fiber operators.

   A fiber f(p) is the vector x of f nu^(-1/2) in an orthonormal basis: nodes of the Cartesian grid,
   or the functions of spectral_grid.h around a polar axis, one vector for each azimuthal quantum
   number m. The norm of x bounds that of f: int |f| dp <= |x|_2, |x|_2^2 = int |f|^2/nu dp.
*/
#ifndef QLBE_MOMENTUM_SPACE_H
#define QLBE_MOMENTUM_SPACE_H

#include <petscvec.h>

typedef struct _p_QlbeMomentumSpace *QlbeMomentumSpace;

/* A function of p[3], a momentum in the laboratory frame. */
typedef PetscScalar QlbeMomentumFunction(const double p[3], const void *context);

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
