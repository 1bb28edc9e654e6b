/*
   The report of `qlbe diffusion`: results in the deck's units.
*/
#include "diffusion_report.h"

#include <math.h>

#include "qlbe/run_report.h"
#include "spectrum_table.h"
#include "qlbe/vector_length.h"

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
  static const char *const paths[] = {"D_perturbation", "D_perturbation_error",
                                      "D_fit",          "D_fit_error",
                                      "quartic",        "gradient",
                                      "hessian",        "hessian_error",
                                      "quartic_cubic",  "isotropy_defect"};

  PetscFunctionBegin;
  if (!fibers) PetscCall(QlbeReportAllowNaN(report, "quartic_error"));
  for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
    PetscCall(QlbeReportAllowNaN(report, paths[i]));
  PetscFunctionReturn(0);
}

/* The numbers of the fit. */
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

/* D, by the fibers or, without, by closed forms; and the rest in its order. */
static PetscErrorCode ReportNumbers(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                    const QlbeDiffusion *result, QlbeReport report)
{
  const QlbeDiffusionErrors *errors = &result->errors;
  const struct {
    const char *name;
    double value;
  } entries[] = {{"D", errors->D},
                 {"D_error", errors->D_error},
                 {"D_perturbation", result->perturbation.D},
                 {"D_perturbation_error", errors->perturbation_error}};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
    PetscCall(QlbeRunReportSet(&problem->units, report, entries[i].name, QLBE_DIFFUSION,
                               entries[i].value));
  PetscCall(ReportClosedForms(problem, closed, report));
  PetscCall(ReportFit(problem, &result->fit, errors->quartic_error, report));
  PetscCall(QlbeRunReportAddEntries(&problem->units, report, &result->entries));
  PetscFunctionReturn(0);
}

static PetscErrorCode ReportLevels(const QlbeProblem *problem, const QlbeDiffusion *result,
                                   QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(SpectrumTableAdd(&problem->units, report));
  for (PetscInt i = 0; i < result->n; i++) {
    const QlbeDiffusionLevel *level = &result->levels[i];
    const double *k = level->k;
    const SpectrumTableEntry entry = {
        .k = {k[0], k[1], k[2]}, .size = QlbeVectorLength(k), .error = level->error};
    PetscCall(SpectrumTableAddEntry(&problem->units, report, &entry, &level->pair));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionReport(const QlbeProblem *problem, const QlbeClosedForms *closed,
                               const QlbeDiffusion *result, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(ReportLevels(problem, result, report));
  if (result->added_k > 0.0)
    PetscCall(QlbeRunReportSet(&problem->units, report, "fit/added_k", QLBE_WAVE_NUMBER,
                               result->added_k));
  PetscCall(ReportNumbers(problem, closed, result, report));
  PetscCall(QlbeReportSetInteger(report, "solver/iterations", result->iterations, NULL));
  PetscCall(QlbeReportSetInteger(report, "solver/matvecs", result->matvecs, NULL));
  PetscCall(QlbeReportSetInteger(report, "solver/perturbation_iterations",
                                 result->perturbation.iterations, NULL));
  PetscCall(AllowNaN(PETSC_TRUE, report));
  PetscCall(QlbeRunReportAddChecks(report, &result->checks));
  if (result->fit.status != QLBE_FIT_OK)
    PetscCall(PetscPrintf(problem->comm, "warning: no curvature fit: %s\n", result->fit.message));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionReportClosedForms(const QlbeProblem *problem, const QlbeClosedForms *closed,
                                          QlbeReport report)
{
  QlbeDiffusion none = {.fit = {.D = NAN,
                                .D_fit_error = NAN,
                                .quartic = NAN,
                                .quartic_cubic = NAN,
                                .isotropy_defect = NAN},
                        .perturbation = {.D = NAN},
                        .errors = {.D = closed->D,
                                   .D_error = closed->D_error,
                                   .perturbation_error = NAN,
                                   .quartic_error = NAN}};

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    none.fit.gradient_imaginary[i] = NAN;
    for (int j = 0; j < 3; j++) none.fit.hessian[i][j] = none.fit.hessian_error[i][j] = NAN;
  }
  PetscCall(QlbeEntriesAddText(&none.entries, "grid/type", "none"));
  PetscCall(ReportLevels(problem, &none, report));
  PetscCall(ReportNumbers(problem, closed, &none, report));
  PetscCall(AllowNaN(PETSC_FALSE, report));
  PetscCall(
      QlbeReportAddCheck(report, "closed_forms_converged", closed->D_error / closed->D, 1e-7));
  PetscFunctionReturn(0);
}
