/*
   How many groups of ranks a command forms where the deck leaves it the choice.
*/
#ifndef QLBE_GROUPS_H
#define QLBE_GROUPS_H

#include "qlbe/problem.h"

/*
   fibers_groups as given or, for 0, the number of equal groups with which n fibers end first: ranks
   gain more from fibers of their own than from sharing one, as long as no group waits for another;
   at most the number of ranks. alone: work of one group while the others wait, in units of a fiber.
   Each group holds bytes_per_group. The same on all ranks. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeGroupsForFibers(const QlbeProblem *problem, PetscInt n,
                                                double alone, double bytes_per_group,
                                                PetscInt *groups);

/* fibers_groups as given, for 0 one group. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeGroupsGiven(const QlbeProblem *problem, PetscInt *groups);

#endif
