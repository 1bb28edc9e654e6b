/*
   What `qlbe diffusion` reports, and the checks that its numbers must pass.
*/
#include <math.h>

#include "diffusion.h"
#include "qlbe/worse.h"

/* The numbers of route (c), and the gap. */
static PetscErrorCode ReportClosedForms(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                        QlbeReport report)
{
  const struct {
    const char *name;
    QlbeDimension dimension;
    double value;
  } entries[] = {
      {"D_closed", QLBE_DIFFUSION, closed->D},
      {"D_closed_error", QLBE_DIFFUSION, closed->D_error},
      {"D_kin", QLBE_DIFFUSION, closed->D_kin},
      {"D_kin_error", QLBE_DIFFUSION, closed->D_kin_error},
      {"D_jps", QLBE_DIFFUSION, closed->D_jps},
      {"D_jps_error", QLBE_DIFFUSION, closed->D_jps_error},
      {"D_qdc", QLBE_DIFFUSION, closed->D_qdc},
      {"D_qdc_error", QLBE_DIFFUSION, closed->D_qdc_error},
      {"D_classical_velocity", QLBE_DIFFUSION, closed->D_classical_velocity},
      {"density_dependence/A_over_eta", QLBE_DIFFUSION, closed->by_density[0].value},
      {"density_dependence/A_over_eta_error", QLBE_DIFFUSION, closed->by_density[0].error},
      {"density_dependence/B", QLBE_DIFFUSION, closed->by_density[1].value},
      {"density_dependence/B_error", QLBE_DIFFUSION, closed->by_density[1].error},
      {"density_dependence/C_eta", QLBE_DIFFUSION, closed->by_density[2].value},
      {"density_dependence/C_eta_error", QLBE_DIFFUSION, closed->by_density[2].error},
      {"gap", QLBE_RATE, closed->gap},
      {"gap_error", QLBE_RATE, closed->gap_error},
      {"escape_rate_0", QLBE_RATE, closed->escape_rate_0}};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
    PetscCall(QlbeRunReportSet(&problem->units, report, entries[i].name, entries[i].dimension,
                               entries[i].value));
  PetscFunctionReturn(0);
}

/* What is nan where there are no fibers, or where a check says that something was not solved. */
static PetscErrorCode AllowNaN(PetscBool fibers, QlbeReport report)
{
  static const char *const paths[] = {"D_perturbation",
                                      "D_perturbation_error",
                                      "D_fit",
                                      "D_fit_error",
                                      "quartic",
                                      "gradient",
                                      "hessian",
                                      "hessian_error",
                                      "quartic_cubic",
                                      "isotropy_defect",
                                      "grid/observed_order"};

  PetscFunctionBegin;
  if (!fibers) PetscCall(QlbeReportAllowNaN(report, "quartic_error"));
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    PetscCall(QlbeReportAllowNaN(report, paths[i]));
  PetscFunctionReturn(0);
}

/* The numbers of the fit, which are nan without one. */
static PetscErrorCode ReportFit(const QlbeProblem *problem, const QlbeCurvature *fit,
                                double quartic_error, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(QlbeRunReportSet(&problem->units, report, "D_fit", QLBE_DIFFUSION, fit->D));
  PetscCall(
      QlbeRunReportSet(&problem->units, report, "D_fit_error", QLBE_DIFFUSION, fit->D_fit_error));
  PetscCall(QlbeRunReportSet(&problem->units, report, "quartic", QLBE_QUARTIC, fit->quartic));
  PetscCall(
      QlbeRunReportSet(&problem->units, report, "quartic_error", QLBE_QUARTIC, quartic_error));
  PetscCall(
      QlbeRunReportSet(&problem->units, report, "quartic_cubic", QLBE_QUARTIC, fit->quartic_cubic));
  PetscCall(QlbeReportSetReal(report, "isotropy_defect", fit->isotropy_defect, NULL));
  /* L_(-k) = conj L_k leaves a gradient of Im eps, the drift, as the only possible one */
  PetscCall(QlbeRunReportSetVector(&problem->units, report, "gradient", QLBE_VELOCITY, 1,
                                   fit->gradient_imaginary));
  PetscCall(QlbeRunReportSetVector(&problem->units, report, "hessian", QLBE_DIFFUSION, 2,
                                   &fit->hessian[0][0]));
  PetscCall(QlbeRunReportSetVector(&problem->units, report, "hessian_error", QLBE_DIFFUSION, 2,
                                   &fit->hessian_error[0][0]));
  PetscFunctionReturn(0);
}

static PetscErrorCode ReportBasis(const QlbeProblem *problem, const BasisResult *basis,
                                  QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(SpectralReportOrders(&basis->orders, report));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/basis_error", QLBE_DIFFUSION,
                             basis->basis_error));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/quadrature_error", QLBE_DIFFUSION,
                             basis->quadrature_error));
  PetscFunctionReturn(0);
}

static PetscErrorCode ReportCartesian(const QlbeProblem *problem, const CartesianResult *cartesian,
                                      QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportSetString(report, "grid/type", "cartesian"));
  PetscCall(QlbeReportSetInteger(report, "grid/points", cartesian->points, NULL));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/half_width", QLBE_MOMENTUM,
                             cartesian->half_width));
  PetscCall(
      QlbeRunReportSet(&problem->units, report, "grid/spacing", QLBE_MOMENTUM, cartesian->spacing));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/box_error", QLBE_DIFFUSION,
                             cartesian->box_error));
  PetscCall(QlbeRunReportSet(&problem->units, report, "grid/drop_error", QLBE_DIFFUSION,
                             cartesian->drop_error));
  PetscCall(
      QlbeReportSetReal(report, "grid/observed_order", cartesian->richardson.observed_order, NULL));
  for (PetscInt i = 0; i < cartesian->levels - 1; i++) {
    char path[64];
    PetscCall(
        PetscSNPrintf(path, sizeof(path), "grid/D_of_%d_points", (int)cartesian->level_points[i]));
    PetscCall(
        QlbeRunReportSet(&problem->units, report, path, QLBE_DIFFUSION, cartesian->level_D[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode ReportGrid(const QlbeProblem *problem, const GridResult *grid,
                                 QlbeReport report)
{
  PetscFunctionBegin;
  if (grid->spectral)
    PetscCall(ReportBasis(problem, &grid->basis, report));
  else
    PetscCall(ReportCartesian(problem, &grid->cartesian, report));
  PetscCall(QlbeReportSetInteger(report, "solver/iterations", grid->iterations, NULL));
  PetscCall(QlbeReportSetInteger(report, "solver/matvecs", grid->matvecs, NULL));
  PetscCall(QlbeReportSetInteger(report, "solver/perturbation_iterations",
                                 grid->perturbation.iterations, NULL));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionReport(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const GridResult *grid, QlbeReport report)
{
  QlbeCurvature none = {
      .D = NAN, .D_fit_error = NAN, .quartic = NAN, .quartic_cubic = NAN, .isotropy_defect = NAN};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    none.gradient_imaginary[i] = NAN;
    for (int j = 0; j < 3; j++) none.hessian[i][j] = none.hessian_error[i][j] = NAN;
  }
  PetscCall(
      QlbeRunReportSet(&problem->units, report, "D", QLBE_DIFFUSION, grid ? grid->D : closed->D));
  PetscCall(QlbeRunReportSet(&problem->units, report, "D_error", QLBE_DIFFUSION,
                             grid ? grid->D_error : closed->D_error));
  PetscCall(QlbeRunReportSet(&problem->units, report, "D_perturbation", QLBE_DIFFUSION,
                             grid ? grid->perturbation.D : NAN));
  PetscCall(QlbeRunReportSet(&problem->units, report, "D_perturbation_error", QLBE_DIFFUSION,
                             grid ? grid->perturbation_error : NAN));
  PetscCall(ReportClosedForms(problem, closed, report));
  PetscCall(
      ReportFit(problem, grid ? &grid->fit : &none, grid ? grid->quartic_error : NAN, report));
  if (grid)
    PetscCall(ReportGrid(problem, grid, report));
  else
    PetscCall(QlbeReportSetString(report, "grid/type", "none"));
  PetscCall(AllowNaN(grid ? PETSC_TRUE : PETSC_FALSE, report));
  PetscFunctionReturn(0);
}

/*
   The exact properties of the discrete operator; the spectral one is complex symmetric by
   construction.
*/
static PetscErrorCode StructureChecks(const GridResult *grid, double escape_rate_0,
                                      QlbeReport report)
{
  PetscFunctionBegin;
  if (grid->spectral) {
    PetscCall(QlbeReportAddCheck(report, "equilibrium_is_stationary",
                                 grid->perturbation.null_defect / escape_rate_0, 1e-12));
    PetscCall(QlbeReportAddCheck(report, "contraction", grid->at_k_max.contraction, 1e-13));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeReportAddCheck(report, "trace_preservation", grid->at_zero.column_sum, 1e-13));
  PetscCall(
      QlbeReportAddCheck(report, "equilibrium_is_stationary", grid->at_zero.null_vector, 1e-13));
  PetscCall(QlbeReportAddCheck(report, "complex_symmetry",
                               QlbeWorse(grid->at_zero.asymmetry, grid->at_k_max.asymmetry),
                               1e-14));
  PetscCall(QlbeReportAddCheck(report, "contraction",
                               QlbeWorse(grid->at_zero.contraction, grid->at_k_max.contraction),
                               1e-13));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionChecks(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const WaveVectors *vectors, const GridResult *grid,
                               QlbeReport report)
{
  const QlbeCurvature *fit = &grid->fit;
  double gradient = 0.0, tolerance;

  PetscFunctionBegin;
  tolerance = problem->settings->spectrum.tolerance;
  for (int i = 0; i < 3; i++) gradient = QlbeWorse(gradient, fabs(fit->gradient_imaginary[i]));
  if (grid->spectral)
    PetscCall(
        QlbeReportAddCheck(report, "orders_not_settled", grid->basis.settled ? 0.0 : 1.0, 0.0));
  else
    PetscCall(CartesianCheckResolution(problem, grid->cartesian.spacing, report));
  PetscCall(StructureChecks(grid, closed->escape_rate_0, report));
  PetscCall(QlbeReportAddCheck(report, "eigenvalues_not_converged", (double)grid->missing, 0.0));
  PetscCall(QlbeReportAddCheck(report, "eps_continues_zero", (double)grid->foreign, 0.0));
  PetscCall(QlbeReportAddCheck(report, "eps_positive", (double)grid->positive, 0.0));
  PetscCall(QlbeReportAddCheck(report, "residual_over_escape_rate",
                               grid->largest_residual / closed->escape_rate_0, tolerance));
  PetscCall(QlbeReportAddCheck(report, "eps_isolated_from_continuum",
                               -grid->lowest_eps / closed->escape_rate_0, 0.5));
  PetscCall(QlbeReportAddCheck(report, "imaginary_part_over_gap", fit->max_imaginary / closed->gap,
                               1e-10));
  PetscCall(QlbeReportAddCheck(report, "gradient_over_gap", gradient * vectors->k_max / closed->gap,
                               1e-10));
  if (!grid->spectral)
    PetscCall(QlbeReportAddCheck(report, "reversal_symmetry_over_gap", grid->reversal / closed->gap,
                                 1e-10));
  PetscCall(
      QlbeReportAddCheck(report, "isotropy_defect", fit->isotropy_defect, fit->isotropy_error));
  PetscCall(QlbeReportAddCheck(report, "fit_solved", (double)fit->status, 0.0));
  PetscCall(
      QlbeReportAddCheck(report, "perturbation_not_solved", grid->levels_solved ? 0.0 : 1.0, 0.0));
  PetscCall(QlbeReportAddCheck(report, "perturbation_residual", grid->perturbation.residual, 1e-8));
  /* one standard error is exceeded by a third of all fits, three by hardly any */
  PetscCall(QlbeReportAddCheck(
      report, "fit_against_perturbation", fabs(fit->D / grid->perturbation.D - 1.0),
      (fit->D_truncation + 3.0 * fit->D_statistical + grid->perturbation_error) / fabs(fit->D)));
  PetscCall(QlbeReportAddCheck(report, "grid_against_closed_forms", fabs(grid->D / closed->D - 1.0),
                               (grid->D_error + closed->D_error) / closed->D));
  if (fit->status != QLBE_FIT_OK)
    PetscCall(PetscPrintf(problem->comm, "warning: no curvature fit: %s\n", fit->message));
  PetscFunctionReturn(0);
}
