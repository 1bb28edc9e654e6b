/* The table of eigenvalues of a report. Private to the commands. */
#ifndef QLBE_APP_SPECTRUM_TABLE_H
#define QLBE_APP_SPECTRUM_TABLE_H

#include "qlbe/report.h"
#include "qlbe/spectrum.h"
#include "qlbe/units.h"

/* Where an eigenvalue belongs, and an estimate of its error, or nan; internal units. */
typedef struct {
  double k[3], size; /* wave vector, and its length */
  PetscInt index;
  double error;
} SpectrumTableEntry;

/* The table "spectrum" with the columns of spectrum.csv, and one row of it. Not collective. */
PetscErrorCode SpectrumTableAdd(const QlbeUnits *units, QlbeReport report);
PetscErrorCode SpectrumTableAddEntry(const QlbeUnits *units, QlbeReport report,
                                     const SpectrumTableEntry *level, const QlbeEigenpair *pair);

#endif
