/*
   What every command is given: options, parameters, units, provenance and stop-watches; and how to
   complain.
*/
#include "qlbe/run.h"
#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <petsctime.h>
#include <slepcsys.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static PetscErrorCode AddLibraries(QlbeProvenance provenance)
{
  char text[64];
  PetscInt major, minor, subminor, release;
  unsigned hdf5[3];

  PetscFunctionBegin;
  PetscCall(SlepcGetVersionNumber(&major, &minor, &subminor, &release));
  PetscCall(PetscSNPrintf(text, sizeof(text), "%d.%d.%d", (int)major, (int)minor, (int)subminor));
  PetscCall(QlbeProvenanceAdd(provenance, "slepc_version", text));
  PetscCheck(H5get_libversion(&hdf5[0], &hdf5[1], &hdf5[2]) >= 0, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "H5get_libversion failed");
  PetscCall(PetscSNPrintf(text, sizeof(text), "%u.%u.%u", hdf5[0], hdf5[1], hdf5[2]));
  PetscCall(QlbeProvenanceAdd(provenance, "hdf5_version", text));
  PetscCall(QlbeProvenanceAdd(provenance, "gsl_version", gsl_version));
  PetscFunctionReturn(0);
}

/* This rank's part of eight tenths of its host's memory. */
static PetscErrorCode ShareOfMemory(MPI_Comm comm, double *bytes)
{
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  MPI_Comm host;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &host));
  PetscCallMPI(MPI_Comm_size(host, &ranks));
  PetscCallMPI(MPI_Comm_free(&host));
  PetscCheck(pages > 0 && page > 0, PETSC_COMM_SELF, PETSC_ERR_SYS,
             "this machine does not tell how much memory it has");
  *bytes = 0.8 * (double)pages * (double)page / ranks;
  PetscFunctionReturn(0);
}

/* The deck's bound in place of the machines' memory, in equal parts of the ranks. */
static PetscErrorCode TakeMemory(QlbeRun *run)
{
  PetscMPIInt ranks;
  double gigabytes;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  gigabytes = run->problem.settings->grid.memory;
  if (gigabytes > 0.0) run->problem.memory = 1e9 * gigabytes / ranks;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunStart(MPI_Comm comm, const char command[], int argc, char *const argv[],
                            int all_argc, char *const all_argv[], QlbeRun *run, PetscBool *ok)
{
  const char *message;
  PetscLogDouble started;

  PetscFunctionBegin;
  PetscCall(PetscTime(&started));
  *run = (QlbeRun){.problem = {.comm = comm}, .command = command, .started = started};
  PetscCall(ShareOfMemory(comm, &run->problem.memory));
  gsl_set_error_handler_off(); /* GSL's own handler aborts; statuses are checked instead */
  PetscCall(QlbeOptionsCreate(comm, &run->options));
  PetscCall(QlbeOptionsSetUp(run->options, argc, argv));
  PetscCall(QlbeOptionsGetError(run->options, &message));
  *ok = message ? PETSC_FALSE : PETSC_TRUE;
  if (message) {
    PetscCall(QlbeError(comm, "%s", message));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeOptionsGetSettings(run->options, &run->problem.settings));
  PetscCall(TakeMemory(run));
  PetscCall(QlbeOptionsGetDeck(run->options, &run->deck));
  PetscCall(QlbeOptionsGetParameters(run->options, &run->problem.parameters));
  PetscCall(QlbeOptionsGetUnits(run->options, &run->problem.units));
  PetscCall(QlbeProvenanceCreate(comm, all_argc, all_argv, &run->provenance));
  PetscCall(AddLibraries(run->provenance));
  PetscCall(QlbePhasesCreate(comm, &run->problem.phases));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunFinish(QlbeRun *run)
{
  PetscFunctionBegin;
  PetscCall(QlbePhasesDestroy(&run->problem.phases));
  PetscCall(QlbeProvenanceDestroy(&run->provenance));
  PetscCall(QlbeOptionsDestroy(&run->options));
  PetscFunctionReturn(0);
}

void QlbeErrorLine(char message[])
{
  for (char *c = message; *c; c++) {
    if (*c == '\n' || *c == '\r') *c = '?'; /* of a file's name, say */
  }
  /* One write for the whole line, so that other output cannot fall into it. */
  fprintf(stderr, "qlbe: error: %s\n", message);
  fflush(stderr);
}

static PetscErrorCode Complain(MPI_Comm comm, const char format[], va_list arguments)
{
  PetscMPIInt rank;
  char message[1536];

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank) PetscFunctionReturn(0);
  vsnprintf(message, sizeof(message), format, arguments);
  QlbeErrorLine(message);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeError(MPI_Comm comm, const char format[], ...)
{
  va_list arguments;
  PetscErrorCode ierr;

  PetscFunctionBegin;
  va_start(arguments, format);
  ierr = Complain(comm, format, arguments);
  va_end(arguments);
  PetscCall(ierr);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunComplain(QlbeRun *run, const QlbeComplaint *complaint, int *exit_status)
{
  char shown[128];
  const char *origin;

  PetscFunctionBegin;
  if (!complaint->option) PetscFunctionReturn(0);
  QlbeOptionDeckName(complaint->option, sizeof(shown), shown);
  PetscCall(QlbeOptionsGetOrigin(run->options, complaint->option, &origin));
  PetscCall(QlbeError(run->problem.comm, "%s: %s: %s", origin, shown, complaint->text));
  *exit_status = QLBE_EXIT_BAD_INPUT;
  PetscFunctionReturn(0);
}
