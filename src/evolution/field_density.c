/*
   The position density at all output times.

   Interpolation of the characteristic function does best where it does not oscillate: the mean
   position of each time is moved to the origin.
*/
#include <math.h>

#include "evolution_fields.h"
#include "qlbe/spherical.h"
#include "qlbe/worse.h"
#include "qlbe/vector_length.h"

void QlbeEvolutionFieldsMove(const QlbeFiberSet *set, const double centre[3], PetscInt columns,
                             const PetscScalar values[], PetscScalar moved[])
{
  for (PetscInt i = 0; i < set->magnitude.n * set->n_direction; i++) {
    const double *e = set->direction[i % set->n_direction];
    const double phase = -set->magnitude.x[i / set->n_direction] *
                         (e[0] * centre[0] + e[1] * centre[1] + e[2] * centre[2]);
    const PetscScalar factor = PetscExpScalar(PetscCMPLX(0.0, phase));
    for (PetscInt j = 0; j < columns; j++)
      moved[i * columns + j] = factor * values[i * columns + j];
  }
}

/* Points on a line, a plane or a cube around a centre, one side of it along the axis. */
static PetscErrorCode CreatePoints(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                   const QlbeEvolutionResult *r, QlbeEvolutionFields *f)
{
  const int type = problem->settings->evolve.density;
  const PetscInt dimensions = type - QLBE_DENSITY_NONE;
  PetscInt n;
  double extent, e[3][3];
  QlbeEvolutionTensors first, last;

  PetscFunctionBegin;
  f->n_point = 0;
  if (type == QLBE_DENSITY_NONE) PetscFunctionReturn(0);
  n = problem->settings->evolve.density_points;
  extent = problem->settings->evolve.density_extent;
  QlbeEvolutionGetTensors(plan, r, 0, &first);
  QlbeEvolutionGetTensors(plan, r, plan->n_time - 1, &last);
  if (extent == 0.0)
    extent = 5.0 * sqrt(PetscMax(last.covariance[0][0],
                                 PetscMax(last.covariance[1][1], last.covariance[2][2])));
  QlbeSphericalFrame(plan->axis, e);
  f->n_point = 1;
  for (PetscInt d = 0; d < dimensions; d++) f->n_point *= n;
  PetscCall(PetscMalloc1(f->n_point, &f->x));
  for (PetscInt i = 0; i < f->n_point; i++) {
    PetscInt rest = i;
    for (int axis = 0; axis < 3; axis++) f->x[i][axis] = first.mean[axis];
    for (PetscInt d = 0; d < dimensions; d++) {
      const double step = n > 1 ? 2.0 * (double)(rest % n) / (double)(n - 1) - 1.0 : 0.0;
      for (int axis = 0; axis < 3; axis++) f->x[i][axis] += extent * step * e[2 - d][axis];
      rest /= n;
    }
  }
  PetscFunctionReturn(0);
}

/* Distance of the point where the quadrature is compared from the mean, in standard deviations. */
static const double beside = 0.5;

/* The density at x by the quadrature over the fibers themselves, which has to resolve the waves. */
static double ByQuadrature(const QlbeFiberSet *set, const PetscScalar mu[], const double x[3])
{
  double sum = 0.0;

  for (PetscInt i = 0; i < set->magnitude.n * set->n_direction; i++) {
    const double *e = set->direction[i % set->n_direction];
    const double k = set->magnitude.x[i / set->n_direction];
    const double phase = k * (e[0] * x[0] + e[1] * x[1] + e[2] * x[2]);
    const double kr = k * QlbeVectorLength(x);
    /* all directions of an isotropic state have the same fiber, however few are in the set */
    const PetscScalar wave = set->symmetry == QLBE_STATE_ISOTROPIC
                                 ? (kr > 0.0 ? sin(kr) / kr : 1.0)
                                 : PetscExpScalar(PetscCMPLX(0.0, -phase));
    sum += set->magnitude.w[i / set->n_direction] * set->solid_angle[i % set->n_direction] *
           PetscRealPart(mu[i] * wave);
  }
  return sum / pow(2.0 * PETSC_PI, 3.0);
}

/* What the densities of one time, the one beside the mean last, say about themselves. */
static void Judge(const QlbeEvolutionPlan *plan, PetscInt time, const double density[],
                  double quadrature, QlbeEvolutionFields *f)
{
  double peak = 0.0;

  for (PetscInt i = 0; i <= f->n_point; i++)
    if (!isnan(density[i])) peak = PetscMax(peak, fabs(density[i]));
  f->density_peak[time] = peak;
  f->density_error[time].radial /= peak;
  f->density_error[time].angular /= peak;
  f->density_quadrature =
      QlbeWorse(f->density_quadrature, fabs(density[f->n_point] - quadrature) / peak);
  for (PetscInt i = 0; i <= f->n_point; i++) {
    if (isnan(density[i])) continue; /* too far off for the waves */
    f->density_negative = QlbeWorse(f->density_negative, -density[i] / peak);
    if (time == 0 && i < f->n_point && !plan->from) {
      const double closed = PetscRealPart(QlbeStatePosition(&plan->state, f->x[i], f->x[i]));
      f->density_at_start = QlbeWorse(f->density_at_start, fabs(density[i] - closed) / peak);
    }
  }
}

PetscErrorCode QlbeEvolutionFieldsAddDensity(const QlbeProblem *problem,
                                             const QlbeEvolutionPlan *plan,
                                             const QlbeEvolutionResult *r, QlbeEvolutionFields *f)
{
  const PetscInt n_fiber = plan->set.magnitude.n * plan->set.n_direction;
  double(*x)[3], *density;
  PetscScalar *moved;

  PetscFunctionBegin;
  PetscCall(CreatePoints(problem, plan, r, f));
  PetscCall(PetscMalloc1(plan->n_time * f->n_point, &f->density));
  PetscCall(PetscMalloc3(f->n_point + 1, &x, f->n_point + 1, &density, n_fiber, &moved));
  for (PetscInt time = 0; time < plan->n_time; time++) {
    QlbeEvolutionTensors t;
    QlbeEvolutionPosition along;
    QlbeEvolutionGetTensors(plan, r, time, &t);
    QlbeEvolutionAlongAxis(plan, r, time, &along);
    for (int axis = 0; axis < 3; axis++) {
      for (PetscInt i = 0; i < f->n_point; i++) x[i][axis] = f->x[i][axis] - t.mean[axis];
      x[f->n_point][axis] = beside * sqrt(along.variance) * plan->axis[axis];
    }
    QlbeEvolutionFieldsMove(&plan->set, t.mean, 1, r->mu + time * n_fiber, moved);
    PetscCall(QlbeFiberSetDensity(&plan->set, moved, f->n_point + 1, (const double(*)[3])x, density,
                                  &f->density_error[time]));
    Judge(plan, time, density, ByQuadrature(&plan->set, moved, x[f->n_point]), f);
    PetscCall(PetscArraycpy(f->density + time * f->n_point, density, f->n_point));
  }
  PetscCall(PetscFree3(x, density, moved));
  PetscFunctionReturn(0);
}
