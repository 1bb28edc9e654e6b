/* Levels of one fiber. Private to the files levels*.c. */
#ifndef QLBE_LEVELS_IMPL_H
#define QLBE_LEVELS_IMPL_H

#include "qlbe/levels.h"

/* A discretisation and the siblings that every fiber is compared with. */
typedef struct {
  QlbeDiscretisation d;
  PetscInt n; /* siblings; those that are not for every fiber are NULL */
  QlbeDiscretisation sibling[QLBE_MOST_SIBLINGS];
  PetscBool compared; /* levels are compared with those of the siblings */
} LevelLadder;

/* Which levels of a fiber are wanted. */
typedef struct {
  double k[3], size; /* wave vector, and its length */
  PetscInt count;
  double scale, gap;
} LevelQuery;

/*
   The leading levels of a fiber over all sectors, in the order of QlbeEigenpairOrder and by m, m > 0
   once for each sign, into levels[count]; those that did not converge are nan and come last, their
   number is *missing. Errors are left to the caller. Collective.
*/
PetscErrorCode QlbeLevelsOfFiber_Private(const QlbeProblem *problem, const LevelLadder *ladder,
                                         const LevelQuery *query, QlbeLevel levels[],
                                         PetscInt *missing);

/*
   At most `count` leading pairs of A, a matrix of d, into pairs; *n of them converged. Collective.
*/
PetscErrorCode QlbeLevelsSolve_Private(const QlbeProblem *problem, QlbeDiscretisation d, Mat A,
                                       const LevelQuery *query, PetscInt count,
                                       QlbeEigenpair pairs[], PetscInt *n);

/* What QlbeDiscretisation judges of a level. */
QlbeLevelChange QlbeLevelsChange_Private(const LevelQuery *query, const QlbeLevel *level);

#endif
