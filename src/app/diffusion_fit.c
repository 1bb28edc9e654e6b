/*
   Route (a) of `qlbe diffusion`: the curvature of eps(k), whatever discretisation its fibers come from.
*/
#include <math.h>

#include "diffusion.h"
#include "qlbe/progress.h"

PetscErrorCode DiffusionEigenvalue(QlbeRun *run, const double k[3], double scale,
                                   AssembleFiber *assemble, void *context, QlbeSpectrum solver,
                                   GridResult *result, QlbeEigenpair *pair)
{
  PetscInt converged;
  Mat A;

  PetscFunctionBegin;
  *pair = (QlbeEigenpair){.value = PetscCMPLX(NAN, NAN), .residual = NAN, .condition = NAN};
  PetscCall(assemble(run, context, k, &A));
  PetscCall(QlbePhaseBegin(run->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, scale));
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

PetscErrorCode DiffusionFit(QlbeRun *run, const WaveVectors *vectors, double scale,
                            PetscBool isotropic, AssembleFiber *assemble, void *context,
                            QlbeSpectrum solver, QlbeReport report, GridResult *result)
{
  const PetscInt n = vectors->n;
  QlbeProgress progress;
  QlbeEigenpair pair;
  PetscScalar *eps;
  double *sigma;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &eps, n, &sigma));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", n, &progress));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(
        DiffusionEigenvalue(run, vectors->k[i], scale, assemble, context, solver, result, &pair));
    PetscCall(RunReportAddEigenvalue(run, report, vectors->k[i], 0, &pair));
    eps[i] = pair.value;
    /* the quotient's error is quadratic in the residual, and limited by rounding */
    sigma[i] = vectors->rounding + pair.residual * pair.residual * pair.condition / scale;
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  result->last_eps = eps[n - 1];
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(
      QlbeCurvatureFit(n, (const double(*)[3])vectors->k, eps, sigma, isotropic, &result->fit));
  PetscCall(PetscFree2(eps, sigma));
  PetscFunctionReturn(0);
}
