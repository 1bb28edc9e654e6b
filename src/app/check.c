/*
   `qlbe check`: what a deck resolves to, and what it would cost. Solves nothing and writes nothing.
*/
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "evolve.h"
#include "qlbe/curvature_design.h"
#include "qlbe/discretisation.h"

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

/* What `spectrum` and `diffusion` would ask of the discretisation. */
typedef struct {
  double along[1][3], axes[6][3];
  QlbeDiscretisationUse spectrum, diffusion;
} Uses;

static void FillUses(const QlbeSettings *s, Uses *uses)
{
  double k_max = 0.0;

  for (PetscInt i = 0; i < s->fibers.k.n; i++) k_max = PetscMax(k_max, s->fibers.k.values[i]);
  for (int axis = 0; axis < 3; axis++) uses->along[0][axis] = s->fibers.direction.values[axis];
  QlbeCurvatureDirections(uses->axes);
  uses->spectrum = (QlbeDiscretisationUse){.k_max = k_max,
                                           .count = s->spectrum.count,
                                           .n_axes = 1,
                                           .axes = (const double(*)[3])uses->along,
                                           .matrices = 1,
                                           .compared = PETSC_TRUE};
  uses->diffusion = uses->spectrum;
  uses->diffusion.count = 1;
  uses->diffusion.n_axes = 6;
  uses->diffusion.axes = (const double(*)[3])uses->axes;
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
    if (strncmp(name, "state_", 6) && strncmp(name, "evolve_", 7)) continue;
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
   The fibers of `evolve` and what they cost, on out unless it is NULL; complains about a state that
   is none, or that grid or memory do not hold. Collective: all ranks plan alike.
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
  if (!complaint->option) {
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
  QlbeComplaint complaint = {.option = NULL};
  PetscMPIInt rank, ranks;
  PetscBool evolves;
  FILE *out;
  Uses uses;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(problem->comm, &rank));
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  out = rank ? NULL : stdout;
  FillUses(problem->settings, &uses);
  PetscCall(CheckUses(problem, &uses, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  if (out) {
    PetscCall(WriteOptions(run, out));
    PetscCall(QlbeDiscretisationPrintCost(problem, &uses.spectrum, &uses.diffusion, out));
  }
  PetscCall(AsksForEvolution(run, &evolves));
  if (evolves) PetscCall(EstimateEvolve(problem, ranks, out, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  PetscCheck(!out || (!fflush(out) && !ferror(out)), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "cannot write to standard output");
  PetscFunctionReturn(0);
}
