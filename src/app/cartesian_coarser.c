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

/* Points of the coarsest grid that an error estimate may ask for. */
static PetscInt CoarsestPoints(PetscInt points, PetscBool extrapolate)
{
  const PetscInt coarser = CartesianCoarserPoints(points, 1.45);

  if (!extrapolate) return coarser;
  return PetscMax(3, PetscMin(coarser, CartesianCoarserPoints(points, 1.25) - 2));
}

PetscErrorCode CartesianReaches(QlbeRun *run, PetscBool coarser, int *exit_status)
{
  PetscInt points, enough;
  PetscBool extrapolate;
  double width = 0.0, longest;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &points));
  PetscCall(QlbeOptionsGetBool(run->options, "grid_richardson", &extrapolate));
  PetscCall(CartesianHalfWidth(run, &width));
  longest = QlbeJumpLargestTransfer(&run->parameters, sqrt(3.0) * width);
  for (enough = points; enough < 100000; enough++) {
    const PetscInt least = coarser ? CoarsestPoints(enough, extrapolate) : enough;
    if (2.0 * width / (double)(least - 1) <= longest) break;
  }
  if (enough > points)
    PetscCall(QlbeRunBadInput(run, "grid_points", exit_status,
                              "expected at least %" PetscInt_FMT " with this extent: momenta next "
                              "to each other are farther apart%s than any jump, %.4g",
                              enough, coarser ? ", on the coarser grid of the error," : "",
                              QlbeUnitsToDeck(&run->units, QLBE_MOMENTUM, longest)));
  PetscFunctionReturn(0);
}

double CartesianBoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}
