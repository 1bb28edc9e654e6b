/*
   Checkpoints: records kept by the first rank of a group, written as a whole through the checked
   path of report.h.

   At any moment one of `path` and `path.previous` is whole: the new file is complete, verified and
   flushed before the one in its place is renamed to the previous name. A file known to be damaged
   does not take the place of a previous one that is not.
*/
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_impl.h"
#include "report_impl.h"

PetscErrorCode QlbeCheckpointCreate(MPI_Comm comm, const char path[], QlbeCheckpoint *checkpoint)
{
  PetscFunctionBegin;
  PetscCheck(strlen(path) + 16 < PETSC_MAX_PATH_LEN, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN,
             "File name too long: '%s'", path);
  PetscCall(PetscNew(checkpoint));
  (*checkpoint)->comm = comm;
  PetscCallMPI(MPI_Comm_rank(comm, &(*checkpoint)->rank));
  PetscCall(PetscStrncpy((*checkpoint)->path, path, PETSC_MAX_PATH_LEN));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointDestroy(QlbeCheckpoint *checkpoint)
{
  PetscFunctionBegin;
  if (!*checkpoint) PetscFunctionReturn(0);
  PetscCall(QlbeContentClear(&(*checkpoint)->content));
  PetscCall(PetscFree(*checkpoint));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointSetIdentity(QlbeCheckpoint checkpoint, PetscInt n,
                                         const QlbeAttribute identity[])
{
  PetscFunctionBegin;
  PetscCall(QlbeContentSetIdentity(&checkpoint->content, n, identity));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointPut(QlbeCheckpoint checkpoint, const char name[], PetscInt n,
                                 const double values[])
{
  PetscFunctionBegin;
  if (checkpoint->rank == 0) PetscCall(QlbeContentPut(&checkpoint->content, name, n, values));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointRemove(QlbeCheckpoint checkpoint, const char name[])
{
  PetscFunctionBegin;
  if (checkpoint->rank == 0) PetscCall(QlbeContentRemove(&checkpoint->content, name));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointGetCount(QlbeCheckpoint checkpoint, PetscInt *count)
{
  PetscFunctionBegin;
  *count = checkpoint->content.count;
  PetscCallMPI(MPI_Bcast(count, 1, MPIU_INT, 0, checkpoint->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointGetLength(QlbeCheckpoint checkpoint, const char name[], PetscInt *n)
{
  PetscFunctionBegin;
  if (checkpoint->rank == 0) {
    const PetscInt i = QlbeContentFind(&checkpoint->content, name);
    *n = i < 0 ? 0 : checkpoint->content.records[i].n;
  }
  PetscCallMPI(MPI_Bcast(n, 1, MPIU_INT, 0, checkpoint->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointGet(QlbeCheckpoint checkpoint, const char name[], PetscInt n,
                                 double values[], PetscBool *found)
{
  PetscMPIInt length;
  PetscInt have;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(n, &length));
  PetscCall(QlbeCheckpointGetLength(checkpoint, name, &have));
  *found = (PetscBool)(have == n && n > 0);
  if (!*found) PetscFunctionReturn(0);
  if (checkpoint->rank == 0) {
    const PetscInt i = QlbeContentFind(&checkpoint->content, name);
    PetscCall(PetscArraycpy(values, checkpoint->content.records[i].values, n));
  }
  PetscCallMPI(MPI_Bcast(values, length, MPI_DOUBLE, 0, checkpoint->comm));
  PetscFunctionReturn(0);
}

/*
   Names one below the other, lengths and values one after the other: three data sets, however many
   records there are.
*/
static PetscErrorCode PackRecords(const QlbeContent *content, QlbeReport report)
{
  size_t characters = 1, used = 0;
  PetscInt64 total = 0, at = 0;
  double *lengths, *values;
  PetscInt size;
  char *names;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < content->count; i++) {
    characters += strlen(content->records[i].name) + 1;
    total += content->records[i].n;
  }
  PetscCall(PetscIntCast(total, &size));
  PetscCall(PetscMalloc3(characters, &names, content->count, &lengths, size, &values));
  for (PetscInt i = 0; i < content->count; i++) {
    const QlbeRecord *record = &content->records[i];
    const size_t length = strlen(record->name);
    PetscCall(PetscMemcpy(names + used, record->name, length));
    used += length;
    names[used++] = '\n';
    lengths[i] = (double)record->n;
    PetscCall(PetscArraycpy(values + at, record->values, record->n));
    at += record->n;
  }
  names[used] = '\0';
  PetscCall(QlbeReportSetString(report, "records/names", names));
  PetscCall(QlbeReportSetRealArray(report, "records/lengths", 1, &content->count, lengths, NULL));
  PetscCall(QlbeReportSetRealArray(report, "records/values", 1, &size, values, NULL));
  PetscCall(PetscFree3(names, lengths, values));
  PetscFunctionReturn(0);
}

static PetscErrorCode Pack(const QlbeContent *content, QlbeReport report)
{
  const QlbeAttribute format = {"format", QLBE_CHECKPOINT_FORMAT};

  PetscFunctionBegin;
  PetscCall(QlbeReportSetAttributes(report, "checkpoint", 1, &format));
  for (PetscInt i = 0; i < content->n_identity; i++) {
    const QlbeAttribute entry = {content->identity[i].name, content->identity[i].value};
    PetscCall(QlbeReportSetAttributes(report, "identity", 1, &entry));
  }
  PetscCall(QlbeReportSetReal(report, "records/count", (double)content->count, NULL));
  if (content->count > 0) PetscCall(PackRecords(content, report));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointWrite(QlbeCheckpoint checkpoint)
{
  QlbeReport report;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(QlbeReportCreate(&report));
  if (checkpoint->rank == 0) PetscCall(Pack(&checkpoint->content, report));
  ierr = QlbeReportReplaceHDF5(report, checkpoint->comm, checkpoint->path,
                               checkpoint->damaged ? PETSC_FALSE : PETSC_TRUE);
  PetscCall(QlbeReportDestroy(&report));
  PetscCall(ierr);
  checkpoint->damaged = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCheckpointRemoveFiles(const char path[])
{
  /* the oldest first: whoever is killed here leaves the newest */
  const char *const suffixes[] = {".tmp", ".previous", ""};
  char name[PETSC_MAX_PATH_LEN + 16];

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    PetscCall(PetscSNPrintf(name, sizeof(name), "%s%s", path, suffixes[i]));
    PetscCheck(!unlink(name) || errno == ENOENT, PETSC_COMM_SELF, PETSC_ERR_SYS,
               "Cannot remove %s: %s", name, strerror(errno));
  }
  PetscFunctionReturn(0);
}
