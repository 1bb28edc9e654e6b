/* Products of real matrices by BLAS. */
#ifndef QLBE_MATRIX_PRODUCT_H
#define QLBE_MATRIX_PRODUCT_H

#include <petscsys.h>

/* A factor, stored row by row as [rows][columns]; the product takes its transpose on demand. */
typedef struct {
  PetscInt rows, columns;
  const double *entry;
  PetscBool transposed;
} QlbeMatrixFactor;

/*
   c = a b, or c += a b with `add`; the rows of c are `stride` entries apart. Not collective.
   Errors: PETSC_ERR_ARG_SIZ where they do not fit, PETSC_ERR_ARG_OUTOFRANGE for a size
   beyond an integer of BLAS, PETSC_ERR_LIB from GSL.
*/
PETSC_EXTERN PetscErrorCode QlbeMatrixProduct(const QlbeMatrixFactor *a, const QlbeMatrixFactor *b,
                                              PetscBool add, PetscInt stride, double c[]);

#endif
