/*
   The whole of a distributed vector on every rank, at once or behind other work.
*/
#include "fiber_impl.h"

struct _n_VectorGather {
  MPI_Request request;
  PetscMPIInt *count, *first;
  Vec x;
  const PetscScalar *own;
};

PetscErrorCode QlbeGatherBegin_Private(Mat A, Vec x, PetscScalar full[], VectorGather *gather)
{
  const PetscInt *range;
  PetscMPIInt size, rank;
  VectorGather g;
  MPI_Comm comm;

  PetscFunctionBegin;
  PetscCall(PetscNew(&g));
  PetscCall(PetscObjectGetComm((PetscObject)A, &comm));
  PetscCallMPI(MPI_Comm_size(comm, &size));
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(MatGetOwnershipRangesColumn(A, &range));
  PetscCall(PetscMalloc2(size, &g->count, size, &g->first));
  for (PetscMPIInt r = 0; r < size; r++) {
    PetscCall(PetscMPIIntCast(range[r], &g->first[r]));
    PetscCall(PetscMPIIntCast(range[r + 1] - range[r], &g->count[r]));
  }
  g->x = x;
  PetscCall(VecGetArrayRead(x, &g->own));
  PetscCallMPI(MPI_Iallgatherv(g->own, g->count[rank], MPIU_SCALAR, full, g->count, g->first,
                               MPIU_SCALAR, comm, &g->request));
  *gather = g;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeGatherTest_Private(VectorGather gather)
{
  int done;

  PetscFunctionBegin;
  if (gather->request != MPI_REQUEST_NULL)
    PetscCallMPI(MPI_Test(&gather->request, &done, MPI_STATUS_IGNORE));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeGatherEnd_Private(VectorGather *gather)
{
  VectorGather g = *gather;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Wait(&g->request, MPI_STATUS_IGNORE));
  PetscCall(VecRestoreArrayRead(g->x, &g->own));
  PetscCall(PetscFree2(g->count, g->first));
  PetscCall(PetscFree(*gather));
  PetscFunctionReturn(0);
}
