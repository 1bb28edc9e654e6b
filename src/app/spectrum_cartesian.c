/*
   `qlbe spectrum` on the Cartesian grid.

   An eigenvalue counts as eps(k) only while it is isolated: above the edge -min E_k = -E(hbar k/2)
   of the continuum. What the discrete operator delivers beyond the edge depends on the grid, so
   those rows hold nan instead.
*/
#include <math.h>

#include "cartesian.h"
#include "qlbe/progress.h"
#include "run_report.h"
#include "spectrum_command.h"

/* Eigenvalues within this fraction of the edge are not told apart from it on a grid. */
static const double edge_margin = 0.02;

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
                                 QlbeReport report, SpectrumCounts *counts)
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
  counts->missing += count - converged;
  for (PetscInt i = 0; i < count; i++) {
    QlbeEigenpair pair = {.value = PetscCMPLX(NAN, NAN), .residual = NAN, .condition = NAN};
    if (i < converged) PetscCall(QlbeSpectrumGetEigenvalue(solver, i, &pair));
    if (PetscRealPart(pair.value) <= edge * (1.0 - edge_margin)) {
      pair.value = PetscCMPLX(NAN, NAN);
      if (i == 0) counts->merged++;
    }
    PetscCall(RunReportAddEigenvalue(run, report, k, i, &pair));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumOnCube(QlbeRun *run, const Fibers *f, double scale, QlbeReport report,
                              SpectrumCounts *counts)
{
  PetscInt points;
  double half_width, drop;
  Cartesian c;
  QlbeSpectrum solver;
  QlbeGasAverage average;
  QlbeProgress progress;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &points));
  PetscCall(CartesianHalfWidth(run, &half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &drop));
  PetscCall(CartesianCreate(run, points, half_width, f->k_max, drop, &c));
  PetscCall(CartesianAnnounce(run, &c));
  PetscCall(CartesianSpectrum(run, &c, &solver));
  PetscCall(
      QlbeGasAverageCreate(&run->parameters, 0.5 * run->parameters.hbar * f->k_max, &average));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", f->n, &progress));
  for (PetscInt i = 0; i < f->n; i++) {
    double k[3];
    for (int axis = 0; axis < 3; axis++) k[axis] = f->k[i] * f->direction[axis];
    PetscCall(SolveFiber(run, &c, solver, average, k, scale, report, counts));
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(QlbeReportSetString(report, "grid/type", "cartesian"));
  PetscCall(QlbeReportSetInteger(report, "grid/points", points, NULL));
  PetscCall(RunReportSet(run, report, "grid/spacing", QLBE_MOMENTUM, c.grid.spacing));
  PetscCall(CartesianCheckResolution(run, c.grid.spacing, report));
  PetscCall(QlbeGasAverageDestroy(&average));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(CartesianDestroy(&c));
  PetscFunctionReturn(0);
}
