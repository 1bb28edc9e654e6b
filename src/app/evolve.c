/*
   `qlbe evolve`: the density matrix in time, fiber by fiber. Settings, calls, files.
*/
#include "evolve.h"
#include "commands.h"
#include "qlbe/run_report.h"
#include "qlbe/task_run.h"

PetscErrorCode EvolvePlan(const QlbeProblem *problem, QlbeFiberSnapshot *snapshot,
                          QlbeEvolutionPlan *plan, QlbeComplaint *complaint)
{
  const PetscBool from = (PetscBool)(problem->settings->state.type == QLBE_STATE_FILE);

  PetscFunctionBegin;
  *plan = (QlbeEvolutionPlan){.n_time = 0};
  *snapshot = (QlbeFiberSnapshot){.n_all = 0};
  if (from) PetscCall(EvolveSnapshotRead(problem, snapshot, complaint));
  if (!complaint->option)
    PetscCall(QlbeEvolutionPlanCreate(problem, from ? snapshot : NULL, plan, complaint));
  PetscFunctionReturn(0);
}

/* All tasks, and from their rows the report and the files. */
static PetscErrorCode Compute(QlbeRun *run, QlbeTasks tasks, QlbeEvolutionPlan *plan,
                              QlbeEvolution e, int *exit_status)
{
  const QlbeRunReportFile files[] = {{"observables.csv", "observables"},
                                     {"decoherence.csv", "decoherence"}};
  QlbeEvolutionResult result;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionCompute(&run->problem, tasks, plan, e, &result, &stopped));
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(EvolveReport(&run->problem, plan, e, &result, report));
    PetscCall(QlbeRunReportFinish(run, report, plan->n_separation > 0 ? 2 : 1, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(QlbeEvolutionResultDestroy(&result));
  PetscFunctionReturn(0);
}

/* Everything after a valid plan. */
static PetscErrorCode RunPlan(QlbeRun *run, QlbeEvolutionPlan *plan, int *exit_status)
{
  const char *const names[] = {"observables.csv", "evolve.h5", "decoherence.csv"};
  QlbeComplaint complaint = {.option = NULL};
  QlbeTaskRun task_run;
  QlbeEvolution e;
  QlbeTasks tasks;
  PetscInt groups;

  PetscFunctionBegin;
  PetscCall(QlbeEvolutionChooseGroups(&run->problem, &groups));
  PetscCall(QlbeTaskRunSplit(run, groups, &task_run));
  tasks = QlbeTaskRunGetTasks(task_run);
  PetscCall(QlbeEvolutionCreate(QlbeTasksGroup(tasks), plan, &e));
  PetscCall(QlbeEvolutionResolved(&run->problem, plan, e, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE)
    PetscCall(QlbeTaskRunOpen(task_run, plan->n_separation > 0 ? 3 : 2, names, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, tasks, plan, e, exit_status));
  PetscCall(QlbeEvolutionDestroy(&e));
  PetscCall(QlbeTaskRunDestroy(&task_run, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandEvolve(QlbeRun *run, int *exit_status)
{
  QlbeComplaint complaint = {.option = NULL};
  QlbeFiberSnapshot snapshot;
  QlbeEvolutionPlan plan;

  PetscFunctionBegin;
  PetscCall(EvolvePlan(&run->problem, &snapshot, &plan, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE && plan.walkers)
    PetscCall(EvolveByTrajectories(run, &plan, exit_status));
  else if (*exit_status == QLBE_EXIT_DONE)
    PetscCall(RunPlan(run, &plan, exit_status));
  PetscCall(QlbeEvolutionPlanDestroy(&plan));
  PetscCall(QlbeFiberSnapshotDestroy(&snapshot));
  PetscFunctionReturn(0);
}
