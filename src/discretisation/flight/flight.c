/*
   Exact flight on nodes with the gain in the spectral basis, as a discretisation: fibers along
   their own axis.
*/
#include "basis_common.h"
#include "flight.h"
#include "momentum_space_flight.h"
#include "qlbe/vector_length.h"

#include <math.h>

static Flight *Data(QlbeDiscretisation d)
{
  return d->data;
}

static PetscErrorCode Fill(QlbeDiscretisation d, const QlbeSpectralOrders *orders, double refined)
{
  const QlbeParameters *par = &d->problem.parameters;
  Flight *f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  d->data = f;
  f->orders = *orders;
  f->refined = refined;
  f->step_factor = 1.0;
  PetscCall(QlbeFlightSizes_Private(&d->problem, &d->use, orders, refined, &f->sizes));
  PetscCall(QlbeFlightNodesCylinder_Private(d->problem.comm, &f->sizes.cylinder, &f->nodes));
  PetscCall(QlbeFlightBasisCreate_Private(orders->n_radial, orders->n_angular,
                                          sqrt(par->M / par->beta), &f->basis));
  PetscCall(PetscCalloc1(orders->n_angular, &f->values));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(&d->problem);

  PetscFunctionBegin;
  (void)choice;
  PetscCall(Fill(d, &orders, 1.0));
  PetscFunctionReturn(0);
}

static PetscErrorCode Gain(void *context, double k, PetscInt m, PetscScalar gain[])
{
  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberGain(context, k, m, gain));
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  FlightGain gain = {.of = Gain};

  PetscFunctionBegin;
  PetscCall(QlbeFlightSetUp_Private(d));
  gain.context = Data(d)->fiber;
  PetscCall(QlbeFlightOperatorOf_Private(d, QlbeVectorLength(k), PetscAbs(m), &gain, A));
  PetscFunctionReturn(0);
}

static PetscInt Sectors(QlbeDiscretisation d)
{
  return PetscMax(Data(d)->orders.n_angular - 1, 1);
}

static PetscErrorCode Announce(QlbeDiscretisation d)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  PetscCall(PetscPrintf(
      d->problem.comm,
      "exact flight on %" PetscInt_FMT " x %" PetscInt_FMT " nodes, gain in %" PetscInt_FMT
      " radial x %" PetscInt_FMT " angular functions\n",
      f->sizes.cylinder.n_par, f->sizes.cylinder.n_perp, f->orders.n_radial, f->orders.n_angular));
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/radial", f->orders.n_radial));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/angular", f->orders.n_angular));
  PetscCall(QlbeEntriesAdd(entries, "grid/refinement", QLBE_DIMENSIONLESS, f->orders.refinement));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/nodes", f->sizes.cylinder.n_par));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/nodes_across", f->sizes.cylinder.n_perp));
  PetscFunctionReturn(0);
}

/* A smaller basis on the same nodes, or finer nodes and quadratures. */
static PetscErrorCode CreateSibling(QlbeDiscretisation d, QlbeComparison what, PetscInt i,
                                    double k_max, QlbeDiscretisation *sibling)
{
  const Flight *f = Data(d);
  QlbeSpectralOrders orders = f->orders;
  QlbeDiscretisationUse use = d->use;

  PetscFunctionBegin;
  (void)what;
  if (i == QLBE_BASIS_SMALLER)
    orders = QlbeBasisSmaller_Private(&f->orders);
  else
    orders.refinement *= QLBE_BASIS_REFINED;
  if (i != QLBE_BASIS_SMALLER) use.k_max = k_max;
  PetscCall(QlbeDiscretisationNew_Private(d->ops, &d->problem, &use, sibling));
  PetscCall(
      Fill(*sibling, &orders, f->refined * (i == QLBE_BASIS_SMALLER ? 1.0 : QLBE_BASIS_REFINED)));
  if (i != QLBE_BASIS_SMALLER) Data(*sibling)->step_factor = QLBE_BASIS_OTHER_STEP;
  PetscFunctionReturn(0);
}

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  (void)width;
  PetscCall(QlbeMomentumSpaceCreateFlight(d->problem.comm, &f->sizes.cylinder,
                                          all ? f->orders.n_angular - 1 : 0, space));
  PetscFunctionReturn(0);
}

const QlbeDiscretisationOps QlbeDiscretisation_flight = {
    .traits = {.name = "flight",
               .isotropic = PETSC_TRUE,
               .sectors = PETSC_TRUE,
               .by_use = PETSC_TRUE,
               .spare = 4,
               .spare_compared = 4},
    .serves = QlbeFlightServes_Private,
    .largest_wave_number = QlbeBasisLargestWaveNumber_Private,
    .estimate = QlbeFlightEstimate_Private,
    .print_cost = QlbeFlightPrintCost_Private,
    .line = QlbeBasisLine_Private,
    .rounding = QlbeBasisRounding_Private,
    .sizes = QlbeBasisSizes_Private,
    .create = Create,
    .destroy = QlbeFlightDestroy_Private,
    .operator_of = Operator,
    .equilibrium = QlbeFlightEquilibrium_Private,
    .sectors = Sectors,
    .edge = QlbeFlightEdge_Private,
    .announce = Announce,
    .describe = Describe,
    .difference_step = QlbeFlightDifferenceStep_Private,
    .table_error = QlbeFlightTableError_Private,
    .get_siblings = QlbeBasisGetSiblings_Private,
    .create_sibling = CreateSibling,
    .isolated = QlbeBasisIsolated_Private,
    .describe_levels = QlbeBasisDescribeLevels_Private,
    .level_error = QlbeFlightLevelError_Private,
    .diffusion_errors = QlbeBasisDiffusionErrors_Private,
    .space = Space,
    .advance = QlbeFlightBlockAdvance_Private,
    .leaves = QlbeFlightLeavesOf_Private,
    .suggest = QlbeFlightSuggest_Private,
};
