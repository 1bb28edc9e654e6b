/*
   The set of fibers that stands for the density matrix: as the settings say, or chosen so that the
   fields keep `fibers.tolerance`.

   The first choice holds the initial state, whose fields are closed, and its free flight of a
   collision time; and its magnitudes resolve Gaussians of all widths that it will have. Where the
   fields at later times turn out not to keep the tolerance, the magnitudes are doubled, which keeps
   those that are done, or all is computed anew in more directions.
*/
#include <math.h>

#include "evolution_impl.h"
#include "evolution_plan_impl.h"
#include "qlbe/vector_length.h"

/* Fibers beyond the wave number where the state has fallen to this part of its largest value are
   left out. */
static const double state_tail = 1e-10;

/* Step in asinh(k/scale): Gaussians are interpolated to 1e-5 of the peak. */
static const double first_step = 0.25;

/* Of the tolerance, what the magnitudes may take; the rest is left to the directions. */
static const double radial_share = 0.75;

/* Of either, what the closed fields at the start may take. */
static const double share_at_start = 0.5;

/* Sizes that are not exceeded by choice, and rounds of refinement. */
enum { MOST_RADIAL = 400, LEAST_RADIAL = 8, MOST_ROUNDS = 3 };

/* General states take 4 n azimuths for n cosines. */
static PetscInt MostAngular(const QlbeEvolutionPlan *plan)
{
  return plan->symmetry == QLBE_STATE_GENERAL ? 16 : 48;
}

/* Points of the lines on which closed fields are compared. */
enum { DENSITY_POINTS = 33, LINE_POINTS = 17 };

/* The largest variance of the position along an axis. */
static double LargestSpread(const QlbeProblem *problem, const QlbeEvolutionPlan *plan)
{
  const QlbeParameters *par = &problem->parameters;
  const double t = plan->time[plan->n_time - 1];
  double spread = 0.0;

  for (int i = 0; i < 3; i++) {
    const double own =
        plan->moments.momentum2[i][i] - plan->moments.momentum[i] * plan->moments.momentum[i];
    double added = own / (par->M * par->M) * t * t;
    if (par->eta > 0.0)
      added =
          PetscMin(PetscMax(added, t * t / (par->M * par->beta)), 2.0 * plan->closed.D_kin * t) +
          plan->closed.D_jps * t;
    spread = PetscMax(spread, plan->moments.covariance[i][i] + added);
  }
  return spread;
}

/* Errors in units of the largest value. */
static QlbeFiberError Relative(QlbeFiberError error, double largest)
{
  return (QlbeFiberError){error.radial / largest, error.angular / largest};
}

/* Wave vector number i of the set. */
static void WaveVector(const QlbeFiberSet *set, PetscInt i, double k[3])
{
  for (int axis = 0; axis < 3; axis++)
    k[axis] = set->magnitude.x[i / set->n_direction] * set->direction[i % set->n_direction][axis];
}

/* Errors of the density on the axis after free flight, about a centre with the mean momentum. */
static PetscErrorCode DensityErrors(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                    double t, double mean, QlbeFiberError *error)
{
  const QlbeFiberSet *set = &plan->set;
  const QlbeParameters *par = &problem->parameters;
  const PetscInt n = set->magnitude.n * set->n_direction;
  double x[DENSITY_POINTS][3], density[DENSITY_POINTS], largest = 0.0, extent = 0.0;
  PetscScalar *mu;

  PetscFunctionBegin;
  for (int i = 0; i < 3; i++) {
    const double drift = plan->moments.momentum[i] / par->M * t;
    extent =
        PetscMax(extent, 5.0 * sqrt(plan->moments.covariance[i][i] +
                                    plan->moments.momentum2[i][i] / (par->M * par->M) * t * t) +
                             fabs(drift));
  }
  for (int j = 0; j < DENSITY_POINTS; j++)
    for (int i = 0; i < 3; i++)
      x[j][i] = extent * (2.0 * j / (DENSITY_POINTS - 1.0) - 1.0) * plan->axis[i];
  PetscCall(PetscMalloc1(n, &mu));
  for (PetscInt f = 0; f < n; f++) {
    double k[3], r[3], phase = 0.0;
    WaveVector(set, f, k);
    for (int i = 0; i < 3; i++) {
      r[i] = par->hbar * k[i] * t / par->M;
      phase -= k[i] * (plan->moments.position[i] + mean * plan->moments.momentum[i] / par->M * t);
    }
    mu[f] = QlbeStateWave(&plan->state, k, r) * PetscExpScalar(PetscCMPLX(0.0, phase));
  }
  PetscCall(QlbeFiberSetDensity(set, mu, DENSITY_POINTS, (const double(*)[3])x, density, error));
  for (int j = 0; j < DENSITY_POINTS; j++) largest = PetscMax(largest, fabs(density[j]));
  *error = Relative(*error, largest);
  PetscCall(PetscFree(mu));
  PetscFunctionReturn(0);
}

/* Errors of the coherence at the start, on a line with fewer points. */
static PetscErrorCode CoherenceErrors(const QlbeEvolutionPlan *plan, QlbeFiberError *error)
{
  enum { ALL = 2 * LINE_POINTS - 1 };
  const QlbeFiberSet *set = &plan->set;
  const PetscInt n = set->magnitude.n * set->n_direction;
  const double length = plan->line_spacing * (double)(plan->n_line - 1);
  const QlbeFiberLine line = {.n = LINE_POINTS, .spacing = length / (LINE_POINTS - 1.0)};
  PetscScalar *G, rho[LINE_POINTS * LINE_POINTS];
  double largest = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n * ALL, &G));
  for (PetscInt f = 0; f < n; f++) {
    double k[3], phase = 0.0;
    WaveVector(set, f, k);
    for (int i = 0; i < 3; i++) phase -= k[i] * plan->moments.position[i];
    for (int j = 0; j < ALL; j++) {
      double r[3];
      for (int i = 0; i < 3; i++) r[i] = (j - (LINE_POINTS - 1)) * line.spacing * plan->axis[i];
      G[f * ALL + j] = QlbeStateWave(&plan->state, k, r) * PetscExpScalar(PetscCMPLX(0.0, phase));
    }
  }
  PetscCall(QlbeFiberSetCoherence(set, G, &line, rho, error));
  for (int j = 0; j < LINE_POINTS * LINE_POINTS; j++)
    largest = PetscMax(largest, PetscAbsScalar(rho[j]));
  *error = Relative(*error, largest);
  PetscCall(PetscFree(G));
  PetscFunctionReturn(0);
}

/*
   Where to begin with the directions: a Gaussian of width s at a distance d from the centre has
   harmonics of degree d k up to k = 3/s. States about an axis have more at later times, when part
   of them has collided after a flight that is long against s.
*/
static PetscInt LeastAngular(const QlbeProblem *problem, const QlbeEvolutionPlan *plan)
{
  const QlbeParameters *par = &problem->parameters;
  const double flight =
      par->eta > 0.0 ? 1.0 / (sqrt(par->M * par->beta) * plan->closed.escape_rate_0) : 0.0;
  double degree = 2.0;

  for (PetscInt t = 0; t < plan->state.n; t++) {
    const QlbeGaussianTerm *term = &plan->state.terms[t];
    double off = 0.0, s = HUGE_VAL;
    for (int i = 0; i < 3; i++) {
      off = hypot(off, term->X[i] - plan->moments.position[i]);
      s = PetscMin(s, term->s[i]);
    }
    degree = PetscMax(degree, 3.0 * off / s);
    if (plan->symmetry != QLBE_STATE_ISOTROPIC)
      degree = PetscMax(degree, 6.0 * (1.0 + PetscMin(flight / s, 1.0)));
  }
  return (PetscInt)PetscMin(0.5 * degree, 1e6);
}

/* The larger errors of the state at the start and of its free flight. */
static PetscErrorCode StartErrors(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  QlbeFiberError *error)
{
  const double last = plan->time[plan->n_time - 1];
  const PetscBool free = (PetscBool)(problem->parameters.eta <= 0.0);
  QlbeFiberError other;

  PetscFunctionBegin;
  PetscCall(DensityErrors(problem, plan, 0.0, 1.0, error));
  /* part of the state is slowed down: its mean is somewhere in between */
  PetscCall(DensityErrors(problem, plan,
                          free ? last : PetscMin(last, 1.0 / plan->closed.escape_rate_0),
                          free ? 1.0 : 0.5, &other));
  *error = QlbeFiberErrorWorse(*error, other);
  if (plan->n_line > 1) {
    PetscCall(CoherenceErrors(plan, &other));
    *error = QlbeFiberErrorWorse(*error, other);
  }
  PetscFunctionReturn(0);
}

/* A set of these sizes in the place of the one before, nothing of which is known. */
static PetscErrorCode Replace(QlbeEvolutionPlan *plan, PetscInt radial, PetscInt angular)
{
  QlbeFiberSet old = plan->set;

  PetscFunctionBegin;
  PetscCall(QlbeFiberSetCreate(plan->symmetry, plan->axis, radial, angular, old.k_max, old.scale,
                               &plan->set));
  PetscCall(QlbeFiberSetDestroy(&old));
  PetscCall(PetscFree(plan->known));
  PetscCall(PetscCalloc1(radial, &plan->known));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionPlanSet(const QlbeProblem *problem, QlbeEvolutionPlan *plan)
{
  const PetscInt most = MostAngular(plan);
  PetscInt radial, angular;
  double tolerance;

  PetscFunctionBegin;
  radial = problem->settings->fibers.radial;
  angular = problem->settings->fibers.angular;
  tolerance = problem->settings->fibers.tolerance;
  plan->k_max = QlbeVectorLength(plan->probe);
  if (plan->from) {
    const PetscInt n = plan->set.magnitude.n;
    plan->k_max = n > 0 ? plan->set.magnitude.x[n - 1] : 0.0;
    PetscCall(PetscCalloc1(n, &plan->known));
    PetscFunctionReturn(0);
  }
  if (radial == 0) PetscFunctionReturn(0);
  plan->adapt_radial = (PetscBool)(radial < 0);
  plan->adapt_angular = (PetscBool)(angular == 0);
  plan->set.k_max = QlbeStateExtent(&plan->state, state_tail);
  /* in steps, so that rounding, which knows of the ranks, does not choose other wave numbers */
  plan->set.scale = exp2(-round(4.0 * log2(LargestSpread(problem, plan))) / 8.0);
  plan->k_max = PetscMax(plan->k_max, plan->set.k_max);
  if (radial < 0)
    radial = PetscMax(LEAST_RADIAL,
                      (PetscInt)ceil(asinh(plan->set.k_max / plan->set.scale) / first_step));
  if (angular == 0) angular = PetscMin(most, LeastAngular(problem, plan));
  for (;;) {
    QlbeFiberError error;
    int more[2];
    PetscCall(Replace(plan, radial, angular));
    if (!plan->adapt_radial && !plan->adapt_angular) break;
    PetscCall(StartErrors(problem, plan, &error));
    more[0] = plan->adapt_radial && radial < MOST_RADIAL &&
              !(error.radial <= share_at_start * radial_share * tolerance);
    more[1] = plan->adapt_angular && angular < most &&
              !(error.angular <= share_at_start * (1.0 - radial_share) * tolerance);
    PetscCallMPI(MPI_Bcast(more, 2, MPI_INT, 0, problem->comm));
    if (!more[0] && !more[1]) break;
    if (more[0]) radial = PetscMin(MOST_RADIAL, radial + (radial + 3) / 4);
    if (more[1]) angular = PetscMin(most, angular + (angular + 3) / 4);
  }
  PetscFunctionReturn(0);
}

double QlbeEvolutionPlanNumbers(const QlbeEvolutionPlan *plan, PetscInt radial, PetscInt angular,
                                double unknowns)
{
  const double azimuths = plan->symmetry == QLBE_STATE_GENERAL ? 4.0 * (double)angular : 1.0;
  const double fibers = (double)radial * (double)angular * azimuths;
  const double seen = (double)plan->n_time * PetscMax(1.0, 2.0 * (double)plan->n_line - 1.0);

  return fibers * PetscMax(seen, plan->save ? unknowns : 0.0);
}

PetscErrorCode QlbeEvolutionPlanRefine(const QlbeProblem *problem, QlbeFiberError worst,
                                       double unknowns, QlbeEvolutionPlan *plan, PetscBool *refined)
{
  const PetscInt radial = plan->set.magnitude.n, angular = plan->set.n_polar;
  const PetscInt most = MostAngular(plan);
  PetscInt next[2] = {radial, angular};
  double tolerance;

  PetscFunctionBegin;
  tolerance = problem->settings->fibers.tolerance;
  if (plan->adapt_radial && !(worst.radial <= radial_share * tolerance))
    next[0] = PetscMax(radial, PetscMin(2 * radial, MOST_RADIAL));
  if (plan->adapt_angular && !(worst.angular <= (1.0 - radial_share) * tolerance))
    next[1] = PetscMax(angular, PetscMin(angular + (angular + 1) / 2, most));
  /* all ranks have the same rows; one of them decides whatever rounding does */
  PetscCallMPI(MPI_Bcast(next, 2, MPIU_INT, 0, problem->comm));
  *refined = (PetscBool)(plan->round < MOST_ROUNDS && (next[0] > radial || next[1] > angular) &&
                         QlbeEvolutionPlanNumbers(plan, next[0], next[1], unknowns) <=
                             QLBE_EVOLUTION_MOST_NUMBERS);
  if (!*refined) PetscFunctionReturn(0);
  plan->round++;
  PetscCall(Replace(plan, next[0], next[1]));
  /* without new directions every second magnitude is one of those before */
  for (PetscInt i = 0; i < radial && next[0] == 2 * radial && next[1] == angular; i++)
    plan->known[2 * i + 1] = PETSC_TRUE;
  PetscCall(PetscPrintf(
      problem->comm,
      "fields are off by about %.1e (magnitudes) and %.1e (directions), "
      "fibers.tolerance is %.1e: on to %" PetscInt_FMT " x %" PetscInt_FMT " fibers\n",
      worst.radial, worst.angular, tolerance, plan->set.magnitude.n, plan->set.n_direction));
  PetscFunctionReturn(0);
}
