/*
   Route (e). Every walker starts in equilibrium and is looked at with equal steps; each of them
   within a first part of its path is an origin:

     int_0^T C dt = <v(p_t).[d(t + T) - d(t)]>,

   d the displacement by flight and collisions, whose mean rate at a momentum is v(p).
*/
#include "qlbe/velocity_correlation.h"

#include <math.h>

#include "walker_loop.h"

/*
   T in relaxation times 1/gap, after which the rest of the integral is 1e-6 of it. LAGS steps are
   T, ORIGINS the part of the path with origins.
*/
static const double reach = 14.0;
enum { LAGS = 140, ORIGINS = 280, POINTS = ORIGINS + LAGS + 1 };

/* What is summed: both parts of D, and C at all lags. */
enum { KINETIC, SPATIAL, LAG, SUMS = LAG + LAGS + 1 };

/*
   Walkers are in GROUPS, the samples of the standard errors. A task has some walkers of PIECES of
   them, which the ranks that take it share: a piece is done by one rank, whoever that is.
*/
enum { GROUPS = 64, PIECES = 8, ROW = QLBE_WALKER_HEAD + SUMS };

/* Walkers of a piece, at least, and the most rounds of them. */
static const double least_piece = 2048.0, most_rounds = 256.0;

/* Streams of random numbers, beside those of an evolution. */
static const uint64_t stream_number = (uint64_t)8 << 56;

typedef struct {
  const QlbeProblem *problem;
  QlbeCollisions collisions;
  double step, each; /* walkers of a piece */
  PetscInt rounds;
  QlbeWalkerVelocityPoint points[POINTS];
} Work;

/* C at all lags, and its integral, over the origins of one path. */
static void Correlate(const Work *w, double sums[])
{
  double v[3][POINTS], integral = 0.0;

  for (int i = 0; i < POINTS; i++)
    for (int a = 0; a < 3; a++) v[a][i] = w->points[i].v[a];
  for (int lag = 0; lag <= LAGS; lag++) {
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < ORIGINS; i++)
      sum += v[0][i] * v[0][i + lag] + v[1][i] * v[1][i + lag] + v[2][i] * v[2][i + lag];
    sums[LAG + lag] += sum / ORIGINS;
  }
  for (int i = 0; i < ORIGINS; i++)
    for (int a = 0; a < 3; a++)
      integral += v[a][i] * (w->points[i + LAGS].d[a] - w->points[i].d[a]);
  sums[KINETIC] += integral / (3.0 * ORIGINS);
}

static void Follow(Work *w, double number, QlbeWalkerTally *tally, double sums[])
{
  const QlbeParameters *par = &w->problem->parameters;
  const double thermal = sqrt(par->M / par->beta);
  QlbeWalkerStream stream = QlbeWalkerStreamOf((uint64_t)w->problem->settings->trajectories.seed,
                                               stream_number, (uint64_t)number);
  double p[3], jumps = 0.0;

  for (int a = 0; a < 3; a++) p[a] = thermal * QlbeWalkerNormal(&stream);
  QlbeWalkerFollowVelocity(w->collisions, &stream, p, w->step, POINTS, w->points, &jumps, tally);
  sums[SPATIAL] += jumps / (3.0 * w->step * (POINTS - 1));
  Correlate(w, sums);
}

/* row[PIECES][ROW]; the sum of what ranks have left 0 has the bits of the one that has not. */
static PetscErrorCode RunTask(const QlbeProblem *group, void *context, PetscInt task, double row[])
{
  Work *w = context;
  PetscMPIInt rank, ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(group->comm, &rank));
  PetscCallMPI(MPI_Comm_size(group->comm, &ranks));
  PetscCall(QlbePhaseBegin(group->phases, "walkers"));
  PetscCall(PetscArrayzero(row, PIECES * ROW));
  for (PetscInt piece = rank; piece < PIECES; piece += ranks) {
    const double first = w->each * (double)(task * PIECES + piece);
    double *own = row + piece * ROW;
    QlbeWalkerTally tally = {.collisions = 0.0};
    for (double number = first; number < first + w->each; number += 1.0)
      Follow(w, number, &tally, own + QLBE_WALKER_HEAD);
    PetscCall(PetscMemcpy(own, &tally, sizeof(tally)));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, row, PIECES * ROW, MPI_DOUBLE, MPI_SUM, group->comm));
  PetscCall(QlbePhaseEnd(group->phases, "walkers"));
  PetscFunctionReturn(0);
}

/*
   Mean and standard error over the groups, of `each` walkers, of a times one sum and b times
   another.
*/
static void Mean(const double rows[], double each, int first, double a, int second, double b,
                 double result[2])
{
  double sum = 0.0, square = 0.0;

  for (int g = 0; g < GROUPS; g++) {
    const double *row = rows + g * ROW + QLBE_WALKER_HEAD;
    sum += (a * row[first] + b * row[second]) / each;
  }
  result[0] = sum / GROUPS;
  for (int g = 0; g < GROUPS; g++) {
    const double *row = rows + g * ROW + QLBE_WALKER_HEAD;
    square += PetscSqr((a * row[first] + b * row[second]) / each - result[0]);
  }
  result[1] = sqrt(square / (GROUPS * (GROUPS - 1.0)));
}

/* What the integral leaves out: C falls at least like exp(-gap t) beyond the last lag. */
static double Rest(const QlbeClosedForms *closed, double start)
{
  return start * exp(-reach) / (3.0 * closed->gap);
}

/* Rows of all rounds, added up into rows of the first. */
static void AddRounds(const Work *w, double rows[], QlbeWalkerTally *tally)
{
  for (PetscInt i = 0; i < w->rounds * GROUPS; i++) {
    QlbeWalkerTallyAdd(rows + i * ROW, tally);
    for (int j = 0; j < ROW && i >= GROUPS; j++) rows[i % GROUPS * ROW + j] += rows[i * ROW + j];
  }
}

static PetscErrorCode Collect(const Work *w, const QlbeClosedForms *closed, double rows[],
                              QlbeVelocityCorrelation *c)
{
  const double each = w->each * (double)w->rounds;
  double at[2], rest;

  PetscFunctionBegin;
  AddRounds(w, rows, &c->tally);
  PetscCall(QlbeWalkerTallyCheck(&c->tally));
  c->n = LAGS + 1;
  c->walkers = each * GROUPS;
  PetscCall(PetscMalloc3(c->n, &c->lag, c->n, &c->value, c->n, &c->value_error));
  for (int lag = 0; lag <= LAGS; lag++) {
    Mean(rows, each, LAG + lag, 1.0, LAG, 0.0, at);
    c->lag[lag] = w->step * lag;
    c->value[lag] = at[0];
    c->value_error[lag] = at[1];
  }
  rest = Rest(closed, c->value[0]);
  Mean(rows, each, KINETIC, 1.0, SPATIAL, 0.0, at);
  c->D_kin = at[0];
  c->D_kin_error = hypot(at[1], rest);
  Mean(rows, each, SPATIAL, 1.0, KINETIC, 0.0, at);
  c->D_jps = at[0];
  c->D_jps_error = at[1];
  Mean(rows, each, KINETIC, 2.0, SPATIAL, 1.0, at);
  c->D = at[0];
  c->D_error = hypot(at[1], 2.0 * rest);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeVelocityCorrelationCompute(const QlbeProblem *problem, QlbeTasks tasks,
                                              const QlbeClosedForms *closed,
                                              QlbeVelocityCorrelation *c, PetscBool *stopped)
{
  const double count = ceil(problem->settings->trajectories.count / GROUPS);
  QlbeTaskSet set = {.name = "walkers", .width = PIECES * ROW, .task = RunTask};
  QlbeTeam team;
  double *rows;
  Work *w;

  PetscFunctionBegin;
  *c = (QlbeVelocityCorrelation){.n = 0};
  PetscCall(PetscNew(&w));
  w->problem = problem;
  w->step = reach / (LAGS * closed->gap);
  w->rounds = (PetscInt)PetscMin(ceil(count / least_piece), most_rounds);
  w->each = ceil(count / (double)w->rounds);
  set.work = w;
  set.n = w->rounds * (GROUPS / PIECES);
  PetscCall(QlbeTeamFromComm(&problem->comm, &team));
  PetscCall(QlbeCollisionsCreate(&problem->parameters, 0.0, 0.0, &team, &w->collisions));
  PetscCall(PetscCalloc1(set.n * set.width, &rows));
  PetscCall(QlbeTasksCompute(tasks, &set, rows, stopped));
  if (!*stopped) PetscCall(Collect(w, closed, rows, c));
  PetscCall(PetscFree(rows));
  PetscCall(QlbeCollisionsDestroy(&w->collisions));
  PetscCall(PetscFree(w));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeVelocityCorrelationDestroy(QlbeVelocityCorrelation *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(c->lag, c->value, c->value_error));
  PetscFunctionReturn(0);
}
