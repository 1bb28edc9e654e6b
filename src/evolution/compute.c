/*
   An evolution as a whole: tasks and fields, with finer sets of fibers until the fields keep the
   tolerance, and what all of it would cost.
*/
#include "evolution_fields.h"
#include "evolution_plan_impl.h"
#include "evolution_tasks.h"

/*
   Tasks of the present set of fibers and their fields; then a finer set, unless this one will do.
*/
static PetscErrorCode ComputeSet(const QlbeProblem *problem, QlbeEvolutionPlan *plan,
                                 QlbeEvolution e, QlbeEvolutionResult *r, PetscBool *refined,
                                 PetscBool *stopped)
{
  const PetscInt before = plan->set.magnitude.n;

  PetscFunctionBegin;
  *refined = PETSC_FALSE;
  PetscCall(QlbeEvolutionComputeTasks(problem, plan, e, r, stopped));
  if (*stopped) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionFieldsDestroy(&r->fields));
  PetscCall(QlbeEvolutionFieldsCreate(problem, plan, r, e->spacing, &r->fields));
  /* more fibers do not mend what the discretisation loses */
  if (!(r->tail <= QLBE_EVOLUTION_MOST_TAIL)) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionPlanRefine(problem, QlbeEvolutionFieldsWorst(plan, &r->fields),
                                    (double)e->n_all, plan, refined));
  if (!*refined) PetscFunctionReturn(0);
  PetscCall(QlbeEvolutionForgetLine(e));
  PetscCall(QlbeEvolutionResultRefine(plan, e, before, r));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                    QlbeEvolutionPlan *plan, QlbeEvolution e,
                                    QlbeEvolutionResult *result, PetscBool *stopped)
{
  PetscBool refined;

  PetscFunctionBegin;
  e->tasks = tasks;
  for (QlbeEvolution part = e->fast; part; part = part->fast) {
    part->tasks = tasks;
    part->length = e->length;
  }
  PetscCall(QlbeEvolutionResultCreate(plan, e, result));
  do {
    PetscCall(ComputeSet(problem, plan, e, result, &refined, stopped));
  } while (refined);
  if (!*stopped) PetscCall(QlbeEvolutionComputeQuartic(plan, e, result, stopped));
  PetscFunctionReturn(0);
}

/* Fibers of the plan that this object propagates. */
static double FibersOf(const QlbeEvolutionPlan *plan, QlbeEvolution e, QlbeEvolution part)
{
  double fibers = 0.0;

  for (PetscInt i = 0; i < plan->set.magnitude.n; i++)
    if (QlbeEvolutionAt(e, plan->set.magnitude.x[i]) == part) fibers += 1.0;
  return fibers * (e->traits->isotropic ? 1.0 : (double)plan->set.n_direction);
}

PetscErrorCode QlbeEvolutionEstimate(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     QlbeEvolution e, double *seconds, double *bytes)
{
  PetscFunctionBegin;
  *seconds = *bytes = 0.0;
  for (QlbeEvolution part = e; part; part = part->fast) {
    const QlbeDiscretisationUse use =
        QlbeEvolutionUse(&problem->parameters, plan, PetscMin(plan->k_max, part->k_fast));
    const double sectors = 0.5 * (double)(QlbeMomentumSpaceSectors(part->sectors) + 1);
    double fibers = FibersOf(plan, e, part);
    QlbeDiscretisationCost cost;
    PetscCall(QlbeDiscretisationEstimate(&part->problem, &use, &cost));
    fibers *= 1.0 + (sectors - 1.0) * cost.sector;
    for (PetscInt i = 0; i < plan->n_time && part == e; i++)
      fibers += plan->at_limit[i] ? (double)plan->n_limit : 0.0;
    /* without gas nothing is assembled: the time goes into integrals at each output */
    *seconds += cost.propagation * fibers * (e->free ? (double)plan->n_time : 1.0);
    *bytes += e->free || cost.dense == 0.0 ? 0.0 : cost.bytes;
  }
  PetscFunctionReturn(0);
}
