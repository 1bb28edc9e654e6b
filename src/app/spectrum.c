/*
   `qlbe spectrum`: leading eigenvalues of L_k for the given wave numbers along one direction, on
   either discretisation.
*/
#include <math.h>

#include "cartesian.h"
#include "groups.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "run_report.h"
#include "spectral.h"
#include "spectrum_command.h"

/* Wave numbers of the deck, or four from the gap and D that reach well beyond the parabola. */
static PetscErrorCode ChooseFibers(QlbeRun *run, const QlbeClosedForms *closed, Fibers *f)
{
  const double *k, *direction;
  double length = 0.0;
  PetscInt n, three;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "spectrum_count", &f->count));
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_k", &n, &k));
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_direction", &three, &direction));
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
  PetscCall(CartesianRows(run, f->count, 1, &f->direction, &fewest, &rows));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_auto", &tolerance));
  /* settling the orders is one long step, which all ranks had better share */
  if (spectral && tolerance > 0.0)
    PetscCall(GroupsGiven(run, groups));
  else
    PetscCall(GroupsForFibers(run, f->n, spectral ? finer_quadrature : 0.0,
                              spectral ? 0.0 : CartesianDenseBytes(rows), groups));
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(QlbeRun *run, const Fibers *fibers, const SpectrumCounts *counts,
                             QlbeReport report, int *exit_status)
{
  const RunReportFile files[] = {{"spectrum.csv", "spectrum"}, {"spectrum.json", NULL}};

  PetscFunctionBegin;
  PetscCall(SpectrumAddChecks(run, fibers, counts, report));
  PetscCall(RunReportFinish(run, report, 2, files, exit_status));
  PetscFunctionReturn(0);
}

/* All fibers and the report. */
static PetscErrorCode Compute(QlbeRun *run, const QlbeClosedForms *closed, const Fibers *fibers,
                              PetscBool spectral, RunSteps steps, int *exit_status)
{
  SpectrumCounts counts = {0};
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(RunReportCreate(run, &report));
  PetscCall(RunReportSet(run, report, "escape_rate_0", QLBE_RATE, closed->escape_rate_0));
  PetscCall(RunReportSet(run, report, "gap", QLBE_RATE, closed->gap));
  PetscCall(RunReportAddSpectrum(run, report));
  PetscCall((spectral ? SpectrumInBasis : SpectrumOnCartesian)(run, steps, fibers, report, &counts,
                                                               &stopped));
  if (!stopped) PetscCall(Report(run, fibers, &counts, report, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandSpectrum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"spectrum.csv", "spectrum.json", "spectrum.h5"};
  QlbeClosedForms closed;
  Fibers fibers;
  PetscBool spectral = PETSC_FALSE;
  RunSteps steps = NULL;
  PetscInt groups;
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCall(CartesianUsable(run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(QlbeRunFeasible(run, 0.0, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeRunGetTeam(run, &team));
  PetscCall(QlbePhaseBegin(run->phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&run->parameters, 16, &team, &closed));
  PetscCall(QlbePhaseEnd(run->phases, "closed forms"));
  PetscCall(ChooseFibers(run, &closed, &fibers));
  PetscCall(SpectralChosen(run, &spectral));
  PetscCall((spectral ? SpectralFeasible : CartesianFeasible)(run, fibers.k_max, exit_status));
  if (*exit_status == QLBE_EXIT_DONE && !spectral)
    PetscCall(CartesianFits(run, fibers.count, 1, &fibers.direction, 1, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(ChooseGroups(run, spectral, &fibers, &groups));
    PetscCall(RunStepsCreate(run, 3, names, groups, &steps, exit_status));
  }
  if (steps) PetscCall(Compute(run, &closed, &fibers, spectral, steps, exit_status));
  PetscCall(PetscFree(fibers.k));
  PetscCall(RunStepsDestroy(&steps, exit_status));
  PetscFunctionReturn(0);
}
