/*
   Position density and coherence from the closed fibers of Gaussian states, against the wave
   functions in position.
*/
#include "check.h"
#include "qlbe/fiber_set.h"

#define HBAR 0.7

/* psi(x) of n packets of one width. */
static PetscScalar WaveFunctionIn(double width, PetscInt n, const QlbePacket packets[],
                                  const double x[3])
{
  PetscScalar psi = 0.0;

  for (PetscInt a = 0; a < n; a++) {
    PetscScalar packet = packets[a].amplitude * pow(2.0 * PETSC_PI * width * width, -0.75);
    for (int i = 0; i < 3; i++) {
      const double y = x[i] - packets[a].position[i];
      packet *= PetscExpScalar(
          PetscCMPLX(-0.25 * y * y / (width * width), packets[a].momentum[i] * y / HBAR));
    }
    psi += packet;
  }
  return psi;
}

enum { LINE = 7 };

/*
   Densities at a few points, and rho(x, x') on the axis, of n packets of one width that have norm n
   together.
*/
static void CheckState(double width, PetscInt n, const QlbePacket packets[], const char *what)
{
  const double widths[3] = {width, width, width}, spacing = 0.5 * width;
  const QlbeFiberLine on_axis = {.n = LINE, .spacing = spacing};
  double axis[3], x[3][3], density[3];
  PetscScalar *mu, *line, rho[LINE * LINE];
  QlbeStateMoments moments;
  QlbeQuantumState state;
  QlbeStateSymmetry symmetry;
  QlbeFiberError error;
  QlbeFiberSet set;

  assert_ok(QlbeStateSuperposition(HBAR, widths, n, packets, &state));
  assert_ok(QlbeStateGetMoments(&state, &moments));
  symmetry = QlbeStateGetSymmetry(&state, axis);
  assert_ok(QlbeFiberSetCreate(symmetry, axis, 48, 12, QlbeStateExtent(&state, 1e-12), 0.5 / width,
                               &set));
  assert_ok(PetscMalloc2(set.magnitude.n * set.n_direction, &mu,
                         set.magnitude.n * set.n_direction * (2 * LINE - 1), &line));
  for (PetscInt i = 0; i < set.magnitude.n * set.n_direction; i++) {
    double k[3], r[3] = {0.0, 0.0, 0.0};
    for (int j = 0; j < 3; j++)
      k[j] = set.magnitude.x[i / set.n_direction] * set.direction[i % set.n_direction][j];
    mu[i] = QlbeStateWave(&state, k, r);
    for (int step = 0; step < 2 * LINE - 1; step++) {
      for (int j = 0; j < 3; j++) r[j] = (step - (LINE - 1)) * spacing * axis[j];
      line[i * (2 * LINE - 1) + step] = QlbeStateWave(&state, k, r);
    }
  }
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++)
      x[i][j] = moments.position[j] + width * (i == 1 ? axis[j] : 0.4 * i * (j - 0.7));
  }
  assert_ok(QlbeFiberSetDensity(&set, mu, 3, (const double(*)[3])x, density, &error));
  for (int i = 0; i < 3; i++) {
    const PetscScalar here = WaveFunctionIn(width, n, packets, x[i]);
    assert_close(density[i], PetscRealPart(here * PetscConj(here)) / (double)n, 1e-9, what);
    assert_close(PetscRealPart(QlbeStatePosition(&state, x[i], x[i])), density[i], 1e-9,
                 "closed density");
  }
  assert_ok(QlbeFiberSetCoherence(&set, line, &on_axis, rho, &error));
  for (int a = 0; a < LINE; a++) {
    for (int b = 0; b < LINE; b++) {
      const int middle = (LINE - 1) / 2;
      double za[3], zb[3];
      PetscScalar exact;
      for (int j = 0; j < 3; j++) {
        za[j] = (a - middle) * spacing * axis[j];
        zb[j] = (b - middle) * spacing * axis[j];
      }
      exact = WaveFunctionIn(width, n, packets, za) *
              PetscConj(WaveFunctionIn(width, n, packets, zb)) / (double)n;
      assert_close(PetscAbsScalar(rho[a * LINE + b] - exact), 0.0, 1e-9, what);
      assert_close(PetscAbsScalar(QlbeStatePosition(&state, za, zb) - exact), 0.0, 1e-14,
                   "closed rho(x, x')");
    }
  }
  assert_ok(PetscFree2(mu, line));
  assert_ok(QlbeFiberSetDestroy(&set));
  assert_ok(QlbeStateDestroy(&state));
}

static void test_states(void **unused)
{
  const QlbePacket rest = {.amplitude = 1.0};
  const QlbePacket moving = {.amplitude = 1.0, .position = {0, 0, 0.5}, .momentum = {0, 0, -0.8}};
  const QlbePacket oblique = {
      .amplitude = 1.0, .position = {0.3, 0.1, 0}, .momentum = {0, 0.5, 0.2}};
  /* the amplitudes 1 and i are orthogonal whatever the overlap */
  const QlbePacket cat[2] = {{.amplitude = 1.0, .position = {0.6, 0.6, 0.3}},
                             {.amplitude = PETSC_i, .position = {-0.6, -0.6, -0.3}}};

  (void)unused;
  CheckState(0.7, 1, &rest, "isotropic");
  CheckState(0.7, 1, &moving, "axial");
  CheckState(0.7, 2, cat, "superposition about an oblique axis");
  CheckState(0.7, 1, &oblique, "general");
}

/* Weights: a Gaussian over k, the whole sphere, and unit vectors in the right half. */
static void test_weights(void **unused)
{
  const double axis[3] = {2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0};

  (void)unused;
  for (int symmetry = QLBE_STATE_ISOTROPIC; symmetry <= QLBE_STATE_GENERAL; symmetry++) {
    QlbeFiberSet set;
    double gaussian = 0.0, sphere = 0.0;
    assert_ok(QlbeFiberSetCreate((QlbeStateSymmetry)symmetry, axis, 40, 5, 7.0, 0.2, &set));
    for (PetscInt i = 0; i < set.magnitude.n; i++)
      gaussian += set.magnitude.w[i] * exp(-PetscSqr(set.magnitude.x[i]));
    for (PetscInt j = 0; j < set.n_direction; j++) {
      const double *e = set.direction[j];
      sphere += set.solid_angle[j];
      assert_close(e[0] * e[0] + e[1] * e[1] + e[2] * e[2], 1.0, 1e-14, "unit vector");
      assert_true(e[0] * axis[0] + e[1] * axis[1] + e[2] * axis[2] > 0.0);
    }
    assert_close(gaussian, 0.25 * sqrt(PETSC_PI), 1e-13, "int k^2 exp(-k^2) dk");
    assert_close(set.magnitude.x[39], 7.0, 1e-13, "the last magnitude");
    assert_close(sphere, 4.0 * PETSC_PI, 1e-13, "solid angle");
    assert_int_equal(set.n_direction, symmetry == QLBE_STATE_GENERAL ? 100 : 5);
    assert_ok(QlbeFiberSetDestroy(&set));
  }
  {
    QlbeFiberSet set;
    assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
    assert_int_equal(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 0, 5, 3.0, 0.2, &set),
                     PETSC_ERR_ARG_OUTOFRANGE);
    assert_int_equal(QlbeFiberSetCreate(QLBE_STATE_AXIAL, axis, 4, 5, -3.0, 0.2, &set),
                     PETSC_ERR_ARG_OUTOFRANGE);
    assert_ok(PetscPopErrorHandler());
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_states), cmocka_unit_test(test_weights)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
