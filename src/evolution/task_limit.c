/*
   The diffusive limit of Theorem 2.1: the characteristic function at k = s t^(-1/2), and what the
   next cumulants say of its distance from exp(-D s^2/2).
*/
#include <math.h>

#include "evolution_tasks.h"
#include "qlbe/curvature_design.h"
#include "qlbe/spectrum.h"
#include "qlbe/worse.h"

/* Relaxation times after which the slope of the variance is D. */
static const double late = 18.0;

static size_t Width(const QlbeEvolutionPlan *plan, QlbeEvolution e)
{
  (void)plan;
  (void)e;
  return 2;
}

static PetscErrorCode Work(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt time,
                           PetscInt s, double row[])
{
  const double k = plan->limit[s] / sqrt(plan->time[time]);
  const QlbeEvolutionWeight one = QlbeEvolutionMomentWeight(0);
  QlbeEvolutionFiberFunction f = {.state = &plan->state};
  QlbeEvolutionSectors sectors;
  PetscScalar mu;
  Vec *x, *y;
  const QlbeEvolutionSpan span = {.time = {0.0, plan->time[time]}, .step = plan->time[time]};

  PetscFunctionBegin;
  e = QlbeEvolutionAt(e, k);
  for (int i = 0; i < 3; i++) f.k[i] = k * plan->axis[i];
  PetscCall(QlbeEvolutionVectorsCreate(e->axial, &x));
  PetscCall(QlbeEvolutionVectorsCreate(e->axial, &y));
  PetscCall(QlbeMomentumSpaceExpand(e->axial, plan->axis, QlbeEvolutionFiberValue, &f, x));
  PetscCall(QlbeMomentumSpaceFunctional(e->axial, plan->axis, QlbeEvolutionWeightValue, &one, y));
  PetscCall(QlbeEvolutionSectorsCreate(e, e->axial, f.k, &sectors));
  PetscCall(QlbeEvolutionSectorsAdvance(e, &sectors, &span, 1, x));
  PetscCall(QlbeEvolutionFunctional(sectors.n, y, x, &mu));
  if (span.time[1] > QlbeDiscretisationLeaves(e->d, k)) mu = 0.0;
  row[0] = PetscRealPart(mu);
  row[1] = PetscImaginaryPart(mu);
  PetscCall(QlbeEvolutionSectorsDestroy(&sectors));
  PetscCall(QlbeEvolutionVectorsDestroy(e->axial, &x));
  PetscCall(QlbeEvolutionVectorsDestroy(e->axial, &y));
  PetscFunctionReturn(0);
}

static void Collect(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt time, PetscInt s,
                    const double row[], QlbeEvolutionResult *result)
{
  (void)e;
  result->limit[time * plan->n_limit + s] = PetscCMPLX(row[0], row[1]);
}

const QlbeEvolutionTaskKind QlbeEvolutionLimitTask = {Width, Work, Collect};

/* What the task of the quartic coefficient works with. */
typedef struct {
  const QlbeEvolutionPlan *plan;
  QlbeEvolution e;
  double D;
} Quartic;

/* (eps + D k^2/2)/k^4 at one wave number along the axis; nan where there is no eigenvalue. */
static PetscErrorCode Coefficient(const Quartic *q, double size, double *value)
{
  double k[3];
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  PetscInt converged;
  Mat A;

  PetscFunctionBegin;
  *value = NAN;
  for (int axis = 0; axis < 3; axis++) k[axis] = size * q->plan->axis[axis];
  PetscCall(QlbeEvolutionOperator(QlbeEvolutionAt(q->e, size), k, 0, &A));
  PetscCall(QlbeSpectrumCreate(q->e->problem.comm, &solver));
  PetscCall(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, q->plan->closed.escape_rate_0));
  PetscCall(QlbeSpectrumSetTolerance(solver, 1e-12));
  PetscCall(QlbeSpectrumSolve(solver));
  PetscCall(QlbeSpectrumGetConverged(solver, &converged));
  if (converged > 0) {
    PetscCall(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
    /* another eigenvalue, which an option has chosen, says nothing of eps */
    if (pair.leading)
      *value = (PetscRealPart(pair.value) + 0.5 * q->D * size * size) / pow(size, 4);
  }
  PetscCall(QlbeSpectrumDestroy(&solver));
  PetscCall(MatDestroy(&A));
  PetscFunctionReturn(0);
}

static PetscErrorCode QuarticTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  const Quartic *q = context;
  const double k_small = 6.0 * QlbeCurvatureWaveNumber(q->plan->closed.gap, q->D);
  double c[2] = {NAN, NAN};

  PetscFunctionBegin;
  (void)group;
  for (int n = 0; n < 2; n++) {
    const double size = k_small * (1.0 + n);
    if (size <= q->plan->k_max) PetscCall(Coefficient(q, size, &c[n]));
  }
  /* the next term has two more powers of k */
  row[i] = (4.0 * c[0] - c[1]) / 3.0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionComputeQuartic(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                           QlbeEvolutionResult *result, PetscBool *stopped)
{
  Quartic quartic = {.plan = plan, .e = e};
  QlbeEvolutionPosition along;

  PetscFunctionBegin;
  *stopped = PETSC_FALSE;
  result->quartic = NAN;
  /* the last slope stands for D, and has to be that */
  if (plan->n_limit == 0 || plan->time[plan->n_time - 1] * plan->closed.gap < late)
    PetscFunctionReturn(0);
  QlbeEvolutionAlongAxis(plan, result, plan->n_time - 1, &along);
  quartic.D = along.slope;
  PetscCall(QlbeTasksCompute(
      e->tasks,
      &(const QlbeTaskSet){
          .name = "quartic", .n = 1, .width = 1, .task = QuarticTask, .work = &quartic},
      &result->quartic, stopped));
  PetscFunctionReturn(0);
}

void QlbeEvolutionLimitDistance(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *result,
                                double D, PetscInt time, double *distance, double *predicted)
{
  const double t = plan->time[time];
  QlbeEvolutionPosition last;
  double remainder;

  QlbeEvolutionAlongAxis(plan, result, plan->n_time - 1, &last);
  remainder = last.variance - last.slope * plan->time[plan->n_time - 1];

  *distance = *predicted = plan->at_limit[time] ? 0.0 : NAN;
  for (PetscInt i = 0; i < plan->n_limit && plan->at_limit[time]; i++) {
    const double s = plan->limit[i], gaussian = exp(-0.5 * D * s * s);
    const PetscScalar next = PetscCMPLX(
        result->quartic * pow(s, 4) / t - 0.5 * remainder * s * s / t, last.mean * s / sqrt(t));
    const PetscScalar mu = result->limit[time * plan->n_limit + i];
    *distance = QlbeWorse(*distance, PetscAbsScalar(mu - gaussian));
    *predicted = QlbeWorse(*predicted, gaussian * PetscAbsScalar(PetscExpScalar(next) - 1.0));
  }
  if (isnan(result->quartic)) *predicted = NAN;
}
