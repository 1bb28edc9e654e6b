/*
   `qlbe spectrum`: leading eigenvalues of L_k for the given wave numbers along one direction, on
   either discretisation.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include <math.h>

#include "cartesian.h"
#include "qlbe/groups.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/run_report.h"
#include "spectral.h"
#include "spectrum_table.h"
#include "spectrum_command.h"

/* Wave numbers of the deck, or four from the gap and D that reach well beyond the parabola. */
static PetscErrorCode ChooseFibers(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                   Fibers *f)
{
  const double *k, *direction;
  double length = 0.0;
  PetscInt n;

  PetscFunctionBegin;
  f->count = problem->settings->spectrum.count;
  n = problem->settings->fibers.k.n;
  k = problem->settings->fibers.k.values;
  direction = problem->settings->fibers.direction.values;
  for (int i = 0; i < 3; i++) length += direction[i] * direction[i];
  for (int i = 0; i < 3; i++) f->direction[i] = direction[i] / sqrt(length);
  f->n = n > 0 ? n : 4;
  PetscCall(PetscMalloc1(f->n, &f->k));
  for (PetscInt i = 0; i < f->n; i++)
    f->k[i] =
        n > 0 ? k[i] : QlbeCurvatureWaveNumber(closed->gap, closed->D) * (double)(1 << i) / 2.0;
  f->scale = closed->escape_rate_0;
  f->gap = closed->gap;
  f->k_max = 0.0;
  for (PetscInt i = 0; i < f->n; i++) f->k_max = PetscMax(f->k_max, f->k[i]);
  PetscFunctionReturn(0);
}

/* What the finer quadrature of the spectral basis takes, in units of a fiber. */
static const double finer_quadrature = 2.5;

static PetscErrorCode ChooseGroups(QlbeRun *run, PetscBool spectral, const Fibers *f,
                                   PetscInt *groups)
{
  double tolerance, fewest, rows = 0.0;

  PetscFunctionBegin;
  PetscCall(CartesianRows(&run->problem, f->count, 1, &f->direction, &fewest, &rows));
  tolerance = run->problem.settings->grid.automatic;
  /* settling the orders is one long step, which all ranks had better share */
  if (spectral && tolerance > 0.0)
    PetscCall(QlbeGroupsGiven(&run->problem, groups));
  else
    PetscCall(QlbeGroupsForFibers(&run->problem, f->n, spectral ? finer_quadrature : 0.0,
                                  spectral ? 0.0 : CartesianDenseBytes(rows), groups));
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(QlbeRun *run, const Fibers *fibers, const SpectrumCounts *counts,
                             QlbeReport report, int *exit_status)
{
  const QlbeRunReportFile files[] = {{"spectrum.csv", "spectrum"}, {"spectrum.json", NULL}};

  PetscFunctionBegin;
  PetscCall(SpectrumAddChecks(&run->problem, fibers, counts, report));
  PetscCall(QlbeRunReportFinish(run, report, 2, files, exit_status));
  PetscFunctionReturn(0);
}

/* All fibers and the report. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeClosedForms *closed, const Fibers *fibers,
                              PetscBool spectral, QlbeTaskRun tasks, int *exit_status)
{
  SpectrumCounts counts = {0};
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(QlbeRunReportCreate(run, &report));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "escape_rate_0", QLBE_RATE,
                             closed->escape_rate_0));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "gap", QLBE_RATE, closed->gap));
  PetscCall(SpectrumTableAdd(&run->problem.units, report));
  PetscCall((spectral ? SpectrumInBasis : SpectrumOnCartesian)(
      &run->problem, QlbeTaskRunGetTasks(tasks), fibers, report, &counts, &stopped));
  if (!stopped) PetscCall(Report(run, fibers, &counts, report, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandSpectrum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"spectrum.csv", "spectrum.json", "spectrum.h5"};
  QlbeComplaint complaint = {NULL};
  QlbeClosedForms closed;
  Fibers fibers;
  PetscBool spectral = PETSC_FALSE;
  QlbeTaskRun tasks = NULL;
  PetscInt groups;
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCall(CartesianUsable(&run->problem, run->command, &complaint));
  if (!complaint.option) PetscCall(QlbeKernelServes(&run->problem, 0.0, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeTeamFromComm(&run->problem.comm, &team));
  PetscCall(QlbePhaseBegin(run->problem.phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&run->problem.parameters, 16, &team, &closed));
  PetscCall(QlbePhaseEnd(run->problem.phases, "closed forms"));
  PetscCall(ChooseFibers(&run->problem, &closed, &fibers));
  PetscCall(SpectralChosen(&run->problem, &spectral));
  PetscCall(
      (spectral ? SpectralFeasible : CartesianFeasible)(&run->problem, fibers.k_max, &complaint));
  if (!complaint.option && !spectral)
    PetscCall(CartesianFits(&run->problem, fibers.count, 1, &fibers.direction, 1, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(ChooseGroups(run, spectral, &fibers, &groups));
    PetscCall(QlbeTaskRunCreate(run, 3, names, groups, &tasks, exit_status));
  }
  if (tasks) PetscCall(Compute(run, &closed, &fibers, spectral, tasks, exit_status));
  PetscCall(PetscFree(fibers.k));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}
