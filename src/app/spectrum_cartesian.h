/* `qlbe spectrum` on the Cartesian grid: what its parts share. Private to the command. */
#ifndef QLBE_APP_SPECTRUM_CARTESIAN_H
#define QLBE_APP_SPECTRUM_CARTESIAN_H

#include "cartesian.h"
#include "pair_row.h"
#include "qlbe/gas_average.h"
#include "spectrum_command.h"

/*
   What a fiber is solved on: the deck's grid, a coarser one, and where pairs are dropped the
   coarser one with all of them.
*/
enum { DECK, COARSE, COARSE_ALL, SPECTRUM_GRIDS };

/* What the steps of one group work with; the objects are made by the first step. */
typedef struct {
  const Fibers *fibers;
  PetscInt points, coarse_points;
  double half_width, extent, drop;
  PetscBool announce; /* on behalf of all groups */
  PetscBool made;
  PetscInt n_grids;
  Cartesian grid[SPECTRUM_GRIDS];
  QlbeGasAverage average;
} SpectrumCartesian;

/* Row of a fiber: where the continuum begins, pairs that converged, and of each level the pair, its
   change on the coarser grid, and what dropping changes there. */
enum { EDGE, CONVERGED, LEVELS };
enum { SPACING_CHANGE = PAIR_WIDTH, DROP_CHANGE, LEVEL_WIDTH };

/* The step of one fiber: solves it on all of these grids. */
QlbeTask SpectrumCartesianStep;

/* Frees what the steps have made. Collective. */
PetscErrorCode SpectrumCartesianDestroy(SpectrumCartesian *work);

#endif
