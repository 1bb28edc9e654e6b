/*
   `qlbe diffusion`: the diffusion constant by three routes that must agree.

   Routes (a), curvature of eps(k), and (b), second-order perturbation, work on fibers
   (diffusion.h); route (c), closed forms with the radial equation, has no discretisation at all.
*/
#include "commands.h"
#include "diffusion_report.h"
#include "qlbe/groups.h"
#include "qlbe/interaction.h"
#include "qlbe/limits.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"

/* Radial functions of the closed forms: 1e-11 of D_kin for M >= m/2, and for light particles. */
enum { N_BASIS = 16, N_BASIS_LIGHT = 20 };

/* Without a phase there are no fibers but k = 0: closed forms alone. */
static PetscBool HasFibers(const QlbeProblem *problem)
{
  return QlbeInteractionGetTraits(problem->parameters.interaction)->has_phase;
}

static PetscErrorCode ClosedForms(const QlbeProblem *problem, QlbeClosedForms *closed)
{
  const PetscBool light = (PetscBool)(problem->parameters.M < 0.5 * problem->parameters.m);

  PetscFunctionBegin;
  PetscCall(QlbeClosedFormsOfProblem(problem, light ? N_BASIS_LIGHT : N_BASIS, closed));
  PetscFunctionReturn(0);
}

/* The report of fibers, where there are any. D: the value with its error. */
static PetscErrorCode AddFibers(const QlbeProblem *problem, QlbeTasks tasks,
                                const QlbeClosedForms *closed, QlbeReport report, double D[2],
                                PetscBool *stopped)
{
  QlbeDiffusion result;

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  D[0] = closed->D;
  D[1] = closed->D_error;
  if (!HasFibers(problem)) {
    PetscCall(DiffusionReportClosedForms(problem, closed, report));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeDiffusionCompute(problem, tasks, closed, &result, stopped));
  if (*stopped) PetscFunctionReturn(0);
  D[0] = result.errors.D;
  D[1] = result.errors.D_error;
  PetscCall(DiffusionReport(problem, closed, &result, report));
  PetscCall(QlbeDiffusionDestroy(&result));
  PetscFunctionReturn(0);
}

/* All that is asked for; random walkers where their number is given. */
static PetscErrorCode FillReport(const QlbeProblem *problem, QlbeTasks tasks,
                                 const QlbeClosedForms *closed, QlbeReport report,
                                 PetscBool *stopped)
{
  QlbeVelocityCorrelation correlation;
  double D[2];

  PetscFunctionBegin;
  PetscCall(AddFibers(problem, tasks, closed, report, D, stopped));
  if (*stopped || problem->settings->trajectories.count == 0.0) PetscFunctionReturn(0);
  PetscCall(QlbeVelocityCorrelationCompute(problem, tasks, closed, &correlation, stopped));
  if (!*stopped) PetscCall(DiffusionReportTrajectories(problem, closed, D, &correlation, report));
  PetscCall(QlbeVelocityCorrelationDestroy(&correlation));
  PetscFunctionReturn(0);
}

/* One group unless the deck asks for more: the longest tasks, a perturbation route each, come a
   few at a time and differ in length. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeClosedForms *closed, int *exit_status)
{
  const PetscInt more = run->problem.settings->trajectories.count > 0.0 ? 1 : 0;
  const char *const names[] = {"diffusion.json", "diffusion.h5", "diffusion_spectrum.csv",
                               "velocity_correlation.csv"};
  const QlbeRunReportFile files[] = {{"diffusion.json", NULL},
                                     {"diffusion_spectrum.csv", "spectrum"},
                                     {"velocity_correlation.csv", "velocity_correlation"}};
  PetscBool stopped = PETSC_FALSE;
  QlbeReport report;
  PetscInt groups;
  QlbeTaskRun tasks;

  PetscFunctionBegin;
  PetscCall(QlbeGroupsGiven(&run->problem, &groups));
  PetscCall(QlbeTaskRunCreate(run, 3 + more, names, groups, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(QlbeRunReportCreate(run, &report));
  PetscCall(FillReport(&run->problem, QlbeTaskRunGetTasks(tasks), closed, report, &stopped));
  if (!stopped) PetscCall(QlbeRunReportFinish(run, report, 2 + more, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandDiffusion(QlbeRun *run, int *exit_status)
{
  QlbeComplaint complaint = {.option = NULL};
  QlbeClosedForms closed;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(&run->problem, run->command, &complaint));
  if (!complaint.option) PetscCall(QlbeKernelServes(&run->problem, 0.0, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(ClosedForms(&run->problem, &closed));
  if (HasFibers(&run->problem)) PetscCall(QlbeDiffusionServes(&run->problem, &closed, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, &closed, exit_status));
  PetscFunctionReturn(0);
}
