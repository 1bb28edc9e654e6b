/*
   The table of eigenvalues that `qlbe spectrum` and `qlbe diffusion` write.
*/
#include "spectrum_table.h"

PetscErrorCode SpectrumTableAdd(const QlbeUnits *units, QlbeReport report)
{
  const char *k = QlbeUnitsName(units, QLBE_WAVE_NUMBER);
  const char *rate = QlbeUnitsName(units, QLBE_RATE);
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

PetscErrorCode SpectrumTableAddEntry(const QlbeUnits *units, QlbeReport report,
                                     const SpectrumTableEntry *level, const QlbeEigenpair *pair)
{
  const double wave = units->wave_number, rate = units->rate;
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
