/*
   Orders of basis and quadrature that are raised until a number settles.
*/
#include "basis_errors.h"
#include "spectral.h"

#include <math.h>

/* The largest orders, the finest quadrature, and the factor from one quadrature to the next. */
enum { MOST_ORDERS = 64 };
static const double finest = 8.0, finer = 4.0 / 3.0;

/* The number, and its relative changes without radial functions and without an angular momentum. */
typedef struct {
  double number, radial, angular;
} Changes;

/* What was seen of earlier orders. */
typedef struct {
  double before;        /* the number in the last quadrature at these orders of the basis, or nan */
  double before_change; /* the largest change, of the same kind */
  PetscInt stalled;     /* times that it did not halve */
  PetscBool nodes_before;
  PetscBool settled, go_on; /* whether nothing is left to raise, and whether raising helps */
} History;

/* The three bases have the assemblies of the last one. */
enum { FEWER_RADIAL, FEWER_ANGULAR, FULL };

static PetscErrorCode Measure(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                              const QlbeSpectralOrders *orders, QlbeSettleMeasure *measure,
                              void *context, Changes *changes)
{
  QlbeSpectralOrders radial = *orders, angular = *orders;
  QlbeDiscretisation bases[QLBE_SETTLE_BASES];
  double value[QLBE_SETTLE_BASES];
  SpectralFamily *family;

  PetscFunctionBegin;
  radial.n_radial -= 2;
  angular.n_angular -= 1;
  PetscCall(QlbeSpectralNew_Private(problem, use, orders, NULL, &bases[FULL]));
  family = ((Spectral *)bases[FULL]->data)->family;
  PetscCall(QlbeSpectralNew_Private(problem, use, &radial, family, &bases[FEWER_RADIAL]));
  PetscCall(QlbeSpectralNew_Private(problem, use, &angular, family, &bases[FEWER_ANGULAR]));
  PetscCall(measure(problem, context, bases, value));
  for (int i = 0; i < QLBE_SETTLE_BASES; i++) PetscCall(QlbeDiscretisationDestroy(&bases[i]));
  changes->number = value[FULL];
  changes->radial = fabs(value[FEWER_RADIAL] / value[FULL] - 1.0);
  changes->angular = fabs(value[FEWER_ANGULAR] / value[FULL] - 1.0);
  PetscFunctionReturn(0);
}

/* Raises what has not settled. */
static void Raise(const Changes *c, double quadrature, double tolerance, QlbeSpectralOrders *orders,
                  History *h)
{
  /* negated, so that what is no number counts as open */
  const PetscBool more_radial = (PetscBool) !(c->radial <= tolerance);
  const PetscBool more_angular = (PetscBool) !(c->angular <= tolerance);
  const PetscBool more_nodes =
      (PetscBool)(!more_radial && !more_angular && !(quadrature <= tolerance));
  const PetscBool room = (PetscBool)((more_radial && orders->n_radial < MOST_ORDERS) ||
                                     (more_angular && orders->n_angular < MOST_ORDERS) ||
                                     (more_nodes && orders->refinement < finest));
  /* what does not converge, such as a level at the edge of the continuum, is not worth larger
     orders
   */
  const double largest = more_nodes ? quadrature : PetscMax(c->radial, c->angular);

  h->settled = (PetscBool)(!more_radial && !more_angular && !more_nodes);
  if (more_nodes != h->nodes_before) h->before_change = HUGE_VAL;
  if (!(largest < 0.5 * h->before_change) && isfinite(h->before_change)) h->stalled++;
  h->before_change = largest;
  h->nodes_before = more_nodes;
  h->go_on = (PetscBool)(!h->settled && h->stalled < 2 && room);
  if (!h->go_on) return;
  /* the quadrature is judged by itself, at settled orders of the basis */
  h->before = more_nodes ? c->number : NAN;
  if (more_radial) orders->n_radial = PetscMin(orders->n_radial + 4, MOST_ORDERS);
  if (more_angular) orders->n_angular = PetscMin(orders->n_angular + 2, MOST_ORDERS);
  if (more_nodes) orders->refinement = PetscMin(orders->refinement * finer, finest);
}

PetscErrorCode QlbeSpectralSettle_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeSettleMeasure *measure, void *context,
                                          QlbeDiscretisationChoice *choice, PetscBool *settled)
{
  const QlbeSpectralOrders given = QlbeBasisOrders_Private(problem);
  const double tolerance = problem->settings->grid.automatic;
  QlbeSpectralOrders orders = given;
  History history = {.before = NAN, .before_change = HUGE_VAL, .go_on = PETSC_TRUE};
  double quadrature = HUGE_VAL;

  PetscFunctionBegin;
  while (history.go_on) {
    Changes c = {NAN, NAN, NAN};
    double bytes;
    PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, use->k_max, &bytes));
    if (bytes > SPECTRAL_MOST_BYTES) break;
    PetscCall(Measure(problem, use, &orders, measure, context, &c));
    if (isfinite(history.before)) quadrature = fabs(history.before / c.number - 1.0);
    PetscCall(PetscPrintf(
        problem->comm,
        "orders %" PetscInt_FMT " x %" PetscInt_FMT
        ", refinement %.3g: changes by radial %.1e, angular %.1e, quadrature %.1e\n",
        orders.n_radial, orders.n_angular, orders.refinement, c.radial, c.angular, quadrature));
    Raise(&c, quadrature, tolerance, &orders, &history);
  }
  *settled = history.settled;
  if (!*settled) orders = given;
  choice->values[0] = (double)orders.n_radial;
  choice->values[1] = (double)orders.n_angular;
  choice->values[2] = orders.refinement;
  choice->values[3] = *settled ? 1.0 : 0.0;
  PetscFunctionReturn(0);
}
