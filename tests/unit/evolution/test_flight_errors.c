/*
   Errors of density and purity from changes of a few fibers: changes that are powers of k have closed
   integrals; what has left, is not a number, or was not compared.
*/
#include <math.h>

#include "check.h"
#include "evolution_fields.h"

enum { MAGNITUDES = 120, COSINES = 2, COMPARED = 4, TIMES = 2 };

/* Fibers up to k = 2 whose squares are 1, compared at k = 0.01, 0.1, 1, 2. */
typedef struct {
  QlbeEvolutionPlan plan;
  QlbeEvolutionResult result;
  double time[TIMES], k[COMPARED], square[TIMES * MAGNITUDES * COSINES], peak[TIMES];
  double change[COMPARED * TIMES][QLBE_EVOLUTION_COMPARED][2];
} Case;

/* Changes scale k^power of kind 0, and of kind 1 none. */
static void CaseCreate(double scale, double power, Case *c)
{
  static const double axis[3] = {0.0, 0.0, 1.0}, k[COMPARED] = {0.01, 0.1, 1.0, 2.0};

  *c = (Case){.time = {0.0, 3.0}, .peak = {0.5, 0.25}};
  assert_ok(
      QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, MAGNITUDES, COSINES, 2.0, 0.2, &c->plan.set));
  c->plan.n_time = TIMES;
  c->plan.time = c->time;
  for (int i = 0; i < COMPARED; i++) {
    c->k[i] = k[i];
    for (int t = 0; t < TIMES; t++)
      for (int what = 0; what < 2; what++)
        c->change[i * TIMES + t][0][what] = scale * pow(k[i], power);
  }
  for (int i = 0; i < TIMES * MAGNITUDES * COSINES; i++) c->square[i] = 1.0;
  c->result.square = c->square;
  c->result.fields.density_peak = c->peak;
  c->result.flight =
      (QlbeEvolutionFlight){.n = COMPARED, .k = c->k, .reach = HUGE_VAL, .change = c->change};
}

static void CaseDestroy(Case *c)
{
  assert_ok(QlbeFiberSetDestroy(&c->plan.set));
}

/* int 4 pi k^2 c k^(-3/2) dk/(2 pi)^3 over the peak, and the mean of c k^(-3/2), up to k = 2. */
static void powers_are_integrated(void **state)
{
  const double c = 1e-4, density = 4.0 * M_PI * c * pow(2.0, 1.5) / 1.5 / pow(2.0 * M_PI, 3.0);
  const double purity = 3.0 * c * (pow(2.0, 1.5) / 1.5) / (8.0 / 3.0);
  QlbeEvolutionFlightError error;
  Case it;

  (void)state;
  CaseCreate(c, -1.5, &it);
  error = QlbeEvolutionFlightErrors(&it.plan, &it.result, 0);
  assert_close(error.density / (density / it.peak[1]), 1.0, 1e-2, "density");
  assert_close(error.purity / purity, 1.0, 1e-2, "purity");
  assert_close(error.wave, 3.0 * c * 1e3, 1e-12, "wave");
  assert_close(error.rest, 0.0, 0.0, "rest");
  assert_close(QlbeEvolutionFlightDensity(&it.plan, &it.result, 0, 0, it.peak[0]) /
                   (density / it.peak[0]),
               1.0, 1e-2, "density at the start");
  error = QlbeEvolutionFlightErrors(&it.plan, &it.result, 1);
  assert_close(error.density + error.purity + error.wave + error.rest, 0.0, 0.0, "other kind");
  CaseDestroy(&it);
}

/* Fibers with k t > reach have no density, and are no reason to believe in their neighbours. */
static void what_has_left_does_not_count(void **state)
{
  const double c = 1e-4, all = 4.0 * M_PI * c / pow(2.0 * M_PI, 3.0) / 0.25;
  double error, floor;
  Case it;

  (void)state;
  CaseCreate(c, 0.0, &it);
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  assert_close(error / (all * 8.0 / 3.0), 1.0, 1e-2, "constant");
  it.result.flight.reach = 3.0; /* k = 1 at the time 3 */
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  assert_close(error / (all / 3.0), 1.0, 0.1, "reach");
  /* a change of 0 at k = 2 is taken for 1e-4 of that at k = 1 */
  it.result.flight.reach = HUGE_VAL;
  it.change[(COMPARED - 1) * TIMES + 1][0][0] = 0.0;
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  floor = log(1e-4) / log(2.0);
  assert_close(error / (all * (1.0 / 3.0 + (pow(2.0, 3.0 + floor) - 1.0) / (3.0 + floor))), 1.0,
               0.02, "steep");
  CaseDestroy(&it);
}

static void what_is_not_finite_is_seen(void **state)
{
  Case it;

  (void)state;
  CaseCreate(1e-4, 0.0, &it);
  it.change[2 * TIMES + 1][0][0] = NAN;
  assert_true(isinf(QlbeEvolutionFlightErrors(&it.plan, &it.result, 0).density));
  it.change[2 * TIMES + 1][0][0] = 1e-4;
  it.change[1 * TIMES][0][1] = HUGE_VAL;
  assert_true(isinf(QlbeEvolutionFlightErrors(&it.plan, &it.result, 0).purity));
  CaseDestroy(&it);
}

static void nothing_compared_has_no_error(void **state)
{
  QlbeEvolutionFlightError error;
  Case it;

  (void)state;
  CaseCreate(1e-4, 0.0, &it);
  it.result.flight.n = 0;
  error = QlbeEvolutionFlightErrors(&it.plan, &it.result, 0);
  assert_close(error.density + error.purity + error.wave + error.rest, 0.0, 0.0, "nothing");
  CaseDestroy(&it);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(powers_are_integrated),
                                     cmocka_unit_test(what_has_left_does_not_count),
                                     cmocka_unit_test(what_is_not_finite_is_seen),
                                     cmocka_unit_test(nothing_compared_has_no_error)};

  int failures;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failures;
}
