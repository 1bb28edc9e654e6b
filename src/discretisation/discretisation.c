/*
   Discretisations of the fiber generators: the interface, which hands every call to the operations
   of the one that the settings choose.
*/
#include "discretisation_impl.h"

#include <math.h>

const QlbeDiscretisationTraits *QlbeDiscretisationGetTraits(const QlbeProblem *problem)
{
  return &QlbeDiscretisationFind_Private(problem)->traits;
}

PetscBool QlbeDiscretisationHasToSettle(const QlbeProblem *problem)
{
  return (PetscBool)(QlbeDiscretisationGetTraits(problem)->automatic &&
                     problem->settings->grid.automatic > 0.0);
}

const QlbeDiscretisationTraits *QlbeDiscretisationTraitsOf(QlbeDiscretisation d)
{
  return &d->ops->traits;
}

PetscErrorCode QlbeDiscretisationServes(const QlbeProblem *problem,
                                        const QlbeDiscretisationUse *use, QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationFind_Private(problem)->serves(problem, use, complaint));
  PetscFunctionReturn(0);
}

double QlbeDiscretisationLargestWaveNumber(const QlbeProblem *problem)
{
  return QlbeDiscretisationFind_Private(problem)->largest_wave_number(problem);
}

PetscErrorCode QlbeDiscretisationEstimate(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeDiscretisationCost *cost)
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationFind_Private(problem)->estimate(problem, use, cost));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationPrintCost(const QlbeProblem *problem,
                                           const QlbeDiscretisationUse *spectrum,
                                           const QlbeDiscretisationUse *diffusion, FILE *out)
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationFind_Private(problem)->print_cost(problem, spectrum, diffusion, out));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationLine(const QlbeProblem *problem, const double axis[3], PetscInt *n,
                                      double (**p)[3])
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationFind_Private(problem)->line(problem, axis, n, p));
  PetscFunctionReturn(0);
}

double QlbeDiscretisationRounding(const QlbeProblem *problem, double k, double scale, double gap)
{
  return QlbeDiscretisationFind_Private(problem)->rounding(problem, k, scale, gap);
}

PetscErrorCode QlbeDiscretisationSettle(const QlbeProblem *problem,
                                        const QlbeDiscretisationUse *use,
                                        QlbeSettleMeasure *measure, void *context,
                                        QlbeDiscretisationChoice *choice, PetscBool *settled)
{
  const QlbeDiscretisationOps *ops = QlbeDiscretisationFind_Private(problem);

  PetscFunctionBegin;
  PetscCheck(ops->settle, problem->comm, PETSC_ERR_SUP, "orders of %s cannot be settled",
             ops->traits.name);
  PetscCall(ops->settle(problem, use, measure, context, choice, settled));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationSizes(const QlbeProblem *problem, double sizes[2])
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationFind_Private(problem)->sizes(problem, sizes));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationNew_Private(const QlbeDiscretisationOps *ops,
                                             const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeDiscretisation *d)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(d));
  (*d)->ops = ops;
  (*d)->problem = *problem;
  (*d)->use = *use;
  (*d)->references = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationCreate(const QlbeProblem *problem,
                                        const QlbeDiscretisationUse *use,
                                        const QlbeDiscretisationChoice *choice,
                                        QlbeDiscretisation *d)
{
  PetscFunctionBegin;
  PetscCall(
      QlbeDiscretisationNew_Private(QlbeDiscretisationFind_Private(problem), problem, use, d));
  PetscCall((*d)->ops->create(*d, choice));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationDestroy(QlbeDiscretisation *d)
{
  PetscFunctionBegin;
  if (!*d) PetscFunctionReturn(0);
  if (--(*d)->references == 0) {
    PetscCall((*d)->ops->destroy(*d));
    PetscCall(PetscFree(*d));
  }
  *d = NULL;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationRelease(QlbeDiscretisation d, Mat *A)
{
  PetscFunctionBegin;
  PetscCall(MatDestroy(A));
  if (d->ops->release) PetscCall(d->ops->release(d));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationSetAxis(QlbeDiscretisation d, const double axis[3])
{
  PetscFunctionBegin;
  if (!d->ops->set_axis) PetscFunctionReturn(0);
  PetscCall(d->ops->set_axis(d, axis));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationOperator(QlbeDiscretisation d, const double k[3], PetscInt m,
                                          Mat *A)
{
  PetscFunctionBegin;
  PetscCall(d->ops->operator_of(d, k, m, A));
  PetscFunctionReturn(0);
}

PetscBool QlbeDiscretisationPropagates(QlbeDiscretisation d)
{
  return (PetscBool)(d->ops->advance != NULL);
}

double QlbeDiscretisationLeaves(QlbeDiscretisation d, double k)
{
  return d->ops->leaves ? d->ops->leaves(d, k) : HUGE_VAL;
}

PetscErrorCode QlbeDiscretisationAdvance(QlbeDiscretisation d, Mat A, const double time[2],
                                         double tolerance, PetscInt n, Vec x[])
{
  PetscFunctionBegin;
  PetscCheck(d->ops->advance, d->problem.comm, PETSC_ERR_SUP, "%s does not propagate by itself",
             d->ops->traits.name);
  PetscCall(d->ops->advance(d, A, time, tolerance, n, x));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationEquilibrium(QlbeDiscretisation d, Mat A, Vec *x0)
{
  PetscFunctionBegin;
  PetscCall(d->ops->equilibrium(d, A, x0));
  PetscFunctionReturn(0);
}

PetscInt QlbeDiscretisationSectors(QlbeDiscretisation d)
{
  return d->ops->sectors ? d->ops->sectors(d) : 1;
}

PetscErrorCode QlbeDiscretisationEdge(QlbeDiscretisation d, Mat A, double k, double *edge)
{
  PetscFunctionBegin;
  PetscCall(d->ops->edge(d, A, k, edge));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationMeasure(QlbeDiscretisation d, Mat A,
                                         QlbeDiscretisationStructure *structure)
{
  PetscFunctionBegin;
  PetscCheck(d->ops->measure, d->problem.comm, PETSC_ERR_SUP, "%s has no row checks",
             d->ops->traits.name);
  PetscCall(d->ops->measure(d, A, structure));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationAnnounce(QlbeDiscretisation d)
{
  PetscFunctionBegin;
  if (!d->ops->announce) PetscFunctionReturn(0);
  PetscCall(d->ops->announce(d));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationDescribe(QlbeDiscretisation d, QlbeEntries *entries)
{
  PetscFunctionBegin;
  PetscCall(d->ops->describe(d, entries));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationCheck(QlbeDiscretisation d, MPI_Comm comm, QlbeChecks *checks)
{
  PetscFunctionBegin;
  if (!d->ops->check) PetscFunctionReturn(0);
  PetscCall(d->ops->check(d, comm, checks));
  PetscFunctionReturn(0);
}

double QlbeDiscretisationDifferenceStep(QlbeDiscretisation d)
{
  return d->ops->difference_step(d);
}

double QlbeDiscretisationTableError(QlbeDiscretisation d)
{
  return d->ops->table_error(d);
}

PetscErrorCode QlbeDiscretisationNear(QlbeDiscretisation d, double k, QlbeDiscretisation *near)
{
  PetscFunctionBegin;
  if (d->ops->near && k != d->use.k_max) {
    PetscCall(d->ops->near(d, k, near));
  } else {
    d->references++;
    *near = d;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationGetSiblings(QlbeDiscretisation d, QlbeComparison what, PetscInt *n,
                                             QlbeSiblingTraits traits[])
{
  QlbeSiblingTraits unused[QLBE_MOST_SIBLINGS];

  PetscFunctionBegin;
  *n = 0;
  if (d->ops->get_siblings) PetscCall(d->ops->get_siblings(d, what, n, traits ? traits : unused));
  PetscFunctionReturn(0);
}

PetscInt QlbeDiscretisationReference(QlbeDiscretisation d, QlbeComparison what, PetscInt i)
{
  return d->ops->reference ? d->ops->reference(d, what, i) : -1;
}

PetscErrorCode QlbeDiscretisationCreateSibling(QlbeDiscretisation d, QlbeComparison what,
                                               PetscInt i, double k_max,
                                               QlbeDiscretisation *sibling)
{
  PetscFunctionBegin;
  PetscCall(d->ops->create_sibling(d, what, i, k_max, sibling));
  PetscFunctionReturn(0);
}

PetscBool QlbeDiscretisationIsolated(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  return d->ops->isolated(d, level);
}

PetscErrorCode QlbeDiscretisationDescribeLevels(QlbeDiscretisation d, const double change[],
                                                QlbeEntries *entries)
{
  PetscFunctionBegin;
  if (!d->ops->describe_levels) PetscFunctionReturn(0);
  PetscCall(d->ops->describe_levels(d, change, entries));
  PetscFunctionReturn(0);
}

double QlbeDiscretisationLevelError(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  return d->ops->level_error(d, level);
}

PetscErrorCode QlbeDiscretisationDiffusionErrors(QlbeDiscretisation d,
                                                 const QlbeDiffusionChanges *changes,
                                                 QlbeDiffusionErrors *errors, QlbeEntries *entries)
{
  PetscFunctionBegin;
  PetscCall(d->ops->diffusion_errors(d, changes, errors, entries));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationSpace(QlbeDiscretisation d, PetscBool all, double width,
                                       QlbeMomentumSpace *space)
{
  PetscFunctionBegin;
  PetscCall(d->ops->space(d, all, width, space));
  PetscFunctionReturn(0);
}

double QlbeDiscretisationNodeSpacing(QlbeDiscretisation d)
{
  return d->ops->node_spacing ? d->ops->node_spacing(d) : 0.0;
}

PetscErrorCode QlbeDiscretisationTail(QlbeDiscretisation d, PetscInt n, const Vec x[],
                                      double *square)
{
  PetscFunctionBegin;
  *square = 0.0;
  if (d->ops->tail) PetscCall(d->ops->tail(d, n, x, square));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiscretisationSuggest(QlbeDiscretisation d, const QlbeStateNeed *need,
                                         QlbeStateDeviation *measure, const void *context,
                                         const double deviation[2], QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  PetscCall(d->ops->suggest(d, need, measure, context, deviation, complaint));
  PetscFunctionReturn(0);
}
