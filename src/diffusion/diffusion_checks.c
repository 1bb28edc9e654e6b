/* The checks that the numbers of both routes must pass. */
#include <math.h>

#include "diffusion_impl.h"
#include "qlbe/worse.h"

/*
   The exact properties of the discrete operator; without row checks it is complex symmetric by
   construction.
*/
static PetscErrorCode StructureChecks(PetscBool row_checks, const QlbeDiffusionFindings *found,
                                      QlbeDiffusion *result)
{
  const QlbeDiscretisationStructure *at_zero = &found->at_zero, *at_longest = &found->at_longest;
  QlbeChecks *checks = &result->checks;

  PetscFunctionBegin;
  if (!row_checks) {
    PetscCall(QlbeChecksAdd(checks, "equilibrium_is_stationary",
                            result->perturbation.null_defect / found->closed->escape_rate_0,
                            1e-12));
    PetscCall(QlbeChecksAdd(checks, "contraction", at_longest->contraction, 1e-13));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeChecksAdd(checks, "trace_preservation", at_zero->column_sum, 1e-13));
  PetscCall(QlbeChecksAdd(checks, "equilibrium_is_stationary", at_zero->null_vector, 1e-13));
  PetscCall(QlbeChecksAdd(checks, "complex_symmetry",
                          QlbeWorse(at_zero->asymmetry, at_longest->asymmetry), 1e-14));
  PetscCall(QlbeChecksAdd(checks, "contraction",
                          QlbeWorse(at_zero->contraction, at_longest->contraction), 1e-13));
  PetscFunctionReturn(0);
}

/* The eigenvalues one by one. */
static PetscErrorCode EigenvalueChecks(const QlbeProblem *problem,
                                       const QlbeDiffusionFindings *found, QlbeChecks *checks)
{
  PetscFunctionBegin;
  PetscCall(QlbeChecksAdd(checks, "eigenvalues_not_converged", (double)found->missing, 0.0));
  PetscCall(QlbeChecksAdd(checks, "eps_continues_zero", (double)found->foreign, 0.0));
  PetscCall(QlbeChecksAdd(checks, "eps_positive", (double)found->positive, 0.0));
  PetscCall(QlbeChecksAdd(checks, "residual_over_escape_rate",
                          found->largest_residual / found->closed->escape_rate_0,
                          problem->settings->spectrum.tolerance));
  PetscCall(QlbeChecksAdd(checks, "eps_isolated_from_continuum",
                          -found->lowest_eps / found->closed->escape_rate_0, 0.5));
  PetscFunctionReturn(0);
}

/* What symmetries ask of eps(k): real, without a gradient, equal for k and -k, isotropic. */
static PetscErrorCode SymmetryChecks(PetscBool isotropic, double k_max,
                                     const QlbeDiffusionFindings *found, QlbeDiffusion *result)
{
  const QlbeCurvature *fit = &result->fit;
  QlbeChecks *checks = &result->checks;
  double gradient = 0.0;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) gradient = QlbeWorse(gradient, fabs(fit->gradient_imaginary[i]));
  PetscCall(QlbeChecksAdd(checks, "imaginary_part_over_gap",
                          fit->max_imaginary / found->closed->gap, 1e-10));
  PetscCall(
      QlbeChecksAdd(checks, "gradient_over_gap", gradient * k_max / found->closed->gap, 1e-10));
  if (!isotropic)
    PetscCall(QlbeChecksAdd(checks, "reversal_symmetry_over_gap",
                            found->reversal / found->closed->gap, 1e-10));
  PetscCall(QlbeChecksAdd(checks, "isotropy_defect", fit->isotropy_defect, fit->isotropy_error));
  PetscFunctionReturn(0);
}

/* The routes against each other. */
static PetscErrorCode RouteChecks(const QlbeDiffusionFindings *found, QlbeDiffusion *result)
{
  const QlbeClosedForms *closed = found->closed;
  const QlbeCurvature *fit = &result->fit;
  const QlbeDiffusionErrors *errors = &result->errors;
  QlbeChecks *checks = &result->checks;

  PetscFunctionBegin;
  PetscCall(QlbeChecksAdd(checks, "fit_solved", (double)fit->status, 0.0));
  PetscCall(QlbeChecksAdd(checks, "perturbation_not_solved", errors->solved ? 0.0 : 1.0, 0.0));
  PetscCall(QlbeChecksAdd(checks, "perturbation_residual", result->perturbation.residual, 1e-8));
  /* one standard error is exceeded by a third of all fits, three by hardly any */
  PetscCall(QlbeChecksAdd(
      checks, "fit_against_perturbation", fabs(fit->D / result->perturbation.D - 1.0),
      (fit->D_truncation + 3.0 * fit->D_statistical + errors->perturbation_error) / fabs(fit->D)));
  PetscCall(QlbeChecksAdd(checks, "grid_against_closed_forms", fabs(errors->D / closed->D - 1.0),
                          (errors->D_error + closed->D_error) / closed->D));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionAddChecks(const QlbeProblem *problem, double k_max,
                                      const QlbeDiffusionFindings *found, QlbeDiffusion *result)
{
  const QlbeDiscretisationTraits *traits = QlbeDiscretisationGetTraits(problem);

  PetscFunctionBegin;
  PetscCall(StructureChecks(traits->row_checks, found, result));
  PetscCall(EigenvalueChecks(problem, found, &result->checks));
  PetscCall(SymmetryChecks(traits->isotropic, k_max, found, result));
  PetscCall(RouteChecks(found, result));
  PetscFunctionReturn(0);
}
