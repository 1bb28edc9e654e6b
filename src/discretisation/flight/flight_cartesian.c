/*
   Exact flight on the nodes of a Cartesian grid with the gain in the spectral basis, as a
   discretisation: fibers in any direction, all functions of momentum together.
*/
#include "basis_common.h"
#include "flight_cartesian.h"

#include "cartesian_box.h"
#include "cartesian_space.h"
#include "qlbe/vector_length.h"

#include <math.h>

static FlightCartesian *Data(QlbeDiscretisation d)
{
  return d->data;
}

PetscErrorCode QlbeFlightCartesianFill_Private(QlbeDiscretisation d,
                                               const QlbeSpectralOrders *orders, PetscInt points,
                                               double half_width)
{
  const double thermal = sqrt(d->problem.parameters.M / d->problem.parameters.beta);
  FlightCartesian *c;

  PetscFunctionBegin;
  PetscCall(PetscNew(&c));
  d->data = c;
  c->flight.orders = *orders;
  c->flight.refined = 1.0;
  c->flight.step_factor = 1.0;
  /* the gain is never left out: what flies farther than nodes follow fails a check */
  c->flight.sizes = (FlightSizes){.cylinder = {.thermal = thermal}, .flight = HUGE_VAL};
  c->axis[2] = 1.0;
  PetscCall(QlbeMomentumGridSetUp(d->problem.comm, points, half_width, &c->grid));
  PetscCall(QlbeMomentumGridPair(&c->grid));
  PetscCall(QlbeFlightNodesCartesian_Private(&c->grid, c->axis, &c->flight.nodes));
  PetscCall(QlbeFlightBasisCreate_Private(orders->n_radial, orders->n_angular, thermal,
                                          &c->flight.basis));
  PetscCall(PetscCalloc1(orders->n_angular, &c->flight.values));
  PetscCall(PetscCalloc1(orders->n_angular, &c->gain));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(&d->problem);

  PetscFunctionBegin;
  (void)choice;
  PetscCall(QlbeFlightCartesianFill_Private(d, &orders, d->problem.settings->grid.points,
                                            QlbeCartesianHalfWidth_Private(&d->problem)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeDiscretisation d)
{
  FlightCartesian *c = Data(d);

  PetscFunctionBegin;
  for (PetscInt m = 0; m < c->flight.orders.n_angular; m++) PetscCall(PetscFree(c->gain[m]));
  PetscCall(PetscFree(c->gain));
  if (c->of) {
    c->flight.fiber = NULL;
    c->flight.dispersion = NULL;
  }
  PetscCall(QlbeFlightDestroy_Private(d));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetUp(QlbeDiscretisation d)
{
  FlightCartesian *c = Data(d);

  PetscFunctionBegin;
  if (c->of) {
    PetscCall(QlbeFlightSetUp_Private(c->of));
    c->flight.fiber = Data(c->of)->flight.fiber;
    c->flight.dispersion = Data(c->of)->flight.dispersion;
  } else {
    PetscCall(QlbeFlightSetUp_Private(d));
  }
  PetscFunctionReturn(0);
}

/* Azimuths around k. Equal axes have equal bits, so that no history of fibers shows in numbers. */
static PetscErrorCode Turn(QlbeDiscretisation d, const double k[3])
{
  FlightCartesian *c = Data(d);
  const double length = QlbeVectorLength(k);
  double axis[3] = {0.0, 0.0, 1.0};

  PetscFunctionBegin;
  for (int i = 0; i < 3 && length > 0.0; i++) axis[i] = k[i] / length;
  if (axis[0] == c->axis[0] && axis[1] == c->axis[1] && axis[2] == c->axis[2])
    PetscFunctionReturn(0);
  PetscCall(PetscArraycpy(c->axis, axis, 3));
  PetscCall(QlbeFlightNodesDestroy_Private(&c->flight.nodes));
  PetscCall(QlbeFlightNodesCartesian_Private(&c->grid, axis, &c->flight.nodes));
  PetscCall(PetscFree(c->flight.values[0]));
  PetscFunctionReturn(0);
}

/*
   The gain of a sector, of the first functions of the basis that the tables are made for: those of
   a smaller basis are among them.
*/
static PetscErrorCode Gain(void *context, double k, PetscInt m, PetscScalar gain[])
{
  const QlbeDiscretisation d = context;
  FlightCartesian *c = Data(d), *all = c->of ? Data(c->of) : c;
  const QlbeSpectralOrders *own = &c->flight.orders, *of = &all->flight.orders;
  const PetscInt n = own->n_radial, size = n * (own->n_angular - m);
  const PetscInt all_size = of->n_radial * (of->n_angular - m);

  PetscFunctionBegin;
  if (k != all->gain_k)
    for (PetscInt s = 0; s < of->n_angular; s++) PetscCall(PetscFree(all->gain[s]));
  all->gain_k = k;
  if (!all->gain[m]) {
    PetscCall(PetscMalloc1(all_size * all_size, &all->gain[m]));
    PetscCall(QlbeSpectralFiberGain(all->flight.fiber, k, m, all->gain[m]));
  }
  for (PetscInt i = 0; i < size; i++)
    for (PetscInt j = 0; j < size; j++) {
      const PetscInt row = i / n * of->n_radial + i % n, column = j / n * of->n_radial + j % n;
      gain[i * size + j] = all->gain[m][row * all_size + column];
    }
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  const FlightGain gain = {Gain, d};

  PetscFunctionBegin;
  (void)m; /* one operator has all functions */
  PetscCall(SetUp(d));
  PetscCall(Turn(d, k));
  PetscCall(QlbeFlightOperatorOf_Private(d, QlbeVectorLength(k), -1, &gain, A));
  PetscFunctionReturn(0);
}

static PetscErrorCode Announce(QlbeDiscretisation d)
{
  const FlightCartesian *c = Data(d);

  PetscFunctionBegin;
  PetscCall(PetscPrintf(
      d->problem.comm,
      "exact flight on %" PetscInt_FMT "^3 = %" PetscInt_FMT " nodes, gain in %" PetscInt_FMT
      " radial x %" PetscInt_FMT " angular functions (%" PetscInt_FMT " with all azimuths)\n",
      c->grid.points, c->grid.size, c->flight.orders.n_radial, c->flight.orders.n_angular,
      QlbeFlightBasisSize_Private(&c->flight.basis, -1)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  const FlightCartesian *c = Data(d);
  const QlbeSpectralOrders *orders = &c->flight.orders;

  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/points", c->grid.points));
  PetscCall(QlbeEntriesAdd(entries, "grid/spacing", QLBE_MOMENTUM, c->grid.spacing));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/radial", orders->n_radial));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/angular", orders->n_angular));
  PetscCall(QlbeEntriesAdd(entries, "grid/refinement", QLBE_DIMENSIONLESS, orders->refinement));
  PetscFunctionReturn(0);
}

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  PetscFunctionBegin;
  (void)all;
  (void)width;
  PetscCall(QlbeMomentumSpaceCreateCartesian(&Data(d)->grid, Data(d)->flight.sizes.cylinder.thermal,
                                             space));
  PetscFunctionReturn(0);
}

static double NodeSpacing(QlbeDiscretisation d)
{
  return Data(d)->grid.spacing;
}

const QlbeDiscretisationOps QlbeDiscretisation_flight_cartesian = {
    .traits = {.name = "flight_cartesian", .cubic = PETSC_TRUE, .spare = 4, .spare_compared = 4},
    .serves = QlbeFlightCartesianServes_Private,
    .largest_wave_number = QlbeBasisLargestWaveNumber_Private,
    .estimate = QlbeFlightCartesianEstimate_Private,
    .print_cost = QlbeFlightCartesianPrintCost_Private,
    .line = QlbeCartesianLine_Private,
    .rounding = QlbeBasisRounding_Private,
    .sizes = QlbeCartesianSizes_Private,
    .create = Create,
    .destroy = Destroy,
    .operator_of = Operator,
    .equilibrium = QlbeFlightEquilibrium_Private,
    .edge = QlbeFlightEdge_Private,
    .announce = Announce,
    .describe = Describe,
    .check = QlbeFlightCartesianCheck_Private,
    .difference_step = QlbeFlightDifferenceStep_Private,
    .table_error = QlbeFlightTableError_Private,
    .get_siblings = QlbeFlightCartesianGetSiblings_Private,
    .create_sibling = QlbeFlightCartesianCreateSibling_Private,
    .isolated = QlbeFlightCartesianIsolated_Private,
    .describe_levels = QlbeBasisDescribeLevels_Private,
    .level_error = QlbeFlightCartesianLevelError_Private,
    .diffusion_errors = QlbeFlightCartesianDiffusionErrors_Private,
    .space = Space,
    .node_spacing = NodeSpacing,
    .advance = QlbeFlightBlockAdvance_Private,
    .suggest = QlbeCartesianSuggest_Private,
};
