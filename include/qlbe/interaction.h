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

/* What those who use an interaction need to know of its type; plain constants. */
typedef struct {
  PetscBool has_phase; /* f has a phase: fibers k != 0 are defined; without one, f0 = 0 */
  PetscBool varies;    /* f varies over momenta of hbar/a, with a forward peak of width hbar/2a;
                          otherwise it is one number */
  PetscBool unitary;   /* the optical theorem holds: sigma_tot = (4 pi hbar/p) Im f0 */
  double kappa_max;    /* largest a p/hbar for which tables of f have a reasonable size; may be
                          HUGE_VAL */
} QlbeInteractionTraits;

/* The traits of a type; NULL for an unknown one. Static data. Not collective. */
PETSC_EXTERN const QlbeInteractionTraits *QlbeInteractionGetTraits(QlbeInteractionType type);

/*
   The names of all interactions that have a phase into text[size], cut off where it is too short:
   "hard_sphere or constant". Returns text. Not collective.
*/
PETSC_EXTERN char *QlbeInteractionNamesWithPhase(size_t size, char text[]);

typedef struct _p_QlbeInteraction *QlbeInteraction;

/*
   An interaction of the type, radius a and hbar of par, which is copied from. Not collective. One
   object serves one thread, since it owns work arrays. Errors:
   PETSC_ERR_ARG_OUTOFRANGE unless a and hbar are positive and finite, and for unknown types.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionCreate(const QlbeParameters *par,
                                                  QlbeInteraction *inter);

/*
   From now on all members of the team make tables of this interaction together. Every member has to
   make the same tables in the same order; they do not depend on the number of members, to the bit.
   The team's context must outlive the interaction. Not collective. Error: PETSC_ERR_ARG_OUTOFRANGE
   unless 0 <= rank < size.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionSetTeam(QlbeInteraction inter, const QlbeTeam *team);

/* The team that makes tables of this interaction; one member unless it was set. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeInteractionGetTeam(QlbeInteraction inter, QlbeTeam *team);

/* Frees *inter and sets it to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeInteractionDestroy(QlbeInteraction *inter);

/*
   The amplitude f (a length) at z, y >= 0 (momenta) and, unless dzf is NULL, its derivative in z at
   fixed y. At z = y = 0 the derivative is the limit along y = 0. Without a phase |f| alone has a
   meaning, and f is real. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for negative or
   non-finite arguments and for a p/hbar > 1e6.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionAmplitude(QlbeInteraction inter, double z, double y,
                                                     PetscComplex *f, PetscComplex *dzf);

/*
   Re f into re[n] (lengths) and Im f / p into im[n] (length/momentum) at n points (z[i], y), in
   momenta; at p = 0 the limits. In double precision, and fastest where neighbours in z[] are close.
   Not collective. Errors as QlbeInteractionAmplitude.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionBatch(QlbeInteraction inter, PetscInt n,
                                                 const double z[], double y, double re[],
                                                 double im[]);

/*
   The forward amplitude f(p, theta = 0) that shifts the energy of the test particle (2.6), p >= 0.
   It is 0 for an interaction without a phase. Not collective; errors as QlbeInteractionAmplitude.
*/
PETSC_EXTERN PetscErrorCode QlbeInteractionForward(QlbeInteraction inter, double p,
                                                   PetscComplex *f0);

#endif
