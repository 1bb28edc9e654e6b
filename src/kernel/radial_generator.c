/*
   Spectrum and resolvent of the radial generators, in leading blocks of their matrices; the small
   symmetric problems go to GSL.
*/
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sort_vector.h>

#include "qlbe/worse.h"
#include "radial_impl.h"

static PetscErrorCode CheckBasis(QlbeRadial r, PetscInt n_basis)
{
  PetscFunctionBegin;
  PetscCheck(n_basis >= 1 && n_basis <= r->n_basis, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " of %" PetscInt_FMT " radial functions", n_basis, r->n_basis);
  PetscFunctionReturn(0);
}

/* The leading block of a matrix with rows of `stride`, to be freed by the caller. */
static PetscErrorCode CopyBlock(const double matrix[], PetscInt stride, PetscInt n,
                                gsl_matrix **block)
{
  const gsl_matrix_const_view view =
      gsl_matrix_const_view_array_with_tda(matrix, (size_t)n, (size_t)n, (size_t)stride);
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  *block = gsl_matrix_alloc((size_t)n, (size_t)n);
  PetscCheck(*block, PETSC_COMM_SELF, PETSC_ERR_MEM, "matrix of size %" PetscInt_FMT, n);
  status = gsl_matrix_memcpy(*block, &view.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "copy of a matrix: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialEigenvalues(QlbeRadial r, PetscInt l, PetscInt n_basis, PetscInt n,
                                     double lambda[])
{
  const size_t size = (size_t)n_basis;
  const QlbeRadialSector *s;
  gsl_matrix *matrix;
  gsl_vector *values;
  gsl_eigen_symm_workspace *work;
  int status;

  PetscFunctionBegin;
  PetscCall(CheckBasis(r, n_basis));
  PetscCheck(n >= 1 && n <= n_basis, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " eigenvalues of %" PetscInt_FMT " radial functions", n, n_basis);
  PetscCall(QlbeRadialSector_Private(r, l, &s));
  PetscCall(CopyBlock(s->dirichlet, r->n_basis, n_basis, &matrix));
  values = gsl_vector_alloc(size);
  work = gsl_eigen_symm_alloc(size);
  PetscCheck(values && work, PETSC_COMM_SELF, PETSC_ERR_MEM, "radial eigenproblem of size %zu",
             size);
  status = gsl_eigen_symm(matrix, values, work);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "gsl_eigen_symm: %s",
             gsl_strerror(status));
  gsl_sort_vector(values);
  for (PetscInt i = 0; i < n; i++) lambda[i] = gsl_vector_get(values, (size_t)i);
  gsl_eigen_symm_free(work);
  gsl_vector_free(values);
  gsl_matrix_free(matrix);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialGap(QlbeRadial radial, PetscInt n_basis, double escape_rate_0, double *gap)
{
  PetscFunctionBegin;
  *gap = escape_rate_0;
  for (PetscInt l = 0; l <= 3; l++) {
    double lambda[2] = {0.0, 0.0};
    PetscCall(QlbeRadialEigenvalues(radial, l, n_basis, 2, lambda));
    *gap = QlbeLeast(*gap, l == 0 ? lambda[1] : lambda[0]);
  }
  PetscCheck(isfinite(*gap), PETSC_COMM_SELF, PETSC_ERR_FP,
             "The gap is not finite: the radial generators or the escape rate are not");
  PetscFunctionReturn(0);
}

/* b_i = <R_i | v> over nu, for a function given at the nodes */
static void Project(QlbeRadial r, const QlbeRadialSector *s, PetscInt n, const double v[],
                    double b[])
{
  for (PetscInt i = 0; i < n; i++) b[i] = 0.0;
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    for (PetscInt i = 0; i < n; i++) b[i] += r->wp[ip] * v[ip] * s->R[ip * r->n_basis + i];
  }
}

/* The solution of the factorised system for the right-hand side <R_i | v>. */
static PetscErrorCode Solve(QlbeRadial r, const QlbeRadialSector *s, const gsl_matrix *cholesky,
                            const double v[], double x[])
{
  gsl_vector_view view = gsl_vector_view_array(x, cholesky->size1);
  int status;

  PetscFunctionBegin;
  Project(r, s, (PetscInt)cholesky->size1, v, x);
  status = gsl_linalg_cholesky_svx(cholesky, &view.vector);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Cholesky solution: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialResolvent(QlbeRadial r, PetscInt n_basis, const double v[],
                                   const double w[], double *value, double *quadrature_error)
{
  const QlbeRadialSector *s;
  gsl_matrix *matrix;
  double *left, *right, *projection;
  int status;

  PetscFunctionBegin;
  PetscCall(CheckBasis(r, n_basis));
  PetscCall(QlbeRadialSector_Private(r, 1, &s));
  PetscCall(CopyBlock(s->dirichlet, r->n_basis, n_basis, &matrix));
  status = gsl_linalg_cholesky_decomp1(matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "Cholesky factor of the l = 1 generator: %s", gsl_strerror(status));
  PetscCall(PetscMalloc3(n_basis, &left, n_basis, &right, n_basis, &projection));
  PetscCall(Solve(r, s, matrix, v, left));
  PetscCall(Solve(r, s, matrix, w, right));
  Project(r, s, n_basis, v, projection);
  *value = 0.0;
  for (PetscInt i = 0; i < n_basis; i++) *value += projection[i] * right[i];
  if (quadrature_error) {
    double change = 0.0;
    for (PetscInt i = 0; i < n_basis; i++) {
      for (PetscInt j = 0; j < n_basis; j++)
        change += left[i] * s->defect[i * r->n_basis + j] * right[j];
    }
    *quadrature_error = fabs(change);
  }
  PetscCall(PetscFree3(left, right, projection));
  gsl_matrix_free(matrix);
  PetscFunctionReturn(0);
}
