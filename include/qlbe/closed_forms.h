/*
   The diffusion constant from closed forms: D = 2 D_kin + D_jps, without any momentum grid.

   D_kin needs the resolvent of the k = 0 generator with angular momentum 1 (radial.h), the rest are
   integrals over cross sections.
*/
#ifndef QLBE_CLOSED_FORMS_H
#define QLBE_CLOSED_FORMS_H

#include "qlbe/parameters.h"
#include <petscsys.h>

/* Diffusion constants are length^2/time, <x_i x_j> ~ D t delta_ij; rates are 1/time. Internal
 * units. */
typedef struct {
  double D;                    /* 2 D_kin + D_jps */
  double D_error;              /* change of D when basis and quadrature shrink by a quarter */
  double D_kin;                /* (1/3) <v . (-L_0)^(-1) v>_nu (2.14) */
  double D_jps;                /* spatial jumps (7.5), corrected */
  double D_qdc;                /* Brownian-limit quantum diffusion coefficient (Sec. 2.2.3) */
  double D_classical_velocity; /* (2/3) <grad H . (-L_0)^(-1) grad H>_nu: D of a walker with
                                  velocity grad H */
  double gap; /* smallest nonzero eigenvalue of -L_0, or the escape rate at rest if that is less */
  double escape_rate_0; /* E(0) */
} QlbeClosedForms;

/*
   All of them with n_basis radial functions (8..48). Not collective. Errors:
   PETSC_ERR_ARG_OUTOFRANGE unless the density is positive.
*/
PETSC_EXTERN PetscErrorCode QlbeClosedFormsCompute(const QlbeParameters *par, PetscInt n_basis,
                                                   QlbeClosedForms *result);

#endif
