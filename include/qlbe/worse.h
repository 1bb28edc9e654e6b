/*
   Largest deviations and smallest distances, for checks: what is not a number must not get lost on
   the way to the check.
*/
#ifndef QLBE_WORSE_H
#define QLBE_WORSE_H

#include <petscsys.h>

/*
   The larger of two numbers, infinity where one of them is not a number: fmax and a comparison drop
   those. The result is never nan, so that MPI_MAX takes it too. Not collective.
*/
PETSC_EXTERN double QlbeWorse(double a, double b);

/* The smaller of two numbers, minus infinity where one of them is not a number. Never nan. Not
   collective. */
PETSC_EXTERN double QlbeLeast(double a, double b);

#endif
