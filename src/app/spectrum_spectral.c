/*
   `qlbe spectrum` in the spectral basis: levels of all sectors, with the errors of basis and
   quadrature, and which of them are eigenvalues at all.

   k stands along the polar axis of the basis; eps depends on |k| alone (L_(Rk) = U_R L_k U_R^*),
   so the direction of the deck only labels the rows.

   Three sets of steps: orders, where they are to settle; fibers; one fiber in a finer quadrature.
*/
#include <math.h>

#include "pair_partners.h"
#include "pair_row.h"
#include "qlbe/run_report.h"
#include "qlbe/worse.h"
#include "spectrum_basis.h"

double SpectrumBasisEdge(const QlbeProblem *problem, const SpectrumBasis *work, double k)
{
  return -QlbeEscapeRate(work->average, 0.5 * problem->parameters.hbar * k);
}

/* eps(k_measured) in the given bases, for SpectralSettle; value[] holds its real parts. */
static PetscErrorCode MeasureLeading(const QlbeProblem *problem, QlbeSpectralFiber fiber,
                                     void *context, const QlbeSpectralOrders bases[SPECTRAL_BASES],
                                     double value[SPECTRAL_BASES])
{
  const SpectrumBasis *work = context;

  PetscFunctionBegin;
  PetscCall(SpectralAssemble(problem, fiber, work->k_measured, 0));
  for (int i = 0; i < SPECTRAL_BASES; i++) {
    QlbeEigenpair pair;
    PetscCall(SpectralLeading(problem, fiber, &bases[i], work->fibers->scale, &pair));
    value[i] = PetscRealPart(pair.value);
  }
  PetscFunctionReturn(0);
}

/* The largest wave number below `below`, -1 if there is none. */
static double NextSmaller(const Fibers *f, double below)
{
  double next = -1.0;

  for (PetscInt i = 0; i < f->n; i++) {
    if (f->k[i] < below) next = PetscMax(next, f->k[i]);
  }
  return next;
}

/*
   Orders raised until eps settles. Larger wave numbers ask for larger orders, but an eps that has
   reached the continuum settles in none: the largest wave number that settles decides.
*/
static PetscErrorCode OrdersStep(const QlbeProblem *problem, void *context, PetscInt i,
                                 double row[])
{
  SpectrumBasis *work = context;
  QlbeSpectralOrders orders = work->orders;
  PetscBool settled = PETSC_FALSE;
  double tolerance;

  PetscFunctionBegin;
  (void)i;
  tolerance = problem->settings->grid.automatic;
  for (double k = work->fibers->k_max; k > 0.0 && !settled; k = NextSmaller(work->fibers, k)) {
    work->k_measured = k;
    PetscCall(SpectralSettle(problem, tolerance, work->fibers->k_max, MeasureLeading, work, &orders,
                             &settled));
  }
  SpectralOrdersToRow(&orders, settled, row);
  PetscFunctionReturn(0);
}

/* Orders from the options, raised where grid_auto asks for it; adds its check. */
static PetscErrorCode ChooseOrders(const QlbeProblem *problem, QlbeTasks tasks, SpectrumBasis *work,
                                   QlbeReport report, PetscBool *stopped)
{
  double tolerance, row[SPECTRAL_ORDERS_WIDTH];
  PetscBool settled;

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  PetscCall(SpectralOrders(problem, &work->orders));
  tolerance = problem->settings->grid.automatic;
  if (tolerance == 0.0) PetscFunctionReturn(0);
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "orders",
                                                  .n = 1,
                                                  .width = SPECTRAL_ORDERS_WIDTH,
                                                  .task = OrdersStep,
                                                  .work = work},
                             row, stopped));
  if (*stopped) PetscFunctionReturn(0);
  SpectralOrdersFromRow(row, &work->orders, &settled);
  PetscCall(QlbeReportAddCheck(report, "orders_not_settled", settled ? 0.0 : 1.0, 0.0));
  PetscFunctionReturn(0);
}

/* Row of a fiber: levels that did not converge, then the levels. */
enum { MISSING, LEVELS };
enum { SECTOR = PAIR_WIDTH, BASIS_ERROR, DISCRETE, LEVEL_WIDTH };

static PetscErrorCode FiberStep(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  SpectrumBasis *work = context;
  const double k = work->fibers->k[i];
  SpectralLevel *levels;
  PetscInt missing;

  PetscFunctionBegin;
  if (!work->fiber) {
    PetscCall(SpectralCreate(problem, &work->orders, work->fibers->k_max, &work->fiber));
    if (work->announce) PetscCall(SpectralAnnounce(problem, work->fiber));
  }
  PetscCall(PetscMalloc1(work->count, &levels));
  PetscCall(SpectralLevels(problem, work->fiber, &work->orders, k, work->count,
                           SpectrumBasisEdge(problem, work, k), work->fibers->scale, levels,
                           &missing));
  row[MISSING] = (double)missing;
  for (PetscInt j = 0; j < work->count; j++) {
    double *level = row + LEVELS + j * LEVEL_WIDTH;
    PairToRow(&levels[j].pair, level);
    level[SECTOR] = (double)levels[j].m;
    level[BASIS_ERROR] = levels[j].basis_error;
    level[DISCRETE] = (double)levels[j].discrete;
  }
  PetscCall(PetscFree(levels));
  PetscFunctionReturn(0);
}

static void LevelsFromRow(PetscInt count, const double row[], SpectralLevel levels[])
{
  for (PetscInt j = 0; j < count; j++) {
    const double *level = row + LEVELS + j * LEVEL_WIDTH;
    levels[j] = (SpectralLevel){.pair = PairFromRow(level),
                                .m = (PetscInt)level[SECTOR],
                                .basis_error = level[BASIS_ERROR],
                                .discrete = (PetscBool)(level[DISCRETE] != 0.0)};
  }
}

/* Levels of the finer quadrature beyond the wanted ones: no conjugate pair may be cut there. */
enum { SPARE = 4 };

/* The largest relative change of the discrete levels among levels[n] against others[n_others]. */
static PetscErrorCode LargestChange(PetscInt n, const SpectralLevel levels[], PetscInt n_others,
                                    const SpectralLevel others[], double scale, double *largest)
{
  QlbeEigenpair *pairs;
  PetscInt *sector;
  PetscScalar *partner;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n + n_others, &pairs, n + n_others, &sector, n, &partner));
  for (PetscInt i = 0; i < n + n_others; i++) {
    const SpectralLevel *level = i < n ? &levels[i] : &others[i - n];
    pairs[i] = level->pair;
    sector[i] = level->m;
  }
  {
    const PairList of = {n, pairs, sector}, among = {n_others, pairs + n, sector + n};
    PetscCall(PairPartners(&of, &among, partner));
  }
  *largest = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    const double size = PetscAbsScalar(pairs[i].value);
    /* 0 itself, at k = 0, is exact in every quadrature */
    if (!levels[i].discrete || !pairs[i].leading || size <= 1e-12 * scale) continue;
    *largest = QlbeWorse(*largest, PetscAbsScalar(partner[i] - pairs[i].value) / size);
  }
  PetscCall(PetscFree3(pairs, sector, partner));
  PetscFunctionReturn(0);
}

/* The largest relative change that a finer quadrature makes in the discrete levels of the best
   fiber. */
static PetscErrorCode QuadratureStep(const QlbeProblem *problem, void *context, PetscInt step,
                                     double row[])
{
  SpectrumBasis *work = context;
  const double k = work->fibers->k[work->best], scale = work->fibers->scale;
  const PetscInt most = work->count == 1 ? 1 : work->count + SPARE;
  QlbeSpectralOrders finer = work->orders;
  QlbeSpectralFiber fiber;
  SpectralLevel *others;
  PetscInt missing;

  PetscFunctionBegin;
  (void)step;
  finer.refinement *= SPECTRAL_REFINED;
  PetscCall(PetscMalloc1(most, &others));
  PetscCall(SpectralCreate(problem, &finer, k, &fiber));
  PetscCall(SpectralLevels(problem, fiber, &work->orders, k, most,
                           SpectrumBasisEdge(problem, work, k), scale, others, &missing));
  PetscCall(LargestChange(work->count, work->levels, most - missing, others, scale, &row[0]));
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  PetscCall(PetscFree(others));
  PetscFunctionReturn(0);
}

/*
   The fiber that tells the error of the quadrature: the largest wave number whose eps the basis
   settles to six digits, so that the change in a finer quadrature is one of the quadrature; else
   the largest whose eps is an eigenvalue; -1 without any.
*/
static PetscInt BestSettled(const Fibers *f, PetscInt count, const SpectralLevel levels[])
{
  PetscInt best = -1, settled = -1;

  for (PetscInt i = 0; i < f->n; i++) {
    const SpectralLevel *level = &levels[i * count];
    if (!level->discrete) continue;
    if (best < 0 || f->k[i] > f->k[best]) best = i;
    if (level->basis_error > 1e-6 * PetscAbsScalar(level->pair.value)) continue;
    if (settled < 0 || f->k[i] > f->k[settled]) settled = i;
  }
  return settled >= 0 ? settled : best;
}

/* All fibers into levels[n][count], then the error of the quadrature at one of them. */
static PetscErrorCode SolveFibers(QlbeTasks tasks, SpectrumBasis *work, SpectralLevel levels[],
                                  SpectrumCounts *counts, PetscBool *stopped)
{
  const Fibers *f = work->fibers;
  const PetscInt count = work->count, width = LEVELS + count * LEVEL_WIDTH;
  double *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(f->n * width, &rows));
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "fibers", .n = f->n, .width = width, .task = FiberStep, .work = work},
      rows, stopped));
  PetscCall(QlbeSpectralFiberDestroy(&work->fiber));
  for (PetscInt i = 0; i < f->n && !*stopped; i++) {
    LevelsFromRow(count, rows + i * width, levels + i * count);
    counts->missing += (PetscInt)rows[i * width + MISSING];
  }
  PetscCall(PetscFree(rows));
  if (*stopped) PetscFunctionReturn(0);
  work->best = BestSettled(f, count, levels);
  work->quadrature = NAN;
  if (work->best < 0) PetscFunctionReturn(0);
  work->levels = &levels[work->best * count];
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "finer quadrature", .n = 1, .width = 1, .task = QuadratureStep, .work = work},
      &work->quadrature, stopped));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumInBasis(const QlbeProblem *problem, QlbeTasks tasks, const Fibers *fibers,
                               QlbeReport report, SpectrumCounts *counts, PetscBool *stopped)
{
  SpectrumBasis work = {.fibers = fibers};
  SpectralLevel *levels;
  PetscMPIInt group;

  PetscFunctionBegin;
  work.count = problem->settings->spectrum.count;
  group = QlbeTasksGroupNumber(tasks);
  work.announce = (PetscBool)(group == 0);
  PetscCall(QlbeGasAverageCreate(&problem->parameters,
                                 0.5 * problem->parameters.hbar * fibers->k_max, &work.average));
  PetscCall(PetscMalloc1(fibers->n * work.count, &levels));
  PetscCall(SpectrumBasisTables(problem, report));
  PetscCall(ChooseOrders(problem, tasks, &work, report, stopped));
  if (!*stopped) PetscCall(SolveFibers(tasks, &work, levels, counts, stopped));
  if (!*stopped) {
    for (PetscInt i = 0; i < fibers->n; i++)
      PetscCall(SpectrumBasisReport(problem, &work, fibers->k[i], levels + i * work.count, report,
                                    counts));
    PetscCall(SpectralReportOrders(&work.orders, report));
    PetscCall(QlbeReportSetReal(report, "grid/quadrature_error_relative", work.quadrature, NULL));
    PetscCall(QlbeReportAllowNaN(report, "grid/quadrature_error_relative"));
  }
  PetscCall(PetscFree(levels));
  PetscCall(QlbeGasAverageDestroy(&work.average));
  PetscFunctionReturn(0);
}
