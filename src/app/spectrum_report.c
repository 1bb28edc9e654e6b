/*
   Tables of `qlbe spectrum`, which values may stand in them, and what the checks count.
*/
#include "spectrum_report.h"

#include <math.h>

#include "qlbe/run_report.h"
#include "spectrum_table.h"

/* What the checks of the table are about. */
typedef struct {
  PetscInt merged;        /* fibers whose leading eigenvalue has reached the continuum */
  PetscInt foreign;       /* values that are not the leading ones, or of index 0 and not eps(k) */
  PetscInt positive;      /* values above 0 by more than their error */
  PetscInt without_error; /* eps(k) whose error is not known */
} Counts;

/*
   eps(k) is an isolated value of index 0 that continues eps(0) = 0, in a sector that has the
   symmetries of k; others have to be leading ones.
*/
static PetscBool Identified(const QlbeFibers *f, PetscInt index, const QlbeLevel *level)
{
  if (!level->pair.leading) return PETSC_FALSE;
  if (index > 0 || !level->isolated) return PETSC_TRUE;
  return (PetscBool)(level->m == 0 &&
                     QlbeEigenpairContinues(&level->pair, f->scale,
                                            isfinite(level->error) ? level->error : 0.0));
}

/* A row of the table "spectrum": nan where the value is not what the row is for. */
static PetscErrorCode AddValue(const QlbeProblem *problem, const QlbeFibers *f, PetscInt i,
                               const QlbeLevel *level, QlbeReport report, Counts *counts)
{
  const PetscInt index = i % f->count;
  SpectrumTableEntry entry = {.size = f->k[i / f->count], .index = index, .error = level->error};
  QlbeEigenpair pair = level->pair;
  const PetscBool found = (PetscBool)!PetscIsNanScalar(pair.value);
  const PetscBool identified = Identified(f, index, level);

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) entry.k[axis] = entry.size * f->direction[axis];
  if (found && !identified) counts->foreign++;
  if (found && identified && !level->isolated && index == 0) counts->merged++;
  if (!identified || !level->isolated) {
    pair.value = PetscCMPLX(NAN, NAN);
    entry.error = NAN;
  } else if (found) {
    /* an error of nan counts as exceeded */
    if (PetscRealPart(pair.value) > 0.0 && !(PetscRealPart(pair.value) <= entry.error))
      counts->positive++;
    if (index == 0 && !isfinite(entry.error)) counts->without_error++;
  }
  PetscCall(SpectrumTableAddEntry(&problem->units, report, &entry, &pair));
  PetscFunctionReturn(0);
}

/* The tables of a discretisation with sectors. */
static PetscErrorCode AddTables(const QlbeUnits *units, QlbeReport report)
{
  const char *rate = QlbeUnitsName(units, QLBE_RATE);
  const char *wave = QlbeUnitsName(units, QLBE_WAVE_NUMBER);
  const QlbeColumn fiber[] = {{"k", QLBE_COLUMN_REAL, wave},
                              {"edge", QLBE_COLUMN_REAL, rate},
                              {"gap", QLBE_COLUMN_REAL_OR_NAN, rate},
                              {"n_discrete", QLBE_COLUMN_INTEGER, NULL}};
  const QlbeColumn columns[] = {{"k", QLBE_COLUMN_REAL, wave},
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
   discretisation does not settle.
*/
static PetscErrorCode AddFiber(const QlbeUnits *units, const QlbeFibers *f, double k,
                               const QlbeLevel levels[], QlbeReport report)
{
  const double edge = levels[0].edge;
  const double leading = levels[0].isolated ? PetscRealPart(levels[0].pair.value) : NAN;
  double next = NAN;
  PetscInt n = 0;

  PetscFunctionBegin;
  while (n < f->count && levels[n].isolated) n++;
  if (f->count > 1) {
    const double second = PetscRealPart(levels[1].pair.value);
    if (levels[1].isolated)
      next = second;
    else if (second - 10.0 * levels[1].change[0] <= edge)
      next = edge;
  }
  {
    const double row[4] = {units->wave_number * k, units->rate * edge,
                           units->rate * (leading - next), (double)n};
    PetscCall(QlbeReportAddRow(report, "fibers", 4, row));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AddLevel(const QlbeUnits *units, double k, PetscInt index,
                               const QlbeLevel *level, QlbeReport report)
{
  const QlbeEigenpair *pair = &level->pair;
  const double row[9] = {units->wave_number * k,
                         (double)index,
                         (double)level->m,
                         units->rate * PetscRealPart(pair->value),
                         units->rate * PetscImaginaryPart(pair->value),
                         units->rate * level->error,
                         Digits(PetscAbsScalar(pair->value), level->error),
                         units->rate * level->edge,
                         (double)(level->isolated && pair->leading)};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddRow(report, "levels", 9, row));
  PetscFunctionReturn(0);
}

/* The checks of the table, and warnings about what they count. */
static PetscErrorCode AddChecks(const QlbeProblem *problem, const QlbeFibers *f, PetscInt missing,
                                const Counts *counts, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportAddCheck(report, "eigenvalues_not_converged", (double)missing, 0.0));
  PetscCall(QlbeReportAddCheck(report, "fibers_not_isolated", (double)counts->merged, 0.0));
  PetscCall(QlbeReportAddCheck(report, "eps_continues_zero", (double)counts->foreign, 0.0));
  PetscCall(QlbeReportAddCheck(report, "eps_positive", (double)counts->positive, 0.0));
  PetscCall(QlbeReportAddCheck(report, "eps_without_error", (double)counts->without_error, 0.0));
  if (counts->foreign > 0)
    PetscCall(PetscPrintf(problem->comm,
                          "warning: %" PetscInt_FMT " of the values that the solver found are not "
                          "the leading ones, or not eps(k): options of SLEPc can choose others; "
                          "their rows hold nan\n",
                          counts->foreign));
  if (counts->merged > 0)
    PetscCall(PetscPrintf(problem->comm,
                          "warning: in %" PetscInt_FMT " of %" PetscInt_FMT
                          " fibers the leading eigenvalue has reached the "
                          "continuum, or moves with the basis: there is no eps(k) to give, and its "
                          "rows hold nan\n",
                          counts->merged, f->n));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumReport(const QlbeProblem *problem, const QlbeFibers *f,
                              const QlbeLevels *levels, QlbeReport report)
{
  const PetscBool sectors = QlbeDiscretisationGetTraits(problem)->sectors;
  const QlbeUnits *units = &problem->units;
  Counts counts = {0};

  PetscFunctionBegin;
  PetscCall(SpectrumTableAdd(units, report));
  if (sectors) PetscCall(AddTables(units, report));
  for (PetscInt i = 0; i < f->n * f->count; i++) {
    const double k = f->k[i / f->count];
    if (sectors && i % f->count == 0) PetscCall(AddFiber(units, f, k, &levels->levels[i], report));
    if (sectors) PetscCall(AddLevel(units, k, i % f->count, &levels->levels[i], report));
    PetscCall(AddValue(problem, f, i, &levels->levels[i], report, &counts));
  }
  PetscCall(QlbeRunReportAddEntries(units, report, &levels->entries));
  PetscCall(QlbeRunReportAddChecks(report, &levels->checks));
  PetscCall(AddChecks(problem, f, levels->missing, &counts, report));
  PetscFunctionReturn(0);
}
