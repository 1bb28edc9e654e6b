/*
   Products of real matrices by GSL's dgemm, which casts sizes to int without a look.

   It is called through GSL: a reference to cblas_dgemm of our own would link GSL's plain cblas
   before the fast one that comes with PETSc.
*/
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>

#include "qlbe/matrix_product.h"

static CBLAS_TRANSPOSE_t Form(const QlbeMatrixFactor *f)
{
  return f->transposed ? CblasTrans : CblasNoTrans;
}

/* The status of GSL. */
static int Multiply(const QlbeMatrixFactor *a, const QlbeMatrixFactor *b, PetscBool add,
                    gsl_matrix *c)
{
  const gsl_matrix_const_view left =
      gsl_matrix_const_view_array(a->entry, (size_t)a->rows, (size_t)a->columns);
  const gsl_matrix_const_view right =
      gsl_matrix_const_view_array(b->entry, (size_t)b->rows, (size_t)b->columns);

  return gsl_blas_dgemm(Form(a), Form(b), 1.0, &left.matrix, &right.matrix, add ? 1.0 : 0.0, c);
}

PetscErrorCode QlbeMatrixProduct(const QlbeMatrixFactor *a, const QlbeMatrixFactor *b,
                                 PetscBool add, PetscInt stride, double c[])
{
  const PetscInt rows = a->transposed ? a->columns : a->rows;
  const PetscInt columns = b->transposed ? b->rows : b->columns;
  const PetscInt inner[2] = {a->transposed ? a->rows : a->columns,
                             b->transposed ? b->columns : b->rows};
  PetscBLASInt unused;
  gsl_matrix_view out;
  int status;

  PetscFunctionBegin;
  PetscCheck(inner[0] == inner[1] && columns <= stride, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "product of %" PetscInt_FMT " x %" PetscInt_FMT " and %" PetscInt_FMT
             " x %" PetscInt_FMT " matrices, rows %" PetscInt_FMT " apart",
             rows, inner[0], inner[1], columns, stride);
  PetscCall(PetscBLASIntCast(rows, &unused));
  PetscCall(PetscBLASIntCast(inner[0], &unused));
  PetscCall(PetscBLASIntCast(stride, &unused));
  out = gsl_matrix_view_array_with_tda(c, (size_t)rows, (size_t)columns, (size_t)stride);
  status = Multiply(a, b, add, &out.matrix);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgemm: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}
