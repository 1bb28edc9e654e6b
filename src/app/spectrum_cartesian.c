/*
   `qlbe spectrum` on the Cartesian grid: errors, and the report.

   An eigenvalue counts as eps(k) only while it is isolated: above the edge -min E_k = -E(hbar k/2)
   of the continuum. What the discrete operator delivers beyond the edge depends on the grid, so
   those rows hold nan instead.
*/
#include <math.h>

#include "qlbe/run_report.h"
#include "spectrum_cartesian.h"

/* Eigenvalues within this fraction of the edge are not told apart from it on a grid. */
static const double edge_margin = 0.02;

/*
   Powers of the spacing that an eigenvalue shows. From one node to the next, the phase of free
   flight turns at rates that differ by k h/M. Where that is no small part of the distance to the
   continuum, a grid cannot tell a level from it, and order 4 is not reached: 2.1 to 2.9 was seen
   from 5 times k h/M downwards.
*/
static double SpacingOrder(double flight, double distance)
{
  return distance > 6.0 * flight ? 4.0 : 2.0;
}

/* Error as an eigenvalue of L_k: spacing, box, dropped pairs, tables, rounding, solver. */
static double LevelError(const QlbeProblem *problem, const SpectrumCartesian *work, double k,
                         double edge, const double level[])
{
  const Fibers *f = work->fibers;
  const QlbeEigenpair pair = PairFromRow(level);
  const double h[2] = {2.0 * work->half_width / (double)(work->coarse_points - 1),
                       2.0 * work->half_width / (double)(work->points - 1)};
  const double order =
      SpacingOrder(k * h[1] / problem->parameters.M, PetscRealPart(pair.value) - edge);

  return CartesianSpacingError(&problem->parameters, h, level[SPACING_CHANGE],
                               PetscAbsScalar(pair.value), order) +
         CARTESIAN_DROP_SAFETY * level[DROP_CHANGE] +
         CARTESIAN_BOX_SAFETY * CartesianBoxShare(work->extent) * PetscAbsScalar(pair.value) +
         (k > 0.0 ? CARTESIAN_TABLE_ERROR : 0.0) * f->scale + CARTESIAN_SUM_ROUNDING * f->scale +
         PairSolverError(&pair, f->gap);
}

static PetscErrorCode Report(const QlbeProblem *problem, const SpectrumCartesian *work,
                             PetscInt width, const double rows[], QlbeReport report,
                             SpectrumCounts *counts)
{
  const Fibers *f = work->fibers;
  QlbeMomentumGrid grid;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < f->n; i++) {
    const double *row = rows + i * width;
    counts->missing += f->count - (PetscInt)row[CONVERGED];
    for (PetscInt j = 0; j < f->count; j++) {
      const double *level = row + LEVELS + j * LEVEL_WIDTH;
      const QlbeEigenpair pair = PairFromRow(level);
      const SpectrumRow r = {
          .k = f->k[i],
          .index = j,
          .error = LevelError(problem, work, f->k[i], row[EDGE], level),
          .isolated = (PetscBool)(PetscRealPart(pair.value) > row[EDGE] * (1.0 - edge_margin)),
          .invariant = PETSC_TRUE};
      PetscCall(SpectrumAddRow(problem, f, &r, &pair, report, counts));
    }
  }
  PetscCall(QlbeMomentumGridSetUp(problem->comm, work->points, work->half_width, &grid));
  PetscCall(QlbeReportSetString(report, "grid/type", "cartesian"));
  PetscCall(QlbeReportSetInteger(report, "grid/points", work->points, NULL));
  PetscCall(QlbeReportSetInteger(report, "grid/points_of_error", work->coarse_points, NULL));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/spacing", QLBE_MOMENTUM, grid.spacing));
  PetscCall(CartesianCheckResolution(problem, grid.spacing, report));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumOnCartesian(const QlbeProblem *problem, QlbeTasks tasks, const Fibers *f,
                                   QlbeReport report, SpectrumCounts *counts, PetscBool *stopped)
{
  const PetscInt width = LEVELS + f->count * LEVEL_WIDTH;
  SpectrumCartesian work = {.fibers = f};
  PetscMPIInt group;
  double *rows;

  PetscFunctionBegin;
  work.points = problem->settings->grid.points;
  work.extent = problem->settings->grid.extent;
  PetscCall(CartesianHalfWidth(problem, &work.half_width));
  work.drop = problem->settings->grid.drop_tolerance;
  work.coarse_points = CartesianCoarserPoints(work.points, 1.45);
  group = QlbeTasksGroupNumber(tasks);
  work.announce = (PetscBool)(group == 0);
  PetscCall(PetscMalloc1(f->n * width, &rows));
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "fibers",
                                                  .n = f->n,
                                                  .width = width,
                                                  .task = SpectrumCartesianStep,
                                                  .work = &work},
                             rows, stopped));
  if (!*stopped) PetscCall(Report(problem, &work, width, rows, report, counts));
  PetscCall(PetscFree(rows));
  PetscCall(SpectrumCartesianDestroy(&work));
  PetscFunctionReturn(0);
}
