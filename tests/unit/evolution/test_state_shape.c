/* What grids ask of a state: its symmetry, its extent in k, its scale in p. */
#include "state_case.h"

static const double EQUAL[3] = {0.6, 0.6, 0.6};
static const double FLAT[3] = {0.6, 0.6, 1.3};
static const double LONG[3] = {1.3, 0.6, 0.6};

/* The symmetry of two packets at +-position, +-momentum. */
static void CheckSymmetry(const double width[3], const double position[3], const double momentum[3],
                          QlbeStateSymmetry expected, const double expected_axis[3],
                          const char *what)
{
  double axis[3];
  QlbePacket packets[2] = {{.amplitude = 1.0}, {.amplitude = PETSC_i}};
  QlbeQuantumState state;

  for (int i = 0; i < 3; i++) {
    packets[0].position[i] = position[i];
    packets[1].position[i] = -position[i];
    packets[0].momentum[i] = momentum[i];
    packets[1].momentum[i] = -momentum[i];
  }
  assert_ok(QlbeStateSuperposition(HBAR, width, 2, packets, &state));
  if (QlbeStateGetSymmetry(&state, axis) != expected) fail_msg("symmetry: %s", what);
  for (int i = 0; i < 3; i++) assert_close(axis[i], expected_axis[i], 1e-15, what);
  assert_ok(QlbeStateDestroy(&state));
}

static void test_symmetry(void **unused)
{
  const double zero[3] = {0.0, 0.0, 0.0}, x[3] = {1.0, 0.0, 0.0}, z[3] = {0.0, 0.0, 1.0};
  const double line[3] = {2.0 / 7.0, -6.0 / 7.0, 3.0 / 7.0};
  const double axis[3] = {-2.0 / 7.0, 6.0 / 7.0, -3.0 / 7.0};
  const double along[3] = {0.3 * line[0], 0.3 * line[1], 0.3 * line[2]};
  const double large[3] = {1e6 * axis[0], 1e6 * axis[1], 1e6 * axis[2]};
  const double beside[3] = {along[0], along[1], along[2] + 1e-12};
  const double faint[3] = {1e-16, 0.0, 0.0};

  (void)unused;
  CheckSymmetry(EQUAL, zero, zero, QLBE_STATE_ISOTROPIC, z, "nothing breaks isotropy");
  CheckSymmetry(EQUAL, faint, faint, QLBE_STATE_ISOTROPIC, z, "rounding does not break isotropy");
  CheckSymmetry(EQUAL, x, zero, QLBE_STATE_AXIAL, x, "positions along x");
  CheckSymmetry(EQUAL, zero, along, QLBE_STATE_AXIAL, axis, "momenta along a line");
  CheckSymmetry(EQUAL, large, along, QLBE_STATE_AXIAL, axis, "both along a line");
  CheckSymmetry(EQUAL, line, beside, QLBE_STATE_GENERAL, z, "momenta beside the line");
  CheckSymmetry(EQUAL, x, z, QLBE_STATE_GENERAL, z, "positions across momenta");
  CheckSymmetry(FLAT, zero, zero, QLBE_STATE_AXIAL, z, "widths with the axis z");
  CheckSymmetry(LONG, zero, zero, QLBE_STATE_AXIAL, x, "widths with the axis x");
  CheckSymmetry(FLAT, z, z, QLBE_STATE_AXIAL, z, "all along the widths' axis");
  CheckSymmetry(LONG, faint, x, QLBE_STATE_AXIAL, x, "momenta along the widths' axis");
  CheckSymmetry(FLAT, zero, x, QLBE_STATE_GENERAL, z, "momenta across the widths' axis");
  CheckSymmetry(LONG, along, zero, QLBE_STATE_GENERAL, z, "positions oblique to the widths");
  CheckSymmetry(WIDTH, zero, zero, QLBE_STATE_GENERAL, z, "three widths");
}

/*
   Packets about a point that is not the origin; widths that differ in momentum or position alone.
*/
static void test_symmetry_of_others(void **unused)
{
  const double polar[3] = {0.0, 0.0, 1.0}, sigma[3] = {1.0, 1.5, 1.0},
               equal_sigma[3] = {1.0, 1.0, 1.0};
  double axis[3];
  QlbePacket packets[2] = {{1.0, {0.0, 0.0, 2.0}, {0.0, 0.0, 0.0}},
                           {1.0, {0.0, 1.0, 2.0}, {0.0, 0.0, 0.0}}};
  QlbeQuantumState state, interference;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, EQUAL, 2, packets, &state));
  assert_int_equal(QlbeStateGetSymmetry(&state, axis), QLBE_STATE_GENERAL);
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateMixture(HBAR, EQUAL, 1, packets, &state));
  assert_int_equal(QlbeStateGetSymmetry(&state, axis), QLBE_STATE_AXIAL);
  for (int i = 0; i < 3; i++) assert_close(axis[i], polar[i], 0.0, "axis through one packet");
  assert_ok(QlbeStateInterference(&state, &interference));
  assert_int_equal(QlbeStateGetSymmetry(&interference, axis), QLBE_STATE_ISOTROPIC);
  assert_ok(QlbeStateDestroy(&interference));
  assert_ok(QlbeStateDestroy(&state));
  packets[0].position[2] = 0.0;
  assert_ok(QlbeStateGaussian(HBAR, EQUAL, sigma, packets, &state));
  assert_int_equal(QlbeStateGetSymmetry(&state, axis), QLBE_STATE_AXIAL);
  assert_close(axis[1], 1.0, 0.0, "axis of the widths in momentum");
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateGaussian(HBAR, LONG, equal_sigma, packets, &state));
  assert_int_equal(QlbeStateGetSymmetry(&state, axis), QLBE_STATE_AXIAL);
  assert_close(axis[0], 1.0, 0.0, "axis of the widths in position");
  assert_ok(QlbeStateDestroy(&state));
}

/*
   The largest |f| at wave numbers of modulus in [lo, hi], found among random directions, the axes
   of coordinates and those of all kappa, at the peaks in p of all terms and around them.
*/
static double LargestBetween(const QlbeQuantumState *state, double lo, double hi)
{
  enum { DIRECTIONS = 64, SHELLS = 24, POINTS = 12 };
  double largest = 0.0;

  for (int direction = 0; direction < DIRECTIONS + 3 + state->n; direction++) {
    double e[3] = {0.0, 0.0, 0.0}, norm;

    if (direction < DIRECTIONS) {
      CubePoint(direction + 1, e);
    } else if (direction < DIRECTIONS + 3) {
      e[direction - DIRECTIONS] = 1.0;
    } else {
      for (int i = 0; i < 3; i++) e[i] = state->terms[direction - DIRECTIONS - 3].kappa[i];
    }
    norm = sqrt(e[0] * e[0] + e[1] * e[1] + e[2] * e[2]);
    if (norm == 0.0) continue;
    for (int shell = 0; shell <= SHELLS; shell++) {
      const double r = (lo + (hi - lo) * shell / SHELLS) / norm;
      const double k[3] = {r * e[0], r * e[1], r * e[2]};

      for (PetscInt t = 0; t < state->n; t++) {
        for (int point = 0; point < POINTS; point++) {
          double p[3];

          CubePoint(point, p);
          for (int i = 0; i < 3; i++)
            p[i] = state->terms[t].P[i] + 1.5 * state->terms[t].sigma[i] * p[i];
          largest = PetscMax(largest, PetscAbsScalar(QlbeStateFiber(state, k, p, 0, NULL)));
        }
      }
    }
  }
  return largest;
}

/* Beyond the extent the state is below the tolerance; at `slack` of it, it is not. */
static void CheckExtent(const QlbeQuantumState *state, double slack, const char *what)
{
  for (int digits = 2; digits <= 14; digits += 4) {
    const double tolerance = pow(10.0, -digits), extent = QlbeStateExtent(state, tolerance);
    const double largest = LargestBetween(state, 0.0, extent);
    const double outside = LargestBetween(state, extent, 2.0 * extent) / largest;
    const double inside = LargestBetween(state, slack * extent, extent) / largest;

    print_message("%s: extent %.3f, beyond it %.1e\n", what, extent, outside);
    assert_small(outside, (1.0 + 1e-12) * tolerance, what);
    if (inside <= tolerance) fail_msg("%s: an extent of %g is too large", what, extent);
  }
}

static void test_extent(void **unused)
{
  const double s = EQUAL[0];
  QlbePacket pair[2] = {PACKET[0], PACKET[0]};
  QlbeQuantumState state, interference;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, EQUAL, 1, PACKET, &state));
  assert_close(QlbeStateExtent(&state, 1e-10), sqrt(2.0 * log(1e10)) / s, 1e-14, "one packet");
  CheckExtent(&state, 0.999, "one packet");
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  CheckExtent(&state, 0.6, "three packets");
  assert_ok(QlbeStateInterference(&state, &interference));
  CheckExtent(&interference, 0.6, "their interference");
  assert_ok(QlbeStateDestroy(&interference));
  assert_int_equal(interference.n, 0);
  assert_close(QlbeStateExtent(&interference, 1e-10), 0.0, 0.0, "no terms");
  assert_ok(QlbeStateDestroy(&state));

  /* momenta far apart: interference is centred at kappa = 40 */
  pair[1].momentum[2] += 40.0 * HBAR;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 2, pair, &state));
  assert_true(QlbeStateExtent(&state, 0.5) > 40.0);
  CheckExtent(&state, 0.9, "momenta far apart");
  assert_ok(QlbeStateDestroy(&state));

  /* two packets that nearly cancel: the terms are larger than the state, which has a node at their
     peaks */
  pair[1] = pair[0];
  pair[1].position[0] += 0.01;
  pair[1].amplitude = -pair[0].amplitude;
  for (int a = 0; a < 2; a++) {
    for (int i = 0; i < 3; i++) pair[a].momentum[i] = 0.0;
  }
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 2, pair, &state));
  CheckExtent(&state, 0.35, "near cancellation");
  assert_ok(QlbeStateDestroy(&state));
}

static void test_momentum_scale(void **unused)
{
  const double sigma = HBAR / (2.0 * WIDTH[1]);
  QlbePacket pair[2] = {PACKET[0], PACKET[1]};
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 2, pair, &state));
  assert_close(QlbeStateMomentumScale(&state), sigma, 1e-15, "smallest width");
  assert_ok(QlbeStateDestroy(&state));
  for (int i = 0; i < 3; i++)
    pair[1].position[i] = pair[0].position[i] + (i == 0 ? 3.0 : 4.0 * i - 4.0);
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 2, pair, &state));
  assert_close(QlbeStateMomentumScale(&state), HBAR / 5.0, 1e-15, "fringes");
  assert_ok(QlbeStateDestroy(&state));
  assert_true(QlbeStateMomentumScale(&state) > 1e300);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_symmetry),
      cmocka_unit_test(test_symmetry_of_others),
      cmocka_unit_test(test_extent),
      cmocka_unit_test(test_momentum_scale),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
