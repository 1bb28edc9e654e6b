/*
   Routes (a) and (b) on the Cartesian grid, with an error estimate from coarser grids.

   The coarser grids run the perturbation route alone: it costs three assemblies and one linear
   solve, and its D differs from the fit's by far less than either differs from the limit of small
   spacing.
*/
#include <math.h>

#include "diffusion.h"

/* Share of the neglected momenta in <p_x^2>, relative: what the box costs the diffusion constant.
 */
static double BoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}

static PetscErrorCode Assemble(QlbeRun *run, void *context, const double k[3], Mat *A)
{
  Cartesian *c = context;

  PetscFunctionBegin;
  PetscCall(CartesianAssemble(run, k, c));
  *A = c->A;
  PetscFunctionReturn(0);
}

/* The fit, the structure of its last fiber, and eps once more at the last wave vector reversed. */
static PetscErrorCode FitRoute(QlbeRun *run, const WaveVectors *vectors, double scale, Cartesian *c,
                               QlbeReport report, GridResult *result)
{
  const double *last = vectors->k[vectors->n - 1], reversed[3] = {-last[0], -last[1], -last[2]};
  QlbeSpectrum solver;
  QlbeEigenpair pair;

  PetscFunctionBegin;
  PetscCall(CartesianSpectrum(run, c, &solver));
  PetscCall(DiffusionFit(run, vectors, scale, PETSC_FALSE, Assemble, c, solver, report, result));
  PetscCall(QlbeFiberCheckStructure(c->fiber, c->A, &result->at_k_max));
  PetscCall(DiffusionEigenvalue(run, reversed, scale, Assemble, c, solver, result, &pair));
  PetscCall(RunReportAddEigenvalue(run, report, reversed, 0, &pair));
  result->reversal = PetscAbsScalar(pair.value - PetscConj(result->last_eps));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscFunctionReturn(0);
}

/* Points of a coarser grid over the same box, of the same parity so that p = 0 stays or stays
 * absent. */
static PetscInt CoarserPoints(PetscInt points, double ratio)
{
  PetscInt coarse = 1 + (PetscInt)floor((double)(points - 1) / ratio + 0.5);

  if ((coarse - points) % 2 != 0) coarse--;
  return PetscMax(coarse, 2 + points % 2);
}

/* D of a coarser grid, by perturbation. */
static PetscErrorCode CoarserD(QlbeRun *run, PetscInt points, double drop_tolerance,
                               const WaveVectors *vectors, const GridResult *result,
                               double *spacing, double *D)
{
  QlbePerturbation perturbation;
  Cartesian c;

  PetscFunctionBegin;
  PetscCall(
      CartesianCreate(run, points, result->cube.half_width, vectors->k_max, drop_tolerance, &c));
  PetscCall(CartesianPerturbation(run, vectors->k_max, &c, &perturbation));
  *spacing = c.grid.spacing;
  *D = perturbation.converged ? perturbation.D : NAN;
  PetscCall(CartesianDestroy(&c));
  PetscFunctionReturn(0);
}

/* Adds a coarser grid to the levels that are compared. */
static PetscErrorCode AddLevel(QlbeRun *run, PetscInt points, const WaveVectors *vectors,
                               GridResult *result)
{
  const PetscInt level = result->cube.levels++;

  PetscFunctionBegin;
  result->cube.level_points[level] = points;
  PetscCall(CoarserD(run, points, result->cube.drop_tolerance, vectors, result,
                     &result->cube.level_spacing[level], &result->cube.level_D[level]));
  PetscFunctionReturn(0);
}

/*
   Error of the grid's D. Without extrapolation: the correction that order 4 predicts from one
   coarser grid, with half of it added for an order that is not quite reached. With extrapolation:
   the scatter of three grids.
*/
static PetscErrorCode EstimateError(QlbeRun *run, const WaveVectors *vectors, GridResult *result)
{
  PetscBool extrapolate;
  PetscInt middle, coarsest;
  double extent, discretisation;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetBool(run->options, "grid_richardson", &extrapolate));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_extent", &extent));
  middle = extrapolate ? CoarserPoints(result->cube.points, 1.25) : result->cube.points;
  coarsest = PetscMin(CoarserPoints(result->cube.points, 1.45), middle - 2);
  /* five points have room for one coarser grid only */
  if (coarsest < 3) coarsest = middle;
  PetscCall(AddLevel(run, coarsest, vectors, result));
  if (coarsest < middle && middle < result->cube.points)
    PetscCall(AddLevel(run, middle, vectors, result));
  result->cube.level_points[result->cube.levels] = result->cube.points;
  result->cube.level_spacing[result->cube.levels] = result->cube.spacing;
  result->cube.level_D[result->cube.levels++] = result->perturbation.D;
  result->levels_solved = result->perturbation.converged;
  for (PetscInt i = 0; i < result->cube.levels; i++)
    result->levels_solved = (PetscBool)(result->levels_solved && isfinite(result->cube.level_D[i]));
  if (!result->levels_solved) {
    result->D = result->D_error = result->cube.richardson.observed_order = NAN;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeRichardsonExtrapolate(result->cube.levels, result->cube.level_spacing,
                                      result->cube.level_D, 4.0, &result->cube.richardson));
  result->cube.box_error = fabs(result->perturbation.D) * BoxShare(extent);
  if (result->cube.drop_tolerance > 0.0) {
    double spacing, D;
    PetscCall(CoarserD(run, coarsest, 0.0, vectors, result, &spacing, &D));
    result->cube.drop_error = 3.0 * fabs(D - result->cube.level_D[0]);
  }
  if (extrapolate) {
    result->D = result->fit.D + (result->cube.richardson.value - result->perturbation.D);
    discretisation = result->cube.richardson.error;
  } else {
    result->D = result->fit.D;
    discretisation = 1.5 * fabs(result->cube.richardson.value - result->perturbation.D);
  }
  result->D_error =
      discretisation + result->cube.box_error + result->cube.drop_error + result->fit.D_fit_error;
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionOnCube(QlbeRun *run, const WaveVectors *vectors,
                               const QlbeClosedForms *closed, QlbeReport report, GridResult *result)
{
  Cartesian c;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &result->cube.points));
  PetscCall(CartesianHalfWidth(run, &result->cube.half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &result->cube.drop_tolerance));
  PetscCall(CartesianCreate(run, result->cube.points, result->cube.half_width, vectors->k_max,
                            result->cube.drop_tolerance, &c));
  result->cube.spacing = c.grid.spacing;
  PetscCall(CartesianAnnounce(run, &c));
  PetscCall(CartesianPerturbation(run, vectors->k_max, &c, &result->perturbation));
  PetscCall(QlbeFiberCheckStructure(c.fiber, c.A, &result->at_rest));
  PetscCall(FitRoute(run, vectors, closed->escape_rate_0, &c, report, result));
  PetscCall(CartesianDestroy(&c));
  PetscCall(EstimateError(run, vectors, result));
  PetscFunctionReturn(0);
}
