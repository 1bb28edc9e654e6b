/* Samples of the transverse integral at the nodes of its table: what transverse.c interpolates. */
#ifndef QLBE_TRANSVERSE_SAMPLE_H
#define QLBE_TRANSVERSE_SAMPLE_H

#include "qlbe/transverse.h"

typedef struct TransverseSampler_s *TransverseSampler;

/* Terms in q, k_perp, mode and rho: the order of the storage. */
typedef struct {
  PetscInt n[4];
} TransverseDegrees;

/*
   Where k_perp stands in the unit interval of its series: (k_perp/k_max)^2, since F is even; but
   k_perp/k_max for a table at q = 0 alone, where F has a term kappa^4 log kappa, which nodes
   crowded towards 0 resolve far better.
*/
double TransverseUnitOfK(const QlbeTransverseRange *range, double k_perp);

/* Quadrature and amplitude table for the range; the interaction is used during the call only. */
PetscErrorCode TransverseSamplerCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                       const QlbeTransverseRange *range, double tolerance,
                                       TransverseSampler *sampler);
PetscErrorCode TransverseSamplerDestroy(TransverseSampler *sampler);

/* Measured error of the amplitude table, in units of a. */
PetscErrorCode TransverseSamplerGetError(TransverseSampler sampler, double *error);

/* Phase a kappa/hbar of the largest k_perp, which sets the number of modes. */
double TransverseSamplerPhase(TransverseSampler sampler);

/*
   Mode functions at the tensor of Chebyshev nodes into values[n_q][n_k][n_modes][n_rho]: F_mode for
   even modes, and F_mode/(rho k_perp) for odd ones.
*/
PetscErrorCode TransverseSample(TransverseSampler sampler, TransverseDegrees d, double values[]);

#endif
