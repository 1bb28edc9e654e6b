/*
   Values of special functions of GSL, whose statuses tell what their natural forms hide.
*/
#ifndef QLBE_SPECIAL_H
#define QLBE_SPECIAL_H

#include <gsl/gsl_sf_result.h>
#include <petscsys.h>

/*
   The value, nan where the function failed; an underflow is a value. Needs GSL's handler off. Not
   collective.
*/
PETSC_EXTERN double QlbeSpecialValue(int status, const gsl_sf_result *result);

#endif
