/*
   Richardson extrapolation of a grid result to spacing zero, with the order it was observed to
   have.
*/
#ifndef QLBE_RICHARDSON_H
#define QLBE_RICHARDSON_H

#include <petscsys.h>

typedef struct {
  double value;          /* extrapolated to h = 0 */
  double error;          /* estimate of |value - limit| */
  double observed_order; /* from three levels; NaN with two, or where differences change sign */
  PetscBool reliable;    /* three levels, all of them at spacings where the order holds, and whose
                            observed order is within 25 % of it */
} QlbeRichardson;

/*
   The least error of value, at spacing h, that may be claimed from its change against one coarser
   level at h_coarse: 0 where the order holds there, h_coarse <= h_asymptotic. Beyond, the two may
   agree by accident: the change itself, and 0.04 |value| (h/h_asymptotic)^4, which is typical of D
   on grids that do not resolve the kernel (light particles: up to 0.2). Not collective.
*/
PETSC_EXTERN double QlbeRichardsonLeast(double h_coarse, double h, double change, double value,
                                        double h_asymptotic);

/*
   n = 2 or 3 levels: spacings h[n] > 0, strictly descending, and value[n]; order > 0 as in
   value(h) = limit + a h^order + b h^(order + 2) + .. (4 for the repaired lattice sum).

   Two levels eliminate a; error is the whole correction, no less than QlbeRichardsonLeast. Three
   eliminate b too; error is the difference to the two finest alone, or twice that to an
   extrapolation with the observed order, whichever is larger. Where the result is not reliable,
   coarser levels may agree by accident: it is no less than 1.25 times the correction then.
   h_asymptotic: the largest spacing at which the order holds. Not collective. Errors:
   PETSC_ERR_ARG_OUTOFRANGE for anything else.
*/
PETSC_EXTERN PetscErrorCode QlbeRichardsonExtrapolate(PetscInt n, const double h[],
                                                      const double value[], double order,
                                                      double h_asymptotic, QlbeRichardson *result);

#endif
