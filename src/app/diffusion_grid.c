/*
   Routes (a) and (b) on the Cartesian grid, with an error estimate from coarser grids.

   The coarser grids run the perturbation route alone: it costs three assemblies and one linear
   solve, and its D differs from the fit's by far less than either differs from the limit of small
   spacing.
*/
#include <math.h>

#include "diffusion.h"
#include "qlbe/progress.h"

/* Share of the neglected momenta in <p_x^2>, relative: what the box costs the diffusion constant.
 */
static double BoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}

/* The leading eigenvalue at k[3]; a pair of nan, counted as missing, where there is none. */
static PetscErrorCode LeadingEigenvalue(QlbeRun *run, const double k[3], double scale,
                                        QlbeSpectrum solver, Cartesian *c, GridResult *result,
                                        QlbeEigenpair *pair)
{
  PetscInt converged;

  PetscFunctionBegin;
  *pair = (QlbeEigenpair){.value = PetscCMPLX(NAN, NAN), .residual = NAN, .condition = NAN};
  PetscCall(CartesianAssemble(run, k, c));
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumSetOperator(solver, c->A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  if (converged > 0)
    PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, pair));
  else
    result->missing++;
  PetscCall(QlbePhaseEnd(run->phases, "eigenvalues"));
  result->largest_residual = fmax(result->largest_residual, pair->residual);
  result->lowest_eps = fmin(result->lowest_eps, PetscRealPart(pair->value));
  result->iterations += pair->iterations;
  result->matvecs += pair->matvecs;
  PetscFunctionReturn(0);
}

/* eps(k) at all wave vectors and once more at the last one reversed, then the fit. */
static PetscErrorCode FitRoute(QlbeRun *run, const WaveVectors *vectors, double scale, Cartesian *c,
                               QlbeReport report, GridResult *result)
{
  const PetscInt n = vectors->n;
  const double *last = vectors->k[n - 1], reversed[3] = {-last[0], -last[1], -last[2]};
  QlbeSpectrum solver;
  QlbeProgress progress;
  QlbeEigenpair pair;
  PetscScalar *eps;
  double *sigma;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &eps, n, &sigma));
  PetscCall(CartesianSpectrum(run, c, &solver));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", n + 1, &progress));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(LeadingEigenvalue(run, vectors->k[i], scale, solver, c, result, &pair));
    PetscCall(RunReportAddEigenvalue(run, report, vectors->k[i], 0, &pair));
    eps[i] = pair.value;
    /* the quotient's error is quadratic in the residual; rounding of sums over a row limits it */
    sigma[i] = 1e-14 * scale + pair.residual * pair.residual * pair.condition / scale;
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  PetscCall(QlbeFiberCheckStructure(c->fiber, c->A, &result->at_k_max));
  PetscCall(LeadingEigenvalue(run, reversed, scale, solver, c, result, &pair));
  PetscCall(RunReportAddEigenvalue(run, report, reversed, 0, &pair));
  PetscCall(QlbeProgressUpdate(progress, n + 1));
  result->reversal = PetscAbsScalar(pair.value - PetscConj(eps[n - 1]));
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(
      QlbeCurvatureFit(n, (const double(*)[3])vectors->k, eps, sigma, PETSC_FALSE, &result->fit));
  PetscCall(PetscFree2(eps, sigma));
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
  PetscCall(CartesianCreate(run, points, result->half_width, vectors->k_max, drop_tolerance, &c));
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
  const PetscInt level = result->levels++;

  PetscFunctionBegin;
  result->level_points[level] = points;
  PetscCall(CoarserD(run, points, result->drop_tolerance, vectors, result,
                     &result->level_spacing[level], &result->level_D[level]));
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
  middle = extrapolate ? CoarserPoints(result->points, 1.25) : result->points;
  coarsest = PetscMin(CoarserPoints(result->points, 1.45), middle - 2);
  /* five points have room for one coarser grid only */
  if (coarsest < 3) coarsest = middle;
  PetscCall(AddLevel(run, coarsest, vectors, result));
  if (coarsest < middle && middle < result->points)
    PetscCall(AddLevel(run, middle, vectors, result));
  result->level_points[result->levels] = result->points;
  result->level_spacing[result->levels] = result->spacing;
  result->level_D[result->levels++] = result->perturbation.D;
  result->levels_solved = result->perturbation.converged;
  for (PetscInt i = 0; i < result->levels; i++)
    result->levels_solved = (PetscBool)(result->levels_solved && isfinite(result->level_D[i]));
  if (!result->levels_solved) {
    result->D = result->D_error = result->richardson.observed_order = NAN;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeRichardsonExtrapolate(result->levels, result->level_spacing, result->level_D, 4.0,
                                      &result->richardson));
  result->box_error = fabs(result->perturbation.D) * BoxShare(extent);
  if (result->drop_tolerance > 0.0) {
    double spacing, D;
    PetscCall(CoarserD(run, coarsest, 0.0, vectors, result, &spacing, &D));
    result->drop_error = 3.0 * fabs(D - result->level_D[0]);
  }
  if (extrapolate) {
    result->D = result->fit.D + (result->richardson.value - result->perturbation.D);
    discretisation = result->richardson.error;
  } else {
    result->D = result->fit.D;
    discretisation = 1.5 * fabs(result->richardson.value - result->perturbation.D);
  }
  result->D_error =
      discretisation + result->box_error + result->drop_error + result->fit.D_fit_error;
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionOnGrid(QlbeRun *run, const WaveVectors *vectors,
                               const QlbeClosedForms *closed, QlbeReport report, GridResult *result)
{
  Cartesian c;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &result->points));
  PetscCall(CartesianHalfWidth(run, &result->half_width));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_drop_tolerance", &result->drop_tolerance));
  PetscCall(CartesianCreate(run, result->points, result->half_width, vectors->k_max,
                            result->drop_tolerance, &c));
  result->spacing = c.grid.spacing;
  PetscCall(CartesianAnnounce(run, &c));
  PetscCall(CartesianPerturbation(run, vectors->k_max, &c, &result->perturbation));
  PetscCall(QlbeFiberCheckStructure(c.fiber, c.A, &result->at_rest));
  PetscCall(FitRoute(run, vectors, closed->escape_rate_0, &c, report, result));
  PetscCall(CartesianDestroy(&c));
  PetscCall(EstimateError(run, vectors, result));
  PetscFunctionReturn(0);
}
