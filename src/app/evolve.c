/*
   `qlbe evolve`: the density matrix in time, fiber by fiber.

   The state is a sum of Gaussian terms with closed fibers. Each fiber is propagated by its own generator, independently of all others; what
   is kept of it are integrals. From those: momentum and position in time, purity, position density, coherence, and the diffusive limit.
*/
#include "evolve.h"

/* All steps, and from their rows the report and the files. */
static PetscErrorCode Compute(QlbeRun *run, const EvolvePlan *plan, EvolveEngine *engine,
                              int *exit_status)
{
  const RunReportFile files[] = {{"observables.csv", "observables"},
                                 {"decoherence.csv", "decoherence"}};
  EvolveResult result;
  QlbeReport report;
  PetscBool stopped;

  PetscFunctionBegin;
  PetscCall(EvolveResultCreate(plan, engine, &result));
  PetscCall(EvolveTasks(run, plan, engine, &result, &stopped));
  if (!stopped) PetscCall(EvolveQuartic(plan, engine, &result, &stopped));
  if (!stopped) {
    PetscCall(RunReportCreate(run, &report));
    PetscCall(EvolveReport(run, plan, engine, &result, report));
    PetscCall(RunReportFinish(run, report, plan->n_separation > 0 ? 2 : 1, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
  }
  PetscCall(EvolveResultDestroy(&result));
  PetscFunctionReturn(0);
}

/* Everything after a valid plan. */
static PetscErrorCode RunPlan(QlbeRun *run, const EvolvePlan *plan, int *exit_status)
{
  const char *const names[] = {"observables.csv", "evolve.h5", "decoherence.csv"};
  EvolveEngine engine;
  PetscInt groups;
  RunSteps steps;

  PetscFunctionBegin;
  PetscCall(EvolveChooseGroups(run, &groups));
  PetscCall(RunStepsSplit(run, groups, &steps));
  PetscCall(EvolveEngineCreate(RunStepsGroup(steps), plan, &engine));
  engine.steps = steps;
  PetscCall(EvolveResolved(run, plan, &engine, exit_status));
  if (*exit_status == QLBE_EXIT_DONE)
    PetscCall(RunStepsOpen(steps, plan->n_separation > 0 ? 3 : 2, names, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, plan, &engine, exit_status));
  PetscCall(EvolveEngineDestroy(&engine));
  PetscCall(RunStepsDestroy(&steps, exit_status));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandEvolve(QlbeRun *run, int *exit_status)
{
  EvolvePlan plan;

  PetscFunctionBegin;
  PetscCall(EvolvePlanCreate(run, &plan, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(RunPlan(run, &plan, exit_status));
  PetscCall(EvolvePlanDestroy(&plan));
  PetscFunctionReturn(0);
}
