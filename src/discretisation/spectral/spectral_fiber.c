/*
   The spectral fiber operator: set-up, assembly of one sector at one k, and its matrix.

   In this basis A_k is real between angular momenta of equal parity and imaginary otherwise (parity
   maps k to -k, and L_(-k) = conj L_k), so that all sums run in real numbers.
*/
#include <limits.h>

#include "qlbe/interaction.h"
#include "qlbe/jump_kernel.h"
#include "spectral_impl.h"

/* Relative accuracy of the amplitude, in units of a: rounding is all that shall remain. */
static const double amplitude_tolerance = 1e-13;

static QlbeSpectralScales Scales(const QlbeParameters *par, double k_max, double refinement)
{
  const double thermal = sqrt(par->M / par->beta), gas = sqrt(par->m / par->beta);
  const QlbeSpectralScales scales = {
      .particle = thermal,
      .transfer = 2.0 * sqrt(par->m_star / par->beta),
      .along = thermal * sqrt(par->M / (par->M + par->m)),
      .peak = QlbeInteractionGetTraits(par->interaction)->varies
                  ? PetscMin(par->hbar / par->a, 2.0 * par->m_star / par->m * gas)
                  : HUGE_VAL,
      .across = par->M / par->m * gas,
      .modes = 2.0 * par->a * par->m_star / par->M * k_max,
      .refinement = refinement};

  return scales;
}

static PetscErrorCode CheckOrders(const QlbeSpectralOrders *orders)
{
  PetscFunctionBegin;
  PetscCheck(orders->n_radial >= 2 && orders->n_radial <= 64 && orders->n_angular >= 1 &&
                 orders->n_angular <= 64 && orders->refinement > 0.0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " radial and %" PetscInt_FMT " angular functions, refinement %g",
             orders->n_radial, orders->n_angular, orders->refinement);
  PetscFunctionReturn(0);
}

/*
   Bytes of a fiber on this grid for any number of ranks, infinite where an array has more elements
   than an int can tell.
*/
static double FiberBytes(const QlbeParameters *par, const QlbeSpectralGrid *g, double k_max)
{
  const double phase = par->a * par->m_star / par->M * k_max / 2.0;
  const double n = (double)g->n_radial, n_l = (double)g->n_angular;
  const double n_modes = (double)QlbeSpectralModeCount_Private(g->n_angular, phase);
  const double points = (double)(g->s.n * g->rho.n);
  const double couplings = 0.5 * n_l * n_l * n_l * PetscMin(2.0 * n_modes, n_l);
  const double samples = (double)g->q.n * n_modes * (double)g->tilt.n * (double)g->rho.n;
  const double arrays[] = {samples,
                           samples,
                           couplings * ((double)g->tilt.n + (double)g->rho.n + 2.0),
                           points * n_l * n_l,
                           points * n_l * n,
                           6.0 * n * n_l * n * n_l};
  double bytes = QlbeJumpPointsBytes_Private(g);

  for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++)
    bytes += arrays[i] > (double)INT_MAX ? HUGE_VAL : 8.0 * arrays[i];
  return bytes;
}

PetscErrorCode QlbeSpectralFiberEstimate(const QlbeParameters *par,
                                         const QlbeSpectralOrders *orders, double k_max,
                                         double *bytes)
{
  const QlbeSpectralScales scales = Scales(par, k_max, orders->refinement);
  QlbeSpectralGrid grid;

  PetscFunctionBegin;
  PetscCall(CheckOrders(orders));
  PetscCall(QlbeSpectralGridSetUp(orders->n_radial, orders->n_angular, &scales, &grid));
  *bytes = FiberBytes(par, &grid, k_max);
  PetscCall(QlbeSpectralGridDestroy(&grid));
  PetscFunctionReturn(0);
}

/* The ranks make the amplitude table together. */
static PetscErrorCode CreateSampler(QlbeSpectralFiber f)
{
  const QlbeTransverseRange range = {.q_max = f->grid.q.x[f->grid.q.n - 1],
                                     .rho = f->grid.rho.x[f->grid.rho.n - 1],
                                     .k = f->k_max};
  QlbeInteraction interaction;

  PetscFunctionBegin;
  PetscCall(QlbeInteractionCreate(&f->par, &interaction));
  PetscCall(QlbeInteractionSetTeam(interaction, &f->team));
  PetscCall(
      QlbeTransverseSamplerCreate(&f->par, interaction, &range, amplitude_tolerance, &f->sampler));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberCreate(MPI_Comm comm, const QlbeParameters *par,
                                       const QlbeSpectralOrders *orders, double k_max,
                                       QlbeSpectralFiber *fiber)
{
  const QlbeSpectralScales scales = Scales(par, k_max, orders->refinement);
  QlbeSpectralFiber f;
  double p_max;

  PetscFunctionBegin;
  PetscCall(CheckOrders(orders));
  PetscCheck(k_max >= 0.0, comm, PETSC_ERR_ARG_OUTOFRANGE, "wave numbers up to %g", k_max);
  PetscCheck(QlbeInteractionGetTraits(par->interaction)->has_phase, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "the interaction `%s` has no phase and no fibers",
             QlbeInteractionGetName(par->interaction));
  PetscCall(PetscNew(&f));
  f->comm = comm;
  PetscCall(QlbeTeamFromComm(&f->comm, &f->team));
  f->par = *par;
  f->k_max = k_max;
  f->k_of_modes = -1.0;
  PetscCall(QlbeSpectralGridSetUp(orders->n_radial, orders->n_angular, &scales, &f->grid));
  PetscCheck(FiberBytes(par, &f->grid, k_max) < HUGE_VAL, comm, PETSC_ERR_ARG_OUTOFRANGE,
             "a fiber of these orders has arrays of more than %d elements", INT_MAX);
  PetscCall(CreateSampler(f));
  p_max = f->grid.p.x[f->grid.p.n - 1] + par->hbar * k_max / 2.0;
  PetscCall(QlbeGasAverageCreate(par, p_max, &f->average));
  PetscCall(QlbeDispersionCreate(par, p_max, &f->dispersion));
  PetscCall(QlbeSpectralRest_Private(f));
  *fiber = f;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberDestroy(QlbeSpectralFiber *fiber)
{
  QlbeSpectralFiber f = *fiber;

  PetscFunctionBegin;
  if (!f) PetscFunctionReturn(0);
  PetscCall(QlbeSpectralGridDestroy(&f->grid));
  PetscCall(QlbeTransverseSamplerDestroy(&f->sampler));
  PetscCall(QlbeGasAverageDestroy(&f->average));
  PetscCall(QlbeDispersionDestroy(&f->dispersion));
  PetscCall(QlbeJumpPointsDestroy_Private(f));
  PetscCall(PetscFree(f->F_rest));
  PetscCall(PetscFree(f->modes));
  PetscCall(PetscFree(f->at_zero_k));
  PetscCall(PetscFree(f->matrix));
  PetscCall(PetscFree(*fiber));
  PetscFunctionReturn(0);
}

PetscInt QlbeSpectralFiberSize(QlbeSpectralFiber fiber, PetscInt m)
{
  return QlbeSpectralGridSize(&fiber->grid, m);
}

/*
   A_0 + (J_k - J_0), with `potential` less the rest of A_k, into matrix[size][size].
*/
static PetscErrorCode CheckRange(QlbeSpectralFiber f, double k, PetscInt m)
{
  PetscFunctionBegin;
  PetscCheck(QlbeSpectralGridSize(&f->grid, m) > 0, f->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "sector %" PetscInt_FMT " of %" PetscInt_FMT " angular momenta", m, f->grid.n_angular);
  PetscCheck(k >= 0.0 && k <= f->k_max * (1.0 + 1e-12), f->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "wave number %g beyond %g", k, f->k_max);
  PetscFunctionReturn(0);
}

static PetscErrorCode Compute(QlbeSpectralFiber f, double k, PetscInt m, PetscBool potential,
                              PetscScalar matrix[])
{
  const PetscInt n = f->grid.n_radial, first = PetscAbs(m),
                 size = QlbeSpectralGridSize(&f->grid, m);
  double *sum;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(size * size, &sum));
  PetscCall(QlbeSpectralGain_Private(f, k, m, sum));
  if (potential) PetscCall(QlbeSpectralPotential_Private(f, k, m, sum));
  PetscCall(f->team.sum(f->team.context, size * size, sum));
  for (PetscInt i = 0; i < size; i++) {
    for (PetscInt j = 0; j < size; j++) {
      const PetscInt l = i / n, l_before = j / n;
      const double rest = l == l_before ? f->at_zero_k[((first + l) * n + i % n) * n + j % n] : 0.0;
      matrix[i * size + j] = (l + l_before) % 2 == 0 ? PetscCMPLX(sum[i * size + j] + rest, 0.0)
                                                     : PetscCMPLX(0.0, sum[i * size + j]);
    }
  }
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberAssemble(QlbeSpectralFiber f, double k, PetscInt m)
{
  const PetscInt size = QlbeSpectralGridSize(&f->grid, m);
  PetscScalar *matrix;

  PetscFunctionBegin;
  PetscCall(CheckRange(f, k, m));
  PetscCall(PetscMalloc1(size * size, &matrix));
  PetscCall(Compute(f, k, m, PETSC_TRUE, matrix));
  PetscCall(PetscFree(f->matrix));
  f->matrix = matrix;
  f->m = m;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberGain(QlbeSpectralFiber f, double k, PetscInt m, PetscScalar gain[])
{
  PetscFunctionBegin;
  PetscCall(CheckRange(f, k, m));
  PetscCall(Compute(f, k, m, PETSC_FALSE, gain));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberMatrix(QlbeSpectralFiber f, PetscInt n_radial, PetscInt n_angular,
                                       Mat *A)
{
  const PetscInt n = f->grid.n_radial, full = QlbeSpectralGridSize(&f->grid, f->m);
  const PetscInt size = n_radial * (n_angular - PetscAbs(f->m));
  PetscInt begin, end;

  PetscFunctionBegin;
  PetscCheck(f->matrix, f->comm, PETSC_ERR_ORDER, "QlbeSpectralFiberAssemble comes first");
  PetscCheck(n_radial >= 1 && n_radial <= n && size >= 1 && n_angular <= f->grid.n_angular, f->comm,
             PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " x %" PetscInt_FMT " functions of the basis", n_radial, n_angular);
  PetscCall(MatCreateDense(f->comm, PETSC_DECIDE, PETSC_DECIDE, size, size, NULL, A));
  PetscCall(MatGetOwnershipRange(*A, &begin, &end));
  for (PetscInt i = begin; i < end; i++) {
    for (PetscInt j = 0; j < size; j++) {
      const PetscInt row = i / n_radial * n + i % n_radial,
                     column = j / n_radial * n + j % n_radial;
      PetscCall(MatSetValue(*A, i, j, f->matrix[row * full + column], INSERT_VALUES));
    }
  }
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberEquilibrium(Mat A, Vec *x0)
{
  PetscInt begin;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(A, x0, NULL));
  PetscCall(VecGetOwnershipRange(*x0, &begin, NULL));
  if (begin == 0) PetscCall(VecSetValue(*x0, 0, 1.0, INSERT_VALUES));
  PetscCall(VecAssemblyBegin(*x0));
  PetscCall(VecAssemblyEnd(*x0));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralFiberView(QlbeSpectralFiber f, PetscViewer viewer)
{
  const QlbeSpectralGrid *g = &f->grid;

  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(
      viewer,
      "spectral basis of %" PetscInt_FMT " radial x %" PetscInt_FMT
      " angular functions; quadratures q %" PetscInt_FMT ", s %" PetscInt_FMT ", rho %" PetscInt_FMT
      ", tilt %" PetscInt_FMT ", p %" PetscInt_FMT ", cosine %" PetscInt_FMT "\n",
      g->n_radial, g->n_angular, g->q.n, g->s.n, g->rho.n, g->tilt.n, g->p.n, g->cosine.n));
  PetscFunctionReturn(0);
}
