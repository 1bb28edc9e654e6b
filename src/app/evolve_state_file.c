/*
   Snapshots of all fibers in files: the group "snapshot" of evolve.h5.

   The seal of a file is looked at before anything in it is: what follows then guards against files
   that others have made, not against damage. Whatever is wrong is agreed on by all ranks before the
   next collective call.
*/
#include "evolve.h"
#include "qlbe/hdf5_read.h"

#include <stdio.h>

enum { REASON_SIZE = 512, PATH_SIZE = 64 };

/* The data set of an array of the snapshot. */
static void ArrayPath(const QlbeSnapshotArray *array, char path[PATH_SIZE])
{
  (void)snprintf(path, PATH_SIZE, "snapshot/%s", array->name);
}

PetscErrorCode EvolveSnapshotReport(const QlbeProblem *problem, QlbeFiberSnapshot *s,
                                    QlbeReport report)
{
  const PetscInt n_header = QLBE_SNAPSHOT_HEADER;
  double header[QLBE_SNAPSHOT_HEADER];
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];

  PetscFunctionBegin;
  PetscCall(QlbeFiberSnapshotHeader(problem, s, header));
  PetscCall(QlbeReportSetRealArray(report, "snapshot/header", 1, &n_header, header, NULL));
  QlbeFiberSnapshotArrays(s, arrays);
  for (int i = 0; i < QLBE_SNAPSHOT_ARRAYS; i++) {
    const PetscInt width = arrays[i].width;
    const PetscInt shape[2] = {arrays[i].n / width, width};
    char path[PATH_SIZE];
    if (arrays[i].n == 0) continue;
    ArrayPath(&arrays[i], path);
    PetscCall(
        QlbeReportSetRealArray(report, path, width > 1 ? 2 : 1, shape, arrays[i].values, NULL));
  }
  PetscFunctionReturn(0);
}

/* Whether the arrays of the file are as long as the counts in s say. Collective. */
static PetscErrorCode SizesFit(MPI_Comm comm, const char path[], QlbeFiberSnapshot *s,
                               PetscBool *fit)
{
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];

  PetscFunctionBegin;
  *fit = PETSC_TRUE;
  QlbeFiberSnapshotArrays(s, arrays);
  for (int i = 0; i < QLBE_SNAPSHOT_ARRAYS && *fit; i++) {
    char name[PATH_SIZE];
    PetscInt64 n;
    ArrayPath(&arrays[i], name);
    PetscCall(QlbeHDF5ReadSize(comm, path, name, &n));
    *fit = (PetscBool)(n == arrays[i].n);
  }
  PetscFunctionReturn(0);
}

/* Room on every rank, and the arrays into it; *good where their numbers are. Collective. */
static PetscErrorCode ReadArrays(MPI_Comm comm, const char path[], QlbeFiberSnapshot *s,
                                 PetscBool *good)
{
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];
  PetscErrorCode ierr = QlbeFiberSnapshotAllocate(s);

  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &ierr, 1, MPI_INT, MPI_MAX, comm));
  PetscCall(ierr);
  QlbeFiberSnapshotArrays(s, arrays);
  for (int i = 0; i < QLBE_SNAPSHOT_ARRAYS; i++) {
    char name[PATH_SIZE];
    if (arrays[i].n == 0) continue;
    ArrayPath(&arrays[i], name);
    PetscCall(QlbeHDF5ReadReal(comm, path, name, arrays[i].n, arrays[i].values));
  }
  *good = QlbeFiberSnapshotIsGood(s);
  PetscFunctionReturn(0);
}

/* A number of the header that is not that of this run; what: NULL without one. */
typedef struct {
  const char *what;
  double value;
} Difference;

/*
   All of the file after its seal; *readable is false, without an error, where something does not
   fit. Collective.
*/
static PetscErrorCode Read(const QlbeProblem *problem, const char path[], QlbeFiberSnapshot *s,
                           Difference *difference, PetscBool *readable)
{
  double header[QLBE_SNAPSHOT_HEADER];
  PetscInt64 size;

  PetscFunctionBegin;
  *readable = PETSC_FALSE;
  PetscCall(QlbeHDF5ReadSize(problem->comm, path, "snapshot/header", &size));
  if (size != QLBE_SNAPSHOT_HEADER) PetscFunctionReturn(0);
  PetscCall(QlbeHDF5ReadReal(problem->comm, path, "snapshot/header", QLBE_SNAPSHOT_HEADER, header));
  PetscCall(QlbeFiberSnapshotDiffers(problem, header, &difference->what, &difference->value));
  *readable = PETSC_TRUE;
  if (difference->what) PetscFunctionReturn(0);
  PetscCall(QlbeFiberSnapshotSetCounts(header, s, readable));
  if (*readable) PetscCall(SizesFit(problem->comm, path, s, readable));
  if (*readable) PetscCall(ReadArrays(problem->comm, path, s, readable));
  PetscFunctionReturn(0);
}

/* Without a stack trace: a file that is none is the user's, not the program's, mistake. */
static PetscErrorCode TryRead(const QlbeProblem *problem, const char path[], QlbeFiberSnapshot *s,
                              Difference *difference, PetscBool *readable)
{
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = Read(problem, path, s, difference, readable);
  PetscCall(PetscPopErrorHandler());
  if (ierr) *readable = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveSnapshotRead(const QlbeProblem *problem, QlbeFiberSnapshot *s,
                                  QlbeComplaint *complaint)
{
  const char *path = problem->settings->state.file;
  char reason[REASON_SIZE];
  Difference difference = {.what = NULL};
  PetscBool readable = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(QlbeHDF5CheckSeal(problem->comm, path, sizeof(reason), reason));
  if (!reason[0]) PetscCall(TryRead(problem, path, s, &difference, &readable));
  if (!readable)
    PetscCall(QlbeComplain(complaint, "state_file",
                           "expected a file that `evolve` has written with evolve.save_fibers, "
                           "`%.300s` is none that can be read%s%.300s",
                           path, reason[0] ? ": " : "", reason));
  else if (difference.what)
    PetscCall(QlbeComplain(complaint, "state_file",
                           "`%.300s` was made with %s %.12g, expected the same in this problem",
                           path, difference.what, difference.value));
  PetscFunctionReturn(0);
}
