/*
   Fibers of superpositions, mixtures and Gaussians against the wave functions they are made of:
   products at points, Fourier transforms of the position density, finite differences in k, and free
   motion.
*/
#include "state_case.h"

/* int |psi|^2 dp of the packets by the trapezoidal rule. */
static double Norm2(void)
{
  const double sigma[3] = {HBAR / (2.0 * WIDTH[0]), HBAR / (2.0 * WIDTH[1]),
                           HBAR / (2.0 * WIDTH[2])};
  const Box box = BoxFor(sigma, 1.0);
  double sum = 0.0;

  FOR_BOX(box)
  {
    double p[3];
    PetscScalar x[3];

    BoxNode(&box, ia, ib, ic, p);
    sum += PetscSqr(PetscAbsScalar(WaveFunction(PACKETS, PACKET, p, x)));
  }
  return sum * BoxVolume(&box);
}

/* A wave number and a momentum that the packets reach. */
static void Point(int i, double k[3], double p[3])
{
  CubePoint(2 * i, k);
  CubePoint(2 * i + 1, p);
  for (int j = 0; j < 3; j++) k[j] *= 2.0;
}

/*
   psi(p - hbar k/2) conj psi(p + hbar k/2) of packets, each wave function times the phase of free
   motion for a time t over mass M.
*/
static PetscScalar Product(PetscInt n, const QlbePacket packets[], double time_over_mass,
                           const double k[3], const double p[3])
{
  double minus[3], plus[3], energy_minus = 0.0, energy_plus = 0.0;
  PetscScalar x[3], a, b;

  for (int i = 0; i < 3; i++) {
    minus[i] = p[i] - 0.5 * HBAR * k[i];
    plus[i] = p[i] + 0.5 * HBAR * k[i];
    energy_minus += 0.5 * minus[i] * minus[i];
    energy_plus += 0.5 * plus[i] * plus[i];
  }
  a = WaveFunction(n, packets, minus, x);
  b = WaveFunction(n, packets, plus, x);
  a *= PetscExpScalar(-PETSC_i * energy_minus * time_over_mass / HBAR);
  b *= PetscExpScalar(-PETSC_i * energy_plus * time_over_mass / HBAR);
  return a * PetscConj(b);
}

static void test_superposition(void **unused)
{
  const double norm = Norm2(), mass = 1.7, time = 2.3;
  double worst = 0.0, worst_free = 0.0, largest = 0.0;
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_int_equal(state.n, PACKETS * PACKETS);
  for (int i = 0; i < 200; i++) {
    double k[3], p[3];
    PetscScalar expected, difference;

    Point(i, k, p);
    expected = Product(PACKETS, PACKET, 0.0, k, p) / norm;
    difference = QlbeStateFiber(&state, k, p, 0, NULL) - expected;
    largest = PetscMax(largest, PetscAbsScalar(expected));
    worst = PetscMax(worst, PetscAbsScalar(difference));
    difference = QlbeStateFreeFiber(&state, mass, time, k, p) -
                 Product(PACKETS, PACKET, time / mass, k, p) / norm;
    worst_free = PetscMax(worst_free, PetscAbsScalar(difference));
  }
  print_message("superposition %.1e, in free motion %.1e\n", worst / largest, worst_free / largest);
  assert_true(largest > 0.1);
  assert_small(worst, 1e-13 * largest, "superposition");
  assert_small(worst_free, 1e-13 * largest, "free motion");
  assert_ok(QlbeStateDestroy(&state));
  assert_int_equal(state.n, 0);
}

static void test_mixture(void **unused)
{
  double worst = 0.0, largest = 0.0, norm = 0.0;
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateMixture(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_int_equal(state.n, PACKETS);
  for (int a = 0; a < PACKETS; a++) norm += PetscSqr(PetscAbsScalar(PACKET[a].amplitude));
  for (int i = 0; i < 200; i++) {
    double k[3], p[3];
    PetscScalar expected = 0.0;

    Point(i, k, p);
    for (int a = 0; a < PACKETS; a++) expected += Product(1, &PACKET[a], 0.0, k, p) / norm;
    largest = PetscMax(largest, PetscAbsScalar(expected));
    worst = PetscMax(worst, PetscAbsScalar(QlbeStateFiber(&state, k, p, 0, NULL) - expected));
  }
  print_message("mixture %.1e\n", worst / largest);
  assert_small(worst, 1e-14 * largest, "mixture");
  assert_ok(QlbeStateDestroy(&state));
}

/*
   The fibers of the state are those of the packets alone and of the interference, and nothing is
   lost when packets coincide.
*/
static void test_interference(void **unused)
{
  const double norm = Norm2();
  const QlbePacket twins[3] = {PACKET[1], PACKET[2], PACKET[1]};
  double worst = 0.0;
  QlbeQuantumState state, interference;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_ok(QlbeStateInterference(&state, &interference));
  assert_int_equal(interference.n, PACKETS * (PACKETS - 1));
  for (int i = 0; i < 200; i++) {
    double k[3], p[3];
    PetscScalar expected;

    Point(i, k, p);
    expected = Product(PACKETS, PACKET, 0.0, k, p);
    for (int a = 0; a < PACKETS; a++) expected -= Product(1, &PACKET[a], 0.0, k, p);
    worst = PetscMax(
        worst, PetscAbsScalar(QlbeStateFiber(&interference, k, p, 0, NULL) - expected / norm));
  }
  print_message("interference %.1e\n", worst);
  assert_small(worst, 1e-13, "interference");
  assert_ok(QlbeStateDestroy(&interference));
  assert_ok(QlbeStateDestroy(&state));

  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 3, twins, &state));
  assert_ok(QlbeStateInterference(&state, &interference));
  assert_int_equal(interference.n, 4);
  assert_ok(QlbeStateDestroy(&interference));
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateMixture(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_ok(QlbeStateInterference(&state, &interference));
  assert_int_equal(interference.n, 0);
  assert_ok(QlbeStateDestroy(&interference));
  assert_ok(QlbeStateDestroy(&state));
}

/* int [rho]_k dp = int exp(i k.x) |psi(x)|^2 dx. */
static void test_characteristic_function(void **unused)
{
  const double sigma[3] = {HBAR / (2.0 * WIDTH[0]), HBAR / (2.0 * WIDTH[1]),
                           HBAR / (2.0 * WIDTH[2])};
  const Box momenta = BoxFor(sigma, 1.0), positions = BoxFor(WIDTH, 1.5);
  double worst = 0.0;
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  for (int i = 0; i < 4; i++) {
    double k[3], point[3], norm = 0.0;
    PetscScalar from_p = 0.0, from_x = 0.0;

    CubePoint(i, k);
    FOR_BOX(momenta)
    {
      BoxNode(&momenta, ia, ib, ic, point);
      from_p += QlbeStateFiber(&state, k, point, 0, NULL);
    }
    FOR_BOX(positions)
    {
      double density;

      BoxNode(&positions, ia, ib, ic, point);
      density = PetscSqr(PetscAbsScalar(WaveFunctionAt(PACKETS, PACKET, point)));
      norm += density;
      from_x +=
          density * PetscExpScalar(PETSC_i * (k[0] * point[0] + k[1] * point[1] + k[2] * point[2]));
    }
    worst = PetscMax(worst, PetscAbsScalar(from_p * BoxVolume(&momenta) - from_x / norm));
  }
  print_message("characteristic function %.1e\n", worst);
  assert_small(worst, 1e-12, "characteristic function");
  assert_ok(QlbeStateDestroy(&state));
}

/* Central differences of order 6 in k, and [rho]_(-k)(p) = conj [rho]_k(p). */
static void test_derivatives(void **unused)
{
  const double first[3] = {0.75, -0.15, 1.0 / 60.0}, second[3] = {1.5, -0.15, 1.0 / 90.0};
  const double h = 0.02, direction[3] = {2.0 / 7.0, -3.0 / 7.0, 6.0 / 7.0};
  double worst_first = 0.0, worst_second = 0.0, worst_conjugate = 0.0;
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  for (int i = 0; i < 50; i++) {
    double k[3], p[3], minus[3];
    PetscScalar f, d1 = 0.0, d2;

    Point(i, k, p);
    for (int j = 0; j < 3; j++) minus[j] = -k[j];
    f = QlbeStateFiber(&state, k, p, 0, NULL);
    worst_conjugate = PetscMax(
        worst_conjugate, PetscAbsScalar(QlbeStateFiber(&state, minus, p, 0, NULL) - PetscConj(f)));
    d2 = -49.0 / 18.0 * f;
    for (int step = 1; step <= 3; step++) {
      double ahead[3], behind[3];
      PetscScalar up, down;

      for (int j = 0; j < 3; j++) {
        ahead[j] = k[j] + step * h * direction[j];
        behind[j] = k[j] - step * h * direction[j];
      }
      up = QlbeStateFiber(&state, ahead, p, 0, NULL);
      down = QlbeStateFiber(&state, behind, p, 0, NULL);
      d1 += first[step - 1] * (up - down);
      d2 += second[step - 1] * (up + down);
    }
    worst_first =
        PetscMax(worst_first, PetscAbsScalar(QlbeStateFiber(&state, k, p, 1, direction) - d1 / h));
    worst_second = PetscMax(
        worst_second, PetscAbsScalar(QlbeStateFiber(&state, k, p, 2, direction) - d2 / (h * h)));
  }
  print_message("derivatives %.1e and %.1e, conjugation %.1e\n", worst_first, worst_second,
                worst_conjugate);
  assert_small(worst_first, 1e-9, "first derivative");
  assert_small(worst_second, 1e-8, "second derivative");
  assert_small(worst_conjugate, 1e-15, "[rho]_(-k) = conj [rho]_k");
  assert_ok(QlbeStateDestroy(&state));
}

static void test_refusals(void **unused)
{
  const double zero[3] = {1.0, 0.0, 1.0};
  const double least[3] = {HBAR / 1.6, HBAR / 2.2, HBAR / 1.0};
  const double narrow[3] = {HBAR / 1.6, HBAR / 2.2, 0.999 * HBAR / 1.0};
  QlbePacket cancel[2] = {PACKET[0], PACKET[0]};
  QlbeQuantumState state;

  (void)unused;
  cancel[1].amplitude = -PACKET[0].amplitude;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeStateGaussian(HBAR, WIDTH, narrow, PACKET, &state),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateGaussian(HBAR, zero, least, PACKET, &state), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateSuperposition(HBAR, zero, 1, PACKET, &state), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateMixture(HBAR, zero, 1, PACKET, &state), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateSuperposition(0.0, WIDTH, 1, PACKET, &state), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateSuperposition(HBAR, WIDTH, 0, PACKET, &state),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateSuperposition(HBAR, WIDTH, 2, cancel, &state),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeStateMixture(HBAR, WIDTH, 0, PACKET, &state), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeStateGaussian(HBAR, WIDTH, least, PACKET, &state));
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateMixture(HBAR, WIDTH, 2, cancel, &state));
  assert_ok(QlbeStateDestroy(&state));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_superposition), cmocka_unit_test(test_mixture),
      cmocka_unit_test(test_interference),  cmocka_unit_test(test_characteristic_function),
      cmocka_unit_test(test_derivatives),   cmocka_unit_test(test_refusals),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
