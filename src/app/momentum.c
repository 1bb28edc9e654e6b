/*
   `qlbe momentum`: the momentum process (k = 0): escape rate, energy shift and drift on a list of
   momenta, and the spectrum of its generator by angular momentum.
*/
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"
#include "run_report.h"

enum { N_BASIS = 24, N_EIGENVALUES = 4 };

static PetscErrorCode AddAverages(QlbeRun *run, QlbeReport report, double *escape_rate_0)
{
  const QlbeUnits *u = &run->units;
  const char *velocity = QlbeUnitsName(u, QLBE_VELOCITY);
  const QlbeColumn columns[] = {{"p", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_MOMENTUM)},
                                {"E", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_RATE)},
                                {"H_f", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_ENERGY)},
                                {"grad_H_f", QLBE_COLUMN_REAL, velocity},
                                {"u", QLBE_COLUMN_REAL, velocity},
                                {"v", QLBE_COLUMN_REAL, velocity}};
  QlbeGasAverage average;
  const double *p;
  double p_max = 0.0;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetRealList(run->options, "momentum_p", &n, &p));
  for (PetscInt i = 0; i < n; i++) p_max = PetscMax(p_max, p[i]);
  PetscCall(QlbeGasAverageCreate(&run->parameters, p_max, &average));
  *escape_rate_0 = QlbeEscapeRate(average, 0.0);
  PetscCall(RunReportSet(run, report, "escape_rate_0", QLBE_RATE, *escape_rate_0));
  PetscCall(RunReportSet(run, report, "H_f_0", QLBE_ENERGY, QlbeEnergyShift(average, 0.0)));
  PetscCall(QlbeReportAddTable(report, "momentum", 6, columns));
  for (PetscInt i = 0; i < n; i++) {
    const double row[6] = {u->momentum * p[i],
                           u->rate * QlbeEscapeRate(average, p[i]),
                           u->energy * QlbeEnergyShift(average, p[i]),
                           u->velocity * QlbeEnergyShiftSlope(average, p[i]),
                           u->velocity * QlbeJumpDrift(average, p[i]),
                           u->velocity * QlbeDrift(average, p[i])};
    PetscCall(QlbeReportAddRow(report, "momentum", 6, row));
  }
  PetscCall(QlbeGasAverageDestroy(&average));
  PetscFunctionReturn(0);
}

/* Eigenvalues of L_0 per l with the change against a smaller basis; those beyond -E(0) are
 * continuum and left out. */
static PetscErrorCode AddEigenvalues(QlbeRun *run, QlbeReport report, double escape_rate_0)
{
  const QlbeColumn columns[] = {{"l", QLBE_COLUMN_INTEGER, NULL},
                                {"index", QLBE_COLUMN_INTEGER, NULL},
                                {"value", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_RATE)},
                                {"error", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_RATE)}};
  QlbeRadial radial;
  double gap;
  PetscInt l_max;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "momentum_l_max", &l_max));
  PetscCall(QlbeRadialCreate(&run->parameters, N_BASIS, &radial));
  PetscCall(QlbeReportAddTable(report, "eigenvalues", 4, columns));
  for (PetscInt l = 0; l <= l_max; l++) {
    double lambda[N_EIGENVALUES], check[N_EIGENVALUES];
    PetscCall(QlbeRadialEigenvalues(radial, l, N_BASIS, N_EIGENVALUES, lambda));
    PetscCall(QlbeRadialEigenvalues(radial, l, 3 * N_BASIS / 4, N_EIGENVALUES, check));
    for (PetscInt i = 0; i < N_EIGENVALUES && lambda[i] < escape_rate_0; i++) {
      const double row[4] = {(double)l, (double)i, -run->units.rate * lambda[i],
                             run->units.rate * fabs(lambda[i] - check[i])};
      PetscCall(QlbeReportAddRow(report, "eigenvalues", 4, row));
      if (l == 0 && i == 0)
        PetscCall(QlbeReportAddCheck(report, "equilibrium_is_stationary",
                                     fabs(lambda[0]) / escape_rate_0, 1e-12,
                                     (PetscBool)(fabs(lambda[0]) <= 1e-12 * escape_rate_0)));
    }
  }
  PetscCall(QlbeRadialGap(radial, N_BASIS, escape_rate_0, &gap));
  PetscCall(RunReportSet(run, report, "gap", QLBE_RATE, gap));
  PetscCall(QlbeRadialDestroy(&radial));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandMomentum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"momentum.csv", "momentum.json", "momentum.h5"};
  const RunReportFile files[] = {{"momentum.csv", "momentum"}, {"momentum.json", NULL}};
  QlbeReport report;
  double escape_rate_0 = 0.0;
  const double *p;
  double p_max = 0.0;
  PetscInt n;
  PetscBool ok;

  PetscFunctionBegin;
  PetscCall(QlbeRunNeedsGas(run, exit_status));
  PetscCall(QlbeOptionsGetRealList(run->options, "momentum_p", &n, &p));
  for (PetscInt i = 0; i < n; i++) p_max = PetscMax(p_max, p[i]);
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(QlbeRunFeasible(run, p_max, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCall(QlbeOutputPrepare(run, 3, names, &ok));
  if (!ok) {
    *exit_status = QLBE_EXIT_BAD_INPUT;
    PetscFunctionReturn(0);
  }
  PetscCall(RunReportCreate(run, &report));
  PetscCall(QlbePhaseBegin(run->phases, "gas averages"));
  PetscCall(AddAverages(run, report, &escape_rate_0));
  PetscCall(QlbePhaseEnd(run->phases, "gas averages"));
  PetscCall(QlbePhaseBegin(run->phases, "radial spectrum"));
  PetscCall(AddEigenvalues(run, report, escape_rate_0));
  PetscCall(QlbePhaseEnd(run->phases, "radial spectrum"));
  PetscCall(RunReportFinish(run, report, 2, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}
