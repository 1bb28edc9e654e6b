/*
   Route (b) for a discretisation and the siblings that it is compared with, one task for each family
   of them, since a family shares its assemblies.

   Siblings are compared by perturbation, which takes a few assemblies and linear solves: its D
   differs from that of a fit by far less than either differs from the limit. Those with the quartic
   flag also give eps at the longest wave vector.
*/
#include <math.h>
#include <string.h>

#include "diffusion_impl.h"
#include "qlbe/pair_row.h"
#include "qlbe/record.h"

static const QlbeField perturbation_fields[] = {
    QLBE_FIELD(QlbePerturbation, D),           QLBE_FIELD(QlbePerturbation, D_first),
    QLBE_FIELD(QlbePerturbation, D_second),    QLBE_FIELD(QlbePerturbation, drift),
    QLBE_FIELD(QlbePerturbation, null_defect), QLBE_FIELD(QlbePerturbation, residual),
    QLBE_FIELD(QlbePerturbation, D_error),     QLBE_FIELD(QlbePerturbation, response),
    QLBE_FIELD(QlbePerturbation, k_error),     QLBE_FIELD(QlbePerturbation, iterations),
    QLBE_FIELD(QlbePerturbation, converged)};
enum { PERTURBATION_WIDTH = sizeof(perturbation_fields) / sizeof(perturbation_fields[0]) };
_Static_assert(sizeof(QlbePerturbation) ==
                   9 * sizeof(double) + (sizeof(PetscInt) + sizeof(PetscBool) + 7) / 8 * 8,
               "perturbation_fields has every field");

/* Row of a rung, as its struct; that of a family has all rungs, zeros for those of others. */
enum { RUNG_PAIR = PERTURBATION_WIDTH, RUNG_STRUCTURE = RUNG_PAIR + QLBE_PAIR_WIDTH };
enum { RUNG_WIDTH = RUNG_STRUCTURE + (int)(sizeof(QlbeDiscretisationStructure) / sizeof(double)) };

static void RungToRow(const QlbeDiffusionRung *rung, double row[])
{
  QlbeRecordToRow(PERTURBATION_WIDTH, perturbation_fields, &rung->perturbation, row);
  QlbePairToRow(&rung->pair, row + RUNG_PAIR);
  memcpy(row + RUNG_STRUCTURE, &rung->structure, sizeof(rung->structure));
}

static void RungFromRow(const double row[], QlbeDiffusionRung *rung)
{
  QlbeRecordFromRow(PERTURBATION_WIDTH, perturbation_fields, row, &rung->perturbation);
  rung->pair = QlbePairFromRow(row + RUNG_PAIR);
  memcpy(&rung->structure, row + RUNG_STRUCTURE, sizeof(rung->structure));
}

/* Rungs of one family: their numbers, and whether eps is asked of any. */
typedef struct {
  PetscInt n, number[QLBE_MOST_RUNGS];
  PetscBool quartic;
} Family;

static PetscInt FamilyCount(const QlbeDiffusionWork *work)
{
  PetscInt n = 1;

  for (PetscInt i = 0; i < work->n_siblings; i++) n = PetscMax(n, work->siblings[i].family + 1);
  return n;
}

/* Task i: the others come before family 0, whose first rung is d. */
static PetscInt FamilyOfTask(const QlbeDiffusionWork *work, PetscInt i)
{
  return (i + 1) % FamilyCount(work);
}

static PetscInt FamilyOfRung(const QlbeDiffusionWork *work, PetscInt number)
{
  return number < work->n_siblings ? work->siblings[number].family : 0;
}

static Family FindFamily(const QlbeDiffusionWork *work, PetscInt which)
{
  Family family = {.n = 0};

  if (which == 0) family.number[family.n++] = work->n_siblings;
  for (PetscInt i = 0; i < work->n_siblings; i++) {
    if (work->siblings[i].family != which) continue;
    family.number[family.n++] = i;
    family.quartic = (PetscBool)(family.quartic || work->siblings[i].quartic);
  }
  return family;
}

/* Discretisations of a family of d. */
static PetscErrorCode Create(const QlbeDiffusionWork *work, const Family *family,
                             QlbeDiscretisation d, QlbeDiscretisation rungs[])
{
  PetscFunctionBegin;
  for (PetscInt r = 0; r < family->n; r++) {
    rungs[r] = d;
    if (family->number[r] < work->n_siblings)
      PetscCall(QlbeDiscretisationCreateSibling(d, QLBE_COMPARE_DIFFUSION, family->number[r],
                                                work->use.k_max, &rungs[r]));
  }
  PetscFunctionReturn(0);
}

/* Destroys all but d. */
static PetscErrorCode Destroy(const QlbeDiffusionWork *work, const Family *family,
                              QlbeDiscretisation rungs[])
{
  PetscFunctionBegin;
  for (PetscInt r = 0; r < family->n; r++) {
    if (family->number[r] < work->n_siblings) PetscCall(QlbeDiscretisationDestroy(&rungs[r]));
  }
  PetscFunctionReturn(0);
}

/* Route (b) on a family; of d also the structure at k = 0. */
static PetscErrorCode Perturb(const QlbeProblem *problem, const QlbeDiffusionWork *work,
                              const Family *family, const QlbeDiscretisation rungs[],
                              QlbeDiffusionRung results[])
{
  QlbePerturbation perturbation[QLBE_MOST_RUNGS];
  Mat A[QLBE_MOST_RUNGS];

  PetscFunctionBegin;
  PetscCall(QlbeDiffusionPerturbation(problem, work->closed->escape_rate_0, family->n, rungs, A,
                                      perturbation));
  for (PetscInt r = 0; r < family->n; r++) {
    results[r].perturbation = perturbation[r];
    if (family->number[r] == work->n_siblings && work->traits->row_checks)
      PetscCall(QlbeDiscretisationMeasure(rungs[r], A[r], &results[r].structure));
    PetscCall(QlbeDiscretisationRelease(rungs[r], &A[r]));
  }
  PetscFunctionReturn(0);
}

/*
   eps at the longest wave vector in a family. Of a small matrix two pairs are asked for: the solver
   then takes the whole spectrum, which normality does not matter to.
*/
static PetscErrorCode Eigenvalues(const QlbeProblem *problem, const QlbeDiffusionWork *work,
                                  const Family *family, const QlbeDiscretisation rungs[],
                                  QlbeDiffusionRung results[])
{
  const double *k = work->vectors.k[work->vectors.longest];
  Mat A[QLBE_MOST_RUNGS] = {NULL};

  PetscFunctionBegin;
  for (PetscInt r = 0; r < family->n; r++) {
    PetscCall(QlbeDiscretisationSetAxis(rungs[r], k));
    PetscCall(QlbeDiscretisationOperator(rungs[r], k, 0, &A[r]));
    PetscCall(QlbeDiffusionEigenvalue(problem, rungs[r], A[r], work->traits->small ? 2 : 1,
                                      work->closed->escape_rate_0, &results[r].pair));
    PetscCall(QlbeDiscretisationRelease(rungs[r], &A[r]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode FamilyTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  QlbeDiffusionWork *work = context;
  const Family family = FindFamily(work, FamilyOfTask(work, i));
  QlbeDiscretisation d, near, rungs[QLBE_MOST_RUNGS];
  QlbeDiffusionRung results[QLBE_MOST_RUNGS];

  PetscFunctionBegin;
  PetscCall(QlbeDiffusionWorkGetNear(group, work, &near));
  PetscCall(Create(work, &family, near, rungs));
  for (PetscInt r = 0; r < family.n; r++)
    results[r] = (QlbeDiffusionRung){.pair = QlbePairMissing()};
  PetscCall(Perturb(group, work, &family, rungs, results));
  if (family.quartic) {
    PetscCall(QlbeDiffusionWorkGet(group, work, &d));
    if (d != near) {
      PetscCall(Destroy(work, &family, rungs));
      PetscCall(Create(work, &family, d, rungs));
    }
    PetscCall(Eigenvalues(group, work, &family, rungs, results));
  }
  PetscCall(Destroy(work, &family, rungs));
  PetscCall(PetscArrayzero(row, (work->n_siblings + 1) * RUNG_WIDTH));
  for (PetscInt r = 0; r < family.n; r++)
    RungToRow(&results[r], row + family.number[r] * RUNG_WIDTH);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionRungs(QlbeTasks tasks, QlbeDiffusionWork *work, PetscBool *stopped)
{
  const PetscInt n = FamilyCount(work), width = (work->n_siblings + 1) * RUNG_WIDTH;
  double *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n * width, &rows));
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "perturbation", .n = n, .width = width, .task = FamilyTask, .work = work},
      rows, stopped));
  for (PetscInt i = 0; i < n && !*stopped; i++) {
    for (PetscInt r = 0; r <= work->n_siblings; r++) {
      if (FamilyOfRung(work, r) == FamilyOfTask(work, i))
        RungFromRow(rows + i * width + r * RUNG_WIDTH, &work->rungs[r]);
    }
  }
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}

/* D by perturbation in three bases, for QlbeDiscretisationSettle. */
static PetscErrorCode MeasureD(const QlbeProblem *problem, void *context,
                               const QlbeDiscretisation bases[QLBE_SETTLE_BASES],
                               double value[QLBE_SETTLE_BASES])
{
  const QlbeDiffusionWork *work = context;
  QlbePerturbation results[QLBE_SETTLE_BASES];
  Mat A[QLBE_SETTLE_BASES];

  PetscFunctionBegin;
  PetscCall(QlbeDiffusionPerturbation(problem, work->closed->escape_rate_0, QLBE_SETTLE_BASES,
                                      bases, A, results));
  for (int i = 0; i < QLBE_SETTLE_BASES; i++) {
    value[i] = results[i].converged ? results[i].D : NAN;
    PetscCall(QlbeDiscretisationRelease(bases[i], &A[i]));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode OrdersTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  const QlbeDiffusionWork *work = context;
  QlbeDiscretisationChoice choice;
  PetscBool settled;

  PetscFunctionBegin;
  (void)i;
  PetscCall(QlbeDiscretisationSettle(group, &work->use, MeasureD, context, &choice, &settled));
  PetscCall(PetscArraycpy(row, choice.values, QLBE_CHOICE_WIDTH));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDiffusionOrders(QlbeTasks tasks, QlbeDiffusionWork *work,
                                   QlbeDiscretisationChoice *choice, PetscBool *stopped)
{
  PetscFunctionBegin;
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "orders", .n = 1, .width = QLBE_CHOICE_WIDTH, .task = OrdersTask, .work = work},
      choice->values, stopped));
  PetscFunctionReturn(0);
}
