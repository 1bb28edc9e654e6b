/* The report that every command fills, and its tail: files and summary. Private to the commands. */
#ifndef QLBE_APP_RUN_REPORT_H
#define QLBE_APP_RUN_REPORT_H

#include "qlbe/app.h"
#include "qlbe/report.h"
#include "qlbe/spectrum.h"

/* A report with nothing but its tail to come. Not collective. */
PetscErrorCode RunReportCreate(QlbeRun *run, QlbeReport *report);

/* A value of a dimension, converted to the deck's units. Not collective. */
PetscErrorCode RunReportSet(QlbeRun *run, QlbeReport report, const char path[],
                            QlbeDimension dimension, double value);

/* The same for an array: ndim 1 ([3]) or 2 ([3][3]). */
PetscErrorCode RunReportSetVector(QlbeRun *run, QlbeReport report, const char path[],
                                  QlbeDimension dimension, PetscInt ndim, const double values[]);

/* The check value <= bound, see QlbeReportAddCheck. Not collective. */
PetscErrorCode RunReportAtMost(QlbeReport report, const char name[], double value, double bound);

/* Where an eigenvalue belongs, and an estimate of its error, or nan; internal units. */
typedef struct {
  double k[3], size; /* wave vector, and its length */
  PetscInt index;
  double error;
} RunReportLevel;

/* The table "spectrum" with the columns of spectrum.csv, and one row of it. Not collective. */
PetscErrorCode RunReportAddSpectrum(QlbeRun *run, QlbeReport report);
PetscErrorCode RunReportAddEigenvalue(QlbeRun *run, QlbeReport report, const RunReportLevel *level,
                                      const QlbeEigenpair *pair);

/* A file to write: its name, and the table of a CSV file or NULL for JSON. */
typedef struct {
  const char *name;
  const char *table;
} RunReportFile;

/*
   Adds parameters, wall times and provenance, writes files[n] and COMMAND.h5, prints the summary,
   and turns failed checks into the exit status. Collective.
*/
PetscErrorCode RunReportFinish(QlbeRun *run, QlbeReport report, PetscInt n,
                               const RunReportFile files[], int *exit_status);

#endif
