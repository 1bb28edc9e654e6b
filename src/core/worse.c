/*
   The larger of two deviations.
*/
#include <math.h>

#include "qlbe/worse.h"

double QlbeWorse(double a, double b)
{
  if (isnan(a) || isnan(b)) return HUGE_VAL;
  return a > b ? a : b;
}
