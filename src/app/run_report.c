/*
   What all commands put into their files: parameters, options with their origin, provenance and
   wall times. Conversion to the deck's units happens here, on the way out.
*/
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "run_report.h"

PetscErrorCode RunReportCreate(QlbeRun *run, QlbeReport *report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportCreate(report));
  PetscCall(QlbeReportSetString(*report, "command", run->command));
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportSet(QlbeRun *run, QlbeReport report, const char path[],
                            QlbeDimension dimension, double value)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportSetReal(report, path, QlbeUnitsToDeck(&run->units, dimension, value),
                              QlbeUnitsName(&run->units, dimension)));
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportSetVector(QlbeRun *run, QlbeReport report, const char path[],
                                  QlbeDimension dimension, PetscInt ndim, const double values[])
{
  const PetscInt shape[2] = {3, 3}, n = ndim == 1 ? 3 : 9;
  double converted[9];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    converted[i] = QlbeUnitsToDeck(&run->units, dimension, values[i]);
  PetscCall(QlbeReportSetRealArray(report, path, ndim, shape, converted,
                                   QlbeUnitsName(&run->units, dimension)));
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportAtMost(QlbeReport report, const char name[], double value, double bound)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportAddCheck(report, name, value, bound));
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportAddSpectrum(QlbeRun *run, QlbeReport report)
{
  const char *k = QlbeUnitsName(&run->units, QLBE_WAVE_NUMBER);
  const char *rate = QlbeUnitsName(&run->units, QLBE_RATE);
  const QlbeColumn columns[] = {{"k_x", QLBE_COLUMN_REAL, k},
                                {"k_y", QLBE_COLUMN_REAL, k},
                                {"k_z", QLBE_COLUMN_REAL, k},
                                {"k", QLBE_COLUMN_REAL, k},
                                {"index", QLBE_COLUMN_INTEGER, NULL},
                                {"eps_re", QLBE_COLUMN_REAL_OR_NAN, rate},
                                {"eps_im", QLBE_COLUMN_REAL_OR_NAN, rate},
                                {"eps_error", QLBE_COLUMN_REAL_OR_NAN, rate},
                                {"residual", QLBE_COLUMN_REAL_OR_NAN, rate},
                                {"condition", QLBE_COLUMN_REAL_OR_NAN, NULL},
                                {"iterations", QLBE_COLUMN_INTEGER, NULL}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "spectrum", 11, columns));
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportAddEigenvalue(QlbeRun *run, QlbeReport report, const RunReportLevel *level,
                                      const QlbeEigenpair *pair)
{
  const double wave = run->units.wave_number, rate = run->units.rate;
  const double row[11] = {wave * level->k[0],
                          wave * level->k[1],
                          wave * level->k[2],
                          wave * level->size,
                          (double)level->index,
                          rate * PetscRealPart(pair->value),
                          rate * PetscImaginaryPart(pair->value),
                          rate * level->error,
                          rate * pair->residual,
                          pair->condition,
                          (double)pair->iterations};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddRow(report, "spectrum", 11, row));
  PetscFunctionReturn(0);
}

/* Physical parameters, as resolved, in the deck's units. */
static PetscErrorCode AddParameters(QlbeRun *run, QlbeReport report)
{
  const QlbeParameters *p = &run->parameters;
  const char *type;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetChoice(run->options, "interaction_type", &type));
  PetscCall(RunReportSet(run, report, "parameters/particle_mass", QLBE_MASS, p->M));
  PetscCall(RunReportSet(run, report, "parameters/gas_mass", QLBE_MASS, p->m));
  PetscCall(RunReportSet(run, report, "parameters/gas_density", QLBE_DENSITY, p->eta));
  PetscCall(
      RunReportSet(run, report, "parameters/gas_temperature", QLBE_TEMPERATURE, 1.0 / p->beta));
  PetscCall(QlbeReportSetString(report, "parameters/interaction_type", type));
  PetscCall(RunReportSet(run, report, "parameters/interaction_radius", QLBE_LENGTH, p->a));
  PetscFunctionReturn(0);
}

/* Options with value, unit and origin, and the provenance, as attributes. */
static PetscErrorCode AddAttributes(QlbeRun *run, QlbeReport report)
{
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeProvenanceGetCount(run->provenance, &n));
  for (PetscInt i = 0; i < n; i++) {
    QlbeAttribute entry;
    PetscCall(QlbeProvenanceGetEntry(run->provenance, i, &entry.name, &entry.value));
    PetscCall(QlbeReportSetAttributes(report, "provenance", 1, &entry));
  }
  PetscCall(QlbeOptionsGetCount(run->options, &n));
  for (PetscInt i = 0; i < n; i++) {
    const char *name, *value, *origin, *unit;
    char *text;
    size_t size;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    size = strlen(value) + strlen(unit) + strlen(origin) + 16;
    PetscCall(PetscMalloc1(size, &text));
    PetscCall(PetscSNPrintf(text, size, "%s [%s] (%s)", value, unit, origin));
    {
      const QlbeAttribute entry = {name, text};
      PetscCall(QlbeReportSetAttributes(report, "options", 1, &entry));
    }
    PetscCall(PetscFree(text));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AddWallTimes(QlbeRun *run, QlbeReport report)
{
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbePhasesGetCount(run->phases, &n));
  for (PetscInt i = 0; i < n; i++) {
    const char *name;
    double seconds;
    char path[128];
    PetscCall(QlbePhasesGetEntry(run->phases, i, &name, &seconds));
    PetscCall(PetscSNPrintf(path, sizeof(path), "wall_time/%s", name));
    PetscCall(QlbeReportSetReal(report, path, seconds, "s"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode RunReportFinish(QlbeRun *run, QlbeReport report, PetscInt n,
                               const RunReportFile files[], int *exit_status)
{
  char path[PETSC_MAX_PATH_LEN + 128], name[64], unfit[PETSC_MAX_PATH_LEN];
  PetscBool replace;
  PetscInt failures;

  PetscFunctionBegin;
  PetscCall(QlbeReportCheckFinite(report, sizeof(unfit), unfit));
  PetscCall(AddParameters(run, report));
  PetscCall(AddWallTimes(run, report));
  PetscCall(AddAttributes(run, report));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(QlbeOutputPath(run, files[i].name, sizeof(path), path));
    PetscCall(OutputMayReplace(run, files[i].name, &replace));
    if (files[i].table)
      PetscCall(QlbeReportWriteCSV(report, run->comm, files[i].table, path, replace));
    else
      PetscCall(QlbeReportWriteJSON(report, run->comm, path, replace));
  }
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.h5", run->command));
  PetscCall(QlbeOutputPath(run, name, sizeof(path), path));
  PetscCall(OutputMayReplace(run, name, &replace));
  PetscCall(QlbeReportWriteHDF5(report, run->comm, path, replace));
  PetscCall(QlbeReportPrintSummary(report, run->comm, stdout));
  if (unfit[0])
    PetscCall(PetscPrintf(run->comm, "warning: %s holds a number that is not finite\n", unfit));
  PetscCall(QlbeReportGetFailures(report, &failures));
  if (failures > 0) {
    *exit_status = QLBE_EXIT_FAILED;
    PetscCall(
        QlbeError(run->comm, "%" PetscInt_FMT " of the checks failed, see the summary", failures));
  }
  PetscFunctionReturn(0);
}
