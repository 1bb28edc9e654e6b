/*
   Scattering of a gas particle by the test particle: the amplitude f and its derivative.

   Amplitudes are functions of z = p cos(theta/2) and y = p sin(theta/2), where p is the relative
   momentum and theta the scattering angle. Re f is even and analytic in both, and so is Im f / p;
   Im f itself is not analytic at p = 0, where it goes as a^2 p/hbar.
*/
#ifndef QLBE_INTERACTION_H
#define QLBE_INTERACTION_H

#include <petscsys.h>
#include "qlbe/parameters.h"
#include "qlbe/team.h"

typedef struct _p_QlbeInteraction *QlbeInteraction;

/*
   An interaction of the type, radius a and hbar of par, which is copied from. Not collective, and
   one object serves one thread: it owns the work arrays of the partial-wave sums. Errors:
   PETSC_ERR_ARG_OUTOFRANGE unless a and hbar are positive and finite, and for unknown types.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionCreate(const QlbeParameters *par,
                                                  QlbeInteraction *inter);

/*
   From now on tables of this interaction are made by the team together, and are the same to the bit
   whatever its size: every member has to make them, in the same order. The context of the team must
   outlive the interaction. Not collective. Error: PETSC_ERR_ARG_OUTOFRANGE unless 0 <= rank < size.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionSetTeam(QlbeInteraction inter, const QlbeTeam *team);

/* How tables of this interaction are made, by a team of one unless it was set. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeInteractionGetTeam(QlbeInteraction inter, QlbeTeam *team);

/* Frees *inter and sets it to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeInteractionDestroy(QlbeInteraction *inter);

/*
   The amplitude f (a length) at z, y >= 0 (momenta) and, unless dzf is NULL, its derivative in z at
   fixed y, by direct summation (2.11). At z = y = 0 the derivative is the limit along y = 0.
   Hard sphere: partial waves. Constant: f = -a. Classical: f = -a/2, so that |f|^2 = a^2/4, without
   a phase. The last two have no derivative. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for
   negative or non-finite arguments and for a p/hbar > 1e6.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionAmplitude(QlbeInteraction inter, double z, double y,
                                                     PetscComplex *f, PetscComplex *dzf);

/*
   The forward amplitude f(p, theta = 0) that shifts the energy of the test particle (2.6), p >= 0.
   The classical sphere has no phase and shifts nothing: its f0 is 0, not -a/2. Not collective;
   errors as QlbeInteractionAmplitude.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionForward(QlbeInteraction inter, double p,
                                                   PetscComplex *f0);

#endif
