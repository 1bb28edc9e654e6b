/* The BGK model as a discretisation: what its two files share. */
#ifndef QLBE_BGK_H
#define QLBE_BGK_H

#include "discretisation_impl.h"
#include "qlbe/momentum_grid.h"

/* A grid of nodes; d->data. */
typedef struct {
  QlbeMomentumGrid grid;
  double gamma; /* rate of collisions */
} Bgk;

/* Collisions of a particle of mass m_star with spheres of radius a, for any positive number will do. */
double BgkRate(const QlbeParameters *par);

/* nu^(1/2) at this rank's nodes, of norm 1. The caller destroys it. Collective. */
PetscErrorCode BgkEquilibrium(const Bgk *bgk, const QlbeParameters *par, Vec *x0);

/* A_k without entries: products, also transposed, diagonal, copies and real part. Collective. */
PetscErrorCode BgkOperator(const Bgk *bgk, const QlbeParameters *par, const double k[3], Mat *A);

#endif
