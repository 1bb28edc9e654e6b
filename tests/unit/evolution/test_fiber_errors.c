/*
   Estimated errors of integrals over a set of fibers against the true ones: densities and
   coherences of mixtures of Gaussians, narrow and wide, off the centre and off the axis, in sets
   that resolve them well or badly.
*/
#include "check.h"
#include "qlbe/fiber_set.h"
#include "qlbe/worse.h"

enum { CASES = 96, POINTS = 33, LINE = 9, PARTS = 3 };

/* Uniform numbers in (0, 1), the same in every run. */
static double Uniform(uint64_t *state)
{
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return ((double)(*state >> 11) + 0.5) * 0x1p-53;
}

/*
   Gaussians about points of the z axis, or beside it along x, of widths along and across it;
   rho(x, x') falls with the distance like exp(-|x - x'|^2/2 coherence^2).
*/
typedef struct {
  double weight[PARTS], mean[PARTS], beside[PARTS], along[PARTS], across[PARTS], coherence;
} Mixture;

static Mixture Draw(PetscBool general, uint64_t *state)
{
  const double widest = pow(10.0, 1.5 * Uniform(state));
  Mixture m;

  for (int i = 0; i < PARTS; i++) {
    m.weight[i] = Uniform(state) / PARTS;
    m.across[i] = i == 0 ? widest : fmax(1.0, widest * Uniform(state));
    m.along[i] = fmax(1.0, m.across[i] * (0.7 + 0.6 * Uniform(state)));
    m.mean[i] = 2.0 * (Uniform(state) - 0.5) * m.along[i];
    m.beside[i] = general ? 2.0 * (Uniform(state) - 0.5) * m.across[i] : 0.0;
  }
  m.coherence = 0.5 * widest;
  return m;
}

static PetscScalar Characteristic(const Mixture *m, const double k[3])
{
  PetscScalar sum = 0.0;

  for (int i = 0; i < PARTS; i++)
    sum += m->weight[i] *
           PetscExpScalar(PetscCMPLX(-0.5 * (PetscSqr(k[2] * m->along[i]) +
                                             (k[0] * k[0] + k[1] * k[1]) * PetscSqr(m->across[i])),
                                     k[2] * m->mean[i] + k[0] * m->beside[i]));
  return sum;
}

static double Density(const Mixture *m, const double x[3])
{
  double sum = 0.0;

  for (int i = 0; i < PARTS; i++)
    sum += m->weight[i] *
           exp(-0.5 * (PetscSqr((x[2] - m->mean[i]) / m->along[i]) +
                       (PetscSqr(x[0] - m->beside[i]) + x[1] * x[1]) / PetscSqr(m->across[i]))) /
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
    *largest = QlbeWorse(*largest, fabs(density[i] - Density(m, x[i])));
  }
  *largest /= peak;
  *estimate = (error.radial + error.angular) / peak;
  assert_ok(PetscFree(mu));
}

/* The same of rho(z, z') on the axis. */
static void LineErrors(const Mixture *m, const QlbeFiberSet *set, double *largest, double *estimate)
{
  const PetscInt n = set->magnitude.n * set->n_direction, n_r = 2 * LINE - 1;
  const QlbeFiberLine line = {.n = LINE, .spacing = 4.0 * m->across[0] / (LINE - 1)};
  PetscScalar *G, rho[LINE * LINE];
  QlbeFiberError error;
  double peak = 0.0;

  assert_ok(PetscMalloc1(n * n_r, &G));
  for (PetscInt i = 0; i < n * n_r; i++) {
    const PetscInt fiber = i / n_r;
    const double r = ((double)(i % n_r) - (LINE - 1)) * line.spacing / m->coherence;
    double k[3];
    for (int j = 0; j < 3; j++)
      k[j] =
          set->magnitude.x[fiber / set->n_direction] * set->direction[fiber % set->n_direction][j];
    G[i] = Characteristic(m, k) * exp(-0.5 * r * r);
  }
  assert_ok(QlbeFiberSetCoherence(set, G, &line, rho, &error));
  *largest = 0.0;
  for (int i = 0; i < LINE * LINE; i++) {
    const int row = i / LINE, column = i % LINE;
    const double a = row - 0.5 * (LINE - 1), b = column - 0.5 * (LINE - 1);
    const double x[3] = {0.0, 0.0, 0.5 * (a + b) * line.spacing};
    const double r = (a - b) * line.spacing / m->coherence;
    const double exact = Density(m, x) * exp(-0.5 * r * r);
    peak = PetscMax(peak, exact);
    *largest = QlbeWorse(*largest, PetscAbsScalar(rho[i] - exact));
  }
  *largest /= peak;
  *estimate = (error.radial + error.angular) / peak;
  assert_ok(PetscFree(G));
}

/*
   Estimates cover the true errors, and are not so large that they ask for a set that nobody needs.
*/
static void Survey(QlbeStateSymmetry symmetry, PetscBool line)
{
  static const PetscInt radial[] = {10, 14, 20, 28}, angular[] = {2, 3, 5, 8};
  const PetscBool general = (PetscBool)(symmetry == QLBE_STATE_GENERAL);
  const double axis[3] = {0.0, 0.0, 1.0};
  const int cases = general ? CASES / 4 : CASES;
  uint64_t state = 12345;
  int covered = 0, generous = 0;
  double worst = 0.0;

  for (int i = 0; i < cases; i++) {
    const Mixture m = Draw(general, &state);
    double largest, estimate;
    QlbeFiberSet set;
    assert_ok(QlbeFiberSetCreate(symmetry, axis, radial[i % 4],
                                 PetscMin(angular[i / 4 % 4], general ? 5 : 8), 7.0,
                                 1.0 / m.across[0], &set));
    (line ? LineErrors : Errors)(&m, &set, &largest, &estimate);
    covered += largest <= PetscMax(estimate, 1e-9);
    generous += estimate > 300.0 * PetscMax(largest, 1e-7);
    worst = QlbeWorse(worst, largest / PetscMax(estimate, 1e-9));
    assert_ok(QlbeFiberSetDestroy(&set));
  }
  print_message("%d of %d covered, %d more than 300 times too large, worst %g\n", covered, cases,
                generous, worst);
  assert_true(covered >= 0.95 * cases);
  assert_small(worst, 2.0, "true error over its estimate");
  assert_true(generous <= 0.1 * cases);
}

static void test_density(void **unused)
{
  (void)unused;
  Survey(QLBE_STATE_AXIAL, PETSC_FALSE);
  Survey(QLBE_STATE_GENERAL, PETSC_FALSE);
}

static void test_coherence(void **unused)
{
  (void)unused;
  Survey(QLBE_STATE_AXIAL, PETSC_TRUE);
  Survey(QLBE_STATE_GENERAL, PETSC_TRUE);
}

/* Waves that hardly turn: Bessel functions of high degree underflow there. */
static void test_near_the_mean(void **unused)
{
  static const double distance[] = {0.0, 1e-300, 1e-17, 1e-6, 1e-3, 0.03, 0.3};
  enum { N = sizeof(distance) / sizeof(distance[0]) };
  const double axis[3] = {0.0, 0.0, 1.0};
  const Mixture m = {.weight = {1.0}, .along = {1.0, 1.0, 1.0}, .across = {1.0, 1.0, 1.0}};
  double x[N][3] = {{0.0}}, density[N];
  PetscScalar mu[24 * 48];
  QlbeFiberError error;
  QlbeFiberSet set;

  (void)unused;
  assert_ok(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 24, 48, 7.0, 1.0, &set));
  for (PetscInt i = 0; i < 24 * 48; i++) {
    double k[3];
    for (int j = 0; j < 3; j++) k[j] = set.magnitude.x[i / 48] * set.direction[i % 48][j];
    mu[i] = Characteristic(&m, k);
  }
  for (int i = 0; i < N; i++) x[i][2] = distance[i];
  assert_ok(QlbeFiberSetDensity(&set, mu, N, (const double(*)[3])x, density, &error));
  for (int i = 0; i < N; i++)
    assert_close(density[i] / Density(&m, x[i]), 1.0, 1e-7, "density near the mean");
  assert_ok(QlbeFiberSetDestroy(&set));
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

/* A Gaussian that is narrow in a direction across the axis: its azimuth takes many directions. */
static void test_integral_general(void **unused)
{
  const double axis[3] = {0.0, 0.0, 1.0}, exact = pow(PETSC_PI, 1.5) / 3.0;
  int covered = 0, all = 0;

  (void)unused;
  for (PetscInt polar = 1; polar <= 6; polar++) {
    double *values, integral;
    QlbeFiberError error;
    QlbeFiberSet set;
    assert_ok(QlbeFiberSetCreate(QLBE_STATE_GENERAL, axis, 24, polar, 7.0, 0.5, &set));
    assert_ok(PetscMalloc1(24 * set.n_direction, &values));
    for (PetscInt i = 0; i < 24 * set.n_direction; i++) {
      const double k = set.magnitude.x[i / set.n_direction];
      const double *e = set.direction[i % set.n_direction];
      values[i] = exp(-k * k * (1.0 + 8.0 * PetscSqr(0.6 * e[0] + 0.8 * e[1])));
    }
    assert_ok(QlbeFiberSetIntegral(&set, values, &integral, &error));
    print_message("%d cosines: true %.1e, estimated %.1e\n", (int)polar,
                  fabs(integral / exact - 1.0), (error.radial + error.angular) / exact);
    all++;
    covered += fabs(integral - exact) <= error.radial + error.angular + 1e-12;
    assert_small(fabs(integral - exact), 3.0 * (error.radial + error.angular) + 1e-12,
                 "true error over three estimates");
    assert_ok(PetscFree(values));
    assert_ok(QlbeFiberSetDestroy(&set));
  }
  print_message("%d of %d covered\n", covered, all);
  assert_true(covered >= all - 1);
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
      cmocka_unit_test(test_density),          cmocka_unit_test(test_coherence),
      cmocka_unit_test(test_near_the_mean),    cmocka_unit_test(test_integral),
      cmocka_unit_test(test_integral_general), cmocka_unit_test(test_nested)};
  int failures;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failures;
}
