/*
   `qlbe momentum`: the momentum process (k = 0): escape rate, energy shift and drift on a list of
   momenta, and the spectrum of its generator by angular momentum.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"
#include "qlbe/run_report.h"
#include "qlbe/tasks.h"

enum { N_BASIS = 24, N_EIGENVALUES = 4 };

/* Rows of the two kinds of tasks, in internal units. */
enum { ESCAPE, SHIFT, SLOPE, JUMP_DRIFT, DRIFT, AVERAGES };
enum { LAMBDA, CHECK = N_EIGENVALUES, SECTOR = 2 * N_EIGENVALUES };

/* What tasks work with, made by the first of them in each process. */
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
static PetscErrorCode AverageTask(const QlbeProblem *problem, void *context, PetscInt i,
                                  double row[])
{
  Work *work = context;
  const double p = i < work->n ? work->p[i] : 0.0;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "gas averages"));
  if (!work->average)
    PetscCall(QlbeGasAverageCreate(&problem->parameters, work->p_max, &work->average));
  row[ESCAPE] = QlbeEscapeRate(work->average, p);
  row[SHIFT] = QlbeEnergyShift(work->average, p);
  row[SLOPE] = QlbeEnergyShiftSlope(work->average, p);
  row[JUMP_DRIFT] = QlbeJumpDrift(work->average, p);
  row[DRIFT] = QlbeDrift(work->average, p);
  PetscCall(QlbePhaseEnd(problem->phases, "gas averages"));
  PetscFunctionReturn(0);
}

/* Eigenvalues of one angular momentum in two bases; after the last one, the gap. */
static PetscErrorCode SectorTask(const QlbeProblem *problem, void *context, PetscInt l,
                                 double row[])
{
  Work *work = context;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "radial spectrum"));
  for (PetscInt i = 0; i < SECTOR; i++) row[i] = 0.0;
  if (!work->radial)
    PetscCall(QlbeRadialCreate(&problem->parameters, N_BASIS, NULL, &work->radial));
  if (l <= work->l_max) {
    PetscCall(QlbeRadialEigenvalues(work->radial, l, N_BASIS, N_EIGENVALUES, row + LAMBDA));
    PetscCall(QlbeRadialEigenvalues(work->radial, l, 3 * N_BASIS / 4, N_EIGENVALUES, row + CHECK));
  } else {
    PetscCall(QlbeRadialGap(work->radial, N_BASIS, work->escape_rate_0, &row[LAMBDA]));
    PetscCall(QlbeRadialGap(work->radial, 3 * N_BASIS / 4, work->escape_rate_0, &row[CHECK]));
  }
  PetscCall(QlbePhaseEnd(problem->phases, "radial spectrum"));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddAverages(const QlbeProblem *problem, const Work *work, const double rows[],
                                  QlbeReport report)
{
  const QlbeUnits *u = &problem->units;
  const char *velocity = QlbeUnitsName(u, QLBE_VELOCITY);
  const double *at_rest = rows + work->n * AVERAGES;
  const QlbeColumn columns[] = {{"p", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_MOMENTUM)},
                                {"E", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_RATE)},
                                {"H_f", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_ENERGY)},
                                {"grad_H_f", QLBE_COLUMN_REAL, velocity},
                                {"u", QLBE_COLUMN_REAL, velocity},
                                {"v", QLBE_COLUMN_REAL, velocity}};

  PetscFunctionBegin;
  PetscCall(QlbeRunReportSet(&problem->units, report, "escape_rate_0", QLBE_RATE, at_rest[ESCAPE]));
  PetscCall(QlbeRunReportSet(&problem->units, report, "H_f_0", QLBE_ENERGY, at_rest[SHIFT]));
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

/*
   Eigenvalues of L_0 per l with the change against a smaller basis; those beyond -E(0) are
   continuum and left out.
*/
static PetscErrorCode AddEigenvalues(const QlbeProblem *problem, const Work *work,
                                     const double rows[], QlbeReport report)
{
  const QlbeColumn columns[] = {
      {"l", QLBE_COLUMN_INTEGER, NULL},
      {"index", QLBE_COLUMN_INTEGER, NULL},
      {"value", QLBE_COLUMN_REAL, QlbeUnitsName(&problem->units, QLBE_RATE)},
      {"error", QLBE_COLUMN_REAL, QlbeUnitsName(&problem->units, QLBE_RATE)}};
  const double *gap = rows + (work->l_max + 1) * SECTOR;

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "eigenvalues", 4, columns));
  for (PetscInt l = 0; l <= work->l_max; l++) {
    const double *lambda = rows + l * SECTOR + LAMBDA, *check = rows + l * SECTOR + CHECK;
    for (PetscInt i = 0; i < N_EIGENVALUES && lambda[i] < work->escape_rate_0; i++) {
      const double row[4] = {(double)l, (double)i, -problem->units.rate * lambda[i],
                             problem->units.rate * EigenvalueError(work, lambda[i], check[i])};
      PetscCall(QlbeReportAddRow(report, "eigenvalues", 4, row));
      if (l == 0 && i == 0)
        PetscCall(QlbeReportAddCheck(report, "equilibrium_is_stationary",
                                     fabs(lambda[0]) / work->escape_rate_0, 1e-12));
    }
  }
  PetscCall(QlbeRunReportSet(&problem->units, report, "gap", QLBE_RATE, gap[LAMBDA]));
  PetscCall(QlbeRunReportSet(&problem->units, report, "gap_error", QLBE_RATE,
                             EigenvalueError(work, gap[LAMBDA], gap[CHECK])));
  PetscFunctionReturn(0);
}

/* Both sets of tasks, and the files where neither was stopped. */
static PetscErrorCode Compute(QlbeRun *run, QlbeTasks tasks, Work *work, int *exit_status)
{
  const QlbeRunReportFile files[] = {{"momentum.csv", "momentum"}, {"momentum.json", NULL}};
  double *averages, *sectors;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(
      PetscMalloc2((work->n + 1) * AVERAGES, &averages, (work->l_max + 2) * SECTOR, &sectors));
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "momenta",
                                                  .n = work->n + 1,
                                                  .width = AVERAGES,
                                                  .task = AverageTask,
                                                  .work = work},
                             averages, &stopped));
  if (!stopped) {
    work->escape_rate_0 = averages[work->n * AVERAGES + ESCAPE];
    PetscCall(QlbeTasksCompute(tasks,
                               &(const QlbeTaskSet){.name = "angular momenta",
                                                    .n = work->l_max + 2,
                                                    .width = SECTOR,
                                                    .task = SectorTask,
                                                    .work = work},
                               sectors, &stopped));
  }
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(AddAverages(&run->problem, work, averages, report));
    PetscCall(AddEigenvalues(&run->problem, work, sectors, report));
    PetscCall(QlbeRunReportFinish(run, report, 2, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(PetscFree2(averages, sectors));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandMomentum(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"momentum.csv", "momentum.json", "momentum.h5"};
  QlbeComplaint complaint = {.option = NULL};
  Work work = {.average = NULL};
  PetscMPIInt ranks;
  QlbeTaskRun tasks;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(&run->problem, run->command, &complaint));
  work.n = run->problem.settings->momentum.p.n;
  work.p = run->problem.settings->momentum.p.values;
  work.l_max = run->problem.settings->momentum.l_max;
  for (PetscInt i = 0; i < work.n; i++) work.p_max = PetscMax(work.p_max, work.p[i]);
  PetscCall(QlbeKernelServes(&run->problem, work.p_max, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  PetscCall(QlbeTaskRunCreate(run, 3, names, ranks, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(Compute(run, QlbeTaskRunGetTasks(tasks), &work, exit_status));
  PetscCall(QlbeGasAverageDestroy(&work.average));
  PetscCall(QlbeRadialDestroy(&work.radial));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}
