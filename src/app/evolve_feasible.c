/*
   Plans of `qlbe evolve` that no table or memory serves, told before any work.
*/
#include <math.h>

#include "evolve.h"

/*
   The largest wave number must be one that the discretisation serves; the diffusive limit takes
   what there is.
*/
static PetscErrorCode CheckWaveNumbers(QlbeRun *run, PetscBool spectral, EvolvePlan *plan,
                                       int *exit_status)
{
  double half_width, k_most;

  PetscFunctionBegin;
  PetscCall(CartesianHalfWidth(run, &half_width));
  PetscCall(QlbeRunFeasible(run, spectral ? 0.0 : half_width * sqrt(3.0), exit_status));
  if (*exit_status != QLBE_EXIT_DONE || run->parameters.eta <= 0.0) PetscFunctionReturn(0);
  if (!spectral) PetscCall(CartesianReaches(run, PETSC_FALSE, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  k_most = spectral ? SpectralLargestWaveNumber(&run->parameters)
                    : CartesianLargestWaveNumber(&run->parameters, half_width);
  if (plan->k_max > k_most)
    PetscCall(QlbeRunBadInput(run, "state_width", exit_status,
                              "this state reaches to wave numbers of %.4g, expected at most %.4g: "
                              "a wider state, one with "
                              "a smaller separation in momentum, or fibers.radial 0",
                              QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, plan->k_max),
                              QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, k_most)));
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
static PetscErrorCode GetSizes(QlbeRun *run, PetscBool spectral, double *points, double *unknowns)
{
  const char *density;
  PetscBool plane, box;
  PetscInt nodes, radial, angular, side;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &nodes));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_radial", &radial));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_angular", &angular));
  PetscCall(QlbeOptionsGetInt(run->options, "evolve_density_points", &side));
  PetscCall(QlbeOptionsGetChoice(run->options, "evolve_density", &density));
  PetscCall(PetscStrcmp(density, "plane", &plane));
  PetscCall(PetscStrcmp(density, "box", &box));
  *points = pow((double)side, box ? 3.0 : plane ? 2.0 : 1.0);
  *unknowns = spectral ? (double)radial * (double)angular * (double)angular : pow((double)nodes, 3);
  PetscFunctionReturn(0);
}

/* Products of inputs that are fine one by one. */
static PetscErrorCode CheckSizes(QlbeRun *run, PetscBool spectral, const EvolvePlan *plan,
                                 int *exit_status)
{
  const QlbeParameters *par = &run->parameters;
  const PetscInt magnitudes = plan->set.magnitude.n, angular = plan->set.n_polar;
  const double scale = EvolveMomentumScale(par, plan) / sqrt(par->M / par->beta);
  const double reach = (double)PetscMax(plan->n_line - 1, 0) * plan->line_spacing;
  const char *method;
  PetscBool dense;
  PetscInt nodes;
  double points = 0.0, unknowns = 0.0, half_width, spacing;

  PetscFunctionBegin;
  PetscCall(GetSizes(run, spectral, &points, &unknowns));
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &nodes));
  PetscCall(CartesianHalfWidth(run, &half_width));
  spacing = 2.0 * half_width / (double)(nodes - 1);
  PetscCall(QlbeOptionsGetChoice(run->options, "evolve_method", &method));
  PetscCall(PetscStrcmp(method, "dense", &dense));
  if (spectral && scale < least_scale)
    PetscCall(
        QlbeRunBadInput(run, "state_type", exit_status,
                        "state and coherence line vary over %.2g thermal momenta, expected %g or "
                        "more: a narrower packet, a smaller separation or extent",
                        scale, least_scale));
  else if (EvolveSetNumbers(plan, magnitudes, angular, 0.0) > EVOLVE_MOST_NUMBERS)
    PetscCall(
        QlbeRunBadInput(run, "evolve_coherence_points", exit_status,
                        "expected fewer points, fibers or output times: together they make more "
                        "than %g numbers",
                        EVOLVE_MOST_NUMBERS));
  else if (points * (double)plan->n_time > EVOLVE_MOST_NUMBERS / 3.0)
    PetscCall(
        QlbeRunBadInput(run, "evolve_density_points", exit_status,
                        "expected fewer points or output times: together they make more than %g "
                        "numbers",
                        EVOLVE_MOST_NUMBERS));
  else if (EvolveSetNumbers(plan, magnitudes, angular, unknowns) > EVOLVE_MOST_NUMBERS)
    PetscCall(QlbeRunBadInput(
        run, "evolve_save_fibers", exit_status, "the fibers have %.2g numbers, expected at most %g",
        EvolveSetNumbers(plan, magnitudes, angular, unknowns), EVOLVE_MOST_NUMBERS));
  else if (!spectral && reach * spacing > PETSC_PI * par->hbar)
    PetscCall(QlbeRunBadInput(
        run, "evolve_coherence_extent", exit_status,
        "separations x - x' repeat themselves on nodes %.3g apart: expected a half length of at "
        "most %.4g, or more grid.points",
        QlbeUnitsToDeck(&run->units, QLBE_MOMENTUM, spacing),
        QlbeUnitsToDeck(&run->units, QLBE_LENGTH, 0.5 * PETSC_PI * par->hbar / spacing)));
  else if (dense && !spectral && 3.0 * unknowns > most_dense)
    PetscCall(
        QlbeRunBadInput(run, "evolve_method", exit_status,
                        "a dense exponential of %.0f rows is out of reach on this grid, expected "
                        "krylov or ts",
                        3.0 * unknowns));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveMatrixBytes(QlbeRun *run, double *bytes)
{
  QlbeFiberFormat format;
  PetscMPIInt ranks;
  double memory, copies, rows, most;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->comm, &ranks));
  PetscCall(CartesianFormat(run, &format, &memory));
  PetscCall(CartesianCopies(run, EVOLVE_MATRICES, &copies));
  PetscCall(CartesianRows(run, 0, 0, NULL, &rows, &most));
  if (format == QLBE_FIBER_AUTO && copies * CartesianDenseBytes(most) > memory)
    format = QLBE_FIBER_MATRIX_FREE;
  *bytes = EVOLVE_MATRICES * QlbeFiberBytes(format, most, most, most * most, ranks);
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFeasible(QlbeRun *run, PetscBool spectral, EvolvePlan *plan, int *exit_status)
{
  PetscFunctionBegin;
  PetscCall(CheckWaveNumbers(run, spectral, plan, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(CheckSizes(run, spectral, plan, exit_status));
  if (*exit_status == QLBE_EXIT_DONE && !spectral && run->parameters.eta > 0.0)
    PetscCall(CartesianFits(run, 0, 0, NULL, EVOLVE_MATRICES, exit_status));
  if (*exit_status == QLBE_EXIT_DONE && spectral)
    PetscCall(SpectralOrdersFeasible(run, plan->k_max, exit_status));
  PetscFunctionReturn(0);
}
