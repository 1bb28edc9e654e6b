/*
   The diffusion constant from random walkers of the fiber k = 0, route (e): the velocity
   autocorrelation of the process (2.7) in equilibrium, and its spatial jumps.

     C(t) = <v(p_0).v(p_t)>_nu,   D_kin = (1/3) int_0^inf C dt,   D = 2 D_kin + D_jps
*/
#ifndef QLBE_VELOCITY_CORRELATION_H
#define QLBE_VELOCITY_CORRELATION_H

#include "qlbe/closed_forms.h"
#include "qlbe/collisions.h"
#include "qlbe/entries.h"
#include "qlbe/tasks.h"

/*
   Plain data in internal units, the same on every rank; the arrays belong to the structure. Errors
   are standard errors.
*/
typedef struct {
  PetscInt n;
  double *lag, *value, *value_error; /* [n]: t, C(t) */
  double D, D_error;                 /* with what the integral leaves out beyond the last lag */
  double D_kin, D_kin_error;         /* the same */
  double D_jps, D_jps_error;
  double walkers;
  QlbeWalkerTally tally;
} QlbeVelocityCorrelation;

/*
   trajectories.count walkers in tasks of the groups, each for some 40 relaxation times. The
   integral of C is that of the path itself, no quadrature. *stopped: the run is to end, nothing is
   complete. To be destroyed in any case. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeVelocityCorrelationCompute(const QlbeProblem *problem,
                                                           QlbeTasks tasks,
                                                           const QlbeClosedForms *closed,
                                                           QlbeVelocityCorrelation *correlation,
                                                           PetscBool *stopped);
/* Frees the arrays. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeVelocityCorrelationDestroy(QlbeVelocityCorrelation *correlation);

#endif
