/*
   Values of special functions of GSL.
*/
#include <gsl/gsl_errno.h>
#include <math.h>

#include "qlbe/special.h"

double QlbeSpecialValue(int status, const gsl_sf_result *result)
{
  return status == GSL_SUCCESS || status == GSL_EUNDRFLW ? result->val : NAN;
}
