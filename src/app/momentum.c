/*
   `qlbe momentum`: the momentum process (k = 0): escape rate, energy shift and drift on a list of
   momenta, and the spectrum of its generator by angular momentum.
*/
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"
#include "run_report.h"
#include "steps.h"

enum { N_BASIS = 24, N_EIGENVALUES = 4 };

/* Rows of the two kinds of steps, in internal units. */
enum { ESCAPE, SHIFT, SLOPE, JUMP_DRIFT, DRIFT, AVERAGES };
enum { LAMBDA, CHECK = N_EIGENVALUES, SECTOR = 2 * N_EIGENVALUES };

/* What steps work with, made by the first of them in each process. */
typedef struct {
  PetscInt n; /* momenta of the deck; one more at rest */
  const double *p;
  double p_max;
  QlbeGasAverage average;
  PetscInt l_max;
  double escape_rate_0;
  QlbeRadial radial;
} Work;

/* Averages over the gas at one momentum; after those of the deck, at rest. */
static PetscErrorCode AverageStep(QlbeRun *run, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const double p = i < work->n ? work->p[i] : 0.0;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(run->phases, "gas averages"));
  if (!work->average)
    PetscCall(QlbeGasAverageCreate(&run->parameters, work->p_max, &work->average));
  row[ESCAPE] = QlbeEscapeRate(work->average, p);
  row[SHIFT] = QlbeEnergyShift(work->average, p);
  row[SLOPE] = QlbeEnergyShiftSlope(work->average, p);
  row[JUMP_DRIFT] = QlbeJumpDrift(work->average, p);
  row[DRIFT] = QlbeDrift(work->average, p);
  PetscCall(QlbePhaseEnd(run->phases, "gas averages"));
  PetscFunctionReturn(0);
}

/* Eigenvalues of one angular momentum in two bases; after the last one, the gap. */
static PetscErrorCode SectorStep(QlbeRun *run, void *context, PetscInt l, double row[])
{
  Work *work = context;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(run->phases, "radial spectrum"));
  for (PetscInt i = 0; i < SECTOR; i++) row[i] = 0.0;
  if (!work->radial) PetscCall(QlbeRadialCreate(&run->parameters, N_BASIS, NULL, &work->radial));
  if (l <= work->l_max) {
    PetscCall(QlbeRadialEigenvalues(work->radial, l, N_BASIS, N_EIGENVALUES, row + LAMBDA));
    PetscCall(QlbeRadialEigenvalues(work->radial, l, 3 * N_BASIS / 4, N_EIGENVALUES, row + CHECK));
  } else {
    PetscCall(QlbeRadialGap(work->radial, N_BASIS, work->escape_rate_0, &row[LAMBDA]));
    PetscCall(QlbeRadialGap(work->radial, 3 * N_BASIS / 4, work->escape_rate_0, &row[CHECK]));
  }
  PetscCall(QlbePhaseEnd(run->phases, "radial spectrum"));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddAverages(QlbeRun *run, const Work *work, const double rows[],
                                  QlbeReport report)
{
  const QlbeUnits *u = &run->units;
  const char *velocity = QlbeUnitsName(u, QLBE_VELOCITY);
  const double *at_rest = rows + work->n * AVERAGES;
  const QlbeColumn columns[] = {{"p", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_MOMENTUM)},
                                {"E", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_RATE)},
                                {"H_f", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_ENERGY)},
                                {"grad_H_f", QLBE_COLUMN_REAL, velocity},
                                {"u", QLBE_COLUMN_REAL, velocity},
                                {"v", QLBE_COLUMN_REAL, velocity}};

  PetscFunctionBegin;
  PetscCall(RunReportSet(run, report, "escape_rate_0", QLBE_RATE, at_rest[ESCAPE]));
  PetscCall(RunReportSet(run, report, "H_f_0", QLBE_ENERGY, at_rest[SHIFT]));
  PetscCall(QlbeReportAddTable(report, "momentum", 6, columns));
  for (PetscInt i = 0; i < work->n; i++) {
    const double *r = rows + i * AVERAGES;
    const double row[6] = {u->momentum * work->p[i],    u->rate * r[ESCAPE],
                           u->energy * r[SHIFT],        u->velocity * r[SLOPE],
                           u->velocity * r[JUMP_DRIFT], u->velocity * r[DRIFT]};
    PetscCall(QlbeReportAddRow(report, "momentum", 6, row));
  }
  PetscFunctionReturn(0);
}

/*
   Error of an eigenvalue: its change in a smaller basis, half of that again, and what quadratures,
   tables and rounding leave: up to 2.5e-12 of the escape rate were seen against 40 functions for
   0.01 <= M/m <= 390.
*/
static double EigenvalueError(const Work *work, double value, double check)
{
  return 1.5 * fabs(value - check) + 3e-12 * work->escape_rate_0;
}

/* Eigenvalues of L_0 per l with the change against a smaller basis; those beyond -E(0) are
 * continuum and left out. */
static PetscErrorCode AddEigenvalues(QlbeRun *run, const Work *work, const double rows[],
                                     QlbeReport report)
{
  const QlbeColumn columns[] = {{"l", QLBE_COLUMN_INTEGER, NULL},
                                {"index", QLBE_COLUMN_INTEGER, NULL},
                                {"value", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_RATE)},
                                {"error", QLBE_COLUMN_REAL, QlbeUnitsName(&run->units, QLBE_RATE)}};
  const double *gap = rows + (work->l_max + 1) * SECTOR;

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "eigenvalues", 4, columns));
  for (PetscInt l = 0; l <= work->l_max; l++) {
    const double *lambda = rows + l * SECTOR + LAMBDA, *check = rows + l * SECTOR + CHECK;
    for (PetscInt i = 0; i < N_EIGENVALUES && lambda[i] < work->escape_rate_0; i++) {
      const double row[4] = {(double)l, (double)i, -run->units.rate * lambda[i],
                             run->units.rate * EigenvalueError(work, lambda[i], check[i])};
      PetscCall(QlbeReportAddRow(report, "eigenvalues", 4, row));
      if (l == 0 && i == 0)
        PetscCall(RunReportAtMost(report, "equilibrium_is_stationary",
                                  fabs(lambda[0]) / work->escape_rate_0, 1e-12));
    }
  }
  PetscCall(RunReportSet(run, report, "gap", QLBE_RATE, gap[LAMBDA]));
  PetscCall(RunReportSet(run, report, "gap_error", QLBE_RATE,
                         EigenvalueError(work, gap[LAMBDA], gap[CHECK])));
  PetscFunctionReturn(0);
}

/* Both sets of steps, and the files where neither was stopped. */
static PetscErrorCode Compute(QlbeRun *run, RunSteps steps, Work *work, int *exit_status)
{
  const RunReportFile files[] = {{"momentum.csv", "momentum"}, {"momentum.json", NULL}};
  double *averages, *sectors;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(
      PetscMalloc2((work->n + 1) * AVERAGES, &averages, (work->l_max + 2) * SECTOR, &sectors));
  PetscCall(RunStepsCompute(steps, "momenta", work->n + 1, AVERAGES, AverageStep, work, averages,
                            &stopped));
  if (!stopped) {
    work->escape_rate_0 = averages[work->n * AVERAGES + ESCAPE];
    PetscCall(RunStepsCompute(steps, "angular momenta", work->l_max + 2, SECTOR, SectorStep, work,
                              sectors, &stopped));
  }
  if (!stopped) {
    PetscCall(RunReportCreate(run, &report));
    PetscCall(AddAverages(run, work, averages, report));
    PetscCall(AddEigenvalues(run, work, sectors, report));
    PetscCall(RunReportFinish(run, report, 2, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(PetscFree2(averages, sectors));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandMomentum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"momentum.csv", "momentum.json", "momentum.h5"};
  Work work = {.average = NULL};
  PetscMPIInt ranks;
  RunSteps steps;

  PetscFunctionBegin;
  PetscCall(QlbeRunNeedsGas(run, exit_status));
  PetscCall(QlbeOptionsGetRealList(run->options, "momentum_p", &work.n, &work.p));
  PetscCall(QlbeOptionsGetInt(run->options, "momentum_l_max", &work.l_max));
  for (PetscInt i = 0; i < work.n; i++) work.p_max = PetscMax(work.p_max, work.p[i]);
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(QlbeRunFeasible(run, work.p_max, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_size(run->comm, &ranks));
  PetscCall(RunStepsCreate(run, 3, names, ranks, &steps, exit_status));
  if (!steps) PetscFunctionReturn(0);
  PetscCall(Compute(run, steps, &work, exit_status));
  PetscCall(QlbeGasAverageDestroy(&work.average));
  PetscCall(QlbeRadialDestroy(&work.radial));
  PetscCall(RunStepsDestroy(&steps, exit_status));
  PetscFunctionReturn(0);
}
