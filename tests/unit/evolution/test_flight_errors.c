/*
   Errors of density and purity from changes of a few fibers: changes that are powers of k have
   closed integrals; what has left, is not a number, or was not compared.
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

/* Sums of k^power over fibers with begin < k <= end, as the set weighs them. */
static double Sum(const Case *c, double begin, double end, double power)
{
  const QlbeRule *rule = &c->plan.set.magnitude;
  double sum = 0.0;

  for (PetscInt i = 0; i < rule->n; i++)
    if (rule->x[i] > begin && rule->x[i] <= end) sum += rule->w[i] * pow(rule->x[i], power);
  return sum;
}

/* What a change of 1 in int k^2 dk is of the density at the time 3. */
static const double volume = 4.0 * M_PI / (8.0 * M_PI * M_PI * M_PI) / 0.25;

static void powers_are_integrated(void **state)
{
  const double c = 1e-4, power = -1.5;
  QlbeEvolutionFlightError error;
  Case it;
  double sum;

  (void)state;
  CaseCreate(c, power, &it);
  /* below the first that was compared its change stands for all */
  sum = Sum(&it, 0.01, 2.0, power) + Sum(&it, 0.0, 0.01, 0.0) * pow(0.01, power);
  error = QlbeEvolutionFlightErrors(&it.plan, &it.result, 0);
  assert_close(error.density / (volume * c * sum), 1.0, 1e-12, "density");
  assert_close(error.purity / (3.0 * c * sum / Sum(&it, 0.0, 2.0, 0.0)), 1.0, 1e-12, "purity");
  assert_close(error.wave, 3.0 * c * 1e3, 1e-12, "wave");
  assert_close(error.rest, 0.0, 0.0, "rest");
  assert_close(QlbeEvolutionFlightDensity(&it.plan, &it.result, 0, 0, it.peak[0]) /
                   (0.5 * volume * c * sum),
               1.0, 1e-12, "density at the start");
  error = QlbeEvolutionFlightErrors(&it.plan, &it.result, 1);
  assert_close(error.density + error.purity + error.wave + error.rest, 0.0, 0.0, "other kind");
  CaseDestroy(&it);
}

/* Fibers with k t > reach have no density, and are no reason to believe in their neighbours. */
static void what_has_left_does_not_count(void **state)
{
  const double c = 1e-4, fall = log(1e-4) / log(2.0);
  double error, sum;
  Case it;

  (void)state;
  CaseCreate(c, 0.0, &it);
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  assert_close(error / (volume * c * Sum(&it, 0.0, 2.0, 0.0)), 1.0, 1e-12, "constant");
  it.result.flight.reach = 3.0; /* k = 1 at the time 3 */
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  assert_close(error / (volume * c * Sum(&it, 0.0, 1.0, 0.0)), 1.0, 1e-12, "reach");
  /* a change of 0 at k = 2 is taken for 1e-4 of that at k = 1 */
  it.result.flight.reach = HUGE_VAL;
  it.change[(COMPARED - 1) * TIMES + 1][0][0] = 0.0;
  sum = Sum(&it, 0.0, 1.0, 0.0) + Sum(&it, 1.0, 2.0, fall);
  error = QlbeEvolutionFlightDensity(&it.plan, &it.result, 1, 0, it.peak[1]);
  assert_close(error / (volume * c * sum), 1.0, 1e-12, "fall");
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
