/*
   Fields in position, and what the standard errors of the fibers do to them.

   Fields are linear in the integrals of fibers, whose errors are independent. So fields of noise of
   the same size show them: their standard deviation over a few draws is the error of the field, and
   the error estimates of a set of fibers applied to noise say what these are good for.
*/
#include "trajectories_impl.h"

#include <math.h>

#include "qlbe/vector_length.h"

/*
   Draws of noise: a standard deviation is good to 18 per cent, of which points average. It is good
   to 35 per cent where a field costs much, since waves turn fast between its points.
*/
enum { DRAWS = 16, FEW_DRAWS = 4 };
static const double many_turns = 300.0;

/* Streams of random numbers of their own. */
enum { NOISE_STREAM = 9 };

/* Noise in the place of columns of waves of all fibers at one time: sums of column c of fiber f. */
static void DrawNoise(const QlbeEvolutionPlan *plan, const QlbeWalkerTotals *totals, PetscInt time,
                      PetscInt first, PetscInt columns, QlbeWalkerStream *stream,
                      PetscScalar noise[])
{
  const PetscInt width = QlbeWalkerSums(plan, QLBE_WALKERS_FIBER), row = width / plan->n_time;

  for (PetscInt f = 0; f < totals->n_fiber; f++)
    for (PetscInt c = 0; c < columns; c++) {
      const double *s = totals->fiber + f * width + time * row + QLBE_WAVE_SUMS * (first + c);
      const double n = totals->walkers[f];
      const double re = QlbeWalkerMeanError(n, s[0], s[2]) * QlbeWalkerNormal(stream);
      const double im = QlbeWalkerMeanError(n, s[1], s[3]) * QlbeWalkerNormal(stream);
      noise[f * columns + c] = PetscCMPLX(re, im);
    }
}

static QlbeWalkerStream Stream(const QlbeProblem *problem, PetscInt time, int draw)
{
  const uint64_t seed = (uint64_t)problem->settings->trajectories.seed;

  return QlbeWalkerStreamOf(seed, (uint64_t)NOISE_STREAM << 56,
                            (uint64_t)time * DRAWS + (uint64_t)draw);
}

/* The number of draws for fields that reach this far. */
static int Draws(const QlbeEvolutionPlan *plan, double reach)
{
  return plan->set.k_max * reach > many_turns ? FEW_DRAWS : DRAWS;
}

/* Adds a draw's errors to their mean over n draws, in units of the field's largest value. */
static void AddError(QlbeFiberError error, double peak, int n, QlbeFiberError *sum)
{
  sum->radial += error.radial / (peak * n);
  sum->angular += error.angular / (peak * n);
}

static PetscErrorCode DensityNoise(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                   const QlbeWalkerTotals *totals, QlbeTrajectories *t)
{
  QlbeEvolutionFields *f = &t->result.fields;
  double(*x)[3], *density, reach = 0.0;
  PetscScalar *noise;
  int draws;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(plan->n_time * f->n_point, &t->density_error));
  PetscCall(PetscMalloc3(f->n_point, &x, f->n_point, &density, totals->n_fiber, &noise));
  for (PetscInt i = 0; i < f->n_point; i++) reach = PetscMax(reach, QlbeVectorLength(f->x[i]));
  draws = Draws(plan, reach);
  for (PetscInt time = 0; time < plan->n_time && f->n_point > 0; time++) {
    double *square = t->density_error + time * f->n_point;
    QlbeEvolutionTensors tensors;
    QlbeEvolutionGetTensors(plan, &t->result, time, &tensors);
    for (PetscInt i = 0; i < f->n_point; i++)
      for (int a = 0; a < 3; a++) x[i][a] = f->x[i][a] - tensors.mean[a];
    for (int draw = 0; draw < draws; draw++) {
      QlbeWalkerStream stream = Stream(problem, time, draw);
      QlbeFiberError error;
      DrawNoise(plan, totals, time, 0, 1, &stream, noise);
      QlbeEvolutionFieldsMove(&plan->set, tensors.mean, 1, noise, noise);
      PetscCall(QlbeFiberSetDensity(&plan->set, noise, f->n_point, (const double(*)[3])x, density,
                                    &error));
      AddError(error, f->density_peak[time], draws, &t->density_noise[time]);
      for (PetscInt i = 0; i < f->n_point; i++) square[i] += density[i] * density[i] / draws;
    }
    for (PetscInt i = 0; i < f->n_point; i++) square[i] = sqrt(square[i]);
  }
  PetscCall(PetscFree3(x, density, noise));
  PetscFunctionReturn(0);
}

static PetscErrorCode CoherenceNoise(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                     const QlbeWalkerTotals *totals, QlbeTrajectories *t)
{
  const PetscInt n = plan->n_line, columns = 2 * n - 1;
  const int draws = Draws(plan, plan->line_spacing * (double)n);
  QlbeEvolutionFields *f = &t->result.fields;
  PetscScalar *noise, *rho;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(plan->n_time * n * n, &t->rho_error));
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc2(totals->n_fiber * columns, &noise, n * n, &rho));
  for (PetscInt time = 0; time < plan->n_time; time++) {
    QlbeFiberLine line = {.n = n, .spacing = plan->line_spacing};
    double *square = t->rho_error + time * n * n, centre[3];
    QlbeEvolutionTensors tensors;
    QlbeEvolutionGetTensors(plan, &t->result, time, &tensors);
    for (int i = 0; i < 3; i++) line.shift += plan->axis[i] * (tensors.mean[i] - f->line_origin[i]);
    for (int i = 0; i < 3; i++) centre[i] = f->line_origin[i] + line.shift * plan->axis[i];
    for (int draw = 0; draw < draws; draw++) {
      QlbeWalkerStream stream = Stream(problem, plan->n_time + time, draw);
      QlbeFiberError error;
      DrawNoise(plan, totals, time, 1, columns, &stream, noise);
      QlbeEvolutionFieldsMove(&plan->set, centre, columns, noise, noise);
      PetscCall(QlbeFiberSetCoherence(&plan->set, noise, &line, rho, &error));
      AddError(error, f->rho_peak[time], draws, &t->rho_noise[time]);
      for (PetscInt i = 0; i < n * n; i++)
        square[i] += PetscRealPart(rho[i] * PetscConj(rho[i])) / draws;
    }
    for (PetscInt i = 0; i < n * n; i++) square[i] = sqrt(square[i]);
  }
  PetscCall(PetscFree2(noise, rho));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTrajectoriesFields(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                      const QlbeWalkerTotals *totals, QlbeTrajectories *t)
{
  PetscFunctionBegin;
  PetscCall(QlbeEvolutionFieldsCreate(problem, plan, &t->result, 0.0, &t->result.fields));
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(PetscCalloc2(plan->n_time, &t->density_noise, plan->n_time, &t->rho_noise));
  PetscCall(QlbePhaseBegin(problem->phases, "noise of fields"));
  PetscCall(DensityNoise(problem, plan, totals, t));
  PetscCall(CoherenceNoise(problem, plan, totals, t));
  PetscCall(QlbePhaseEnd(problem->phases, "noise of fields"));
  PetscFunctionReturn(0);
}
