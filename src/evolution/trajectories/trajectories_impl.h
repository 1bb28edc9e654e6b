/*
   Walkers in tasks, and sums over them. Private to the evolution of a density matrix.
*/
#ifndef QLBE_TRAJECTORIES_IMPL_H
#define QLBE_TRAJECTORIES_IMPL_H

#include "evolution_fields.h"
#include "evolution_impl.h"
#include "qlbe/trajectories.h"
#include "walker_loop.h"

/*
   Walkers come in groups of the same size, and standard errors of what is no plain mean from
   leaving out one of them at a time.
*/
enum { QLBE_WALKER_GROUPS = 64 };

/*
   Walkers of smaller weight play roulette: of one for which nothing is left, nothing is computed.
*/
#define QLBE_WALKER_ROULETTE 0.1

/* ---- starts ---- */

/*
   How the walkers of a fiber start: with the Gaussian of a term of the state, the term with its
   part of the sum of all moduli.
*/
typedef struct {
  const QlbeQuantumState *state;
  double k[3], total;
  double *sum; /* [terms + 1]: sums of moduli */
} QlbeWalkerStarts;

/* Not collective. */
PETSC_INTERN PetscErrorCode QlbeWalkerStartsCreate(const QlbeQuantumState *state, const double k[3],
                                                   QlbeWalkerStarts *starts);
PETSC_INTERN PetscErrorCode QlbeWalkerStartsDestroy(QlbeWalkerStarts *starts);

/* Draws the start of a walker; returns the number of its term. */
PETSC_INTERN PetscInt QlbeWalkerStart(const QlbeWalkerStarts *starts, QlbeWalkerStream *stream,
                                      QlbeWalkerPoint *point);

/* ---- walkers in tasks ---- */

typedef enum {
  QLBE_WALKERS_REST = 1,   /* the fiber k = 0 with its derivatives */
  QLBE_WALKERS_FIBER,      /* magnitude i, direction j */
  QLBE_WALKERS_VISIBILITY, /* the term of interference */
  QLBE_WALKERS_LIMIT       /* time i, s of number j */
} QlbeWalkerKind;

/* What is summed at each time. */
enum {
  QLBE_REST_WEIGHT,
  QLBE_REST_MOMENTUM,
  QLBE_REST_ENERGY = QLBE_REST_MOMENTUM + 3,
  QLBE_REST_POSITION,
  QLBE_REST_VELOCITY = QLBE_REST_POSITION + 3,
  QLBE_REST_SECOND = QLBE_REST_VELOCITY + 3, /* of x x */
  QLBE_REST_SLOPE = QLBE_REST_SECOND + 6,    /* its rate */
  QLBE_REST_SUMS = QLBE_REST_SLOPE + 6,
  /* mu, or coherences of one distance: real and imaginary part, and squares of them */
  QLBE_WAVE_SUMS = 4,
  /* amplitude, rate */
  QLBE_VISIBILITY_SUMS = 4,
  QLBE_LIMIT_SUMS = 4
};

/* Walkers first .. last - 1 of a kind. */
typedef struct {
  QlbeWalkerKind kind;
  PetscInt i, j, piece;
  double first, last;
} QlbeWalkerTask;

/* What tasks work with, the same on all ranks. */
typedef struct {
  const QlbeProblem *problem;
  const QlbeEvolutionPlan *plan;
  QlbeTasks tasks;
  QlbeCollisions collisions;
  PetscInt n;
  QlbeWalkerTask *list; /* [n] of the present round */
} QlbeWalkerWork;

/* Sums of one task. */
PETSC_INTERN PetscInt QlbeWalkerSums(const QlbeEvolutionPlan *plan, QlbeWalkerKind kind);

/* A QlbeTask on QlbeWalkerWork: the tally and the sums into the row. */
PETSC_INTERN PetscErrorCode QlbeWalkerRunTask(const QlbeProblem *group, void *work, PetscInt i,
                                              double row[]);

/* ---- sums of all tasks ---- */

typedef struct {
  double count;               /* walkers of each kind but fibers */
  double *rest;               /* [groups][QlbeWalkerSums] */
  double *visibility, *limit; /* the same; limit: [groups][n_time][n_limit][QLBE_LIMIT_SUMS] */
  PetscInt n_fiber;
  double *walkers; /* [n_fiber] */
  double *fiber;   /* [n_fiber][QlbeWalkerSums] */
  QlbeWalkerTally tally;
} QlbeWalkerTotals;

/* Room for the sums of a plan, all zero. Not collective. */
PETSC_INTERN PetscErrorCode QlbeWalkerTotalsCreate(const QlbeEvolutionPlan *plan,
                                                   QlbeWalkerTotals *totals);
PETSC_INTERN PetscErrorCode QlbeWalkerTotalsDestroy(QlbeWalkerTotals *totals);

/* Where the sums of a task go. */
PETSC_INTERN double *QlbeWalkerTotalsPlace(const QlbeEvolutionPlan *plan,
                                           const QlbeWalkerTotals *totals,
                                           const QlbeWalkerTask *task);

/* The largest standard error of int [rho]_k of fiber f at any time. */
PETSC_INTERN double QlbeWalkerFiberError(const QlbeEvolutionPlan *plan,
                                         const QlbeWalkerTotals *totals, PetscInt f);

/*
   From totals to the result: all of it, and standard errors of observables by leaving out one group
   after the other. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeTrajectoriesCollect(const QlbeProblem *problem,
                                                    const QlbeEvolutionPlan *plan,
                                                    const QlbeWalkerTotals *totals,
                                                    QlbeTrajectories *t);

/* Fields with their standard errors, from the characteristic functions. Not collective. */
PETSC_INTERN PetscErrorCode QlbeTrajectoriesFields(const QlbeProblem *problem,
                                                   const QlbeEvolutionPlan *plan,
                                                   const QlbeWalkerTotals *totals,
                                                   QlbeTrajectories *t);

/* The standard error of the mean of n numbers, from their sum and that of their squares. */
PETSC_INTERN double QlbeWalkerMeanError(double n, double sum, double squares);

#endif
