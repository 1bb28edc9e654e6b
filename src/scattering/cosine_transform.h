/* Chebyshev coefficients of many lines of values at once; private to the module. */
#ifndef QLBE_COSINE_TRANSFORM_H
#define QLBE_COSINE_TRANSFORM_H

#include <petscsys.h>

/*
   In place on data[lines][n], line-contiguous or not: element j of line i is data[i*line + j*step].
   Values at the n nodes of QlbeChebyshevNodes become the coefficients of T_0..T_(n-1). Not
   collective.
*/
PETSC_INTERN PetscErrorCode QlbeCosineTransform(PetscInt lines, PetscInt n, PetscInt line,
                                                PetscInt step, double data[]);

#endif
