/* The report that every command fills, and its tail: files and summary. */
#ifndef QLBE_RUN_REPORT_H
#define QLBE_RUN_REPORT_H

#include "qlbe/run.h"
#include "qlbe/entries.h"
#include "qlbe/report.h"

/* A report with nothing but its tail to come. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunReportCreate(QlbeRun *run, QlbeReport *report);

/* A value of a dimension, converted to the deck's units. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunReportSet(const QlbeUnits *units, QlbeReport report,
                                             const char path[], QlbeDimension dimension,
                                             double value);

/* The same for an array: ndim 1 ([3]) or 2 ([3][3]). */
PETSC_EXTERN PetscErrorCode QlbeRunReportSetVector(const QlbeUnits *units, QlbeReport report,
                                                   const char path[], QlbeDimension dimension,
                                                   PetscInt ndim, const double values[]);

/* Entries and checks of a computing module, in order. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunReportAddEntries(const QlbeUnits *units, QlbeReport report,
                                                    const QlbeEntries *entries);
PETSC_EXTERN PetscErrorCode QlbeRunReportAddChecks(QlbeReport report, const QlbeChecks *checks);

/* A file to write: its name, and the table of a CSV file or NULL for JSON. */
typedef struct {
  const char *name;
  const char *table;
} QlbeRunReportFile;

/*
   Adds parameters, wall times and provenance, writes files[n] and COMMAND.h5, prints the summary,
   and turns failed checks into the exit status. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunReportFinish(QlbeRun *run, QlbeReport report, PetscInt n,
                                                const QlbeRunReportFile files[], int *exit_status);

#endif
