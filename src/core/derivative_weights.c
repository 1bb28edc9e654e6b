/* Elimination of k^2 between two wave numbers. */
#include "qlbe/derivative_weights.h"

PetscErrorCode QlbeDerivativeWeightsCompute(double k1, double k2, QlbeDerivativeWeights *weights)
{
  const double s1 = k1 * k1, s2 = k2 * k2, between = s2 - s1;

  PetscFunctionBegin;
  PetscCheck(k1 > 0.0 && k2 > k1 && !PetscIsInfOrNanReal(k2), PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "Wave numbers must be positive and ascending, not %g, %g",
             k1, k2);
  weights->first[0] = s2 / (k1 * between);
  weights->first[1] = -s1 / (k2 * between);
  weights->second[0] = 2.0 * s2 / (s1 * between);
  weights->second[1] = -2.0 * s1 / (s2 * between);
  PetscFunctionReturn(0);
}
