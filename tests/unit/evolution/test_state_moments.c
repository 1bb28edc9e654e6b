/*
   Moments and purities against integrals of wave functions in momentum space, where x is i hbar
   d/dp.
*/
#include "state_case.h"

/* The largest difference of two sets of moments. */
static double Difference(const QlbeStateMoments *a, const QlbeStateMoments *b)
{
  double worst = PetscMax(fabs(a->trace - b->trace), fabs(a->purity - b->purity));

  for (int i = 0; i < 3; i++) {
    worst = PetscMax(worst, fabs(a->momentum[i] - b->momentum[i]));
    worst = PetscMax(worst, fabs(a->position[i] - b->position[i]));
    for (int j = 0; j < 3; j++) {
      worst = PetscMax(worst, fabs(a->momentum2[i][j] - b->momentum2[i][j]));
      worst = PetscMax(worst, fabs(a->covariance[i][j] - b->covariance[i][j]));
    }
  }
  return worst;
}

static Box MomentumBox(void)
{
  const double sigma[3] = {HBAR / (2.0 * WIDTH[0]), HBAR / (2.0 * WIDTH[1]),
                           HBAR / (2.0 * WIDTH[2])};
  return BoxFor(sigma, 1.0);
}

/* Adds the integrals over |psi|^2, psi^* p psi, ..; second moments of x go into the covariance. */
static void AddIntegrals(PetscInt n, const QlbePacket packets[], QlbeStateMoments *sums)
{
  const Box box = MomentumBox();

  FOR_BOX(box)
  {
    double p[3], density;
    PetscScalar x[3], psi;

    BoxNode(&box, ia, ib, ic, p);
    psi = WaveFunction(n, packets, p, x);
    density = PetscSqr(PetscAbsScalar(psi)) * BoxVolume(&box);
    sums->trace += density;
    for (int i = 0; i < 3; i++) {
      sums->momentum[i] += density * p[i];
      sums->position[i] += PetscRealPart(PetscConj(psi) * x[i]) * BoxVolume(&box);
      for (int j = 0; j < 3; j++) {
        sums->momentum2[i][j] += density * p[i] * p[j];
        sums->covariance[i][j] += PetscRealPart(PetscConj(x[i]) * x[j]) * BoxVolume(&box);
      }
    }
  }
}

static void Normalise(QlbeStateMoments *sums)
{
  for (int i = 0; i < 3; i++) {
    sums->momentum[i] /= sums->trace;
    sums->position[i] /= sums->trace;
  }
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) {
      sums->momentum2[i][j] /= sums->trace;
      sums->covariance[i][j] =
          sums->covariance[i][j] / sums->trace - sums->position[i] * sums->position[j];
    }
  }
  sums->trace = 1.0;
}

/* <psi_a|psi_b> of two packets, amplitudes included. */
static PetscScalar Overlap(const QlbePacket *a, const QlbePacket *b)
{
  const Box box = MomentumBox();
  PetscScalar sum = 0.0;

  FOR_BOX(box)
  {
    double p[3];
    PetscScalar x[3];

    BoxNode(&box, ia, ib, ic, p);
    sum += PetscConj(WaveFunction(1, a, p, x)) * WaveFunction(1, b, p, x);
  }
  return sum * BoxVolume(&box);
}

/* Every subset of the packets: alone, overlapping, separate, all. */
static void test_superposition(void **unused)
{
  double worst = 0.0;

  (void)unused;
  for (int subset = 1; subset < 1 << PACKETS; subset++) {
    PetscInt n = 0;
    QlbePacket packets[PACKETS];
    QlbeStateMoments moments, expected = {0};
    QlbeQuantumState state;

    for (int a = 0; a < PACKETS; a++) {
      if (subset & 1 << a) packets[n++] = PACKET[a];
    }
    AddIntegrals(n, packets, &expected);
    Normalise(&expected);
    expected.purity = 1.0;
    assert_ok(QlbeStateSuperposition(HBAR, WIDTH, n, packets, &state));
    assert_ok(QlbeStateGetMoments(&state, &moments));
    worst = PetscMax(worst, Difference(&moments, &expected));
    assert_ok(QlbeStateDestroy(&state));
  }
  print_message("moments of superpositions %.1e\n", worst);
  assert_small(worst, 5e-13, "moments of superpositions");
}

/* The purity of a mixture is sum |<a|b>|^2. */
static void test_mixture(void **unused)
{
  double worst, by_hand, separation = 0.0, weight[2];
  QlbeStateMoments moments, expected = {0};
  QlbeQuantumState state;

  (void)unused;
  for (int a = 0; a < PACKETS; a++) AddIntegrals(1, &PACKET[a], &expected);
  for (int a = 0; a < PACKETS; a++) {
    for (int b = 0; b < PACKETS; b++)
      expected.purity += PetscSqr(PetscAbsScalar(Overlap(&PACKET[a], &PACKET[b])) / expected.trace);
  }
  Normalise(&expected);
  assert_ok(QlbeStateMixture(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_ok(QlbeStateGetMoments(&state, &moments));
  worst = Difference(&moments, &expected);
  print_message("moments of a mixture %.1e\n", worst);
  assert_small(worst, 5e-13, "moments of a mixture");
  assert_ok(QlbeStateDestroy(&state));

  for (int a = 0; a < 2; a++) weight[a] = PetscSqr(PetscAbsScalar(PACKET[a].amplitude));
  for (int i = 0; i < 3; i++) {
    const double x = PACKET[0].position[i] - PACKET[1].position[i];
    const double p = PACKET[0].momentum[i] - PACKET[1].momentum[i];
    separation += PetscSqr(x / (2.0 * WIDTH[i])) + PetscSqr(p * WIDTH[i] / HBAR);
  }
  by_hand =
      (PetscSqr(weight[0]) + PetscSqr(weight[1]) + 2.0 * weight[0] * weight[1] * exp(-separation)) /
      PetscSqr(weight[0] + weight[1]);
  assert_ok(QlbeStateMixture(HBAR, WIDTH, 2, PACKET, &state));
  assert_ok(QlbeStateGetMoments(&state, &moments));
  assert_close(moments.purity, by_hand, 1e-14, "purity of two packets");
  assert_ok(QlbeStateDestroy(&state));
}

/*
   |a><b| + |b><a| over the norm: trace 2 Re <b|a>, and the trace of its square 2 <a|a><b|b> + 2 Re
   <a|b>^2.
*/
static void test_interference(void **unused)
{
  const PetscScalar overlap = Overlap(&PACKET[0], &PACKET[1]);
  const double a = PetscRealPart(Overlap(&PACKET[0], &PACKET[0]));
  const double b = PetscRealPart(Overlap(&PACKET[1], &PACKET[1]));
  const double norm = a + b + 2.0 * PetscRealPart(overlap);
  QlbeStateMoments moments;
  QlbeQuantumState state, interference;

  (void)unused;
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, 2, PACKET, &state));
  assert_ok(QlbeStateInterference(&state, &interference));
  assert_ok(QlbeStateGetMoments(&interference, &moments));
  assert_close(moments.trace, 2.0 * PetscRealPart(overlap) / norm, 1e-13, "trace");
  assert_close(moments.purity, 2.0 * (a * b + PetscRealPart(overlap * overlap)) / (norm * norm),
               1e-13, "purity");
  assert_ok(QlbeStateDestroy(&interference));
  assert_ok(QlbeStateDestroy(&state));
}

static void test_gaussian(void **unused)
{
  const double width[3] = {0.8, 1.1, 2.5}, sigma[3] = {0.9, 0.6, 0.2};
  QlbeStateMoments moments, expected = {.trace = 1.0, .purity = 1.0};
  QlbeQuantumState state;

  (void)unused;
  assert_ok(QlbeStateGaussian(HBAR, width, sigma, &PACKET[2], &state));
  assert_ok(QlbeStateGetMoments(&state, &moments));
  for (int i = 0; i < 3; i++) {
    expected.purity *= HBAR / (2.0 * width[i] * sigma[i]);
    expected.position[i] = PACKET[2].position[i];
    expected.momentum[i] = PACKET[2].momentum[i];
    expected.covariance[i][i] = width[i] * width[i];
    for (int j = 0; j < 3; j++)
      expected.momentum2[i][j] =
          PACKET[2].momentum[i] * PACKET[2].momentum[j] + (i == j ? sigma[i] * sigma[i] : 0.0);
  }
  assert_small(Difference(&moments, &expected), 1e-14, "moments of a Gaussian");
  assert_ok(QlbeStateDestroy(&state));
}

/* Far from the origin, the covariance and the purity stay what they are. */
static void test_translation(void **unused)
{
  double worst = 0.0;
  QlbePacket far[PACKETS];
  QlbeStateMoments near_origin, moments;
  QlbeQuantumState state;

  (void)unused;
  for (int a = 0; a < PACKETS; a++) {
    far[a] = PACKET[a];
    /* the phase of an amplitude belongs to the centre: it is carried along */
    for (int i = 0; i < 3; i++) far[a].position[i] += 1048576.0;
  }
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, PACKET, &state));
  assert_ok(QlbeStateGetMoments(&state, &near_origin));
  assert_ok(QlbeStateDestroy(&state));
  assert_ok(QlbeStateSuperposition(HBAR, WIDTH, PACKETS, far, &state));
  assert_ok(QlbeStateGetMoments(&state, &moments));
  for (int i = 0; i < 3; i++) {
    worst = PetscMax(worst, fabs(moments.position[i] - near_origin.position[i] - 1048576.0));
    for (int j = 0; j < 3; j++)
      worst = PetscMax(worst, fabs(moments.covariance[i][j] - near_origin.covariance[i][j]));
  }
  print_message("after translation by 2^20: moments %.1e, purity %.1e\n", worst,
                fabs(moments.purity - 1.0));
  assert_small(worst, 2e-9, "moments after translation");
  assert_small(fabs(moments.purity - 1.0), 1e-9, "purity after translation");
  assert_ok(QlbeStateDestroy(&state));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_superposition), cmocka_unit_test(test_mixture),
      cmocka_unit_test(test_interference),  cmocka_unit_test(test_gaussian),
      cmocka_unit_test(test_translation),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
