/*
   Gauss rules. For a general weight the nodes are the eigenvalues of the Jacobi matrix of its
   orthogonal polynomials (G. H. Golub, J. H. Welsch, Math. Comp. 23, 221 (1969)). The weights are
   1/sum_i pi_i^2 at the nodes, not squares of components of eigenvectors: those are good to
   rounding of the largest, and most weights of a Gaussian are far below it. Gauss-Legendre nodes
   are GSL's; its weights are not, which for most n it leaves with errors of 1e-8.
*/
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sort_vector.h>

#include "qlbe/recurrence.h"
#include "qlbe/rule.h"

/*
   Weight 2/((1 - x^2) P_n'(x)^2) of a zero x of P_n on [-1, 1]; with P_n(x) in P_n', since x is
   rounded.
*/
static double LegendreWeight(PetscInt n, double x)
{
  double before = 0.0, now = 1.0, slope;

  for (PetscInt k = 0; k < n; k++) {
    const double next = ((double)(2 * k + 1) * x * now - (double)k * before) / (double)(k + 1);
    before = now;
    now = next;
  }
  slope = (double)n * (before - x * now); /* (1 - x^2) P_n' */
  return 2.0 * (1.0 - x) * (1.0 + x) / (slope * slope);
}

PetscErrorCode QlbeRuleLegendre(PetscInt n, double lo, double hi, QlbeRule *rule)
{
  gsl_integration_glfixed_table *table;

  PetscFunctionBegin;
  rule->n = n;
  PetscCall(PetscMalloc2(n, &rule->x, n, &rule->w));
  table = gsl_integration_glfixed_table_alloc((size_t)n);
  PetscCheck(table, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "Gauss-Legendre rule of %" PetscInt_FMT " nodes", n);
  for (PetscInt i = 0; i < n; i++) {
    double x, unused;
    const int status = gsl_integration_glfixed_point(-1.0, 1.0, (size_t)i, &x, &unused, table);
    PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
               "Gauss-Legendre node %" PetscInt_FMT " of %" PetscInt_FMT ": %s", i, n,
               gsl_strerror(status));
    rule->x[i] = 0.5 * (hi + lo) + 0.5 * (hi - lo) * x;
    rule->w[i] = 0.5 * (hi - lo) * LegendreWeight(n, x);
  }
  gsl_integration_glfixed_table_free(table);
  PetscFunctionReturn(0);
}

/*
   Ascending eigenvalues of the symmetric tridiagonal matrix with diagonal a[n] and b[1] .. b[n - 1]
   next to it, into x[n].
*/
static PetscErrorCode JacobiEigenvalues(PetscInt n, const double a[], const double b[], double x[])
{
  const size_t size = (size_t)n;
  gsl_matrix *jacobi = gsl_matrix_calloc(size, size);
  gsl_vector_view values = gsl_vector_view_array(x, size);
  gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(size);
  int status;

  PetscFunctionBegin;
  PetscCheck(jacobi && work, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "Gauss rule of %" PetscInt_FMT " nodes", n);
  for (size_t i = 0; i < size; i++) {
    gsl_matrix_set(jacobi, i, i, a[i]);
    if (i > 0) {
      gsl_matrix_set(jacobi, i, i - 1, b[i]);
      gsl_matrix_set(jacobi, i - 1, i, b[i]);
    }
  }
  status = gsl_eigen_symm(jacobi, &values.vector, work);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "gsl_eigen_symm: %s",
             gsl_strerror(status));
  gsl_sort_vector(&values.vector);
  gsl_eigen_symm_free(work);
  gsl_matrix_free(jacobi);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRuleGauss(PetscInt n, const QlbeRule *weight, QlbeRule *rule)
{
  double *a, *b;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc2(n, &a, n, &b));
  PetscCall(QlbeRecurrenceFromWeight(n, weight->n, weight->x, weight->w, a, b));
  rule->n = n;
  PetscCall(PetscMalloc2(n, &rule->x, n, &rule->w));
  PetscCall(JacobiEigenvalues(n, a, b, rule->x));
  for (PetscInt j = 0; j < n; j++) {
    double before = 0.0, now = 1.0 / b[0], sum = now * now;
    for (PetscInt i = 0; i + 1 < n; i++) {
      const double next = ((rule->x[j] - a[i]) * now - (i > 0 ? b[i] : 0.0) * before) / b[i + 1];
      before = now;
      now = next;
      sum += now * now;
    }
    rule->w[j] = 1.0 / sum;
  }
  PetscCall(PetscFree2(a, b));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRuleDestroy(QlbeRule *rule)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(rule->x, rule->w));
  rule->n = 0;
  PetscFunctionReturn(0);
}
