/*
   The Cartesian discretisation of one run, put together from the modules: what `spectrum` and
   `diffusion` share.
*/
#include <math.h>

#include "cartesian.h"
#include "qlbe/run_report.h"

PetscErrorCode CartesianUsable(const QlbeProblem *problem, const char who[],
                               QlbeComplaint *complaint)
{
  const QlbeInteractionType type = problem->parameters.interaction;
  char names[128];

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(problem, who, complaint));
  if (!complaint->option && !QlbeInteractionGetTraits(type)->has_phase) {
    PetscCall(QlbeComplain(
        complaint, "interaction_type", "%s needs an interaction with a phase, %s, got `%s`", who,
        QlbeInteractionNamesWithPhase(sizeof(names), names), QlbeInteractionGetName(type)));
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

PetscErrorCode CartesianFeasible(const QlbeProblem *problem, double k_max, QlbeComplaint *complaint)
{
  double half_width = 0.0, most;

  PetscFunctionBegin;
  PetscCall(CartesianHalfWidth(problem, &half_width));
  PetscCall(QlbeKernelServes(problem, half_width * sqrt(3.0), complaint));
  if (!complaint->option) PetscCall(CartesianReaches(problem, PETSC_TRUE, complaint));
  if (complaint->option) PetscFunctionReturn(0);
  most = CartesianLargestWaveNumber(&problem->parameters, half_width);
  if (k_max > most) {
    PetscCall(QlbeComplain(
        complaint, "fibers_k",
        "expected numbers <= %.4g, the most that this box and interaction serve, got %g",
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, most),
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, k_max)));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianHalfWidth(const QlbeProblem *problem, double *half_width)
{
  double extent;

  PetscFunctionBegin;
  extent = problem->settings->grid.extent;
  *half_width = extent * sqrt(problem->parameters.M / problem->parameters.beta);
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

PetscErrorCode CartesianCheckResolution(const QlbeProblem *problem, double spacing,
                                        QlbeReport report)
{
  const QlbeParameters *par = &problem->parameters;
  const double bound = 1.0 + 1e-9; /* a spacing chosen to be just right is right */
  const double forward = spacing / ForwardWidth(par), jumps = spacing / JumpWidth(par);

  PetscFunctionBegin;
  PetscCall(QlbeReportAddCheck(report, "grid_resolves_forward_peak", forward, bound));
  PetscCall(QlbeReportAddCheck(report, "grid_resolves_jumps", jumps, bound));
  if (forward > bound || jumps > bound) {
    PetscCall(PetscPrintf(
        problem->comm,
        "warning: the grid is too coarse (spacing %.4g %s): it does not resolve %s; "
        "raise grid.points or lower grid.extent\n",
        QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, spacing),
        QlbeUnitsName(&problem->units, QLBE_MOMENTUM),
        forward > bound ? "the forward peak, hbar/2a" : "the jumps, (2 m*/m) (m kT)^(1/2)"));
  }
  PetscFunctionReturn(0);
}

/* Kernel and dispersion, for displacements from the spacing of the grid on. */
static PetscErrorCode CreateTables(const QlbeProblem *problem, Cartesian *c)
{
  const QlbeParameters *par = &problem->parameters;
  const double corner = c->grid.half_width * sqrt(3.0);
  QlbeTeam team;
  double q_max;

  PetscFunctionBegin;
  PetscCall(QlbeTeamFromComm(&problem->comm, &team));
  q_max = PetscMin(2.0 * corner * (1.0 + 1e-12), QlbeJumpLargestTransfer(par, corner));
  PetscCall(QlbeJumpKernelCreate(par, PetscMin(c->grid.spacing * (1.0 - 1e-12), q_max), q_max,
                                 corner, c->k_max, CARTESIAN_TABLE_TOLERANCE, &team, &c->kernel));
  PetscCall(QlbeDispersionCreate(par, corner + par->hbar * c->k_max / 2.0, &c->dispersion));
  PetscFunctionReturn(0);
}

/* What is made of grid and tables. */
static PetscErrorCode CreateFiber(const QlbeProblem *problem, double drop_tolerance, Cartesian *c)
{
  QlbeFiberFormat format;
  double most;

  PetscFunctionBegin;
  PetscCall(QlbeFiberCreate(&c->grid, c->kernel, c->dispersion, drop_tolerance, CARTESIAN_L_MAX,
                            &c->fiber));
  PetscCall(CartesianFormat(problem, &format, &most));
  PetscCall(QlbeFiberSetFormat(c->fiber, format, most));
  PetscCall(QlbeFiberEquilibrium(c->fiber, &c->x0));
  PetscCall(CartesianSymmetric(problem, c->count, &c->symmetric));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCreate(const QlbeProblem *problem, PetscInt count, PetscInt points,
                               double half_width, double k_max, double drop_tolerance, Cartesian *c)
{
  PetscFunctionBegin;
  *c = (Cartesian){.k_max = k_max, .count = count};
  PetscCall(QlbePhaseBegin(problem->phases, "kernel tables"));
  PetscCall(QlbeMomentumGridSetUp(problem->comm, points, half_width, &c->grid));
  PetscCall(CreateTables(problem, c));
  PetscCall(CreateFiber(problem, drop_tolerance, c));
  PetscCall(QlbePhaseEnd(problem->phases, "kernel tables"));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCreateCoarser(const QlbeProblem *problem, const Cartesian *fine,
                                      PetscInt points, double drop_tolerance, Cartesian *c)
{
  PetscFunctionBegin;
  PetscCheck(points <= fine->grid.points, problem->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "the tables of %" PetscInt_FMT " points do not serve %" PetscInt_FMT,
             fine->grid.points, points);
  *c = (Cartesian){.kernel = fine->kernel,
                   .dispersion = fine->dispersion,
                   .k_max = fine->k_max,
                   .count = fine->count,
                   .borrows = PETSC_TRUE};
  PetscCall(QlbePhaseBegin(problem->phases, "kernel tables"));
  PetscCall(QlbeMomentumGridSetUp(problem->comm, points, fine->grid.half_width, &c->grid));
  PetscCall(CreateFiber(problem, drop_tolerance, c));
  PetscCall(QlbePhaseEnd(problem->phases, "kernel tables"));
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

PetscErrorCode CartesianAnnounce(const QlbeProblem *problem, const Cartesian *c)
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
  PetscCall(PetscPrintf(problem->comm,
                        "grid of %" PetscInt_FMT "^3 = %" PetscInt_FMT " momenta; %s matrix of "
                        "%" PetscInt_FMT " rows, %.3g GB (%.3g entries)\n",
                        c->grid.points, c->grid.size, QlbeFiberFormatName(estimate.format), rows,
                        estimate.bytes / 1e9, estimate.entries));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianAssemble(const QlbeProblem *problem, const double k[3], Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "assembly"));
  PetscCall(QlbeFiberAssemble(c->fiber, k, &c->A));
  PetscCall(QlbePhaseEnd(problem->phases, "assembly"));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianFreeMatrix(Cartesian *c)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(&c->A));
  PetscCall(QlbeFiberFreeStorage(c->fiber));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianSpectrum(const QlbeProblem *problem, Cartesian *c, QlbeSpectrum *spectrum)
{
  double tolerance;

  PetscFunctionBegin;
  tolerance = problem->settings->spectrum.tolerance;
  PetscCall(QlbeSpectrumCreate(problem->comm, spectrum));
  PetscCall(QlbeSpectrumSetCount(*spectrum, c->count));
  PetscCall(QlbeSpectrumSetTolerance(*spectrum, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(*spectrum, c->x0));
  PetscFunctionReturn(0);
}
