/*
   The density matrix in time, fiber by fiber.

   Each fiber is propagated by its own generator, independently of all others; what is kept of it
   are integrals. From those follow momentum and position in time, purity, position density, spatial
   coherence, rates of decoherence, and the diffusive limit of Theorem 2.1.
*/
#ifndef QLBE_EVOLUTION_H
#define QLBE_EVOLUTION_H

#include "qlbe/entries.h"
#include "qlbe/evolution_plan.h"
#include "qlbe/fiber_snapshot.h"
#include "qlbe/problem.h"
#include "qlbe/tasks.h"

/* Momentum space, generators and propagators of one group of ranks. */
typedef struct _p_QlbeEvolution *QlbeEvolution;

/* The fiber k = 0 at one time. */
typedef struct {
  double trace, momentum[3], energy;
  double to_equilibrium;  /* int |f - nu| dp */
  double to_equilibrium2; /* (int |f - nu|^2/nu dp)^(1/2) */
} QlbeEvolutionMomentum;

/* Moments of the position along one direction at one time. */
typedef struct {
  double mean, velocity;  /* <x>, d<x>/dt */
  double variance, slope; /* <x^2> - <x>^2, its rate */
} QlbeEvolutionPosition;

/*
   Fields in position at all output times. Errors and differences are in units of the largest value
   at that time.
*/
typedef struct {
  PetscInt n_point;              /* points of the position density, 0 where none is asked for */
  double (*x)[3];                /* [n_point] */
  double *density;               /* [n_time][n_point]; nan beyond the reach of the fibers */
  double *density_peak;          /* [n_time]: largest value */
  QlbeFiberError *density_error; /* [n_time] */
  double *density_flight;        /* [n_time]: error of the flight, over the largest value */
  double line_origin[3];         /* middle of the line of the coherence */
  PetscScalar *rho;              /* [n_time][n_line][n_line]: rho(x, x') */
  double *rho_peak;              /* [n_time]: largest modulus */
  QlbeFiberError *rho_error;     /* [n_time] */
  QlbeFiberError purity_error;   /* the largest of all times */
  double density_at_start;       /* largest difference from the closed density at time 0 */
  double density_quadrature;     /* ... from the quadrature over the fibers, beside <x> */
  double density_negative;       /* the most negative density */
  double rho_at_start;           /* largest difference from the closed rho(x, x') at time 0 */
  double density_alias;          /* what nodes fold back into the density in flight */
  double rho_alias;              /* ... into rho(x, x') from distances that repeat themselves */
} QlbeEvolutionFields;

/*
   What a few fibers of a discretisation that propagates by itself change: with a smaller
   basis (kind 0), and with finer nodes and quadratures (kind 1). Of each time int [rho]_k dp, and
   int |[rho]_k|^2 dp over its value at time 0.
*/
enum { QLBE_EVOLUTION_COMPARED = 2 };
enum { QLBE_EVOLUTION_WAVE, QLBE_EVOLUTION_SQUARE, QLBE_EVOLUTION_INTEGRALS };
typedef struct {
  PetscInt n;   /* fibers that were compared */
  double *k;    /* [n]: ascending magnitudes, k = 0 among them */
  double reach; /* int [rho]_k dp is 0 for k t > reach */
  /* [n][n_time] */
  double (*change)[QLBE_EVOLUTION_COMPARED][QLBE_EVOLUTION_INTEGRALS];
} QlbeEvolutionFlight;

/*
   What has been computed, the same on every rank; counts are those of the plan. Plain data in
   internal units; the arrays belong to the structure.
*/
typedef struct {
  QlbeEvolutionMomentum *momentum; /* [n_time] */
  double *distribution;            /* [n_time][n_momentum]: momentum distribution */
  double *visibility; /* [n_time][2]: of the interference, 1 at time 0, and its rate of decay */
  QlbeEvolutionPosition *position; /* [n_chain][n_time] */
  PetscScalar *mu;                 /* [n_time][magnitudes][directions]: int [rho]_k dp */
  double *square;                  /* the same: int |[rho]_k|^2 dp */
  double *norm;                    /* the same: int |[rho]_k| dp */
  PetscScalar *coherence;          /* [n_time][magnitudes][directions][2 n_line - 1] */
  PetscScalar *limit;              /* [n_time][n_limit]: int [rho]_k dp at k = s t^(-1/2) */
  double quartic;                  /* coefficient of k^4 in eps(k), nan where there is none */
  double *rate;                    /* [n_separation]: rates of decoherence, nan without phases */
  double collision_rate;           /* mean escape rate of one packet */
  double quadratic;                /* rate of decoherence over the square of a small separation */
  QlbeFiberSnapshot last;          /* of the last time; empty unless plan->save */
  QlbeEvolutionFields fields;
  QlbeEvolutionFlight flight;
  double growth;         /* largest relative growth of |nu^(-1/2) f|_2 from one time to the next */
  double tail;           /* largest part of a fiber that its discretisation is about to lose, in
                            units of the 2-norm of the fiber k = 0 */
  double failures;       /* propagations that did not converge */
  PetscBool approximate; /* some propagator was not exact to rounding */
  PetscMPIInt groups;    /* of ranks */
} QlbeEvolutionResult;

/* Observables at one time; nan where there is no value. Internal units. */
typedef struct {
  double time, trace, momentum[3], energy;
  double to_equilibrium;   /* int |f - nu| dp */
  double relaxation_rate;  /* of (int |f - nu|^2/nu dp)^(1/2) since the time before */
  double position[3];      /* mean of x */
  double variance[3];      /* covariances xx, yy, zz */
  double covariance[3];    /* xy, xz, yz */
  double slope[3];         /* rates of the variances */
  double purity;           /* Tr rho^2 */
  double purity_diffusive; /* of a Gaussian with this covariance and momenta of equilibrium */
  double visibility;       /* contrast of the fringes of two packets, 1 at time 0 */
  double decoherence_rate; /* its rate of decay */
  double limit_distance;   /* from exp(-D s^2/2), D the last slope along the axis */
  double limit_predicted;  /* ... by the next cumulants */
} QlbeEvolutionObservables;

/* The number of groups of ranks from settings and sizes. Collective. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionChooseGroups(const QlbeProblem *problem, PetscInt *groups);

/*
   What a group of ranks works with, without tables, which come with the first generator. group:
   the problem as the group sees it; it is copied. Collective on the group.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionCreate(const QlbeProblem *group,
                                                const QlbeEvolutionPlan *plan, QlbeEvolution *e);
/* Frees the object and sets the handle to NULL. Collective on the group. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionDestroy(QlbeEvolution *e);

/*
   Complains where the discretisation does not hold the initial state to a part in ten thousand, or
   cannot serve what the plan asks for. Before QlbeEvolutionCompute, which needs what it measures.
   Collective on the problem; every group does the same.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionResolved(const QlbeProblem *problem,
                                                  const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                                  QlbeComplaint *complaint);

/*
   Seconds of all fibers of the plan on one rank, an estimate from a few measured ones; bytes of the
   matrices of one group of ranks, 0 where they are small. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionEstimate(const QlbeProblem *problem,
                                                  const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                                  double *seconds, double *bytes);

/*
   Everything that the plan asks for, in tasks of the groups; where the program chooses the set of
   fibers, with finer sets in plan->set until the fields keep fibers.tolerance. *stopped: the run is
   to end, the result is not complete. The result is to be destroyed in any case. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                                 QlbeEvolutionPlan *plan, QlbeEvolution e,
                                                 QlbeEvolutionResult *result, PetscBool *stopped);
/* Frees the arrays, also of a result that is not complete. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionResultDestroy(QlbeEvolutionResult *result);

/* Observables at output time number i. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionObserve(const QlbeProblem *problem,
                                                 const QlbeEvolutionPlan *plan,
                                                 const QlbeEvolutionResult *result, PetscInt i,
                                                 QlbeEvolutionObservables *observables);

/*
   The rate of the variance along the axis of the state at the last time, which tends to D. Not
   collective.
*/
PETSC_EXTERN double QlbeEvolutionLastSlope(const QlbeEvolutionPlan *plan,
                                           const QlbeEvolutionResult *result);

/* Adds the numbers that stand for the whole evolution. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEvolutionDescribe(const QlbeProblem *problem,
                                                  const QlbeEvolutionPlan *plan,
                                                  const QlbeEvolutionResult *result,
                                                  QlbeEntries *entries);

/*
   Adds the checks of the result, with a warning on the terminal where fields are not resolved.
   Collective on the problem.
*/
PETSC_EXTERN PetscErrorCode QlbeEvolutionCheck(const QlbeProblem *problem,
                                               const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                               const QlbeEvolutionResult *result,
                                               QlbeChecks *checks);

#endif
