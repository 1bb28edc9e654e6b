/* Functions of momentum on a cylinder of nodes around the wave vector. */
#ifndef QLBE_MOMENTUM_SPACE_FLIGHT_H
#define QLBE_MOMENTUM_SPACE_FLIGHT_H

#include "flight_nodes.h"
#include "qlbe/momentum_space.h"

/*
   Sectors m = -m_max .. m_max of f = sum_m f_m(p_par, p_perp) e^(i m phi), as vectors
   x = (2 pi w)^(1/2) nu^(-1/2) f_m at the nodes. Collective.
*/
PetscErrorCode QlbeMomentumSpaceCreateFlight(MPI_Comm comm, const FlightCylinder *cylinder,
                                             PetscInt m_max, QlbeMomentumSpace *space);

#endif
