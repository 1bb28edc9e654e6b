/* Whether the exponential of a matrix contracts. */
#include "spectrum_impl.h"

PetscErrorCode QlbeSpectrumContraction(Mat A, Vec guess, PetscReal scale, PetscReal *contraction)
{
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  PetscInt converged;
  Mat real;

  PetscFunctionBegin;
  PetscCall(MatDuplicate(A, MAT_COPY_VALUES, &real));
  PetscCall(MatRealPart(real));
  PetscCall(QlbeSpectrumCreate(PetscObjectComm((PetscObject)A), &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, real, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, guess));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  *contraction = NAN;
  if (converged > 0) {
    PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
    /* another eigenvalue, which an option has chosen, says nothing of the largest one */
    if (pair.leading) *contraction = PetscRealPart(pair.value) / scale;
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(MatDestroy(&real));
  PetscFunctionReturn(0);
}
