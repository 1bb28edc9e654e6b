/*
   How many nodes an exact flight needs.

   Along k, s of exp(i s p_par) moves from where the state has it, by k t/M. Equidistant nodes with
   the spacing h know it up to 2 pi/h. What has flown is damped by exp(-E t); and functions of the
   basis, through which it can be scattered, have s up to `basis_reach`.
*/
#include <math.h>

#include "flight.h"
#include "qlbe/limits.h"

/* All in thermal momenta (M/beta)^(1/2) or their inverse. */
/* where nodes along k end, for eigenvalues and for states that evolve */
static const double least_reach = 8.5, evolving_reach = 6.8;
static const double damped = 36.0; /* exp(-damped) is rounding */
static const double room = 8.0;

/*
   The largest s of a flight that nodes follow: what the state brings along, and the basis twice
   over, for one collision more on the way. Beyond, a fiber has next to nothing left that a
   collision could bring back: with a limit of 60 instead of 150, integrals of fibers with
   k v_th/E(0) = 1 .. 20 change by 5e-13, their norms by 1e-7.
*/
static double MostFlight(double basis, double state)
{
  return 2.0 * (basis + state);
}

/* What the square of a function of the state may lose between nodes across k. */
static const double across_error = 1e-7;

/*
   Nodes across k beyond those that functions ask for, and the most of them. With too few the gain
   of a large basis exceeds the loss: 20 x 20 functions blow up on 30 nodes.
*/
enum { ACROSS_NODES = 8, MOST_ACROSS = 400 };

/* The largest s of a basis function, in units of 1/thermal. */
static double BasisReach(const QlbeSpectralOrders *orders)
{
  return (double)orders->n_radial + 1.0;
}

/*
   Nodes of the Gauss rule of exp(-rho^2/2) for exp(-rho^2/sigma^2), the square of a Gaussian state
   of width sigma: of Laguerre's rule the error is (a/(2 + a))^(2 n), a = 2/sigma^2 - 1.
*/
static double Across(const QlbeSpectralOrders *orders, double sigma)
{
  const double a = PetscMax(2.0 / (sigma * sigma) - 1.0, 0.0);
  const double basis = (double)(orders->n_radial + ACROSS_NODES) + 0.75 * (double)orders->n_angular;
  const double state = a > 0.0 ? 0.5 * log(across_error) / log(a / (2.0 + a)) : 0.0;

  return PetscMin(PetscMax(basis, state), (double)MOST_ACROSS);
}

double QlbeFlightBasisReach_Private(const QlbeSpectralOrders *orders, double thermal)
{
  return BasisReach(orders) / thermal;
}

/* The least even number with factors 2, 3 and 5 alone: Fourier transforms of it are fast. */
static PetscInt Smooth(double least)
{
  PetscInt n = 2 * (PetscInt)ceil(0.5 * PetscMin(least, 1e8));

  for (;; n += 2) {
    PetscInt rest = n;
    for (PetscInt factor = 2; factor <= 5; factor += factor == 2 ? 1 : 2)
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return n;
  }
}

PetscErrorCode QlbeFlightSizes_Private(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                                       const QlbeSpectralOrders *orders, double refined,
                                       FlightSizes *sizes)
{
  const QlbeParameters *par = &problem->parameters;
  const double thermal = sqrt(par->M / par->beta), basis = BasisReach(orders);
  const double least = use->duration > 0.0 ? evolving_reach : least_reach;
  const double reach = PetscMax(least * thermal, use->extent) / thermal;
  const double state = use->reach * thermal, width = use->width > 0.0 ? use->width / thermal : 1.0;
  double flight = use->duration > 0.0 ? HUGE_VAL : 0.0, window, nodes;
  FlightCylinder *c = &sizes->cylinder;

  PetscFunctionBegin;
  if (par->eta > 0.0) {
    QlbeGasAverage average;
    PetscCall(QlbeGasAverageCreate(par, 0.0, &average));
    flight = damped * use->k_max * thermal * thermal / par->M / QlbeEscapeRate(average, 0.0);
    PetscCall(QlbeGasAverageDestroy(&average));
  }
  if (use->duration > 0.0)
    flight = PetscMin(PetscMin(flight, use->k_max * use->duration / par->M * thermal),
                      MostFlight(basis, state));
  /* what has flown must not come round to what is still to be scattered, or seen at s = 0 */
  window = use->duration > 0.0 ? flight + 2.0 * PetscMax(basis, state) + 0.5 * room
                               : flight + basis + room;
  window = PetscMax(window, 2.0 * basis + 4.0);
  *sizes = (FlightSizes){.flight = flight / thermal};
  nodes = 2.0 * reach * refined * window / (2.0 * PETSC_PI);
  if (problem->settings->grid.nodes > 0) nodes = (double)problem->settings->grid.nodes * refined;
  *c = (FlightCylinder){.reach = reach * thermal, .thermal = thermal};
  c->n_par = Smooth(PetscMax(nodes, 4.0));
  c->spacing = 2.0 * c->reach / (double)(c->n_par - 1);
  c->n_perp = (PetscInt)ceil(refined * Across(orders, width));
  PetscFunctionReturn(0);
}

double QlbeFlightLeaves_Private(const QlbeParameters *par, const FlightSizes *sizes, double k)
{
  return k > 0.0 ? sizes->flight * par->M / k * (1.0 + 1e-9) : HUGE_VAL;
}
