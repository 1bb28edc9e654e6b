/*
   The derivatives of L_k at k = 0 from products with it at small wave numbers of one direction.

   Im L_k/k and 2 (Re L_k - L_0)/k^2 tend to them with an error of k^2 and, on a lattice, of
   k^2 log k: the cell around q = 0 sees the cones of Im f. At steps that halve k^2 one elimination
   of k^2 turns k^2 log k into k^2, and the same elimination once more removes it.
*/
#include "qlbe/derivative_weights.h"
#include "qlbe/perturbation.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

PetscErrorCode QlbePerturbationDerivatives(Vec x0, Vec y0, PetscReal k1, Vec y1, PetscReal k2,
                                           Vec y2, Vec L1x0, PetscReal *second,
                                           PetscReal *second_change)
{
  QlbeDerivativeWeights weights;
  PetscScalar e0 = 0.0, e1, e2;
  PetscReal norm, near;
  Vec odd;

  PetscFunctionBegin;
  PetscCall(QlbeDerivativeWeightsCompute(k1, k2, &weights));
  PetscCall(VecNorm(x0, NORM_2, &norm));
  PetscCheck(norm > 0.0, PetscObjectComm((PetscObject)x0), PETSC_ERR_ARG_WRONG,
             "The null vector is zero");
  if (y0) PetscCall(VecDot(y0, x0, &e0));
  PetscCall(VecDot(y1, x0, &e1));
  PetscCall(VecDot(y2, x0, &e2));
  near = 2.0 * PetscRealPart(e1 - e0) / (k1 * k1 * norm * norm);
  *second =
      (weights.second[0] * PetscRealPart(e1 - e0) + weights.second[1] * PetscRealPart(e2 - e0)) /
      (norm * norm);
  if (second_change) *second_change = PetscAbsReal(*second - near);

  PetscCall(VecDuplicate(y2, &odd));
  PetscCall(VecCopy(y2, odd));
  PetscCall(VecImaginaryPart(odd));
  PetscCall(VecCopy(y1, L1x0));
  PetscCall(VecImaginaryPart(L1x0));
  PetscCall(VecAXPBY(L1x0, weights.first[1], weights.first[0], odd));
  PetscCall(VecDestroy(&odd));
  PetscFunctionReturn(0);
}

/* 2 <x0| Re y>/(k^2 <x0|x0>) */
static PetscErrorCode SecondQuotient(Vec x0, Vec y, PetscReal k, PetscReal *second)
{
  PetscScalar overlap;
  PetscReal norm;

  PetscFunctionBegin;
  PetscCall(VecNorm(x0, NORM_2, &norm));
  PetscCheck(norm > 0.0, PetscObjectComm((PetscObject)x0), PETSC_ERR_ARG_WRONG,
             "The null vector is zero");
  PetscCall(VecDot(y, x0, &overlap));
  *second = 2.0 * PetscRealPart(overlap) / (k * k * norm * norm);
  PetscFunctionReturn(0);
}

PetscReal QlbeDerivativeStep(PetscReal k, int i)
{
  return k * pow(0.5, 0.5 * (PetscReal)i);
}

PetscErrorCode QlbePerturbationLogDerivatives(Vec x0, PetscReal k, Vec y[QLBE_DERIVATIVE_STEPS],
                                              Vec L1x0[2], PetscReal second[2])
{
  /* (2 E_h - 1)^2, E_h the step to half of k^2 */
  const PetscReal weights[3] = {1.0, -4.0, 4.0};
  PetscReal quotient[QLBE_DERIVATIVE_STEPS];

  PetscFunctionBegin;
  PetscCheck(k > 0.0, PetscObjectComm((PetscObject)x0), PETSC_ERR_ARG_OUTOFRANGE,
             "The largest wave number must be positive, not %g", (double)k);
  for (int i = 0; i < QLBE_DERIVATIVE_STEPS; i++)
    PetscCall(SecondQuotient(x0, y[i], QlbeDerivativeStep(k, i), &quotient[i]));
  for (int set = 0; set < 2; set++) {
    second[set] = 0.0;
    PetscCall(VecSet(L1x0[set], 0.0));
    for (int i = 0; i < 3; i++) {
      second[set] += weights[i] * quotient[set + i];
      PetscCall(VecAXPY(L1x0[set], weights[i] / QlbeDerivativeStep(k, set + i), y[set + i]));
    }
    PetscCall(VecImaginaryPart(L1x0[set]));
  }
  PetscFunctionReturn(0);
}
