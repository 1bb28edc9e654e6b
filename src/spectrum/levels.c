/*
   Levels of a list of fibers, in three sets of tasks: orders, where they are to settle; fibers; one
   fiber in siblings that stand for all.
*/
#include "qlbe/levels.h"

#include <math.h>

#include "levels_impl.h"
#include "pair_partners.h"
#include "qlbe/pair_row.h"
#include "qlbe/worse.h"

/* What the tasks of one group work with. */
typedef struct {
  const QlbeFibers *fibers;
  QlbeDiscretisationUse use;
  PetscBool chosen; /* orders have been asked to settle */
  QlbeDiscretisationChoice choice;
  PetscBool announce;      /* on behalf of all groups */
  LevelLadder ladder;      /* made by the first task that needs it */
  double k_measured;       /* the wave number whose eps settles the orders */
  PetscInt best;           /* the fiber that is compared with the siblings that stand for all */
  const QlbeLevel *levels; /* [count], its levels */
} Work;

QlbeDiscretisationUse QlbeLevelsUse(const QlbeFibers *fibers)
{
  QlbeDiscretisationUse use = {.count = fibers->count,
                               .n_axes = 1,
                               .axes = &fibers->direction,
                               .matrices = 1,
                               .compared = PETSC_TRUE};

  for (PetscInt i = 0; i < fibers->n; i++) use.k_max = PetscMax(use.k_max, fibers->k[i]);
  return use;
}

/* The object alone, without tables, unless it is there. */
static PetscErrorCode CreateLadder(const QlbeProblem *problem, Work *work)
{
  PetscFunctionBegin;
  if (work->ladder.d) PetscFunctionReturn(0);
  PetscCall(QlbeDiscretisationCreate(problem, &work->use, work->chosen ? &work->choice : NULL,
                                     &work->ladder.d));
  PetscCall(QlbeDiscretisationSetAxis(work->ladder.d, work->fibers->direction));
  PetscFunctionReturn(0);
}

/* With siblings for every fiber. */
static PetscErrorCode Make(const QlbeProblem *problem, Work *work)
{
  LevelLadder *ladder = &work->ladder;
  QlbeSiblingTraits traits[QLBE_MOST_SIBLINGS];

  PetscFunctionBegin;
  if (ladder->compared) PetscFunctionReturn(0);
  PetscCall(CreateLadder(problem, work));
  PetscCall(QlbeDiscretisationGetSiblings(ladder->d, QLBE_COMPARE_LEVELS, &ladder->n, traits));
  for (PetscInt i = 0; i < ladder->n; i++)
    if (traits[i].every_fiber)
      PetscCall(QlbeDiscretisationCreateSibling(ladder->d, QLBE_COMPARE_LEVELS, i, work->use.k_max,
                                                &ladder->sibling[i]));
  for (PetscInt i = 0; i < ladder->n; i++)
    if (ladder->sibling[i])
      PetscCall(QlbeDiscretisationSetAxis(ladder->sibling[i], work->fibers->direction));
  if (work->announce) PetscCall(QlbeDiscretisationAnnounce(ladder->d));
  ladder->compared = PETSC_TRUE;
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Work *work)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++)
    PetscCall(QlbeDiscretisationDestroy(&work->ladder.sibling[i]));
  PetscCall(QlbeDiscretisationDestroy(&work->ladder.d));
  PetscFunctionReturn(0);
}

static LevelQuery Query(const QlbeFibers *f, double k, PetscInt count)
{
  LevelQuery query = {.size = k, .count = count, .scale = f->scale, .gap = f->gap};

  for (int axis = 0; axis < 3; axis++) query.k[axis] = k * f->direction[axis];
  return query;
}

/* eps(k_measured) in the given siblings; value[] holds its real parts. */
static PetscErrorCode MeasureLeading(const QlbeProblem *problem, void *context,
                                     const QlbeDiscretisation bases[QLBE_SETTLE_BASES],
                                     double value[QLBE_SETTLE_BASES])
{
  const Work *work = context;
  const LevelQuery query = Query(work->fibers, work->k_measured, 1);

  PetscFunctionBegin;
  for (int i = 0; i < QLBE_SETTLE_BASES; i++) {
    QlbeEigenpair pair;
    Mat A = NULL;
    PetscCall(QlbeDiscretisationOperator(bases[i], query.k, 0, &A));
    PetscCall(QlbeLeadingEigenvalue(problem, bases[i], A, query.scale, &pair));
    PetscCall(QlbeDiscretisationRelease(bases[i], &A));
    value[i] = PetscRealPart(pair.value);
  }
  PetscFunctionReturn(0);
}

/* The largest wave number below `below`, -1 if there is none. */
static double NextSmaller(const QlbeFibers *f, double below)
{
  double next = -1.0;

  for (PetscInt i = 0; i < f->n; i++) {
    if (f->k[i] < below) next = PetscMax(next, f->k[i]);
  }
  return next;
}

/*
   Orders raised until eps settles. Larger wave numbers ask for larger orders, but an eps that has
   reached the continuum settles in none: the largest wave number that settles decides.
*/
static PetscErrorCode OrdersTask(const QlbeProblem *problem, void *context, PetscInt i,
                                 double row[])
{
  Work *work = context;
  QlbeDiscretisationChoice choice = {{0.0}};
  PetscBool settled = PETSC_FALSE;

  PetscFunctionBegin;
  (void)i;
  for (double k = work->use.k_max; k > 0.0 && !settled; k = NextSmaller(work->fibers, k)) {
    work->k_measured = k;
    PetscCall(
        QlbeDiscretisationSettle(problem, &work->use, MeasureLeading, work, &choice, &settled));
  }
  PetscCall(PetscArraycpy(row, choice.values, QLBE_CHOICE_WIDTH));
  PetscFunctionReturn(0);
}

static PetscErrorCode ChooseOrders(const QlbeProblem *problem, QlbeTasks tasks, Work *work,
                                   PetscBool *stopped)
{
  const QlbeTaskSet set = {
      .name = "orders", .n = 1, .width = QLBE_CHOICE_WIDTH, .task = OrdersTask, .work = work};

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  work->chosen = QlbeDiscretisationHasToSettle(problem);
  if (work->chosen) PetscCall(QlbeTasksCompute(tasks, &set, work->choice.values, stopped));
  PetscFunctionReturn(0);
}

/* Row of a fiber: its edge, levels that did not converge, then the levels. */
enum { EDGE, MISSING, LEVELS };
enum { SECTOR = QLBE_PAIR_WIDTH, ISOLATED, CHANGE, LEVEL_WIDTH = CHANGE + QLBE_MOST_SIBLINGS };

static void ToRow(const QlbeLevel *level, double row[])
{
  QlbePairToRow(&level->pair, row);
  row[SECTOR] = (double)level->m;
  row[ISOLATED] = (double)level->isolated;
  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) row[CHANGE + i] = level->change[i];
}

static QlbeLevel FromRow(const double row[], double edge)
{
  QlbeLevel level = {.pair = QlbePairFromRow(row),
                     .m = (PetscInt)row[SECTOR],
                     .edge = edge,
                     .isolated = (PetscBool)(row[ISOLATED] != 0.0)};

  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) level.change[i] = row[CHANGE + i];
  return level;
}

static PetscErrorCode FiberTask(const QlbeProblem *problem, void *context, PetscInt i, double row[])
{
  Work *work = context;
  const LevelQuery query = Query(work->fibers, work->fibers->k[i], work->fibers->count);
  QlbeLevel *levels;
  PetscInt missing;

  PetscFunctionBegin;
  PetscCall(Make(problem, work));
  PetscCall(PetscMalloc1(query.count, &levels));
  PetscCall(QlbeLevelsOfFiber_Private(problem, &work->ladder, &query, levels, &missing));
  row[EDGE] = levels[0].edge;
  row[MISSING] = (double)missing;
  for (PetscInt j = 0; j < query.count; j++) ToRow(&levels[j], row + LEVELS + j * LEVEL_WIDTH);
  PetscCall(PetscFree(levels));
  PetscFunctionReturn(0);
}

static PetscErrorCode SolveFibers(QlbeTasks tasks, Work *work, QlbeLevels *result,
                                  PetscBool *stopped)
{
  const QlbeFibers *f = work->fibers;
  const QlbeTaskSet set = {.name = "fibers",
                           .n = f->n,
                           .width = LEVELS + f->count * LEVEL_WIDTH,
                           .task = FiberTask,
                           .work = work};
  double *rows;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(f->n * set.width, &rows));
  PetscCall(QlbeTasksCompute(tasks, &set, rows, stopped));
  for (PetscInt i = 0; i < f->n && !*stopped; i++) {
    const double *row = rows + i * set.width;
    result->missing += (PetscInt)row[MISSING];
    for (PetscInt j = 0; j < f->count; j++)
      result->levels[i * f->count + j] = FromRow(row + LEVELS + j * LEVEL_WIDTH, row[EDGE]);
  }
  PetscCall(PetscFree(rows));
  PetscFunctionReturn(0);
}

/* The largest relative change of the isolated levels among levels[n] against others[n_others]. */
static PetscErrorCode LargestChange(PetscInt n, const QlbeLevel levels[], PetscInt n_others,
                                    const QlbeLevel others[], double scale, double *largest)
{
  QlbeEigenpair *pairs;
  PetscInt *sector;
  PetscScalar *partner;

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n + n_others, &pairs, n + n_others, &sector, n, &partner));
  for (PetscInt i = 0; i < n + n_others; i++) {
    const QlbeLevel *level = i < n ? &levels[i] : &others[i - n];
    pairs[i] = level->pair;
    sector[i] = level->m;
  }
  {
    const PairList of = {n, pairs, sector}, among = {n_others, pairs + n, sector + n};
    PetscCall(PairPartners(&of, &among, partner));
  }
  *largest = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    const double size = PetscAbsScalar(pairs[i].value);
    /* 0 itself, at k = 0, is exact in every sibling */
    if (!levels[i].isolated || !pairs[i].leading || size <= 1e-12 * scale) continue;
    *largest = QlbeWorse(*largest, PetscAbsScalar(partner[i] - pairs[i].value) / size);
  }
  PetscCall(PetscFree3(pairs, sector, partner));
  PetscFunctionReturn(0);
}

/* The largest relative change that sibling i makes in the isolated levels of the best fiber. */
static PetscErrorCode CompareOne(const QlbeProblem *problem, const Work *work, PetscInt i,
                                 double *change)
{
  const QlbeFibers *f = work->fibers;
  const double k = f->k[work->best];
  const PetscInt spare = QlbeDiscretisationTraitsOf(work->ladder.d)->spare;
  const PetscInt most = f->count == 1 ? 1 : f->count + spare;
  const LevelQuery query = Query(f, k, most);
  LevelLadder ladder = {.n = 0};
  QlbeLevel *others;
  PetscInt missing;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(most, &others));
  PetscCall(QlbeDiscretisationCreateSibling(work->ladder.d, QLBE_COMPARE_LEVELS, i, k, &ladder.d));
  PetscCall(QlbeDiscretisationSetAxis(ladder.d, f->direction));
  PetscCall(QlbeLevelsOfFiber_Private(problem, &ladder, &query, others, &missing));
  PetscCall(LargestChange(f->count, work->levels, most - missing, others, f->scale, change));
  PetscCall(QlbeDiscretisationDestroy(&ladder.d));
  PetscCall(PetscFree(others));
  PetscFunctionReturn(0);
}

/* Row: the change in each sibling that one fiber is compared with, 0 for the others. */
static PetscErrorCode OneFiberTask(const QlbeProblem *problem, void *context, PetscInt task,
                                   double row[])
{
  Work *work = context;
  QlbeSiblingTraits traits[QLBE_MOST_SIBLINGS];
  PetscInt n;

  PetscFunctionBegin;
  (void)task;
  PetscCall(CreateLadder(problem, work));
  PetscCall(QlbeDiscretisationGetSiblings(work->ladder.d, QLBE_COMPARE_LEVELS, &n, traits));
  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) {
    row[i] = 0.0;
    if (i < n && !traits[i].every_fiber) PetscCall(CompareOne(problem, work, i, &row[i]));
  }
  PetscFunctionReturn(0);
}

/*
   The fiber that tells the error of siblings that stand for all: the largest wave number whose eps
   the others settle to six digits, so that the change is one of these siblings; else the largest
   whose eps is an eigenvalue; -1 without any.
*/
static PetscInt BestSettled(const QlbeFibers *f, const QlbeLevel levels[])
{
  PetscInt best = -1, settled = -1;

  for (PetscInt i = 0; i < f->n; i++) {
    const QlbeLevel *level = &levels[i * f->count];
    if (!level->isolated) continue;
    if (best < 0 || f->k[i] > f->k[best]) best = i;
    if (level->change[0] > 1e-6 * PetscAbsScalar(level->pair.value)) continue;
    if (settled < 0 || f->k[i] > f->k[settled]) settled = i;
  }
  return settled >= 0 ? settled : best;
}

/* Siblings that stand for all, where there are such, and their changes into all levels. */
static PetscErrorCode CompareBest(QlbeTasks tasks, Work *work, QlbeLevels *result,
                                  PetscBool *stopped)
{
  const QlbeFibers *f = work->fibers;
  const QlbeTaskSet set = {.name = "comparison of one fiber",
                           .n = 1,
                           .width = QLBE_MOST_SIBLINGS,
                           .task = OneFiberTask,
                           .work = work};
  QlbeSiblingTraits traits[QLBE_MOST_SIBLINGS];
  double changes[QLBE_MOST_SIBLINGS];
  PetscBool some = PETSC_FALSE;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(CreateLadder(QlbeTasksGroup(tasks), work));
  PetscCall(QlbeDiscretisationGetSiblings(work->ladder.d, QLBE_COMPARE_LEVELS, &n, traits));
  for (PetscInt i = 0; i < n; i++) some = (PetscBool)(some || !traits[i].every_fiber);
  for (PetscInt i = 0; i < QLBE_MOST_SIBLINGS; i++) changes[i] = NAN;
  work->best = BestSettled(f, result->levels);
  if (!some) PetscFunctionReturn(0);
  if (work->best >= 0) {
    work->levels = &result->levels[work->best * f->count];
    PetscCall(QlbeTasksCompute(tasks, &set, changes, stopped));
  }
  for (PetscInt s = 0; s < n; s++) {
    if (traits[s].every_fiber) continue;
    for (PetscInt i = 0; i < f->n * f->count; i++) result->levels[i].change[s] = changes[s];
  }
  PetscFunctionReturn(0);
}

/* Errors of all levels, entries and checks. */
static PetscErrorCode Finish(const QlbeProblem *problem, const Work *work, QlbeLevels *result)
{
  const QlbeFibers *f = work->fibers;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < f->n * f->count; i++) {
    QlbeLevel *level = &result->levels[i];
    const LevelQuery query = Query(f, f->k[i / f->count], 1);
    const QlbeLevelChange change = QlbeLevelsChange_Private(&query, level);
    level->error = QlbeDiscretisationLevelError(work->ladder.d, &change) +
                   QlbePairSolverError(&level->pair, f->gap);
  }
  PetscCall(QlbeDiscretisationDescribe(work->ladder.d, &result->entries));
  PetscCall(
      QlbeDiscretisationDescribeLevels(work->ladder.d, result->levels[0].change, &result->entries));
  PetscCall(QlbeDiscretisationCheck(work->ladder.d, problem->comm, &result->checks));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLevelsCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                 const QlbeFibers *fibers, QlbeLevels *result, PetscBool *stopped)
{
  Work work = {.fibers = fibers,
               .use = QlbeLevelsUse(fibers),
               .announce = (PetscBool)(QlbeTasksGroupNumber(tasks) == 0)};

  PetscFunctionBegin;
  *result = (QlbeLevels){.missing = 0};
  PetscCall(PetscCalloc1(fibers->n * fibers->count, &result->levels));
  PetscCall(ChooseOrders(problem, tasks, &work, stopped));
  if (!*stopped) PetscCall(SolveFibers(tasks, &work, result, stopped));
  if (!*stopped) PetscCall(CompareBest(tasks, &work, result, stopped));
  if (!*stopped) PetscCall(Finish(problem, &work, result));
  PetscCall(Destroy(&work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeLevelsDestroy(QlbeLevels *result)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(result->levels));
  PetscFunctionReturn(0);
}
