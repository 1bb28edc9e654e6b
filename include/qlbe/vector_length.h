/* The Euclidean length of a vector in space. */
#ifndef QLBE_VECTOR_LENGTH_H
#define QLBE_VECTOR_LENGTH_H

#include <math.h>

/* (v_x^2 + v_y^2 + v_z^2)^(1/2), in the unit of v[3]. Not collective. */
static inline double QlbeVectorLength(const double v[3])
{
  return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

#endif
