/*
   The Cartesian discretisation of one run, put together from the modules: what `spectrum` and
   `diffusion` share.
*/
#include <math.h>

#include "cartesian.h"
#include "run_report.h"

PetscErrorCode CartesianUsable(QlbeRun *run, int *exit_status)
{
  const QlbeInteractionType type = run->parameters.interaction;
  char names[128];

  PetscFunctionBegin;
  PetscCall(QlbeRunNeedsGas(run, exit_status));
  if (*exit_status == QLBE_EXIT_DONE && !QlbeInteractionGetTraits(type)->has_phase) {
    PetscCall(QlbeRunBadInput(run, "interaction_type", exit_status,
                              "%s needs an interaction with a phase, %s, got `%s`", run->command,
                              QlbeInteractionNamesWithPhase(sizeof(names), names),
                              QlbeInteractionGetName(type)));
  }
  PetscFunctionReturn(0);
}

double CartesianLargestWaveNumber(const QlbeParameters *par, double half_width)
{
  const double box = 4.0 * half_width / par->hbar;

  return QlbeInteractionGetTraits(par->interaction)->varies
             ? PetscMin(box, 8.0 * par->M / (par->a * par->m_star))
             : box;
}

PetscErrorCode CartesianFeasible(QlbeRun *run, double k_max, int *exit_status)
{
  double half_width = 0.0, most;

  PetscFunctionBegin;
  PetscCall(CartesianHalfWidth(run, &half_width));
  PetscCall(QlbeRunFeasible(run, half_width * sqrt(3.0), exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(CartesianReaches(run, PETSC_TRUE, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  most = CartesianLargestWaveNumber(&run->parameters, half_width);
  if (k_max > most) {
    PetscCall(QlbeRunBadInput(
        run, "fibers_k", exit_status,
        "expected numbers <= %.4g, the most that this box and interaction serve, got %g",
        QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, most),
        QlbeUnitsToDeck(&run->units, QLBE_WAVE_NUMBER, k_max)));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianHalfWidth(QlbeRun *run, double *half_width)
{
  double extent;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetReal(run->options, "grid_extent", &extent));
  *half_width = extent * sqrt(run->parameters.M / run->parameters.beta);
  PetscFunctionReturn(0);
}

/* hbar/2a, the width of the forward peak; without one, HUGE_VAL */
static double ForwardWidth(const QlbeParameters *par)
{
  return QlbeInteractionGetTraits(par->interaction)->varies ? par->hbar / (2.0 * par->a) : HUGE_VAL;
}

/* Width of the jumps. */
static double JumpWidth(const QlbeParameters *par)
{
  return 2.0 * par->m_star / par->m * sqrt(par->m / par->beta);
}

double CartesianResolvingSpacing(const QlbeParameters *par)
{
  return PetscMin(ForwardWidth(par), JumpWidth(par));
}

PetscErrorCode CartesianCheckResolution(QlbeRun *run, double spacing, QlbeReport report)
{
  const QlbeParameters *par = &run->parameters;
  const double bound = 1.0 + 1e-9; /* a spacing chosen to be just right is right */
  const double forward = spacing / ForwardWidth(par), jumps = spacing / JumpWidth(par);

  PetscFunctionBegin;
  PetscCall(RunReportAtMost(report, "grid_resolves_forward_peak", forward, bound));
  PetscCall(RunReportAtMost(report, "grid_resolves_jumps", jumps, bound));
  if (forward > bound || jumps > bound) {
    PetscCall(PetscPrintf(
        run->comm,
        "warning: the grid is too coarse (spacing %.4g %s): it does not resolve %s; "
        "raise grid.points or lower grid.extent\n",
        QlbeUnitsToDeck(&run->units, QLBE_MOMENTUM, spacing),
        QlbeUnitsName(&run->units, QLBE_MOMENTUM),
        forward > bound ? "the forward peak, hbar/2a" : "the jumps, (2 m*/m) (m kT)^(1/2)"));
  }
  PetscFunctionReturn(0);
}

/* Kernel and dispersion, for displacements from the spacing of the grid on. */
static PetscErrorCode CreateTables(QlbeRun *run, Cartesian *c)
{
  const QlbeParameters *par = &run->parameters;
  const double corner = c->grid.half_width * sqrt(3.0);
  QlbeTeam team;
  double q_max;

  PetscFunctionBegin;
  PetscCall(QlbeRunGetTeam(run, &team));
  q_max = PetscMin(2.0 * corner * (1.0 + 1e-12), QlbeJumpLargestTransfer(par, corner));
  PetscCall(QlbeJumpKernelCreate(par, PetscMin(c->grid.spacing * (1.0 - 1e-12), q_max), q_max,
                                 corner, c->k_max, CARTESIAN_TABLE_TOLERANCE, &team, &c->kernel));
  PetscCall(QlbeDispersionCreate(par, corner + par->hbar * c->k_max / 2.0, &c->dispersion));
  PetscFunctionReturn(0);
}

/* What is made of grid and tables. */
static PetscErrorCode CreateFiber(QlbeRun *run, double drop_tolerance, Cartesian *c)
{
  QlbeFiberFormat format;
  double most;

  PetscFunctionBegin;
  PetscCall(QlbeFiberCreate(&c->grid, c->kernel, c->dispersion, drop_tolerance, CARTESIAN_L_MAX,
                            &c->fiber));
  PetscCall(CartesianFormat(run, &format, &most));
  PetscCall(QlbeFiberSetFormat(c->fiber, format, most));
  PetscCall(QlbeFiberEquilibrium(c->fiber, &c->x0));
  PetscCall(CartesianSymmetric(run, c->count, &c->symmetric));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCreate(QlbeRun *run, PetscInt count, PetscInt points, double half_width,
                               double k_max, double drop_tolerance, Cartesian *c)
{
  PetscFunctionBegin;
  *c = (Cartesian){.k_max = k_max, .count = count};
  PetscCall(QlbePhaseBegin(run->phases, "kernel tables"));
  PetscCall(QlbeMomentumGridSetUp(run->comm, points, half_width, &c->grid));
  PetscCall(CreateTables(run, c));
  PetscCall(CreateFiber(run, drop_tolerance, c));
  PetscCall(QlbePhaseEnd(run->phases, "kernel tables"));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCreateCoarser(QlbeRun *run, const Cartesian *fine, PetscInt points,
                                      double drop_tolerance, Cartesian *c)
{
  PetscFunctionBegin;
  PetscCheck(points <= fine->grid.points, run->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "the tables of %" PetscInt_FMT " points do not serve %" PetscInt_FMT,
             fine->grid.points, points);
  *c = (Cartesian){.kernel = fine->kernel,
                   .dispersion = fine->dispersion,
                   .k_max = fine->k_max,
                   .count = fine->count,
                   .borrows = PETSC_TRUE};
  PetscCall(QlbePhaseBegin(run->phases, "kernel tables"));
  PetscCall(QlbeMomentumGridSetUp(run->comm, points, fine->grid.half_width, &c->grid));
  PetscCall(CreateFiber(run, drop_tolerance, c));
  PetscCall(QlbePhaseEnd(run->phases, "kernel tables"));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianDestroy(Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&c->A));
  PetscCall(VecDestroy(&c->x0));
  PetscCall(QlbeFiberDestroy(&c->fiber));
  if (!c->borrows) {
    PetscCall(QlbeDispersionDestroy(&c->dispersion));
    PetscCall(QlbeJumpKernelDestroy(&c->kernel));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianSetAxis(const double axis[3], Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(PetscArraycpy(c->axis, axis, 3));
  if (!c->symmetric) PetscFunctionReturn(0);
  PetscCall(QlbeFiberSetSymmetry(c->fiber, axis));
  PetscCall(VecDestroy(&c->x0));
  PetscCall(QlbeFiberEquilibrium(c->fiber, &c->x0));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianAnnounce(QlbeRun *run, const Cartesian *c)
{
  const double length =
      sqrt(c->axis[0] * c->axis[0] + c->axis[1] * c->axis[1] + c->axis[2] * c->axis[2]);
  QlbeFiberEstimate estimate;
  PetscInt rows;
  double k[3];

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) k[i] = c->k_max * c->axis[i] / length;
  PetscCall(QlbeFiberEstimateMemory(c->fiber, k, &estimate));
  PetscCall(VecGetSize(c->x0, &rows));
  PetscCall(PetscPrintf(run->comm,
                        "grid of %" PetscInt_FMT "^3 = %" PetscInt_FMT " momenta; %s matrix of "
                        "%" PetscInt_FMT " rows, %.3g GB (%.3g entries)\n",
                        c->grid.points, c->grid.size, QlbeFiberFormatName(estimate.format), rows,
                        estimate.bytes / 1e9, estimate.entries));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianAssemble(QlbeRun *run, const double k[3], Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(run->phases, "assembly"));
  PetscCall(QlbeFiberAssemble(c->fiber, k, &c->A));
  PetscCall(QlbePhaseEnd(run->phases, "assembly"));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianFreeMatrix(Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&c->A));
  PetscCall(QlbeFiberFreeStorage(c->fiber));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianSpectrum(QlbeRun *run, Cartesian *c, QlbeSpectrum *spectrum)
{
  double tolerance;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetReal(run->options, "spectrum_tolerance", &tolerance));
  PetscCall(QlbeSpectrumCreate(run->comm, spectrum));
  PetscCall(QlbeSpectrumSetCount(*spectrum, c->count));
  PetscCall(QlbeSpectrumSetTolerance(*spectrum, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(*spectrum, c->x0));
  PetscFunctionReturn(0);
}
