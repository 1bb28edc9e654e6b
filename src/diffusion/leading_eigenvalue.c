/* The leading eigenvalue of a fiber, what its matrix is like, and whether the value is eps(k). */
#include <math.h>

#include "diffusion_impl.h"
#include "qlbe/pair_row.h"
#include "qlbe/worse.h"

/* A new solver for each fiber: what it remembers of the one before, its random numbers too, would
   show in the last digits. */
PetscErrorCode QlbeDiffusionEigenvalue(const QlbeProblem *problem, QlbeDiscretisation d, Mat A,
                                       PetscInt count, double scale, QlbeEigenpair *pair)
{
  PetscInt size, converged;
  QlbeSpectrum solver;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(MatGetSize(A, &size, NULL));
  PetscCall(QlbeDiscretisationEquilibrium(d, A, &x0));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
  PetscCall(QlbeSpectrumSetCount(solver, PetscMin(count, size)));
  PetscCall(QlbeSpectrumSetTolerance(solver, problem->settings->spectrum.tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  *pair = QlbePairMissing();
  if (converged > 0) PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, pair));
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionStructure(QlbeDiscretisation d, Mat A, double scale,
                                      QlbeDiscretisationStructure *structure)
{
  Vec x0;

  PetscFunctionBegin;
  if (QlbeDiscretisationTraitsOf(d)->row_checks) {
    PetscCall(QlbeDiscretisationMeasure(d, A, structure));
    PetscFunctionReturn(0);
  }
  *structure = (QlbeDiscretisationStructure){0.0, 0.0, 0.0, 0.0};
  PetscCall(QlbeDiscretisationEquilibrium(d, A, &x0));
  PetscCall(QlbeSpectrumContraction(A, x0, scale, &structure->contraction));
  PetscCall(VecDestroy(&x0));
  PetscFunctionReturn(0);
}

/* Error of the value: what comparisons say, tables, rounding and solver. */
static double LevelError(const QlbeEigenpair *pair, const QlbeDiffusionErrors *errors,
                         const QlbeDiffusionFindings *found)
{
  return errors->relative * PetscAbsScalar(pair->value) + errors->absolute + found->rounding +
         QlbePairSolverError(pair, found->closed->gap);
}

/* Counts a value that is not eps(k), which becomes nan, or that is positive beyond its error. */
static void JudgeValue(double error, QlbeDiffusionFindings *found, QlbeEigenpair *pair)
{
  const double re = PetscRealPart(pair->value);

  if (PetscIsNanScalar(pair->value)) return;
  /* an error of nan counts as exceeded */
  if (re > 0.0 && !(re <= error)) found->positive++;
  if (QlbeEigenpairContinues(pair, found->closed->escape_rate_0, isfinite(error) ? error : 0.0))
    return;
  found->foreign++;
  pair->value = PetscCMPLX(NAN, NAN);
}

void QlbeDiffusionJudge(const QlbeEigenpair *pair, const double k[3], QlbeDiffusionFindings *found,
                        QlbeDiffusion *result, QlbeDiffusionLevel *level)
{
  *level = (QlbeDiffusionLevel){.k = {k[0], k[1], k[2]}, .pair = *pair};
  if (PetscIsNanScalar(pair->value)) found->missing++;
  level->error = LevelError(pair, &result->errors, found);
  JudgeValue(level->error, found, &level->pair);
  found->largest_residual = QlbeWorse(found->largest_residual, pair->residual);
  found->lowest_eps = QlbeLeast(found->lowest_eps, PetscRealPart(level->pair.value));
  result->iterations += pair->iterations;
  result->matvecs += pair->matvecs;
  if (PetscIsNanScalar(level->pair.value)) level->error = NAN;
}
