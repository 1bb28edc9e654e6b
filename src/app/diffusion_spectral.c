/*
   Routes (a) and (b) in the spectral basis, with error estimates from smaller bases and a finer
   quadrature.

   All directions of k are one, L_(Rk) = U_R L_k U_R^*: the fit takes wave numbers along the polar
   axis, and the Hessian is -D times the unit matrix by construction.
*/
#include <math.h>

#include "diffusion.h"

/* What the steps of one group work with. */
typedef struct {
  const WaveVectors *vectors;
  double scale, k_scale;
  QlbeSpectralOrders orders;
  PetscBool announce;      /* on behalf of all groups */
  QlbeSpectralFiber fiber; /* made by the first step that needs it */
} Work;

static PetscErrorCode Make(const QlbeProblem *problem, Work *work)
{
  PetscFunctionBegin;
  if (work->fiber) PetscFunctionReturn(0);
  PetscCall(SpectralCreate(problem, &work->orders, PetscMax(work->k_scale, work->vectors->k_max),
                           &work->fiber));
  if (work->announce) PetscCall(SpectralAnnounce(problem, work->fiber));
  PetscFunctionReturn(0);
}

/*
   What rounding of F leaves of D through differences in k; it need not show in a comparison of two
   of them. Relative to D, and as a part of the escape rate over the square of the step: scatter
   over quadratures shows 3e-15 of the rate where large spheres ask for small steps.
*/
static const double difference_floor = 1e-10, rate_floor = 6e-15;

/* Route (b) in n bases of one fiber operator: three assemblies serve all of them. */
static PetscErrorCode Perturbation(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                                   double k_scale, PetscInt n, const QlbeSpectralOrders bases[],
                                   QlbePerturbation results[])
{
  const double k[3] = {k_scale / 2.0, k_scale, 0.0};
  Vec *y;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(2 * n, &y));
  for (PetscInt i = 0; i < 3; i++) {
    PetscCall(SpectralAssemble(problem, fiber, k[i], 0));
    for (PetscInt b = 0; b < n; b++) {
      PetscReal second;
      Vec x0, L1x0;
      Mat A;
      PetscCall(QlbeSpectralFiberMatrix(fiber, bases[b].n_radial, bases[b].n_angular, &A));
      PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
      if (i < 2) {
        PetscCall(VecDuplicate(x0, &y[2 * b + i]));
        PetscCall(MatMult(A, x0, y[2 * b + i]));
      } else {
        PetscCall(VecDuplicate(x0, &L1x0));
        PetscCall(QlbePerturbationDerivatives(x0, NULL, k[0], y[2 * b], k[1], y[2 * b + 1], L1x0,
                                              &second, NULL));
        PetscCall(QlbePhaseBegin(problem->phases, "perturbation"));
        PetscCall(QlbePerturbationSolve(A, x0, L1x0, second, 1e-11, &results[b]));
        PetscCall(QlbePhaseEnd(problem->phases, "perturbation"));
        PetscCall(VecDestroy(&L1x0));
      }
      PetscCall(VecDestroy(&x0));
      PetscCall(MatDestroy(&A));
    }
  }
  for (PetscInt i = 0; i < 2 * n; i++) PetscCall(VecDestroy(&y[i]));
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

/* D in the given bases, for SpectralSettle; the context is k_scale. */
static PetscErrorCode MeasureD(const QlbeProblem *problem, QlbeSpectralFiber fiber, void *context,
                               const QlbeSpectralOrders bases[SPECTRAL_BASES],
                               double value[SPECTRAL_BASES])
{
  const double *k_scale = context;
  QlbePerturbation results[SPECTRAL_BASES];

  PetscFunctionBegin;
  PetscCall(Perturbation(problem, fiber, *k_scale, SPECTRAL_BASES, bases, results));
  for (int i = 0; i < SPECTRAL_BASES; i++) value[i] = results[i].converged ? results[i].D : NAN;
  PetscFunctionReturn(0);
}

static PetscErrorCode OrdersStep(const QlbeProblem *problem, void *context, PetscInt i,
                                 double row[])
{
  Work *work = context;
  QlbeSpectralOrders orders = work->orders;
  PetscBool settled;
  double tolerance;

  PetscFunctionBegin;
  (void)i;
  tolerance = problem->settings->grid.automatic;
  PetscCall(SpectralSettle(problem, tolerance, work->k_scale, MeasureD, &work->k_scale, &orders,
                           &settled));
  SpectralOrdersToRow(&orders, settled, row);
  PetscFunctionReturn(0);
}

/* Orders from the options, raised where grid_auto asks for it. */
static PetscErrorCode ChooseOrders(const QlbeProblem *problem, QlbeTasks tasks, Work *work,
                                   BasisResult *b, PetscBool *stopped)
{
  double tolerance, row[SPECTRAL_ORDERS_WIDTH];

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  b->settled = PETSC_TRUE;
  PetscCall(SpectralOrders(problem, &work->orders));
  tolerance = problem->settings->grid.automatic;
  if (tolerance > 0.0) {
    PetscCall(QlbeTasksCompute(tasks,
                               &(const QlbeTaskSet){.name = "orders",
                                                    .n = 1,
                                                    .width = SPECTRAL_ORDERS_WIDTH,
                                                    .task = OrdersStep,
                                                    .work = work},
                               row, stopped));
    if (*stopped) PetscFunctionReturn(0);
    SpectralOrdersFromRow(row, &work->orders, &b->settled);
  }
  b->orders = work->orders;
  PetscFunctionReturn(0);
}

/*
   Two of these make a row: first this basis and the smaller one, then this basis in a finer
   quadrature, and nothing; then the quartic coefficients of both.
*/
enum { BASES = 2, BASES_WIDTH = BASES * (PERTURBATION_WIDTH + 1) };

/* Quartic coefficients in n bases from one fiber, the largest of the fit, given D. */
static PetscErrorCode Quartic(const QlbeProblem *problem, const Work *work, QlbeSpectralFiber fiber,
                              PetscInt n, const QlbeSpectralOrders bases[],
                              const QlbePerturbation results[], double quartic[])
{
  const double k = work->vectors->k_max;
  QlbeEigenpair pair;

  PetscFunctionBegin;
  PetscCall(SpectralAssemble(problem, fiber, k, 0));
  for (PetscInt b = 0; b < n; b++) {
    PetscCall(SpectralLeading(problem, fiber, &bases[b], work->scale, &pair));
    quartic[b] = DiffusionQuartic(PetscRealPart(pair.value), results[b].D, k);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode PerturbationStep(const QlbeProblem *problem, void *context, PetscInt i,
                                       double row[])
{
  Work *work = context;
  const QlbeSpectralOrders bases[BASES] = {work->orders, SpectralSmaller(&work->orders)};
  const PetscInt n = i == 0 ? BASES : 1;
  QlbeSpectralOrders finer = work->orders;
  QlbePerturbation results[BASES] = {{.D = 0.0}, {.D = 0.0}};
  QlbeSpectralFiber other = NULL;
  double k_scale = work->k_scale;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(row, BASES_WIDTH));
  if (i == 0) {
    PetscCall(Make(problem, work));
  } else {
    finer.refinement *= SPECTRAL_REFINED;
    PetscCall(SpectralCreate(problem, &finer, PetscMax(k_scale, work->vectors->k_max), &other));
    k_scale *= 0.7;
  }
  PetscCall(Perturbation(problem, i == 0 ? work->fiber : other, k_scale, n, bases, results));
  PetscCall(Quartic(problem, work, i == 0 ? work->fiber : other, n, bases, results,
                    row + BASES * PERTURBATION_WIDTH));
  PetscCall(QlbeSpectralFiberDestroy(&other));
  for (int b = 0; b < BASES; b++) PerturbationToRow(&results[b], row + b * PERTURBATION_WIDTH);
  PetscFunctionReturn(0);
}

/*
   D in this basis and in the smaller one, and the change of the first in a finer quadrature with
   another step in k, which counts what is left of the differences too; the same of the quartic
   coefficient.
*/
static PetscErrorCode PerturbationRoute(QlbeTasks tasks, Work *work, GridResult *result,
                                        PetscBool *stopped)
{
  QlbePerturbation smaller, refined;
  double rows[2 * BASES_WIDTH];
  const double *quartic = rows + BASES * PERTURBATION_WIDTH;

  PetscFunctionBegin;
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "bases", .n = 2, .width = BASES_WIDTH, .task = PerturbationStep, .work = work},
      rows, stopped));
  if (*stopped) PetscFunctionReturn(0);
  result->perturbation = PerturbationFromRow(rows);
  smaller = PerturbationFromRow(rows + PERTURBATION_WIDTH);
  refined = PerturbationFromRow(rows + BASES_WIDTH);
  result->levels_solved =
      (PetscBool)(result->perturbation.converged && smaller.converged && refined.converged &&
                  isfinite(quartic[0]) && isfinite(quartic[1]) && isfinite(quartic[BASES_WIDTH]));
  result->basis.basis_error = fabs(smaller.D - result->perturbation.D);
  result->basis.quadrature_error = fabs(refined.D - result->perturbation.D);
  result->quartic_error = fabs(quartic[1] - quartic[0]) +
                          SPECTRAL_QUADRATURE_SAFETY * fabs(quartic[BASES_WIDTH] - quartic[0]);
  PetscFunctionReturn(0);
}

/* One fiber of the fit; of the last one also how it contracts, in the place of the structure. */
static PetscErrorCode FiberStep(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const double *k = work->vectors->k[i];
  QlbeSpectrum solver;
  double tolerance;
  Vec x0;
  Mat A;

  PetscFunctionBegin;
  PetscCall(Make(problem, work));
  tolerance = problem->settings->spectrum.tolerance;
  PetscCall(
      SpectralAssemble(problem, work->fiber, sqrt(k[0] * k[0] + k[1] * k[1] + k[2] * k[2]), 0));
  PetscCall(
      QlbeSpectralFiberMatrix(work->fiber, work->orders.n_radial, work->orders.n_angular, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &x0));
  PetscCall(QlbeSpectrumCreate(problem->comm, &solver));
  PetscCall(QlbeSpectrumSetTolerance(solver, tolerance));
  PetscCall(QlbeSpectrumSetInitialGuess(solver, x0));
  PetscCall(DiffusionEigenvalue(problem, A, work->scale, solver, row));
  if (i == work->vectors->n - 1)
    PetscCall(SpectralContraction(problem, A, work->scale, &row[FIBER_STRUCTURE]));
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(VecDestroy(&x0));
  PetscCall(MatDestroy(&A));
  PetscFunctionReturn(0);
}

static PetscErrorCode FitRoute(const QlbeProblem *problem, QlbeTasks tasks, Work *work,
                               QlbeReport report, GridResult *result, PetscBool *stopped)
{
  const PetscInt n = work->vectors->n;
  double *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n * FIBER_WIDTH, &rows));
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "fibers", .n = n, .width = FIBER_WIDTH, .task = FiberStep, .work = work},
      rows, stopped));
  if (!*stopped) {
    PetscCall(DiffusionFit(problem, work->vectors, work->scale, rows, report, result));
    result->at_k_max.contraction = rows[(n - 1) * FIBER_WIDTH + FIBER_STRUCTURE];
  }
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionInBasis(const QlbeProblem *problem, QlbeTasks tasks,
                                const WaveVectors *vectors, const QlbeClosedForms *closed,
                                QlbeReport report, GridResult *result, PetscBool *stopped)
{
  BasisResult *b = &result->basis;
  Work work = {.vectors = vectors,
               .scale = closed->escape_rate_0,
               .k_scale = SpectralDifferenceStep(&problem->parameters)};
  PetscMPIInt group;

  PetscFunctionBegin;
  result->spectral = PETSC_TRUE;
  result->gap = closed->gap;
  group = QlbeTasksGroupNumber(tasks);
  work.announce = (PetscBool)(group == 0);
  PetscCall(ChooseOrders(problem, tasks, &work, b, stopped));
  if (!*stopped) PetscCall(PerturbationRoute(tasks, &work, result, stopped));
  if (!*stopped) PetscCall(FitRoute(problem, tasks, &work, report, result, stopped));
  PetscCall(QlbeSpectralFiberDestroy(&work.fiber));
  if (*stopped) PetscFunctionReturn(0);
  /* The fit shares these errors, and adds the powers of k that it leaves out. Of an error of fourth
     order in the step the change shows three quarters: twice the change covers it. */
  result->D = result->levels_solved ? result->perturbation.D : NAN;
  result->perturbation_error = result->levels_solved
                                   ? SPECTRAL_QUADRATURE_SAFETY * b->quadrature_error +
                                         difference_floor * fabs(result->D) +
                                         rate_floor * work.scale / (work.k_scale * work.k_scale)
                                   : NAN;
  result->D_error = b->basis_error + result->perturbation_error;
  result->quartic_error += result->fit.quartic_error;
  PetscFunctionReturn(0);
}
