/* The table of the transverse integral, and how it is filled; shared by its files alone. */
#ifndef QLBE_TRANSVERSE_IMPL_H
#define QLBE_TRANSVERSE_IMPL_H

#include "qlbe/transverse.h"

struct _p_QlbeTransverse {
  QlbeParameters par;
  QlbeTransverseRange range;
  double tolerance;
  double largest; /* largest coefficient: the scale of the tolerance */
  PetscInt n_q, n_k, n_modes, n_rho;
  double *c;       /* [n_q][n_k][n_modes][n_rho] */
  double *q_basis; /* work, [n_q] */
};

/*
   Where k_perp stands in the unit interval of its series: (k_perp/k_max)^2, since F is even; but
   k_perp/k_max for a table at q = 0 alone, where F has a term kappa^4 log kappa, which nodes
   crowded towards 0 resolve far better.
*/
double QlbeTransverseUnitOfK_Private(const QlbeTransverseRange *range, double k_perp);

/*
   Coefficients and their numbers from the sampler, made by all members of the team. Parameters,
   range and tolerance are set.
*/
PetscErrorCode QlbeTransverseFill_Private(QlbeTransverse table, QlbeTransverseSampler s,
                                          const QlbeTeam *team);

#endif
