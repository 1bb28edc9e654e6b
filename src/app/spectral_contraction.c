/* Whether a fiber in the spectral basis contracts. */
#include "spectral.h"

PetscErrorCode SpectralContraction(const QlbeProblem *problem, Mat A, double scale,
                                   double *contraction)
{
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  PetscInt converged;
  Mat real;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(MatDuplicate(A, MAT_COPY_VALUES, &real));
  PetscCall(MatRealPart(real));
  PetscCall(QlbeSpectralFiberEquilibrium(real, &x0));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, real, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  *contraction = NAN;
  if (converged > 0) {
    PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
    /* another eigenvalue, which an option has chosen, says nothing of the largest one */
    if (pair.leading) *contraction = PetscRealPart(pair.value) / scale;
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&real));
  PetscFunctionReturn(0);
}
