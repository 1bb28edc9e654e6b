/*
   Samples of the transverse integral, mode by mode, against the plane quadrature of kernel_test.h
   and closed forms.
*/
#include "kernel_test.h"
#include "qlbe/transverse_sample.h"

enum { Q = 3, K = 2, RHO = 3, MODES = 24, ANGLES = 4 };

static const double q[Q] = {0.5, 1.4, 3.7}, rho[RHO] = {0.3, 1.2, 2.8};
static const double angles[ANGLES] = {0.0, 0.8, 0.5 * PETSC_PI, 2.6};

/* A sampler, and the modes at the nodes above for k_perp = k and k/3. */
typedef struct {
  QlbeParameters par;
  QlbeInteraction inter;
  QlbeTransverseSampler sampler;
  double k_perp[K], rho2[RHO];
  double values[Q][K][MODES][RHO];
} SampleCase;

static void Create(const QlbeParameters *par, double k, SampleCase *c)
{
  const QlbeTransverseRange range = {q[0], q[Q - 1], rho[RHO - 1], k};

  c->par = *par;
  assert_ok(QlbeInteractionCreate(par, &c->inter));
  assert_ok(QlbeTransverseSamplerCreate(par, c->inter, &range, 1e-13, &c->sampler));
  c->k_perp[0] = k;
  c->k_perp[1] = k / 3.0;
  for (int r = 0; r < RHO; r++) c->rho2[r] = rho[r] * rho[r];
}

static void Sample(SampleCase *c, PetscInt n_k, PetscInt n_modes, double values[])
{
  const QlbeTransverseNodes nodes = {Q, n_k, n_modes, RHO, q, c->k_perp, c->rho2};

  assert_ok(QlbeTransverseSample(c->sampler, &nodes, values));
}

static void Destroy(SampleCase *c)
{
  assert_ok(QlbeTransverseSamplerDestroy(&c->sampler));
  assert_ok(QlbeInteractionDestroy(&c->inter));
  assert_null(c->sampler);
}

/* sum_n F_n cos(n alpha), odd modes with the factor i rho k_perp. */
static PetscComplex Sum(const SampleCase *c, int iq, int ik, int r, double angle)
{
  double re = 0.0, im = 0.0;

  for (int n = 0; n < MODES; n += 2) re += c->values[iq][ik][n][r] * cos(n * angle);
  for (int n = 1; n < MODES; n += 2) im += c->values[iq][ik][n][r] * cos(n * angle);
  return PetscCMPLX(re, rho[r] * c->k_perp[ik] * im);
}

/*
   Largest relative difference to the plane quadrature; *imaginary is the largest share of Im F met.
*/
static double Compare(const SampleCase *c, double *imaginary)
{
  double worst = 0.0;

  *imaginary = 0.0;
  for (int i = 0; i < 2 * ANGLES; i++) {
    const int iq = i % Q, ik = i % K, r = (i / 2 + i / Q) % RHO, a = i / 2;
    const TransversePoint at = {q[iq], rho[r], c->k_perp[ik], angles[a]};
    PetscComplex direct = 0.0;

    assert_ok(DirectTransverse(&c->par, c->inter, &at, &direct));
    worst = PetscMax(worst, PetscAbsComplex(Sum(c, iq, ik, r, angles[a]) / direct - 1.0));
    *imaginary = PetscMax(*imaginary, fabs(PetscImaginaryPart(direct)) / PetscAbsComplex(direct));
  }
  return worst;
}

static void test_direct(void **state)
{
  const QlbeParameters kinds[] = {UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0),
                                  UnlikeParameters(QLBE_HARD_SPHERE)};
  const double k[] = {0.5, 4.0};

  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    for (int i = 0; i < 2; i++) {
      double worst, imaginary, error;
      SampleCase c;

      Create(&kinds[kind], k[i], &c);
      Sample(&c, K, MODES, c.values[0][0][0]);
      worst = Compare(&c, &imaginary);
      assert_ok(QlbeTransverseSamplerGetError(c.sampler, &error));
      print_message(
          "k = %g: largest relative difference %.2e, Im F up to %.2f of F, amplitude %.1e\n", k[i],
          worst, imaginary, error);
      assert_small(worst, 1e-10, "sum of modes and plane quadrature");
      assert_small(error, 1e-11, "amplitude table");
      assert_true(imaginary > 1e-2);
      Destroy(&c);
    }
  }
}

/* A constant amplitude has the mode 0 alone, (2 pi m/beta) a^2 at every argument. */
static void test_constant(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const double closed = 2.0 * PETSC_PI * par.m / par.beta * par.a * par.a;
  double worst = 0.0, rest = 0.0;
  SampleCase c;

  (void)state;
  Create(&par, 2.0, &c);
  Sample(&c, K, MODES, c.values[0][0][0]);
  for (int iq = 0; iq < Q; iq++) {
    for (int ik = 0; ik < K; ik++) {
      for (int r = 0; r < RHO; r++) {
        worst = PetscMax(worst, fabs(c.values[iq][ik][0][r] / closed - 1.0));
        for (int n = 1; n < MODES; n++)
          rest = PetscMax(rest, fabs(c.values[iq][ik][n][r]) / closed);
      }
    }
  }
  print_message("mode 0 %.2e, the others %.2e\n", worst, rest);
  assert_small(worst, 1e-13, "mode 0");
  assert_small(rest, 1e-13, "other modes");
  Destroy(&c);
}

/*
   At k = 0 there is one mode, F itself, whatever k the sampler is for; the modes asked for do not
   change each other.
*/
static void test_rest(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  double at_rest[Q][RHO], again[Q][RHO], few[Q][K][3][RHO], worst = 0.0, change = 0.0;
  SampleCase c, still;

  (void)state;
  Create(&par, 1.5, &c);
  Sample(&c, K, MODES, c.values[0][0][0]);
  Sample(&c, K, 3, few[0][0][0]);
  c.k_perp[0] = 0.0;
  Sample(&c, 1, 1, at_rest[0]);
  Create(&par, 0.0, &still);
  Sample(&still, 1, 1, again[0]);
  for (int iq = 0; iq < Q; iq++) {
    for (int r = 0; r < RHO; r++) {
      const TransversePoint at = {q[iq], rho[r], 0.0, 0.0};
      PetscComplex direct = 0.0;

      assert_ok(DirectTransverse(&par, c.inter, &at, &direct));
      worst = PetscMax(worst, PetscAbsComplex(at_rest[iq][r] / direct - 1.0));
      worst = PetscMax(worst, PetscAbsComplex(again[iq][r] / direct - 1.0));
      for (int n = 0; n < 3; n++)
        change = PetscMax(change, fabs(few[iq][1][n][r] - c.values[iq][1][n][r]) / at_rest[iq][r]);
    }
  }
  print_message("k = 0 %.2e, fewer modes %.2e\n", worst, change);
  assert_small(worst, 1e-10, "k = 0");
  assert_small(change, 1e-12, "fewer modes");
  Destroy(&still);
  Destroy(&c);
}

/*
   Small wave numbers. Odd modes over rho k_perp have a limit, met to O(k^2), and are left at 0 at
   k = 0. Samples with the same number of modes share their rounding: (F_0(k) - F_0(0))/k^2 keeps
   its digits where F_0 changes by 1e-6 of itself.
*/
static void test_small_wave_numbers(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const double k[3] = {0.0, 1e-3, 1e-2};
  double values[3][Q][1][4][RHO], limit = 0.0, curvature = 0.0;
  SampleCase c;

  (void)state;
  Create(&par, 0.5, &c);
  for (int i = 0; i < 3; i++) {
    c.k_perp[0] = k[i];
    Sample(&c, 1, 4, values[i][0][0][0]);
  }
  for (int iq = 0; iq < Q; iq++) {
    for (int r = 0; r < RHO; r++) {
      const double rest = values[0][iq][0][0][r], odd = values[1][iq][0][1][r];
      const double small = (values[1][iq][0][0][r] - rest) / (k[1] * k[1]);
      const double larger = (values[2][iq][0][0][r] - rest) / (k[2] * k[2]);

      assert_true(values[0][iq][0][1][r] == 0.0 && values[0][iq][0][3][r] == 0.0);
      assert_true(fabs(odd) > 1e-3 * rest && fabs(larger) > 1e-4 * rest);
      limit = PetscMax(limit, fabs(values[2][iq][0][1][r] / odd - 1.0));
      curvature = PetscMax(curvature, fabs(small / larger - 1.0));
    }
  }
  print_message("change of the first mode %.2e, of the curvature of F %.2e\n", limit, curvature);
  assert_small(limit, 1e-4, "limit of the first mode");
  assert_small(curvature, 1e-4, "curvature of F");
  Destroy(&c);
}

/*
   A sample of q in two pieces, the first of one whole block, has the bits of the whole one, at rest
   and in motion.
*/
static void test_pieces(void **state)
{
  enum { ALL = 2 * QLBE_TRANSVERSE_BLOCK + 5, FEW = 6 };
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const PetscInt begin[3] = {0, QLBE_TRANSVERSE_BLOCK, ALL};
  double many[ALL], whole[ALL][K][FEW][RHO], pieces[ALL][K][FEW][RHO];
  SampleCase c;

  (void)state;
  Create(&par, 1.5, &c);
  c.k_perp[0] = 0.0;
  c.k_perp[1] = 1.1;
  for (int i = 0; i < ALL; i++) many[i] = q[0] + (q[Q - 1] - q[0]) * i / (ALL - 1.0);
  for (int piece = -1; piece < 2; piece++) {
    const PetscInt first = piece < 0 ? 0 : begin[piece];
    const PetscInt n_q = piece < 0 ? ALL : begin[piece + 1] - first;
    const QlbeTransverseNodes nodes = {n_q, K, FEW, RHO, many + first, c.k_perp, c.rho2};

    assert_ok(
        QlbeTransverseSample(c.sampler, &nodes, piece < 0 ? whole[0][0][0] : pieces[first][0][0]));
  }
  for (int iq = 0; iq < ALL; iq++) {
    for (int r = 0; r < RHO; r++) {
      assert_true(whole[iq][0][0][r] > 0.0 && whole[iq][1][0][r] > 0.0 &&
                  whole[iq][1][1][r] != 0.0);
      for (int ik = 0; ik < K; ik++) {
        for (int n = 0; n < FEW; n++) assert_true(pieces[iq][ik][n][r] == whole[iq][ik][n][r]);
      }
    }
  }
  Destroy(&c);
}

/*
   Pieces dealt to several arrays, a few neighbours at a time and from the last on, add up to the
   bits of the whole sample: the shares of ranks, which need not end with a k_perp or a half of the
   quadrature.
*/
static void test_dealt(void **state)
{
  enum { ALL = QLBE_TRANSVERSE_BLOCK + 5, FEW = 6, SIZE = ALL * K * FEW * RHO, SHARES = 3 };
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  double many[ALL], whole[SIZE], share[SHARES][SIZE] = {{0.0}};
  SampleCase c;
  QlbeTransverseNodes nodes = {ALL, K, FEW, RHO, many, NULL, NULL};
  PetscInt pieces;

  (void)state;
  Create(&par, 1.5, &c);
  c.k_perp[0] = 0.0;
  nodes.k_perp = c.k_perp;
  nodes.rho2 = c.rho2;
  for (int i = 0; i < ALL; i++) many[i] = q[0] + (q[Q - 1] - q[0]) * i / (ALL - 1.0);
  pieces = QlbeTransversePieces(&nodes);
  assert_int_equal(pieces, 8); /* two k_perp, two halves, two blocks */
  assert_ok(QlbeTransverseSample(c.sampler, &nodes, whole));
  for (PetscInt end = pieces, i = 0; end > 0; end -= 3, i++)
    assert_ok(QlbeTransverseAddPieces(c.sampler, &nodes, PetscMax(end - 3, 0), end, share[i]));
  for (int i = 0; i < SIZE; i++) {
    for (int n = 1; n < SHARES; n++) share[0][i] += share[n][i];
    assert_true(share[0][i] == whole[i]);
  }
  Destroy(&c);
}

/* (m_star/M) hbar k/2 a/hbar */
static void test_contracts(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  SampleCase c;

  (void)state;
  Create(&par, 2.0, &c);
  assert_close(QlbeTransverseSamplerPhase(c.sampler), 0.546875 / 2.5 * 0.8, 1e-15, "phase");
  Destroy(&c);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_direct),    cmocka_unit_test(test_constant),
      cmocka_unit_test(test_rest),      cmocka_unit_test(test_small_wave_numbers),
      cmocka_unit_test(test_pieces),    cmocka_unit_test(test_dealt),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
