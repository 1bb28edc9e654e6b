/*
   Estimated errors of integrals over a set of fibers against the true ones: densities and coherences
   of mixtures of Gaussians, narrow and wide, off the centre, in sets that resolve them well or badly.
*/
#include "check.h"
#include "qlbe/fiber_set.h"

enum { CASES = 96, POINTS = 33, PARTS = 3 };

/* Uniform numbers in (0, 1), the same in every run. */
static double Uniform(uint64_t *state)
{
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return ((double)(*state >> 11) + 0.5) * 0x1p-53;
}

/* Gaussians about points of the z axis, of widths along and across it. */
typedef struct {
  double weight[PARTS], mean[PARTS], along[PARTS], across[PARTS];
} Mixture;

static Mixture Draw(uint64_t *state)
{
  const double widest = pow(10.0, 1.5 * Uniform(state));
  Mixture m;

  for (int i = 0; i < PARTS; i++) {
    m.weight[i] = Uniform(state) / PARTS;
    m.across[i] = i == 0 ? widest : fmax(1.0, widest * Uniform(state));
    m.along[i] = fmax(1.0, m.across[i] * (0.7 + 0.6 * Uniform(state)));
    m.mean[i] = 2.0 * (Uniform(state) - 0.5) * m.along[i];
  }
  return m;
}

static PetscScalar Characteristic(const Mixture *m, const double k[3])
{
  PetscScalar sum = 0.0;

  for (int i = 0; i < PARTS; i++)
    sum += m->weight[i] *
           PetscExpScalar(PetscCMPLX(-0.5 * (PetscSqr(k[2] * m->along[i]) +
                                             (k[0] * k[0] + k[1] * k[1]) * PetscSqr(m->across[i])),
                                     k[2] * m->mean[i]));
  return sum;
}

static double Density(const Mixture *m, const double x[3])
{
  double sum = 0.0;

  for (int i = 0; i < PARTS; i++)
    sum += m->weight[i] *
           exp(-0.5 * (PetscSqr((x[2] - m->mean[i]) / m->along[i]) +
                       (x[0] * x[0] + x[1] * x[1]) / PetscSqr(m->across[i]))) /
           (pow(2.0 * PETSC_PI, 1.5) * m->along[i] * PetscSqr(m->across[i]));
  return sum;
}

/* True and estimated errors in units of the largest density. */
static void Errors(const Mixture *m, const QlbeFiberSet *set, double *largest, double *estimate)
{
  const PetscInt n = set->magnitude.n * set->n_direction;
  double x[POINTS][3], density[POINTS], peak = 0.0;
  QlbeFiberError error;
  PetscScalar *mu;

  assert_ok(PetscMalloc1(n, &mu));
  for (PetscInt i = 0; i < n; i++) {
    double k[3];
    for (int j = 0; j < 3; j++)
      k[j] = set->magnitude.x[i / set->n_direction] * set->direction[i % set->n_direction][j];
    mu[i] = Characteristic(m, k);
  }
  for (int i = 0; i < POINTS; i++) {
    const double along = 4.0 * m->across[0] * (2.0 * i / (POINTS - 1.0) - 1.0);
    x[i][0] = i % 3 == 1 ? 0.5 * along : 0.0;
    x[i][1] = 0.0;
    x[i][2] = along;
  }
  assert_ok(QlbeFiberSetDensity(set, mu, POINTS, (const double(*)[3])x, density, &error));
  *largest = 0.0;
  for (int i = 0; i < POINTS; i++) {
    peak = PetscMax(peak, Density(m, x[i]));
    *largest = PetscMax(*largest, fabs(density[i] - Density(m, x[i])));
  }
  *largest /= peak;
  *estimate = (error.radial + error.angular) / peak;
  assert_ok(PetscFree(mu));
}

/* Estimates cover the true errors, and are not so large that they ask for a set that nobody needs. */
static void test_density(void **unused)
{
  static const PetscInt radial[] = {10, 14, 20, 28}, angular[] = {2, 3, 5, 8};
  const double axis[3] = {0.0, 0.0, 1.0};
  uint64_t state = 12345;
  int covered = 0, all = 0, generous = 0;
  double worst = 0.0;

  (void)unused;
  for (int i = 0; i < CASES; i++) {
    const Mixture m = Draw(&state);
    double largest, estimate;
    QlbeFiberSet set;
    assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, radial[i % 4], angular[i / 4 % 4], 7.0,
                                 1.0 / m.across[0], &set));
    Errors(&m, &set, &largest, &estimate);
    print_message("%2d x %d fibers, widest %5.2f: true %.1e, estimated %.1e\n",
                  (int)set.magnitude.n, (int)set.n_polar, m.across[0], largest, estimate);
    all++;
    covered += largest <= PetscMax(estimate, 1e-9);
    generous += estimate > 300.0 * PetscMax(largest, 1e-7);
    worst = PetscMax(worst, largest / PetscMax(estimate, 1e-9));
    assert_ok(QlbeFiberSetDestroy(&set));
  }
  print_message("%d of %d covered, %d more than 300 times too large, worst %g\n", covered, all,
                generous, worst);
  assert_true(covered >= 0.95 * all);
  assert_small(worst, 2.0, "true error over its estimate");
  assert_true(generous <= 0.1 * all);
}

/* At the mean position, or next to it by rounding, waves do not oscillate at all: every degree but 0 is out of range there. */
static void test_near_the_mean(void **unused)
{
  static const double distances[] = {0.0, 1e-17, 3e-17, 1e-12, 1e-6, 1e-3, 0.05};
  static const PetscInt angular[] = {2, 8, 16, 48};
  const double axis[3] = {0.0, 0.0, 1.0};

  (void)unused;
  for (int a = 0; a < 4; a++) {
    const Mixture m = {{1.0}, {0.0}, {2.0, 1.0, 1.0}, {2.0, 1.0, 1.0}};
    const double peak = Density(&m, axis);
    QlbeFiberSet set;
    PetscScalar *mu, *G;
    PetscInt n;
    assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 28, angular[a], 4.0, 0.5, &set));
    n = set.magnitude.n * set.n_direction;
    assert_ok(PetscMalloc2(n, &mu, n, &G));
    for (PetscInt i = 0; i < n; i++) {
      double k[3];
      for (int j = 0; j < 3; j++)
        k[j] = set.magnitude.x[i / set.n_direction] * set.direction[i % set.n_direction][j];
      mu[i] = G[i] = Characteristic(&m, k);
    }
    for (int d = 0; d < 7; d++) {
      const double x[1][3] = {{0.0, 0.0, distances[d]}};
      const QlbeFiberLine line = {.n = 1, .spacing = 1.0, .shift = distances[d]};
      const double exact = Density(&m, x[0]);
      double density;
      PetscScalar rho;
      QlbeFiberError error;
      assert_ok(QlbeFiberSetDensity(&set, mu, 1, x, &density, &error));
      assert_small(fabs(density - exact) / peak, 1e-4, "density next to the mean");
      assert_ok(QlbeFiberSetCoherence(&set, G, &line, &rho, &error));
      assert_small(PetscAbsScalar(rho - exact) / peak, 1e-4, "coherence next to the mean");
    }
    assert_ok(PetscFree2(mu, G));
    assert_ok(QlbeFiberSetDestroy(&set));
  }
}

/* The integral of a Gaussian over k, and its estimated error. */
static void test_integral(void **unused)
{
  const double axis[3] = {0.0, 0.0, 1.0};
  int covered = 0, all = 0;

  (void)unused;
  for (PetscInt n = 6; n <= 20; n += 2) {
    for (PetscInt polar = 1; polar <= 5; polar++) {
      const double ratio = 1.7, exact = pow(PETSC_PI, 1.5) / ratio;
      double *values, integral;
      QlbeFiberError error;
      QlbeFiberSet set;
      assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, n, polar, 7.0, 0.5, &set));
      assert_ok(PetscMalloc1(n * polar, &values));
      for (PetscInt i = 0; i < n * polar; i++) {
        const double k = set.magnitude.x[i / polar], c = set.direction[i % polar][2];
        values[i] = exp(-k * k * (1.0 + (ratio * ratio - 1.0) * c * c));
      }
      assert_ok(QlbeFiberSetIntegral(&set, values, &integral, &error));
      all++;
      covered += fabs(integral - exact) <= error.radial + error.angular + 1e-12;
      assert_small(fabs(integral - exact), 3.0 * (error.radial + error.angular) + 1e-12,
                   "true error over three estimates");
      if (n == 20 && polar == 5) assert_close(integral, exact, 1e-4, "integral");
      assert_ok(PetscFree(values));
      assert_ok(QlbeFiberSetDestroy(&set));
    }
  }
  print_message("%d of %d integrals covered\n", covered, all);
  assert_true(covered >= 0.95 * all);
}

/* Magnitudes of a set are every second one of the set with twice as many. */
static void test_nested(void **unused)
{
  const double axis[3] = {0.0, 0.0, 1.0};
  QlbeFiberSet coarse, fine;

  (void)unused;
  assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 13, 3, 6.1, 0.37, &coarse));
  assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 26, 3, 6.1, 0.37, &fine));
  for (int i = 0; i < 13; i++) assert_true(coarse.magnitude.x[i] == fine.magnitude.x[2 * i + 1]);
  assert_ok(QlbeFiberSetDestroy(&coarse));
  assert_ok(QlbeFiberSetDestroy(&fine));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_density), cmocka_unit_test(test_near_the_mean),
      cmocka_unit_test(test_integral), cmocka_unit_test(test_nested)};
  int failures;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failures;
}
