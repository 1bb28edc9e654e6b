/*
   What a spectral basis can serve, what it takes, and which orders would hold a state.
*/
#include "spectral_space.h"
#include "qlbe/interaction.h"
#include "qlbe/limits.h"
#include "basis_common.h"
#include "basis_errors.h"
#include "spectral.h"

#include <math.h>

/* The smallest relative change that orders can be settled to. */
static const double least_tolerance = 1e-12;

/* Orders that are tried to tell the user which would do. */
enum { ORDER_STEP = 4, MOST_ORDERS = 48 };

/* Orders that the settings ask for together. */
static PetscErrorCode OrdersFit(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                                QlbeComplaint *complaint)
{
  const double tolerance = problem->settings->grid.automatic;
  QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  const PetscInt functions = orders.n_radial * orders.n_angular;
  double bytes;

  PetscFunctionBegin;
  if (tolerance > 0.0 && tolerance < least_tolerance) {
    PetscCall(QlbeComplain(complaint, "grid_auto", "expected 0 or a number >= %g, got %g",
                           least_tolerance, tolerance));
  } else if (use->count > functions) {
    PetscCall(QlbeComplain(complaint, "spectrum_count",
                           "expected at most %" PetscInt_FMT
                           ", the functions of the basis, got %" PetscInt_FMT,
                           functions, use->count));
  } else {
    orders.refinement *= QLBE_BASIS_REFINED;
    PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, use->k_max, &bytes));
    if (bytes > SPECTRAL_MOST_BYTES)
      PetscCall(QlbeComplain(complaint, "grid_refinement",
                             "these orders together need arrays beyond %.3g GB on each rank; lower "
                             "this, radial or angular",
                             SPECTRAL_MOST_BYTES / 1e9));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralServes_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeComplaint *complaint)
{

  PetscFunctionBegin;
  if (problem->parameters.eta <= 0.0)
    PetscCall(
        QlbeComplain(complaint, "grid_type",
                     "free flight, density 0, needs `flight` or `cartesian`: there it is exact"));
  PetscCall(QlbeBasisServesKernel_Private(problem, use, complaint));
  if (!complaint->option) PetscCall(OrdersFit(problem, use, complaint));
  PetscFunctionReturn(0);
}

/*
   Seconds for one fiber on one rank, from a few measured ones: the nodes in q and in the relative
   momentum both grow with the radius in thermal wavelengths, those in s and rho with the radial
   order.
*/
static double Seconds(const QlbeParameters *par, const QlbeSpectralOrders *orders)
{
  const double wavelengths = par->a / par->hbar * sqrt(par->m_star / par->beta);
  const double radius = QlbeInteractionGetTraits(par->interaction)->varies ? wavelengths : 0.0;
  const double basis = (double)(orders->n_radial * orders->n_angular) / 96.0;

  return (0.15 + 0.06 * radius + 0.05 * radius * radius) * (0.5 + 0.5 * pow(basis, 1.5)) *
         pow(orders->refinement, 3.0);
}

PetscErrorCode QlbeSpectralEstimate_Private(const QlbeProblem *problem,
                                            const QlbeDiscretisationUse *use,
                                            QlbeDiscretisationCost *cost)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  double bytes;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, use->k_max, &bytes));
  *cost = (QlbeDiscretisationCost){.rows = (double)(orders.n_radial * orders.n_angular),
                                   .bytes = bytes * ranks,
                                   .sector = 1.0 / 3.0};
  cost->seconds = cost->propagation = Seconds(&problem->parameters, &orders);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralPrintCost_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *spectrum,
                                             const QlbeDiscretisationUse *diffusion, FILE *out)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(problem);
  char text[QLBE_BYTES_SIZE];
  PetscMPIInt ranks;
  double bytes;

  PetscFunctionBegin;
  (void)diffusion;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, spectrum->k_max, &bytes));
  fprintf(out,
          "\ngrid: spectral basis of %d radial x %d angular = %.0f functions for each sector m\n"
          "memory: %s for tables, work space and matrices, on each of %d rank%s\n"
          "time: about %.2g s for one fiber (an estimate); `spectrum` and `diffusion` need another "
          "two to four for the error of the quadrature\n",
          (int)orders.n_radial, (int)orders.n_angular, (double)(orders.n_radial * orders.n_angular),
          QlbeBytesText(bytes, text), ranks, ranks > 1 ? "s" : "",
          Seconds(&problem->parameters, &orders) / ranks);
  PetscFunctionReturn(0);
}

/* Larger bases are tried. */
PetscErrorCode QlbeSpectralSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                           QlbeStateDeviation *measure, const void *context,
                                           const double deviation[2], QlbeComplaint *complaint)
{
  const QlbeParameters *par = &d->problem.parameters;
  const Spectral *s = d->data;
  const double thermal = sqrt(par->M / par->beta), most = deviation[1];
  PetscInt radial = s->orders.n_radial, angular = s->orders.n_angular;
  double now = deviation[0];

  PetscFunctionBegin;
  while (now > most && radial <= MOST_ORDERS && angular <= MOST_ORDERS) {
    QlbeMomentumSpace space;
    radial += ORDER_STEP;
    angular += ORDER_STEP;
    PetscCall(QlbeMomentumSpaceCreateSpectral(d->problem.comm, radial, angular,
                                              need->all ? angular - 1 : 0, thermal, need->width,
                                              &space));
    PetscCall(measure(space, context, &now));
    PetscCall(QlbeMomentumSpaceDestroy(&space));
  }
  if (now <= most)
    PetscCall(QlbeComplain(complaint, "grid_radial",
                           "the basis does not hold the initial state; %" PetscInt_FMT
                           " radial and %" PetscInt_FMT " angular functions would",
                           radial, angular));
  else
    PetscCall(QlbeComplain(
        complaint, "grid_type",
        "no basis of up to %d x %d functions holds the initial state: expected momenta of width <= "
        "1.3 (M kT)^(1/2) and a smaller mean momentum or separation, or `cartesian`",
        MOST_ORDERS, MOST_ORDERS));
  PetscFunctionReturn(0);
}
