/*
   Gauss rules. For a general weight from the eigenvalues of the Jacobi matrix of its orthogonal polynomials and the first components
   of its eigenvectors (G. H. Golub, J. H. Welsch, Math. Comp. 23, 221 (1969)).
*/
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <petscdt.h>

#include "qlbe/recurrence.h"
#include "qlbe/rule.h"

PetscErrorCode QlbeRuleLegendre(PetscInt n, double lo, double hi, QlbeRule *rule)
{
  PetscFunctionBegin;
  rule->n = n;
  PetscCall(PetscMalloc2(n, &rule->x, n, &rule->w));
  PetscCall(PetscDTGaussQuadrature(n, lo, hi, rule->x, rule->w));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRuleGauss(PetscInt n, const QlbeRule *weight, QlbeRule *rule)
{
  const size_t size = (size_t)n;
  double *a, *b;
  gsl_matrix *jacobi, *vectors;
  gsl_vector *values;
  gsl_eigen_symmv_workspace *work;
  int status;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc2(n, &a, n, &b));
  PetscCall(QlbeRecurrenceFromWeight(n, weight->n, weight->x, weight->w, a, b));
  jacobi = gsl_matrix_calloc(size, size);
  vectors = gsl_matrix_alloc(size, size);
  values = gsl_vector_alloc(size);
  work = gsl_eigen_symmv_alloc(size);
  PetscCheck(jacobi && vectors && values && work, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "Gauss rule of %" PetscInt_FMT " nodes", n);
  for (size_t i = 0; i < size; i++) {
    gsl_matrix_set(jacobi, i, i, a[i]);
    if (i > 0) {
      gsl_matrix_set(jacobi, i, i - 1, b[i]);
      gsl_matrix_set(jacobi, i - 1, i, b[i]);
    }
  }
  status = gsl_eigen_symmv(jacobi, values, vectors, work);
  if (status == GSL_SUCCESS) status = gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_ASC);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "gsl_eigen_symmv: %s",
             gsl_strerror(status));
  rule->n = n;
  PetscCall(PetscMalloc2(n, &rule->x, n, &rule->w));
  for (size_t i = 0; i < size; i++) {
    const double first = b[0] * gsl_matrix_get(vectors, 0, i);
    rule->x[i] = gsl_vector_get(values, i);
    rule->w[i] = first * first;
  }
  gsl_eigen_symmv_free(work);
  gsl_vector_free(values);
  gsl_matrix_free(vectors);
  gsl_matrix_free(jacobi);
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
