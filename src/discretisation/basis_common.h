/*
   What discretisations whose gain or functions are those of a spectral basis share: limits, and
   momenta that are looked at. Contracts as in discretisation.h.
*/
#ifndef QLBE_BASIS_COMMON_H
#define QLBE_BASIS_COMMON_H

#include "discretisation_impl.h"

double QlbeBasisLargestWaveNumber_Private(const QlbeProblem *problem);
/* A complaint where kernel, radius or use->k_max are beyond that. */
PetscErrorCode QlbeBasisServesKernel_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeComplaint *complaint);
PetscErrorCode QlbeBasisSizes_Private(const QlbeProblem *problem, double sizes[2]);
PetscErrorCode QlbeBasisLine_Private(const QlbeProblem *problem, const double axis[3], PetscInt *n,
                                     double (**p)[3]);

#endif
