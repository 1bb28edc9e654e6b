/* What `qlbe evolve` plans, works with and finds. Private to the command. */
#ifndef QLBE_APP_EVOLVE_H
#define QLBE_APP_EVOLVE_H

#include "cartesian.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/fiber_set.h"
#include "qlbe/momentum_space.h"
#include "qlbe/propagator.h"
#include "qlbe/quantum_state.h"
#include "qlbe/run_report.h"
#include "spectral.h"
#include "qlbe/tasks.h"

/*
   All fibers at one time as plain numbers, in the order of the spaces' vectors, one sector after
   the other.
*/
typedef struct {
  PetscInt n_all, n_axial, n_momentum; /* unknowns of all sectors; of m = 0; of the k = 0 fiber */
  PetscScalar *fiber;                  /* [magnitudes][directions][n_all] */
  PetscScalar *momentum;               /* [n_momentum] */
  PetscScalar *chain;                  /* [n_chain][3][n_axial]: fiber and derivatives at k = 0 */
} EvolveSnapshot;

/* The initial state, and where and when it is looked at; internal units, the same on every rank. */
typedef struct {
  QlbeQuantumState state, interference;
  QlbeStateMoments moments; /* exact, of the state */
  PetscBool from_file;      /* the state is the snapshot below, and has no terms */
  EvolveSnapshot snapshot;
  PetscBool save; /* keep the last fibers */
  QlbeStateSymmetry symmetry;
  double axis[3];
  PetscInt n_time;
  double *time;           /* [n_time], ascending, the first 0 */
  double *step;           /* [n_time]: the time since the output before, see EvolvePlanTimes */
  QlbeClosedForms closed; /* D, gap and E(0); zero without gas */
  QlbeFiberSet set;       /* magnitude.n = 0 without the density matrix */
  PetscBool adapt_radial, adapt_angular; /* the program chooses magnitudes, directions */
  PetscInt round;                        /* of refinements of the set */
  PetscBool *known; /* [magnitudes]: fibers that an earlier round has computed */
  PetscBool shared; /* all directions of the set have the same vector */
  PetscInt n_chain; /* directions in which moments of the position are followed */
  double chain[6][3];
  double probe[3];     /* k where the interference of two packets is largest */
  PetscInt n_limit;    /* values of s for the diffusive limit, 0 without it */
  double *limit;       /* [n_limit] */
  PetscBool *at_limit; /* [n_time]: whether it is looked at then */
  PetscInt n_line;     /* points of the line between which rho is computed, or 0 */
  double line_spacing;
  PetscInt n_momentum;   /* points p of the momentum distribution, along the axis */
  double (*momentum)[3]; /* [n_momentum] */
  PetscInt n_separation; /* 0 where no rates of decoherence are asked for */
  double *separation;    /* [n_separation] */
  double k_max;          /* of all fibers */
} EvolvePlan;

/*
   Two packets must not turn by more than this against each other between two nodes of a grid, where
   another separation looks the same.
*/
#define EVOLVE_MOST_TURN 2.0

/* Numbers that an array of the run may have. */
#define EVOLVE_MOST_NUMBERS 2e8

/*
   What a fiber may lose at the end of the basis, or fold back on a grid, over the 2-norm at k = 0.
*/
#define EVOLVE_MOST_TAIL 1e-3

/* Momenta and generators as one group of ranks has them. */
typedef struct {
  QlbeProblem problem;      /* as the group sees it: its communicator is the group's */
  QlbeTasks tasks;          /* keeps what has been done of a task; NULL where nothing runs */
  double k_max;             /* of all generators */
  PetscBool spectral, free; /* free: there is no gas */
  QlbeSpectralOrders orders;
  QlbeSpectralFiber fiber;      /* spectral; made with the first generator, as the tables of: */
  Cartesian cube;               /* otherwise; without gas, its grid alone */
  Cartesian near_rest;          /* the same grid, for the steps in k of derivatives at k = 0 */
  QlbeMomentumSpace sectors;    /* all sectors that the state has about directions of k */
  QlbeMomentumSpace axial;      /* the sector m = 0 */
  QlbeMomentumSpace about_axis; /* that of the two which the state needs about its own axis */
  PetscInt n_all, n_axial, n_momentum; /* unknowns of the three */
  PetscBool
      any_method; /* the method below may give way to the dense exponential of small matrices */
  QlbePropagatorMethod method;
  double tolerance;
  PetscBool approximate; /* some propagator of this task was not exact to rounding */
  double failures;       /* propagations of this task that did not converge */
  double length;         /* 2-norm of nu^(-1/2) [rho]_0 at first */
  /* functionals of the line between whose points rho is computed, kept from fiber to fiber */
  PetscInt n_line;
  Vec **line; /* [n_line][sectors] */
} EvolveEngine;

/* The k = 0 fiber at one time. */
typedef struct {
  double trace, momentum[3], energy;
  double to_equilibrium;  /* int |f - nu| dp */
  double to_equilibrium2; /* (int |f - nu|^2/nu dp)^(1/2) */
} EvolveMomentum;

/* Moments of the position along one direction at one time. */
typedef struct {
  double mean, velocity;  /* <x>, d<x>/dt */
  double variance, slope; /* <x^2> - <x>^2, its rate */
} EvolvePosition;

/* From the rows of all tasks, the same on every rank. */
typedef struct {
  EvolveMomentum *momentum; /* [n_time] */
  double *distribution;     /* [n_time][n_momentum] */
  double *visibility; /* [n_time][2]: of the interference, 1 at time 0, and its rate of decay */
  EvolvePosition *position; /* [n_chain][n_time] */
  PetscScalar *mu;          /* [n_time][magnitudes][directions] */
  double *square;           /* [n_time][magnitudes][directions]: int |[rho]_k|^2 dp */
  double *norm;             /* the same: int |[rho]_k| dp */
  PetscScalar *coherence;   /* [n_time][magnitudes][directions][2 n_line - 1] */
  PetscScalar *limit;       /* [n_time][n_limit] */
  double quartic;           /* coefficient of k^4 in eps(k), nan where it is not to be had */
  double *rate;             /* [n_separation]: initial rates of decoherence, nan where the
                               representation does not hold the phases */
  double collision_rate;    /* mean escape rate of one packet */
  double quadratic;         /* the rate over the square of a small separation */
  EvolveSnapshot last;      /* where the plan asks for it */
  /* largest relative growth between two times of the 2-norm of nu^(-1/2) f */
  double growth;
  double failures;       /* propagations that did not converge */
  PetscBool approximate; /* some propagator was not exact to rounding */
  PetscMPIInt groups;    /* of ranks */
  /* largest part of a fiber that its representation is about to lose, in units of the k = 0 fiber's
     2-norm */
  double tail;
} EvolveResult;

/* Room for a snapshot, all zero, and its end. Not collective. */
PetscErrorCode EvolveSnapshotCreate(const EvolvePlan *plan, const EvolveEngine *engine,
                                    EvolveSnapshot *snapshot);
PetscErrorCode EvolveSnapshotDestroy(EvolveSnapshot *snapshot);

/*
   Own rows of x[n] into values, which has all rows of one vector after the other; and back. Not
   collective.
*/
PetscErrorCode EvolveStore(PetscInt n, const Vec x[], PetscScalar values[]);
PetscErrorCode EvolveLoad(PetscInt n, const PetscScalar values[], Vec x[]);

/* A complete snapshot into the report. Not collective. */
PetscErrorCode EvolveSnapshotReport(const QlbeProblem *problem, const EvolvePlan *plan,
                                    const EvolveSnapshot *snapshot, QlbeReport report);

/*
   Snapshot, symmetry and set of fibers from the file of the options into the plan, or a complaint.
   Collective.
*/
PetscErrorCode EvolveSnapshotRead(const QlbeProblem *problem, EvolvePlan *plan,
                                  QlbeComplaint *complaint);

/*
   Complains about what no state is, and fills the state's part of the plan. Collective for a state
   from a file.
*/
PetscErrorCode EvolveStateCreate(const QlbeProblem *problem, EvolvePlan *plan,
                                 QlbeComplaint *complaint);

/*
   Complains about wave numbers, sizes and orders of an otherwise complete plan; output times whose
   limit asks for more than there is lose it. Collective.
*/
PetscErrorCode EvolveFeasible(const QlbeProblem *problem, PetscBool spectral, EvolvePlan *plan,
                              QlbeComplaint *complaint);

/*
   Output times and the steps between them into the plan, whose closed forms are there already, or a
   complaint. Steps that are equal but for rounding are the same number: an exponential that was
   kept for one of them serves the others, and what a task finds does not depend on which of them
   came first, nor on where a run went on. Not collective.
*/
PetscErrorCode EvolvePlanTimes(const QlbeProblem *problem, EvolvePlan *plan,
                               QlbeComplaint *complaint);

/*
   Separations whose rates of decoherence are asked for into the plan; none without gas or terms.
   Not collective.
*/
PetscErrorCode EvolvePlanSeparations(const QlbeProblem *problem, EvolvePlan *plan);

/*
   The set of fibers as the deck says, or chosen for the initial state; needs moments, times, closed
   forms and the line. Collective.
*/
PetscErrorCode EvolveSetCreate(const QlbeProblem *problem, EvolvePlan *plan);

/*
   A finer set where the program chooses it and fields with the relative errors `worst` do not keep
   the tolerance; plan->known says what need not be computed again. unknowns: of one fiber.
   Collective.
*/
PetscErrorCode EvolveSetRefine(const QlbeProblem *problem, QlbeFiberError worst, double unknowns,
                               EvolvePlan *plan, PetscBool *refined);

/*
   The numbers in the largest array that a set with so many magnitudes and cosines makes; saved
   fibers of so many unknowns count too. Not collective.
*/
double EvolveSetNumbers(const EvolvePlan *plan, PetscInt radial, PetscInt angular, double unknowns);

/* The rest of the plan. Collective. */
PetscErrorCode EvolvePlanCreate(const QlbeProblem *problem, EvolvePlan *plan,
                                QlbeComplaint *complaint);
PetscErrorCode EvolvePlanDestroy(EvolvePlan *plan);

/*
   The smallest scale in momentum of the state and of the waves that the coherence line asks for, at
   most the thermal one.
*/
double EvolveMomentumScale(const QlbeParameters *par, const EvolvePlan *plan);

/* Matrices of a Cartesian grid that one group of ranks holds at a time. */
enum { EVOLVE_MATRICES = 4 };

/*
   Bytes of those matrices in the format that the deck or the memory chooses, sparse ones at their
   largest. Collective.
*/
PetscErrorCode EvolveMatrixBytes(const QlbeProblem *problem, double *bytes);

/* The number of groups of ranks from options and sizes. Collective. */
PetscErrorCode EvolveChooseGroups(const QlbeProblem *problem, PetscInt *groups);

/* Momentum space of a run as a group of ranks sees it, without tables. Collective on the group. */
PetscErrorCode EvolveEngineCreate(const QlbeProblem *group, const EvolvePlan *plan,
                                  EvolveEngine *engine);
PetscErrorCode EvolveEngineDestroy(EvolveEngine *engine);

/*
   Frees the functionals of the line, which belong to the directions of the set. Collective on the
   group.
*/
PetscErrorCode EvolveEngineForgetLine(EvolveEngine *engine);

/*
   A_k of the wave vector in sector m; the caller destroys it. The first one makes the tables, for
   all wave numbers of the plan. Collective on the group.
*/
PetscErrorCode EvolveOperator(EvolveEngine *engine, const double k[3], PetscInt m, Mat *A);

/*
   The part of a fiber of magnitude k that the nodes of a grid of this spacing may fold back after
   the time t: after a few collision times in a gas its phases no longer grow. Not collective.
*/
double EvolveFoldedBack(const QlbeParameters *par, const EvolvePlan *plan, double spacing, double k,
                        double t);

/* A propagator of the run's method and tolerance for A, which it keeps. Collective on the group. */
PetscErrorCode EvolvePropagator(EvolveEngine *engine, Mat A, QlbePropagator *propagator);

/* x becomes exp(t A) x under the phase "propagation"; where that does not converge or overflows,
 * zero, and a failure is counted. Collective on the group. */
PetscErrorCode EvolveAdvance(EvolveEngine *engine, QlbePropagator propagator, double t, Vec x);

/*
   The generators of all sectors of a space at one wave vector, and their propagators: m and -m
   share both.
*/
typedef struct {
  PetscInt n, m_max; /* n = 2 m_max + 1 sectors */
  Mat *A;            /* [m_max + 1] */
  QlbePropagator *propagator;
} EvolveSectors;

/* Collective on the group. */
PetscErrorCode EvolveSectorsCreate(EvolveEngine *engine, QlbeMomentumSpace space, const double k[3],
                                   EvolveSectors *sectors);
PetscErrorCode EvolveSectorsDestroy(EvolveSectors *sectors);

/* EvolveAdvance on x[n]; the products A x[n] into Ax[n]. Collective on the group. */
PetscErrorCode EvolveSectorsAdvance(EvolveEngine *engine, const EvolveSectors *sectors, double t,
                                    Vec x[]);
PetscErrorCode EvolveSectorsMult(const EvolveSectors *sectors, const Vec x[], Vec Ax[]);

/*
   Compares what the discretisation makes of the state with its exact moments, and complains where
   they are further apart than a part in ten thousand. Collective; every group does the same.
*/
PetscErrorCode EvolveResolved(const QlbeProblem *problem, const EvolvePlan *plan,
                              EvolveEngine *engine, QlbeComplaint *complaint);

/* [rho]_k(p) or a derivative of it in k as a function of p, for the spaces. */
typedef struct {
  const QlbeQuantumState *state;
  double k[3], direction[3];
  PetscInt order;
} EvolveFiberFunction;
PetscScalar EvolveFiberValue(const double p[3], const void *context);

/* exp(i a.p) times up to two components of p, as a weight of functionals. */
typedef struct {
  double a[3];
  int first, second; /* axes of up to two factors, -1 for none */
} EvolveWeight;
PetscScalar EvolveWeightValue(const double p[3], const void *context);

/* The weights 1; p_x, p_y, p_z; p_x^2, p_y^2, p_z^2 by number. */
enum { EVOLVE_MOMENTS = 7 };
EvolveWeight EvolveMomentWeight(int moment);

/* sum over n sectors of y^H x, and (sum of x^H x)^(1/2). Collective on the vectors. */
PetscErrorCode EvolveFunctional(PetscInt n, const Vec y[], const Vec x[], PetscScalar *value);
PetscErrorCode EvolveLength(PetscInt n, const Vec x[], double *length);

/* n vectors of a space, and their end. */
PetscErrorCode EvolveVectorsCreate(QlbeMomentumSpace space, Vec **x);
PetscErrorCode EvolveVectorsDestroy(QlbeMomentumSpace space, Vec **x);

/* Room for the result, all zero, and its end. Not collective. */
PetscErrorCode EvolveResultCreate(const EvolvePlan *plan, const EvolveEngine *engine,
                                  EvolveResult *result);
PetscErrorCode EvolveResultDestroy(EvolveResult *result);

/*
   Room for the fibers of a finer set: those that are known move from `before` magnitudes to their
   new places. Not collective.
*/
PetscErrorCode EvolveResultRefine(const EvolvePlan *plan, const EvolveEngine *engine,
                                  PetscInt before, EvolveResult *result);

/* Moments of the position in three dimensions. */
typedef struct {
  double mean[3], covariance[3][3], slope[3][3]; /* slope: rate of the covariance */
} EvolveTensorSet;

/* At one output time, from the directions of the chain. */
void EvolveTensors(const EvolvePlan *plan, const EvolveResult *result, PetscInt time,
                   EvolveTensorSet *tensors);

/* Its components along the axis of the state. */
void EvolveAlongAxis(const EvolvePlan *plan, const EvolveResult *result, PetscInt time,
                     EvolvePosition *along);

/*
   Tr rho^2 = hbar^3 int dk int dp |[rho]_k(p)|^2, nan without a set of fibers, and the relative
   error of the integral over k. Not collective.
*/
PetscErrorCode EvolvePurity(const EvolvePlan *plan, const EvolveResult *result, double hbar,
                            PetscInt time, double *purity, QlbeFiberError *error);

/*
   The purity of a Gaussian with this covariance of the position and the momenta of equilibrium,
   which every state becomes.
*/
double EvolveDiffusivePurity(const QlbeParameters *par, const EvolveTensorSet *tensors);

/*
   The largest growth of int |[rho]_k| dp between two times, in units of the initial one; -1 without
   fibers.
*/
double EvolveNormGrowth(const EvolvePlan *plan, const EvolveResult *result);

/*
   result->quartic, from two wave numbers along the axis; needs D of the other tasks. *stopped as
   EvolveTasks. Collective.
*/
PetscErrorCode EvolveQuartic(const EvolvePlan *plan, EvolveEngine *engine, EvolveResult *result,
                             PetscBool *stopped);

/*
   The largest distance over s of the characteristic function at k = s t^(-1/2) from exp(-D s^2/2),
   and what the next cumulants say of it: the mean <x> = O(1), the remainder <x^2> - D t = O(1), and
   t times the coefficient of k^4. nan where there is nothing to compare.
*/
void EvolveLimitDistance(const EvolvePlan *plan, const EvolveResult *result, double D,
                         PetscInt time, double *distance, double *predicted);

/* Rates of decoherence against separation into the report. Not collective. */
PetscErrorCode EvolveDecoherenceReport(const QlbeProblem *problem, const EvolvePlan *plan,
                                       const EvolveResult *result, QlbeReport report);

#endif
