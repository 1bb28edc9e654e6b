/*
   How many groups of ranks a command forms where the deck leaves it the choice. Private to the
   commands.
*/
#ifndef QLBE_APP_GROUPS_H
#define QLBE_APP_GROUPS_H

#include "qlbe/app.h"

/*
   fibers_groups as given or, for 0, the number of equal groups with which n fibers end first: ranks
   gain more from fibers of their own than from sharing one, as long as no group waits for another;
   at most the number of ranks. alone: work of one group while the others wait, in units of a fiber.
   Each group holds bytes_per_group. The same on all ranks. Not collective.
*/
PetscErrorCode GroupsForFibers(QlbeRun *run, PetscInt n, double alone, double bytes_per_group,
                               PetscInt *groups);

/* fibers_groups as given, for 0 one group. Not collective. */
PetscErrorCode GroupsGiven(QlbeRun *run, PetscInt *groups);

#endif
