/*
   What all commands put into their files: parameters, options with their origin, provenance and
   wall times. Conversion to the deck's units happens here, on the way out.
*/
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "qlbe/run_report.h"

PetscErrorCode QlbeRunReportCreate(QlbeRun *run, QlbeReport *report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportCreate(report));
  PetscCall(QlbeReportSetString(*report, "command", run->command));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunReportSet(const QlbeUnits *units, QlbeReport report, const char path[],
                                QlbeDimension dimension, double value)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportSetReal(report, path, QlbeUnitsToDeck(units, dimension, value),
                              QlbeUnitsName(units, dimension)));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunReportSetVector(const QlbeUnits *units, QlbeReport report, const char path[],
                                      QlbeDimension dimension, PetscInt ndim, const double values[])
{
  const PetscInt shape[2] = {3, 3}, n = ndim == 1 ? 3 : 9;
  double converted[9];

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) converted[i] = QlbeUnitsToDeck(units, dimension, values[i]);
  PetscCall(QlbeReportSetRealArray(report, path, ndim, shape, converted,
                                   QlbeUnitsName(units, dimension)));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddEntry(const QlbeUnits *units, QlbeReport report, const QlbeEntry *entry)
{
  const PetscBool pure = (PetscBool)(entry->dimension == QLBE_DIMENSIONLESS);

  PetscFunctionBegin;
  if (entry->kind == QLBE_ENTRY_TEXT)
    PetscCall(QlbeReportSetString(report, entry->path, entry->text));
  else if (entry->kind == QLBE_ENTRY_INTEGER)
    PetscCall(QlbeReportSetInteger(report, entry->path, (PetscInt64)entry->value, NULL));
  else
    PetscCall(QlbeReportSetReal(report, entry->path,
                                QlbeUnitsToDeck(units, entry->dimension, entry->value),
                                pure ? NULL : QlbeUnitsName(units, entry->dimension)));
  if (entry->kind == QLBE_ENTRY_REAL_OR_NAN) PetscCall(QlbeReportAllowNaN(report, entry->path));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunReportAddEntries(const QlbeUnits *units, QlbeReport report,
                                       const QlbeEntries *entries)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < entries->n; i++) PetscCall(AddEntry(units, report, &entries->entry[i]));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunReportAddChecks(QlbeReport report, const QlbeChecks *checks)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < checks->n; i++) {
    const QlbeCheck *check = &checks->check[i];
    PetscCall(QlbeReportAddCheck(report, check->name, check->value, check->bound));
  }
  PetscFunctionReturn(0);
}

/* Physical parameters, as resolved, in the deck's units. */
static PetscErrorCode AddParameters(QlbeRun *run, QlbeReport report)
{
  const QlbeParameters *p = &run->problem.parameters;

  PetscFunctionBegin;
  PetscCall(
      QlbeRunReportSet(&run->problem.units, report, "parameters/particle_mass", QLBE_MASS, p->M));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "parameters/gas_mass", QLBE_MASS, p->m));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "parameters/gas_density", QLBE_DENSITY,
                             p->eta));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "parameters/gas_pressure", QLBE_PRESSURE,
                             p->eta / p->beta));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "parameters/gas_temperature",
                             QLBE_TEMPERATURE, 1.0 / p->beta));
  PetscCall(QlbeReportSetString(report, "parameters/interaction_type",
                                QlbeInteractionGetName(p->interaction)));
  PetscCall(QlbeRunReportSet(&run->problem.units, report, "parameters/interaction_radius",
                             QLBE_LENGTH, p->a));
  PetscFunctionReturn(0);
}

/* What the program says of every problem. */
static PetscErrorCode AddDescription(QlbeRun *run, QlbeReport report)
{
  QlbeEntries entries = {.n = 0};
  char lines[512], group[64];

  PetscFunctionBegin;
  if (!run->describe) PetscFunctionReturn(0);
  PetscCall(run->describe(&run->problem, &entries, sizeof(lines), lines));
  if (entries.n == 0) PetscFunctionReturn(0);
  PetscCall(QlbeRunReportAddEntries(&run->problem.units, report, &entries));
  PetscCall(PetscStrncpy(group, entries.entry[0].path, sizeof(group)));
  group[strcspn(group, "/")] = '\0';
  PetscCall(QlbeReportSummarizeGroup(report, group, lines));
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
  PetscCall(QlbePhasesGetCount(run->problem.phases, &n));
  for (PetscInt i = 0; i < n; i++) {
    const char *name;
    double seconds;
    char path[128];
    PetscCall(QlbePhasesGetEntry(run->problem.phases, i, &name, &seconds));
    PetscCall(PetscSNPrintf(path, sizeof(path), "wall_time/%s", name));
    PetscCall(QlbeReportSetReal(report, path, seconds, "s"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRunReportFinish(QlbeRun *run, QlbeReport report, PetscInt n,
                                   const QlbeRunReportFile files[], int *exit_status)
{
  char path[PETSC_MAX_PATH_LEN + 128], name[64], unfit[PETSC_MAX_PATH_LEN];
  PetscBool replace;
  PetscInt failures;

  PetscFunctionBegin;
  PetscCall(AddDescription(run, report));
  PetscCall(QlbeReportCheckFinite(report, sizeof(unfit), unfit));
  PetscCall(AddParameters(run, report));
  PetscCall(AddWallTimes(run, report));
  PetscCall(AddAttributes(run, report));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(QlbeOutputPath(run, files[i].name, sizeof(path), path));
    PetscCall(OutputMayReplace(run, files[i].name, &replace));
    if (files[i].table)
      PetscCall(QlbeReportWriteCSV(report, run->problem.comm, files[i].table, path, replace));
    else
      PetscCall(QlbeReportWriteJSON(report, run->problem.comm, path, replace));
  }
  PetscCall(PetscSNPrintf(name, sizeof(name), "%s.h5", run->command));
  PetscCall(QlbeOutputPath(run, name, sizeof(path), path));
  PetscCall(OutputMayReplace(run, name, &replace));
  PetscCall(QlbeReportWriteHDF5(report, run->problem.comm, path, replace));
  PetscCall(QlbeReportPrintSummary(report, run->problem.comm, stdout));
  if (unfit[0])
    PetscCall(
        PetscPrintf(run->problem.comm, "warning: %s holds a number that is not finite\n", unfit));
  PetscCall(QlbeReportGetFailures(report, &failures));
  if (failures > 0) {
    *exit_status = QLBE_EXIT_FAILED;
    PetscCall(QlbeError(run->problem.comm,
                        "%" PetscInt_FMT " of the checks failed, see the summary", failures));
  }
  PetscFunctionReturn(0);
}
