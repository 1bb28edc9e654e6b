/*
   Fields in the report: momentum distribution, characteristic function, position density, spatial coherence, each at all output times.
*/
#include <math.h>

#include "evolve.h"
#include "qlbe/spherical.h"

/* An array in the deck's units. */
static PetscErrorCode SetArray(QlbeReport report, const char path[], PetscInt ndim,
                               const PetscInt shape[], const double values[], double factor,
                               const char unit[])
{
  PetscInt n = 1;
  double *converted;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < ndim; i++) n *= shape[i];
  PetscCall(PetscMalloc1(n, &converted));
  for (PetscInt i = 0; i < n; i++) converted[i] = factor * values[i];
  PetscCall(QlbeReportSetRealArray(report, path, ndim, shape, converted, unit));
  PetscCall(PetscFree(converted));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddMomentum(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                                  QlbeReport report)
{
  const PetscInt points[2] = {plan->n_momentum, 3}, shape[2] = {plan->n_time, plan->n_momentum};
  const double unit = run->units.momentum;

  PetscFunctionBegin;
  PetscCall(SetArray(report, "momentum_distribution/p", 2, points, &plan->momentum[0][0], unit,
                     QlbeUnitsName(&run->units, QLBE_MOMENTUM)));
  PetscCall(SetArray(report, "momentum_distribution/density", 2, shape, r->distribution,
                     1.0 / (unit * unit * unit), run->units.si ? "kg^-3 m^-3 s^3" : "natural"));
  PetscFunctionReturn(0);
}

/* Wave vectors of the set, and int dp [rho]_k with norms. */
static PetscErrorCode AddFibers(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                                QlbeReport report)
{
  const QlbeFiberSet *set = &plan->set;
  const PetscInt n = set->magnitude.n * set->n_direction;
  const PetscInt wave[2] = {n, 3}, complex_shape[3] = {plan->n_time, n, 2},
                 shape[2] = {plan->n_time, n};
  double *k, *weight;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(3 * n, &k, n, &weight));
  for (PetscInt i = 0; i < n; i++) {
    const PetscInt j = i % set->n_direction;
    weight[i] = set->magnitude.w[i / set->n_direction] * set->solid_angle[j];
    for (int axis = 0; axis < 3; axis++)
      k[3 * i + axis] = set->magnitude.x[i / set->n_direction] * set->direction[j][axis];
  }
  PetscCall(SetArray(report, "fibers/k", 2, wave, k, run->units.wave_number,
                     QlbeUnitsName(&run->units, QLBE_WAVE_NUMBER)));
  PetscCall(SetArray(report, "fibers/weight", 1, &n, weight, run->units.density,
                     QlbeUnitsName(&run->units, QLBE_DENSITY)));
  PetscCall(SetArray(report, "fibers/characteristic_function", 3, complex_shape,
                     (const double *)r->mu, 1.0, NULL));
  PetscCall(SetArray(report, "fibers/norm", 2, shape, r->norm, 1.0, NULL));
  PetscCall(PetscFree2(k, weight));
  PetscFunctionReturn(0);
}

/* Points on a line, a plane or a cube around the origin, one side of it along the axis. */
static PetscErrorCode CreatePoints(const EvolvePlan *plan, PetscInt n, int dimensions,
                                   double extent, PetscInt *total, double (**x)[3])
{
  double e[3][3];

  PetscFunctionBegin;
  QlbeSphericalFrame(plan->axis, e);
  *total = 1;
  for (int d = 0; d < dimensions; d++) *total *= n;
  PetscCall(PetscMalloc1(*total, x));
  for (PetscInt i = 0; i < *total; i++) {
    PetscInt rest = i;
    for (int axis = 0; axis < 3; axis++) (*x)[i][axis] = 0.0;
    for (int d = 0; d < dimensions; d++) {
      const double step = n > 1 ? 2.0 * (double)(rest % n) / (double)(n - 1) - 1.0 : 0.0;
      for (int axis = 0; axis < 3; axis++) (*x)[i][axis] += extent * step * e[2 - d][axis];
      rest /= n;
    }
  }
  PetscFunctionReturn(0);
}

/* The mean position at first, which fields are centred on. */
static void Centre(const EvolvePlan *plan, const EvolveResult *r, double centre[3])
{
  EvolveTensorSet t;

  EvolveTensors(plan, r, 0, &t);
  for (int i = 0; i < 3; i++) centre[i] = t.mean[i];
}

/* values[magnitudes][directions][columns] of one time with the centre moved to the origin. */
static void MoveToOrigin(const QlbeFiberSet *set, const double centre[3], PetscInt columns,
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

static PetscErrorCode AddDensity(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                                 QlbeReport report)
{
  const PetscInt n_fiber = plan->set.magnitude.n * plan->set.n_direction;
  const double unit = run->units.length;
  const char *type;
  PetscBool line, plane, box;
  PetscInt n, total;
  double extent, *density, (*x)[3], centre[3];
  PetscScalar *moved;
  EvolveTensorSet t;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetChoice(run->options, "evolve_density", &type));
  PetscCall(PetscStrcmp(type, "line", &line));
  PetscCall(PetscStrcmp(type, "plane", &plane));
  PetscCall(PetscStrcmp(type, "box", &box));
  if (!line && !plane && !box) PetscFunctionReturn(0);
  PetscCall(QlbeOptionsGetInt(run->options, "evolve_density_points", &n));
  PetscCall(QlbeOptionsGetReal(run->options, "evolve_density_extent", &extent));
  EvolveTensors(plan, r, plan->n_time - 1, &t);
  if (extent == 0.0)
    extent =
        5.0 * sqrt(PetscMax(t.covariance[0][0], PetscMax(t.covariance[1][1], t.covariance[2][2])));
  Centre(plan, r, centre);
  PetscCall(CreatePoints(plan, n, line ? 1 : plane ? 2 : 3, extent, &total, &x));
  PetscCall(PetscMalloc2(plan->n_time * total, &density, n_fiber, &moved));
  for (PetscInt i = 0; i < plan->n_time; i++) {
    MoveToOrigin(&plan->set, centre, 1, r->mu + i * n_fiber, moved);
    PetscCall(
        QlbeFiberSetDensity(&plan->set, moved, total, (const double(*)[3])x, density + i * total));
  }
  for (PetscInt i = 0; i < total; i++) {
    for (int axis = 0; axis < 3; axis++) x[i][axis] += centre[axis];
  }
  {
    const PetscInt points[2] = {total, 3}, shape[2] = {plan->n_time, total};
    PetscCall(SetArray(report, "density/x", 2, points, &x[0][0], unit,
                       QlbeUnitsName(&run->units, QLBE_LENGTH)));
    PetscCall(SetArray(report, "density/density", 2, shape, density, 1.0 / (unit * unit * unit),
                       QlbeUnitsName(&run->units, QLBE_DENSITY)));
  }
  PetscCall(PetscFree2(density, moved));
  PetscCall(PetscFree(x));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddCoherence(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                                   QlbeReport report)
{
  const PetscInt three = 3, n = plan->n_line, shape[4] = {plan->n_time, n, n, 2};
  const PetscInt stride = plan->set.magnitude.n * plan->set.n_direction * (2 * n - 1);
  const double unit = run->units.length;
  PetscScalar *rho, *moved;
  double *z, centre[3];

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  Centre(plan, r, centre);
  PetscCall(PetscMalloc3(plan->n_time * n * n, &rho, n, &z, stride, &moved));
  for (PetscInt i = 0; i < n; i++) z[i] = ((double)i - 0.5 * (double)(n - 1)) * plan->line_spacing;
  for (PetscInt i = 0; i < plan->n_time; i++) {
    MoveToOrigin(&plan->set, centre, 2 * n - 1, r->coherence + i * stride, moved);
    PetscCall(QlbeFiberSetCoherence(&plan->set, moved, n, plan->line_spacing, rho + i * n * n));
  }
  for (int i = 0; i < 3; i++) centre[i] *= unit;
  PetscCall(QlbeReportSetRealArray(report, "coherence/origin", 1, &three, centre,
                                   QlbeUnitsName(&run->units, QLBE_LENGTH)));
  PetscCall(
      SetArray(report, "coherence/z", 1, &n, z, unit, QlbeUnitsName(&run->units, QLBE_LENGTH)));
  PetscCall(SetArray(report, "coherence/rho", 4, shape, (const double *)rho,
                     1.0 / (unit * unit * unit), QlbeUnitsName(&run->units, QLBE_DENSITY)));
  PetscCall(PetscFree3(rho, z, moved));
  PetscFunctionReturn(0);
}

/* The characteristic function at k = s t^(-1/2), next to its limit. */
static PetscErrorCode AddLimit(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                               QlbeReport report)
{
  const PetscInt shape[3] = {plan->n_time, plan->n_limit, 2};
  EvolvePosition last;
  double *gaussian, D;

  PetscFunctionBegin;
  if (plan->n_limit == 0) PetscFunctionReturn(0);
  EvolveAlongAxis(plan, r, plan->n_time - 1, &last);
  D = last.slope;
  PetscCall(PetscMalloc1(plan->n_limit, &gaussian));
  for (PetscInt i = 0; i < plan->n_limit; i++)
    gaussian[i] = exp(-0.5 * D * plan->limit[i] * plan->limit[i]);
  PetscCall(SetArray(report, "limit/s", 1, &plan->n_limit, plan->limit,
                     run->units.wave_number * sqrt(run->units.time),
                     run->units.si ? "m^-1 s^1/2" : "natural"));
  PetscCall(SetArray(report, "limit/gaussian", 1, &plan->n_limit, gaussian, 1.0, NULL));
  PetscCall(SetArray(report, "limit/characteristic_function", 3, shape, (const double *)r->limit,
                     1.0, NULL));
  PetscCall(PetscFree(gaussian));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveFields(QlbeRun *run, const EvolvePlan *plan, const EvolveResult *r,
                            QlbeReport report)
{
  PetscFunctionBegin;
  PetscCall(AddMomentum(run, plan, r, report));
  PetscCall(AddLimit(run, plan, r, report));
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(AddFibers(run, plan, r, report));
  PetscCall(AddDensity(run, plan, r, report));
  PetscCall(AddCoherence(run, plan, r, report));
  PetscFunctionReturn(0);
}
