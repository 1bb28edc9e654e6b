/*
   `qlbe spectrum`: leading eigenvalues of L_k for the given wave numbers along one direction.

   An eigenvalue counts as eps(k) only while it is isolated: above the edge -min E_k = -E(hbar k/2)
   of the continuum. What the discrete operator delivers beyond the edge depends on the grid, so
   those rows hold nan instead.
*/
#include <math.h>

#include "cartesian.h"
#include "qlbe/closed_forms.h"
#include "qlbe/curvature_fit.h"
#include "qlbe/progress.h"
#include "run_report.h"

/* Eigenvalues within this fraction of the edge are not told apart from it on a grid. */
static const double edge_margin = 0.02;

typedef struct {
  PetscInt n;
  double *k;           /* wave numbers, in the order given */
  double direction[3]; /* unit vector */
} Fibers;

/* Wave numbers of the deck, or four from the gap and D that reach well beyond the parabola. */
static PetscErrorCode ChooseFibers(QlbeRun *run, const QlbeClosedForms *closed, Fibers *f)
{
  const double *k, *direction;
  double length = 0.0;
  PetscInt n, three;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_k", &n, &k));
  PetscCall(QlbeOptionsGetRealList(run->options, "fibers_direction", &three, &direction));
  for (int i = 0; i < 3; i++) length += direction[i] * direction[i];
  for (int i = 0; i < 3; i++) f->direction[i] = direction[i] / sqrt(length);
  f->n = n > 0 ? n : 4;
  PetscCall(PetscMalloc1(f->n, &f->k));
  for (PetscInt i = 0; i < f->n; i++)
    f->k[i] =
        n > 0 ? k[i] : QlbeCurvatureWaveNumber(closed->gap, closed->D) * (double)(1 << i) / 2.0;
  PetscFunctionReturn(0);
}

/*
   Where the continuum begins, as a real part: -E(hbar k/2), or what the grid has in its place, the largest
   diagonal entry: near the faces of the box rejected jumps lower the loss.
*/
static PetscErrorCode ContinuumEdge(QlbeRun *run, Cartesian *c, QlbeGasAverage average, double k,
                                    double *edge)
{
  Vec diagonal;
  PetscReal largest;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(c->x0, &diagonal));
  PetscCall(MatGetDiagonal(c->A, diagonal));
  PetscCall(VecRealPart(diagonal));
  PetscCall(VecMax(diagonal, NULL, &largest));
  PetscCall(VecDestroy(&diagonal));
  *edge = PetscMax(-QlbeEscapeRate(average, 0.5 * run->parameters.hbar * k), largest);
  PetscFunctionReturn(0);
}

/* One fiber: solve, judge, record. */
static PetscErrorCode SolveFiber(QlbeRun *run, Cartesian *c, QlbeSpectrum solver,
                                 QlbeGasAverage average, const double k[3], double scale,
                                 QlbeReport report, PetscInt *missing, PetscInt *merged)
{
  const double length = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]);
  double edge = 0.0;
  PetscInt converged, count;

  PetscFunctionBegin;
  PetscCall(CartesianAssemble(run, k, c));
  PetscCall(ContinuumEdge(run, c, average, length, &edge));
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumSetOperator(solver, c->A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  PetscCall(QlbePhaseEnd(run->phases, "eigenvalues"));
  PetscCall(QlbeOptionsGetInt(run->options, "spectrum_count", &count));
  *missing += count - converged;
  for (PetscInt i = 0; i < count; i++) {
    QlbeEigenpair pair = {.value = PetscCMPLX(NAN, NAN), .residual = NAN, .condition = NAN};
    if (i < converged) PetscCall(QlbeSpectrumGetEigenvalue(solver, i, &pair));
    if (PetscRealPart(pair.value) <= edge * (1.0 - edge_margin)) {
      pair.value = PetscCMPLX(NAN, NAN);
      if (i == 0) (*merged)++;
    }
    PetscCall(RunReportAddEigenvalue(run, report, k, i, &pair));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode SolveAll(QlbeRun *run, const Fibers *f, double scale, QlbeReport report,
                               PetscInt *missing, PetscInt *merged)
{
  PetscInt points;
  double half_width, drop, k_max = 0.0;
  Cartesian c;
  QlbeSpectrum solver;
  QlbeGasAverage average;
  QlbeProgress progress;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < f->n; i++) k_max = PetscMax(k_max, f->k[i]);
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &points));
  PetscCall(CartesianHalfWidth(run, &half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &drop));
  PetscCall(CartesianCreate(run, points, half_width, k_max, drop, &c));
  PetscCall(CartesianAnnounce(run, &c));
  PetscCall(CartesianSpectrum(run, &c, &solver));
  PetscCall(QlbeGasAverageCreate(&run->parameters, 0.5 * run->parameters.hbar * k_max, &average));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", f->n, &progress));
  for (PetscInt i = 0; i < f->n; i++) {
    double k[3];
    for (int axis = 0; axis < 3; axis++) k[axis] = f->k[i] * f->direction[axis];
    PetscCall(SolveFiber(run, &c, solver, average, k, scale, report, missing, merged));
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(QlbeReportSetInteger(report, "grid/points", points, NULL));
  PetscCall(RunReportSet(run, report, "grid/spacing", QLBE_MOMENTUM, c.grid.spacing));
  PetscCall(CartesianCheckResolution(run, c.grid.spacing, report));
  PetscCall(QlbeGasAverageDestroy(&average));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(CartesianDestroy(&c));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandSpectrum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"spectrum.csv", "spectrum.json", "spectrum.h5"};
  const RunReportFile files[] = {{"spectrum.csv", "spectrum"}, {"spectrum.json", NULL}};
  QlbeClosedForms closed;
  QlbeReport report;
  Fibers fibers;
  PetscInt missing = 0, merged = 0;
  double k_max = 0.0;
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(CartesianUsable(run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(QlbeRunFeasible(run, 0.0, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(run->phases, "closed forms"));
  PetscCall(QlbeClosedFormsCompute(&run->parameters, 16, &closed));
  PetscCall(QlbePhaseEnd(run->phases, "closed forms"));
  PetscCall(ChooseFibers(run, &closed, &fibers));
  for (PetscInt i = 0; i < fibers.n; i++) k_max = PetscMax(k_max, fibers.k[i]);
  PetscCall(CartesianFeasible(run, k_max, exit_status));
  ok = (PetscBool)(*exit_status == QLBE_EXIT_DONE);
  if (ok) {
    PetscCall(QlbeOutputPrepare(run, 3, names, &ok));
    if (!ok) *exit_status = QLBE_EXIT_BAD_INPUT;
  }
  if (!ok) {
    PetscCall(PetscFree(fibers.k));
    PetscFunctionReturn(0);
  }
  PetscCall(RunReportCreate(run, &report));
  PetscCall(RunReportSet(run, report, "escape_rate_0", QLBE_RATE, closed.escape_rate_0));
  PetscCall(RunReportSet(run, report, "gap", QLBE_RATE, closed.gap));
  PetscCall(RunReportAddSpectrum(run, report));
  PetscCall(SolveAll(run, &fibers, closed.escape_rate_0, report, &missing, &merged));
  PetscCall(QlbeReportAddCheck(report, "eigenvalues_not_converged", (double)missing, 0.0,
                               (PetscBool)(missing == 0)));
  PetscCall(QlbeReportAddCheck(report, "fibers_not_isolated", (double)merged, 0.0,
                               (PetscBool)(merged == 0)));
  if (merged > 0)
    PetscCall(PetscPrintf(run->comm,
                          "warning: in %" PetscInt_FMT " of %" PetscInt_FMT
                          " fibers the leading eigenvalue has reached the "
                          "continuum: eps(k) does not exist there and its rows hold nan\n",
                          merged, fibers.n));
  PetscCall(RunReportFinish(run, report, 2, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscCall(PetscFree(fibers.k));
  PetscFunctionReturn(0);
}
