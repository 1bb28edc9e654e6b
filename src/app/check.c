/*
   `qlbe check`: what a deck resolves to, and what it would cost. Solves nothing and writes nothing.
*/
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "evolve.h"
#include "qlbe/diffusion.h"
#include "qlbe/discretisation.h"
#include "qlbe/levels.h"
#include "qlbe/validity.h"
#include "qlbe/trajectories.h"

static PetscErrorCode WriteOptions(QlbeRun *run, FILE *out)
{
  PetscInt count;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetCount(run->options, &count));
  fprintf(out, "deck: %s\n\n", run->deck ? run->deck : "none");
  fprintf(out, "%-22s %-28s %-10s %s\n", "option", "value", "unit", "origin");
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    fprintf(out, "%-22s %-28s %-10s %s\n", name, *value ? value : "(chosen by the command)", unit,
            origin);
  }
  PetscFunctionReturn(0);
}

/* What `spectrum` and `diffusion` would ask of the discretisation; the uses point to the rest. */
typedef struct {
  QlbeFibers fibers;
  double axes[6][3];
  QlbeDiscretisationUse spectrum, diffusion;
} Uses;

static void FillUses(const QlbeProblem *problem, Uses *uses)
{
  const QlbeSettings *s = problem->settings;

  uses->fibers =
      (QlbeFibers){.n = s->fibers.k.n, .k = s->fibers.k.values, .count = s->spectrum.count};
  for (int axis = 0; axis < 3; axis++)
    uses->fibers.direction[axis] = s->fibers.direction.values[axis];
  uses->spectrum = QlbeLevelsUse(&uses->fibers);
  uses->diffusion = QlbeDiffusionUse(problem, uses->spectrum.k_max, uses->axes);
}

/* Complains about what neither of the two could do: what the one with smaller matrices cannot. */
static PetscErrorCode CheckUses(const QlbeProblem *problem, const Uses *uses,
                                QlbeComplaint *complaint)
{
  QlbeDiscretisationCost spectrum, diffusion;

  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationEstimate(problem, &uses->spectrum, &spectrum));
  PetscCall(QlbeDiscretisationEstimate(problem, &uses->diffusion, &diffusion));
  PetscCall(QlbeDiscretisationServes(
      problem, spectrum.rows < diffusion.rows ? &uses->spectrum : &uses->diffusion, complaint));
  PetscFunctionReturn(0);
}

/*
   A grid that cannot be is refused, and more levels than it has. Other limits of the two are told:
   the deck may be meant for another command.
*/
static PetscBool Refused(const QlbeComplaint *complaint)
{
  const char *option = complaint->option;

  return (PetscBool)(option && (!strncmp(option, "grid_", 5) || !strncmp(option, "spectrum_", 9)));
}

static void WriteLimit(const QlbeComplaint *complaint, FILE *out)
{
  char shown[128];

  QlbeOptionDeckName(complaint->option, sizeof(shown), shown);
  fprintf(out, "not for spectrum and diffusion: %s: %s\n", shown, complaint->text);
}

/* Whether the deck or the command line says anything of an evolution. */
static PetscErrorCode AsksForEvolution(QlbeRun *run, PetscBool *asks)
{
  PetscInt count;

  PetscFunctionBegin;
  *asks = PETSC_FALSE;
  PetscCall(QlbeOptionsGetCount(run->options, &count));
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    if (strncmp(name, "state_", 6) && strncmp(name, "evolve_", 7) &&
        strncmp(name, "trajectories_", 13))
      continue;
    if (strcmp(origin, "default")) *asks = PETSC_TRUE;
  }
  PetscFunctionReturn(0);
}

/* What the fibers of a plan cost. On the rank that prints. */
static void WriteEvolve(const QlbeEvolutionPlan *plan, double seconds, FILE *out)
{
  static const char *const symmetries[] = {"isotropic", "axial", "general"};
  PetscInt limits = 0;

  for (PetscInt i = 0; i < plan->n_time; i++) limits += plan->at_limit[i] ? plan->n_limit : 0;
  fprintf(out,
          "evolve: %s state; %" PetscInt_FMT " x %" PetscInt_FMT
          " fibers for the density matrix at first, %" PetscInt_FMT
          " for evolve.limit; about %.2g s (an estimate)\n",
          symmetries[plan->symmetry], plan->set.magnitude.n,
          plan->shared ? 1 : plan->set.n_direction, limits, seconds);
}

/*
   The fibers of `evolve` and what they cost, on out unless it is NULL; complains about settings
   that describe no state, and about a state that grid or memory do not hold. Collective: all ranks
   plan alike.
*/
static PetscErrorCode EstimateEvolve(const QlbeProblem *problem, PetscMPIInt ranks, FILE *out,
                                     QlbeComplaint *complaint)
{
  QlbeFiberSnapshot snapshot;
  QlbeEvolutionPlan plan;
  QlbeEvolution e;
  char text[QLBE_BYTES_SIZE];
  double seconds, bytes;

  PetscFunctionBegin;
  PetscCall(EvolvePlan(problem, &snapshot, &plan, complaint));
  if (!complaint->option && plan.walkers) {
    if (out) WriteEvolve(&plan, QlbeTrajectoriesEstimate(problem, &plan) / ranks, out);
  } else if (!complaint->option) {
    PetscCall(QlbeEvolutionCreate(problem, &plan, &e));
    PetscCall(QlbeEvolutionResolved(problem, &plan, e, complaint));
    PetscCall(QlbeEvolutionEstimate(problem, &plan, e, &seconds, &bytes));
    if (!complaint->option && out) {
      WriteEvolve(&plan, seconds / ranks, out);
      if (bytes > 0.0)
        fprintf(out, "        memory: %s for the matrices of one group of ranks\n",
                QlbeBytesText(bytes, text));
    }
    PetscCall(QlbeEvolutionDestroy(&e));
  }
  PetscCall(QlbeEvolutionPlanDestroy(&plan));
  PetscCall(QlbeFiberSnapshotDestroy(&snapshot));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandCheck(QlbeRun *run, int *exit_status)
{
  const QlbeProblem *problem = &run->problem;
  QlbeProblem chosen = run->problem; /* with the choice that `spectrum` would make */
  QlbeSettings settings;
  QlbeComplaint complaint = {.option = NULL}, evolution = {.option = NULL};
  QlbeEntries validity = {.n = 0};
  PetscMPIInt rank, ranks;
  PetscBool evolves;
  char lines[512];
  FILE *out;
  Uses uses;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(problem->comm, &rank));
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  out = rank ? NULL : stdout;
  FillUses(problem, &uses);
  PetscCall(QlbeDiscretisationChoose(&chosen, uses.spectrum.k_max, &settings));
  PetscCall(CheckUses(&chosen, &uses, &complaint));
  if (Refused(&complaint)) {
    PetscCall(QlbeRunComplain(run, &complaint, exit_status));
    PetscFunctionReturn(0);
  }
  if (out) {
    PetscCall(WriteOptions(run, out));
    PetscCall(QlbeValidityDescribe(problem, &validity, sizeof(lines), lines));
    fprintf(out, "\n%s", lines);
    PetscCall(QlbeDiscretisationPrintCost(&chosen, &uses.spectrum, &uses.diffusion, out));
    if (complaint.option) WriteLimit(&complaint, out);
  }
  PetscCall(AsksForEvolution(run, &evolves));
  if (evolves) PetscCall(EstimateEvolve(problem, ranks, out, &evolution));
  PetscCall(QlbeRunComplain(run, &evolution, exit_status));
  PetscCheck(!out || (!fflush(out) && !ferror(out)), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "cannot write to standard output");
  PetscFunctionReturn(0);
}
