/* Functions of momentum on the nodes of the Cartesian grid. */
#ifndef QLBE_CARTESIAN_SPACE_H
#define QLBE_CARTESIAN_SPACE_H

#include "momentum_grid.h"
#include "qlbe/momentum_space.h"

/*
   The Cartesian grid with equilibrium nu of thermal momentum `thermal`, (M/beta)^(1/2):
   x_i = spacing^(3/2) f(p_i) nu^(-1/2)(p_i). It has the one sector m = 0, and its axes are those of
   the laboratory. The grid is copied. Collective on the grid's communicator.
   Error: PETSC_ERR_ARG_OUTOFRANGE unless thermal > 0.
*/
PETSC_EXTERN PetscErrorCode QlbeMomentumSpaceCreateCartesian(const QlbeMomentumGrid *grid,
                                                             double thermal,
                                                             QlbeMomentumSpace *space);

#endif
