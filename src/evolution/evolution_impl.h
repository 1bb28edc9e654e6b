/*
   The evolution object: momentum space, generators and propagators of one group of ranks, and what
   its tasks make of them. Private to the evolution of a density matrix.
*/
#ifndef QLBE_EVOLUTION_IMPL_H
#define QLBE_EVOLUTION_IMPL_H

#include "qlbe/discretisation.h"
#include "qlbe/evolution.h"
#include "qlbe/momentum_space.h"
#include "qlbe/propagator.h"

/*
   Two packets must not turn by more than this angle against each other between two nodes, where
   another separation looks the same.
*/
#define QLBE_EVOLUTION_MOST_TURN 2.0

/* Numbers that an array of the run may have. */
#define QLBE_EVOLUTION_MOST_NUMBERS 2e8

/*
   What a fiber may lose at the end of a basis, or fold back on nodes, over the 2-norm at k = 0.
*/
#define QLBE_EVOLUTION_MOST_TAIL 1e-3

/* Matrices that one group of ranks holds at a time. */
enum { QLBE_EVOLUTION_MATRICES = 4 };

/*
   The wave numbers in units of escape rate over thermal velocity beyond which flight is exact where
   the choice is free: a basis loses the phases of a fiber from about 1 on, and both agree below.
*/
#define QLBE_EVOLUTION_FAST 0.3

struct _p_QlbeEvolution {
  QlbeProblem problem; /* as the group sees it, with the memory that there is for one matrix */
  QlbeTasks tasks;     /* of the present computation */
  QlbeEvolution fast;  /* for wave numbers from k_fast on, or NULL: another discretisation */
  double k_fast;
  QlbeSettings settings; /* of `fast`, which has its own */
  const QlbeDiscretisationTraits *traits;
  QlbeDiscretisation d;                /* serves all wave numbers of the plan */
  QlbeDiscretisation near;             /* for the small steps in k of derivatives at k = 0 */
  double spacing;                      /* distance of nodes, 0 without nodes */
  PetscBool free;                      /* there is no gas */
  QlbeMomentumSpace sectors;           /* all sectors that the state has about directions of k */
  QlbeMomentumSpace axial;             /* the sector m = 0 */
  QlbeMomentumSpace about_axis;        /* that of the two which the state needs about its axis */
  PetscInt n_all, n_axial, n_momentum; /* unknowns of the three */
  PetscBool any_method; /* the method may give way to the dense exponential of small matrices */
  QlbePropagatorMethod method;
  double tolerance;
  PetscBool approximate; /* some propagator of the present task was not exact to rounding */
  double failures;       /* propagations of the present task that did not converge */
  double length;         /* 2-norm of nu^(-1/2) [rho]_0 at first, of QlbeEvolutionResolved */
  PetscInt n_line;       /* functionals of the line of rho(x, x'), kept from fiber to fiber */
  Vec **line;            /* [n_line][sectors] */
};

/* ---- scales ---- */

/*
   The step in k of differences that stand for derivatives of L_k at k = 0: a small part of the wave
   numbers on which rates and phases of the amplitude vary.
*/
PETSC_INTERN double QlbeEvolutionDifferenceStep(const QlbeParameters *par);

/*
   The smallest scale in momentum of the state and of the waves that the line of rho(x, x') asks
   for, at most the thermal one.
*/
PETSC_INTERN double QlbeEvolutionMomentumScale(const QlbeParameters *par,
                                               const QlbeEvolutionPlan *plan);

/*
   The part of a fiber of magnitude k that nodes of this spacing may fold back after the time t:
   after a few collision times in a gas its phases no longer grow. Not collective.
*/
PETSC_INTERN double QlbeEvolutionFoldedBack(const QlbeParameters *par,
                                            const QlbeEvolutionPlan *plan, double spacing, double k,
                                            double t);

/*
   The same of its value at time 0, damped by collisions on the way, the largest up to the time t:
   what has come back may collide once more. k > 0. Not collective.
*/
PETSC_INTERN double QlbeEvolutionFlownBack(const QlbeParameters *par, const QlbeEvolutionPlan *plan,
                                           double spacing, double k, double t);

/*
   The use of a discretisation for fibers up to k_max, and for derivatives at k = 0. plan: what
   states and times ask for, or NULL. Not collective.
*/
PETSC_INTERN QlbeDiscretisationUse QlbeEvolutionUse(const QlbeParameters *par,
                                                    const QlbeEvolutionPlan *plan, double k_max);

/* The wave number from which on flight serves where the choice is free. Not collective. */
PETSC_INTERN double QlbeEvolutionFastFrom(const QlbeProblem *problem,
                                          const QlbeEvolutionPlan *plan);

/*
   An object with sibling number i of e->d in its place, for one comparison; e has to stay. To be
   destroyed like any. Collective on the group.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionCreateSibling(const QlbeEvolutionPlan *plan,
                                                       QlbeEvolution e, PetscInt i,
                                                       QlbeEvolution *sibling);

/* The object for fibers of this wave number: e or e->fast. Not collective. */
PETSC_INTERN QlbeEvolution QlbeEvolutionAt(QlbeEvolution e, double k);

/* ---- generators and propagators ---- */

/* Frees functionals of the line, which belong to directions of the set. Collective on the group. */
PETSC_INTERN PetscErrorCode QlbeEvolutionForgetLine(QlbeEvolution e);

/*
   A_k of the wave vector in sector m; the caller destroys it. The first one makes the tables.
   Collective on the group.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionOperator(QlbeEvolution e, const double k[3], PetscInt m,
                                                  Mat *A);

/*
   A propagator of the run's method and tolerance for A, which it keeps; diagonal: A is. Collective
   on the group.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPropagator(QlbeEvolution e, Mat A, PetscBool diagonal,
                                                    QlbePropagator *propagator);

/*
   x becomes exp(t A) x under the phase "propagation"; where that does not converge or overflows,
   zero, and a failure is counted. Collective on the group.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionAdvance(QlbeEvolution e, QlbePropagator propagator,
                                                 double t, Vec x);

/*
   The generators of all sectors of a space at one wave vector, and their propagators: m and -m
   share both.
*/
typedef struct {
  PetscInt n, m_max;          /* n = 2 m_max + 1 sectors */
  Mat *A;                     /* [m_max + 1] */
  QlbePropagator *propagator; /* the same, NULL where the discretisation propagates by itself */
} QlbeEvolutionSectors;

/* Collective on the group. */
PETSC_INTERN PetscErrorCode QlbeEvolutionSectorsCreate(QlbeEvolution e, QlbeMomentumSpace space,
                                                       const double k[3],
                                                       QlbeEvolutionSectors *sectors);
PETSC_INTERN PetscErrorCode QlbeEvolutionSectorsDestroy(QlbeEvolutionSectors *sectors);

/*
   x[n_vectors][n] from the time[0] to time[1] of the evolution, step = time[1] - time[0]: all
   vectors of a sector together where the discretisation propagates by itself. The products A x[n]
   into Ax[n]. Collective on the group.
*/
typedef struct {
  double time[2], step;
} QlbeEvolutionSpan;
PETSC_INTERN PetscErrorCode QlbeEvolutionSectorsAdvance(QlbeEvolution e,
                                                        const QlbeEvolutionSectors *sectors,
                                                        const QlbeEvolutionSpan *span,
                                                        PetscInt n_vectors, Vec x[]);
/* The span before output number i. */
PETSC_INTERN QlbeEvolutionSpan QlbeEvolutionSpanOf(const QlbeEvolutionPlan *plan, PetscInt i);
PETSC_INTERN PetscErrorCode QlbeEvolutionSectorsMult(const QlbeEvolutionSectors *sectors,
                                                     const Vec x[], Vec Ax[]);

/* ---- functions of momentum ---- */

/* [rho]_k(p) or a derivative of it in k as a function of p, for QlbeMomentumSpaceExpand. */
typedef struct {
  const QlbeQuantumState *state;
  double k[3], direction[3];
  PetscInt order;
} QlbeEvolutionFiberFunction;
PETSC_INTERN PetscScalar QlbeEvolutionFiberValue(const double p[3], const void *context);

/* exp(i a.p) times up to two components of p, for QlbeMomentumSpaceFunctional. */
typedef struct {
  double a[3];
  int first, second; /* axes of up to two factors, -1 for none */
} QlbeEvolutionWeight;
PETSC_INTERN PetscScalar QlbeEvolutionWeightValue(const double p[3], const void *context);

/* The weights 1; p_x, p_y, p_z; p_x^2, p_y^2, p_z^2 by number. */
enum { QLBE_EVOLUTION_MOMENTS = 7 };
PETSC_INTERN QlbeEvolutionWeight QlbeEvolutionMomentWeight(int moment);

/* sum over n sectors of y^H x, and (sum of x^H x)^(1/2). Collective on the vectors. */
PETSC_INTERN PetscErrorCode QlbeEvolutionFunctional(PetscInt n, const Vec y[], const Vec x[],
                                                    PetscScalar *value);
PETSC_INTERN PetscErrorCode QlbeEvolutionLength(PetscInt n, const Vec x[], double *length);

/* Vectors of all sectors of a space, and their end; NULL is allowed. Collective on the group. */
PETSC_INTERN PetscErrorCode QlbeEvolutionVectorsCreate(QlbeMomentumSpace space, Vec **x);
PETSC_INTERN PetscErrorCode QlbeEvolutionVectorsDestroy(QlbeMomentumSpace space, Vec **x);

/* ---- results ---- */

/* Room for the result, all zero. Not collective. */
PETSC_INTERN PetscErrorCode QlbeEvolutionResultCreate(const QlbeEvolutionPlan *plan,
                                                      QlbeEvolution e, QlbeEvolutionResult *result);

/*
   Room for the fibers of a finer set: those that are known move from `before` magnitudes to their
   new places. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionResultRefine(const QlbeEvolutionPlan *plan,
                                                      QlbeEvolution e, PetscInt before,
                                                      QlbeEvolutionResult *result);

/* Moments of the position in three dimensions. */
typedef struct {
  double mean[3], covariance[3][3], slope[3][3]; /* slope: rate of the covariance */
} QlbeEvolutionTensors;

/* At one output time, from the directions of the chain. */
PETSC_INTERN void QlbeEvolutionGetTensors(const QlbeEvolutionPlan *plan,
                                          const QlbeEvolutionResult *result, PetscInt time,
                                          QlbeEvolutionTensors *tensors);

/* Its components along the axis of the state. */
PETSC_INTERN void QlbeEvolutionAlongAxis(const QlbeEvolutionPlan *plan,
                                         const QlbeEvolutionResult *result, PetscInt time,
                                         QlbeEvolutionPosition *along);

/*
   Tr rho^2 = hbar^3 int dk int dp |[rho]_k(p)|^2, nan without a set of fibers, and the relative
   error of the integral over k. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionPurity(const QlbeEvolutionPlan *plan,
                                                const QlbeEvolutionResult *result, double hbar,
                                                PetscInt time, double *purity,
                                                QlbeFiberError *error);

/*
   The largest growth of int |[rho]_k| dp between two times, in units of the initial one; -1 without
   fibers.
*/
PETSC_INTERN double QlbeEvolutionNormGrowth(const QlbeEvolutionPlan *plan,
                                            const QlbeEvolutionResult *result);

/*
   The largest distance over s of the characteristic function at k = s t^(-1/2) from exp(-D s^2/2),
   and what the next cumulants say of it: the mean <x> = O(1), the remainder <x^2> - D t = O(1), and
   t times the coefficient of k^4. nan where there is nothing to compare.
*/
PETSC_INTERN void QlbeEvolutionLimitDistance(const QlbeEvolutionPlan *plan,
                                             const QlbeEvolutionResult *result, double D,
                                             PetscInt time, double *distance, double *predicted);

#endif
