/*
   Hessian of the leading eigenvalue by weighted linear least squares (singular values, GSL).

   Wave numbers are scaled by the largest magnitude and eigenvalues by the largest value, so
   neither units nor exponents of k reach the condition number. Errors of D, of the Hessian and of
   the quartic coefficient are the sum of what the terms left out can do (curvature_truncation.c)
   and of two standard errors; that of the gradient is one standard error.
*/
#include "curvature_model.h"
#include "qlbe/worse.h"

/* A failed fit has no numbers: they are nan, never zero. */
static PetscErrorCode Fail(QlbeCurvature *result, QlbeFitStatus status, const char message[])
{
  PetscFunctionBegin;
  result->status = status;
  PetscCall(PetscStrncpy(result->message, message, sizeof(result->message)));
  result->D = result->D_fit_error = result->D_truncation = result->D_statistical = NAN;
  result->isotropy_defect = result->isotropy_error = result->max_imaginary = result->chi2 = NAN;
  result->quartic = result->quartic_error = NAN;
  result->quartic_cubic = result->sextic = NAN;
  for (int i = 0; i < 3; i++) {
    result->gradient[i] = result->gradient_error[i] = result->gradient_imaginary[i] = NAN;
    for (int j = 0; j < 3; j++) result->hessian[i][j] = result->hessian_error[i][j] = NAN;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode CheckPoints(PetscInt n, const double k[][3], const PetscScalar eps[],
                                  const double sigma[], QlbeCurvature *result)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    const double size = QlbeCurvatureNorm(k[i]);
    if (!isfinite(size) || PetscIsInfOrNanScalar(eps[i])) {
      PetscCall(Fail(result, QLBE_FIT_BAD_INPUT, "a wave number or eigenvalue is not finite"));
    } else if (!(size > 0.0)) {
      PetscCall(Fail(result, QLBE_FIT_BAD_INPUT, "k = 0 carries no information: eps(0) = 0"));
    } else if (sigma && !(sigma[i] > 0.0 && isfinite(sigma[i]))) {
      PetscCall(Fail(result, QLBE_FIT_BAD_INPUT, "standard deviations must be positive"));
    }
  }
  PetscFunctionReturn(0);
}

/*
   Errors of the fit from its covariance, in scaled units: result of the caller's sigma or the
   scatter.
*/
static double VarianceScale(const double sigma[], double chi2, PetscInt dof)
{
  if (dof == 0) return sigma ? 1.0 : 0.0;
  return sigma ? QlbeWorse(1.0, chi2 / (double)dof) : chi2 / (double)dof;
}

/* Fills the Hessian part; unit turns a scaled coefficient into D_ij, shift[] is the truncation. */
static void StoreHessian(const QlbeCurvatureModel *model, const QlbeCurvatureSolution *s,
                         const double shift[], double unit, double variance_scale,
                         QlbeCurvature *result)
{
  const int row[6] = {0, 1, 2, 0, 0, 1}, column[6] = {0, 1, 2, 1, 2, 2};
  double trace_variance = 0.0;

  for (int a = 0; a < 6; a++) {
    const PetscInt ia = QlbeCurvatureHessianTerm(model, a);
    const double value = ia < 0 ? 0.0 : -unit * s->c[ia];
    result->hessian[row[a]][column[a]] = result->hessian[column[a]][row[a]] = value;
    for (int b = 0; b < 6; b++) {
      const PetscInt ib = QlbeCurvatureHessianTerm(model, b);
      result->covariance[a][b] =
          ia < 0 || ib < 0 ? 0.0 : unit * unit * variance_scale * s->covariance[ia][ib];
      if (a < 3 && b < 3) trace_variance += result->covariance[a][b];
    }
    result->hessian_error[row[a]][column[a]] = result->hessian_error[column[a]][row[a]] =
        (ia < 0 ? 0.0 : unit * shift[ia]) + 2.0 * sqrt(result->covariance[a][a]);
  }
  result->D = -(result->hessian[0][0] + result->hessian[1][1] + result->hessian[2][2]) / 3.0;
  result->D_statistical = sqrt(trace_variance) / 3.0;
  result->D_truncation = unit * fabs(QlbeCurvatureTrace(model, shift));
  result->D_fit_error = result->D_truncation + 2.0 * result->D_statistical;
  result->isotropy_defect = result->isotropy_error = 0.0;
  for (int a = 0; a < 6; a++) {
    const double deviation = result->hessian[row[a]][column[a]] + (a < 3 ? result->D : 0.0);
    result->isotropy_defect = QlbeWorse(result->isotropy_defect, fabs(deviation / result->D));
    result->isotropy_error = QlbeWorse(result->isotropy_error,
                                       (result->hessian_error[row[a]][column[a]] +
                                        (a < 3 && model->hessian > 1 ? result->D_fit_error : 0.0)) /
                                           fabs(result->D));
  }
}

/*
   even with a gradient on the axes that the points reach, less the sextic term where that is too
   much.
*/
static PetscErrorCode ChooseGradient(const QlbeCurvatureModel *even, PetscInt n,
                                     const double kappa[][3], const double weight[],
                                     QlbeCurvatureModel *model, PetscBool *usable)
{
  PetscFunctionBegin;
  *usable = PETSC_FALSE;
  for (int attempt = 0; attempt < 2 && !*usable; attempt++) {
    double rcond = 0.0;
    *model = *even;
    if (attempt == 1) {
      if (model->sextic < 0) break;
      model->sextic = -1; /* it is the last column */
      model->n--;
    }
    QlbeCurvatureAddGradient(model, n, kappa);
    if (model->n > n) continue;
    PetscCall(QlbeCurvatureCondition(model, n, kappa, weight, &rcond));
    *usable = (PetscBool)(rcond >= QLBE_CURVATURE_RCOND);
  }
  PetscFunctionReturn(0);
}

/* The gradient of Re eps, next to the even terms. */
static PetscErrorCode FitGradient(const QlbeCurvatureModel *even, const QlbeCurvatureData *data,
                                  const double sigma[], double unit, QlbeCurvature *result)
{
  const PetscInt n = data->n;
  QlbeCurvatureModel model;
  QlbeCurvatureSolution s;

  PetscFunctionBegin;
  PetscCall(ChooseGradient(even, n, data->kappa, data->weight, &model, &result->has_gradient));
  if (!result->has_gradient) PetscFunctionReturn(0);
  PetscCall(QlbeCurvatureSolve(&model, n, data->kappa, data->y, data->weight, &s));
  for (int d = 0; d < 3; d++) {
    const PetscInt term = model.gradient[d];
    if (term < 0) continue;
    result->gradient[d] = unit * s.c[term];
    result->gradient_error[d] =
        unit * sqrt(s.covariance[term][term] * VarianceScale(sigma, s.chi2, n - model.n));
  }
  PetscFunctionReturn(0);
}

/*
   Im eps, odd in k, by a gradient alone; scaled by unit. Skipped where an axis is not determined.
*/
static PetscErrorCode FitImaginary(PetscInt n, const double kappa[][3], const PetscScalar eps[],
                                   const double weight[], double unit, QlbeCurvature *result)
{
  QlbeCurvatureModel model = {0, 0, -1, -1, -1, -1, {-1, -1, -1}};
  QlbeCurvatureSolution s;
  double *y, rcond = 0.0;

  PetscFunctionBegin;
  QlbeCurvatureAddGradient(&model, n, kappa);
  if (model.n > n) PetscFunctionReturn(0);
  PetscCall(QlbeCurvatureCondition(&model, n, kappa, weight, &rcond));
  if (rcond < QLBE_CURVATURE_RCOND) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n, &y));
  for (PetscInt i = 0; i < n; i++) y[i] = PetscImaginaryPart(eps[i]);
  PetscCall(QlbeCurvatureSolve(&model, n, kappa, y, weight, &s));
  for (int d = 0; d < 3; d++) {
    if (model.gradient[d] >= 0) result->gradient_imaginary[d] = unit * s.c[model.gradient[d]];
  }
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

static PetscErrorCode FitScaled(const QlbeCurvatureModel *model, const QlbeCurvatureData *data,
                                const double sigma[], const QlbeCurvatureSeries *series,
                                const double units[2], QlbeCurvature *result)
{
  const double k_unit = units[0], eps_unit = units[1], k2 = k_unit * k_unit;
  double shift[QLBE_CURVATURE_MAX_TERMS], variance;
  QlbeCurvatureSolution s;

  PetscFunctionBegin;
  PetscCall(QlbeCurvatureSolve(model, data->n, data->kappa, data->y, data->weight, &s));
  variance = VarianceScale(sigma, s.chi2, data->n - model->n);
  PetscCall(QlbeCurvatureTruncation(model, data, series->lattice, pow(k_unit / series->scale, 2),
                                    s.c, shift));
  result->degrees_of_freedom = data->n - model->n;
  result->chi2 = sigma ? s.chi2 : s.chi2 * eps_unit * eps_unit;
  StoreHessian(model, &s, shift, eps_unit / k2, variance, result);
  result->quartic = eps_unit / (k2 * k2) * s.c[model->quartic];
  result->quartic_error =
      eps_unit / (k2 * k2) *
      (shift[model->quartic] + 2.0 * sqrt(variance * s.covariance[model->quartic][model->quartic]));
  result->has_cubic = (PetscBool)(model->cubic >= 0);
  if (result->has_cubic) result->quartic_cubic = eps_unit / (k2 * k2) * s.c[model->cubic];
  result->has_sextic = (PetscBool)(model->sextic >= 0);
  if (result->has_sextic) result->sextic = eps_unit / (k2 * k2 * k2) * s.c[model->sextic];
  PetscCall(FitGradient(model, data, sigma, eps_unit / k_unit, result));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCurvatureFit(PetscInt n, const double k[][3], const PetscScalar eps[],
                                const double sigma[], const QlbeCurvatureSeries *series,
                                QlbeCurvature *result)
{
  const PetscBool isotropic = series->isotropic;
  QlbeCurvatureModel model;
  double(*kappa)[3], *y, *weight, k_unit = 0.0, eps_unit = 0.0;
  PetscBool usable = PETSC_FALSE;
  QlbeCurvatureData data;

  PetscFunctionBegin;
  PetscCall(PetscMemzero(result, sizeof(*result)));
  PetscCheck(series->scale > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "The scale of the wave number must be positive, not %g", series->scale);
  PetscCall(CheckPoints(n, k, eps, sigma, result));
  if (result->status == QLBE_FIT_OK && n < (isotropic ? 2 : 7)) {
    PetscCall(Fail(result, QLBE_FIT_TOO_FEW,
                   isotropic ? "D and the quartic term need two points"
                             : "the Hessian and the quartic term need seven points"));
  }
  if (result->status != QLBE_FIT_OK) PetscFunctionReturn(0);
  for (PetscInt i = 0; i < n; i++) {
    k_unit = fmax(k_unit, QlbeCurvatureNorm(k[i]));
    eps_unit = fmax(eps_unit, fabs(PetscRealPart(eps[i])));
    result->max_imaginary = QlbeWorse(result->max_imaginary, fabs(PetscImaginaryPart(eps[i])));
  }
  if (eps_unit == 0.0) eps_unit = 1.0;
  PetscCall(PetscMalloc3(n, &kappa, n, &y, n, &weight));
  for (PetscInt i = 0; i < n; i++) {
    for (int d = 0; d < 3; d++) kappa[i][d] = k[i][d] / k_unit;
    y[i] = PetscRealPart(eps[i]) / eps_unit;
    weight[i] = sigma ? eps_unit / sigma[i] : 1.0;
  }
  data = (QlbeCurvatureData){n, (const double(*)[3])kappa, y, weight};
  PetscCall(QlbeCurvatureChoose(&data, isotropic, &model, &result->rcond, &usable));
  if (usable) {
    const double units[2] = {k_unit, eps_unit};
    PetscCall(FitScaled(&model, &data, sigma, series, units, result));
    PetscCall(FitImaginary(n, kappa, eps, weight, 1.0 / k_unit, result));
  } else {
    PetscCall(Fail(result, QLBE_FIT_DEGENERATE,
                   isotropic ? "the wave numbers need at least two magnitudes"
                             : "the wave numbers need six independent directions and at least two "
                               "magnitudes"));
  }
  PetscCall(PetscFree3(kappa, y, weight));
  PetscFunctionReturn(0);
}
