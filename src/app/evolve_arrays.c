/*
   Fields in the report: momentum distribution, characteristic function, position density, spatial
   coherence, each at all output times.
*/
#include "evolve.h"

#include <math.h>

/* A unit of the deck: its name, NULL for pure numbers, and its value per internal unit. */
typedef struct {
  double factor;
  const char *name;
} Unit;

static const Unit pure = {1.0, NULL};

static Unit UnitOf(const QlbeUnits *units, QlbeDimension dimension)
{
  return (Unit){QlbeUnitsFactor(units, dimension), QlbeUnitsName(units, dimension)};
}

/* As a power of the unit of length, bit for bit. */
static Unit DensityUnit(const QlbeUnits *units)
{
  return (Unit){1.0 / (units->length * units->length * units->length),
                QlbeUnitsName(units, QLBE_DENSITY)};
}

/* An array in the deck's units. */
static PetscErrorCode SetArray(QlbeReport report, const char path[], PetscInt ndim,
                               const PetscInt shape[], const double values[], Unit unit)
{
  PetscInt n = 1;
  double *converted;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < ndim; i++) n *= shape[i];
  PetscCall(PetscMalloc1(n, &converted));
  for (PetscInt i = 0; i < n; i++) converted[i] = unit.factor * values[i];
  PetscCall(QlbeReportSetRealArray(report, path, ndim, shape, converted, unit.name));
  PetscCall(PetscFree(converted));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddMomentum(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  const QlbeEvolutionResult *r, QlbeReport report)
{
  const PetscInt points[2] = {plan->n_momentum, 3}, shape[2] = {plan->n_time, plan->n_momentum};
  const Unit momentum = UnitOf(&problem->units, QLBE_MOMENTUM);
  const Unit density = {1.0 / (momentum.factor * momentum.factor * momentum.factor),
                        problem->units.si ? "kg^-3 m^-3 s^3" : "natural"};

  PetscFunctionBegin;
  PetscCall(
      SetArray(report, "momentum_distribution/p", 2, points, &plan->momentum[0][0], momentum));
  PetscCall(SetArray(report, "momentum_distribution/density", 2, shape, r->distribution, density));
  PetscFunctionReturn(0);
}

/* Wave vectors of the set, and int dp [rho]_k with norms. */
static PetscErrorCode AddFibers(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                const QlbeEvolutionResult *r, QlbeReport report)
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
  PetscCall(SetArray(report, "fibers/k", 2, wave, k, UnitOf(&problem->units, QLBE_WAVE_NUMBER)));
  PetscCall(
      SetArray(report, "fibers/weight", 1, &n, weight, UnitOf(&problem->units, QLBE_DENSITY)));
  PetscCall(SetArray(report, "fibers/characteristic_function", 3, complex_shape,
                     (const double *)r->mu, pure));
  if (r->norm) PetscCall(SetArray(report, "fibers/norm", 2, shape, r->norm, pure));
  PetscCall(PetscFree2(k, weight));
  PetscFunctionReturn(0);
}

/* Relative errors of all times, and more[] unless NULL, in units of the field, under path. */
static PetscErrorCode SetErrors(const QlbeEvolutionPlan *plan, const QlbeFiberError errors[],
                                const double more[], const double peak[], Unit unit,
                                QlbeReport report, const char path[])
{
  double *values;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(plan->n_time, &values));
  for (PetscInt i = 0; i < plan->n_time; i++)
    values[i] = (errors[i].radial + errors[i].angular + (more ? more[i] : 0.0)) * peak[i];
  PetscCall(SetArray(report, path, 1, &plan->n_time, values, unit));
  PetscCall(PetscFree(values));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddDensity(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                 const QlbeEvolutionFields *f, QlbeReport report)
{
  const PetscInt points[2] = {f->n_point, 3}, shape[2] = {plan->n_time, f->n_point};
  const Unit length = UnitOf(&problem->units, QLBE_LENGTH), unit = DensityUnit(&problem->units);

  PetscFunctionBegin;
  if (f->n_point == 0) PetscFunctionReturn(0);
  PetscCall(SetArray(report, "density/x", 2, points, &f->x[0][0], length));
  PetscCall(SetArray(report, "density/density", 2, shape, f->density, unit));
  PetscCall(QlbeReportAllowNaN(report, "density/density")); /* beyond the reach of the fibers */
  PetscCall(SetErrors(plan, f->density_error, f->density_flight, f->density_peak, unit, report,
                      "density/error"));
  if (plan->walkers) PetscCall(QlbeReportAllowNaN(report, "density/error"));
  PetscFunctionReturn(0);
}

static PetscErrorCode AddCoherence(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                   const QlbeEvolutionFields *f, QlbeReport report)
{
  const PetscInt three = 3, n = plan->n_line, shape[4] = {plan->n_time, n, n, 2};
  const Unit length = UnitOf(&problem->units, QLBE_LENGTH), unit = DensityUnit(&problem->units);
  double *z;

  PetscFunctionBegin;
  if (n == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(n, &z));
  for (PetscInt i = 0; i < n; i++) z[i] = ((double)i - 0.5 * (double)(n - 1)) * plan->line_spacing;
  PetscCall(SetArray(report, "coherence/origin", 1, &three, f->line_origin, length));
  PetscCall(SetArray(report, "coherence/z", 1, &n, z, length));
  PetscCall(SetArray(report, "coherence/rho", 4, shape, (const double *)f->rho, unit));
  PetscCall(SetErrors(plan, f->rho_error, NULL, f->rho_peak, unit, report, "coherence/error"));
  PetscCall(PetscFree(z));
  PetscFunctionReturn(0);
}

/* The characteristic function at k = s t^(-1/2), next to its limit. */
static PetscErrorCode AddLimit(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                               const QlbeEvolutionResult *r, QlbeReport report)
{
  const PetscInt shape[3] = {plan->n_time, plan->n_limit, 2};
  const double D = QlbeEvolutionLastSlope(plan, r);
  const Unit unit = {problem->units.wave_number * sqrt(problem->units.time),
                     problem->units.si ? "m^-1 s^1/2" : "natural"};
  double *gaussian;

  PetscFunctionBegin;
  if (plan->n_limit == 0) PetscFunctionReturn(0);
  PetscCall(PetscMalloc1(plan->n_limit, &gaussian));
  for (PetscInt i = 0; i < plan->n_limit; i++)
    gaussian[i] = exp(-0.5 * D * plan->limit[i] * plan->limit[i]);
  PetscCall(SetArray(report, "limit/s", 1, &plan->n_limit, plan->limit, unit));
  PetscCall(SetArray(report, "limit/gaussian", 1, &plan->n_limit, gaussian, pure));
  PetscCall(
      SetArray(report, "limit/characteristic_function", 3, shape, (const double *)r->limit, pure));
  PetscCall(PetscFree(gaussian));
  PetscFunctionReturn(0);
}

PetscErrorCode EvolveReportArrays(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  const QlbeEvolutionResult *r, QlbeReport report)
{
  PetscFunctionBegin;
  if (r->distribution) PetscCall(AddMomentum(problem, plan, r, report));
  PetscCall(AddLimit(problem, plan, r, report));
  if (plan->set.magnitude.n == 0) PetscFunctionReturn(0);
  PetscCall(AddFibers(problem, plan, r, report));
  PetscCall(AddDensity(problem, plan, &r->fields, report));
  PetscCall(AddCoherence(problem, plan, &r->fields, report));
  PetscFunctionReturn(0);
}
