/*
   Errors of what `qlbe diffusion` computes on a Cartesian grid, from coarser grids, the size of the
   box and the fit.
*/
#include <math.h>

#include "diffusion.h"

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
   Error of the quartic coefficient, which is that of the deck's grid, extrapolated or not: from the
   coarsest grid with order 2, since its error is h^2 log k; the box, which takes some extent^2/5
   times more of the fourth moments than of the second; and the fit.
*/
static double QuarticError(const QlbeParameters *par, const CartesianResult *cartesian,
                           double extent, const QlbeCurvature *fit)
{
  const double h[2] = {cartesian->level_spacing[0], cartesian->spacing};

  return fit->quartic_error +
         (1.0 + extent * extent / 5.0) * CartesianBoxShare(extent) * fabs(fit->quartic) +
         CartesianSpacingError(par, h, cartesian->quartic[1] - cartesian->quartic[0], fit->quartic,
                               2.0);
}

/* Without extrapolation: from the coarser grid. With extrapolation: the scatter of three grids. */
PetscErrorCode DiffusionCartesianErrors(const QlbeProblem *problem, GridResult *result)
{
  const QlbeParameters *par = &problem->parameters;
  const double D = result->perturbation.D;
  CartesianResult *cartesian = &result->cartesian;
  PetscBool extrapolate;
  double extent, discretisation;

  PetscFunctionBegin;
  extrapolate = problem->settings->grid.richardson;
  extent = problem->settings->grid.extent;
  result->levels_solved = result->perturbation.converged;
  result->perturbation_error = result->perturbation.k_error + result->perturbation.D_error;
  for (PetscInt i = 0; i < cartesian->levels; i++)
    result->levels_solved = (PetscBool)(result->levels_solved && isfinite(cartesian->level_D[i]));
  if (!result->levels_solved) {
    result->D = result->D_error = result->perturbation_error = result->quartic_error = NAN;
    cartesian->richardson.observed_order = NAN;
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeRichardsonExtrapolate(cartesian->levels, cartesian->level_spacing,
                                      cartesian->level_D, 4.0, CartesianAsymptoticSpacing(par),
                                      &cartesian->richardson));
  cartesian->box_error = fabs(D) * CartesianBoxShare(extent);
  if (extrapolate) {
    result->D = result->fit.D + (cartesian->richardson.value - D);
    discretisation = cartesian->richardson.error + result->perturbation_error;
  } else {
    result->D = result->fit.D;
    discretisation =
        CartesianSpacingError(par, cartesian->level_spacing, D - cartesian->level_D[0], D, 4.0);
  }
  result->D_error =
      discretisation + cartesian->box_error + cartesian->drop_error + result->fit.D_fit_error;
  AddDropped(cartesian->drop_error, result);
  result->quartic_error = QuarticError(par, cartesian, extent, &result->fit);
  PetscFunctionReturn(0);
}
