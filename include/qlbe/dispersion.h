/*
   The part of the fiber generator that multiplies by a function of p: the Hamiltonian part
   h_k(p) = H(p - hbar k/2) - H(p + hbar k/2), H = p^2/2M + H_f, and the loss
   E_k(p) = [E(p - hbar k/2) + E(p + hbar k/2)]/2.
*/
#ifndef QLBE_DISPERSION_H
#define QLBE_DISPERSION_H

#include "qlbe/gas_average.h"

typedef struct _p_QlbeDispersion *QlbeDispersion;

/*
   Tabulates H_f and E on 0 <= |p| <= p_max as Chebyshev series in p^2 to 1e-13 of their largest
   values. Not collective. PETSC_ERR_ARG_OUTOFRANGE when more than 1024 terms would be needed.
*/
PETSC_EXTERN PetscErrorCode QlbeDispersionCreate(const QlbeParameters *par, double p_max,
                                                 QlbeDispersion *dispersion);
/* Frees the table and sets the handle to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDispersionDestroy(QlbeDispersion *dispersion);

/* h_k(p), an energy; |p -+ hbar k/2| must lie inside the table. (4.9) */
PETSC_EXTERN double QlbeDispersionDifference(QlbeDispersion dispersion, const double p[3],
                                             const double k[3]);

/* E_k(p), a rate; the same range. (4.9) */
PETSC_EXTERN double QlbeDispersionLoss(QlbeDispersion dispersion, const double p[3],
                                       const double k[3]);

#endif
