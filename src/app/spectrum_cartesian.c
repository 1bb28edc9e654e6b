/*
   `qlbe spectrum` on the Cartesian grid.

   An eigenvalue counts as eps(k) only while it is isolated: above the edge -min E_k = -E(hbar k/2)
   of the continuum. What the discrete operator delivers beyond the edge depends on the grid, so
   those rows hold nan instead.
*/
#include <math.h>

#include "cartesian.h"
#include "pair_row.h"
#include "qlbe/gas_average.h"
#include "run_report.h"
#include "spectrum_command.h"

/* Eigenvalues within this fraction of the edge are not told apart from it on a grid. */
static const double edge_margin = 0.02;

/* What the steps of one group work with; the objects are made by the first step. */
typedef struct {
  const Fibers *fibers;
  double scale; /* escape rate at rest */
  PetscInt points, count;
  double half_width, drop;
  PetscBool announce; /* on behalf of all groups */
  PetscBool made;
  Cartesian c;
  QlbeGasAverage average;
} Work;

/* Row of a fiber: where the continuum begins, pairs that converged, and the pairs. */
enum { EDGE, CONVERGED, PAIRS };

/*
   Where the continuum begins, as a real part: -E(hbar k/2), or what the grid has in its place, the largest
   diagonal entry: near the faces of the box rejected jumps lower the loss.
*/
static PetscErrorCode ContinuumEdge(QlbeRun *run, Cartesian *c, QlbeGasAverage average, double k,
                                    double *edge)
{
  Vec on_nodes, diagonal;
  PetscReal largest;

  PetscFunctionBegin;
  PetscCall(VecDuplicate(c->x0, &diagonal));
  PetscCall(QlbeFiberGetNodeDiagonal(c->A, &on_nodes));
  PetscCall(VecCopy(on_nodes, diagonal));
  PetscCall(VecRealPart(diagonal));
  PetscCall(VecMax(diagonal, NULL, &largest));
  PetscCall(VecDestroy(&diagonal));
  *edge = PetscMax(-QlbeEscapeRate(average, 0.5 * run->parameters.hbar * k), largest);
  PetscFunctionReturn(0);
}

static PetscErrorCode Make(QlbeRun *run, Work *work)
{
  const double k_max = work->fibers->k_max;

  PetscFunctionBegin;
  if (work->made) PetscFunctionReturn(0);
  PetscCall(CartesianCreate(run, work->count, work->points, work->half_width, k_max, work->drop,
                            &work->c));
  PetscCall(CartesianSetAxis(work->fibers->direction, &work->c));
  if (work->announce) PetscCall(CartesianAnnounce(run, &work->c));
  PetscCall(
      QlbeGasAverageCreate(&run->parameters, 0.5 * run->parameters.hbar * k_max, &work->average));
  work->made = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* The vector of wave number i. */
static void WaveVector(const Fibers *f, PetscInt i, double k[3])
{
  for (int axis = 0; axis < 3; axis++) k[axis] = f->k[i] * f->direction[axis];
}

/* One fiber: assemble and solve. */
static PetscErrorCode Step(QlbeRun *run, void *context, PetscInt i, double row[])
{
  Work *work = context;
  QlbeSpectrum solver;
  PetscInt converged;
  double k[3];

  PetscFunctionBegin;
  PetscCall(Make(run, work));
  WaveVector(work->fibers, i, k);
  PetscCall(CartesianAssemble(run, k, &work->c));
  PetscCall(ContinuumEdge(run, &work->c, work->average,
                          sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]), &row[EDGE]));
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(CartesianSpectrum(run, &work->c, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, work->c.A, PETSC_TRUE, work->scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  row[CONVERGED] = (double)converged;
  for (PetscInt j = 0; j < work->count; j++) {
    QlbeEigenpair pair = PairMissing();
    if (j < converged) PetscCall(QlbeSpectrumGetEigenvalue(solver, j, &pair));
    PairToRow(&pair, row + PAIRS + j * PAIR_WIDTH);
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(QlbePhaseEnd(run->phases, "eigenvalues"));
  PetscFunctionReturn(0);
}

/* Judges and records one fiber. */
static PetscErrorCode ReportFiber(QlbeRun *run, const Work *work, PetscInt i, const double row[],
                                  QlbeReport report, SpectrumCounts *counts)
{
  double k[3];

  PetscFunctionBegin;
  WaveVector(work->fibers, i, k);
  counts->missing += work->count - (PetscInt)row[CONVERGED];
  for (PetscInt j = 0; j < work->count; j++) {
    QlbeEigenpair pair = PairFromRow(row + PAIRS + j * PAIR_WIDTH);
    if (PetscRealPart(pair.value) <= row[EDGE] * (1.0 - edge_margin)) {
      pair.value = PetscCMPLX(NAN, NAN);
      if (j == 0) counts->merged++;
    }
    PetscCall(RunReportAddEigenvalue(run, report, k, j, &pair));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(QlbeRun *run, const Work *work, PetscInt width, const double rows[],
                             QlbeReport report, SpectrumCounts *counts)
{
  QlbeMomentumGrid grid;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < work->fibers->n; i++)
    PetscCall(ReportFiber(run, work, i, rows + i * width, report, counts));
  PetscCall(QlbeMomentumGridSetUp(run->comm, work->points, work->half_width, &grid));
  PetscCall(QlbeReportSetString(report, "grid/type", "cartesian"));
  PetscCall(QlbeReportSetInteger(report, "grid/points", work->points, NULL));
  PetscCall(RunReportSet(run, report, "grid/spacing", QLBE_MOMENTUM, grid.spacing));
  PetscCall(CartesianCheckResolution(run, grid.spacing, report));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumOnCube(QlbeRun *run, RunSteps steps, const Fibers *f, double scale,
                              QlbeReport report, SpectrumCounts *counts, PetscBool *stopped)
{
  Work work = {.fibers = f, .scale = scale};
  PetscMPIInt group;
  PetscInt width;
  double *rows;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &work.points));
  work.count = f->count;
  PetscCall(CartesianHalfWidth(run, &work.half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &work.drop));
  PetscCall(RunStepsGetGroups(steps, NULL, &group, NULL));
  work.announce = (PetscBool)(group == 0);
  width = PAIRS + work.count * PAIR_WIDTH;
  PetscCall(PetscMalloc1(f->n * width, &rows));
  PetscCall(RunStepsCompute(steps, "fibers", f->n, width, Step, &work, rows, stopped));
  if (!*stopped) PetscCall(Report(run, &work, width, rows, report, counts));
  PetscCall(PetscFree(rows));
  PetscCall(QlbeGasAverageDestroy(&work.average));
  PetscCall(CartesianDestroy(&work.c));
  PetscFunctionReturn(0);
}
