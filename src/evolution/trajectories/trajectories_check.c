/*
   Numbers that stand for the walkers, and the checks that they have to pass.

   What is a statistical estimate is checked within 5 standard errors, which one number in 2 million
   exceeds by chance.
*/
#include "trajectories_impl.h"

#include <math.h>

#include "qlbe/worse.h"

static const double sigmas = 5.0;

/* A standard error of the density that is told, in units of its largest value. */
static const double much_noise = 0.2;

/* Relaxation times after which the variance grows with its final slope, to 1e-5 and far below. */
static const double long_after = 20.0;

PetscErrorCode QlbeTrajectoriesDescribe(const QlbeProblem *problem, const QlbeTrajectories *t,
                                        QlbeEntries *entries)
{
  const struct {
    const char *name;
    double value;
  } numbers[] = {{"trajectories/walkers", t->walkers},
                 {"trajectories/walkers_of_a_fiber", t->most},
                 {"trajectories/collisions", t->tally.collisions},
                 {"trajectories/candidates", t->tally.candidates},
                 {"trajectories/amplitude_error", t->tables.amplitude},
                 {"trajectories/energy_shift_error", t->tables.shift},
                 {"trajectories/largest_error", t->worst}};

  PetscFunctionBegin;
  PetscCall(
      QlbeEntriesAddInteger(entries, "trajectories/seed", problem->settings->trajectories.seed));
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
    PetscCall(QlbeEntriesAdd(entries, numbers[i].name, QLBE_DIMENSIONLESS, numbers[i].value));
  PetscFunctionReturn(0);
}

/* How far a value is from where it has to be, in standard errors; 0 where it is there exactly. */
static double Off(double value, double exact, double error)
{
  const double off = fabs(value - exact);

  return off <= 1e-9 * PetscMax(fabs(exact), 1.0) ? 0.0 : off / error;
}

/* The trace, which stays 1, and at time 0 all that is known of the state. */
static double Conserved(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                        const QlbeTrajectories *t)
{
  const QlbeStateMoments *m = &plan->moments;
  const QlbeEvolutionObservables *o = t->observed, *e = t->error;
  double off = 0.0, energy = 0.0;

  for (PetscInt i = 0; i < plan->n_time; i++)
    off = QlbeWorse(off, Off(o[i].trace, m->trace, e[i].trace));
  for (int a = 0; a < 3; a++) {
    energy += 0.5 * m->momentum2[a][a] / problem->parameters.M;
    off = QlbeWorse(off, Off(o->momentum[a], m->momentum[a], e->momentum[a]));
    off = QlbeWorse(off, Off(o->variance[a], m->covariance[a][a], e->variance[a]));
  }
  return QlbeWorse(off, Off(o->energy, energy, e->energy));
}

/* The last slope along the axis against D, long after the start. */
static PetscErrorCode CheckSlope(const QlbeEvolutionPlan *plan, const QlbeTrajectories *t,
                                 QlbeChecks *checks)
{
  const PetscInt last = plan->n_time - 1;
  double off = 0.0;

  PetscFunctionBegin;
  if (!(plan->time[last] * plan->closed.gap >= long_after)) PetscFunctionReturn(0);
  for (int a = 0; a < 3; a++)
    off = QlbeWorse(off, Off(t->observed[last].slope[a], plan->closed.D, t->error[last].slope[a]));
  PetscCall(QlbeChecksAdd(checks, "slope_against_closed_forms", off, sigmas));
  PetscFunctionReturn(0);
}

/* The largest of n numbers, or infinity. */
static double Largest(PetscInt n, const double values[])
{
  double largest = 0.0;

  for (PetscInt i = 0; i < n; i++)
    if (!isnan(values[i])) largest = PetscMax(largest, values[i]);
  return largest;
}

/* The error of a set at the time where it is farthest above its bound, and that bound. */
static PetscErrorCode CheckResolved(const QlbeProblem *problem, const char name[], PetscInt n,
                                    const QlbeFiberError error[], const QlbeFiberError noise[],
                                    const double peak[], QlbeChecks *checks)
{
  const double tolerance = problem->settings->fibers.tolerance;
  double value = -HUGE_VAL, bound = 0.0;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    const double own = error[i].radial + error[i].angular;
    const double most = tolerance + sigmas * (noise[i].radial + noise[i].angular);
    if (peak[i] == 0.0) continue;
    if (own / most <= value / PetscMax(bound, tolerance)) continue;
    value = isnan(own) ? HUGE_VAL : own;
    bound = most;
  }
  PetscCall(QlbeChecksAdd(checks, name, value, bound));
  if (!(value <= bound))
    PetscCall(PetscPrintf(problem->comm,
                          "warning: %s: %.1e of the largest value, of which %.1e may be noise: "
                          "raise fibers.radial and fibers.angular, or trajectories.count\n",
                          name, value, bound - tolerance));
  PetscFunctionReturn(0);
}

/* The largest standard error of the density at time i, in units of its largest value. */
static double DensityNoise(const QlbeTrajectories *t, PetscInt i)
{
  const QlbeEvolutionFields *f = &t->result.fields;

  /* where all points are too far off there is no field, which its nan says */
  if (f->density_peak[i] == 0.0) return 0.0;
  return Largest(f->n_point, t->density_error + i * f->n_point) / f->density_peak[i];
}

/* What the set leaves of the density, what it is at first, and that it is no less than 0. */
static PetscErrorCode CheckDensity(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                   const QlbeTrajectories *t, QlbeChecks *checks)
{
  const QlbeEvolutionFields *f = &t->result.fields;
  const double tolerance = problem->settings->fibers.tolerance;
  double noise = 0.0;

  PetscFunctionBegin;
  if (f->n_point == 0) PetscFunctionReturn(0);
  for (PetscInt i = 0; i < plan->n_time; i++) noise = PetscMax(noise, DensityNoise(t, i));
  if (noise > much_noise)
    PetscCall(PetscPrintf(problem->comm,
                          "warning: the standard error of the position density is up to %.1e of "
                          "its largest value at the same time\n",
                          noise));
  PetscCall(CheckResolved(problem, "density_resolved", plan->n_time, f->density_error,
                          t->density_noise, f->density_peak, checks));
  PetscCall(QlbeChecksAdd(checks, "density_at_start", f->density_at_start,
                          tolerance + sigmas * DensityNoise(t, 0)));
  PetscCall(
      QlbeChecksAdd(checks, "density_negative", f->density_negative, tolerance + sigmas * noise));
  PetscFunctionReturn(0);
}

/* Fields of the set of fibers. */
static PetscErrorCode CheckFields(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  const QlbeTrajectories *t, QlbeChecks *checks)
{
  const QlbeEvolutionFields *f = &t->result.fields;
  const PetscInt n = plan->n_line;
  const double tolerance = problem->settings->fibers.tolerance;

  PetscFunctionBegin;
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(CheckDensity(problem, plan, t, checks));
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(CheckResolved(problem, "coherence_resolved", plan->n_time, f->rho_error, t->rho_noise,
                          f->rho_peak, checks));
  PetscCall(QlbeChecksAdd(checks, "coherence_at_start", f->rho_at_start,
                          tolerance + sigmas * Largest(n * n, t->rho_error) / f->rho_peak[0]));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTrajectoriesCheck(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     const QlbeTrajectories *t, QlbeChecks *checks)
{
  PetscFunctionBegin;
  PetscCall(QlbeChecksAdd(checks, "conserved_in_errors", Conserved(problem, plan, t), sigmas));
  if (problem->parameters.eta > 0.0) PetscCall(CheckSlope(plan, t, checks));
  PetscCall(CheckFields(problem, plan, t, checks));
  PetscFunctionReturn(0);
}
