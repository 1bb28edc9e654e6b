/* What the files that compute the diffusion constant share. For this module only. */
#ifndef QLBE_DIFFUSION_IMPL_H
#define QLBE_DIFFUSION_IMPL_H

#include "qlbe/diffusion.h"
#include "wave_vectors.h"

/* One of the discrete operators that are compared: a sibling of d, or d itself. */
typedef struct {
  QlbePerturbation perturbation; /* route (b) */
  QlbeEigenpair pair;            /* at the longest wave vector; missing where not asked for */
  QlbeDiscretisationStructure structure; /* of d at k = 0, for traits with row_checks */
} QlbeDiffusionRung;

enum { QLBE_MOST_RUNGS = QLBE_MOST_SIBLINGS + 1 };

/* Fibers that stand for all wave vectors of a fit. */
typedef struct {
  PetscInt n, *vector; /* [n]: a wave vector of each fiber */
  PetscInt *same;      /* [vectors]: the fiber of each wave vector */
} QlbeFitFibers;

/* Eigenvalues for the fit. */
typedef struct {
  QlbeEigenpair *pairs;                  /* [vectors] */
  QlbeEigenpair reversed;                /* of the longest vector reversed, unless isotropic */
  QlbeDiscretisationStructure structure; /* at the longest vector */
} QlbeFitEigenvalues;

/* What tasks work with, and what they leave. */
typedef struct {
  const QlbeClosedForms *closed;
  const QlbeDiscretisationTraits *traits;
  QlbeWaveVectors vectors;
  QlbeDiscretisationUse use;
  const QlbeDiscretisationChoice *choice; /* NULL: the orders of the settings */
  double step;                            /* the largest step of differences in k */
  PetscInt n_siblings;
  QlbeSiblingTraits siblings[QLBE_MOST_SIBLINGS]; /* [n_siblings] */
  QlbeFitFibers fibers;
  /* objects on the ranks of this group; NULL before QlbeDiffusionWorkGet and .._GetNear */
  QlbeDiscretisation d;    /* for the wave vectors of the fit */
  QlbeDiscretisation near; /* for wave numbers up to step */
  Mat A;                   /* an operator of d */
  PetscBool announce;      /* the first of the two, on behalf of all groups */
  /* results of all groups */
  QlbeDiffusionRung rungs[QLBE_MOST_RUNGS]; /* [n_siblings + 1]: siblings, then d */
  QlbeFitEigenvalues fit;
} QlbeDiffusionWork;

/* work->d, made by the first task that asks for it. Collective on the group. */
PetscErrorCode QlbeDiffusionWorkGet(const QlbeProblem *group, QlbeDiffusionWork *work,
                                    QlbeDiscretisation *d);
/* work->near in the same way. D by perturbation comes from it: no digit may change with the wave
   vectors of the fit. Collective on the group. */
PetscErrorCode QlbeDiffusionWorkGetNear(const QlbeProblem *group, QlbeDiffusionWork *work,
                                        QlbeDiscretisation *near);

/*
   The sets of tasks. *stopped as in QlbeTasksCompute. Collective.

   "orders": orders at which D by perturbation settles, into *choice; of work it needs use and closed.
   "perturbation": work->rungs. "fibers": work->fit, into pairs that are there already; `all` asks for
   a fiber of each vector, also where a symmetry maps two of them onto each other.
*/
PetscErrorCode QlbeDiffusionOrders(QlbeTasks tasks, QlbeDiffusionWork *work,
                                   QlbeDiscretisationChoice *choice, PetscBool *stopped);
PetscErrorCode QlbeDiffusionRungs(QlbeTasks tasks, QlbeDiffusionWork *work, PetscBool *stopped);
PetscErrorCode QlbeDiffusionFibers(QlbeTasks tasks, PetscBool all, QlbeDiffusionWork *work,
                                   PetscBool *stopped);

/*
   D by second-order perturbation along z, of n discretisations that share assemblies. scale is the
   escape rate at p = 0. A[n] receives A_0 of each, for QlbeDiscretisationRelease. Collective.
*/
PetscErrorCode QlbeDiffusionPerturbation(const QlbeProblem *problem, double scale, PetscInt n,
                                         const QlbeDiscretisation d[], Mat A[],
                                         QlbePerturbation results[]);

/*
   The leading eigenvalue of A, an operator of d; missing where it did not converge. The solver looks
   for `count` pairs. Collective.
*/
PetscErrorCode QlbeDiffusionEigenvalue(const QlbeProblem *problem, QlbeDiscretisation d, Mat A,
                                       PetscInt count, double scale, QlbeEigenpair *pair);

/* The structure of A, an operator of d; without row checks the contraction alone. Collective. */
PetscErrorCode QlbeDiffusionStructure(QlbeDiscretisation d, Mat A, double scale,
                                      QlbeDiscretisationStructure *structure);

/* What the checks look at beyond the results; rates. */
typedef struct {
  const QlbeClosedForms *closed; /* gap at k = 0, escape rate at p = 0 */
  double rounding;               /* of eps */
  PetscInt foreign;              /* eigenvalues that are not eps(k) */
  PetscInt positive;             /* eigenvalues above 0 by more than their error */
  PetscInt missing;              /* eigenvalues that did not converge */
  double largest_residual;       /* of the eigenvalues */
  double lowest_eps;             /* the smallest Re eps */
  double reversal;               /* |eps(-k) - conj eps(k)| at the longest vector */
  QlbeDiscretisationStructure at_zero, at_longest;
} QlbeDiffusionFindings;

/*
   A pair at k[3] as a level: its value becomes nan where it is not eps(k). Needs result->errors; adds
   to the counts of both. Not collective.
*/
void QlbeDiffusionJudge(const QlbeEigenpair *pair, const double k[3], QlbeDiffusionFindings *found,
                        QlbeDiffusion *result, QlbeDiffusionLevel *level);

/* Adds checks to those of the discretisation. Not collective. */
PetscErrorCode QlbeDiffusionAddChecks(const QlbeProblem *problem, double k_max,
                                      const QlbeDiffusionFindings *found, QlbeDiffusion *result);

#endif
