/* `qlbe spectrum` in the spectral basis: what its parts share. Private to the command. */
#ifndef QLBE_APP_SPECTRUM_BASIS_H
#define QLBE_APP_SPECTRUM_BASIS_H

#include "qlbe/gas_average.h"
#include "spectral.h"
#include "spectrum_command.h"

/* What one run of the command knows. */
typedef struct {
  const Fibers *fibers;
  PetscInt count;
  double k_measured; /* the wave number whose eps settles the orders */
  QlbeGasAverage average;
  QlbeSpectralOrders orders;
  QlbeSpectralFiber fiber;     /* made by the first fiber of this group */
  PetscBool announce;          /* on behalf of all groups */
  PetscInt best;               /* the fiber that tells the error of the quadrature */
  const SpectralLevel *levels; /* [count], its levels */
  double quadrature;           /* relative change of levels in a finer quadrature */
} SpectrumBasis;

/* The error of a level: its changes in a smaller basis and a finer quadrature, rounding, solver. */
double SpectrumBasisError(const SpectrumBasis *work, double k, const SpectralLevel *level);

/* -min E_k, where the continuum begins: E grows with |p|, so that the minimum is at p = 0. */
double SpectrumBasisEdge(const QlbeProblem *problem, const SpectrumBasis *work, double k);

/*
   The tables "levels", one row each, and "fibers", what belongs to a fiber as a whole. Not
   collective.
*/
PetscErrorCode SpectrumBasisTables(const QlbeProblem *problem, QlbeReport report);

/* Rows of one fiber, with levels[count], in all tables. Not collective. */
PetscErrorCode SpectrumBasisReport(const QlbeProblem *problem, const SpectrumBasis *work, double k,
                                   const SpectralLevel levels[], QlbeReport report,
                                   SpectrumCounts *counts);

#endif
