/*
   Errors of what `qlbe diffusion` computes on a Cartesian grid, from coarser grids, the size of the
   box and the fit.
*/
#include <math.h>

#include "diffusion.h"

/* Share of the neglected momenta in <p_x^2>, relative: what the box costs the diffusion constant. */
static double BoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}

/*
   Which pairs a threshold drops changes with k: derivatives in k, by fit or by differences, move by
   as much as a part of the pairs contributes.
*/
static void AddDropped(double drop_error, GridResult *result)
{
  QlbeCurvature *fit = &result->fit;

  result->perturbation_error += drop_error;
  fit->D_truncation += drop_error;
  fit->D_fit_error += drop_error;
  fit->isotropy_error += 2.0 * drop_error / fabs(fit->D);
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) fit->hessian_error[i][j] += drop_error;
  }
}

/*
   The quartic coefficient of the fit runs with h^2 log k: from the wave numbers of the fit to those
   on which the operator varies it changes by what a lattice adds.
*/
static double QuarticError(QlbeRun *run, const WaveVectors *vectors, double discretisation,
                           const QlbeCurvature *fit)
{
  const double scale = 10.0 * CartesianDifferenceStep(&run->parameters);

  return fit->quartic_error + fit->logarithm * fabs(log(scale / vectors->k_max)) +
         2.0 * fabs(fit->quartic) * discretisation;
}

/*
   Without extrapolation: the correction that order 4 predicts from one coarser grid, with half of it
   added for an order that is not quite reached. With extrapolation: the scatter of three grids.
*/
PetscErrorCode DiffusionCartesianErrors(QlbeRun *run, const WaveVectors *vectors,
                                        GridResult *result)
{
  CubeResult *cube = &result->cube;
  PetscBool extrapolate;
  double extent, discretisation;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetBool(run->options, "grid_richardson", &extrapolate));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_extent", &extent));
  result->levels_solved = result->perturbation.converged;
  result->perturbation_error = result->perturbation.k_error + result->perturbation.D_error;
  for (PetscInt i = 0; i < cube->levels; i++)
    result->levels_solved = (PetscBool)(result->levels_solved && isfinite(cube->level_D[i]));
  if (!result->levels_solved) {
    result->D = result->D_error = result->perturbation_error = result->quartic_error = NAN;
    cube->richardson.observed_order = NAN;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeRichardsonExtrapolate(cube->levels, cube->level_spacing, cube->level_D, 4.0,
                                      &cube->richardson));
  cube->box_error = fabs(result->perturbation.D) * BoxShare(extent);
  if (extrapolate) {
    result->D = result->fit.D + (cube->richardson.value - result->perturbation.D);
    discretisation = cube->richardson.error + result->perturbation_error;
  } else {
    result->D = result->fit.D;
    discretisation = 1.5 * fabs(cube->richardson.value - result->perturbation.D);
  }
  result->D_error = discretisation + cube->box_error + cube->drop_error + result->fit.D_fit_error;
  AddDropped(cube->drop_error, result);
  result->quartic_error =
      QuarticError(run, vectors, result->D_error / fabs(result->D), &result->fit);
  PetscFunctionReturn(0);
}
