/*
   What a coarser grid and the width of the box say of the error of a Cartesian one.
*/
#include <math.h>

#include "cartesian.h"
#include "qlbe/richardson.h"
#include "qlbe/worse.h"

/* Error of the spacing in units of the correction that the order predicts from a coarser grid. */
static const double spacing_safety = 1.5;

/*
   Two grids are not compared by order where the coarser one exceeds this many resolving spacings.
   Below, all of 126 pairs of grids were covered, by a factor of 1.2 at the least: 20 gases, masses
   0.2 to 50, both interactions. Accidental agreement was seen from 1.98 on.
*/
static const double comparable = 1.75;

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

PetscErrorCode CartesianReaches(const QlbeProblem *problem, PetscBool coarser,
                                QlbeComplaint *complaint)
{
  PetscInt points, enough;
  PetscBool extrapolate;
  double width = 0.0, longest;

  PetscFunctionBegin;
  points = problem->settings->grid.points;
  extrapolate = problem->settings->grid.richardson;
  PetscCall(CartesianHalfWidth(problem, &width));
  longest = QlbeJumpLargestTransfer(&problem->parameters, sqrt(3.0) * width);
  for (enough = points; enough < 100000; enough++) {
    const PetscInt least = coarser ? CoarsestPoints(enough, extrapolate) : enough;
    if (2.0 * width / (double)(least - 1) <= longest) break;
  }
  if (enough > points)
    PetscCall(QlbeComplain(complaint, "grid_points",
                           "expected at least %" PetscInt_FMT " with this extent: momenta next "
                           "to each other are farther apart%s than any jump, %.4g",
                           enough, coarser ? ", on the coarser grid of the error," : "",
                           QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, longest)));
  PetscFunctionReturn(0);
}

double CartesianBoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}

double CartesianAsymptoticSpacing(const QlbeParameters *par)
{
  return 1.5 * CartesianResolvingSpacing(par);
}

double CartesianSpacingError(const QlbeParameters *par, const double h[2], double change,
                             double value, double order)
{
  const double correction = change / (pow(h[0] / h[1], order) - 1.0);

  if (isnan(change)) return NAN;
  return QlbeWorse(
      spacing_safety * fabs(correction),
      QlbeRichardsonLeast(h[0], h[1], change, value, comparable * CartesianResolvingSpacing(par)));
}
