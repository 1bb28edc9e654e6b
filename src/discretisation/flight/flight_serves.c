/* What exact flight can serve, and what it takes. */
#include <math.h>

#include "basis_common.h"
#include "flight.h"
#include "qlbe/interaction.h"
#include "qlbe/limits.h"

/* Unknowns of a fiber and functions of a basis times nodes that one rank may hold. */
static const double most_numbers = 4e8;

/* The angle by which the fastest function of a basis may turn from node to node. */
static const double most_turn = 8.0;

/* Numbers that the operators of all sectors hold: B and U. */
static double Numbers(const QlbeProblem *problem, const FlightSizes *sizes,
                      const QlbeSpectralOrders *orders)
{
  const double nodes = (double)sizes->cylinder.n_par * (double)sizes->cylinder.n_perp;
  const double n_l = (double)orders->n_angular;

  /* without a gas vectors of all sectors alone */
  return problem->parameters.eta > 0.0
             ? 2.0 * nodes * (double)orders->n_radial * 0.5 * n_l * (n_l + 1.0)
             : 8.0 * nodes * n_l;
}

PetscErrorCode QlbeFlightGainServes_Private(const QlbeProblem *problem,
                                            const QlbeDiscretisationUse *use,
                                            QlbeComplaint *complaint)
{
  QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  double bytes;

  PetscFunctionBegin;
  if (problem->parameters.eta > 0.0)
    PetscCall(QlbeBasisServesKernel_Private(problem, use, complaint));
  if (problem->parameters.eta <= 0.0 || complaint->option) PetscFunctionReturn(0);
  orders.refinement *= QLBE_BASIS_REFINED;
  PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, use->k_max, &bytes));
  if (bytes > 8e9)
    PetscCall(QlbeComplain(complaint, "grid_refinement",
                           "these orders together need arrays beyond 8 GB on each rank; lower "
                           "this, radial or angular"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightServes_Private(const QlbeProblem *problem,
                                        const QlbeDiscretisationUse *use, QlbeComplaint *complaint)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  FlightSizes sizes;

  PetscFunctionBegin;
  PetscCall(QlbeFlightGainServes_Private(problem, use, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCall(QlbeFlightSizes_Private(problem, use, &orders, QLBE_BASIS_REFINED, &sizes));
  if (problem->settings->grid.nodes > 0 && problem->parameters.eta > 0.0 &&
      sizes.cylinder.spacing * QlbeFlightBasisReach_Private(&orders, sizes.cylinder.thermal) >
          QLBE_BASIS_REFINED * most_turn)
    PetscCall(QlbeComplain(complaint, "grid_nodes",
                           "so few nodes along k do not hold %" PetscInt_FMT
                           " radial functions, expected at least %.0f",
                           orders.n_radial,
                           ceil(2.0 * sizes.cylinder.reach *
                                QlbeFlightBasisReach_Private(&orders, sizes.cylinder.thermal) /
                                most_turn)));
  else if (Numbers(problem, &sizes, &orders) > most_numbers)
    PetscCall(QlbeComplain(complaint, "grid_nodes",
                           "exact flight at these wave numbers and orders needs %.3g nodes with "
                           "%.3g numbers, expected at most %.3g: smaller wave numbers, fewer "
                           "functions, or a shorter duration",
                           (double)sizes.cylinder.n_par * (double)sizes.cylinder.n_perp,
                           Numbers(problem, &sizes, &orders), most_numbers));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightEstimate_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeDiscretisationCost *cost)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  FlightSizes sizes;
  PetscMPIInt ranks;
  double bytes = 0.0, product;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(QlbeFlightSizes_Private(problem, use, &orders, 1.0, &sizes));
  if (problem->parameters.eta > 0.0)
    PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, use->k_max, &bytes));
  *cost =
      (QlbeDiscretisationCost){.rows = (double)sizes.cylinder.n_par * (double)sizes.cylinder.n_perp,
                               .bytes = bytes * ranks + 8.0 * Numbers(problem, &sizes, &orders),
                               .sector = 1.0 / 3.0};
  /* measured: one product of all sectors for a vector, at some 5e9 operations per second */
  product = 4.0 * Numbers(problem, &sizes, &orders) / 5e9;
  cost->seconds = 0.3 + 20.0 * product;
  cost->propagation = cost->seconds + product * PetscMax(sizes.cylinder.reach * sizes.flight, 1.0);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightPrintCost_Private(const QlbeProblem *problem,
                                           const QlbeDiscretisationUse *spectrum,
                                           const QlbeDiscretisationUse *diffusion, FILE *out)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  QlbeDiscretisationCost cost;
  FlightSizes sizes;
  char text[QLBE_BYTES_SIZE];

  PetscFunctionBegin;
  (void)diffusion;
  PetscCall(QlbeFlightSizes_Private(problem, spectrum, &orders, 1.0, &sizes));
  PetscCall(QlbeFlightEstimate_Private(problem, spectrum, &cost));
  fprintf(out,
          "\ngrid: exact flight on %d x %d nodes (along and across k), gain in %d radial x %d "
          "angular functions\n"
          "memory: %s on all ranks\n"
          "time: about %.2g s for one fiber (an estimate)\n",
          (int)sizes.cylinder.n_par, (int)sizes.cylinder.n_perp, (int)orders.n_radial,
          (int)orders.n_angular, QlbeBytesText(cost.bytes, text), cost.seconds);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                         QlbeStateDeviation *measure, const void *context,
                                         const double deviation[2], QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  (void)measure;
  (void)context;
  PetscCall(QlbeComplain(complaint, "grid_nodes",
                         "the nodes do not hold the initial state: it is off by %.2g, expected at "
                         "most %.2g; it varies over momenta of %.3g and reaches to %.3g %s",
                         deviation[0], deviation[1],
                         QlbeUnitsToDeck(&d->problem.units, QLBE_MOMENTUM, need->scale),
                         QlbeUnitsToDeck(&d->problem.units, QLBE_MOMENTUM, need->extent),
                         QlbeUnitsName(&d->problem.units, QLBE_MOMENTUM)));
  PetscFunctionReturn(0);
}
