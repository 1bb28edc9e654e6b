/*
   Spectrum and resolvent of the radial generators, in the orthonormal basis.

   The Dirichlet form is accumulated as sums of outer products, block of points by block, with BLAS;
   the small symmetric matrices go to GSL.
*/
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sf_legendre.h>
#include <gsl/gsl_sort_vector.h>

#include "radial_impl.h"

/* out = phi . inverse, with inverse upper triangular */
static void ToOrthonormal(PetscInt n, const double inverse[], const double phi[], double out[])
{
  for (PetscInt j = 0; j < n; j++) out[j] = 0.0;
  for (PetscInt r = 0; r < n; r++) {
    const double value = phi[r], *row = inverse + r * n;
    for (PetscInt j = r; j < n; j++) out[j] += value * row[j];
  }
}

/*
   Rows sqrt(weight (1 -+ P_l)/4 ..) (R' -+ R) of the two squares at every mu of one (p, q) into
   rows[2*n_mu][n]; see radial_quadrature.c.
*/
static void DirichletRows(QlbeRadial r, PetscInt l, const double inverse[], PetscInt ip,
                          PetscInt iq, const double at_p[], double phi[], double rows[])
{
  const PetscInt n = r->n_basis;
  const double p = r->p[ip], q = r->q[iq];
  const double *rates = r->rates + (iq * r->n_p + ip) * r->n_mu;

  for (PetscInt i = 0; i < r->n_mu; i++) {
    const double p2 = PetscMax(p * p + q * q + 2.0 * p * q * r->mu[i], 1e-300);
    const double cosine = PetscMin(PetscMax((p + q * r->mu[i]) / sqrt(p2), -1.0), 1.0);
    const double P_l = gsl_sf_legendre_Pl((int)l, cosine);
    const double weight = PetscMax(rates[i], 0.0);
    const double minus = sqrt(0.25 * weight * (1.0 + P_l));
    const double plus = sqrt(0.25 * weight * (1.0 - P_l));
    double *row_minus = rows + 2 * i * n, *row_plus = row_minus + n;

    QlbeRadialBasis_Private(r, l, p2, phi);
    ToOrthonormal(n, inverse, phi, row_minus);
    for (PetscInt j = 0; j < n; j++) {
      row_plus[j] = plus * (row_minus[j] + at_p[j]);
      row_minus[j] = minus * (row_minus[j] - at_p[j]);
    }
  }
}

PetscErrorCode QlbeRadialDirichlet_Private(QlbeRadial r, PetscInt l, const double inverse[],
                                           double matrix[])
{
  const PetscInt n = r->n_basis;
  double *rows, *phi, *at_p;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(2 * r->n_mu * n, &rows, n, &phi, n, &at_p));
  PetscCall(PetscArrayzero(matrix, n * n));
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    QlbeRadialBasis_Private(r, l, r->p[ip] * r->p[ip], phi);
    ToOrthonormal(n, inverse, phi, at_p);
    for (PetscInt iq = 0; iq < r->n_q; iq++) {
      gsl_matrix_view target = gsl_matrix_view_array(matrix, (size_t)n, (size_t)n);
      gsl_matrix_view block = gsl_matrix_view_array(rows, (size_t)(2 * r->n_mu), (size_t)n);
      int status;
      DirichletRows(r, l, inverse, ip, iq, at_p, phi, rows);
      status = gsl_blas_dsyrk(CblasUpper, CblasTrans, 1.0, &block.matrix, 1.0, &target.matrix);
      PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dsyrk: %s",
                 gsl_strerror(status));
    }
  }
  for (PetscInt i = 0; i < n; i++) {
    for (PetscInt j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i];
  }
  PetscCall(PetscFree3(rows, phi, at_p));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialEigenvalues(QlbeRadial r, PetscInt l, PetscInt n, double lambda[])
{
  const size_t size = (size_t)r->n_basis;
  double *inverse, *matrix;
  gsl_matrix_view view;
  gsl_vector *values;
  gsl_eigen_symm_workspace *work;
  int status;

  PetscFunctionBegin;
  PetscCheck(n >= 1 && n <= r->n_basis, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " eigenvalues of %" PetscInt_FMT " radial functions", n, r->n_basis);
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc2(r->n_basis * r->n_basis, &inverse, r->n_basis * r->n_basis, &matrix));
  PetscCall(QlbeRadialOrthonormalise_Private(r, l, inverse));
  PetscCall(QlbeRadialDirichlet_Private(r, l, inverse, matrix));
  view = gsl_matrix_view_array(matrix, size, size);
  values = gsl_vector_alloc(size);
  work = gsl_eigen_symm_alloc(size);
  PetscCheck(values && work, PETSC_COMM_SELF, PETSC_ERR_MEM, "radial eigenproblem of size %zu",
             size);
  status = gsl_eigen_symm(&view.matrix, values, work);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "gsl_eigen_symm: %s",
             gsl_strerror(status));
  gsl_sort_vector(values);
  for (PetscInt i = 0; i < n; i++) lambda[i] = gsl_vector_get(values, (size_t)i);
  gsl_eigen_symm_free(work);
  gsl_vector_free(values);
  PetscCall(PetscFree2(inverse, matrix));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialGap(QlbeRadial radial, double escape_rate_0, double *gap)
{
  PetscFunctionBegin;
  *gap = escape_rate_0;
  for (PetscInt l = 0; l <= 3; l++) {
    double lambda[2] = {0.0, 0.0};
    PetscCall(QlbeRadialEigenvalues(radial, l, 2, lambda));
    *gap = PetscMin(*gap, l == 0 ? lambda[1] : lambda[0]);
  }
  PetscFunctionReturn(0);
}

/* b_i = <phi_i | v> over nu, for a function given at the nodes */
static void Project(QlbeRadial r, const double inverse[], const double v[], double phi[],
                    double b[])
{
  const PetscInt n = r->n_basis;
  double *orthonormal = phi + n;

  for (PetscInt i = 0; i < n; i++) b[i] = 0.0;
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    QlbeRadialBasis_Private(r, 1, r->p[ip] * r->p[ip], phi);
    ToOrthonormal(n, inverse, phi, orthonormal);
    for (PetscInt i = 0; i < n; i++) b[i] += r->wp[ip] * v[ip] * orthonormal[i];
  }
}

PetscErrorCode QlbeRadialResolvent(QlbeRadial r, const double v[], const double w[], double *value)
{
  const PetscInt n = r->n_basis;
  double *inverse, *matrix, *phi, *left, *right;
  gsl_matrix_view view;
  gsl_vector_view x;
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc5(n * n, &inverse, n * n, &matrix, 2 * n, &phi, n, &left, n, &right));
  PetscCall(QlbeRadialOrthonormalise_Private(r, 1, inverse));
  PetscCall(QlbeRadialDirichlet_Private(r, 1, inverse, matrix));
  Project(r, inverse, v, phi, left);
  Project(r, inverse, w, phi, right);
  view = gsl_matrix_view_array(matrix, (size_t)n, (size_t)n);
  x = gsl_vector_view_array(right, (size_t)n);
  status = gsl_linalg_cholesky_decomp1(&view.matrix);
  if (status == GSL_SUCCESS) status = gsl_linalg_cholesky_svx(&view.matrix, &x.vector);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "Cholesky factor of the l = 1 generator: %s", gsl_strerror(status));
  *value = 0.0;
  for (PetscInt i = 0; i < n; i++) *value += left[i] * right[i];
  PetscCall(PetscFree5(inverse, matrix, phi, left, right));
  PetscFunctionReturn(0);
}
