/*
   Rounds of tasks: all walkers at first, and with a tolerance as many again for fibers that do not
   keep it.

   How walkers are divided into tasks depends on the plan and the round alone, and rows are added in
   their order: the sums have the same bits on any number of ranks.
*/
#include "trajectories_impl.h"

#include <math.h>

#include "qlbe/vector_length.h"
#include "qlbe/worse.h"

/* Walkers of each fiber where the settings leave it open. */
static const double default_count = 1e6;

/* Tasks that all fibers together are divided into, about. */
enum { FIBER_TASKS = 256 };

/* A round: walkers of each kind and of each fiber before and after it. */
typedef struct {
  PetscInt number;
  double before, after; /* of all kinds but fibers; equal where they need no more */
  double *from, *to;    /* [n_fiber] */
  size_t *offset;       /* [n + 1] of the tasks */
} Round;

/* Pieces of one fiber: a power of 2, at most the number of groups. */
static PetscInt Pieces(PetscInt n_fiber)
{
  PetscInt pieces = 1;

  while (pieces < QLBE_WALKER_GROUPS && pieces * n_fiber < FIBER_TASKS) pieces *= 2;
  return pieces;
}

/* Adds the pieces of walkers from .. to - 1 to the list, which may be NULL. */
static void AddPieces(QlbeWalkerWork *w, QlbeWalkerTask task, double from, double to,
                      PetscInt pieces, PetscBool fill)
{
  const double each = (to - from) / (double)pieces;

  for (PetscInt piece = 0; piece < pieces && to > from; piece++, w->n++) {
    if (!fill) continue;
    task.piece = piece;
    task.first = from + each * (double)piece;
    task.last = task.first + each;
    w->list[w->n] = task;
  }
}

/* The tasks of a round, or their number alone. */
static void ListTasks(QlbeWalkerWork *w, const Round *round, PetscInt n_fiber, PetscBool fill)
{
  const QlbeEvolutionPlan *plan = w->plan;
  const PetscInt all = QLBE_WALKER_GROUPS;

  w->n = 0;
  AddPieces(w, (QlbeWalkerTask){.kind = QLBE_WALKERS_REST}, round->before, round->after, all, fill);
  if (plan->interference.n > 0)
    AddPieces(w, (QlbeWalkerTask){.kind = QLBE_WALKERS_VISIBILITY}, round->before, round->after,
              all, fill);
  for (PetscInt f = 0; f < n_fiber; f++) {
    const QlbeWalkerTask task = {
        .kind = QLBE_WALKERS_FIBER, .i = f / plan->set.n_direction, .j = f % plan->set.n_direction};
    AddPieces(w, task, round->from[f], round->to[f], Pieces(n_fiber), fill);
  }
  for (PetscInt i = plan->n_time - 1; i > 0; i--)
    for (PetscInt j = 0; plan->at_limit[i] && j < plan->n_limit; j++)
      AddPieces(w, (QlbeWalkerTask){.kind = QLBE_WALKERS_LIMIT, .i = i, .j = j}, round->before,
                round->after, all, fill);
}

static PetscErrorCode RoundTasks(QlbeWalkerWork *w, Round *round, PetscInt n_fiber)
{
  PetscFunctionBegin;
  ListTasks(w, round, n_fiber, PETSC_FALSE);
  PetscCall(PetscFree(w->list));
  PetscCall(PetscFree(round->offset));
  PetscCall(PetscMalloc1(w->n, &w->list));
  PetscCall(PetscMalloc1(w->n + 1, &round->offset));
  ListTasks(w, round, n_fiber, PETSC_TRUE);
  round->offset[0] = 0;
  for (PetscInt i = 0; i < w->n; i++)
    round->offset[i + 1] =
        round->offset[i] + QLBE_WALKER_HEAD + (size_t)QlbeWalkerSums(w->plan, w->list[i].kind);
  PetscFunctionReturn(0);
}

static void AddRows(const QlbeWalkerWork *w, const Round *round, const double rows[],
                    QlbeWalkerTotals *totals)
{
  for (PetscInt i = 0; i < w->n; i++) {
    const double *row = rows + round->offset[i];
    const PetscInt width = QlbeWalkerSums(w->plan, w->list[i].kind);
    double *sums = QlbeWalkerTotalsPlace(w->plan, totals, &w->list[i]);
    QlbeWalkerTallyAdd(row, &totals->tally);
    for (PetscInt j = 0; j < width; j++) sums[j] += row[QLBE_WALKER_HEAD + j];
  }
  totals->count = round->after;
  for (PetscInt f = 0; f < totals->n_fiber; f++) totals->walkers[f] = round->to[f];
}

/* The next round; *more where there is one. */
static PetscErrorCode NextRound(const QlbeWalkerWork *w, const QlbeWalkerTotals *totals,
                                Round *round, QlbeTrajectories *t, PetscBool *more)
{
  const double tolerance = w->problem->settings->trajectories.tolerance;
  PetscInt open = 0;

  PetscFunctionBegin;
  t->worst = 0.0;
  for (PetscInt f = 0; f < totals->n_fiber; f++) {
    const double error = QlbeWalkerFiberError(w->plan, totals, f);
    t->worst = QlbeWorse(t->worst, error);
    round->from[f] = round->to[f];
    if (tolerance > 0.0 && !(error <= tolerance)) {
      round->to[f] *= 2.0;
      open++;
    }
  }
  *more = (PetscBool)(open > 0);
  round->before = round->after;
  if (!*more) PetscFunctionReturn(0);
  round->after *= 2.0;
  round->number++;
  PetscCall(PetscPrintf(w->problem->comm,
                        "standard errors are up to %.1e, trajectories.tolerance is %.1e: twice "
                        "as many walkers for %" PetscInt_FMT " of %" PetscInt_FMT " fibers\n",
                        t->worst, tolerance, open, totals->n_fiber));
  PetscFunctionReturn(0);
}

static PetscErrorCode ComputeRounds(QlbeWalkerWork *w, Round *round, QlbeWalkerTotals *totals,
                                    QlbeTrajectories *t, PetscBool *stopped)
{
  PetscBool more = PETSC_TRUE;

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  while (more) {
    char name[64];
    double *rows;
    PetscCall(RoundTasks(w, round, totals->n_fiber));
    PetscCall(PetscCalloc1(round->offset[w->n], &rows));
    PetscCall(PetscSNPrintf(name, sizeof(name), "walkers round %d", (int)round->number));
    PetscCall(QlbeTasksCompute(
        w->tasks,
        &(const QlbeTaskSet){
            .name = name, .n = w->n, .offset = round->offset, .task = QlbeWalkerRunTask, .work = w},
        rows, stopped));
    if (!*stopped) AddRows(w, round, rows, totals);
    PetscCall(PetscFree(rows));
    if (*stopped) break;
    PetscCall(NextRound(w, totals, round, t, &more));
  }
  PetscFunctionReturn(0);
}

/* The largest momentum that a walker may start with. */
static double Reach(const QlbeEvolutionPlan *plan)
{
  double most = 0.0;

  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    double sigma = 0.0;
    for (int i = 0; i < 3; i++) sigma = PetscMax(sigma, term->sigma[i]);
    most = PetscMax(most, QlbeVectorLength(term->P) + 9.5 * sigma);
  }
  return most;
}

static PetscErrorCode RoundCreate(const QlbeProblem *problem, PetscInt n_fiber, Round *round)
{
  const double asked = problem->settings->trajectories.count;
  const double groups = QLBE_WALKER_GROUPS;

  PetscFunctionBegin;
  *round = (Round){.after = groups * ceil((asked > 0.0 ? asked : default_count) / groups)};
  PetscCall(PetscCalloc2(n_fiber, &round->from, n_fiber, &round->to));
  for (PetscInt f = 0; f < n_fiber; f++) round->to[f] = round->after;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTrajectoriesCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                       const QlbeEvolutionPlan *plan, QlbeTrajectories *t,
                                       PetscBool *stopped)
{
  QlbeWalkerWork work = {.problem = problem, .plan = plan, .tasks = tasks};
  QlbeWalkerTotals totals;
  QlbeTeam team;
  Round round;

  PetscFunctionBegin;
  *t = (QlbeTrajectories){.walkers = 0.0};
  PetscCall(QlbeTeamFromComm(&problem->comm, &team));
  PetscCall(QlbePhaseBegin(problem->phases, "walker tables"));
  PetscCall(QlbeCollisionsCreate(&problem->parameters, Reach(plan), plan->k_max, &team,
                                 &work.collisions));
  PetscCall(QlbePhaseEnd(problem->phases, "walker tables"));
  PetscCall(QlbeWalkerTotalsCreate(plan, &totals));
  PetscCall(RoundCreate(problem, totals.n_fiber, &round));
  PetscCall(ComputeRounds(&work, &round, &totals, t, stopped));
  t->tables = QlbeCollisionsGetErrors(work.collisions);
  PetscCall(QlbeWalkerTallyCheck(&totals.tally));
  if (!*stopped) {
    PetscCall(QlbeTrajectoriesCollect(problem, plan, &totals, t));
    PetscCall(QlbeTrajectoriesFields(problem, plan, &totals, t));
  }
  t->result.groups = QlbeTasksGroupCount(tasks);
  PetscCall(PetscFree2(round.from, round.to));
  PetscCall(PetscFree(round.offset));
  PetscCall(PetscFree(work.list));
  PetscCall(QlbeWalkerTotalsDestroy(&totals));
  PetscCall(QlbeCollisionsDestroy(&work.collisions));
  PetscFunctionReturn(0);
}

/* Candidates and outputs, from measured costs of a core. */
double QlbeTrajectoriesEstimate(const QlbeProblem *problem, const QlbeEvolutionPlan *plan)
{
  const double collision = 3.5e-7, output = 5e-8, wave = 4e-9;
  const double asked = problem->settings->trajectories.count;
  const double count = asked > 0.0 ? asked : default_count;
  const double duration = plan->time[plan->n_time - 1];
  const double n_fiber = (double)(plan->set.magnitude.n * plan->set.n_direction);
  const double line = plan->n_line > 0 ? 2.0 * (double)plan->n_line - 1.0 : 0.0;
  const double one = collision * (1.0 + 1.3 * plan->closed.escape_rate_0 * duration);
  double limits = 0.0;

  for (PetscInt i = 0; i < plan->n_time; i++)
    limits += plan->at_limit[i] ? (double)plan->n_limit * plan->time[i] / duration : 0.0;
  return count * (one * (1.0 + n_fiber + limits + (plan->interference.n > 0 ? 1.0 : 0.0)) +
                  (double)plan->n_time * (output + wave * line) * n_fiber);
}
