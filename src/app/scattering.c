/*
   `qlbe scattering`: cross sections and forward amplitudes at a list of relative momenta.
*/
#include "qlbe/cross_sections.h"
#include "run_report.h"

static PetscErrorCode AddTable(QlbeRun *run, QlbeReport report)
{
  const QlbeUnits *u = &run->units;
  const char *area = QlbeUnitsName(u, QLBE_AREA), *length = QlbeUnitsName(u, QLBE_LENGTH);
  const QlbeColumn columns[] = {
      {"p", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_MOMENTUM)},
      {"kappa", QLBE_COLUMN_REAL, NULL},
      {"sigma_tot", QLBE_COLUMN_REAL, area},
      {"sigma_0", QLBE_COLUMN_REAL, area},
      {"sigma_z", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_AREA_PER_MOMENTUM2)},
      {"sigma_u", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_AREA_PER_MOMENTUM)},
      {"f0_re", QLBE_COLUMN_REAL, length},
      {"f0_im", QLBE_COLUMN_REAL, length}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "scattering", 8, columns));
  PetscFunctionReturn(0);
}

/* Fills the table; optical is the largest relative violation of sigma_tot = (4 pi hbar/p) Im f(p,
 * 0). */
static PetscErrorCode AddRows(QlbeRun *run, QlbeReport report, double *optical)
{
  const QlbeParameters *par = &run->parameters;
  const QlbeUnits *u = &run->units;
  QlbeInteraction interaction;
  const double *p;
  PetscInt n;

  PetscFunctionBegin;
  *optical = 0.0;
  PetscCall(QlbeOptionsGetRealList(run->options, "scattering_p", &n, &p));
  PetscCall(QlbeInteractionCreate(par, &interaction));
  for (PetscInt i = 0; i < n; i++) {
    QlbeCrossSections cs;
    PetscCall(QlbeCrossSectionsCompute(interaction, p[i], &cs));
    {
      const double forward = 4.0 * PETSC_PI * par->hbar / p[i] * PetscImaginaryPart(cs.f0);
      const double row[8] = {u->momentum * p[i],
                             par->a * p[i] / par->hbar,
                             u->area * cs.sigma_tot,
                             u->area * cs.sigma_0,
                             u->area_per_momentum2 * cs.sigma_z,
                             u->area_per_momentum * cs.sigma_u,
                             u->length * PetscRealPart(cs.f0),
                             u->length * PetscImaginaryPart(cs.f0)};
      *optical = PetscMax(*optical, fabs(forward / cs.sigma_tot - 1.0));
      PetscCall(QlbeReportAddRow(report, "scattering", 8, row));
    }
  }
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandScattering(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"scattering.csv", "scattering.h5"};
  const RunReportFile files[] = {{"scattering.csv", "scattering"}};
  const double largest = 1e6 * run->parameters.hbar / run->parameters.a;
  QlbeReport report;
  double optical;
  PetscBool ok;
  const double *p;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "scattering_p", &n, &p));
  for (PetscInt i = 0; i < n; i++) {
    if (p[i] <= largest) continue;
    PetscCall(QlbeRunBadInput(run, "scattering_p", exit_status,
                              "expected momenta with a p/hbar <= 1e6, got %g",
                              QlbeUnitsToDeck(&run->units, QLBE_MOMENTUM, p[i])));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeOutputPrepare(run, 2, names, &ok));
  if (!ok) {
    *exit_status = QLBE_EXIT_BAD_INPUT;
    PetscFunctionReturn(0);
  }
  PetscCall(RunReportCreate(run, &report));
  PetscCall(QlbePhaseBegin(run->phases, "partial waves"));
  PetscCall(AddTable(run, report));
  PetscCall(AddRows(run, report, &optical));
  PetscCall(QlbePhaseEnd(run->phases, "partial waves"));
  /* unitarity: a statement about partial waves, which the other two interactions do not have */
  if (run->parameters.interaction == QLBE_HARD_SPHERE)
    PetscCall(QlbeReportAddCheck(report, "optical_theorem", optical, 1e-11,
                                 (PetscBool)(optical <= 1e-11)));
  PetscCall(RunReportFinish(run, report, 1, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}
