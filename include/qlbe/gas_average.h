/*
   Averages over the thermal gas that depend on |p| alone: escape rate, energy shift and drift.

   All of them are integrals over the gas momentum p0 with weight r(p0) of a function of the
   relative momentum p_rel = (m_star/m) p0 - (m_star/M) p. Units: internal (see parameters.h).
*/
#ifndef QLBE_GAS_AVERAGE_H
#define QLBE_GAS_AVERAGE_H

#include "qlbe/parameters.h"
#include <petscsys.h>

typedef struct _p_QlbeGasAverage *QlbeGasAverage;

/*
   Samples the cross sections on one quadrature rule in |p_rel| that serves all 0 <= p <= p_max.
   Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeGasAverageCreate(const QlbeParameters *par, double p_max,
                                                 QlbeGasAverage *average);
/* Frees the samples and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeGasAverageDestroy(QlbeGasAverage *average);

/* E(p) = (eta/m_star) < |p_rel| sigma_tot >, a rate; (5.1) with the corrected Jacobian. */
PETSC_EXTERN double QlbeEscapeRate(QlbeGasAverage average, double p);

/* H_f(p) = -(2 pi hbar^2 eta/m_star) < Re f(|p_rel|, theta = 0) >, an energy; (2.6). */
PETSC_EXTERN double QlbeEnergyShift(QlbeGasAverage average, double p);

/* dH_f/dp, a velocity. */
PETSC_EXTERN double QlbeEnergyShiftSlope(QlbeGasAverage average, double p);

/*
   u(p) = (hbar eta/M) < |p_rel| p_rel^ sigma_u > along p^, a velocity; (2.14) with the corrected
   prefactor.
*/
PETSC_EXTERN double QlbeJumpDrift(QlbeGasAverage average, double p);

/* v(p) = p/M + dH_f/dp + u(p), the velocity whose correlation gives D_kin. */
PETSC_EXTERN double QlbeDrift(QlbeGasAverage average, double p);

#endif
