/*
   All fibers as a list of independent tasks, dealt to groups of ranks in turn.
*/
#include "evolution_tasks.h"

typedef struct {
  const QlbeEvolutionTaskKind *kind;
  PetscInt i, j;
} Task;

typedef struct {
  const QlbeEvolutionPlan *plan;
  QlbeEvolution e;
  PetscInt n;
  Task *list;     /* [n] */
  size_t *offset; /* [n + 1]: where rows begin */
} Tasks;

/* What every row begins with. */
enum { FAILURES, APPROXIMATE, HEAD };

/*
   The tasks of this round into list, the longest first, and their number into *n; list may be NULL.
   Rounds after the first have fibers alone.
*/
static void ListTasks(const QlbeEvolutionPlan *plan, QlbeEvolution e, Task list[], PetscInt *n)
{
  const PetscBool isotropic = e->traits->isotropic;
  const PetscInt directions = isotropic ? 1 : plan->set.n_direction;

  *n = 0;
#define ADD(kind, i, j)                                                                            \
  do {                                                                                             \
    if (list) list[*n] = (Task){kind, i, j};                                                       \
    (*n)++;                                                                                        \
  } while (0)
  for (PetscInt i = 0; i < (isotropic ? 1 : plan->n_chain) && plan->round == 0; i++)
    ADD(&QlbeEvolutionPositionTask, i, 0);
  if (plan->round == 0 && QlbeEvolutionComparesRest(e)) ADD(&QlbeEvolutionCompareTask, -1, 0);
  for (PetscInt c = 0; c < QLBE_EVOLUTION_MOST_COMPARED && plan->round == 0; c++) {
    const PetscInt i = QlbeEvolutionCompared(plan, e, c);
    if (i >= 0) ADD(&QlbeEvolutionCompareTask, i, plan->set.n_direction / 2);
  }
  for (PetscInt i = plan->set.magnitude.n - 1; i >= 0; i--)
    for (PetscInt j = 0; j < directions && !plan->known[i]; j++) ADD(&QlbeEvolutionFiberTask, i, j);
  if (plan->round > 0) return;
  ADD(&QlbeEvolutionMomentumTask, 0, 0);
  if (plan->interference.n > 0) ADD(&QlbeEvolutionVisibilityTask, 0, 0);
  if (plan->n_separation > 0) ADD(&QlbeEvolutionDecoherenceTask, 0, 0);
  for (PetscInt i = 1; i < plan->n_time; i++) {
    for (PetscInt j = 0; plan->at_limit[i] && j < plan->n_limit; j++)
      ADD(&QlbeEvolutionLimitTask, i, j);
  }
#undef ADD
}

static PetscErrorCode TasksCreate(const QlbeEvolutionPlan *plan, QlbeEvolution e, Tasks *t)
{
  PetscFunctionBegin;
  *t = (Tasks){.plan = plan, .e = e};
  ListTasks(plan, e, NULL, &t->n);
  PetscCall(PetscMalloc2(t->n, &t->list, t->n + 1, &t->offset));
  ListTasks(plan, e, t->list, &t->n);
  t->offset[0] = 0;
  for (PetscInt i = 0; i < t->n; i++)
    t->offset[i + 1] = t->offset[i] + HEAD + t->list[i].kind->width(plan, e);
  PetscFunctionReturn(0);
}

static PetscErrorCode RunTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  const Tasks *t = context;
  const Task *task = &t->list[i];
  QlbeEvolution e = t->e;

  PetscFunctionBegin;
  (void)group;
  e->failures = 0.0;
  e->approximate = PETSC_FALSE;
  for (QlbeEvolution part = e->fast; part; part = part->fast) part->failures = 0.0;
  PetscCall(task->kind->work(t->plan, e, task->i, task->j, row + HEAD));
  /* k = 0, whose trace is checked, is never among the fast fibers */
  row[APPROXIMATE] = e->approximate ? 1.0 : 0.0;
  row[FAILURES] = e->failures;
  for (QlbeEvolution part = e->fast; part; part = part->fast) row[FAILURES] += part->failures;
  PetscFunctionReturn(0);
}

static void Collect(const Tasks *t, const double rows[], QlbeEvolutionResult *result)
{
  for (PetscInt i = 0; i < t->n; i++) {
    const Task *task = &t->list[i];
    const double *row = rows + t->offset[i];
    result->failures += row[FAILURES];
    if (row[APPROXIMATE] > 0.0) result->approximate = PETSC_TRUE;
    task->kind->collect(t->plan, t->e, task->i, task->j, row + HEAD, result);
  }
}

PetscErrorCode QlbeEvolutionComputeTasks(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                         QlbeEvolution e, QlbeEvolutionResult *result,
                                         PetscBool *stopped)
{
  char name[64];
  Tasks tasks;
  double *rows;

  PetscFunctionBegin;
  PetscCall(TasksCreate(plan, e, &tasks));
  result->groups = QlbeTasksGroupCount(e->tasks);
  PetscCall(PetscPrintf(problem->comm, "%" PetscInt_FMT " tasks for %d group%s of ranks\n", tasks.n,
                        (int)result->groups, result->groups > 1 ? "s" : ""));
  PetscCall(PetscCalloc1(tasks.offset[tasks.n], &rows));
  /* rows of other wave vectors have other names: a problem that goes on must not take them */
  PetscCall(PetscSNPrintf(name, sizeof(name), "fibers %d x %d to %.3g", (int)plan->set.magnitude.n,
                          (int)plan->set.n_direction,
                          plan->set.magnitude.n > 0 ? plan->set.k_max / plan->set.scale : 0.0));
  PetscCall(QlbeTasksCompute(
      e->tasks,
      &(const QlbeTaskSet){
          .name = name, .n = tasks.n, .offset = tasks.offset, .task = RunTask, .work = &tasks},
      rows, stopped));
  if (!*stopped) Collect(&tasks, rows, result);
  PetscCall(PetscFree(rows));
  PetscCall(PetscFree2(tasks.list, tasks.offset));
  PetscFunctionReturn(0);
}
