/*
   Provenance: an ordered list of (name, value) texts, filled with what this module can know by
   itself.

   Other libraries' versions are added by the program that links them.
*/
#include "qlbe/provenance.h"
#include "qlbe_version.h"
#include <petsctime.h>
#include <string.h>
#include <time.h>

enum { MAX_PAIRS = 64, DATE_SIZE = 32 };

struct _n_QlbeProvenance {
  PetscInt count;
  char *names[MAX_PAIRS];
  char *values[MAX_PAIRS];
};

const char *QlbeVersion(void)
{
  return QLBE_VERSION;
}

const char *QlbeGitHash(void)
{
  return QLBE_GIT_HASH;
}

const char *QlbeBuildType(void)
{
  return QLBE_BUILD_TYPE;
}

PetscErrorCode QlbeProvenanceAdd(QlbeProvenance provenance, const char name[], const char value[])
{
  PetscFunctionBegin;
  PetscCheck(provenance->count < MAX_PAIRS, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "no room for provenance %s", name);
  for (PetscInt i = 0; i < provenance->count; i++) {
    PetscCheck(strcmp(provenance->names[i], name), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
               "provenance %s is recorded already", name);
  }
  PetscCall(PetscStrallocpy(name, &provenance->names[provenance->count]));
  PetscCall(PetscStrallocpy(value, &provenance->values[provenance->count]));
  provenance->count++;
  PetscFunctionReturn(0);
}

static PetscErrorCode AddCount(QlbeProvenance provenance, const char name[], int value)
{
  char text[16];

  PetscFunctionBegin;
  PetscCall(PetscSNPrintf(text, sizeof(text), "%d", value));
  PetscCall(QlbeProvenanceAdd(provenance, name, text));
  PetscFunctionReturn(0);
}

/* Clocks of different hosts differ; one date goes into all files. */
static PetscErrorCode AddDate(MPI_Comm comm, QlbeProvenance provenance)
{
  char text[DATE_SIZE] = "unknown";
  const time_t now = time(NULL);
  struct tm utc;

  PetscFunctionBegin;
  if (gmtime_r(&now, &utc)) strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  PetscCallMPI(MPI_Bcast(text, DATE_SIZE, MPI_CHAR, 0, comm));
  PetscCall(QlbeProvenanceAdd(provenance, "date", text));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddCommandLine(QlbeProvenance provenance, int argc, char *const argv[])
{
  size_t size = 1, used = 0;
  char *text;

  PetscFunctionBegin;
  for (int i = 0; i < argc; i++) size += strlen(argv[i]) + 1;
  PetscCall(PetscCalloc1(size, &text));
  for (int i = 0; i < argc; i++) {
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", argv[i]);
  }
  PetscCall(QlbeProvenanceAdd(provenance, "command_line", text));
  PetscCall(PetscFree(text));
  PetscFunctionReturn(0);
}

/*
   Hosts are counted by their lowest ranks: those that come first among the ranks that share memory.
*/
static PetscErrorCode AddRanks(MPI_Comm comm, QlbeProvenance provenance)
{
  MPI_Comm host;
  int ranks, host_rank, leader, hosts;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCallMPI(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host));
  PetscCallMPI(MPI_Comm_rank(host, &host_rank));
  leader = host_rank == 0;
  PetscCallMPI(MPI_Allreduce(&leader, &hosts, 1, MPI_INT, MPI_SUM, comm));
  PetscCallMPI(MPI_Comm_free(&host));
  PetscCall(AddCount(provenance, "ranks", ranks));
  PetscCall(AddCount(provenance, "hosts", hosts));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddLibraries(QlbeProvenance provenance)
{
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  PetscInt major, minor, subminor, release;
  int length;

  PetscFunctionBegin;
  PetscCall(PetscGetVersionNumber(&major, &minor, &subminor, &release));
  PetscCall(PetscSNPrintf(text, sizeof(text), "%d.%d.%d", (int)major, (int)minor, (int)subminor));
  PetscCall(QlbeProvenanceAdd(provenance, "petsc_version", text));
  PetscCallMPI(MPI_Get_library_version(text, &length));
  /* The first sentence names the library; what follows is about its build. */
  text[strcspn(text, ",\n")] = '\0';
  PetscCall(QlbeProvenanceAdd(provenance, "mpi_version", text));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeProvenanceCreate(MPI_Comm comm, int argc, char *const argv[],
                                    QlbeProvenance *provenance)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(provenance));
  PetscCall(QlbeProvenanceAdd(*provenance, "version", QlbeVersion()));
  PetscCall(QlbeProvenanceAdd(*provenance, "git_hash", QlbeGitHash()));
  PetscCall(QlbeProvenanceAdd(*provenance, "build_type", QlbeBuildType()));
  PetscCall(AddDate(comm, *provenance));
  PetscCall(AddCommandLine(*provenance, argc, argv));
  PetscCall(AddRanks(comm, *provenance));
  PetscCall(AddLibraries(*provenance));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeProvenanceGetCount(QlbeProvenance provenance, PetscInt *count)
{
  PetscFunctionBegin;
  *count = provenance->count;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeProvenanceGetEntry(QlbeProvenance provenance, PetscInt i, const char **name,
                                      const char **value)
{
  PetscFunctionBegin;
  PetscCheck(i >= 0 && i < provenance->count, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "no entry %d of %d", (int)i, (int)provenance->count);
  *name = provenance->names[i];
  *value = provenance->values[i];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeProvenanceDestroy(QlbeProvenance *provenance)
{
  PetscFunctionBegin;
  if (!*provenance) PetscFunctionReturn(0);
  for (PetscInt i = 0; i < (*provenance)->count; i++) {
    PetscCall(PetscFree((*provenance)->names[i]));
    PetscCall(PetscFree((*provenance)->values[i]));
  }
  PetscCall(PetscFree(*provenance));
  PetscFunctionReturn(0);
}
