/*
   Route (a) of `qlbe diffusion`: the curvature of eps(k), whatever discretisation its fibers come
   from; and the rows that steps leave.
*/
#include <math.h>

#include "diffusion.h"
#include "spectrum_table.h"
#include "qlbe/worse.h"

/* A field more has to be copied, too. */
_Static_assert(sizeof(QlbePerturbation) ==
                   9 * sizeof(double) + (sizeof(PetscInt) + sizeof(PetscBool) + 7) / 8 * 8,
               "PerturbationToRow and PerturbationFromRow know all fields");

void PerturbationToRow(const QlbePerturbation *p, double row[PERTURBATION_WIDTH])
{
  const double values[PERTURBATION_WIDTH] = {p->D,
                                             p->D_first,
                                             p->D_second,
                                             p->drift,
                                             p->null_defect,
                                             p->residual,
                                             p->D_error,
                                             p->response,
                                             p->k_error,
                                             (double)p->iterations,
                                             (double)p->converged};

  for (int i = 0; i < PERTURBATION_WIDTH; i++) row[i] = values[i];
}

QlbePerturbation PerturbationFromRow(const double row[PERTURBATION_WIDTH])
{
  const QlbePerturbation p = {.D = row[0],
                              .D_first = row[1],
                              .D_second = row[2],
                              .drift = row[3],
                              .null_defect = row[4],
                              .residual = row[5],
                              .D_error = row[6],
                              .response = row[7],
                              .k_error = row[8],
                              .iterations = (PetscInt)row[9],
                              .converged = (PetscBool)(row[10] != 0.0)};

  return p;
}

double DiffusionQuartic(double eps, double D, double k)
{
  return (eps + 0.5 * D * k * k) / pow(k, 4);
}

PetscErrorCode DiffusionEigenvalue(const QlbeProblem *problem, Mat A, double scale,
                                   QlbeSpectrum solver, double row[])
{
  QlbeEigenpair pair = QlbePairMissing();
  PetscInt converged;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "eigenvalues"));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, scale));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  if (converged > 0) PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
  PetscCall(QlbePhaseEnd(problem->phases, "eigenvalues"));
  QlbePairToRow(&pair, row);
  row[FIBER_CONVERGED] = converged > 0 ? 1.0 : 0.0;
  for (int i = FIBER_STRUCTURE; i < FIBER_WIDTH; i++) row[i] = 0.0;
  PetscFunctionReturn(0);
}

double DiffusionCountPair(const QlbeParameters *par, const double row[], GridResult *result,
                          QlbeEigenpair *pair)
{
  double error;

  *pair = QlbePairFromRow(row);
  error = DiffusionEpsError(par, result, pair);
  DiffusionJudgePair(error, result, pair);
  if (row[FIBER_CONVERGED] == 0.0) result->missing++;
  result->largest_residual = QlbeWorse(result->largest_residual, pair->residual);
  result->lowest_eps = QlbeLeast(result->lowest_eps, PetscRealPart(pair->value));
  result->iterations += pair->iterations;
  result->matvecs += pair->matvecs;
  return PetscIsNanScalar(pair->value) ? NAN : error;
}

PetscErrorCode DiffusionAddPair(const QlbeProblem *problem, const double k[3], const double row[],
                                QlbeReport report, GridResult *result, QlbeEigenpair *pair)
{
  SpectrumTableEntry level = {.size = sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2])};

  PetscFunctionBegin;
  level.error = DiffusionCountPair(&problem->parameters, row, result, pair);
  PetscCall(PetscArraycpy(level.k, k, 3));
  PetscCall(SpectrumTableAddEntry(&problem->units, report, &level, pair));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionFit(const QlbeProblem *problem, const WaveVectors *vectors, double scale,
                            const double rows[], QlbeReport report, GridResult *result)
{
  const QlbeCurvatureSeries series = {
      .isotropic = vectors->line, .lattice = (PetscBool)!vectors->line, .scale = vectors->scale};
  const PetscInt n = vectors->n;
  QlbeEigenpair pair;
  PetscScalar *eps;
  double *sigma;

  PetscFunctionBegin;
  result->rounding = vectors->rounding;
  result->escape_rate = scale;
  PetscCall(PetscMalloc2(n, &eps, n, &sigma));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(
        DiffusionAddPair(problem, vectors->k[i], rows + i * FIBER_WIDTH, report, result, &pair));
    eps[i] = pair.value;
    sigma[i] = vectors->rounding + QlbePairSolverError(&pair, result->gap);
  }
  result->last_eps = eps[n - 1];
  PetscCall(QlbeCurvatureFit(n, (const double(*)[3])vectors->k, eps, sigma, &series, &result->fit));
  PetscCall(PetscFree2(eps, sigma));
  PetscFunctionReturn(0);
}
