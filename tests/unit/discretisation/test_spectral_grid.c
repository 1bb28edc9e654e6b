/*
   The rules of the spectral grid against moments in closed form, and its basis.
*/
#include "check.h"
#include "spectral_grid.h"

/* No two scales alike. */
static const QlbeSpectralScales scales = {.particle = 1.3,
                                          .transfer = 0.9,
                                          .along = 1.1,
                                          .peak = 0.2,
                                          .across = 0.7,
                                          .modes = 2.0,
                                          .refinement = 1.0};

static QlbeSpectralGrid Create(PetscInt n_radial, PetscInt n_angular)
{
  QlbeSpectralGrid g;

  assert_ok(QlbeSpectralGridSetUp(n_radial, n_angular, &scales, &g));
  return g;
}

/* sum_j w_j x_j^power exp(-x_j^2/2 width^2); without the Gaussian for width 0. */
static double Moment(const QlbeRule *rule, double power, double width)
{
  double sum = 0.0;

  for (PetscInt j = 0; j < rule->n; j++) {
    const double y = width > 0.0 ? rule->x[j] / width : 0.0;

    sum += rule->w[j] * pow(rule->x[j], power) * exp(-0.5 * y * y);
  }
  return sum;
}

/* int_0^inf x^power exp(-x^2/2 width^2) dx */
static double HalfGaussian(double power, double width)
{
  return 0.5 * pow(2.0 * width * width, 0.5 * (power + 1.0)) * tgamma(0.5 * (power + 1.0));
}

/* Largest relative error of moments [0, last] of rules for x^measure dx under a Gaussian. */
static double WorstMoment(const QlbeRule *rule, int measure, int last, double width)
{
  double worst = 0.0;

  for (int k = 0; k <= last; k++)
    worst = PetscMax(worst, fabs(Moment(rule, k, width) / HalfGaussian(k + measure, width) - 1.0));
  return worst;
}

/* int nu = 1, < p^2 > = 3 M/beta, and so on: (2 j + 1)!! (M/beta)^j. */
static void test_equilibrium(void **state)
{
  const double squares = scales.particle * scales.particle;
  double exact = 1.0, worst = 0.0;
  QlbeSpectralGrid g = Create(8, 3);

  (void)state;
  for (int j = 0; j <= 6; j++) {
    worst = PetscMax(worst, fabs(Moment(&g.p, 2 * j, 0.0) / exact - 1.0));
    exact *= (2 * j + 3) * squares;
  }
  print_message("moments of the equilibrium %.2e\n", worst);
  assert_small(worst, 1e-12, "moments of the equilibrium");
  /* < |p| > = (8/pi)^(1/2) (M/beta)^(1/2), which the normalisation alone would not give */
  assert_close(Moment(&g.p, 1, 0.0), sqrt(8.0 / PETSC_PI) * scales.particle, 1e-12, "mean of |p|");
  assert_ok(QlbeSpectralGridDestroy(&g));
}

/*
   s and rho: Gaussians of their own widths, and the wider ones that the equilibrium alone would
   leave.
*/
static void test_midpoints(void **state)
{
  double s, rho;
  QlbeSpectralGrid g = Create(8, 3);

  (void)state;
  s = WorstMoment(&g.s, 0, 20, scales.along);
  rho = WorstMoment(&g.rho, 1, 20, scales.particle);
  print_message("moments in s %.2e, in rho %.2e\n", s, rho);
  assert_small(s, 1e-12, "moments in s");
  assert_small(rho, 1e-12, "moments in rho");
  s = WorstMoment(&g.s, 0, 4, 0.8 * scales.along);
  rho = WorstMoment(&g.rho, 1, 4, 0.8 * scales.particle);
  print_message("with Gaussians of 0.8 of their widths %.2e, %.2e\n", s, rho);
  assert_small(s, 1e-12, "narrower Gaussian in s");
  assert_small(rho, 1e-12, "narrower Gaussian in rho");
  assert_ok(QlbeSpectralGridDestroy(&g));
}

/* q^2 dq with the broad Gaussian, with 1/q, and with a peak of the smaller scale. */
static void test_transfers(void **state)
{
  const double root = scales.peak;
  double broad, singular, peaked, lorentzian, exact;
  QlbeSpectralGrid g = Create(8, 3);

  (void)state;
  broad = WorstMoment(&g.q, 2, 8, scales.transfer);
  singular = fabs(Moment(&g.q, -1, scales.transfer) / HalfGaussian(1, scales.transfer) - 1.0);
  peaked = WorstMoment(&g.q, 2, 2, scales.peak);
  /* int q^2/(q^2 + r^2) exp(-q^2/2T^2) dq = HalfGaussian(0) - (pi/2) r exp(r^2/2T^2)
     erfc(r/(2^(1/2) T)) */
  lorentzian = 0.0;
  for (PetscInt j = 0; j < g.q.n; j++) {
    const double q = g.q.x[j];

    lorentzian += g.q.w[j] / (q * q + root * root) * exp(-0.5 * pow(q / scales.transfer, 2));
  }
  exact = HalfGaussian(0, scales.transfer) - 0.5 * PETSC_PI * root *
                                                 exp(0.5 * pow(root / scales.transfer, 2)) *
                                                 erfc(root / scales.transfer / sqrt(2.0));
  lorentzian = fabs(lorentzian / exact - 1.0);
  print_message("broad %.2e, 1/q %.2e, peaked %.2e, poles %.2e\n", broad, singular, peaked,
                lorentzian);
  assert_small(broad, 1e-13, "moments in q");
  assert_small(singular, 1e-13, "1/q");
  assert_small(peaked, 1e-11, "moments of a peak");
  assert_small(lorentzian, 1e-12, "poles at the scale of the peak");
  assert_ok(QlbeSpectralGridDestroy(&g));
}

/* Angles: products of two harmonics l < n_angular and what multiplies them are polynomials. */
static void test_angles(void **state)
{
  double cosine = 0.0, tilt = 0.0;
  QlbeSpectralGrid g = Create(4, 9);

  (void)state;
  for (int k = 0; k <= 20; k++)
    cosine = PetscMax(cosine, fabs(Moment(&g.cosine, k, 0.0) - (k % 2 == 0 ? 2.0 / (k + 1) : 0.0)));
  for (int k = 0; k <= 16; k++)
    tilt = PetscMax(tilt, fabs(Moment(&g.tilt, k, 0.0) - 1.0 / (k + 1.0)));
  print_message("cosine %.2e, tilt %.2e\n", cosine, tilt);
  assert_small(cosine, 1e-14, "moments in the cosine");
  assert_small(tilt, 1e-14, "moments in the tilt");
  assert_ok(QlbeSpectralGridDestroy(&g));
}

/*
   Largest deviation from orthonormality of the first n radial functions of g, of all angular
   momenta, in the rule of p.
*/
static double Deviation(const QlbeSpectralGrid *g, int n, const QlbeRule *rule)
{
  double worst = 0.0;

  for (PetscInt l = 0; l < g->n_angular; l++) {
    double gram[10][10] = {{0.0}};

    for (PetscInt j = 0; j < rule->n; j++) {
      const double p2 = rule->x[j] * rule->x[j];
      double R[10];

      QlbeRadialBasisEvaluate(g->radial[l], 1, &p2, R);
      if (l == 0) assert_close(R[0], 1.0, 1e-13, "the constant");
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) gram[i][k] += rule->w[j] * R[i] * R[k];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) worst = PetscMax(worst, fabs(gram[i][k] - (i == k ? 1.0 : 0.0)));
    }
  }
  return worst;
}

/*
   Orthonormal in int dp 4 pi p^2 nu itself, with the constant first: in a rule of three times the
   order of the grid's, whose own rule need not resolve products of the highest functions.
*/
static void test_basis(void **state)
{
  QlbeSpectralScales finer = scales;
  QlbeSpectralGrid g = Create(10, 7), fine;
  double own, all;

  (void)state;
  finer.refinement = 3.0;
  assert_ok(QlbeSpectralGridSetUp(10, 1, &finer, &fine));
  own = Deviation(&g, 5, &g.p);
  all = Deviation(&g, 10, &fine.p);
  print_message("orthonormality %.2e; of the first five in the rule of the grid %.2e\n", all, own);
  assert_small(own, 1e-12, "orthonormality of the leading functions in the rule of the grid");
  assert_small(all, 1e-12, "orthonormality of all functions");
  for (PetscInt m = -8; m <= 8; m++)
    assert_int_equal(QlbeSpectralGridSize(&g, m), 10 * PetscMax(0, 7 - PetscAbs(m)));
  assert_ok(QlbeSpectralGridDestroy(&g));
  assert_ok(QlbeSpectralGridDestroy(&fine));
}

/* Refinement multiplies orders. */
static void test_refinement(void **state)
{
  QlbeSpectralScales finer = scales;
  QlbeSpectralGrid g = Create(6, 5), fine;
  const QlbeRule *coarse[] = {&g.p, &g.cosine, &g.q, &g.s, &g.rho, &g.tilt};
  const QlbeRule *refined[] = {&fine.p, &fine.cosine, &fine.q, &fine.s, &fine.rho, &fine.tilt};

  (void)state;
  finer.refinement = 1.5;
  assert_ok(QlbeSpectralGridSetUp(6, 5, &finer, &fine));
  for (int i = 0; i < 6; i++)
    assert_close((double)refined[i]->n, 1.5 * (double)coarse[i]->n, 1.6, "refined order");
  assert_ok(QlbeSpectralGridDestroy(&fine));
  assert_ok(QlbeSpectralGridDestroy(&g));
}

static void test_contracts(void **state)
{
  QlbeSpectralScales bad[6];
  QlbeSpectralGrid g;

  (void)state;
  for (int i = 0; i < 6; i++) bad[i] = scales;
  bad[0].particle = 0.0;
  bad[1].transfer = -1.0;
  bad[2].along = 0.0;
  bad[3].peak = 0.0;
  bad[4].across = -0.1;
  bad[5].refinement = 0.0;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeSpectralGridSetUp(1, 1, &scales, &g), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeSpectralGridSetUp(2, 0, &scales, &g), PETSC_ERR_ARG_OUTOFRANGE);
  for (int i = 0; i < 6; i++)
    assert_int_equal(QlbeSpectralGridSetUp(2, 1, &bad[i], &g), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  g = Create(2, 1);
  assert_ok(QlbeSpectralGridDestroy(&g));
  assert_null(g.radial);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equilibrium), cmocka_unit_test(test_midpoints),
      cmocka_unit_test(test_transfers),   cmocka_unit_test(test_angles),
      cmocka_unit_test(test_basis),       cmocka_unit_test(test_refinement),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
