/*
   Tables, numbers and checks of `qlbe evolve`.
*/
#include "evolve.h"
#include "qlbe/run_report.h"

/* The observable that is no mean over walkers. */
static const char no_mean[] = "to_equilibrium";

/* Columns of observables.csv: fields of QlbeEvolutionObservables in their order. */
static const struct {
  const char *name;
  QlbeDimension dimension;
  PetscBool may_be_nan;
} columns[] = {{"t", QLBE_TIME, PETSC_FALSE},
               {"trace", QLBE_DIMENSIONLESS, PETSC_FALSE},
               {"p_x", QLBE_MOMENTUM, PETSC_FALSE},
               {"p_y", QLBE_MOMENTUM, PETSC_FALSE},
               {"p_z", QLBE_MOMENTUM, PETSC_FALSE},
               {"energy", QLBE_ENERGY, PETSC_FALSE},
               {no_mean, QLBE_DIMENSIONLESS, PETSC_FALSE},
               {"relaxation_rate", QLBE_RATE, PETSC_TRUE},
               {"x", QLBE_LENGTH, PETSC_FALSE},
               {"y", QLBE_LENGTH, PETSC_FALSE},
               {"z", QLBE_LENGTH, PETSC_FALSE},
               {"cov_xx", QLBE_AREA, PETSC_FALSE},
               {"cov_yy", QLBE_AREA, PETSC_FALSE},
               {"cov_zz", QLBE_AREA, PETSC_FALSE},
               {"cov_xy", QLBE_AREA, PETSC_FALSE},
               {"cov_xz", QLBE_AREA, PETSC_FALSE},
               {"cov_yz", QLBE_AREA, PETSC_FALSE},
               {"slope_xx", QLBE_DIFFUSION, PETSC_FALSE},
               {"slope_yy", QLBE_DIFFUSION, PETSC_FALSE},
               {"slope_zz", QLBE_DIFFUSION, PETSC_FALSE},
               {"purity", QLBE_DIMENSIONLESS, PETSC_TRUE},
               {"purity_diffusive", QLBE_DIMENSIONLESS, PETSC_TRUE},
               {"visibility", QLBE_DIMENSIONLESS, PETSC_TRUE},
               {"decoherence_rate", QLBE_RATE, PETSC_TRUE},
               {"limit_distance", QLBE_DIMENSIONLESS, PETSC_TRUE},
               {"limit_predicted", QLBE_DIMENSIONLESS, PETSC_TRUE}};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };
_Static_assert(COLUMNS * sizeof(double) == sizeof(QlbeEvolutionObservables),
               "every observable has a column");

/* Columns in pairs of value and error, but for the time. */
static PetscErrorCode AddErrorTable(const QlbeUnits *units, QlbeReport report)
{
  QlbeColumn table[2 * COLUMNS - 1];
  char names[COLUMNS][32];

  PetscFunctionBegin;
  for (int c = 0; c < COLUMNS; c++) {
    const QlbeDimension dimension = columns[c].dimension;
    const PetscBool nan = (PetscBool)(columns[c].may_be_nan || columns[c].name == no_mean);
    const char *unit = dimension == QLBE_DIMENSIONLESS ? NULL : QlbeUnitsName(units, dimension);
    const QlbeColumn column = {columns[c].name, nan ? QLBE_COLUMN_REAL_OR_NAN : QLBE_COLUMN_REAL,
                               unit};
    PetscCall(PetscSNPrintf(names[c], sizeof(names[c]), "%s_error", columns[c].name));
    table[PetscMax(2 * c - 1, 0)] = column;
    if (c > 0) table[2 * c] = (QlbeColumn){names[c], column.kind, unit};
  }
  PetscCall(QlbeReportAddTable(report, "observables", 2 * COLUMNS - 1, table));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveReportObservables(const QlbeProblem *problem, PetscInt n,
                                       const QlbeEvolutionObservables observed[],
                                       const QlbeEvolutionObservables error[], QlbeReport report)
{
  const QlbeUnits *units = &problem->units;

  PetscFunctionBegin;
  PetscCall(AddErrorTable(units, report));
  for (PetscInt i = 0; i < n; i++) {
    double row[2 * COLUMNS - 1];
    for (int c = 0; c < COLUMNS; c++) {
      const QlbeDimension dimension = columns[c].dimension;
      row[PetscMax(2 * c - 1, 0)] =
          QlbeUnitsToDeck(units, dimension, ((const double *)&observed[i])[c]);
      if (c > 0) row[2 * c] = QlbeUnitsToDeck(units, dimension, ((const double *)&error[i])[c]);
    }
    PetscCall(QlbeReportAddRow(report, "observables", 2 * COLUMNS - 1, row));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AddObservables(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     const QlbeEvolutionResult *r, QlbeReport report)
{
  const QlbeUnits *units = &problem->units;
  QlbeColumn table[COLUMNS];

  PetscFunctionBegin;
  for (int c = 0; c < COLUMNS; c++)
    table[c] = (QlbeColumn){
        columns[c].name, columns[c].may_be_nan ? QLBE_COLUMN_REAL_OR_NAN : QLBE_COLUMN_REAL,
        columns[c].dimension == QLBE_DIMENSIONLESS ? NULL
                                                   : QlbeUnitsName(units, columns[c].dimension)};
  PetscCall(QlbeReportAddTable(report, "observables", COLUMNS, table));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    union {
      QlbeEvolutionObservables fields;
      double row[COLUMNS];
    } seen;
    PetscCall(QlbeEvolutionObserve(problem, plan, r, i, &seen.fields));
    for (int c = 0; c < COLUMNS; c++)
      seen.row[c] = QlbeUnitsToDeck(units, columns[c].dimension, seen.row[c]);
    PetscCall(QlbeReportAddRow(report, "observables", COLUMNS, seen.row));
  }
  PetscFunctionReturn(0);
}

/* Rates of decoherence against separation. */
static PetscErrorCode AddDecoherence(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     const QlbeEvolutionResult *r, QlbeReport report)
{
  const QlbeUnits *units = &problem->units;
  const char *length = QlbeUnitsName(units, QLBE_LENGTH), *rate = QlbeUnitsName(units, QLBE_RATE);
  const QlbeColumn table[] = {{"separation", QLBE_COLUMN_REAL, length},
                              {"rate", QLBE_COLUMN_REAL_OR_NAN, rate},
                              {"quadratic", QLBE_COLUMN_REAL, rate},
                              {"total", QLBE_COLUMN_REAL, rate}};

  PetscFunctionBegin;
  if (plan->n_separation == 0) PetscFunctionReturn(0);
  PetscCall(QlbeReportAddTable(report, "decoherence", 4, table));
  for (PetscInt i = 0; i < plan->n_separation; i++) {
    const double d = plan->separation[i];
    const double row[] = {QlbeUnitsToDeck(units, QLBE_LENGTH, d),
                          QlbeUnitsToDeck(units, QLBE_RATE, r->rate[i]),
                          QlbeUnitsToDeck(units, QLBE_RATE, r->quadratic * d * d),
                          QlbeUnitsToDeck(units, QLBE_RATE, r->collision_rate)};
    PetscCall(QlbeReportAddRow(report, "decoherence", 4, row));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveReport(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                            QlbeEvolution e, QlbeEvolutionResult *r, QlbeReport report)
{
  QlbeEntries entries = {.n = 0};
  QlbeChecks checks = {.n = 0};

  PetscFunctionBegin;
  PetscCall(AddObservables(problem, plan, r, report));
  PetscCall(QlbeEvolutionDescribe(problem, plan, r, &entries));
  PetscCall(QlbeRunReportAddEntries(&problem->units, report, &entries));
  PetscCall(AddDecoherence(problem, plan, r, report));
  PetscCall(EvolveReportArrays(problem, plan, r, report));
  if (plan->save) PetscCall(EvolveSnapshotReport(problem, &r->last, report));
  PetscCall(QlbeEvolutionCheck(problem, plan, e, r, &checks));
  PetscCall(QlbeRunReportAddChecks(report, &checks));
  PetscFunctionReturn(0);
}
