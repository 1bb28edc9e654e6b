/*
   Who may go on from a checkpoint: the same program with the same problem. Ranks, groups and output
   are free to change.
*/
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qlbe/digest.h"
#include "task_impl.h"

enum { MOST_ENTRIES = 160, DIGEST_SIZE = TASK_DIGEST_SIZE };

typedef struct {
  PetscInt n;
  QlbeAttribute entries[MOST_ENTRIES];
  char state[DIGEST_SIZE]; /* what some entries point to */
  char *petsc;
} Identity;

static PetscErrorCode Add(Identity *identity, const char name[], const char value[])
{
  PetscFunctionBegin;
  PetscCheck(identity->n < MOST_ENTRIES, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "no room for %s in the identity of a checkpoint", name);
  identity->entries[identity->n++] = (QlbeAttribute){name, value};
  PetscFunctionReturn(0);
}

/* Options of PETSc that only print. */
static PetscBool OnlyPrints(const char name[])
{
  return !strncmp(name, "log_", 4) || !strncmp(name, "info", 4) || !strncmp(name, "malloc_", 7) ||
         !strncmp(name, "options_", 8) || !strcmp(name, "skip_petscrc") ||
         strstr(name, "monitor") || strstr(name, "view");
}

/*
   The options of PETSc and SLEPc that were given, without those that only print; the caller frees.
*/
static PetscErrorCode GivenToPetsc(char **text)
{
  char *all, *word, *rest = NULL;
  PetscBool keep = PETSC_FALSE;
  size_t used = 0;

  PetscFunctionBegin;
  PetscCall(PetscOptionsGetAll(NULL, &all));
  PetscCall(PetscCalloc1(strlen(all) + 2, text));
  for (word = strtok_r(all, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
    const size_t length = strlen(word);
    /* a minus before a digit begins a number */
    if (word[0] == '-' && length > 1 && !strchr("0123456789.", word[1]))
      keep = (PetscBool)!OnlyPrints(word + 1);
    if (!keep) continue;
    if (used > 0) (*text)[used++] = ' ';
    PetscCall(PetscMemcpy(*text + used, word, length));
    used += length;
  }
  PetscCall(PetscFree(all));
  PetscFunctionReturn(0);
}

/* Digest of a file's bytes on all ranks; "unreadable" where it cannot be read. */
static PetscErrorCode FileDigest(MPI_Comm comm, const char path[], char digest[DIGEST_SIZE])
{
  uint64_t hash = QLBE_DIGEST_START;
  unsigned char buffer[4096];
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    FILE *stream = fopen(path, "rb");
    size_t count;
    PetscBool ok = stream ? PETSC_TRUE : PETSC_FALSE;
    while (stream && (count = fread(buffer, 1, sizeof(buffer), stream)) > 0)
      hash = QlbeDigest(hash, count, buffer);
    if (stream && ferror(stream)) ok = PETSC_FALSE;
    if (stream && fclose(stream)) ok = PETSC_FALSE;
    (void)snprintf(digest, DIGEST_SIZE, "%016" PRIx64, hash);
    if (!ok) PetscCall(PetscStrncpy(digest, "unreadable", DIGEST_SIZE));
  }
  PetscCallMPI(MPI_Bcast(digest, DIGEST_SIZE, MPI_CHAR, 0, comm));
  PetscFunctionReturn(0);
}

/* A state from a file is what stands in the file, whatever its name. */
static PetscErrorCode AddStateFile(QlbeRun *run, Identity *identity)
{

  PetscFunctionBegin;
  if (!QlbeOptionInSections("state_file", run->sections)) PetscFunctionReturn(0);
  if (run->problem.settings->state.type != QLBE_STATE_FILE) PetscFunctionReturn(0);
  PetscCall(FileDigest(run->problem.comm, run->problem.settings->state.file, identity->state));
  PetscCall(Add(identity, "content of state_file", identity->state));
  PetscFunctionReturn(0);
}

/* All entries; IdentityDestroy frees what they point to. Collective. */
static PetscErrorCode IdentityCreate(QlbeRun *run, Identity *identity)
{
  PetscInt count;
  const QlbeOptionSpec *specs = QlbeOptionTable(&count);

  PetscFunctionBegin;
  *identity = (Identity){.n = 0};
  PetscCall(GivenToPetsc(&identity->petsc));
  PetscCall(Add(identity, "command", run->command));
  PetscCall(Add(identity, "version", QlbeVersion()));
  PetscCall(Add(identity, "git_hash", QlbeGitHash()));
  PetscCall(Add(identity, "build_type", QlbeBuildType()));
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    if (!QlbeOptionInSections(name, run->sections) || specs[i].keeps_results) continue;
    PetscCall(Add(identity, name, value));
  }
  PetscCall(AddStateFile(run, identity));
  PetscCall(Add(identity, "petsc_options", identity->petsc));
  PetscFunctionReturn(0);
}

static PetscErrorCode IdentityDestroy(Identity *identity)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(identity->petsc));
  PetscFunctionReturn(0);
}

PetscErrorCode TaskSetIdentity(QlbeRun *run, QlbeCheckpoint checkpoint)
{
  Identity identity;

  PetscFunctionBegin;
  PetscCall(IdentityCreate(run, &identity));
  PetscCall(QlbeCheckpointSetIdentity(checkpoint, identity.n, identity.entries));
  PetscCall(IdentityDestroy(&identity));
  PetscFunctionReturn(0);
}

PetscErrorCode TaskIdentityDigest(QlbeRun *run, char digest[TASK_DIGEST_SIZE])
{
  uint64_t hash = QLBE_DIGEST_START;
  Identity identity;

  PetscFunctionBegin;
  PetscCall(IdentityCreate(run, &identity));
  for (PetscInt i = 0; i < identity.n; i++) { /* with the zeros, which tell entries apart */
    hash = QlbeDigest(hash, strlen(identity.entries[i].name) + 1, identity.entries[i].name);
    hash = QlbeDigest(hash, strlen(identity.entries[i].value) + 1, identity.entries[i].value);
  }
  (void)snprintf(digest, TASK_DIGEST_SIZE, "%016" PRIx64, hash);
  PetscCall(QlbeProvenanceAdd(run->provenance, "identity", digest));
  PetscCall(IdentityDestroy(&identity));
  PetscFunctionReturn(0);
}
