/* What exact flight on Cartesian nodes can serve, and what it takes. */
#include <math.h>

#include "cartesian_box.h"
#include "flight_cartesian.h"
#include "qlbe/interaction.h"
#include "qlbe/limits.h"

/*
   What nodes may miss of a function of the basis. Up to the first the gain does not exceed the loss
   (flight_defect.c), beyond the second nothing was seen to settle.
*/
static const double missed_bound = 0.5, most_missed = 0.99;

/* Functions of all azimuths, at most. */
static const double most_functions = 2000.0;

/* Nodes are looked for that hold a basis, up to so many on an axis. */
enum { MOST_POINTS = 201 };

/* Discretisations that are compared have B and U each. */
enum { COMPARED = 3 };

static double Functions(const QlbeSpectralOrders *orders)
{
  return (double)orders->n_radial * (double)orders->n_angular * (double)orders->n_angular;
}

/* What N^3 nodes in the box of the settings miss of the basis of the settings. */
static PetscErrorCode Missed(const QlbeProblem *problem, PetscInt points, double *missed)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  QlbeMomentumGrid grid;
  FlightBasis basis;

  PetscFunctionBegin;
  PetscCall(
      QlbeMomentumGridSetUp(problem->comm, points, QlbeCartesianHalfWidth_Private(problem), &grid));
  PetscCall(QlbeFlightBasisCreate_Private(orders.n_radial, orders.n_angular,
                                          sqrt(problem->parameters.M / problem->parameters.beta),
                                          &basis));
  PetscCall(QlbeFlightMissed_Private(&grid, &basis, missed));
  PetscCall(QlbeFlightBasisDestroy_Private(&basis));
  PetscFunctionReturn(0);
}

/* B and U of what a use holds at a time, of one group of ranks. */
static double Bytes(const QlbeProblem *problem, const QlbeDiscretisationUse *use)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  const double nodes = pow((double)problem->settings->grid.points, 3);
  const double held = use->compared ? 2.0 * COMPARED : 1.0 + (double)use->matrices;

  return 8.0 * nodes * held * (problem->parameters.eta > 0.0 ? Functions(&orders) : 0.0);
}

/* Numbers of functions at nodes that are tried to tell the user which would do, and that one array
   may have. */
static const double most_tried = 1e8, most_numbers = 2e9;

/* The nodes have to hold the functions of the basis. */
static PetscErrorCode Holds(const QlbeProblem *problem, QlbeComplaint *complaint)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  PetscInt enough = problem->settings->grid.points;
  double missed = 1.0;

  PetscFunctionBegin;
  PetscCall(Missed(problem, enough, &missed));
  if (missed <= most_missed) PetscFunctionReturn(0);
  while (missed > missed_bound && enough < MOST_POINTS &&
         pow((double)enough + 2.0, 3) * Functions(&orders) <= most_tried) {
    enough += 2;
    PetscCall(Missed(problem, enough, &missed));
  }
  PetscCall(QlbeComplain(complaint, "grid_points",
                         "the nodes do not hold the functions of the basis; expected %s "
                         "%" PetscInt_FMT " with this extent, or lower grid.radial and "
                         "grid.angular",
                         missed > missed_bound ? "more than" : "at least", enough));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightCartesianServes_Private(const QlbeProblem *problem,
                                                 const QlbeDiscretisationUse *use,
                                                 QlbeComplaint *complaint)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  const double nodes = pow((double)problem->settings->grid.points, 3);
  const double bytes = Bytes(problem, use) * (double)PetscMax(1, problem->settings->fibers.groups);
  double memory;

  PetscFunctionBegin;
  PetscCall(QlbeFlightGainServes_Private(problem, use, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Allreduce(&problem->memory, &memory, 1, MPI_DOUBLE, MPI_SUM, problem->comm));
  if (use->count > nodes)
    PetscCall(QlbeComplain(complaint, "spectrum_count",
                           "expected at most %.0f, the functions on this grid, got %" PetscInt_FMT,
                           nodes, use->count));
  else if (problem->parameters.eta > 0.0 && Functions(&orders) > most_functions)
    PetscCall(
        QlbeComplain(complaint, "grid_radial",
                     "expected at most %.0f functions, radial times angular squared, got %.0f",
                     most_functions, Functions(&orders)));
  else if (problem->parameters.eta > 0.0 && nodes * Functions(&orders) > most_numbers)
    PetscCall(
        QlbeComplain(complaint, "grid_points",
                     "functions at these nodes are %.3g numbers, expected at most %.3g; lower "
                     "this, radial or angular",
                     nodes * Functions(&orders), most_numbers));
  else if (bytes > memory)
    PetscCall(QlbeComplain(complaint, "grid_points",
                           "functions on these nodes take %.3g GB, expected at most %.3g GB; lower "
                           "this, radial or angular",
                           bytes / 1e9, memory / 1e9));
  else if (problem->parameters.eta > 0.0)
    PetscCall(Holds(problem, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightCartesianEstimate_Private(const QlbeProblem *problem,
                                                   const QlbeDiscretisationUse *use,
                                                   QlbeDiscretisationCost *cost)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  const double nodes = pow((double)problem->settings->grid.points, 3), n = Functions(&orders);
  /* measured: products wait for memory, overlaps of functions are as fast as arithmetic is */
  const double product = 16.0 * nodes * n / 8e9, overlap = 2.0 * nodes * n * n / 1e10;
  /* radians of the fastest phase: products of a propagation */
  const double turns = use->k_max * sqrt(3.0) * QlbeCartesianHalfWidth_Private(problem) / par->M *
                       PetscMax(use->duration, 0.0);
  PetscMPIInt ranks;
  double bytes = 0.0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  if (par->eta > 0.0) PetscCall(QlbeSpectralFiberEstimate(par, &orders, use->k_max, &bytes));
  *cost = (QlbeDiscretisationCost){
      .rows = nodes, .dense = Bytes(problem, use), .bytes = bytes * ranks + Bytes(problem, use)};
  cost->seconds = par->eta > 0.0 ? 0.3 + 2.0 * overlap + 40.0 * product : 1e-8 * nodes;
  cost->propagation = cost->seconds + (turns + 40.0) * (par->eta > 0.0 ? product : 1e-9 * nodes);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightCartesianPrintCost_Private(const QlbeProblem *problem,
                                                    const QlbeDiscretisationUse *spectrum,
                                                    const QlbeDiscretisationUse *diffusion,
                                                    FILE *out)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  const PetscInt points = problem->settings->grid.points;
  QlbeDiscretisationCost cost;
  char text[QLBE_BYTES_SIZE];

  PetscFunctionBegin;
  (void)diffusion;
  PetscCall(QlbeFlightCartesianEstimate_Private(problem, spectrum, &cost));
  fprintf(out,
          "\ngrid: exact flight on %d^3 = %.0f nodes, spacing %.6g %s, gain in %.0f functions (%d "
          "radial, %d angular)\n"
          "memory: %s on all ranks\n"
          "time: about %.2g s for one fiber (an estimate)\n",
          (int)points, cost.rows,
          QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM,
                          2.0 * QlbeCartesianHalfWidth_Private(problem) / (double)(points - 1)),
          QlbeUnitsName(&problem->units, QLBE_MOMENTUM), Functions(&orders), (int)orders.n_radial,
          (int)orders.n_angular, QlbeBytesText(cost.bytes, text), cost.seconds);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightCartesianCheck_Private(QlbeDiscretisation d, MPI_Comm comm,
                                                QlbeChecks *checks)
{
  double missed;

  PetscFunctionBegin;
  if (d->problem.parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(Missed(&d->problem, d->problem.settings->grid.points, &missed));
  PetscCall(QlbeChecksAdd(checks, "nodes_hold_basis", missed, missed_bound));
  if (!(missed <= missed_bound))
    PetscCall(PetscPrintf(comm,
                          "warning: the nodes miss up to %.2g of functions of the basis: raise "
                          "grid.points, or lower grid.radial or grid.angular\n",
                          missed));
  PetscFunctionReturn(0);
}
