/*
   A team: callers that fill tables together, each with objects of its own.

   Modules that do not know of MPI share work through this structure; the ranks of a communicator make
   a team.
*/
#ifndef QLBE_TEAM_H
#define QLBE_TEAM_H

#include <petscsys.h>

/* One member's view. sum adds up data[n] over all members, in place; collective on the team. */
typedef struct {
  PetscInt rank, size; /* 0 <= rank < size */
  PetscErrorCode (*sum)(void *context, PetscInt n, double data[]);
  void *context;
} QlbeTeam;

/* The ranks of *comm, which has to outlive the team: its address is kept. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTeamFromComm(const MPI_Comm *comm, QlbeTeam *team);

#endif
