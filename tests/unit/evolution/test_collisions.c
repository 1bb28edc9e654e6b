/*
   Draws of collisions against integrals that are known otherwise: escape rate, drift, spatial
   jumps, and the weights of a fiber.
*/
#include <math.h>

#include "check.h"
#include "fiber_case.h"
#include "qlbe/closed_forms.h"
#include "qlbe/collisions.h"
#include "qlbe/gas_average.h"

enum { WALKERS = 40000 };

static const QlbeInteractionType types[] = {QLBE_HARD_SPHERE, QLBE_CONSTANT};

/* Fails unless sum/n is within 4.5 standard errors of the value. */
static void Within(double n, double sum, double squares, double value, const char what[])
{
  const double mean = sum / n, error = sqrt(PetscMax(squares / n - mean * mean, 0.0) / n);

  print_message("%s: %.6g, expected %.6g (%+.2f)\n", what, mean, value, (mean - value) / error);
  assert_close(mean, value, 4.5 * error, what);
  assert_true(error > 0.0);
}

/*
   The first of the collisions comes at the rate E(p): no walker of this momentum has changed it
   after the time t with the probability exp(-E t).
*/
static void test_escape_rate(void **state)
{
  (void)state;
  for (int type = 0; type < 2; type++)
    for (double mass = 0.2; mass < 10.0; mass *= 5.0) {
      const QlbeParameters par = UnitParameters(types[type], mass, 1.0);
      const double p = 1.3 * sqrt(mass), start[3] = {0.6 * p, 0.0, 0.8 * p};
      QlbeWalkerTally tally = {.collisions = 0.0};
      QlbeGasAverage average;
      QlbeCollisions c;
      double still = 0.0, rate, t;
      assert_ok(QlbeCollisionsCreate(&par, p, 0.0, NULL, &c));
      assert_ok(QlbeGasAverageCreate(&par, p, &average));
      rate = QlbeEscapeRate(average, p);
      t = 1.0 / rate;
      for (int w = 0; w < WALKERS; w++) {
        QlbeWalkerStream stream = QlbeWalkerStreamOf(1, 7, (uint64_t)w);
        QlbeWalkerRestPoint point;
        QlbeWalkerFollowRest(c, &stream, start, 1, &t, &point, &tally);
        still += point.p[2] == start[2] ? 1.0 : 0.0;
      }
      Within(WALKERS, still, still, exp(-1.0), "no collision yet");
      assert_true(QlbeCollisionsCandidateRate(c, p) > rate);
      assert_true(QlbeCollisionsCandidateRate(c, p) < 3.0 * rate);
      assert_true(tally.outside == 0.0 && tally.excess == 0.0);
      assert_ok(QlbeGasAverageDestroy(&average));
      assert_ok(QlbeCollisionsDestroy(&c));
    }
}

/*
   Displacements by collisions have the rate u, and spatial jumps the trace 3 D_jps in equilibrium.
*/
static void test_jumps(void **state)
{
  QlbeClosedForms closed;

  (void)state;
  for (int type = 0; type < 2; type++) {
    const QlbeParameters par = UnitParameters(types[type], 2.0, 1.0);
    const double t = 0.004, reach = 8.0;
    double d[2] = {0.0}, s[2] = {0.0};
    QlbeWalkerTally tally = {.collisions = 0.0};
    QlbeCollisions c;
    assert_ok(QlbeClosedFormsCompute(&par, 16, NULL, &closed));
    assert_ok(QlbeCollisionsCreate(&par, reach, 0.0, NULL, &c));
    for (int w = 0; w < 5 * WALKERS; w++) {
      QlbeWalkerStream stream = QlbeWalkerStreamOf(2, 8, (uint64_t)w);
      QlbeWalkerRestPoint point[2];
      const double time[2] = {0.0, t};
      double p[3], value = 0.0, moved = 0.0;
      for (int a = 0; a < 3; a++) p[a] = sqrt(2.0) * QlbeWalkerNormal(&stream);
      QlbeWalkerFollowRest(c, &stream, p, 2, time, point, &tally);
      for (int a = 0; a < 3; a++) {
        value += point[1].ds[a] / 3.0;
        /* d moves at the mean rate v at first */
        moved += p[a] * (point[1].d[a] - 0.5 * t * (point[0].v[a] + point[1].v[a]));
      }
      s[0] += value;
      s[1] += value * value;
      d[0] += moved;
      d[1] += moved * moved;
    }
    Within(5 * WALKERS, s[0], s[1], closed.D_jps, "D_jps");
    Within(5 * WALKERS, d[0], d[1], 0.0, "displacement beside the drift");
    assert_ok(QlbeCollisionsDestroy(&c));
  }
}

/* No gas: only phases; and weights are never more than 1, and 1 at k = 0. */
static void test_weights(void **state)
{
  QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.5, 1.0);
  const double k[3] = {0.3, -0.4, 1.2}, zero[3] = {0.0}, time[2] = {0.4, 1.0};
  QlbeWalkerPoint start = {.p = {0.5, 1.0, -0.7}, .weight = 1.0}, points[2];
  QlbeWalkerTally tally = {.collisions = 0.0};
  QlbeCollisions c;

  (void)state;
  for (int gas = 0; gas < 2; gas++) {
    par.eta = gas;
    assert_ok(QlbeCollisionsCreate(&par, 2.0, 1.4, NULL, &c));
    for (int w = 0; w < 2000; w++) {
      QlbeWalkerStream stream = QlbeWalkerStreamOf(1, 9, (uint64_t)w);
      QlbeWalkerFollowFiber(c, &stream, zero, 0.0, &start, 2, time, points, &tally);
      assert_close(PetscAbsScalar(points[1].weight - 1.0), 0.0, 1e-12, "weight at k = 0");
      QlbeWalkerFollowFiber(c, &stream, k, 0.0, &start, 2, time, points, &tally);
      assert_small(PetscAbsScalar(points[1].weight), 1.0 + 1e-12, "size of the weight");
      if (gas) continue;
      assert_close(PetscArgScalar(points[0].weight), 0.4 * (0.15 - 0.4 - 0.84) / 1.5, 1e-12,
                   "phase");
      assert_close(points[1].p[2], -0.7, 0.0, "momentum");
    }
    assert_ok(QlbeCollisionsDestroy(&c));
  }
  assert_true(tally.collisions > 1e4 && tally.outside == 0.0 && tally.excess == 0.0);
}

/* Roulette changes no mean: 1 at k = 0 too, where it never plays. */
static void test_roulette(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const double k[3] = {0.0, 0.0, 1.5}, time = 0.2;
  QlbeWalkerTally tally = {.collisions = 0.0};
  double sum[2] = {0.0}, squares[2] = {0.0};
  QlbeCollisions c;

  (void)state;
  assert_ok(QlbeCollisionsCreate(&par, 0.0, 1.5, NULL, &c));
  for (int game = 0; game < 2; game++)
    for (int w = 0; w < WALKERS; w++) {
      QlbeWalkerStream stream = QlbeWalkerStreamOf(1, 10 + (uint64_t)game, (uint64_t)w);
      QlbeWalkerPoint start = {.weight = 1.0}, point;
      for (int a = 0; a < 3; a++) start.p[a] = QlbeWalkerNormal(&stream);
      QlbeWalkerFollowFiber(c, &stream, k, 0.9 * game, &start, 1, &time, &point, &tally);
      sum[game] += PetscRealPart(point.weight) / WALKERS;
      squares[game] += PetscSqr(PetscRealPart(point.weight)) / WALKERS;
    }
  assert_close(sum[0], sum[1], 4.5 * sqrt((squares[0] + squares[1]) / WALKERS), "roulette");
  assert_true(sum[0] > 0.1);
  assert_ok(QlbeCollisionsDestroy(&c));
}

/* A walker has the same numbers whenever it is asked, and other walkers have others. */
static void test_streams(void **state)
{
  QlbeWalkerStream a = QlbeWalkerStreamOf(1, 2, 3), b = QlbeWalkerStreamOf(1, 2, 3);
  QlbeWalkerStream others[3] = {QlbeWalkerStreamOf(2, 2, 3), QlbeWalkerStreamOf(1, 3, 3),
                                QlbeWalkerStreamOf(1, 2, 4)};
  double sum = 0.0, squares = 0.0;

  (void)state;
  for (int i = 0; i < 100000; i++) {
    const double u = QlbeWalkerUniform(&a);
    assert_true(u > 0.0 && u < 1.0 && u == QlbeWalkerUniform(&b));
    for (int j = 0; j < 3; j++) assert_true(u != QlbeWalkerUniform(&others[j]));
    sum += u;
    squares += u * u;
  }
  Within(100000, sum, squares, 0.5, "mean");
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_escape_rate),
                                     cmocka_unit_test(test_jumps), cmocka_unit_test(test_weights),
                                     cmocka_unit_test(test_roulette),
                                     cmocka_unit_test(test_streams)};
  int failures;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  PetscCall(PetscFinalize());
  return failures;
}
