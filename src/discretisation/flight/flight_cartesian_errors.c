/*
   Errors of exact flight on Cartesian nodes, from three siblings: a smaller basis, a finer
   quadrature of the gain, and other nodes, whose box is smaller and whose spacing is wider.
*/
#include <math.h>

#include "flight_cartesian.h"

enum { SMALLER = QLBE_BASIS_SMALLER, FINER = QLBE_BASIS_FINER, NODES = FLIGHT_OTHER_NODES };

static FlightCartesian *Data(QlbeDiscretisation d)
{
  return d->data;
}

PetscErrorCode QlbeFlightCartesianGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what,
                                                      PetscInt *n, QlbeSiblingTraits traits[])
{
  PetscFunctionBegin;
  PetscCall(QlbeBasisGetSiblings_Private(d, what, n, traits));
  traits[NODES] =
      (QlbeSiblingTraits){.family = 0, .every_fiber = PETSC_TRUE, .quartic = PETSC_TRUE};
  *n = FLIGHT_CARTESIAN_SIBLINGS;
  PetscFunctionReturn(0);
}

/*
   Two nodes fewer on each axis. The box shrinks by as much as the spacing grows, so that errors of
   both grow.
*/
static double OtherHalfWidth(const QlbeMomentumGrid *grid)
{
  const double intervals = (double)(grid->points - 1);

  return grid->half_width * sqrt((intervals - 2.0) / intervals);
}

PetscErrorCode QlbeFlightCartesianCreateSibling_Private(QlbeDiscretisation d, QlbeComparison what,
                                                        PetscInt i, double k_max,
                                                        QlbeDiscretisation *sibling)
{
  const FlightCartesian *c = Data(d);
  QlbeSpectralOrders orders = c->flight.orders;
  QlbeDiscretisationUse use = d->use;
  PetscInt points = c->grid.points;
  double half_width = c->grid.half_width;

  PetscFunctionBegin;
  (void)what;
  if (i == SMALLER) orders = QlbeBasisSmaller_Private(&c->flight.orders);
  if (i == FINER) {
    orders.refinement *= QLBE_BASIS_REFINED;
    use.k_max = k_max;
  }
  if (i == NODES) {
    half_width = OtherHalfWidth(&c->grid);
    points -= 2;
  }
  PetscCall(QlbeDiscretisationNew_Private(d->ops, &d->problem, &use, sibling));
  PetscCall(QlbeFlightCartesianFill_Private(*sibling, &orders, points, half_width));
  if (i == FINER)
    Data(*sibling)->flight.step_factor = QLBE_BASIS_OTHER_STEP;
  else
    Data(*sibling)->of = d;
  PetscFunctionReturn(0);
}

/* Levels that other nodes move by a tenth of their distance from the continuum are not settled. */
PetscBool QlbeFlightCartesianIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  QlbeLevelChange nodes = *level;

  nodes.change[SMALLER] = level->change[NODES];
  return (PetscBool)(QlbeBasisIsolated_Private(d, level) && QlbeBasisIsolated_Private(d, &nodes));
}

/* Errors fall fast with the number of nodes: what two nodes change is more than what is left. */
double QlbeFlightCartesianLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  return QlbeFlightLevelError_Private(d, level) + level->change[NODES];
}

PetscErrorCode QlbeFlightCartesianDiffusionErrors_Private(QlbeDiscretisation d,
                                                          const QlbeDiffusionChanges *changes,
                                                          QlbeDiffusionErrors *errors,
                                                          QlbeEntries *entries)
{
  const double nodes = fabs(changes->sibling_D[NODES] - changes->D);
  const double quartic = fabs(changes->sibling_quartic[NODES] - changes->quartic);

  PetscFunctionBegin;
  PetscCall(QlbeBasisDiffusionErrors_Private(d, changes, errors, entries));
  errors->solved = (PetscBool)(errors->solved && isfinite(nodes) && isfinite(quartic));
  if (!errors->solved) errors->D = errors->perturbation_error = NAN;
  errors->D_error += nodes;
  errors->quartic_error += quartic;
  errors->relative += nodes / fabs(changes->D);
  if (entries) PetscCall(QlbeEntriesAdd(entries, "grid/nodes_error", QLBE_DIFFUSION, nodes));
  PetscFunctionReturn(0);
}
