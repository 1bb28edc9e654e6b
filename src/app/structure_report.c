/*
   Tables of `qlbe structure`: S and F, and what is known of each fiber.
*/
#include "structure_report.h"

#include <math.h>

#include "qlbe/run_report.h"

static PetscErrorCode AddSpectra(const QlbeUnits *u, const QlbeStructureQuery *q,
                                 const QlbeStructureResult *r, QlbeReport report)
{
  const char *time = QlbeUnitsName(u, QLBE_TIME);
  const QlbeColumn columns[] = {
      {"k", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_WAVE_NUMBER)},
      {"omega", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_RATE)},
      {"S", QLBE_COLUMN_REAL, time},
      {"error", QLBE_COLUMN_REAL, time},
  };

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "structure", 4, columns));
  for (PetscInt i = 0; i < q->n * q->points; i++) {
    const double row[4] = {u->wave_number * q->k[i / q->points], u->rate * r->omega[i],
                           u->time * r->S[i], u->time * r->S_error[i]};
    PetscCall(QlbeReportAddRow(report, "structure", 4, row));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AddFunctions(const QlbeUnits *u, const QlbeStructureQuery *q,
                                   const QlbeStructureResult *r, QlbeReport report)
{
  const QlbeColumn columns[] = {{"k", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_WAVE_NUMBER)},
                                {"t", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_TIME)},
                                {"F_re", QLBE_COLUMN_REAL, NULL},
                                {"F_im", QLBE_COLUMN_REAL, NULL},
                                {"error", QLBE_COLUMN_REAL, NULL}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "intermediate", 5, columns));
  for (PetscInt i = 0; i < q->n * q->n_times; i++) {
    const double row[5] = {u->wave_number * q->k[i / q->n_times], u->time * r->t[i], r->F_re[i],
                           r->F_im[i], r->F_error[i]};
    PetscCall(QlbeReportAddRow(report, "intermediate", 5, row));
  }
  PetscFunctionReturn(0);
}

enum { FIBER_COLUMNS = 15 };

static PetscErrorCode AddFiberTable(const QlbeUnits *u, QlbeReport report)
{
  const char *rate = QlbeUnitsName(u, QLBE_RATE), *time = QlbeUnitsName(u, QLBE_TIME);
  const QlbeColumn columns[FIBER_COLUMNS] = {
      {"k", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_WAVE_NUMBER)},
      {"free_path_over_wavelength", QLBE_COLUMN_REAL_OR_NAN, NULL},
      {"peak", QLBE_COLUMN_REAL, time},
      {"peak_error", QLBE_COLUMN_REAL, time},
      {"half_width", QLBE_COLUMN_REAL, rate},
      {"half_width_error", QLBE_COLUMN_REAL, rate},
      {"half_width_diffusion", QLBE_COLUMN_REAL_OR_NAN, rate},
      {"half_width_ideal", QLBE_COLUMN_REAL, rate},
      {"eps", QLBE_COLUMN_REAL_OR_NAN, rate},
      {"slope", QLBE_COLUMN_REAL, rate},
      {"second_moment", QLBE_COLUMN_REAL, NULL},
      {"integral", QLBE_COLUMN_REAL, NULL},
      {"by_resolvent", QLBE_COLUMN_BOOL, NULL},
      {"steps", QLBE_COLUMN_INTEGER, NULL},
      {"products", QLBE_COLUMN_INTEGER, NULL},
  };

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "fibers", FIBER_COLUMNS, columns));
  PetscFunctionReturn(0);
}

/* Half widths of the two limits next to the computed one. */
static PetscErrorCode AddFiber(const QlbeProblem *problem, const QlbeStructureQuery *q,
                               const QlbeStructureFiber *f, QlbeReport report)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeUnits *u = &problem->units;
  const double flight = f->k / sqrt(par->M * par->beta);
  const double row[FIBER_COLUMNS] = {u->wave_number * f->k,
                                     q->scale > 0.0 ? flight / q->scale : NAN,
                                     u->time * f->peak,
                                     u->time * f->peak_error,
                                     u->rate * f->half_width,
                                     u->rate * f->half_width_error,
                                     q->D > 0.0 ? u->rate * 0.5 * q->D * f->k * f->k : NAN,
                                     u->rate * flight * sqrt(2.0 * log(2.0)),
                                     u->rate * f->eps,
                                     u->rate * f->slope,
                                     f->second_moment / (flight * flight),
                                     f->integral,
                                     (double)f->by_resolvent,
                                     (double)f->steps,
                                     (double)f->products};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddRow(report, "fibers", FIBER_COLUMNS, row));
  PetscFunctionReturn(0);
}

PetscErrorCode StructureReport(const QlbeProblem *problem, const QlbeStructureQuery *query,
                               const QlbeStructureResult *result, QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(AddSpectra(&problem->units, query, result, report));
  PetscCall(AddFunctions(&problem->units, query, result, report));
  PetscCall(AddFiberTable(&problem->units, report));
  for (PetscInt i = 0; i < query->n; i++)
    PetscCall(AddFiber(problem, query, &result->fibers[i], report));
  PetscCall(QlbeRunReportAddEntries(&problem->units, report, &result->entries));
  PetscCall(QlbeRunReportAddChecks(report, &result->checks));
  PetscFunctionReturn(0);
}
