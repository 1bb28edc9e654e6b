/*
   `qlbe decoherence`: the rate at which coherence between two positions is lost, against their
   distance, for the momenta of the state's packet, and for an infinitely heavy particle.
*/
#include <math.h>

#include "commands.h"
#include "qlbe/decoherence.h"
#include "qlbe/evolution_plan.h"
#include "qlbe/limits.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"
#include "qlbe/worse.h"

/* Default distances, in units of hbar/(m_star kT)^(1/2). */
enum { SEPARATIONS = 25 };
static const double nearest = 0.01, farthest = 1e4;

/* Default pressures: up to this multiple of the one that leaves 1/e. */
enum { PRESSURES = 21 };
static const double most_pressure = 4.0;

/* Largest a p/hbar that is computed. */
static const double most_kappa = 1e5;

/* What tasks work with, and what comes of them: with recoil, and without. */
typedef struct {
  QlbeMomentumDistribution packet;
  double axis[3]; /* the direction of d */
  PetscInt n;
  double *d; /* [n] */
  QlbeDecoherence of[2];
  PetscInt parts[2];
  QlbeDecoherenceRates rates[2];
} Work;

static PetscErrorCode PartTask(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const int which = i < work->parts[0] ? 0 : 1;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(problem->phases, "momentum transfers"));
  PetscCall(
      QlbeDecoherencePart(work->of[which], i - which * work->parts[0], work->n, work->d, row));
  PetscCall(QlbePhaseEnd(problem->phases, "momentum transfers"));
  PetscFunctionReturn(0);
}

static PetscErrorCode WorkCreate(const QlbeProblem *problem, Work *work)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeRealList given = problem->settings->decoherence.separation;
  const double unit = par->hbar / sqrt(par->m_star / par->beta);

  PetscFunctionBegin;
  work->n = given.n > 0 ? given.n : SEPARATIONS;
  PetscCall(PetscMalloc5(work->n, &work->d, work->n, &work->rates[0].rate, work->n,
                         &work->rates[0].error, work->n, &work->rates[1].rate, work->n,
                         &work->rates[1].error));
  for (PetscInt i = 0; i < work->n; i++)
    work->d[i] = given.n > 0 ? given.values[i]
                             : unit * nearest *
                                   pow(farthest / nearest, (double)i / (double)(SEPARATIONS - 1));
  PetscCall(QlbePhaseBegin(problem->phases, "cross sections"));
  PetscCall(QlbeDecoherenceCreate(par, &work->packet, work->axis, QLBE_RECOIL, &work->of[0]));
  PetscCall(QlbeDecoherenceCreate(par, &work->packet, work->axis, QLBE_NO_RECOIL, &work->of[1]));
  PetscCall(QlbePhaseEnd(problem->phases, "cross sections"));
  for (int i = 0; i < 2; i++) work->parts[i] = QlbeDecoherenceParts(work->of[i]);
  PetscFunctionReturn(0);
}

static PetscErrorCode WorkDestroy(Work *work)
{
  PetscFunctionBegin;
  for (int i = 0; i < 2; i++) PetscCall(QlbeDecoherenceDestroy(&work->of[i]));
  PetscCall(PetscFree5(work->d, work->rates[0].rate, work->rates[0].error, work->rates[1].rate,
                       work->rates[1].error));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddRates(const QlbeProblem *problem, const Work *work, QlbeReport report)
{
  const QlbeUnits *u = &problem->units;
  const QlbeDecoherenceRates *r = &work->rates[0], *heavy = &work->rates[1];
  const char *length = QlbeUnitsName(u, QLBE_LENGTH), *rate = QlbeUnitsName(u, QLBE_RATE);
  const QlbeColumn columns[] = {
      {"separation", QLBE_COLUMN_REAL, length}, {"rate", QLBE_COLUMN_REAL, rate},
      {"quadratic", QLBE_COLUMN_REAL, rate},    {"total", QLBE_COLUMN_REAL, rate},
      {"heavy_limit", QLBE_COLUMN_REAL, rate},  {"error", QLBE_COLUMN_REAL, rate},
      {"heavy_error", QLBE_COLUMN_REAL, rate},  {"recoil_correction", QLBE_COLUMN_REAL, NULL}};

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "decoherence", 8, columns));
  for (PetscInt i = 0; i < work->n; i++) {
    const double d = work->d[i];
    const double row[] = {u->length * d,
                          u->rate * r->rate[i],
                          u->rate * r->quadratic * d * d,
                          u->rate * r->total,
                          u->rate * heavy->rate[i],
                          u->rate * r->error[i],
                          u->rate * heavy->error[i],
                          r->rate[i] / heavy->rate[i] - 1.0};
    PetscCall(QlbeReportAddRow(report, "decoherence", 8, row));
  }
  PetscFunctionReturn(0);
}

/* exp(-p/p0) after the time of flight, p0 of each distance; rates are proportional to pressure. */
static PetscErrorCode AddVisibility(const QlbeProblem *problem, const Work *work, QlbeReport report)
{
  const QlbeParameters *par = &problem->parameters;
  const QlbeUnits *u = &problem->units;
  const QlbeRealList given = problem->settings->decoherence.pressure;
  const double time = problem->settings->decoherence.time, pressure = par->eta / par->beta;
  const PetscInt n = given.n > 0 ? given.n : PRESSURES;
  const char *unit = QlbeUnitsName(u, QLBE_PRESSURE);
  const QlbeColumn columns[] = {{"separation", QLBE_COLUMN_REAL, QlbeUnitsName(u, QLBE_LENGTH)},
                                {"pressure", QLBE_COLUMN_REAL, unit},
                                {"visibility", QLBE_COLUMN_REAL, NULL},
                                {"p0", QLBE_COLUMN_REAL, unit},
                                {"error", QLBE_COLUMN_REAL, NULL}};
  double fastest = 0.0;

  PetscFunctionBegin;
  PetscCall(QlbeReportAddTable(report, "visibility", 5, columns));
  for (PetscInt i = 0; i < work->n; i++) fastest = PetscMax(fastest, work->rates[0].rate[i]);
  for (PetscInt i = 0; i < work->n; i++)
    for (PetscInt j = 0; j < n; j++) {
      const double p0 = pressure / (work->rates[0].rate[i] * time);
      const double p = given.n > 0 ? given.values[j]
                                   : most_pressure * pressure / (fastest * time) * (double)j /
                                         (double)(PRESSURES - 1);
      const double visibility = exp(-p / p0);
      const double row[] = {u->length * work->d[i], u->pressure * p, visibility, u->pressure * p0,
                            visibility * p / p0 * work->rates[0].error[i] / work->rates[0].rate[i]};
      PetscCall(QlbeReportAddRow(report, "visibility", 5, row));
    }
  PetscFunctionReturn(0);
}

static PetscBool IsAtRest(const QlbeMomentumDistribution *n)
{
  for (int i = 0; i < 3; i++)
    if (n->mean[i] != 0.0 || n->deviation[i] != n->deviation[0]) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* The limits of both, with what they have of error, and the largest relative error of a rate. */
static PetscErrorCode AddNumbers(const QlbeProblem *problem, const Work *work, QlbeReport report)
{
  const QlbeUnits *u = &problem->units;
  const char *const names[2] = {"", "heavy_"};
  const double tolerance = problem->settings->decoherence.tolerance;
  const char *localisation = u->si ? "m^-2 s^-1" : "natural";
  double error = 0.0, mismatch = 0.0, above = 0.0;

  PetscFunctionBegin;
  for (int j = 0; j < 2; j++) {
    const QlbeDecoherenceRates *r = &work->rates[j];
    const double per_area = u->rate / u->area;
    /* cos(q.d) may be below 0 on average only where the momenta have a direction */
    const double most = IsAtRest(&work->packet) ? r->total : 2.0 * r->total;
    const struct {
      const char *name, *unit;
      double value;
    } number[4] = {{"total", QlbeUnitsName(u, QLBE_RATE), u->rate * r->total},
                   {"total_error", QlbeUnitsName(u, QLBE_RATE), u->rate * r->total_error},
                   {"localisation", localisation, per_area * r->quadratic},
                   {"localisation_error", localisation, per_area * r->quadratic_error}};
    for (int i = 0; i < 4; i++) {
      char path[64];
      PetscCall(PetscSNPrintf(path, sizeof(path), "%s%s", names[j], number[i].name));
      PetscCall(QlbeReportSetReal(report, path, number[i].value, number[i].unit));
    }
    mismatch = QlbeWorse(mismatch, r->mismatch);
    error = QlbeWorse(error, r->total_error / r->total);
    error = QlbeWorse(error, r->quadratic_error / r->quadratic);
    for (PetscInt i = 0; i < work->n; i++) {
      const double d2 = work->d[i] * work->d[i];
      error = QlbeWorse(error, r->error[i] / r->rate[i]);
      above = QlbeWorse(above, r->rate[i] / PetscMin(most, r->quadratic * d2) - 1.0);
    }
  }
  PetscCall(QlbeReportAddCheck(report, "rates_converged", error, tolerance));
  PetscCall(QlbeReportAddCheck(report, "rates_against_cross_sections", mismatch, tolerance));
  PetscCall(QlbeReportAddCheck(report, "rate_above_limits", above, tolerance));
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(QlbeRun *run, const Work *work, int *exit_status)
{
  const QlbeRunReportFile files[] = {{"decoherence.csv", "decoherence"},
                                     {"decoherence.json", NULL},
                                     {"visibility.csv", "visibility"}};
  const PetscBool flies = (PetscBool)(run->problem.settings->decoherence.time > 0.0);
  QlbeReport report;

  PetscFunctionBegin;
  PetscCall(QlbeRunReportCreate(run, &report));
  PetscCall(AddNumbers(&run->problem, work, report));
  PetscCall(AddRates(&run->problem, work, report));
  if (flies) PetscCall(AddVisibility(&run->problem, work, report));
  PetscCall(QlbeRunReportFinish(run, report, flies ? 3 : 2, files, exit_status));
  PetscCall(QlbeReportDestroy(&report));
  PetscFunctionReturn(0);
}

/* All parts of both, and the files unless the run was stopped. */
static PetscErrorCode Compute(QlbeRun *run, QlbeTasks tasks, Work *work, int *exit_status)
{
  PetscBool stopped;
  PetscInt width;
  double *rows;

  PetscFunctionBegin;
  PetscCall(WorkCreate(&run->problem, work));
  width = QlbeDecoherenceWidth(work->n);
  PetscCall(PetscMalloc1((work->parts[0] + work->parts[1]) * width, &rows));
  PetscCall(QlbeTasksCompute(tasks,
                             &(const QlbeTaskSet){.name = "momentum transfers",
                                                  .n = work->parts[0] + work->parts[1],
                                                  .width = width,
                                                  .task = PartTask,
                                                  .work = work},
                             rows, &stopped));
  if (!stopped) {
    for (int i = 0; i < 2; i++)
      PetscCall(QlbeDecoherenceCollect(work->of[i], work->n, width,
                                       rows + i * work->parts[0] * width, &work->rates[i]));
    PetscCall(Report(run, work, exit_status));
  }
  PetscCall(PetscFree(rows));
  PetscCall(WorkDestroy(work));
  PetscFunctionReturn(0);
}

/* The packet, and the direction of the settings or along its axis. */
static PetscErrorCode GetPacket(const QlbeProblem *problem, Work *work, QlbeComplaint *complaint)
{
  const QlbeRealList given = problem->settings->decoherence.direction;
  const double *v = given.values;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionPacket(problem, &work->packet, work->axis, complaint));
  if (given.n == 0) PetscFunctionReturn(0);
  if (given.n != 3 || (v[0] == 0.0 && v[1] == 0.0 && v[2] == 0.0)) {
    PetscCall(QlbeComplain(complaint, "decoherence_direction",
                           "expected three numbers, not all zero, or none"));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscArraycpy(work->axis, v, 3));
  PetscFunctionReturn(0);
}

/* What the rules do not serve in reasonable time. */
static PetscErrorCode CheckReach(const QlbeProblem *problem, const Work *work,
                                 QlbeComplaint *complaint)
{
  double kappa;

  PetscFunctionBegin;
  if (complaint->option) PetscFunctionReturn(0);
  kappa = QlbeDecoherenceKappa(&problem->parameters, &work->packet);
  if (!(kappa <= most_kappa))
    PetscCall(QlbeComplain(complaint, "interaction_radius",
                           "expected a radius whose a p/hbar is <= %g for all relative momenta of "
                           "the gas, got %.4g",
                           most_kappa, kappa));
  if (!QlbeDecoherenceServes(&problem->parameters, &work->packet))
    PetscCall(QlbeComplain(complaint, "state_momentum",
                           "expected a mean velocity, and a spread of it that depends on the "
                           "direction, of at most some 50 thermal velocities of the gas"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandDecoherence(QlbeRun *run, int *exit_status)
{
  const char *const names[] = {"decoherence.csv", "decoherence.json", "decoherence.h5",
                               "visibility.csv"};
  const PetscBool flies = (PetscBool)(run->problem.settings->decoherence.time > 0.0);
  QlbeComplaint complaint = {.option = NULL};
  Work work = {.n = 0};
  PetscMPIInt ranks;
  QlbeTaskRun tasks;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(&run->problem, run->command, &complaint));
  PetscCall(GetPacket(&run->problem, &work, &complaint));
  PetscCall(CheckReach(&run->problem, &work, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  PetscCall(QlbeTaskRunCreate(run, flies ? 4 : 3, names, ranks, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(Compute(run, QlbeTaskRunGetTasks(tasks), &work, exit_status));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}
