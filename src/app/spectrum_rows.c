/*
   Rows of `qlbe spectrum`: which values may stand in them, and what the checks count.
*/
#include <math.h>

#include "qlbe/run_report.h"
#include "spectrum_table.h"
#include "spectrum_command.h"

/* eps(k) is a value of index 0 that continues eps(0) = 0; others have to be leading ones. */
static PetscBool Identified(const Fibers *f, const SpectrumRow *row, const QlbeEigenpair *pair)
{
  if (!pair->leading) return PETSC_FALSE;
  if (row->index > 0 || !row->isolated) return PETSC_TRUE;
  return (
      PetscBool)(row->invariant &&
                 QlbeEigenpairContinues(pair, f->scale, isfinite(row->error) ? row->error : 0.0));
}

PetscErrorCode SpectrumAddRow(const QlbeProblem *problem, const Fibers *f, const SpectrumRow *row,
                              const QlbeEigenpair *solved, QlbeReport report,
                              SpectrumCounts *counts)
{
  SpectrumTableEntry level = {.size = row->k, .index = row->index, .error = row->error};
  QlbeEigenpair pair = *solved;
  const PetscBool found = (PetscBool)!PetscIsNanScalar(pair.value);
  const PetscBool identified = Identified(f, row, &pair);

  PetscFunctionBegin;
  for (int axis = 0; axis < 3; axis++) level.k[axis] = row->k * f->direction[axis];
  if (found && !identified) counts->foreign++;
  if (found && identified && !row->isolated && row->index == 0) counts->merged++;
  if (!identified || !row->isolated) {
    pair.value = PetscCMPLX(NAN, NAN);
    level.error = NAN;
  } else if (found) {
    /* an error of nan counts as exceeded */
    if (PetscRealPart(pair.value) > 0.0 && !(PetscRealPart(pair.value) <= level.error))
      counts->positive++;
    if (row->index == 0 && !isfinite(level.error)) counts->without_error++;
  }
  PetscCall(SpectrumTableAddEntry(&problem->units, report, &level, &pair));
  PetscFunctionReturn(0);
}

PetscErrorCode SpectrumAddChecks(const QlbeProblem *problem, const Fibers *f,
                                 const SpectrumCounts *counts, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(QlbeReportAddCheck(report, "eigenvalues_not_converged", (double)counts->missing, 0.0));
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
