/*
   What `qlbe spectrum` reports of levels in the spectral basis: tables, errors, digits.
*/
#include <math.h>

#include "pair_row.h"
#include "qlbe/run_report.h"
#include "spectrum_basis.h"

PetscErrorCode SpectrumBasisTables(const QlbeProblem *problem, QlbeReport report)
{
  const char *rate = QlbeUnitsName(&problem->units, QLBE_RATE);
  const QlbeColumn fiber[] = {
      {"k", QLBE_COLUMN_REAL, QlbeUnitsName(&problem->units, QLBE_WAVE_NUMBER)},
      {"edge", QLBE_COLUMN_REAL, rate},
      {"gap", QLBE_COLUMN_REAL_OR_NAN, rate},
      {"n_discrete", QLBE_COLUMN_INTEGER, NULL}};
  const QlbeColumn columns[] = {
      {"k", QLBE_COLUMN_REAL, QlbeUnitsName(&problem->units, QLBE_WAVE_NUMBER)},
      {"index", QLBE_COLUMN_INTEGER, NULL},
      {"m", QLBE_COLUMN_INTEGER, NULL},
      {"value_re", QLBE_COLUMN_REAL_OR_NAN, rate},
      {"value_im", QLBE_COLUMN_REAL_OR_NAN, rate},
      {"error", QLBE_COLUMN_REAL_OR_NAN, rate},
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
   The row of one fiber. The gap reaches from eps to the next level, or to the edge where that
   level has reached it; there is none without a second level, nor with one above the edge that the
   basis does not settle.
*/
static PetscErrorCode ReportGap(const QlbeProblem *problem, const SpectrumBasis *work, double k,
                                const SpectralLevel levels[], QlbeReport report)
{
  const double edge = SpectrumBasisEdge(problem, work, k);
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
    const double row[4] = {problem->units.wave_number * k, problem->units.rate * edge,
                           problem->units.rate * (leading - next), (double)n};
    PetscCall(QlbeReportAddRow(report, "fibers", 4, row));
  }
  PetscFunctionReturn(0);
}

double SpectrumBasisError(const SpectrumBasis *work, double k, const SpectralLevel *level)
{
  const Fibers *f = work->fibers;

  return level->basis_error +
         SPECTRAL_QUADRATURE_SAFETY * work->quadrature * PetscAbsScalar(level->pair.value) +
         SpectralRounding(k, f->scale, f->gap) + PairSolverError(&level->pair, f->gap);
}

/* Rows of one fiber in the tables "levels" and "spectrum". */
static PetscErrorCode ReportLevels(const QlbeProblem *problem, const SpectrumBasis *work, double k,
                                   const SpectralLevel levels[], QlbeReport report,
                                   SpectrumCounts *counts)
{
  const double rate = problem->units.rate, edge = SpectrumBasisEdge(problem, work, k);

  PetscFunctionBegin;
  for (PetscInt i = 0; i < work->count; i++) {
    const SpectralLevel *level = &levels[i];
    const QlbeEigenpair *pair = &level->pair;
    const double error = SpectrumBasisError(work, k, level);
    const SpectrumRow r = {.k = k,
                           .index = i,
                           .error = error,
                           .isolated = level->discrete,
                           .invariant = (PetscBool)(level->m == 0)};
    const double row[9] = {problem->units.wave_number * k,
                           (double)i,
                           (double)level->m,
                           rate * PetscRealPart(pair->value),
                           rate * PetscImaginaryPart(pair->value),
                           rate * error,
                           Digits(PetscAbsScalar(pair->value), error),
                           rate * edge,
                           (double)(level->discrete && pair->leading)};
    PetscCall(QlbeReportAddRow(report, "levels", 9, row));
    PetscCall(SpectrumAddRow(problem, work->fibers, &r, pair, report, counts));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumBasisReport(const QlbeProblem *problem, const SpectrumBasis *work, double k,
                                   const SpectralLevel levels[], QlbeReport report,
                                   SpectrumCounts *counts)
{
  PetscFunctionBegin;
  PetscCall(ReportGap(problem, work, k, levels, report));
  PetscCall(ReportLevels(problem, work, k, levels, report, counts));
  PetscFunctionReturn(0);
}
