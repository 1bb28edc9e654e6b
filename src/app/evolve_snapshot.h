/* The header of a snapshot in a file: what a run that reads it has to know or to agree with.
 * Private to the command. */
#ifndef QLBE_APP_EVOLVE_SNAPSHOT_H
#define QLBE_APP_EVOLVE_SNAPSHOT_H

#include "evolve.h"

/* 1: files without a seal */
#define EVOLVE_SNAPSHOT_VERSION 2.0

/* In the order of the array "snapshot/header". */
enum {
  VERSION,
  SPECTRAL,
  SYMMETRY,
  MAGNITUDES,
  DIRECTIONS,
  POLAR,
  K_MAX, /* internal units */
  SCALE,
  CHAINS,
  UNKNOWNS,
  UNKNOWNS_AXIAL,
  UNKNOWNS_MOMENTUM,
  ORDER_A, /* points, or radial functions */
  ORDER_B, /* half width in thermal momenta, or angular functions */
  THERMAL, /* (M/beta)^(1/2) and M, internal units */
  MASS,
  UNIT_MOMENTUM, /* what these are: deck units of one internal unit */
  UNIT_LENGTH,
  SI_UNITS,
  HEADER
};

/* What this run would write into a header. Not collective. */
PetscErrorCode EvolveSnapshotHeader(const QlbeProblem *problem, const EvolvePlan *plan,
                                    const EvolveSnapshot *s, double header[HEADER]);

/* Room for fibers and chains of the sizes in s, all zero. Not collective. */
PetscErrorCode EvolveSnapshotAllocate(size_t fibers, size_t chains, EvolveSnapshot *s);

#endif
