/*
   What is computed of the density matrix in time: initial state, output times, wave vectors, and
   where fields are looked at.
*/
#ifndef QLBE_EVOLUTION_PLAN_H
#define QLBE_EVOLUTION_PLAN_H

#include "qlbe/closed_forms.h"
#include "qlbe/decoherence.h"
#include "qlbe/fiber_set.h"
#include "qlbe/fiber_snapshot.h"
#include "qlbe/problem.h"
#include "qlbe/quantum_state.h"

/* Plain data in internal units, the same on every rank; the arrays belong to the structure. */
typedef struct {
  QlbeQuantumState state;        /* no terms where it is from a snapshot */
  QlbeQuantumState interference; /* the terms of state in which two packets interfere */
  QlbeStateMoments moments;      /* exact, of the state */
  const QlbeFiberSnapshot *from; /* where the state is from, or NULL */
  PetscBool walkers;             /* trajectories: nothing of a discretisation is in the plan */
  PetscBool save;                /* whether the last fibers are kept as a snapshot */
  QlbeStateSymmetry symmetry;    /* of the state */
  double axis[3];                /* ... its axis: a unit vector */
  double probe[3];               /* wave vector where the interference of two packets is largest */

  PetscInt n_time;
  double *time;           /* [n_time], ascending, the first 0 */
  double *step;           /* [n_time]: time since the output before; equal to rounding is equal */
  QlbeClosedForms closed; /* D, gap and E(0); zero without gas */

  QlbeFiberSet set; /* wave vectors for the density matrix; magnitude.n = 0 without it */
  PetscBool adapt_radial, adapt_angular; /* the program chooses magnitudes, directions */
  PetscInt round;                        /* of refinements of the set */
  PetscBool *known;                      /* [magnitudes]: fibers that a round before has computed */
  PetscBool shared;                      /* one vector stands for all directions of the set */
  double k_max;                          /* the largest wave number of all fibers */

  PetscInt n_chain;      /* directions in which the position is followed */
  double chain[6][3];    /* ... unit vectors */
  PetscInt n_limit;      /* values of s for the diffusive limit, 0 without it */
  double *limit;         /* [n_limit]: s = k t^(1/2) */
  PetscBool *at_limit;   /* [n_time]: whether the limit is looked at then */
  PetscInt n_line;       /* points of a line for rho(x, x'), 0 without it */
  double line_spacing;   /* ... their distance, a length */
  PetscInt n_momentum;   /* points of the momentum distribution */
  double (*momentum)[3]; /* [n_momentum], along the axis of the state */
  PetscInt n_separation; /* distances of packets for rates of decoherence */
  double *separation;    /* [n_separation], lengths */
} QlbeEvolutionPlan;

/*
   Plans what the settings ask for, or complains about settings that describe no state or cannot be
   served. from: the snapshot to start from where state.type is file, else NULL; it has to stay as
   long as the plan. Where the settings leave the set of fibers open, it is chosen to hold the
   closed fields of the initial state. Whatever the outcome, the plan is to be destroyed.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionPlanCreate(const QlbeProblem *problem,
                                                    const QlbeFiberSnapshot *from,
                                                    QlbeEvolutionPlan *plan,
                                                    QlbeComplaint *complaint);
/* Frees what the structure holds. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionPlanDestroy(QlbeEvolutionPlan *plan);

/* The momentum distribution of the first packet of the state; needs terms. Not collective. */
PETSC_EXTERN QlbeMomentumDistribution QlbeEvolutionPacketMomentum(const QlbeEvolutionPlan *plan);

/*
   The same of the settings' state, and its axis[3], a unit vector, without a plan; complains about
   settings that describe no state, and about a state from a file. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionPacket(const QlbeProblem *problem,
                                                QlbeMomentumDistribution *n, double axis[3],
                                                QlbeComplaint *complaint);

#endif
