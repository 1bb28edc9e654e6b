/*
   Terms of the curvature fit: rows of the design matrix, choice of terms, least-squares solution.

   Terms are added in the order of the series while the design with columns of length 1 keeps its
   rank.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include "curvature_model.h"

#define GslCall(call)                                                                              \
  do {                                                                                             \
    const int gsl_status_ = (call);                                                                \
    PetscCheck(gsl_status_ == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "GSL: %s",              \
               gsl_strerror(gsl_status_));                                                         \
  } while (0)

typedef struct {
  gsl_matrix *X, *covariance;
  gsl_vector *y, *c;
  gsl_multifit_linear_workspace *work;
} Workspace;

double QlbeCurvatureNorm(const double k[3])
{
  return hypot(hypot(k[0], k[1]), k[2]);
}

PetscInt QlbeCurvatureHessianTerm(const QlbeCurvatureModel *model, int a)
{
  if (model->hessian == 1) return a < 3 ? 0 : -1;
  return a < model->hessian ? a : -1;
}

double QlbeCurvatureCubic(const double k[3])
{
  const double s[3] = {k[0] * k[0], k[1] * k[1], k[2] * k[2]}, k2 = s[0] + s[1] + s[2];

  return s[0] * s[0] + s[1] * s[1] + s[2] * s[2] - 0.6 * k2 * k2;
}

double QlbeCurvatureTrace(const QlbeCurvatureModel *model, const double c[])
{
  return (c[QlbeCurvatureHessianTerm(model, 0)] + c[QlbeCurvatureHessianTerm(model, 1)] +
          c[QlbeCurvatureHessianTerm(model, 2)]) /
         3.0;
}

static void Row(const QlbeCurvatureModel *model, const double k[3], double row[])
{
  const double s[3] = {k[0] * k[0], k[1] * k[1], k[2] * k[2]}, k2 = s[0] + s[1] + s[2];

  if (model->hessian == 1) row[0] = -0.5 * k2;
  if (model->hessian == 6) {
    for (int d = 0; d < 3; d++) row[d] = -0.5 * s[d];
    row[3] = -k[0] * k[1];
    row[4] = -k[0] * k[2];
    row[5] = -k[1] * k[2];
  }
  if (model->quartic >= 0) row[model->quartic] = k2 * k2;
  if (model->cubic >= 0) row[model->cubic] = QlbeCurvatureCubic(k);
  if (model->sextic >= 0) row[model->sextic] = k2 * k2 * k2;
  if (model->logarithm >= 0) row[model->logarithm] = 0.5 * k2 * k2 * log(k2);
  for (int d = 0; d < 3; d++) {
    if (model->gradient[d] >= 0) row[model->gradient[d]] = k[d];
  }
}

static PetscErrorCode WorkspaceDestroy(Workspace *w)
{
  PetscFunctionBegin;
  gsl_matrix_free(w->X);
  gsl_matrix_free(w->covariance);
  gsl_vector_free(w->y);
  gsl_vector_free(w->c);
  gsl_multifit_linear_free(w->work);
  PetscFunctionReturn(0);
}

/* Design with rows times weight and columns scaled to length 1; the lengths into length[]. */
static PetscErrorCode WorkspaceCreate(const QlbeCurvatureModel *model, PetscInt n,
                                      const double kappa[][3], const double weight[],
                                      double length[], Workspace *w)
{
  const size_t rows = (size_t)n, columns = (size_t)model->n;
  double row[QLBE_CURVATURE_MAX_TERMS];

  PetscFunctionBegin;
  w->X = gsl_matrix_alloc(rows, columns);
  w->covariance = gsl_matrix_alloc(columns, columns);
  w->y = gsl_vector_alloc(rows);
  w->c = gsl_vector_alloc(columns);
  w->work = gsl_multifit_linear_alloc(rows, columns);
  PetscCheck(w->X && w->covariance && w->y && w->c && w->work, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "No memory for a fit of %" PetscInt_FMT " points", n);
  for (size_t i = 0; i < rows; i++) {
    Row(model, kappa[i], row);
    for (size_t j = 0; j < columns; j++) gsl_matrix_set(w->X, i, j, weight[i] * row[j]);
  }
  for (size_t j = 0; j < columns; j++) {
    double sum = 0.0;
    for (size_t i = 0; i < rows; i++) sum += pow(gsl_matrix_get(w->X, i, j), 2);
    length[j] = sum > 0.0 ? sqrt(sum) : 1.0;
    for (size_t i = 0; i < rows; i++) *gsl_matrix_ptr(w->X, i, j) /= length[j];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCurvatureCondition(const QlbeCurvatureModel *model, PetscInt n,
                                      const double kappa[][3], const double weight[], double *rcond)
{
  double length[QLBE_CURVATURE_MAX_TERMS];
  Workspace w;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(WorkspaceCreate(model, n, kappa, weight, length, &w));
  GslCall(gsl_multifit_linear_svd(w.X, w.work));
  *rcond = gsl_multifit_linear_rcond(w.work);
  if (!isfinite(*rcond)) *rcond = 0.0;
  PetscCall(WorkspaceDestroy(&w));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCurvatureSolve(const QlbeCurvatureModel *model, PetscInt n,
                                  const double kappa[][3], const double y[], const double weight[],
                                  QlbeCurvatureSolution *solution)
{
  double length[QLBE_CURVATURE_MAX_TERMS];
  gsl_vector *one;
  Workspace w;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(WorkspaceCreate(model, n, kappa, weight, length, &w));
  one = gsl_vector_alloc((size_t)n);
  PetscCheck(one, PETSC_COMM_SELF, PETSC_ERR_MEM, "No memory for a fit");
  gsl_vector_set_all(one, 1.0);
  for (PetscInt i = 0; i < n; i++) gsl_vector_set(w.y, (size_t)i, weight[i] * y[i]);
  /* With weights of 1 the covariance is (X^T X)^(-1), not multiplied by the scatter. */
  GslCall(gsl_multifit_wlinear(w.X, one, w.y, w.c, w.covariance, &solution->chi2, w.work));
  for (PetscInt i = 0; i < model->n; i++) {
    solution->c[i] = gsl_vector_get(w.c, (size_t)i) / length[i];
    for (PetscInt j = 0; j < model->n; j++) {
      solution->covariance[i][j] =
          gsl_matrix_get(w.covariance, (size_t)i, (size_t)j) / (length[i] * length[j]);
    }
  }
  gsl_vector_free(one);
  PetscCall(WorkspaceDestroy(&w));
  PetscFunctionReturn(0);
}

/* Appends one column, named by column, if the points can tell it from the others. */
static PetscErrorCode TryTerm(QlbeCurvatureModel *model, PetscInt *column,
                              const QlbeCurvatureData *data, double *rcond)
{
  double trial = 0.0;

  PetscFunctionBegin;
  if (model->n >= data->n) PetscFunctionReturn(0);
  *column = model->n++;
  PetscCall(QlbeCurvatureCondition(model, data->n, data->kappa, data->weight, &trial));
  if (trial >= QLBE_CURVATURE_RCOND) {
    *rcond = trial;
  } else {
    *column = -1;
    model->n--;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCurvatureChoose(const QlbeCurvatureData *data, PetscBool isotropic,
                                   QlbeCurvatureModel *model, double *rcond, PetscBool *usable)
{
  const PetscInt columns = isotropic ? 1 : 6;
  const QlbeCurvatureModel hessian = {columns, columns, -1, -1, -1, -1, {-1, -1, -1}};

  PetscFunctionBegin;
  *model = hessian;
  PetscCall(TryTerm(model, &model->quartic, data, rcond));
  *usable = (PetscBool)(model->quartic >= 0);
  if (!*usable) PetscFunctionReturn(0);
  if (!isotropic) PetscCall(TryTerm(model, &model->cubic, data, rcond));
  PetscCall(TryTerm(model, &model->sextic, data, rcond));
  PetscFunctionReturn(0);
}

void QlbeCurvatureAddGradient(QlbeCurvatureModel *model, PetscInt n, const double kappa[][3])
{
  for (int d = 0; d < 3; d++) {
    PetscBool reached = PETSC_FALSE;
    for (PetscInt i = 0; i < n; i++) reached = (PetscBool)(reached || kappa[i][d] != 0.0);
    if (reached) model->gradient[d] = model->n++;
  }
}
