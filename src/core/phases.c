/*
   Wall time of named phases. The slowest rank is what the user waits for, so reports take the
   maximum.
*/
#include "qlbe/provenance.h"
#include <petsctime.h>
#include <string.h>

enum { MAX_PHASES = 64, PHASE_NAME_SIZE = 64 };

typedef struct {
  char name[PHASE_NAME_SIZE];
  PetscBool running;
  PetscLogDouble started;
  PetscLogDouble seconds; /* of finished spells */
} Phase;

struct _n_QlbePhases {
  MPI_Comm comm;
  PetscInt count;
  Phase phases[MAX_PHASES];
};

PetscErrorCode QlbePhasesCreate(MPI_Comm comm, QlbePhases *phases)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(phases));
  (*phases)->comm = comm;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePhasesDestroy(QlbePhases *phases)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(*phases));
  PetscFunctionReturn(0);
}

static Phase *Find(QlbePhases phases, const char name[])
{
  for (PetscInt i = 0; i < phases->count; i++) {
    if (!strcmp(phases->phases[i].name, name)) return &phases->phases[i];
  }
  return NULL;
}

PetscErrorCode QlbePhaseBegin(QlbePhases phases, const char name[])
{
  Phase *phase = Find(phases, name);

  PetscFunctionBegin;
  if (!phase) {
    PetscCheck(phases->count < MAX_PHASES && strlen(name) < PHASE_NAME_SIZE, PETSC_COMM_SELF,
               PETSC_ERR_ARG_SIZ, "no room for phase %s", name);
    phase = &phases->phases[phases->count++];
    PetscCall(PetscStrncpy(phase->name, name, PHASE_NAME_SIZE));
  }
  PetscCheck(!phase->running, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE, "phase %s runs already",
             name);
  phase->running = PETSC_TRUE;
  PetscCall(PetscTime(&phase->started));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePhaseEnd(QlbePhases phases, const char name[])
{
  Phase *phase = Find(phases, name);
  PetscLogDouble now;

  PetscFunctionBegin;
  PetscCheck(phase && phase->running, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONGSTATE,
             "phase %s does not run", name);
  PetscCall(PetscTime(&now));
  phase->seconds += now - phase->started;
  phase->running = PETSC_FALSE;
  PetscFunctionReturn(0);
}

/* Adds to own, on rank 0, the names that other ranks alone have. */
static PetscErrorCode Unite(QlbePhases phases, PetscMPIInt ranks, const Phase all[],
                            const PetscInt counts[])
{
  PetscFunctionBegin;
  for (PetscMPIInt r = 1; r < ranks; r++) {
    for (PetscInt i = 0; i < counts[r]; i++) {
      const char *name = all[(PetscInt)r * MAX_PHASES + i].name;
      if (Find(phases, name)) continue;
      PetscCheck(phases->count < MAX_PHASES, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
                 "no room for phase %s", name);
      phases->phases[phases->count] = (Phase){.running = PETSC_FALSE};
      PetscCall(PetscStrncpy(phases->phases[phases->count++].name, name, PHASE_NAME_SIZE));
    }
  }
  PetscFunctionReturn(0);
}

/*
   Groups of ranks may have done different work: every rank takes the names of all, in the order of
   rank 0, with no time where it has none.
*/
static PetscErrorCode Agree(QlbePhases phases)
{
  Phase *all = NULL, *own, *names;
  PetscInt *counts = NULL, count;
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(phases->comm, &rank));
  PetscCallMPI(MPI_Comm_size(phases->comm, &ranks));
  if (rank == 0) PetscCall(PetscCalloc2((size_t)ranks * MAX_PHASES, &all, ranks, &counts));
  PetscCallMPI(MPI_Gather(phases->phases, sizeof(phases->phases), MPI_BYTE, all,
                          sizeof(phases->phases), MPI_BYTE, 0, phases->comm));
  PetscCallMPI(MPI_Gather(&phases->count, 1, MPIU_INT, counts, 1, MPIU_INT, 0, phases->comm));
  if (rank == 0) PetscCall(Unite(phases, ranks, all, counts));
  PetscCall(PetscMalloc2(MAX_PHASES, &own, MAX_PHASES, &names));
  PetscCall(PetscArraycpy(own, phases->phases, MAX_PHASES));
  PetscCall(PetscArraycpy(names, phases->phases, MAX_PHASES));
  count = phases->count;
  PetscCallMPI(MPI_Bcast(names, sizeof(phases->phases), MPI_BYTE, 0, phases->comm));
  PetscCallMPI(MPI_Bcast(&phases->count, 1, MPIU_INT, 0, phases->comm));
  for (PetscInt i = 0; i < phases->count; i++) {
    Phase *phase = &phases->phases[i];
    *phase = (Phase){.running = PETSC_FALSE};
    PetscCall(PetscStrncpy(phase->name, names[i].name, PHASE_NAME_SIZE));
    for (PetscInt j = 0; j < count; j++) {
      if (!strcmp(own[j].name, phase->name)) *phase = own[j];
    }
  }
  PetscCall(PetscFree2(own, names));
  PetscCall(PetscFree2(all, counts));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePhasesGetCount(QlbePhases phases, PetscInt *count)
{
  PetscFunctionBegin;
  PetscCall(Agree(phases));
  *count = phases->count;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbePhasesGetEntry(QlbePhases phases, PetscInt i, const char **name, double *seconds)
{
  PetscLogDouble now;
  double local;

  PetscFunctionBegin;
  PetscCheck(i >= 0 && i < phases->count, phases->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "no phase %d of %d", (int)i, (int)phases->count);
  PetscCall(PetscTime(&now));
  local = phases->phases[i].seconds;
  if (phases->phases[i].running) local += now - phases->phases[i].started;
  PetscCallMPI(MPI_Allreduce(&local, seconds, 1, MPI_DOUBLE, MPI_MAX, phases->comm));
  *name = phases->phases[i].name;
  PetscFunctionReturn(0);
}
