/*
   The diffusion constant from closed forms: D = 2 D_kin + D_jps, without any momentum grid.

   D_kin needs the resolvent of the k = 0 generator with angular momentum 1 (radial.h), the rest are
   integrals over cross sections.
*/
#ifndef QLBE_CLOSED_FORMS_H
#define QLBE_CLOSED_FORMS_H

#include "qlbe/problem.h"
#include "qlbe/radial.h"

/* One of the terms of D = A/eta + B + C eta at the density of the parameters; length^2/time. */
typedef struct {
  double value, error;
} QlbeDensityTerm;

/*
   Diffusion constants are length^2/time, <x_i x_j> ~ D t delta_ij; rates are 1/time. Internal
   units. Errors are changes from three quarters of the basis or of the quadrature nodes, with what
   the quadrature of the generator adds (QlbeRadialResolvent).
*/
typedef struct {
  double D, D_error;             /* 2 D_kin + D_jps */
  double D_kin, D_kin_error;     /* (1/3) <v . (-L_0)^(-1) v>_nu (2.14) */
  double D_jps, D_jps_error;     /* spatial jumps (7.5), corrected */
  double D_qdc, D_qdc_error;     /* Brownian-limit quantum diffusion coefficient (Sec. 2.2.3) */
  double D_classical_velocity;   /* (2/3) <grad H . (-L_0)^(-1) grad H>_nu: D of a walker with
                                  velocity grad H */
  QlbeDensityTerm by_density[3]; /* A/eta, B, C eta: their sum is D */
  /* smallest nonzero eigenvalue of -L_0, or the escape rate at rest if that is less */
  double gap, gap_error;
  double escape_rate_0; /* E(0) */
} QlbeClosedForms;

/*
   All of them with n_basis radial functions (8..48); 16 give D_kin with eleven digits for
   0.1 <= M/m <= 100. Collective on the team, whose members compute them together;
   NULL: each alone.
   Errors: PETSC_ERR_ARG_OUTOFRANGE unless the density is positive.
*/
PETSC_EXTERN PetscErrorCode QlbeClosedFormsCompute(const QlbeParameters *par, PetscInt n_basis,
                                                   const QlbeTeam *team, QlbeClosedForms *result);

/* The same by all ranks of the problem together, timed as "closed forms". Collective. */
PETSC_EXTERN PetscErrorCode QlbeClosedFormsOfProblem(const QlbeProblem *problem, PetscInt n_basis,
                                                     QlbeClosedForms *result);

#endif
