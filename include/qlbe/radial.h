/*
   The momentum process (k = 0) by angular momentum: spectra and resolvents of the radial
   generators.

   The generator commutes with rotations, so on functions R(|p|) Y_lm(p^) it acts on R alone. It is
   represented in its Dirichlet form, which is symmetric and positive by construction.
*/
#ifndef QLBE_RADIAL_H
#define QLBE_RADIAL_H

#include "qlbe/parameters.h"
#include <petscsys.h>

typedef struct _p_QlbeRadial *QlbeRadial;

/*
   Prepares basis, quadrature and kernel table. Not collective.

   n_basis - radial functions per angular momentum, 4..48; 20 give nine digits for masses of equal
   order
*/
PETSC_EXTERN PetscErrorCode QlbeRadialCreate(const QlbeParameters *par, PetscInt n_basis,
                                             QlbeRadial *radial);
/* Frees everything and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRadialDestroy(QlbeRadial *radial);

/*
   The n smallest eigenvalues of -L_0 with angular momentum l, ascending, into lambda[n] (rates, n
   <= n_basis). Not collective. For l = 0 the first is 0. Values above the smallest escape rate
   belong to the continuum and have no limit as n_basis grows. PETSC_ERR_LIB if the eigensolver
   fails.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialEigenvalues(QlbeRadial radial, PetscInt l, PetscInt n,
                                                  double lambda[]);

/*
   The spectral gap of -L_0: its smallest nonzero eigenvalue with l <= 3, or the bottom of the continuum,
   the escape rate at rest, where that is less. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialGap(QlbeRadial radial, double escape_rate_0, double *gap);

/* The number of radial quadrature nodes and the nodes |p| themselves (owned by the object). Not
 * collective. */
PETSC_EXTERN PetscErrorCode QlbeRadialGetNodes(QlbeRadial radial, PetscInt *n, const double **p);

/*
   <v | (-L_0)^(-1) | w> over nu for vector fields v(|p|) p^ and w(|p|) p^ given at the nodes,
   summed over the three components: 3 D_kin for v = w = the drift (2.14). Not collective. The value
   is variational: its error is quadratic in the error of the solution.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialResolvent(QlbeRadial radial, const double v[],
                                                const double w[], double *value);

#endif
