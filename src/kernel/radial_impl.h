/* The radial discretisation: basis and quadrature, shared by its files alone. */
#ifndef QLBE_RADIAL_IMPL_H
#define QLBE_RADIAL_IMPL_H

#include "qlbe/radial.h"
#include "qlbe/transverse.h"

struct _p_QlbeRadial {
  QlbeParameters par;
  PetscInt n_basis;
  double P2;               /* square of the basis' momentum scale */
  PetscInt n_p, n_mu, n_q; /* quadrature over |p|, cos(p, q) and |q| */
  double *p, *wp;          /* wp includes 4 pi p^2 nu(p) */
  double *mu, *wmu;
  double *q, *wq;
  double *rates; /* [n_q][n_p][n_mu]: weight of every point of the Dirichlet form */
};

/* Basis functions T_i(x) (p^2/(p^2 + P^2))^(l/2) at |p|^2 = p2 into phi[n_basis]. */
void QlbeRadialBasis_Private(QlbeRadial radial, PetscInt l, double p2, double phi[]);

/*
   The inverse Cholesky factor of the Gram matrix by Gram-Schmidt at the nodes: orthonormal
   functions are phi . inverse, with inverse[n_basis][n_basis] upper triangular, row-major.
*/
PetscErrorCode QlbeRadialOrthonormalise_Private(QlbeRadial radial, PetscInt l, double inverse[]);

/* The matrix of -L_0 in the orthonormal basis, row-major n_basis x n_basis. */
PetscErrorCode QlbeRadialDirichlet_Private(QlbeRadial radial, PetscInt l, const double inverse[],
                                           double matrix[]);

#endif
