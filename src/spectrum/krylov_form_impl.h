/* The Krylov space and the projected matrix. Private to the files krylov_form*.c. */
#ifndef QLBE_KRYLOV_FORM_IMPL_H
#define QLBE_KRYLOV_FORM_IMPL_H

#include <slepcbv.h>

#include "qlbe/krylov_form.h"

struct _p_QlbeKrylovForm {
  Mat A;
  Vec work;
  BV V;          /* n + 1 orthonormal columns */
  double square; /* |x|^2 */
  double norm;   /* the largest |A v| seen */
  PetscInt n;    /* steps */
  PetscBool invariant;
  PetscScalar *H, *G, *B; /* by rows of QLBE_KRYLOV_MOST_STEPS + 1 entries */
  PetscInt m;             /* dimensions of B */
  double residual;        /* |A V - V B| */
};

/* Entry of a matrix that is kept by rows. */
static inline PetscScalar *QlbeKrylovEntry(PetscScalar *matrix, PetscInt row, PetscInt column)
{
  return matrix + (size_t)row * (QLBE_KRYLOV_MOST_STEPS + 1) + (size_t)column;
}

#endif
