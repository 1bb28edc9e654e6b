/*
   The larger and the smaller of two numbers, where nan counts as the worst case.
*/
#include <math.h>

#include "qlbe/worse.h"

double QlbeWorse(double a, double b)
{
  if (isnan(a) || isnan(b)) return HUGE_VAL;
  return a > b ? a : b;
}

double QlbeLeast(double a, double b)
{
  return -QlbeWorse(-a, -b);
}
