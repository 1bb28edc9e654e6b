/*
   What a coarser grid and the width of the box say of the error of a Cartesian one.
*/
#include <math.h>

#include "cartesian.h"

PetscInt CartesianCoarserPoints(PetscInt points, double ratio)
{
  PetscInt coarse = 1 + (PetscInt)floor((double)(points - 1) / ratio + 0.5);

  if ((coarse - points) % 2 != 0) coarse--;
  return PetscMax(coarse, 2 + points % 2);
}

double CartesianBoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}
