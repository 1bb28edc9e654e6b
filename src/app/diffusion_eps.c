/*
   The eigenvalues of `qlbe diffusion`: whether each is eps(k), and its error.
*/
#include <math.h>

#include "diffusion.h"

/* Relative error of eps that the Cartesian grid leaves: as that of D, from the coarsest grid. */
static double CartesianShare(const QlbeParameters *par, const CartesianResult *cartesian, double D)
{
  const double h[2] = {cartesian->level_spacing[0], cartesian->spacing};
  const double spacing = CartesianSpacingError(par, h, D - cartesian->level_D[0], D, 4.0);
  const double box = CartesianBoxShare(cartesian->half_width * sqrt(par->beta / par->M));

  return (spacing + cartesian->drop_error) / fabs(D) + CARTESIAN_BOX_SAFETY * box;
}

double DiffusionEpsError(const QlbeParameters *par, const GridResult *result,
                         const QlbeEigenpair *pair)
{
  const BasisResult *basis = &result->basis;
  const double D = result->perturbation.D;
  const double share =
      result->spectral
          ? (basis->basis_error + SPECTRAL_QUADRATURE_SAFETY * basis->quadrature_error) / fabs(D)
          : CartesianShare(par, &result->cartesian, D);
  const double tables = result->spectral ? 0.0 : CARTESIAN_TABLE_ERROR * result->escape_rate;

  return share * PetscAbsScalar(pair->value) + tables + result->rounding +
         QlbePairSolverError(pair, result->gap);
}

void DiffusionJudgePair(double error, GridResult *result, QlbeEigenpair *pair)
{
  const double re = PetscRealPart(pair->value);

  if (PetscIsNanScalar(pair->value)) return;
  /* an error of nan counts as exceeded */
  if (re > 0.0 && !(re <= error)) result->positive++;
  if (QlbeEigenpairContinues(pair, result->escape_rate, isfinite(error) ? error : 0.0)) return;
  result->foreign++;
  pair->value = PetscCMPLX(NAN, NAN);
}
