/*
   Richardson extrapolation of a grid result to spacing zero, with the order it was observed to
   have.
*/
#ifndef QLBE_RICHARDSON_H
#define QLBE_RICHARDSON_H

#include <petscsys.h>

typedef struct {
  double value; /* extrapolated to h = 0 with the assumed order, from the two finest levels */
  double error; /* estimate of |value - limit| */
  double observed_order; /* from three levels; NaN with two, or where differences change sign */
  PetscBool reliable;    /* three levels whose observed order is within 25 % of the assumed one */
} QlbeRichardson;

/*
   n = 2 or 3 levels: spacings h[n] > 0, strictly descending, and value[n]; order > 0 as in
   value(h) = limit + c h^order + higher orders (4 for the corrected lattice sum). With three levels
   error is the change against the same extrapolation of the two coarser ones, or against that with
   the observed order where this is larger; with two it is the whole correction. Not collective.
   Errors: PETSC_ERR_ARG_OUTOFRANGE for anything else.
*/
PETSC_EXTERN PetscErrorCode QlbeRichardsonExtrapolate(PetscInt n, const double h[],
                                                      const double value[], double order,
                                                      QlbeRichardson *result);

#endif
