/*
   The program: chooses a command and turns its outcome into an exit status.

   PETSc sees its own options only. Bad input ends all ranks in order with status 2; a system error
   on any rank ends all of them at once, for the others may be waiting for it in a collective call.
*/
#include "qlbe/app.h"
#include "qlbe/interruption.h"
#include <slepcsys.h>
#include <stdlib.h>
#include <string.h>

static const QlbeCommand commands[] = {
    {"scattering", "cross sections and amplitudes of one collision",
     "scattering.csv, scattering.h5", "units particle gas interaction scattering run output",
     QlbeCommandScattering},
    {"momentum", "the k = 0 process: escape rate, energy shift, velocity, spectral gap",
     "momentum.csv, momentum.json, momentum.h5",
     "units particle gas interaction grid spectrum momentum run output", QlbeCommandMomentum},
    {"spectrum", "leading eigenvalues of the fibers for given wave numbers",
     "spectrum.csv, spectrum.json, spectrum.h5",
     "units particle gas interaction grid fibers spectrum run output", QlbeCommandSpectrum},
    {"diffusion", "the diffusion constant by every route, with checks of the Hessian",
     "diffusion.json, diffusion_spectrum.csv, diffusion.h5",
     "units particle gas interaction grid fibers spectrum run output", QlbeCommandDiffusion},
    {"evolve", "the density matrix in time, fiber by fiber, and its diffusive limit",
     "observables.csv, decoherence.csv, evolve.h5",
     "units particle gas interaction grid fibers state evolve run output", QlbeCommandEvolve},
    {"check", "validates a deck, prints what it resolves to and what it would cost; solves nothing",
     "", NULL, QlbeCommandCheck},
    {NULL, NULL, NULL, NULL, NULL},
};

static PetscBool IsHelp(const char argument[])
{
  return !strcmp(argument, "--help") || !strcmp(argument, "-help") || !strcmp(argument, "-h");
}

static PetscErrorCode FailCommand(MPI_Comm comm, const char name[], int *status)
{
  const char *nearest = NULL;
  PetscInt best = 4;

  PetscFunctionBegin;
  *status = QLBE_EXIT_BAD_INPUT;
  for (const QlbeCommand *c = commands; c->name; c++) {
    const PetscInt distance = QlbeEditDistance(name, c->name);
    if (distance >= best) continue;
    best = distance;
    nearest = c->name;
  }
  PetscCall(QlbeError(comm, "unknown command `%.40s`; %s%s%s", name,
                      nearest ? "did you mean " : "expected one of qlbe --help",
                      nearest ? nearest : "", nearest ? "?" : ""));
  PetscFunctionReturn(0);
}

/* Options that PETSc itself may read as late as in PetscFinalize. */
static PetscBool IsReadLate(const char name[])
{
  return !strncmp(name, "options_", 8) || !strncmp(name, "malloc_", 7) ||
         !strncmp(name, "log_", 4) || !strncmp(name, "info", 4);
}

/* PETSc and SLEPc pass over misspelt options in silence; the user should not. */
static PetscErrorCode WarnUnused(MPI_Comm comm)
{
  PetscMPIInt rank;
  PetscInt n;
  char **names, **values;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  PetscCall(PetscOptionsLeftGet(NULL, &n, &names, &values));
  for (PetscInt i = 0; i < n && rank == 0; i++) {
    if (IsReadLate(names[i])) continue;
    fprintf(stderr, "qlbe: warning: nobody asked for the PETSc option -%s\n", names[i]);
  }
  PetscCall(PetscOptionsLeftRestore(NULL, &n, &names, &values));
  PetscFunctionReturn(0);
}

static PetscErrorCode RunCommand(MPI_Comm comm, const QlbeCommand *command, int n_own,
                                 char *const own[], int argc, char *const argv[], int *status)
{
  QlbeRun run;
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(QlbeRunStart(comm, command->name, n_own - 2, own + 2, argc, argv, &run, &ok));
  run.sections = command->sections;
  *status = QLBE_EXIT_BAD_INPUT;
  if (ok) {
    *status = QLBE_EXIT_DONE;
    PetscCall(command->function(&run, status));
  }
  /* `check` solves nothing, so it cannot tell which of them are good. */
  if (*status != QLBE_EXIT_BAD_INPUT && command->function != QlbeCommandCheck) {
    PetscCall(WarnUnused(comm));
  }
  PetscCall(QlbeRunFinish(&run));
  PetscFunctionReturn(0);
}

static PetscErrorCode Dispatch(MPI_Comm comm, int n_own, char *const own[], int argc,
                               char *const argv[], int *status)
{
  const QlbeCommand *command = commands;

  PetscFunctionBegin;
  if (n_own < 2) {
    PetscCall(QlbeError(comm,
                        "no command; usage: qlbe COMMAND [deck.yaml] [-section_key value ...], "
                        "see qlbe --help"));
    *status = QLBE_EXIT_BAD_INPUT;
    PetscFunctionReturn(0);
  }
  while (command->name && strcmp(command->name, own[1])) command++;
  if (IsHelp(own[1]))
    PetscCall(QlbeHelpGeneral(comm, commands));
  else if (!strcmp(own[1], "--version"))
    PetscCall(QlbeHelpVersion(comm));
  else if (!strcmp(own[1], "--help-options"))
    PetscCall(QlbeHelpOptions(comm));
  else if (!strcmp(own[1], "--template"))
    PetscCall(QlbeHelpTemplate(comm));
  else if (!command->name)
    PetscCall(FailCommand(comm, own[1], status));
  else {
    for (int i = 2; i < n_own; i++) {
      if (!IsHelp(own[i])) continue;
      PetscCall(QlbeHelpCommand(comm, command));
      PetscFunctionReturn(0);
    }
    PetscCall(RunCommand(comm, command, n_own, own, argc, argv, status));
  }
  PetscFunctionReturn(0);
}

/* The libraries did not start on this rank: others may have, and wait for it. */
static int FailStart(void)
{
  int started = 0;

  if (!MPI_Initialized(&started) && started) MPI_Abort(MPI_COMM_WORLD, QLBE_EXIT_SYSTEM);
  return QLBE_EXIT_SYSTEM;
}

int main(int argc, char *argv[])
{
  char no_files[] = "-skip_petscrc"; /* a file in the home directory must not change results */
  const size_t room = (size_t)argc + 3;
  char **own = malloc(room * sizeof(*own)), **petsc = malloc(room * sizeof(*petsc));
  int n_own, n_petsc, status = QLBE_EXIT_DONE;
  PetscErrorCode ierr;

  if (!own || !petsc) return QLBE_EXIT_SYSTEM;
  QlbeInterruptionBlock();
  QlbeOptionsSplitArguments(argc, argv, &n_own, own, &n_petsc, petsc);
  petsc[n_petsc++] = no_files;
  petsc[n_petsc] = NULL;
  if (SlepcInitialize(&n_petsc, &petsc, NULL, NULL)) return FailStart();
  ierr = Dispatch(PETSC_COMM_WORLD, n_own, own, argc, argv, &status);
  if (ierr) MPI_Abort(PETSC_COMM_WORLD, QLBE_EXIT_SYSTEM);
  if (SlepcFinalize()) status = QLBE_EXIT_SYSTEM;
  free(own);
  free(petsc);
  return status;
}
