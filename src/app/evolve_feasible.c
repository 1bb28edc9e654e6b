/*
   Plans of `qlbe evolve` that no table or memory serves, told before any work.
*/
#include <math.h>

#include "evolve.h"

/*
   The largest wave number must be one that the discretisation serves; the diffusive limit takes
   what there is.
*/
static PetscErrorCode CheckWaveNumbers(const QlbeProblem *problem, PetscBool spectral,
                                       EvolvePlan *plan, QlbeComplaint *complaint)
{
  double half_width, k_most;

  PetscFunctionBegin;
  PetscCall(CartesianHalfWidth(problem, &half_width));
  PetscCall(QlbeKernelServes(problem, spectral ? 0.0 : half_width * sqrt(3.0), complaint));
  if (complaint->option || problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  if (!spectral) PetscCall(CartesianReaches(problem, PETSC_FALSE, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  k_most = spectral ? SpectralLargestWaveNumber(&problem->parameters)
                    : CartesianLargestWaveNumber(&problem->parameters, half_width);
  if (plan->k_max > k_most)
    PetscCall(QlbeComplain(complaint, "state_width",
                           "this state reaches to wave numbers of %.4g, expected at most %.4g: "
                           "a wider state, one with "
                           "a smaller separation in momentum, or fibers.radial 0",
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, plan->k_max),
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, k_most)));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    if (!plan->at_limit[i]) continue;
    /* early times of a light particle would ask for more than there is */
    if (plan->limit[plan->n_limit - 1] / sqrt(plan->time[i]) > k_most)
      plan->at_limit[i] = PETSC_FALSE;
    else
      plan->k_max = PetscMax(plan->k_max, plan->limit[plan->n_limit - 1] / sqrt(plan->time[i]));
  }
  PetscFunctionReturn(0);
}

/* Rows of a matrix whose exponential every rank makes. */
static const double most_dense = 6000.0;

/*
   The smallest scale in momentum that quadratures resolve in reasonable time, in thermal momenta.
*/
static const double least_scale = 0.02;

/* Points of the position density at one time, and unknowns of one fiber. */
static PetscErrorCode GetSizes(const QlbeProblem *problem, PetscBool spectral, double *points,
                               double *unknowns)
{
  const int density = problem->settings->evolve.density;
  PetscInt nodes, radial, angular, side;

  PetscFunctionBegin;
  nodes = problem->settings->grid.points;
  radial = problem->settings->grid.radial;
  angular = problem->settings->grid.angular;
  side = problem->settings->evolve.density_points;
  *points = pow((double)side, density == QLBE_DENSITY_BOX     ? 3.0
                              : density == QLBE_DENSITY_PLANE ? 2.0
                                                              : 1.0);
  *unknowns = spectral ? (double)radial * (double)angular * (double)angular : pow((double)nodes, 3);
  PetscFunctionReturn(0);
}

/* Products of inputs that are fine one by one. */
static PetscErrorCode CheckSizes(const QlbeProblem *problem, PetscBool spectral,
                                 const EvolvePlan *plan, QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const PetscInt magnitudes = plan->set.magnitude.n, angular = plan->set.n_polar;
  const double scale = EvolveMomentumScale(par, plan) / sqrt(par->M / par->beta);
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing;
  const PetscBool dense = (PetscBool)(problem->settings->evolve.method == QLBE_METHOD_DENSE);
  PetscInt nodes;
  double points = 0.0, unknowns = 0.0, half_width, spacing;

  PetscFunctionBegin;
  PetscCall(GetSizes(problem, spectral, &points, &unknowns));
  nodes = problem->settings->grid.points;
  PetscCall(CartesianHalfWidth(problem, &half_width));
  spacing = 2.0 * half_width / (double)(nodes - 1);
  if (spectral && scale < least_scale)
    PetscCall(
        QlbeComplain(complaint, "state_type",
                     "state and coherence line vary over %.2g thermal momenta, expected %g or "
                     "more: a narrower packet, a smaller separation or extent",
                     scale, least_scale));
  else if (EvolveSetNumbers(plan, magnitudes, angular, 0.0) > EVOLVE_MOST_NUMBERS)
    PetscCall(QlbeComplain(complaint, "evolve_coherence_points",
                           "expected fewer points, fibers or output times: together they make more "
                           "than %g numbers",
                           EVOLVE_MOST_NUMBERS));
  else if (points * (double)plan->n_time > EVOLVE_MOST_NUMBERS / 3.0)
    PetscCall(QlbeComplain(complaint, "evolve_density_points",
                           "expected fewer points or output times: together they make more than %g "
                           "numbers",
                           EVOLVE_MOST_NUMBERS));
  else if (EvolveSetNumbers(plan, magnitudes, angular, unknowns) > EVOLVE_MOST_NUMBERS)
    PetscCall(QlbeComplain(
        complaint, "evolve_save_fibers", "the fibers have %.2g numbers, expected at most %g",
        EvolveSetNumbers(plan, magnitudes, angular, unknowns), EVOLVE_MOST_NUMBERS));
  else if (!spectral && reach * spacing > PETSC_PI * par->hbar)
    PetscCall(QlbeComplain(
        complaint, "evolve_coherence_extent",
        "separations x - x' repeat themselves on nodes %.3g apart: expected a half length of at "
        "most %.4g, or more grid.points",
        QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, spacing),
        QlbeUnitsToDeck(&problem->units, QLBE_LENGTH, 0.5 * PETSC_PI * par->hbar / spacing)));
  else if (dense && !spectral && 3.0 * unknowns > most_dense)
    PetscCall(
        QlbeComplain(complaint, "evolve_method",
                     "a dense exponential of %.0f rows is out of reach on this grid, expected "
                     "krylov or ts",
                     3.0 * unknowns));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveMatrixBytes(const QlbeProblem *problem, double *bytes)
{
  QlbeFiberFormat format;
  PetscMPIInt ranks;
  double memory, copies, rows, most;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(CartesianFormat(problem, &format, &memory));
  PetscCall(CartesianCopies(problem, EVOLVE_MATRICES, &copies));
  PetscCall(CartesianRows(problem, 0, 0, NULL, &rows, &most));
  if (format == QLBE_FIBER_AUTO && copies * CartesianDenseBytes(most) > memory)
    format = QLBE_FIBER_MATRIX_FREE;
  *bytes = EVOLVE_MATRICES * QlbeFiberBytes(format, most, most, most * most, ranks);
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFeasible(const QlbeProblem *problem, PetscBool spectral, EvolvePlan *plan,
                              QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  PetscCall(CheckWaveNumbers(problem, spectral, plan, complaint));
  if (!complaint->option) PetscCall(CheckSizes(problem, spectral, plan, complaint));
  if (!complaint->option && !spectral && problem->parameters.eta > 0.0)
    PetscCall(CartesianFits(problem, 0, 0, NULL, EVOLVE_MATRICES, complaint));
  if (!complaint->option && spectral)
    PetscCall(SpectralOrdersFeasible(problem, plan->k_max, complaint));
  PetscFunctionReturn(0);
}
