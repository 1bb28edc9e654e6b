/*
   Routes (a) and (b) on the Cartesian grid, with an error estimate from coarser grids.

   The coarser grids run the perturbation route alone: it costs three assemblies and one linear
   solve, and its D differs from the fit's by far less than either differs from the limit of small
   spacing.
*/
#include <math.h>

#include "diffusion.h"

/* Grids of the perturbation route, and what their rows hold besides the solution. */
typedef struct {
  PetscInt points;
  double drop_tolerance;
} Level;
enum { LEVEL_SPACING = PERTURBATION_WIDTH, LEVEL_STRUCTURE };
enum { LEVEL_WIDTH = LEVEL_STRUCTURE + FIBER_WIDTH - FIBER_STRUCTURE };

/* What the steps of one group work with. */
typedef struct {
  const WaveVectors *vectors;
  FitFibers fibers;
  double scale, half_width;
  PetscBool announce; /* on behalf of all groups */
  PetscInt n_levels;
  Level levels[GRID_LEVELS + 1]; /* coarsest first, the deck's grid last */
  PetscBool made;
  Cartesian c; /* the deck's grid, made by the first step: its tables serve the coarser ones */
} Work;

static void StructureToRow(const QlbeFiberStructure *s, double row[])
{
  row[0] = s->column_sum;
  row[1] = s->null_vector;
  row[2] = s->asymmetry;
  row[3] = s->contraction;
}

static QlbeFiberStructure StructureFromRow(const double row[])
{
  const QlbeFiberStructure s = {row[0], row[1], row[2], row[3]};

  return s;
}

/* The deck's grid, once. */
static PetscErrorCode Make(QlbeRun *run, Work *work)
{
  const Level *deck = &work->levels[work->n_levels - 1];

  PetscFunctionBegin;
  if (work->made) PetscFunctionReturn(0);
  PetscCall(CartesianCreate(run, 1, deck->points, work->half_width, work->vectors->k_max,
                            deck->drop_tolerance, &work->c));
  /* the last vector is along a diagonal: its matrix is the largest */
  PetscCall(CartesianSetAxis(work->vectors->k[work->vectors->n - 1], &work->c));
  if (work->announce) PetscCall(CartesianAnnounce(run, &work->c));
  work->made = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* The perturbation route on one grid; on the deck's also the structure at k = 0. */
static PetscErrorCode LevelStep(QlbeRun *run, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const PetscBool last = (PetscBool)(i == work->n_levels - 1);
  const Level *level = &work->levels[i];
  Cartesian coarse, *c = last ? &work->c : &coarse;
  QlbeFiberStructure structure = {0.0, 0.0, 0.0, 0.0};
  QlbePerturbation perturbation;

  PetscFunctionBegin;
  PetscCall(Make(run, work));
  if (!last)
    PetscCall(CartesianCreateCoarser(run, &work->c, level->points, level->drop_tolerance, &coarse));
  PetscCall(CartesianPerturbation(run, work->vectors->k_max, c, &perturbation));
  if (last) PetscCall(QlbeFiberCheckStructure(c->fiber, c->A, &structure));
  PerturbationToRow(&perturbation, row);
  row[LEVEL_SPACING] = c->grid.spacing;
  StructureToRow(&structure, row + LEVEL_STRUCTURE);
  if (!last) PetscCall(CartesianDestroy(&coarse));
  PetscFunctionReturn(0);
}

/* Wave vector of fiber i of the fit or, after them, the last one of the fit reversed. */
static void FiberVector(const Work *work, PetscInt i, double k[3])
{
  const PetscBool reversed = (PetscBool)(i == work->fibers.n);
  const double *of = work->vectors->k[reversed ? work->vectors->n - 1 : work->fibers.vector[i]];

  for (int axis = 0; axis < 3; axis++) k[axis] = reversed ? -of[axis] : of[axis];
}

/* One fiber of the fit; of that of its last vector also the structure. */
static PetscErrorCode FiberStep(QlbeRun *run, void *context, PetscInt i, double row[])
{
  Work *work = context;
  QlbeFiberStructure structure;
  QlbeSpectrum solver;
  double k[3];

  PetscFunctionBegin;
  PetscCall(Make(run, work));
  FiberVector(work, i, k);
  PetscCall(CartesianSetAxis(k, &work->c));
  PetscCall(CartesianAssemble(run, k, &work->c));
  PetscCall(CartesianSpectrum(run, &work->c, &solver));
  PetscCall(DiffusionEigenvalue(run, work->c.A, work->scale, solver, row));
  if (i == work->fibers.same[work->vectors->n - 1]) {
    PetscCall(QlbeFiberCheckStructure(work->c.fiber, work->c.A, &structure));
    StructureToRow(&structure, row + FIBER_STRUCTURE);
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscFunctionReturn(0);
}

/* The fit, the structure of its last fiber, and eps once more at the last wave vector reversed. */
static PetscErrorCode FitRoute(QlbeRun *run, RunSteps steps, Work *work, QlbeReport report,
                               GridResult *result, PetscBool *stopped)
{
  const PetscInt n = work->vectors->n;
  const double *last;
  QlbeEigenpair pair;
  double *of_fibers, *rows, k[3];

  PetscFunctionBegin;
  PetscCall(FitFibersCreate(run, work->vectors, &work->fibers));
  PetscCall(PetscMalloc2((work->fibers.n + 1) * FIBER_WIDTH, &of_fibers, n * FIBER_WIDTH, &rows));
  PetscCall(RunStepsCompute(steps, "fibers", work->fibers.n + 1, FIBER_WIDTH, FiberStep, work,
                            of_fibers, stopped));
  if (!*stopped) {
    FitFibersToRows(&work->fibers, n, of_fibers, rows);
    PetscCall(DiffusionFit(run, work->vectors, work->scale, PETSC_FALSE, rows, report, result));
    result->at_k_max = StructureFromRow(rows + (n - 1) * FIBER_WIDTH + FIBER_STRUCTURE);
    last = of_fibers + work->fibers.n * FIBER_WIDTH;
    FiberVector(work, work->fibers.n, k);
    PetscCall(DiffusionAddPair(run, k, last, report, result, &pair));
    result->reversal = PetscAbsScalar(pair.value - PetscConj(result->last_eps));
  }
  PetscCall(PetscFree2(of_fibers, rows));
  PetscCall(FitFibersDestroy(&work->fibers));
  PetscFunctionReturn(0);
}

/*
   The grids to compare: one coarser, two with extrapolation; where pairs are dropped also the coarsest with all of them, before the last.
*/
static PetscErrorCode ChooseLevels(QlbeRun *run, CubeResult *cube, Work *work)
{
  const double drop = cube->drop_tolerance;
  PetscBool extrapolate;
  PetscInt middle, coarsest;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetBool(run->options, "grid_richardson", &extrapolate));
  middle = extrapolate ? CartesianCoarserPoints(cube->points, 1.25) : cube->points;
  coarsest = PetscMin(CartesianCoarserPoints(cube->points, 1.45), middle - 2);
  /* five points have room for one coarser grid only */
  if (coarsest < 3) coarsest = middle;
  work->levels[work->n_levels++] = (Level){coarsest, drop};
  if (coarsest < middle && middle < cube->points)
    work->levels[work->n_levels++] = (Level){middle, drop};
  cube->levels = work->n_levels + 1;
  if (drop > 0.0) work->levels[work->n_levels++] = (Level){coarsest, 0.0};
  work->levels[work->n_levels++] = (Level){cube->points, drop};
  PetscFunctionReturn(0);
}

/* The perturbation route of all grids into the result. */
static PetscErrorCode LevelRoute(RunSteps steps, Work *work, GridResult *result, PetscBool *stopped)
{
  double rows[(GRID_LEVELS + 1) * LEVEL_WIDTH];
  const double *last = rows + (work->n_levels - 1) * LEVEL_WIDTH;
  CubeResult *cube = &result->cube;

  PetscFunctionBegin;
  PetscCall(
      RunStepsCompute(steps, "grids", work->n_levels, LEVEL_WIDTH, LevelStep, work, rows, stopped));
  if (*stopped) PetscFunctionReturn(0);
  result->perturbation = PerturbationFromRow(last);
  result->at_rest = StructureFromRow(last + LEVEL_STRUCTURE);
  cube->spacing = last[LEVEL_SPACING];
  for (PetscInt i = 0; i < cube->levels; i++) {
    const PetscInt level = i < cube->levels - 1 ? i : work->n_levels - 1;
    const QlbePerturbation p = PerturbationFromRow(rows + level * LEVEL_WIDTH);
    cube->level_points[i] = work->levels[level].points;
    cube->level_spacing[i] = rows[level * LEVEL_WIDTH + LEVEL_SPACING];
    cube->level_D[i] = p.converged ? p.D : NAN;
  }
  if (cube->drop_tolerance > 0.0) {
    const QlbePerturbation all = PerturbationFromRow(rows + (work->n_levels - 2) * LEVEL_WIDTH);
    cube->drop_error = 3.0 * fabs((all.converged ? all.D : NAN) - cube->level_D[0]);
  }
  PetscFunctionReturn(0);
}

/*
   Error of the grid's D. Without extrapolation: the correction that order 4 predicts from one
   coarser grid, with half of it added for an order that is not quite reached. With extrapolation:
   the scatter of three grids.
*/
static PetscErrorCode EstimateError(QlbeRun *run, GridResult *result)
{
  CubeResult *cube = &result->cube;
  PetscBool extrapolate;
  double extent, discretisation;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetBool(run->options, "grid_richardson", &extrapolate));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_extent", &extent));
  result->levels_solved = result->perturbation.converged;
  for (PetscInt i = 0; i < cube->levels; i++)
    result->levels_solved = (PetscBool)(result->levels_solved && isfinite(cube->level_D[i]));
  if (!result->levels_solved) {
    result->D = result->D_error = cube->richardson.observed_order = NAN;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeRichardsonExtrapolate(cube->levels, cube->level_spacing, cube->level_D, 4.0,
                                      &cube->richardson));
  cube->box_error = fabs(result->perturbation.D) * CartesianBoxShare(extent);
  if (extrapolate) {
    result->D = result->fit.D + (cube->richardson.value - result->perturbation.D);
    discretisation = cube->richardson.error;
  } else {
    result->D = result->fit.D;
    discretisation = 1.5 * fabs(cube->richardson.value - result->perturbation.D);
  }
  result->D_error = discretisation + cube->box_error + cube->drop_error + result->fit.D_fit_error;
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionOnCube(QlbeRun *run, RunSteps steps, const WaveVectors *vectors,
                               const QlbeClosedForms *closed, QlbeReport report, GridResult *result,
                               PetscBool *stopped)
{
  Work work = {.vectors = vectors, .scale = closed->escape_rate_0};
  CubeResult *cube = &result->cube;
  PetscMPIInt group;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &cube->points));
  PetscCall(CartesianHalfWidth(run, &cube->half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &cube->drop_tolerance));
  work.half_width = cube->half_width;
  PetscCall(RunStepsGetGroups(steps, NULL, &group, NULL));
  work.announce = (PetscBool)(group == 0);
  PetscCall(ChooseLevels(run, cube, &work));
  PetscCall(LevelRoute(steps, &work, result, stopped));
  if (!*stopped) PetscCall(FitRoute(run, steps, &work, report, result, stopped));
  PetscCall(CartesianDestroy(&work.c));
  if (!*stopped) PetscCall(EstimateError(run, result));
  PetscFunctionReturn(0);
}
