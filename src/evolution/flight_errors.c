/*
   Errors of fields from what a few fibers change with other nodes and in a smaller basis.

   A change of int [rho]_k dp counts in the density as much as the volume of wave vectors that have
   it: where most of the flight has decayed, 1e-5 of it at large k is a percent of the density.
*/
#include <math.h>

#include "evolution_fields.h"
#include "qlbe/worse.h"

/*
   Errors of fibers and of the purity in units of what a sibling changes: what a basis cuts of a
   long flight falls off like a power of its size, and a few fibers stand for all.
*/
static const double safety = 3.0;

/*
   The least ratio of changes of neighbours that is believed. A neighbour that has left has none:
   between s = 15, where errors of long flights are largest, and the end of what is followed they
   fall by 1e-4 and more.
*/
static const double steep = 1e-4;

/* Change number `what` of time number i at wave number k: a power of k between those compared. */
static double Change(const QlbeEvolutionPlan *plan, const QlbeEvolutionFlight *f, PetscInt i,
                     int kind, int what, double k)
{
  PetscInt above = 0;
  double low, high;

  if (what == QLBE_EVOLUTION_WAVE && k * plan->time[i] > f->reach) return 0.0;
  while (above < f->n && f->k[above] < k) above++;
  high = f->change[PetscMin(above, f->n - 1) * plan->n_time + i][kind][what];
  low = f->change[PetscMax(above - 1, 0) * plan->n_time + i][kind][what];
  if (above == 0 || above == f->n || !(f->k[above - 1] > 0.0)) return QlbeWorse(low, high);
  /* so that neither is 0, and no fiber is believed to be better than its neighbour by far */
  low = QlbeWorse(low, steep * high);
  high = QlbeWorse(high, steep * low);
  if (!(low > 0.0)) return 0.0;
  return low * pow(high / low, log(k / f->k[above - 1]) / log(f->k[above] / f->k[above - 1]));
}

/* A sum of moduli of changes that have all phases, ten times the error where it was compared. */
double QlbeEvolutionFlightDensity(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *r,
                                  PetscInt i, int kind, double peak)
{
  const QlbeRule *magnitude = &plan->set.magnitude;
  double sum = 0.0;

  if (r->flight.n == 0) return 0.0;
  for (PetscInt j = 0; j < magnitude->n; j++)
    sum += 4.0 * PETSC_PI * magnitude->w[j] *
           Change(plan, &r->flight, i, kind, QLBE_EVOLUTION_WAVE, magnitude->x[j]);
  return QlbeWorse(0.0, sum / (pow(2.0 * PETSC_PI, 3.0) * peak));
}

/* The error of the purity at output time i, over its first value. */
static double Purity(const QlbeEvolutionPlan *plan, const QlbeEvolutionResult *r, PetscInt i,
                     int kind)
{
  const QlbeFiberSet *set = &plan->set;
  double changed = 0.0, all = 0.0;

  if (r->flight.n == 0 || set->magnitude.n == 0) return 0.0;
  for (PetscInt j = 0; j < set->magnitude.n; j++) {
    double square = 0.0;
    for (PetscInt d = 0; d < set->n_direction; d++)
      square += set->solid_angle[d] * r->square[j * set->n_direction + d];
    square *= set->magnitude.w[j];
    all += square;
    changed +=
        square * Change(plan, &r->flight, i, kind, QLBE_EVOLUTION_SQUARE, set->magnitude.x[j]);
  }
  return QlbeWorse(0.0, safety * changed / all);
}

QlbeEvolutionFlightError QlbeEvolutionFlightErrors(const QlbeEvolutionPlan *plan,
                                                   const QlbeEvolutionResult *r, int kind)
{
  QlbeEvolutionFlightError error = {0.0, 0.0, 0.0, 0.0};

  for (PetscInt i = 0; i < plan->n_time; i++) {
    for (PetscInt c = 0; c < r->flight.n; c++) {
      const double *change = r->flight.change[c * plan->n_time + i][kind];
      error.wave = QlbeWorse(error.wave, safety * change[QLBE_EVOLUTION_WAVE]);
      if (r->flight.k[c] == 0.0)
        error.rest = QlbeWorse(error.rest, safety * change[QLBE_EVOLUTION_SQUARE]);
    }
    error.purity = QlbeWorse(error.purity, Purity(plan, r, i, kind));
    if (plan->set.magnitude.n > 0)
      error.density = QlbeWorse(
          error.density, QlbeEvolutionFlightDensity(plan, r, i, kind, r->fields.density_peak[i]));
  }
  return error;
}
