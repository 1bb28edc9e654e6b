/*
   The spectral discretisation of one run: what `spectrum` and `diffusion` share, and the choice of
   its orders.
*/
#include <math.h>

#include "qlbe/interaction.h"
#include "spectral.h"

PetscErrorCode SpectralChosen(const QlbeProblem *problem, PetscBool *chosen)
{
  PetscFunctionBegin;
  *chosen = (PetscBool)(problem->settings->grid.type == 1);
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralOrders(const QlbeProblem *problem, QlbeSpectralOrders *orders)
{
  PetscFunctionBegin;
  orders->n_radial = problem->settings->grid.radial;
  orders->n_angular = problem->settings->grid.angular;
  orders->refinement = problem->settings->grid.refinement;
  PetscFunctionReturn(0);
}

/* What the tables of a fiber may take on one rank. */
static const double most_bytes = 8e9;

PetscErrorCode SpectralOrdersFeasible(const QlbeProblem *problem, double k_max,
                                      QlbeComplaint *complaint)
{
  const double least = 1e-12;
  QlbeSpectralOrders orders;
  double tolerance, bytes;
  PetscInt count;

  PetscFunctionBegin;
  tolerance = problem->settings->grid.automatic;
  count = problem->settings->spectrum.count;
  PetscCall(SpectralOrders(problem, &orders));
  if (tolerance > 0.0 && tolerance < least) {
    PetscCall(QlbeComplain(complaint, "grid_auto", "expected 0 or a number >= %g, got %g", least,
                           tolerance));
  } else if (count > orders.n_radial * orders.n_angular) {
    PetscCall(QlbeComplain(complaint, "spectrum_count",
                           "expected at most %" PetscInt_FMT
                           ", the functions of the basis, got %" PetscInt_FMT,
                           orders.n_radial * orders.n_angular, count));
  } else {
    orders.refinement *= SPECTRAL_REFINED;
    PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, k_max, &bytes));
    if (bytes > most_bytes)
      PetscCall(
          QlbeComplain(complaint, "grid_refinement",
                       "these orders together need arrays beyond %.3g GB on each rank; lower this, "
                       "radial or angular",
                       most_bytes / 1e9));
  }
  PetscFunctionReturn(0);
}

double SpectralLargestWaveNumber(const QlbeParameters *par)
{
  const double box = 12.0 * sqrt(par->M / par->beta) / par->hbar;

  return QlbeInteractionGetTraits(par->interaction)->varies
             ? PetscMin(box, 8.0 * par->M / (par->a * par->m_star))
             : box;
}

double SpectralDifferenceStep(const QlbeParameters *par)
{
  const double rates = par->M / par->m * sqrt(par->m / par->beta) / par->hbar;
  const double phase = par->M / (par->a * par->m_star);

  return PetscMin(0.02 * rates, 0.01 * phase);
}

PetscErrorCode SpectralFeasible(const QlbeProblem *problem, double k_max, QlbeComplaint *complaint)
{
  const double most = SpectralLargestWaveNumber(&problem->parameters);

  PetscFunctionBegin;
  PetscCall(QlbeKernelServes(problem, 0.0, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (k_max > most)
    PetscCall(
        QlbeComplain(complaint, "fibers_k",
                     "expected numbers <= %.4g, the most that a basis of this kind serves, got %g",
                     QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, most),
                     QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, k_max)));
  else
    PetscCall(SpectralOrdersFeasible(problem, k_max, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralCreate(const QlbeProblem *problem, const QlbeSpectralOrders *orders,
                              double k_max, QlbeSpectralFiber *fiber)
{
  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "kernel tables"));
  PetscCall(QlbeSpectralFiberCreate(problem->comm, &problem->parameters, orders, k_max, fiber));
  PetscCall(QlbePhaseEnd(problem->phases, "kernel tables"));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralAssemble(const QlbeProblem *problem, QlbeSpectralFiber fiber, double k,
                                PetscInt m)
{
  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "assembly"));
  PetscCall(QlbeSpectralFiberAssemble(fiber, k, m));
  PetscCall(QlbePhaseEnd(problem->phases, "assembly"));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralAnnounce(const QlbeProblem *problem, QlbeSpectralFiber fiber)
{
  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberView(fiber, PETSC_VIEWER_STDOUT_(problem->comm)));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralReportOrders(const QlbeSpectralOrders *orders, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportSetString(report, "grid/type", "spectral"));
  PetscCall(QlbeReportSetInteger(report, "grid/radial", orders->n_radial, NULL));
  PetscCall(QlbeReportSetInteger(report, "grid/angular", orders->n_angular, NULL));
  PetscCall(QlbeReportSetReal(report, "grid/refinement", orders->refinement, NULL));
  PetscFunctionReturn(0);
}

void SpectralOrdersToRow(const QlbeSpectralOrders *orders, PetscBool settled,
                         double row[SPECTRAL_ORDERS_WIDTH])
{
  row[0] = (double)orders->n_radial;
  row[1] = (double)orders->n_angular;
  row[2] = orders->refinement;
  row[3] = settled ? 1.0 : 0.0;
}

void SpectralOrdersFromRow(const double row[SPECTRAL_ORDERS_WIDTH], QlbeSpectralOrders *orders,
                           PetscBool *settled)
{
  orders->n_radial = (PetscInt)row[0];
  orders->n_angular = (PetscInt)row[1];
  orders->refinement = row[2];
  *settled = (PetscBool)(row[3] != 0.0);
}

double SpectralRounding(double k, double escape_rate, double gap)
{
  const double differences = 3e-14, sums = 1e-14;

  return (k > 0.0 ? differences * escape_rate / gap : sums) * escape_rate;
}

QlbeSpectralOrders SpectralSmaller(const QlbeSpectralOrders *orders)
{
  QlbeSpectralOrders smaller = *orders;

  smaller.n_radial -= (orders->n_radial + 5) / 6;
  smaller.n_angular -= 1;
  return smaller;
}

/*
   Relative changes of the measured number that radial functions and angular momenta make, and the
   number itself.
*/
static PetscErrorCode Changes(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                              const QlbeSpectralOrders *orders, SpectralMeasure *measure,
                              void *context, double *radial, double *angular, double *number)
{
  QlbeSpectralOrders bases[SPECTRAL_BASES] = {*orders, *orders, *orders};
  double value[SPECTRAL_BASES];

  PetscFunctionBegin;
  bases[SPECTRAL_FEWER_RADIAL].n_radial -= 2;
  bases[SPECTRAL_FEWER_ANGULAR].n_angular -= 1;
  PetscCall(measure(problem, fiber, context, bases, value));
  *number = value[SPECTRAL_FULL];
  *radial = fabs(value[SPECTRAL_FEWER_RADIAL] / *number - 1.0);
  *angular = fabs(value[SPECTRAL_FEWER_ANGULAR] / *number - 1.0);
  PetscFunctionReturn(0);
}

PetscErrorCode SpectralSettle(const QlbeProblem *problem, double tolerance, double k_max,
                              SpectralMeasure *measure, void *context, QlbeSpectralOrders *orders,
                              PetscBool *settled)
{
  const QlbeSpectralOrders given = *orders;
  const PetscInt most = 64;
  const double finest = 8.0, step = 4.0 / 3.0;
  double radial = NAN, angular = NAN, quadrature = HUGE_VAL, before = NAN, number = NAN;
  double largest, before_change = HUGE_VAL;
  PetscInt stalled = 0;
  PetscBool room = PETSC_TRUE, nodes_before = PETSC_FALSE;

  PetscFunctionBegin;
  *settled = PETSC_FALSE;
  for (;;) {
    QlbeSpectralFiber fiber;
    PetscBool more_radial, more_angular, more_nodes;
    double bytes;

    PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, orders, k_max, &bytes));
    if (bytes > most_bytes) break;
    PetscCall(SpectralCreate(problem, orders, k_max, &fiber));
    PetscCall(Changes(problem, fiber, orders, measure, context, &radial, &angular, &number));
    PetscCall(QlbeSpectralFiberDestroy(&fiber));
    if (isfinite(before)) quadrature = fabs(before / number - 1.0);
    PetscCall(PetscPrintf(
        problem->comm,
        "orders %" PetscInt_FMT " x %" PetscInt_FMT
        ", refinement %.3g: changes by radial %.1e, angular %.1e, quadrature %.1e\n",
        orders->n_radial, orders->n_angular, orders->refinement, radial, angular, quadrature));
    /* negated, so that what is no number counts as open */
    more_radial = (PetscBool) !(radial <= tolerance);
    more_angular = (PetscBool) !(angular <= tolerance);
    more_nodes = (PetscBool)(!more_radial && !more_angular && !(quadrature <= tolerance));
    *settled = (PetscBool)(!more_radial && !more_angular && !more_nodes);
    room = (PetscBool)((more_radial && orders->n_radial < most) ||
                       (more_angular && orders->n_angular < most) ||
                       (more_nodes && orders->refinement < finest));
    /* what does not converge, such as a level at the edge of the continuum, is not worth larger
       orders */
    largest = more_nodes ? quadrature : PetscMax(radial, angular);
    if (more_nodes != nodes_before) before_change = HUGE_VAL;
    if (!(largest < 0.5 * before_change) && isfinite(before_change)) stalled++;
    before_change = largest;
    nodes_before = more_nodes;
    if (*settled || stalled == 2 || !room) break;
    /* the quadrature is judged by itself, at settled orders of the basis */
    before = more_nodes ? number : NAN;
    if (more_radial) orders->n_radial = PetscMin(orders->n_radial + 4, most);
    if (more_angular) orders->n_angular = PetscMin(orders->n_angular + 2, most);
    if (more_nodes) orders->refinement = PetscMin(orders->refinement * step, finest);
  }
  if (!*settled) *orders = given;
  PetscFunctionReturn(0);
}
