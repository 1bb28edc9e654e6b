/*
   The momentum process (k = 0) by angular momentum: spectra and resolvents of the radial
   generators.

   The generator commutes with rotations, so on functions R(|p|) Y_lm(p^) it acts on R alone. It is
   represented in its Dirichlet form, which is symmetric and positive by construction. The bases are
   nested: what a smaller basis gives is what the leading functions of a larger one give, so one
   object serves a result and the test of its convergence.
*/
#ifndef QLBE_RADIAL_H
#define QLBE_RADIAL_H

#include "qlbe/interaction.h"

typedef struct _p_QlbeRadial *QlbeRadial;

/*
   Prepares quadrature and rates. The matrix of an angular momentum is computed when it is first
   asked for, and kept. Collective on the team.

   n_basis - radial functions per angular momentum, 4..48; 12 give D_kin with eleven digits for
             0.5 <= M/m <= 100, 16 for M/m = 0.1, 24 for M/m = 0.02
   team    - its members compute quadrature and matrices together, with the same calls in the same
             order; their number makes no difference to any bit. Its context must outlive the
             object. NULL: a team of one
*/
PETSC_EXTERN PetscErrorCode QlbeRadialCreate(const QlbeParameters *par, PetscInt n_basis,
                                             const QlbeTeam *team, QlbeRadial *radial);
/* Frees everything and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRadialDestroy(QlbeRadial *radial);

/*
   The n smallest eigenvalues of -L_0 with angular momentum l >= 0 in the leading n_basis functions,
   ascending, into lambda[n] (rates, n <= n_basis <= that of the object). Collective on the team.
   For l = 0 the first is 0. Values above the smallest escape rate belong to the continuum and have
   no limit as n_basis grows. Errors: PETSC_ERR_ARG_OUTOFRANGE; PETSC_ERR_LIB if the eigensolver
   fails.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialEigenvalues(QlbeRadial radial, PetscInt l, PetscInt n_basis,
                                                  PetscInt n, double lambda[]);

/*
   The spectral gap of -L_0: its smallest nonzero eigenvalue with l <= 3, or the bottom of the
   continuum, the escape rate at rest, where that is less; in the leading n_basis functions.
   Collective on the team. Errors: PETSC_ERR_FP where it is not finite.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialGap(QlbeRadial radial, PetscInt n_basis, double escape_rate_0,
                                          double *gap);

/*
   The number of radial quadrature nodes and the nodes |p| themselves, ascending (owned by the
   object). Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialGetNodes(QlbeRadial radial, PetscInt *n, const double **p);

/*
   <v | (-L_0)^(-1) | w> over nu for vector fields v(|p|) p^ and w(|p|) p^ given at the nodes,
   summed over the three components, in the leading n_basis functions: 3 D_kin for v = w = the drift
   (2.14). Collective on the team. The value is variational: its error is quadratic in the error of
   the solution.

   quadrature_error - estimate of what the quadrature of the generator does to the value: the
   violation of detailed balance, which is nothing but quadrature error, to first order. No bound,
   and without the basis. May be NULL.

   Errors: PETSC_ERR_ARG_OUTOFRANGE for n_basis; PETSC_ERR_LIB if the generator is not positive.
*/
PETSC_EXTERN PetscErrorCode QlbeRadialResolvent(QlbeRadial radial, PetscInt n_basis,
                                                const double v[], const double w[], double *value,
                                                double *quadrature_error);

#endif
