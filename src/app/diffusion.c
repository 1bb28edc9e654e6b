/*
   `qlbe diffusion`: the diffusion constant by three routes that must agree.

   (a) curvature of eps(k) on the Cartesian grid, fitted over six directions;
   (b) second-order perturbation of the same discrete operator: one linear solve;
   (c) closed forms with the radial equation, without a momentum grid.
   Routes (a) and (b) share their discretisation error, which coarser grids estimate; route (c) has
   none of it.
*/
#include <math.h>

#include "diffusion.h"

enum { N_BASIS = 20 };

PetscErrorCode DiffusionWaveVectors(QlbeRun *run, const QlbeClosedForms *closed,
                                    WaveVectors *vectors)
{
  const double *magnitude;
  double directions[6][3];
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_k", &n, &magnitude));
  PetscCall(PetscMalloc1(PetscMax(6 * n, QLBE_CURVATURE_MAX_POINTS), &vectors->k));
  if (n == 0) {
    vectors->k_max = QlbeCurvatureWaveNumber(closed->gap, closed->D);
    QlbeCurvatureDesign(vectors->k_max, PETSC_FALSE, &vectors->n, vectors->k);
    PetscFunctionReturn(0);
  }
  QlbeCurvatureDirections(directions);
  vectors->n = 6 * n;
  vectors->k_max = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    vectors->k_max = PetscMax(vectors->k_max, magnitude[i]);
    for (int d = 0; d < 6; d++) {
      for (int axis = 0; axis < 3; axis++)
        vectors->k[6 * i + d][axis] = magnitude[i] * directions[d][axis];
    }
  }
  PetscFunctionReturn(0);
}

/* Wave numbers of the deck: two different ones or more, where eps(k) is neither rounding nor far from a parabola. */
static PetscErrorCode CheckWaveNumbers(QlbeRun *run, const QlbeClosedForms *closed,
                                       int *exit_status)
{
  const double typical = QlbeCurvatureWaveNumber(closed->gap, closed->D);
  const double *k;
  double lo, hi;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_k", &n, &k));
  if (n == 0) {
    PetscCall(CartesianFeasible(run, typical, exit_status));
    PetscFunctionReturn(0);
  }
  lo = hi = k[0];
  for (PetscInt i = 0; i < n; i++) {
    lo = PetscMin(lo, k[i]);
    hi = PetscMax(hi, k[i]);
  }
  if (lo < 0.01 * typical || hi > 20.0 * typical || hi <= lo * (1.0 + 1e-6)) {
    PetscCall(QlbeRunBadInput(
        run, "fibers_k", exit_status,
        "the curvature fit needs two different numbers in %.3g..%.3g or more, or an "
        "empty list to let the program choose",
        QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, 0.01 * typical),
        QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, 20.0 * typical)));
    PetscFunctionReturn(0);
  }
  PetscCall(CartesianFeasible(run, hi, exit_status));
  PetscFunctionReturn(0);
}

/* Everything but the closed forms. */
static PetscErrorCode RunGrid(QlbeRun *run, const QlbeClosedForms *closed, QlbeReport report)
{
  WaveVectors vectors;
  GridResult grid = {0};

  PetscFunctionBegin;
  PetscCall(DiffusionWaveVectors(run, closed, &vectors));
  PetscCall(RunReportAddSpectrum(run, report));
  PetscCall(DiffusionOnGrid(run, &vectors, closed, report, &grid));
  PetscCall(DiffusionReport(run, closed, &grid, report));
  PetscCall(DiffusionChecks(run, closed, &vectors, &grid, report));
  PetscCall(PetscFree(vectors.k));
  PetscFunctionReturn(0);
}

/* The classical sphere has no fibers but k = 0: closed forms alone. */
static PetscErrorCode RunClosed(QlbeRun *run, const QlbeClosedForms *closed, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(RunReportAddSpectrum(run, report));
  PetscCall(DiffusionReport(run, closed, NULL, report));
  PetscCall(QlbeReportAddCheck(report, "closed_forms_converged", closed->D_error / closed->D, 1e-7,
                               (PetscBool)(closed->D_error <= 1e-7 * closed->D)));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandDiffusion(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"diffusion.json", "diffusion.h5", "spectrum.csv"};
  const RunReportFile files[] = {{"diffusion.json", NULL}, {"spectrum.csv", "spectrum"}};
  QlbeClosedForms closed;
  QlbeReport report;
  const PetscBool classical = (PetscBool)(run->parameters.interaction == QLBE_CLASSICAL);
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(QlbeRunNeedsGas(run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(QlbeRunFeasible(run, 0.0, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(run->phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&run->parameters, N_BASIS, &closed));
  PetscCall(QlbePhaseEnd(run->phases, "closed forms"));
  if (!classical) PetscCall(CheckWaveNumbers(run, &closed, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeOutputPrepare(run, 3, names, &ok));
  if (!ok) {
    *exit_status = QLBE_EXIT_BAD_INPUT;
    PetscFunctionReturn(0);
  }
  PetscCall(RunReportCreate(run, &report));
  if (classical)
    PetscCall(RunClosed(run, &closed, report));
  else
    PetscCall(RunGrid(run, &closed, report));
  PetscCall(RunReportFinish(run, report, 2, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}
