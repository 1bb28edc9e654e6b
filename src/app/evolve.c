/*
   `qlbe evolve`: the density matrix in time, fiber by fiber.

   The state is a sum of Gaussian terms with closed fibers. Each fiber is propagated by its own
   generator, independently of all others; what is kept of it are integrals. From those: momentum
   and position in time, purity, position density, coherence, and the diffusive limit.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include "evolve_fields.h"
#include "evolve_tasks.h"

/*
   All tasks, and fields from their rows; with finer sets of fibers until the fields keep the
   tolerance.
*/
static PetscErrorCode ComputeFibers(const QlbeProblem *problem, EvolvePlan *plan,
                                    EvolveEngine *engine, EvolveResult *result,
                                    EvolveFields *fields, PetscBool *stopped)
{
  PetscBool refined;

  PetscFunctionBegin;
  do {
    const PetscInt before = plan->set.magnitude.n;
    PetscCall(EvolveTasks(problem, plan, engine, result, stopped));
    if (*stopped) PetscFunctionReturn(0);
    PetscCall(EvolveFieldsDestroy(fields));
    PetscCall(EvolveFieldsCreate(problem, plan, result,
                                 engine->spectral ? 0.0 : engine->cube.grid.spacing, fields));
    refined = PETSC_FALSE;
    /* more fibers do not mend what grid or basis lose */
    if (result->tail <= EVOLVE_MOST_TAIL)
      PetscCall(EvolveSetRefine(problem, EvolveFieldsWorst(plan, fields), (double)engine->n_all,
                                plan, &refined));
    if (refined) PetscCall(EvolveEngineForgetLine(engine));
    if (refined) PetscCall(EvolveResultRefine(plan, engine, before, result));
  } while (refined);
  PetscFunctionReturn(0);
}

/* All tasks, and from their rows the report and the files. */
static PetscErrorCode Compute(QlbeRun *run, EvolvePlan *plan, EvolveEngine *engine,
                              int *exit_status)
{
  const QlbeRunReportFile files[] = {{"observables.csv", "observables"},
                                     {"decoherence.csv", "decoherence"}};
  EvolveFields fields = {.n_point = 0};
  EvolveResult result;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(EvolveResultCreate(plan, engine, &result));
  PetscCall(ComputeFibers(&run->problem, plan, engine, &result, &fields, &stopped));
  if (!stopped) PetscCall(EvolveQuartic(plan, engine, &result, &stopped));
  if (!stopped) {
    PetscCall(QlbeRunReportCreate(run, &report));
    PetscCall(EvolveReport(&run->problem, plan, engine, &result, &fields, report));
    PetscCall(QlbeRunReportFinish(run, report, plan->n_separation > 0 ? 2 : 1, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(EvolveFieldsDestroy(&fields));
  PetscCall(EvolveResultDestroy(&result));
  PetscFunctionReturn(0);
}

/* Everything after a valid plan. */
static PetscErrorCode RunPlan(QlbeRun *run, EvolvePlan *plan, int *exit_status)
{
  const char *const names[] = {"observables.csv", "evolve.h5", "decoherence.csv"};
  QlbeComplaint complaint = {NULL};
  EvolveEngine engine;
  PetscInt groups;
  QlbeTaskRun tasks;

  PetscFunctionBegin;
  PetscCall(EvolveChooseGroups(&run->problem, &groups));
  PetscCall(QlbeTaskRunSplit(run, groups, &tasks));
  PetscCall(EvolveEngineCreate(QlbeTasksGroup(QlbeTaskRunGetTasks(tasks)), plan, &engine));
  engine.tasks = QlbeTaskRunGetTasks(tasks);
  PetscCall(EvolveResolved(&run->problem, plan, &engine, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE)
    PetscCall(QlbeTaskRunOpen(tasks, plan->n_separation > 0 ? 3 : 2, names, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, plan, &engine, exit_status));
  PetscCall(EvolveEngineDestroy(&engine));
  PetscCall(QlbeTaskRunDestroy(&tasks, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandEvolve(QlbeRun *run, int *exit_status)
{
  QlbeComplaint complaint = {NULL};
  EvolvePlan plan;

  PetscFunctionBegin;
  PetscCall(EvolvePlanCreate(&run->problem, &plan, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(RunPlan(run, &plan, exit_status));
  PetscCall(EvolvePlanDestroy(&plan));
  PetscFunctionReturn(0);
}
