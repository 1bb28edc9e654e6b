/*
   Sums over walkers into the result of an evolution, and standard errors.

   Integrals of fibers are plain means. Observables are functions of several means, such as a
   covariance or the modulus of a visibility: their errors are those of the jackknife, from the same
   observables without one of the groups (B. Efron, The Jackknife, the Bootstrap and Other
   Resampling Plans, SIAM 1982).
*/
#include "trajectories_impl.h"

#include <math.h>

enum {
  OBSERVABLES = sizeof(QlbeEvolutionObservables) / sizeof(double),
  GROUPS = QLBE_WALKER_GROUPS
};

static PetscErrorCode ResultCreate(const QlbeEvolutionPlan *plan, QlbeTrajectories *t)
{
  const PetscInt n = plan->n_time, slots = n * plan->set.magnitude.n * plan->set.n_direction;
  QlbeEvolutionResult *r = &t->result;

  PetscFunctionBegin;
  *r = (QlbeEvolutionResult){.growth = -1.0, .groups = 1, .quartic = NAN};
  PetscCall(PetscCalloc1(n, &r->momentum));
  PetscCall(PetscCalloc1(2 * n, &r->visibility));
  PetscCall(PetscCalloc1(n * plan->n_chain, &r->position));
  PetscCall(PetscCalloc1(slots, &r->mu));
  PetscCall(PetscCalloc1(plan->n_line > 0 ? slots * (2 * plan->n_line - 1) : 0, &r->coherence));
  PetscCall(PetscCalloc1(n * plan->n_limit, &r->limit));
  PetscCall(PetscCalloc1(n, &t->observed));
  PetscCall(PetscCalloc1(n, &t->error));
  PetscCall(PetscCalloc1(2 * slots, &t->mu_error));
  PetscCall(PetscCalloc1(2 * n * plan->n_limit, &t->limit_error));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTrajectoriesDestroy(QlbeTrajectories *t)
{
  PetscFunctionBegin;
  PetscCall(QlbeEvolutionResultDestroy(&t->result));
  PetscCall(PetscFree(t->observed));
  PetscCall(PetscFree(t->error));
  PetscCall(PetscFree(t->mu_error));
  PetscCall(PetscFree(t->limit_error));
  PetscCall(PetscFree(t->density_error));
  PetscCall(PetscFree(t->rho_error));
  PetscCall(PetscFree2(t->density_noise, t->rho_noise));
  PetscFunctionReturn(0);
}

/* Number i of a sum over all groups but one; -1 leaves out none. */
static double Sum(const double sums[], PetscInt width, PetscInt i, PetscInt without)
{
  double sum = 0.0;

  for (PetscInt g = 0; g < GROUPS; g++)
    if (g != without) sum += sums[g * width + i];
  return sum;
}

/* Second moments by the indices xx, yy, zz, xy, xz, yz. */
static const int place[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};

/*
   A tensor along chain number i. Of a state with a symmetry the average over it, which is what the
   chain stands for: all directions, or those across the axis.
*/
static double Along(const QlbeEvolutionPlan *plan, PetscInt chain, const double tensor[6])
{
  /* chain 0 is the axis of a state that has one */
  const double *e = plan->chain[plan->symmetry == QLBE_STATE_GENERAL ? chain : 0];
  const double trace = tensor[0] + tensor[1] + tensor[2];
  double along = 0.0;

  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) along += e[a] * tensor[place[a][b]] * e[b];
  if (plan->symmetry == QLBE_STATE_ISOTROPIC) return trace / 3.0;
  if (plan->symmetry == QLBE_STATE_AXIAL && chain == 1) return 0.5 * (trace - along);
  return along;
}

/* Momentum and position at one time. */
static void CollectRest(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                        PetscInt without, QlbeEvolutionResult *r)
{
  const PetscInt width = QlbeWalkerSums(plan, QLBE_WALKERS_REST);
  const double n = totals->count * (without < 0 ? 1.0 : 1.0 - 1.0 / GROUPS);

  for (PetscInt time = 0; time < plan->n_time; time++) {
    double mean[QLBE_REST_SUMS], tensor[6], slope[6];
    for (PetscInt i = 0; i < QLBE_REST_SUMS; i++)
      mean[i] = Sum(totals->rest, width, time * QLBE_REST_SUMS + i, without) / n;
    r->momentum[time] = (QlbeEvolutionMomentum){.trace = mean[QLBE_REST_WEIGHT],
                                                .energy = mean[QLBE_REST_ENERGY],
                                                .to_equilibrium = NAN,
                                                .to_equilibrium2 = NAN};
    for (int a = 0; a < 3; a++) r->momentum[time].momentum[a] = mean[QLBE_REST_MOMENTUM + a];
    for (int a = 0; a < 3; a++)
      for (int b = a; b < 3; b++) {
        const double *x = mean + QLBE_REST_POSITION, *v = mean + QLBE_REST_VELOCITY;
        tensor[place[a][b]] = mean[QLBE_REST_SECOND + place[a][b]] - x[a] * x[b];
        slope[place[a][b]] = mean[QLBE_REST_SLOPE + place[a][b]] - x[a] * v[b] - v[a] * x[b];
      }
    for (PetscInt chain = 0; chain < plan->n_chain; chain++) {
      QlbeEvolutionPosition *at = &r->position[chain * plan->n_time + time];
      *at = (QlbeEvolutionPosition){.variance = Along(plan, chain, tensor),
                                    .slope = Along(plan, chain, slope)};
      for (int a = 0; a < 3; a++) {
        at->mean += plan->chain[chain][a] * mean[QLBE_REST_POSITION + a];
        at->velocity += plan->chain[chain][a] * mean[QLBE_REST_VELOCITY + a];
      }
    }
  }
}

static void CollectVisibility(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                              PetscInt without, QlbeEvolutionResult *r)
{
  const PetscInt width = QlbeWalkerSums(plan, QLBE_WALKERS_VISIBILITY);
  double first = 0.0;

  for (PetscInt time = 0; time < plan->n_time && plan->interference.n > 0; time++) {
    double s[QLBE_VISIBILITY_SUMS];
    PetscScalar amplitude, rate;
    for (PetscInt i = 0; i < QLBE_VISIBILITY_SUMS; i++)
      s[i] = Sum(totals->visibility, width, time * QLBE_VISIBILITY_SUMS + i, without);
    amplitude = PetscCMPLX(s[0], s[1]);
    rate = PetscCMPLX(s[2], s[3]);
    if (time == 0) first = PetscAbsScalar(amplitude);
    r->visibility[2 * time] = PetscAbsScalar(amplitude) / first;
    r->visibility[2 * time + 1] = -PetscRealPart(rate / amplitude);
  }
}

static void CollectLimit(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                         PetscInt without, QlbeEvolutionResult *r)
{
  const PetscInt slots = plan->n_time * plan->n_limit, width = slots * QLBE_LIMIT_SUMS;
  const double n = totals->count * (without < 0 ? 1.0 : 1.0 - 1.0 / GROUPS);

  for (PetscInt i = 0; i < slots; i++) {
    const PetscInt at = i * QLBE_LIMIT_SUMS;
    r->limit[i] = PetscCMPLX(Sum(totals->limit, width, at, without) / n,
                             Sum(totals->limit, width, at + 1, without) / n);
  }
}

static void CollectMeans(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                         PetscInt without, QlbeEvolutionResult *r)
{
  CollectRest(plan, totals, without, r);
  CollectVisibility(plan, totals, without, r);
  CollectLimit(plan, totals, without, r);
}

/* All observables, and their errors. */
static PetscErrorCode Observe(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                              const QlbeWalkerTotals *totals, QlbeTrajectories *t)
{
  double(*sum)[2][OBSERVABLES]; /* of the differences from the observables of all groups */

  PetscFunctionBegin;
  CollectMeans(plan, totals, -1, &t->result);
  for (PetscInt i = 0; i < plan->n_time; i++)
    PetscCall(QlbeEvolutionObserve(problem, plan, &t->result, i, &t->observed[i]));
  PetscCall(PetscCalloc1(plan->n_time, &sum));
  for (PetscInt g = 0; g < GROUPS; g++) {
    CollectMeans(plan, totals, g, &t->result);
    for (PetscInt i = 0; i < plan->n_time; i++) {
      QlbeEvolutionObservables without;
      PetscCall(QlbeEvolutionObserve(problem, plan, &t->result, i, &without));
      for (int c = 0; c < OBSERVABLES; c++) {
        const double d = ((const double *)&without)[c] - ((const double *)&t->observed[i])[c];
        sum[i][0][c] += d;
        sum[i][1][c] += d * d;
      }
    }
  }
  for (PetscInt i = 0; i < plan->n_time; i++)
    for (int c = 0; c < OBSERVABLES; c++) {
      const double square = sum[i][1][c] - sum[i][0][c] * sum[i][0][c] / GROUPS;
      ((double *)&t->error[i])[c] =
          isnan(square) ? NAN : sqrt((GROUPS - 1.0) / GROUPS * PetscMax(square, 0.0));
    }
  PetscCall(PetscFree(sum));
  CollectMeans(plan, totals, -1, &t->result);
  PetscFunctionReturn(0);
}

/* Means over the walkers of each fiber. */
static void CollectFibers(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                          QlbeTrajectories *t)
{
  const PetscInt line = plan->n_line > 0 ? 2 * plan->n_line - 1 : 0;
  const PetscInt width = QlbeWalkerSums(plan, QLBE_WALKERS_FIBER);

  for (PetscInt f = 0; f < totals->n_fiber; f++) {
    const double n = totals->walkers[f];
    t->walkers += n;
    t->most = PetscMax(t->most, n);
    for (PetscInt i = 0; i < plan->n_time; i++) {
      const double *s = totals->fiber + f * width + i * QLBE_WAVE_SUMS * (1 + line);
      const PetscInt slot = i * totals->n_fiber + f;
      t->result.mu[slot] = PetscCMPLX(s[0] / n, s[1] / n);
      t->mu_error[2 * slot] = QlbeWalkerMeanError(n, s[0], s[2]);
      t->mu_error[2 * slot + 1] = QlbeWalkerMeanError(n, s[1], s[3]);
      for (PetscInt r = 0; r < line; r++) {
        const double *c = s + QLBE_WAVE_SUMS * (1 + r);
        t->result.coherence[slot * line + r] = PetscCMPLX(c[0] / n, c[1] / n);
      }
    }
  }
}

static void LimitErrors(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals,
                        QlbeTrajectories *t)
{
  const PetscInt slots = plan->n_time * plan->n_limit, width = slots * QLBE_LIMIT_SUMS;

  for (PetscInt i = 0; i < 2 * slots; i++) {
    const PetscInt at = i / 2 * QLBE_LIMIT_SUMS + i % 2;
    const double sum = Sum(totals->limit, width, at, -1);
    t->limit_error[i] =
        QlbeWalkerMeanError(totals->count, sum, Sum(totals->limit, width, at + 2, -1));
  }
}

PetscErrorCode QlbeTrajectoriesCollect(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                       const QlbeWalkerTotals *totals, QlbeTrajectories *t)
{
  PetscFunctionBegin;
  PetscCall(ResultCreate(plan, t));
  t->walkers = totals->count;
  t->most = totals->count;
  t->tally = totals->tally;
  CollectFibers(plan, totals, t);
  LimitErrors(plan, totals, t);
  PetscCall(Observe(problem, plan, totals, t));
  PetscFunctionReturn(0);
}
