/* Ranks of a communicator as a team. */
#include "qlbe/team.h"

static PetscErrorCode SumOverRanks(void *context, PetscInt n, double data[])
{
  const MPI_Comm *comm = context;
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(n, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, data, count, MPI_DOUBLE, MPI_SUM, *comm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTeamFromComm(const MPI_Comm *comm, QlbeTeam *team)
{
  PetscMPIInt rank, size;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(*comm, &rank));
  PetscCallMPI(MPI_Comm_size(*comm, &size));
  *team = (QlbeTeam){rank, size, SumOverRanks, (void *)(uintptr_t)comm};
  PetscFunctionReturn(0);
}
