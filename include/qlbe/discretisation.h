/*
   Discretisations of the fiber generators L_k, behind one interface.

   A fiber is a matrix A_k in symmetric form, A = A^T by detailed balance (4.12), with the
   equilibrium nu^(1/2) as null vector of A_0. Which functions of momentum its rows stand for is the
   affair of the discretisation; what computes with fibers asks for operators, spaces and
   comparisons here, and never which discretisation it is. Each one is a folder below
   src/discretisation and a row of QLBE_DISCRETISATION_LIST.
*/
#ifndef QLBE_DISCRETISATION_H
#define QLBE_DISCRETISATION_H

#include <petscmat.h>
#include <stdio.h>

#include "qlbe/entries.h"
#include "qlbe/momentum_space.h"
#include "qlbe/problem.h"

typedef struct _p_QlbeDiscretisation *QlbeDiscretisation;

/* What a discretisation can do, and what follows from how it is made. Plain data. */
typedef struct {
  const char *name;    /* the choice of grid.type */
  PetscBool isotropic; /* fibers depend on |k| alone: k is the polar axis, whatever its direction */
  PetscBool cubic;     /* eps(k) is the same for all k that the symmetries of a cube interchange */
  PetscBool sectors;   /* one operator for each azimuthal quantum number m about k, else m = 0 alone
                          stands for all functions */
  PetscBool lattice;   /* sums over nodes: eps(k) has a term h^2 k^4 log k, functions repeat */
  PetscBool small;     /* matrices so small that all of their spectrum or exponential may be had */
  PetscBool automatic; /* its orders can be raised until a number settles (grid.auto) */
  PetscBool by_use;    /* functions depend on the use: fibers of one run do not fit another */
  PetscBool row_checks;    /* QlbeDiscretisationMeasure can look at the rows of an operator */
  PetscInt spare;          /* levels looked for beyond several wanted ones in each sector */
  PetscInt spare_compared; /* ... and in comparisons: no conjugate pair may be cut */
} QlbeDiscretisationTraits;

/* What is going to be computed. Plain data. */
typedef struct {
  double k_max;            /* the largest wave number */
  PetscInt count;          /* eigenvalues wanted of each fiber, 0 for other uses */
  PetscInt n_axes;         /* directions of k that are known before; 0 for any */
  const double (*axes)[3]; /* [n_axes], not copied: it has to stay as long as the use */
  PetscInt matrices;       /* matrices that one group of ranks holds at a time */
  PetscBool compared;      /* errors are estimated by comparisons */
  /* of states that evolve, all 0 for other uses: */
  double duration;   /* of all of the evolution */
  double reach;      /* the largest |r|/hbar of waves exp(i p.r/hbar) in states and functionals */
  double extent;     /* the largest momentum that states have */
  double width;      /* the smallest scale in momentum on which they vary */
  PetscBool moments; /* k = 0 and derivatives of the generator there are asked for */
} QlbeDiscretisationUse;

/* Orders that QlbeDiscretisationSettle has found, as numbers of a task's row. */
enum { QLBE_CHOICE_WIDTH = 4 };
typedef struct {
  double values[QLBE_CHOICE_WIDTH]; /* the last one: 1 where the orders have settled */
} QlbeDiscretisationChoice;

/* ---- before anything is made: by the settings of a problem ---- */

/* The traits of the discretisation that the settings choose. Static; not collective. */
PETSC_EXTERN const QlbeDiscretisationTraits *
QlbeDiscretisationGetTraits(const QlbeProblem *problem);

/*
   Complains about what cannot be served: kernel and radius, wave numbers, grids and orders,
   matrices that do not fit into the memory, and no gas where fibers without it are not exact.
   Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationServes(const QlbeProblem *problem,
                                                     const QlbeDiscretisationUse *use,
                                                     QlbeComplaint *complaint);

/*
   Settles grid.type where it is `auto`: exact flight for wave numbers up to k_max whose flight
   between collisions is long, k v_th/E(0) > 0.4, and without a gas; `spectral` otherwise.
   `settings` is a copy with the choice, which the problem has from then on; it has to stay as long.
   With another type nothing changes. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationChoose(QlbeProblem *problem, double k_max,
                                                     QlbeSettings *settings);

/* The largest wave number that is served. Not collective. */
PETSC_EXTERN double QlbeDiscretisationLargestWaveNumber(const QlbeProblem *problem);

/* What a fiber costs; estimates. Plain data. */
typedef struct {
  double rows;        /* of the largest matrix */
  double dense;       /* bytes of use->matrices dense matrices, or of what they are made of; 0 where
                         matrices are small */
  double bytes;       /* ... in the format that settings or memory choose, on all ranks */
  double seconds;     /* for one operator on one rank */
  double propagation; /* seconds to make the operator of a fiber and to propagate it */
  double sector;      /* the cost of another sector, in units of the first */
} QlbeDiscretisationCost;
/* Collective. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationEstimate(const QlbeProblem *problem,
                                                       const QlbeDiscretisationUse *use,
                                                       QlbeDiscretisationCost *cost);

/*
   Sizes, memory and time of a fiber of `spectrum` and of `diffusion`, as lines for the user. On the
   rank that prints; not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationPrintCost(const QlbeProblem *problem,
                                                        const QlbeDiscretisationUse *spectrum,
                                                        const QlbeDiscretisationUse *diffusion,
                                                        FILE *out);

/*
   Points of momentum on a line through the origin along the unit vector axis, or as close to it as
   there are nodes: *n points into *p, which the caller frees. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationLine(const QlbeProblem *problem, const double axis[3],
                                                   PetscInt *n, double (**p)[3]);

/* ---- the object ---- */

/*
   A discretisation for a use, with the orders of a choice or, for NULL, those of the settings.
   Tables are made with the first operator. problem is that of the group whose ranks share the
   fibers; it is copied. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationCreate(const QlbeProblem *problem,
                                                     const QlbeDiscretisationUse *use,
                                                     const QlbeDiscretisationChoice *choice,
                                                     QlbeDiscretisation *d);
/* Drops one reference; the last one frees everything. Sets the handle to NULL. Collective. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationDestroy(QlbeDiscretisation *d);

/* The traits of an object, as above. Not collective. */
PETSC_EXTERN const QlbeDiscretisationTraits *QlbeDiscretisationTraitsOf(QlbeDiscretisation d);

/*
   The axis of the fibers that come next, by itself or through k = 0: where operators act on the
   functions with its symmetries, it decides what rows and the equilibrium stand for. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationSetAxis(QlbeDiscretisation d, const double axis[3]);

/*
   A_k at the wave vector k[3] in sector m; without gas a diagonal matrix. *A is NULL, or the matrix
   of another fiber of d, which is reused or replaced. Several matrices of d may be there at a time;
   the caller ends each with MatDestroy, or the last one with QlbeDiscretisationRelease. Timed as
   "kernel tables" and "assembly". Collective. Errors: PETSC_ERR_ARG_OUTOFRANGE beyond use->k_max.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationOperator(QlbeDiscretisation d, const double k[3],
                                                       PetscInt m, Mat *A);

/* Whether d propagates by itself, by QlbeDiscretisationAdvance. Not collective. */
PETSC_EXTERN PetscBool QlbeDiscretisationPropagates(QlbeDiscretisation d);

/*
   x[n] from time[0] to time[1] >= time[0], counted from the start of the evolution: exp((t1 - t0)
   A) x[i] with A a matrix of d, all vectors together; the relative error of truncation is at most
   `tolerance`; that of splittings, where d has them, comes on top. Collective. Error: PETSC_ERR_SUP
   where d does not propagate by itself.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationAdvance(QlbeDiscretisation d, Mat A,
                                                      const double time[2], double tolerance,
                                                      PetscInt n, Vec x[]);

/*
   The time from which on a fiber of wave number k, propagated by QlbeDiscretisationAdvance, has
   flown too far for integrals over momentum to see it: they are 0. Infinite where that does not
   happen. Not collective.
*/
PETSC_EXTERN double QlbeDiscretisationLeaves(QlbeDiscretisation d, double k);

/* Destroys a matrix with the storage that d keeps for the next; tables stay. Collective. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationRelease(QlbeDiscretisation d, Mat *A);

/*
   nu^(1/2), of Euclidean norm 1, laid out as the columns of A, which is a matrix of d in sector 0.
   The caller destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationEquilibrium(QlbeDiscretisation d, Mat A, Vec *x0);

/* The number of sectors m >= 0 that eigenvalues are looked for in. Not collective. */
PETSC_EXTERN PetscInt QlbeDiscretisationSectors(QlbeDiscretisation d);

/*
   The real part at which the continuous spectrum of L_k begins, k = |k|, or what A has in its
   place. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationEdge(QlbeDiscretisation d, Mat A, double k,
                                                   double *edge);

/* Largest violations of exact properties, each relative to the escape rate of its row. */
typedef struct {
  double column_sum, null_vector; /* at k = 0 */
  double asymmetry, contraction;
} QlbeDiscretisationStructure;
/* Measures them on an operator of d. Collective. Error: PETSC_ERR_SUP without row_checks. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationMeasure(QlbeDiscretisation d, Mat A,
                                                      QlbeDiscretisationStructure *structure);

/* One line about d on the terminal. Collective. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationAnnounce(QlbeDiscretisation d);

/* Adds type and sizes as entries "grid/..." for a report. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDiscretisationDescribe(QlbeDiscretisation d, QlbeEntries *entries);

/*
   Adds the checks of whether d resolves kernel and jumps, and for eigenvalues (use->count > 0) of
   whether its orders have settled. The first rank of comm, all of whose ranks call this, prints a
   warning where one fails. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationCheck(QlbeDiscretisation d, MPI_Comm comm,
                                                    QlbeChecks *checks);

/* ---- derivatives in k at k = 0 ---- */

/* The largest step in k of differences that derivatives of L_k are made of. Not collective. */
PETSC_EXTERN double QlbeDiscretisationDifferenceStep(QlbeDiscretisation d);

/*
   Error of products with A_k at small k > 0, as a part of the escape rate at p = 0. Not collective.
*/
PETSC_EXTERN double QlbeDiscretisationTableError(QlbeDiscretisation d);

/*
   An object for wave numbers up to k alone, whose tables do not depend on use->k_max: d itself, or
   a sibling. One more reference, for the caller to destroy. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationNear(QlbeDiscretisation d, double k,
                                                   QlbeDiscretisation *near);

/* ---- comparisons: the ladder of siblings that tells errors ---- */

typedef enum { QLBE_COMPARE_LEVELS, QLBE_COMPARE_DIFFUSION } QlbeComparison;

/* What one sibling is compared for. Plain data. */
typedef struct {
  PetscInt family;       /* siblings of one family share assemblies: 0 is that of d itself */
  PetscBool every_fiber; /* compared at every fiber, else at one that stands for all */
  PetscBool quartic;     /* in diffusion also eps at the largest wave number */
} QlbeSiblingTraits;

enum { QLBE_MOST_SIBLINGS = 4 };

/*
   The number of siblings that d is compared with for this purpose, and their traits[n] unless NULL;
   those of other families than 0 come first. n <= QLBE_MOST_SIBLINGS. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationGetSiblings(QlbeDiscretisation d, QlbeComparison what,
                                                          PetscInt *n, QlbeSiblingTraits traits[]);

/*
   Sibling i < n for wave numbers up to k_max; it may use tables of d, which has to stay. The caller
   destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationCreateSibling(QlbeDiscretisation d,
                                                            QlbeComparison what, PetscInt i,
                                                            double k_max,
                                                            QlbeDiscretisation *sibling);

/* A level of a fiber, and what siblings make of it. Plain data; rates. */
typedef struct {
  double k, edge;
  PetscScalar value;
  double scale, gap; /* escape rate at p = 0, gap at k = 0 */
  /* |value of sibling i - value of its reference|: see below; infinite without a partner; relative
     where not every_fiber */
  double change[QLBE_MOST_SIBLINGS];
} QlbeLevelChange;

/* The sibling that sibling i is compared with, or -1 for d itself. Not collective. */
PETSC_EXTERN PetscInt QlbeDiscretisationReference(QlbeDiscretisation d, QlbeComparison what,
                                                  PetscInt i);

/* Whether the level is an eigenvalue of L_k, clear of the continuum and settled. Not collective. */
PETSC_EXTERN PetscBool QlbeDiscretisationIsolated(QlbeDiscretisation d,
                                                  const QlbeLevelChange *level);

/*
   Adds entries about the siblings that levels are compared with; change[] as in QlbeLevelChange, of
   those that one fiber is compared with. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationDescribeLevels(QlbeDiscretisation d,
                                                             const double change[],
                                                             QlbeEntries *entries);

/* Error of the level as an eigenvalue of L_k, without that of the solver. Not collective. */
PETSC_EXTERN double QlbeDiscretisationLevelError(QlbeDiscretisation d,
                                                 const QlbeLevelChange *level);

/* Numbers that a diffusion constant and its error are made of. Plain data. */
typedef struct {
  PetscInt n;                           /* siblings */
  double sibling_D[QLBE_MOST_SIBLINGS]; /* by perturbation; nan where not solved */
  double sibling_quartic[QLBE_MOST_SIBLINGS];
  double D, quartic;       /* of d itself: by perturbation, and from one fiber */
  double k_error, D_error; /* of D: by differences in k, by the linear solver */
  double fit_D, fit_error, fit_quartic, fit_quartic_error;
  double scale; /* escape rate at p = 0 */
} QlbeDiffusionChanges;

/* Internal units. */
typedef struct {
  PetscBool solved;  /* everything that errors are made of is there */
  double D, D_error; /* the result, from fit or perturbation, extrapolated where asked for */
  double perturbation_error; /* of D by perturbation, as the number of this discrete operator */
  double derivative_error;   /* what makes derivatives in k differ between fit and perturbation */
  double quartic_error;
  double relative; /* error of eps at small k over |eps|, without what follows */
  double absolute; /* ... and what does not scale with eps, a rate */
} QlbeDiffusionErrors;

/*
   The result and its errors, with entries "grid/..." for the report, which may be NULL. `relative`
   and `absolute` do not depend on the numbers of the fit, which may be missing (0) when those two
   are asked for. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationDiffusionErrors(QlbeDiscretisation d,
                                                              const QlbeDiffusionChanges *changes,
                                                              QlbeDiffusionErrors *errors,
                                                              QlbeEntries *entries);

/* Rounding of eps(k), a rate, in a fit whose largest wave number is k. Not collective. */
PETSC_EXTERN double QlbeDiscretisationRounding(const QlbeProblem *problem, double k, double scale,
                                               double gap);

/* ---- orders that settle (traits with automatic) ---- */

enum { QLBE_SETTLE_BASES = 3 };
/* The number of interest in three siblings, the last one complete, into value[3]. */
typedef PetscErrorCode QlbeSettleMeasure(const QlbeProblem *problem, void *context,
                                         const QlbeDiscretisation bases[QLBE_SETTLE_BASES],
                                         double value[QLBE_SETTLE_BASES]);

/* Whether the settings ask for orders that settle, and there are such. Not collective. */
PETSC_EXTERN PetscBool QlbeDiscretisationHasToSettle(const QlbeProblem *problem);

/*
   Raises the orders until the measured number changes by less than grid.auto, relative; prints a
   line for each attempt. Where it gives up *settled is false and the choice has the orders of the
   settings. context is handed to measure. Collective. Error: PETSC_ERR_SUP without automatic.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationSettle(const QlbeProblem *problem,
                                                     const QlbeDiscretisationUse *use,
                                                     QlbeSettleMeasure *measure, void *context,
                                                     QlbeDiscretisationChoice *choice,
                                                     PetscBool *settled);

/* ---- functions of momentum ---- */

/*
   The space of functions that the operators act on: all sectors, or that of m = 0 alone. width is a
   momentum on which they vary (momentum_space.h). The caller destroys it. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationSpace(QlbeDiscretisation d, PetscBool all,
                                                    double width, QlbeMomentumSpace *space);

/* The distance of nodes, a momentum, 0 where functions are not known by nodes. Not collective. */
PETSC_EXTERN double QlbeDiscretisationNodeSpacing(QlbeDiscretisation d);

/*
   The squared norm of the part of x[n], all sectors of a space of d, in the last functions of each
   kind, which is about to be lost; 0 for nodes. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationTail(QlbeDiscretisation d, PetscInt n, const Vec x[],
                                                   double *square);

/* What a state asks of a discretisation. Momenta. Plain data. */
typedef struct {
  double extent; /* largest component of a momentum that has to be held */
  double scale;  /* on which the state varies */
  PetscBool all; /* sectors, as in QlbeDiscretisationSpace */
  double width;
} QlbeStateNeed;

/* How far the state is from what a space makes of it, relative. Collective on the space. */
typedef PetscErrorCode QlbeStateDeviation(QlbeMomentumSpace space, const void *context,
                                          double *deviation);

/*
   Complains that d does not hold a state, and says which sizes would. deviation[0] is that of the
   state in d, deviation[1] the largest one that is allowed; measure(space, context, ..) tells that
   of other spaces. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationSuggest(
    QlbeDiscretisation d, const QlbeStateNeed *need, QlbeStateDeviation *measure,
    const void *context, const double deviation[2], QlbeComplaint *complaint);

/*
   Two numbers that another run has to share to start from the saved fibers of this one. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDiscretisationSizes(const QlbeProblem *problem, double sizes[2]);

#endif
