/*
   Walkers of one task with sums over them at all output times. What a walker does depends on its
   number alone.
*/
#include <math.h>

#include "trajectories_impl.h"

/* One task at work. */
typedef struct {
  QlbeWalkerWork *work;
  const QlbeWalkerTask *task;
  QlbeQuantumState term; /* a single one, of interference */
  QlbeWalkerStarts starts;
  uint64_t seed, stream;
  PetscInt n_time;
  const double *time;
  QlbeWalkerPoint *points;
  QlbeWalkerRestPoint *rest;
  double k[3];
} Walk;

static PetscInt LinePoints(const QlbeEvolutionPlan *plan)
{
  return plan->n_line > 0 ? 2 * plan->n_line - 1 : 0;
}

PetscInt QlbeWalkerSums(const QlbeEvolutionPlan *plan, QlbeWalkerKind kind)
{
  switch (kind) {
  case QLBE_WALKERS_REST:
    return plan->n_time * QLBE_REST_SUMS;
  case QLBE_WALKERS_FIBER:
    return plan->n_time * QLBE_WAVE_SUMS * (1 + LinePoints(plan));
  case QLBE_WALKERS_VISIBILITY:
    return plan->n_time * QLBE_VISIBILITY_SUMS;
  default:
    return QLBE_LIMIT_SUMS;
  }
}

/* The wave vector of the task, and its state. */
static void ChooseFiber(Walk *w)
{
  const QlbeEvolutionPlan *plan = w->work->plan;
  const QlbeWalkerTask *task = w->task;
  double size = 0.0;
  const double *direction = plan->axis;

  if (task->kind == QLBE_WALKERS_FIBER) {
    size = plan->set.magnitude.x[task->i];
    direction = plan->set.direction[task->j];
  } else if (task->kind == QLBE_WALKERS_LIMIT) {
    size = plan->limit[task->j] / sqrt(plan->time[task->i]);
    w->time = plan->time + task->i;
    w->n_time = 1;
  }
  for (int i = 0; i < 3; i++) w->k[i] = size * direction[i];
  if (task->kind != QLBE_WALKERS_VISIBILITY) return;
  for (int i = 0; i < 3; i++) w->k[i] = plan->probe[i];
  w->term = (QlbeQuantumState){
      .n = 1, .terms = plan->interference.terms, .hbar = plan->interference.hbar};
}

static PetscErrorCode WalkCreate(QlbeWalkerWork *work, const QlbeWalkerTask *task, Walk *w)
{
  const QlbeEvolutionPlan *plan = work->plan;
  const PetscInt columns = task->kind == QLBE_WALKERS_LIMIT ? plan->n_limit : plan->set.n_direction;

  PetscFunctionBegin;
  *w = (Walk){.work = work, .task = task, .n_time = plan->n_time, .time = plan->time};
  w->seed = (uint64_t)work->problem->settings->trajectories.seed;
  w->stream = ((uint64_t)task->kind << 56) | (uint64_t)(task->i * PetscMax(columns, 1) + task->j);
  ChooseFiber(w);
  PetscCall(QlbeWalkerStartsCreate(w->term.n > 0 ? &w->term : &plan->state, w->k, &w->starts));
  PetscCall(PetscMalloc2(w->n_time, &w->points, w->n_time, &w->rest));
  PetscFunctionReturn(0);
}

static PetscErrorCode WalkDestroy(Walk *w)
{
  PetscFunctionBegin;
  PetscCall(QlbeWalkerStartsDestroy(&w->starts));
  PetscCall(PetscFree2(w->points, w->rest));
  PetscFunctionReturn(0);
}

/*
   The fiber k = 0: a term begins with d = X + i s^2 kappa and with s_i^2 more in the second moment,
   from the derivatives of its weight in k.
*/
static void AddRest(const Walk *w, const QlbeWalkerPoint *start, PetscInt number, double sums[])
{
  static const int first[6] = {0, 1, 2, 0, 0, 1}, second[6] = {0, 1, 2, 1, 2, 2};
  const QlbeGaussianTerm *term = &w->starts.state->terms[number];
  const double M = w->work->problem->parameters.M, weight = PetscRealPart(start->weight);
  PetscScalar x[3];

  for (PetscInt i = 0; i < w->n_time; i++, sums += QLBE_REST_SUMS) {
    const QlbeWalkerRestPoint *at = &w->rest[i];
    double square = 0.0;
    for (int a = 0; a < 3; a++) {
      x[a] = PetscCMPLX(term->X[a], term->s[a] * term->s[a] * term->kappa[a]) + at->d[a];
      square += at->p[a] * at->p[a];
      sums[QLBE_REST_MOMENTUM + a] += weight * at->p[a];
      sums[QLBE_REST_POSITION + a] += PetscRealPart(start->weight * x[a]);
      sums[QLBE_REST_VELOCITY + a] += weight * at->v[a];
    }
    sums[QLBE_REST_WEIGHT] += weight;
    sums[QLBE_REST_ENERGY] += weight * 0.5 * square / M;
    for (int t = 0; t < 6; t++) {
      const int a = first[t], b = second[t];
      /* s is about the start: d of the walker alone is in it already */
      const PetscScalar more = x[a] * x[b] - at->d[a] * at->d[b];
      const double own = at->s[t] + (a == b ? term->s[a] * term->s[a] : 0.0);
      sums[QLBE_REST_SECOND + t] += PetscRealPart(start->weight * (more + own));
      sums[QLBE_REST_SLOPE + t] +=
          PetscRealPart(start->weight * (x[a] * at->v[b] + x[b] * at->v[a] + at->ds[t]));
    }
  }
}

static inline void AddWave(PetscScalar value, double sums[])
{
  const double re = PetscRealPart(value), im = PetscImaginaryPart(value);

  sums[0] += re;
  sums[1] += im;
  sums[2] += re * re;
  sums[3] += im * im;
}

/* int [rho]_k, and int exp(i p.r/hbar) [rho]_k at the distances r of the line. */
static void AddFiber(const Walk *w, double sums[])
{
  const QlbeEvolutionPlan *plan = w->work->plan;
  const PetscInt n = LinePoints(plan);
  const double unit = plan->line_spacing / w->work->problem->parameters.hbar;

  for (PetscInt i = 0; i < w->n_time; i++, sums += QLBE_WAVE_SUMS * (1 + n)) {
    const QlbeWalkerPoint *at = &w->points[i];
    double angle = 0.0;
    PetscScalar value, step;
    if (at->weight == 0.0) continue;
    AddWave(at->weight, sums);
    if (n == 0) continue;
    for (int a = 0; a < 3; a++) angle += unit * at->p[a] * plan->axis[a];
    step = PetscCMPLX(cos(angle), sin(angle));
    value = at->weight * PetscCMPLX(cos((double)(plan->n_line - 1) * angle),
                                    -sin((double)(plan->n_line - 1) * angle));
    for (PetscInt r = 0; r < n; r++, value *= step) AddWave(value, sums + QLBE_WAVE_SUMS * (1 + r));
  }
}

/* int exp(i p.(d/hbar - k t/M)) [rho]_k of the term of interference, and its rate. */
static void AddVisibility(const Walk *w, QlbeWalkerStream *stream, QlbeWalkerTally *tally,
                          double sums[])
{
  const QlbeParameters *par = &w->work->problem->parameters;

  for (PetscInt i = 0; i < w->n_time; i++, sums += QLBE_VISIBILITY_SUMS) {
    const QlbeWalkerPoint *at = &w->points[i];
    double a[3], phase = 0.0;
    PetscScalar wave, rate;
    if (at->weight == 0.0) continue;
    for (int axis = 0; axis < 3; axis++) {
      a[axis] = w->term.terms[0].d[axis] / par->hbar - w->k[axis] * w->time[i] / par->M;
      phase += a[axis] * at->p[axis];
    }
    wave = at->weight * PetscCMPLX(cos(phase), sin(phase));
    rate = wave * QlbeWalkerWaveRate(w->work->collisions, stream, w->k, a, at, tally);
    sums[0] += PetscRealPart(wave);
    sums[1] += PetscImaginaryPart(wave);
    sums[2] += PetscRealPart(rate);
    sums[3] += PetscImaginaryPart(rate);
  }
}

/* One walker from its start to the last time. */
static void Follow(void *context, double number, QlbeWalkerTally *tally, double sums[])
{
  const Walk *w = context;
  QlbeCollisions c = w->work->collisions;
  QlbeWalkerStream stream = QlbeWalkerStreamOf(w->seed, w->stream, (uint64_t)number);
  QlbeWalkerPoint start;
  const PetscInt term = QlbeWalkerStart(&w->starts, &stream, &start);

  if (w->task->kind == QLBE_WALKERS_REST) {
    QlbeWalkerFollowRest(c, &stream, start.p, w->n_time, w->time, w->rest, tally);
    AddRest(w, &start, term, sums);
    return;
  }
  QlbeWalkerFollowFiber(c, &stream, w->k, QLBE_WALKER_ROULETTE, &start, w->n_time, w->time,
                        w->points, tally);
  if (w->task->kind == QLBE_WALKERS_FIBER)
    AddFiber(w, sums);
  else if (w->task->kind == QLBE_WALKERS_VISIBILITY)
    AddVisibility(w, &stream, tally, sums);
  else
    AddWave(w->points[0].weight, sums);
}

PetscErrorCode QlbeWalkerRunTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  QlbeWalkerWork *work = context;
  const QlbeWalkerTask *task = &work->list[i];
  Walk w;

  PetscFunctionBegin;
  PetscCall(WalkCreate(work, task, &w));
  PetscCall(QlbePhaseBegin(group->phases, "walkers"));
  PetscCall(QlbeWalkerLoop(work->tasks, task->first, task->last, Follow, &w,
                           QlbeWalkerSums(work->plan, task->kind), row));
  PetscCall(QlbePhaseEnd(group->phases, "walkers"));
  PetscCall(WalkDestroy(&w));
  PetscFunctionReturn(0);
}
