/*
   The functions of the spectral basis at nodes: B = W^(1/2) nu^(1/2) phi.
*/
#ifndef QLBE_FLIGHT_BASIS_H
#define QLBE_FLIGHT_BASIS_H

#include "flight_nodes.h"
#include "qlbe/radial_basis.h"

/* Plain data. */
typedef struct {
  PetscInt n_radial, n_angular;
  double thermal;
  QlbeRadialBasis *radial; /* [n_angular] */
} FlightBasis;

/* Not collective. */
PetscErrorCode QlbeFlightBasisCreate_Private(PetscInt n_radial, PetscInt n_angular, double thermal,
                                             FlightBasis *basis);
PetscErrorCode QlbeFlightBasisDestroy_Private(FlightBasis *basis);

/*
   The number of functions of sector m, or of all sectors for m < 0: those with cos(m phi) and
   sin(m phi) then follow each other, for m = 0, 1, ..; within each l = m, .. and then i.
*/
PetscInt QlbeFlightBasisSize_Private(const FlightBasis *basis, PetscInt m);

/*
   0 for even, 1 for odd functions into parity[size]: under p_par -> -p_par in a sector, under p ->
   -p where all sectors are together.
*/
void QlbeFlightBasisParity_Private(const FlightBasis *basis, PetscInt m, int parity[]);

/*
   Values at the nodes into B[local][size], for sector m of a cylinder, or all sectors (m < 0) at
   nodes with azimuths. Columns are orthonormal as far as the nodes resolve them. Not collective.
*/
PetscErrorCode QlbeFlightBasisValues_Private(const FlightBasis *basis, const FlightNodes *nodes,
                                             PetscInt m, double B[]);

#endif
