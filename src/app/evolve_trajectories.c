/*
   `qlbe evolve` by random walkers: calls and report. Walkers take no grid and no fibers of a group,
   each rank has its own.
*/
#include "evolve.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"
#include "qlbe/trajectories.h"

/* A field in the deck's units; density: in units of one over a volume. */
static PetscErrorCode SetErrors(const QlbeProblem *problem, QlbeReport report, const char path[],
                                PetscInt ndim, const PetscInt shape[], const double values[])
{
  const double factor =
      1.0 / (problem->units.length * problem->units.length * problem->units.length);
  PetscInt n = 1;
  double *converted;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < ndim; i++) n *= shape[i];
  PetscCall(PetscMalloc1(n, &converted));
  for (PetscInt i = 0; i < n; i++) converted[i] = factor * values[i];
  PetscCall(QlbeReportSetRealArray(report, path, ndim, shape, converted,
                                   QlbeUnitsName(&problem->units, QLBE_DENSITY)));
  PetscCall(QlbeReportAllowNaN(report, path));
  PetscCall(PetscFree(converted));
  PetscFunctionReturn(0);
}

/* Standard errors of the arrays of EvolveReportArrays. */
static PetscErrorCode AddErrors(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                const QlbeTrajectories *t, QlbeReport report)
{
  const PetscInt n = plan->set.magnitude.n * plan->set.n_direction, line = plan->n_line;
  const PetscInt fibers[3] = {plan->n_time, n, 2}, limits[3] = {plan->n_time, plan->n_limit, 2};
  const PetscInt points[2] = {plan->n_time, t->result.fields.n_point};
  const PetscInt pairs[3] = {plan->n_time, line, line};

  PetscFunctionBegin;
  if (plan->n_limit > 0)
    PetscCall(QlbeReportSetRealArray(report, "limit/characteristic_function_error", 3, limits,
                                     t->limit_error, NULL));
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(QlbeReportSetRealArray(report, "fibers/characteristic_function_error", 3, fibers,
                                   t->mu_error, NULL));
  if (points[1] > 0)
    PetscCall(SetErrors(problem, report, "density/standard_error", 2, points, t->density_error));
  if (line > 0)
    PetscCall(SetErrors(problem, report, "coherence/standard_error", 3, pairs, t->rho_error));
  PetscFunctionReturn(0);
}

static PetscErrorCode Report(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                             const QlbeTrajectories *t, QlbeReport report)
{
  QlbeEntries entries = {.n = 0};
  QlbeChecks checks = {.n = 0};

  PetscFunctionBegin;
  PetscCall(EvolveReportObservables(problem, plan->n_time, t->observed, t->error, report));
  PetscCall(QlbeEvolutionDescribe(problem, plan, &t->result, &entries));
  PetscCall(QlbeTrajectoriesDescribe(problem, t, &entries));
  PetscCall(QlbeRunReportAddEntries(&problem->units, report, &entries));
  PetscCall(EvolveReportArrays(problem, plan, &t->result, report));
  PetscCall(AddErrors(problem, plan, t, report));
  PetscCall(QlbeTrajectoriesCheck(problem, plan, t, &checks));
  PetscCall(QlbeRunReportAddChecks(report, &checks));
  PetscFunctionReturn(0);
}

static PetscErrorCode Compute(QlbeRun *run, QlbeTasks tasks, const QlbeEvolutionPlan *plan,
                              int *exit_status)
{
  const QlbeRunReportFile files[] = {{"observables.csv", "observables"}};
  QlbeTrajectories t;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(QlbeTrajectoriesCompute(&run->problem, tasks, plan, &t, &stopped));
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(Report(&run->problem, plan, &t, report));
    PetscCall(QlbeRunReportFinish(run, report, 1, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(QlbeTrajectoriesDestroy(&t));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveByTrajectories(QlbeRun *run, const QlbeEvolutionPlan *plan, int *exit_status)
{
  const char *const names[] = {"observables.csv", "evolve.h5"};
  QlbeTaskRun tasks;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  PetscCall(QlbeTaskRunCreate(run, 2, names, ranks, &tasks, exit_status));
  if (!tasks) PetscFunctionReturn(0);
  PetscCall(Compute(run, QlbeTaskRunGetTasks(tasks), plan, exit_status));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}
