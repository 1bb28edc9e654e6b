/*
   What `qlbe diffusion` reports of random walkers, route (e).
*/
#include "diffusion_report.h"

#include <math.h>

#include "qlbe/run_report.h"

/* Standard errors that numbers may be apart: one run in 16000 exceeds them by chance. */
static const double sigmas = 4.0;

/* C(t) with its standard error. */
static PetscErrorCode AddCorrelation(const QlbeUnits *units, const QlbeVelocityCorrelation *c,
                                     QlbeReport report)
{
  const double speed = QlbeUnitsFactor(units, QLBE_VELOCITY), square = speed * speed;
  const char *unit = units->si ? "m^2 s^-2" : "natural";
  const QlbeColumn columns[] = {{"t", QLBE_COLUMN_REAL, QlbeUnitsName(units, QLBE_TIME)},
                                {"C", QLBE_COLUMN_REAL, unit},
                                {"C_error", QLBE_COLUMN_REAL, unit}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "velocity_correlation", 3, columns));
  for (PetscInt i = 0; i < c->n; i++) {
    const double row[] = {QlbeUnitsToDeck(units, QLBE_TIME, c->lag[i]), square * c->value[i],
                          square * c->value_error[i]};
    PetscCall(QlbeReportAddRow(report, "velocity_correlation", 3, row));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode DiffusionReportTrajectories(const QlbeProblem *problem,
                                           const QlbeClosedForms *closed, const double D[2],
                                           const QlbeVelocityCorrelation *c, QlbeReport report)
{
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"D_trajectories", c->D},         {"D_trajectories_error", c->D_error},
                 {"trajectories/D_kin", c->D_kin}, {"trajectories/D_kin_error", c->D_kin_error},
                 {"trajectories/D_jps", c->D_jps}, {"trajectories/D_jps_error", c->D_jps_error}};

  PetscFunctionBegin;
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
    PetscCall(QlbeRunReportSet(&problem->units, report, numbers[i].name, QLBE_DIFFUSION,
                               numbers[i].value));
  PetscCall(QlbeReportSetReal(report, "trajectories/walkers", c->walkers, NULL));
  PetscCall(QlbeReportSetReal(report, "trajectories/collisions", c->tally.collisions, NULL));
  PetscCall(QlbeReportSetInteger(report, "trajectories/seed", problem->settings->trajectories.seed,
                                 NULL));
  PetscCall(AddCorrelation(&problem->units, c, report));
  PetscCall(QlbeReportAddCheck(report, "trajectories_against_D",
                               fabs(c->D - D[0]) / hypot(c->D_error, D[1]), sigmas));
  PetscCall(QlbeReportAddCheck(
      report, "correlation_against_D_kin",
      fabs(c->D_kin - closed->D_kin) / hypot(c->D_kin_error, closed->D_kin_error), sigmas));
  PetscFunctionReturn(0);
}
