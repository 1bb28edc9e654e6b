/*
   The program: chooses a command and turns its outcome into an exit status.

   What only prints a text is answered before MPI starts: login nodes refuse MPI, and its start
   takes a third of a second. PETSc sees its own options only. Bad input ends all ranks in order
   with status 2; a system error on any rank ends all of them at once, for the others may be waiting
   for it in a collective call.
*/
#include "commands.h"
#include "qlbe/interruption.h"
#include "qlbe/validity.h"
#include <slepcsys.h>
#include <stdio.h>
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
     "diffusion.json, diffusion_spectrum.csv, velocity_correlation.csv, diffusion.h5",
     "units particle gas interaction grid fibers spectrum trajectories run output",
     QlbeCommandDiffusion},
    {"evolve", "the density matrix in time, fiber by fiber, and its diffusive limit",
     "observables.csv, decoherence.csv, evolve.h5",
     "units particle gas interaction grid fibers state evolve trajectories run output",
     QlbeCommandEvolve},
    {"decoherence", "the rate of decoherence against the separation of two positions",
     "decoherence.csv, decoherence.json, visibility.csv, decoherence.h5",
     "units particle gas interaction state decoherence run output", QlbeCommandDecoherence},
    {"structure", "F(k, t) and S(k, w): self intermediate scattering function, structure factor",
     "structure.csv, intermediate.csv, structure.json, structure.h5",
     "units particle gas interaction grid fibers structure run output", QlbeCommandStructure},
    {"check", "validates a deck, prints what it resolves to and what it would cost; solves nothing",
     "", NULL, QlbeCommandCheck},
    {NULL, NULL, NULL, NULL, NULL},
};

static PetscBool IsHelp(const char argument[])
{
  return !strcmp(argument, "--help") || !strcmp(argument, "-help") || !strcmp(argument, "-h");
}

/* The row of the table, the last one (name NULL) where there is none. */
static const QlbeCommand *FindCommand(const char name[])
{
  const QlbeCommand *command = commands;

  while (command->name && strcmp(command->name, name)) command++;
  return command;
}

/* Texts that the command line can ask for. */
typedef enum {
  TEXT_NONE,
  TEXT_GENERAL,
  TEXT_VERSION,
  TEXT_OPTIONS,
  TEXT_TEMPLATE,
  TEXT_COMMAND
} Text;

static Text AskedText(int n_own, char *const own[])
{
  if (n_own < 2) return TEXT_NONE;
  if (IsHelp(own[1])) return TEXT_GENERAL;
  if (!strcmp(own[1], "--version")) return TEXT_VERSION;
  if (!strcmp(own[1], "--help-options")) return TEXT_OPTIONS;
  if (!strcmp(own[1], "--template")) return TEXT_TEMPLATE;
  for (int i = 2; i < n_own && FindCommand(own[1])->name; i++) {
    if (IsHelp(own[i])) return TEXT_COMMAND;
  }
  return TEXT_NONE;
}

/* Writes the text on standard output and closes it: a full disk may show only then. */
static int Print(Text text, const char command[])
{
  char complaint[] = "cannot write to standard output";
  int failed;

  switch (text) {
  case TEXT_NONE:
    break;
  case TEXT_GENERAL:
    QlbeHelpGeneral(commands, stdout);
    break;
  case TEXT_VERSION:
    QlbeHelpVersion(stdout);
    break;
  case TEXT_OPTIONS:
    QlbeHelpOptions(stdout);
    break;
  case TEXT_TEMPLATE:
    QlbeHelpTemplate(stdout);
    break;
  case TEXT_COMMAND:
    QlbeHelpCommand(FindCommand(command), stdout);
    break;
  }
  failed = ferror(stdout);
  if (!fclose(stdout) && !failed) return QLBE_EXIT_DONE;
  QlbeErrorLine(complaint);
  return QLBE_EXIT_SYSTEM;
}

/* What is wrong with the command into text[size]; false when nothing is. */
static PetscBool IsBadCommand(int n_own, char *const own[], size_t size, char text[])
{
  const char *nearest = NULL;
  PetscInt best = 4;

  if (n_own < 2) {
    snprintf(text, size,
             "no command; usage: qlbe COMMAND [deck.yaml] [-section_key value ...], "
             "see qlbe --help");
    return PETSC_TRUE;
  }
  if (FindCommand(own[1])->name) return PETSC_FALSE;
  for (const QlbeCommand *c = commands; c->name; c++) {
    const PetscInt distance = QlbeEditDistance(own[1], c->name);
    if (distance >= best) continue;
    best = distance;
    nearest = c->name;
  }
  snprintf(text, size, "unknown command `%.40s`; %s%s%s", own[1],
           nearest ? "did you mean " : "expected one of qlbe --help", nearest ? nearest : "",
           nearest ? "?" : "");
  return PETSC_TRUE;
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

static PetscErrorCode RunCommand(MPI_Comm comm, const QlbeArguments *own, const QlbeArguments *all,
                                 int *status)
{
  const QlbeCommand *command = FindCommand(own->words[1]);
  const QlbeArguments rest = {own->n - 2, own->words + 2};
  QlbeRun run;
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(QlbeRunStart(comm, command->name, &rest, all, &run, &ok));
  run.sections = command->sections;
  if (command->function != QlbeCommandScattering) run.describe = QlbeValidityDescribe;
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

static PetscErrorCode Dispatch(MPI_Comm comm, const QlbeArguments *own, const QlbeArguments *all,
                               int *status)
{
  char text[160];

  PetscFunctionBegin;
  if (IsBadCommand(own->n, own->words, sizeof(text), text)) {
    *status = QLBE_EXIT_BAD_INPUT;
    PetscCall(QlbeError(comm, "%s", text));
  } else {
    PetscCall(RunCommand(comm, own, all, status));
  }
  PetscFunctionReturn(0);
}

/*
   Answers without MPI where it can, and sets *status. Of the processes that a launcher started,
   rank 0 writes the text. A bad command is left to MPI under a launcher, which would end all
   processes, also the one that has not yet complained, when the first of them fails.
*/
static PetscBool Answer(int n_own, char *const own[], int *status)
{
  const int rank = QlbeLauncherRank();
  const Text text = AskedText(n_own, own);
  char complaint[160];

  if (text != TEXT_NONE) {
    if (rank <= 0) *status = Print(text, own[1]);
    return PETSC_TRUE;
  }
  if (rank >= 0 || !IsBadCommand(n_own, own, sizeof(complaint), complaint)) return PETSC_FALSE;
  QlbeErrorLine(complaint);
  *status = QLBE_EXIT_BAD_INPUT;
  return PETSC_TRUE;
}

/* The libraries did not start on this rank: others may have, and wait for it. */
static int FailStart(void)
{
  int started = 0;

  if (!MPI_Initialized(&started) && started) MPI_Abort(MPI_COMM_WORLD, QLBE_EXIT_SYSTEM);
  return QLBE_EXIT_SYSTEM;
}

/* Runs the command between the start of MPI and its end; returns the exit status. */
static int Work(const QlbeArguments *own, const QlbeArguments *all, int n_petsc, char *petsc[])
{
  int status = QLBE_EXIT_DONE;

  QlbeInterruptionBlock();
  if (SlepcInitialize(&n_petsc, &petsc, NULL, NULL)) return FailStart();
  if (Dispatch(PETSC_COMM_WORLD, own, all, &status)) {
    MPI_Abort(PETSC_COMM_WORLD, QLBE_EXIT_SYSTEM);
  }
  return SlepcFinalize() ? QLBE_EXIT_SYSTEM : status;
}

int main(int argc, char *argv[])
{
  char no_files[] = "-skip_petscrc"; /* a file in the home directory must not change results */
  const size_t room = (size_t)argc + 3;
  char **own = malloc(room * sizeof(*own)), **petsc = malloc(room * sizeof(*petsc));
  int n_own, n_petsc, status = QLBE_EXIT_DONE;

  if (!own || !petsc) {
    free(own);
    free(petsc);
    return QLBE_EXIT_SYSTEM;
  }
  QlbeOptionsSplitArguments(argc, argv, &n_own, own, &n_petsc, petsc);
  petsc[n_petsc++] = no_files;
  petsc[n_petsc] = NULL;
  if (!Answer(n_own, own, &status)) {
    const QlbeArguments words = {n_own, own}, all = {argc, argv};
    status = Work(&words, &all, n_petsc, petsc);
  }
  free(own);
  free(petsc);
  return status;
}
