/*
   Nodes in momentum space of the exact flight, in the frame whose polar axis is along k.

   Momenta are in units of the deck's internal system; the measure of a node stands for int dp.
*/
#ifndef QLBE_FLIGHT_NODES_H
#define QLBE_FLIGHT_NODES_H

#include <petscsys.h>

#include "momentum_grid.h"
#include "qlbe/rule.h"

/* This rank's nodes. Plain data; the arrays [local] belong to the structure. */
typedef struct {
  PetscInt n;          /* of all ranks */
  PetscInt begin, end; /* rows of this rank */
  PetscInt line;       /* nodes of a line with mirror images at its ends: along k, or pairs p, -p
                          with p = 0 left over; 0 without lines */
  double *par, *perp;  /* components along and across k */
  double *azimuth;     /* angle around k; NULL for a cylinder, where it is integrated out */
  double *weight;      /* of int dp; for a cylinder 2 pi is in it */
} FlightNodes;

/* Sizes of a cylinder of nodes. Momenta. Plain data. */
typedef struct {
  PetscInt n_par;  /* equidistant nodes along k, symmetric about 0, even */
  PetscInt n_perp; /* nodes across k */
  double reach;    /* the largest momentum along k */
  double spacing;  /* along k */
  double thermal;  /* (M/beta)^(1/2) */
} FlightCylinder;

/*
   Nodes (p_par, p_perp), p_par fastest: trapezoidal along k, across it the Gauss rule of
   rho exp(-rho^2/2 thermal^2). Ranks share whole lines along k. Collective.
*/
PetscErrorCode QlbeFlightNodesCylinder_Private(MPI_Comm comm, const FlightCylinder *cylinder,
                                               FlightNodes *nodes);

/*
   The nodes of a Cartesian grid, dealt like its rows, lines where these are paired; azimuths in the
   frame of k. Not collective.
*/
PetscErrorCode QlbeFlightNodesCartesian_Private(const QlbeMomentumGrid *grid, const double axis[3],
                                                FlightNodes *nodes);

/*
   The nodes of a Cartesian grid without negative coordinates, axis along z; each weighs as much as
   all its mirror images. Shared in equal parts by the ranks. Collective on the grid's communicator.
*/
PetscErrorCode QlbeFlightNodesOctant_Private(const QlbeMomentumGrid *grid, FlightNodes *nodes);

/* Not collective. */
PetscErrorCode QlbeFlightNodesDestroy_Private(FlightNodes *nodes);

/* The rule across k, n nodes with weights of int 2 pi rho drho. Not collective. */
PetscErrorCode QlbeFlightAcross_Private(const FlightCylinder *cylinder, QlbeRule *rule);

#endif
