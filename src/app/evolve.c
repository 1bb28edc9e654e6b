/*
   `qlbe evolve`: the density matrix in time, fiber by fiber.

   The state is a sum of Gaussian terms with closed fibers. Each fiber is propagated by its own generator, independently of all others; what
   is kept of it are integrals. From those: momentum and position in time, purity, position density, coherence, and the diffusive limit.
*/
#include "evolve.h"

/* Everything between a valid plan and the report. */
static PetscErrorCode Compute(QlbeRun *run, const EvolvePlan *plan, int *exit_status)
{
  const char *const names[] = {"observables.csv", "evolve.h5", "decoherence.csv"};
  /* a gas to lose coherence in, and a packet to ask about */
  const PetscBool rates = (PetscBool)(run->parameters.eta > 0.0 && !plan->from_file);
  const RunReportFile files[] = {{"observables.csv", "observables"},
                                 {"decoherence.csv", "decoherence"}};
  EvolveEngine engine;
  EvolveResult result;
  QlbeReport report;
  PetscBool ok = PETSC_FALSE;

  PetscFunctionBegin;
  PetscCall(EvolveEngineCreate(run, plan, &engine));
  PetscCall(EvolveResolved(run, plan, &engine, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) {
    PetscCall(QlbeOutputPrepare(run, rates ? 3 : 2, names, &ok));
    if (!ok) *exit_status = QLBE_EXIT_BAD_INPUT;
  }
  if (ok) {
    PetscCall(EvolveEngineSetUp(plan, &engine));
    PetscCall(RunReportCreate(run, &report));
    PetscCall(EvolveTasks(run, plan, &engine, &result));
    PetscCall(EvolveReport(run, plan, &engine, &result, report));
    PetscCall(RunReportFinish(run, report, rates ? 2 : 1, files, exit_status));
    PetscCall(QlbeReportDestroy(&report));
    PetscCall(EvolveResultDestroy(&result));
  }
  PetscCall(EvolveEngineDestroy(&engine));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandEvolve(QlbeRun *run, int *exit_status)
{
  EvolvePlan plan;

  PetscFunctionBegin;
  PetscCall(EvolvePlanCreate(run, &plan, exit_status));
  if (*exit_status == QLBE_EXIT_DONE) PetscCall(Compute(run, &plan, exit_status));
  PetscCall(EvolvePlanDestroy(&plan));
  PetscFunctionReturn(0);
}
