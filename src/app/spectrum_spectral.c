/*
   `qlbe spectrum` in the spectral basis: levels of all sectors, with the errors of basis and quadrature, and which of them
   are eigenvalues at all.

   k stands along the polar axis of the basis; eps depends on |k| alone (L_(Rk) = U_R L_k U_R^*), so the direction of the deck only labels
   the rows.
*/
#include <math.h>

#include "qlbe/gas_average.h"
#include "qlbe/progress.h"
#include "run_report.h"
#include "spectral.h"
#include "spectrum_command.h"

/* What one run of the command knows. */
typedef struct {
  const Fibers *fibers;
  double scale; /* escape rate at rest */
  PetscInt count;
  double k_measured; /* the wave number whose eps settles the orders */
  QlbeGasAverage average;
  double quadrature; /* relative change of levels in a finer quadrature */
} Work;

/* -min E_k, where the continuum begins: E grows with |p|, so that the minimum is at p = 0. */
static double Edge(QlbeRun *run, const Work *work, double k)
{
  return -QlbeEscapeRate(work->average, 0.5 * run->parameters.hbar * k);
}

/* eps(k_measured) in the given bases, for SpectralSettle; value[] holds its real parts. */
static PetscErrorCode MeasureLeading(QlbeRun *run, QlbeSpectralFiber fiber, void *context,
                                     const QlbeSpectralOrders bases[SPECTRAL_BASES],
                                     double value[SPECTRAL_BASES])
{
  const Work *work = context;

  PetscFunctionBegin;
  PetscCall(SpectralAssemble(run, fiber, work->k_measured, 0));
  for (int i = 0; i < SPECTRAL_BASES; i++) {
    QlbeEigenpair pair;
    PetscCall(SpectralLeading(run, fiber, &bases[i], work->scale, &pair));
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
   Orders from the options, raised where grid_auto asks for it; adds its check. Larger wave numbers ask for larger orders, but an eps that
   has reached the continuum settles in none: the largest wave number that settles decides.
*/
static PetscErrorCode ChooseOrders(QlbeRun *run, Work *work, QlbeReport report,
                                   QlbeSpectralOrders *orders)
{
  PetscBool settled = PETSC_FALSE;
  double tolerance;

  PetscFunctionBegin;
  PetscCall(SpectralOrders(run, orders));
  PetscCall(QlbeOptionsGetReal(run->options, "grid_auto", &tolerance));
  if (tolerance == 0.0) PetscFunctionReturn(0);
  for (double k = work->fibers->k_max; k > 0.0 && !settled; k = NextSmaller(work->fibers, k)) {
    work->k_measured = k;
    PetscCall(SpectralSettle(run, tolerance, work->fibers->k_max, MeasureLeading, work, orders,
                             &settled));
  }
  PetscCall(QlbeReportAddCheck(report, "orders_not_settled", settled ? 0.0 : 1.0, 0.0, settled));
  PetscFunctionReturn(0);
}

/* The largest relative change that a finer quadrature makes in the discrete levels[count] of |k| = k. */
static PetscErrorCode QuadratureError(QlbeRun *run, const QlbeSpectralOrders *orders, double k,
                                      const SpectralLevel levels[], Work *work)
{
  const PetscInt count = work->count;
  QlbeSpectralOrders finer = *orders;
  QlbeSpectralFiber fiber;
  SpectralLevel *others;
  PetscInt missing;

  PetscFunctionBegin;
  finer.refinement *= SPECTRAL_REFINED;
  PetscCall(PetscMalloc1(count, &others));
  PetscCall(SpectralCreate(run, &finer, k, &fiber));
  PetscCall(SpectralLevels(run, fiber, orders, k, count, Edge(run, work, k), work->scale, others,
                           &missing));
  work->quadrature = 0.0;
  for (PetscInt i = 0; i < count; i++) {
    const double size = PetscAbsScalar(levels[i].pair.value);
    double change = HUGE_VAL;
    /* 0 itself, at k = 0, is exact in every quadrature */
    if (!levels[i].discrete || size <= 1e-12 * work->scale) continue;
    for (PetscInt j = 0; j < count - missing; j++)
      change = PetscMin(change, PetscAbsScalar(others[j].pair.value - levels[i].pair.value));
    work->quadrature = PetscMax(work->quadrature, change / size);
  }
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  PetscCall(PetscFree(others));
  PetscFunctionReturn(0);
}

/* The tables "levels", one row each, and "fibers", what belongs to a fiber as a whole. */
static PetscErrorCode AddTables(QlbeRun *run, QlbeReport report)
{
  const char *rate = QlbeUnitsName(&run->units, QLBE_RATE);
  const QlbeColumn fiber[] = {{"k", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_WAVE_NUMBER)},
                              {"edge", QLBE_COLUMN_REAL, rate},
                              {"gap", QLBE_COLUMN_REAL, rate},
                              {"n_discrete", QLBE_COLUMN_INTEGER, NULL}};
  const QlbeColumn columns[] = {
      {"k", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_WAVE_NUMBER)},
      {"index", QLBE_COLUMN_INTEGER, NULL},
      {"m", QLBE_COLUMN_INTEGER, NULL},
      {"value_re", QLBE_COLUMN_REAL, rate},
      {"value_im", QLBE_COLUMN_REAL, rate},
      {"error", QLBE_COLUMN_REAL, rate},
      {"digits", QLBE_COLUMN_INTEGER, NULL},
      {"edge", QLBE_COLUMN_REAL, rate},
      {"discrete", QLBE_COLUMN_BOOL, NULL}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "fibers", 4, fiber));
  PetscCall(QlbeReportAddTable(report, "levels", 9, columns));
  PetscFunctionReturn(0);
}

/* Digits of a value that its error leaves, 0 to 15. */
static double Digits(double value, double error)
{
  if (!(error < value)) return 0.0; /* also where one of them is nan */
  return error > 0.0 ? PetscMin(15.0, floor(-log10(error / value))) : 15.0;
}

/*
   The row of one fiber. The gap reaches from eps to the next level, or to the edge where that level has reached it; there is none
   without a second level, nor with one above the edge that the basis does not settle.
*/
static PetscErrorCode ReportGap(QlbeRun *run, const Work *work, double k,
                                const SpectralLevel levels[], QlbeReport report)
{
  const double edge = Edge(run, work, k);
  double next = NAN;
  PetscInt n = 0;

  PetscFunctionBegin;
  while (n < work->count && levels[n].discrete) n++;
  if (work->count > 1) {
    const double second = PetscRealPart(levels[1].pair.value);
    if (levels[1].discrete)
      next = second;
    else if (second - 10.0 * levels[1].basis_error <= edge)
      next = edge;
  }
  {
    const double leading = levels[0].discrete ? PetscRealPart(levels[0].pair.value) : NAN;
    const double row[4] = {run->units.wave_number * k, run->units.rate * edge,
                           run->units.rate * (leading - next), (double)n};
    PetscCall(QlbeReportAddRow(report, "fibers", 4, row));
  }
  PetscFunctionReturn(0);
}

/* Rows of one fiber in both tables. */
static PetscErrorCode ReportFiber(QlbeRun *run, const Work *work, double k,
                                  const SpectralLevel levels[], QlbeReport report,
                                  SpectrumCounts *counts)
{
  const double rate = run->units.rate, edge = Edge(run, work, k);
  double vector[3];

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) vector[axis] = k * work->fibers->direction[axis];
  for (PetscInt i = 0; i < work->count; i++) {
    const SpectralLevel *level = &levels[i];
    QlbeEigenpair pair = level->pair;
    const double size = PetscAbsScalar(pair.value);
    /* what rounding leaves in sums over a row; the quotient's own error is quadratic in the residual */
    const double solver =
        1e-15 * work->scale + pair.residual * pair.residual * pair.condition / work->scale;
    const double error = level->basis_error + work->quadrature * size + solver;
    const double row[9] = {run->units.wave_number * k,
                           (double)i,
                           (double)level->m,
                           rate * PetscRealPart(pair.value),
                           rate * PetscImaginaryPart(pair.value),
                           rate * error,
                           Digits(size, error),
                           rate * edge,
                           (double)level->discrete};
    PetscCall(QlbeReportAddRow(report, "levels", 9, row));
    if (i == 0 && !level->discrete && isfinite(size)) counts->merged++;
    if (!level->discrete) pair.value = PetscCMPLX(NAN, NAN);
    PetscCall(RunReportAddEigenvalue(run, report, vector, i, &pair));
  }
  PetscFunctionReturn(0);
}

/*
   The fiber that tells the error of the quadrature: the largest wave number whose eps the basis settles to six digits, so that the change in
   a finer quadrature is one of the quadrature; else the largest whose eps is an eigenvalue; -1 without any.
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

/* All fibers, then the error of the quadrature at one of them. */
static PetscErrorCode SolveFibers(QlbeRun *run, const QlbeSpectralOrders *orders, Work *work,
                                  QlbeReport report, SpectrumCounts *counts)
{
  const Fibers *f = work->fibers;
  const PetscInt count = work->count;
  QlbeSpectralFiber fiber;
  QlbeProgress progress;
  SpectralLevel *levels;
  PetscInt last;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(f->n * count, &levels));
  PetscCall(SpectralCreate(run, orders, f->k_max, &fiber));
  PetscCall(SpectralAnnounce(run, fiber));
  PetscCall(QlbeProgressCreate(run->comm, "fibers", f->n, &progress));
  for (PetscInt i = 0; i < f->n; i++) {
    PetscInt missing;
    PetscCall(SpectralLevels(run, fiber, orders, f->k[i], count, Edge(run, work, f->k[i]),
                             work->scale, levels + i * count, &missing));
    counts->missing += missing;
    PetscCall(QlbeProgressUpdate(progress, i + 1));
  }
  PetscCall(QlbeProgressDestroy(&progress));
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  last = BestSettled(f, count, levels);
  work->quadrature = NAN;
  if (last >= 0) PetscCall(QuadratureError(run, orders, f->k[last], &levels[last * count], work));
  for (PetscInt i = 0; i < f->n; i++) {
    PetscCall(ReportGap(run, work, f->k[i], levels + i * count, report));
    PetscCall(ReportFiber(run, work, f->k[i], levels + i * count, report, counts));
  }
  PetscCall(PetscFree(levels));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumInBasis(QlbeRun *run, const Fibers *fibers, double scale, QlbeReport report,
                               SpectrumCounts *counts)
{
  Work work = {.fibers = fibers, .scale = scale};
  QlbeSpectralOrders orders;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "spectrum_count", &work.count));
  PetscCall(QlbeGasAverageCreate(&run->parameters, 0.5 * run->parameters.hbar * fibers->k_max,
                                 &work.average));
  PetscCall(AddTables(run, report));
  PetscCall(ChooseOrders(run, &work, report, &orders));
  PetscCall(SolveFibers(run, &orders, &work, report, counts));
  PetscCall(SpectralReportOrders(&orders, report));
  PetscCall(QlbeReportSetReal(report, "grid/quadrature_error_relative", work.quadrature, NULL));
  PetscCall(QlbeGasAverageDestroy(&work.average));
  PetscFunctionReturn(0);
}
