/*
   Routes (a) and (b) on the Cartesian grid, with an error estimate from coarser grids.

   The coarser grids run the perturbation route alone: it costs five assemblies and two linear
   solves, and its D differs from the fit's by far less than either differs from the limit of small
   spacing.
*/
#include <math.h>
#include <string.h>

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
  /*
     The deck's grid, made by the first step that needs it: with tables for the differences in k,
     which serve the coarser grids too, and with wider ones where the fit asks for them. D by
     perturbation must not change with the wave numbers of the fit, in no digit.
  */
  PetscBool made[2];
  Cartesian c[2];
} Work;

/* Doubles alone: rows hold the structure as it is. */
enum { STRUCTURE_WIDTH = FIBER_WIDTH - FIBER_STRUCTURE };
_Static_assert(sizeof(QlbeFiberStructure) == STRUCTURE_WIDTH * sizeof(double), "no other types");

static void StructureToRow(const QlbeFiberStructure *s, double row[])
{
  memcpy(row, s, sizeof(*s));
}

static QlbeFiberStructure StructureFromRow(const double row[])
{
  QlbeFiberStructure s;

  memcpy(&s, row, sizeof(s));
  return s;
}

/* The deck's grid for |k| <= k_max, once. */
static PetscErrorCode Make(const QlbeProblem *problem, Work *work, double k_max, Cartesian **c)
{
  const Level *deck = &work->levels[work->n_levels - 1];
  const double step = CartesianDifferenceStep(&problem->parameters);
  const int wide = k_max > step ? 1 : 0;

  PetscFunctionBegin;
  *c = &work->c[wide];
  if (work->made[wide]) PetscFunctionReturn(0);
  PetscCall(CartesianCreate(problem, 1, deck->points, work->half_width, PetscMax(k_max, step),
                            deck->drop_tolerance, *c));
  /* the last vector is along a diagonal: its matrix is the largest */
  PetscCall(CartesianSetAxis(work->vectors->k[work->vectors->n - 1], *c));
  if (work->announce) PetscCall(CartesianAnnounce(problem, *c));
  work->announce = PETSC_FALSE;
  work->made[wide] = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* Frees both, or the one that is not wide. */
static PetscErrorCode Destroy(Work *work, PetscBool wide)
{
  PetscFunctionBegin;
  for (int i = 0; i < (wide ? 2 : 1); i++) {
    if (work->made[i]) PetscCall(CartesianDestroy(&work->c[i]));
    work->made[i] = PETSC_FALSE;
  }
  PetscFunctionReturn(0);
}

/* The perturbation route on one grid; on the deck's also the structure at k = 0. */
static PetscErrorCode LevelStep(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const PetscBool last = (PetscBool)(i == work->n_levels - 1);
  const Level *level = &work->levels[i];
  Cartesian coarse, *fine, *c;
  QlbeFiberStructure structure = {0.0, 0.0, 0.0, 0.0};
  QlbePerturbation perturbation;

  PetscFunctionBegin;
  PetscCall(Make(problem, work, 0.0, &fine));
  c = last ? fine : &coarse;
  if (!last)
    PetscCall(CartesianCreateCoarser(problem, fine, level->points, level->drop_tolerance, &coarse));
  PetscCall(CartesianPerturbation(problem, work->scale, c, &perturbation));
  if (last) PetscCall(QlbeFiberCheckStructure(c->fiber, c->A, &structure));
  PerturbationToRow(&perturbation, row);
  row[LEVEL_SPACING] = c->grid.spacing;
  StructureToRow(&structure, row + LEVEL_STRUCTURE);
  if (!last) PetscCall(CartesianDestroy(&coarse));
  PetscFunctionReturn(0);
}

/*
   Wave vector of fiber i of the fit or, after them, the last one of the fit reversed, and that last
   one again for the coarsest grid.
*/
enum { FIBERS_BEYOND = 2 };
static void FiberVector(const Work *work, PetscInt i, double k[3])
{
  const PetscBool reversed = (PetscBool)(i == work->fibers.n);
  const double *of =
      work->vectors->k[i >= work->fibers.n ? work->vectors->n - 1 : work->fibers.vector[i]];

  for (int axis = 0; axis < 3; axis++) k[axis] = reversed ? -of[axis] : of[axis];
}

/* The leading eigenvalue of fiber k[3] on a grid into the row. */
static PetscErrorCode Eigenvalue(const QlbeProblem *problem, const Work *work, const double k[3],
                                 Cartesian *c, double row[])
{
  QlbeSpectrum solver;

  PetscFunctionBegin;
  PetscCall(CartesianSetAxis(k, c));
  PetscCall(CartesianAssemble(problem, k, c));
  PetscCall(CartesianSpectrum(problem, c, &solver));
  PetscCall(DiffusionEigenvalue(problem, c->A, work->scale, solver, row));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscFunctionReturn(0);
}

/* One fiber of the fit; of that of its last vector also the structure. */
static PetscErrorCode FiberStep(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const Level *coarsest = &work->levels[0];
  QlbeFiberStructure structure;
  Cartesian *c, coarse;
  double k[3];

  PetscFunctionBegin;
  PetscCall(Make(problem, work, work->vectors->k_max, &c));
  /* of two grids only one needs a matrix */
  if (c != &work->c[0]) PetscCall(Destroy(work, PETSC_FALSE));
  FiberVector(work, i, k);
  if (i > work->fibers.n) {
    PetscCall(CartesianFreeMatrix(c)); /* one matrix at a time */
    PetscCall(
        CartesianCreateCoarser(problem, c, coarsest->points, coarsest->drop_tolerance, &coarse));
    PetscCall(Eigenvalue(problem, work, k, &coarse, row));
    PetscCall(CartesianDestroy(&coarse));
    PetscFunctionReturn(0);
  }
  PetscCall(Eigenvalue(problem, work, k, c, row));
  if (i == work->fibers.same[work->vectors->n - 1]) {
    PetscCall(QlbeFiberCheckStructure(c->fiber, c->A, &structure));
    StructureToRow(&structure, row + FIBER_STRUCTURE);
  }
  PetscFunctionReturn(0);
}

/* Quartic coefficients of the coarsest grid and the deck's, at the last wave vector. */
static void QuarticOfLevels(const QlbeProblem *problem, const Work *work, const double coarsest[],
                            GridResult *result)
{
  CartesianResult *cartesian = &result->cartesian;
  QlbeEigenpair pair;
  const double *v = work->vectors->k[work->vectors->n - 1];
  const double k = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);

  DiffusionCountPair(&problem->parameters, coarsest, result, &pair);
  cartesian->quartic[0] = DiffusionQuartic(PetscRealPart(pair.value), cartesian->level_D[0], k);
  cartesian->quartic[1] = DiffusionQuartic(PetscRealPart(result->last_eps),
                                           cartesian->level_D[cartesian->levels - 1], k);
}

/* The fit, the structure of its last fiber, and eps once more at the last wave vector reversed. */
static PetscErrorCode FitRoute(const QlbeProblem *problem, QlbeTasks tasks, Work *work,
                               QlbeReport report, GridResult *result, PetscBool *stopped)
{
  const PetscInt n = work->vectors->n;
  const double *last;
  QlbeEigenpair pair;
  double *of_fibers, *rows, k[3];

  PetscFunctionBegin;
  PetscCall(FitFibersCreate(problem, work->vectors, &work->fibers));
  PetscCall(PetscMalloc2((work->fibers.n + FIBERS_BEYOND) * FIBER_WIDTH, &of_fibers,
                         n * FIBER_WIDTH, &rows));
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "fibers",
                                                  .n = work->fibers.n + FIBERS_BEYOND,
                                                  .width = FIBER_WIDTH,
                                                  .task = FiberStep,
                                                  .work = work},
                             of_fibers, stopped));
  if (!*stopped) {
    FitFibersToRows(&work->fibers, n, of_fibers, rows);
    PetscCall(DiffusionFit(problem, work->vectors, work->scale, rows, report, result));
    result->at_k_max = StructureFromRow(rows + (n - 1) * FIBER_WIDTH + FIBER_STRUCTURE);
    last = of_fibers + work->fibers.n * FIBER_WIDTH;
    FiberVector(work, work->fibers.n, k);
    PetscCall(DiffusionAddPair(problem, k, last, report, result, &pair));
    result->reversal = PetscAbsScalar(pair.value - PetscConj(result->last_eps));
    QuarticOfLevels(problem, work, of_fibers + (work->fibers.n + 1) * FIBER_WIDTH, result);
  }
  PetscCall(PetscFree2(of_fibers, rows));
  PetscCall(FitFibersDestroy(&work->fibers));
  PetscFunctionReturn(0);
}

/*
   The grids to compare: one coarser, two with extrapolation; where pairs are dropped also the
   coarsest with all of them, before the last.
*/
static PetscErrorCode ChooseLevels(const QlbeProblem *problem, CartesianResult *cartesian,
                                   Work *work)
{
  const double drop = cartesian->drop_tolerance;
  PetscBool extrapolate;
  PetscInt middle, coarsest;

  PetscFunctionBegin;
  extrapolate = problem->settings->grid.richardson;
  middle = extrapolate ? CartesianCoarserPoints(cartesian->points, 1.25) : cartesian->points;
  coarsest = PetscMin(CartesianCoarserPoints(cartesian->points, 1.45), middle - 2);
  /* five points have room for one coarser grid only */
  if (coarsest < 3) coarsest = middle;
  work->levels[work->n_levels++] = (Level){coarsest, drop};
  if (coarsest < middle && middle < cartesian->points)
    work->levels[work->n_levels++] = (Level){middle, drop};
  cartesian->levels = work->n_levels + 1;
  if (drop > 0.0) work->levels[work->n_levels++] = (Level){coarsest, 0.0};
  work->levels[work->n_levels++] = (Level){cartesian->points, drop};
  PetscFunctionReturn(0);
}

/* The perturbation route of all grids into the result. */
static PetscErrorCode LevelRoute(QlbeTasks tasks, Work *work, GridResult *result,
                                 PetscBool *stopped)
{
  double rows[(GRID_LEVELS + 1) * LEVEL_WIDTH];
  const double *last = rows + (work->n_levels - 1) * LEVEL_WIDTH;
  CartesianResult *cartesian = &result->cartesian;

  PetscFunctionBegin;
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "grids",
                                                  .n = work->n_levels,
                                                  .width = LEVEL_WIDTH,
                                                  .task = LevelStep,
                                                  .work = work},
                             rows, stopped));
  if (*stopped) PetscFunctionReturn(0);
  result->perturbation = PerturbationFromRow(last);
  result->at_zero = StructureFromRow(last + LEVEL_STRUCTURE);
  cartesian->spacing = last[LEVEL_SPACING];
  for (PetscInt i = 0; i < cartesian->levels; i++) {
    const PetscInt level = i < cartesian->levels - 1 ? i : work->n_levels - 1;
    const QlbePerturbation p = PerturbationFromRow(rows + level * LEVEL_WIDTH);
    cartesian->level_points[i] = work->levels[level].points;
    cartesian->level_spacing[i] = rows[level * LEVEL_WIDTH + LEVEL_SPACING];
    cartesian->level_D[i] = p.converged ? p.D : NAN;
  }
  if (cartesian->drop_tolerance > 0.0) {
    const QlbePerturbation all = PerturbationFromRow(rows + (work->n_levels - 2) * LEVEL_WIDTH);
    cartesian->drop_error =
        CARTESIAN_DROP_SAFETY * fabs((all.converged ? all.D : NAN) - cartesian->level_D[0]);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionOnCartesian(const QlbeProblem *problem, QlbeTasks tasks,
                                    const WaveVectors *vectors, const QlbeClosedForms *closed,
                                    QlbeReport report, GridResult *result, PetscBool *stopped)
{
  Work work = {.vectors = vectors, .scale = closed->escape_rate_0};
  CartesianResult *cartesian = &result->cartesian;
  PetscMPIInt group;

  PetscFunctionBegin;
  result->gap = closed->gap;
  cartesian->points = problem->settings->grid.points;
  PetscCall(CartesianHalfWidth(problem, &cartesian->half_width));
  cartesian->drop_tolerance = problem->settings->grid.drop_tolerance;
  work.half_width = cartesian->half_width;
  group = QlbeTasksGroupNumber(tasks);
  work.announce = (PetscBool)(group == 0);
  PetscCall(ChooseLevels(problem, cartesian, &work));
  PetscCall(LevelRoute(tasks, &work, result, stopped));
  if (!*stopped) PetscCall(FitRoute(problem, tasks, &work, report, result, stopped));
  PetscCall(Destroy(&work, PETSC_TRUE));
  if (!*stopped) PetscCall(DiffusionCartesianErrors(problem, result));
  PetscFunctionReturn(0);
}
