/*
   Sums over all walkers: their room, where a task's go, and errors of means.
*/
#include "trajectories_impl.h"

#include <math.h>

#include "qlbe/worse.h"

PetscErrorCode QlbeWalkerTotalsCreate(const QlbeEvolutionPlan *plan, QlbeWalkerTotals *totals)
{
  PetscFunctionBegin;
  *totals = (QlbeWalkerTotals){.n_fiber = plan->set.magnitude.n * plan->set.n_direction};
  PetscCall(
      PetscCalloc1(QLBE_WALKER_GROUPS * QlbeWalkerSums(plan, QLBE_WALKERS_REST), &totals->rest));
  PetscCall(PetscCalloc1(QLBE_WALKER_GROUPS * QlbeWalkerSums(plan, QLBE_WALKERS_VISIBILITY),
                         &totals->visibility));
  PetscCall(PetscCalloc1(QLBE_WALKER_GROUPS * plan->n_time * plan->n_limit * QLBE_LIMIT_SUMS,
                         &totals->limit));
  PetscCall(PetscCalloc1(totals->n_fiber, &totals->walkers));
  PetscCall(
      PetscCalloc1(totals->n_fiber * QlbeWalkerSums(plan, QLBE_WALKERS_FIBER), &totals->fiber));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeWalkerTotalsDestroy(QlbeWalkerTotals *totals)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(totals->rest));
  PetscCall(PetscFree(totals->visibility));
  PetscCall(PetscFree(totals->limit));
  PetscCall(PetscFree(totals->walkers));
  PetscCall(PetscFree(totals->fiber));
  PetscFunctionReturn(0);
}

double *QlbeWalkerTotalsPlace(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                              const QlbeWalkerTask *task)
{
  const PetscInt width = QlbeWalkerSums(plan, task->kind);

  switch (task->kind) {
  case QLBE_WALKERS_REST:
    return totals->rest + task->piece * width;
  case QLBE_WALKERS_VISIBILITY:
    return totals->visibility + task->piece * width;
  case QLBE_WALKERS_FIBER:
    return totals->fiber + (task->i * plan->set.n_direction + task->j) * width;
  default:
    return totals->limit +
           ((task->piece * plan->n_time + task->i) * plan->n_limit + task->j) * width;
  }
}

double QlbeWalkerMeanError(double n, double sum, double squares)
{
  if (n < 2.0) return HUGE_VAL;
  return sqrt(PetscMax(squares - sum * sum / n, 0.0) / (n * (n - 1.0)));
}

double QlbeWalkerFiberError(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                            PetscInt f)
{
  const PetscInt width = QlbeWalkerSums(plan, QLBE_WALKERS_FIBER), row = width / plan->n_time;
  double worst = 0.0;

  for (PetscInt i = 0; i < plan->n_time; i++) {
    const double *s = totals->fiber + f * width + i * row, n = totals->walkers[f];
    worst = QlbeWorse(
        worst, hypot(QlbeWalkerMeanError(n, s[0], s[2]), QlbeWalkerMeanError(n, s[1], s[3])));
  }
  return worst;
}
