/*
   Cross sections against 50-digit references that integrate over the angle, limits and identities.
*/
#include "scattering_test.h"
#include "qlbe/cross_sections.h"

static double Relative(double value, double expected)
{
  return fabs(value / expected - 1.0);
}

typedef struct {
  QlbeInteraction inter;
  double a, hbar;
  double worst[4];
} Comparison;

static void CompareRow(const double v[7], void *ctx)
{
  Comparison *c = ctx;
  const double unit = c->hbar / c->a, area = c->a * c->a, slope = c->a / c->hbar;
  QlbeCrossSections cs;
  double error[4];

  assert_ok(QlbeCrossSectionsCompute(c->inter, v[0] * unit, &cs));
  error[0] = Relative(cs.sigma_tot, area * v[1]);
  error[1] = Relative(cs.sigma_0, area * v[2]);
  error[2] = Relative(cs.sigma_z, area * slope * slope * v[3]);
  error[3] = Relative(cs.sigma_u, area * slope * v[4]);
  for (int i = 0; i < 4; i++) {
    assert_small(error[i], 1e-12, "cross section against the reference");
    c->worst[i] = PetscMax(c->worst[i], error[i]);
  }
  assert_small(hypot(PetscRealPart(cs.f0) - c->a * v[5], PetscImaginaryPart(cs.f0) - c->a * v[6]) /
                   (c->a * hypot(v[5], v[6])),
               1e-13, "forward amplitude against the reference");
}

static void test_reference(void **state)
{
  const double a[] = {1.0, 0.25}, hbar[] = {1.0, 2.0};

  (void)state;
  for (int i = 0; i < 2; i++) {
    Comparison c = {.a = a[i], .hbar = hbar[i]};

    c.inter = NewInteraction(QLBE_HARD_SPHERE, a[i], hbar[i]);
    assert_int_equal(ReadReference("cross", CompareRow, &c), 11);
    print_message("largest relative errors: %.2e %.2e %.2e %.2e\n", c.worst[0], c.worst[1],
                  c.worst[2], c.worst[3]);
    assert_ok(QlbeInteractionDestroy(&c.inter));
  }
}

/* A second set of values, computed by quadrature in double precision and given to ten decimals. */
static void test_tabulated_values(void **state)
{
  const double table[][7] = {
      {0.001, 12.5663664256, 12.5663580480, 6.2831755333, -6.2831727408, -1.0000003333,
       0.0009999997},
      {1.0, 10.6262418996, 7.2603125099, 2.2142040302, -1.5056421699, -1.1687530668, 0.8456094625},
      {10.0, 7.5311156294, 3.4800191306, 0.0315959389, 0.0031014541, -2.0023467617, 5.9930713971}};
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);

  (void)state;
  for (int i = 0; i < 3; i++) {
    const double *v = table[i];
    QlbeCrossSections cs;

    assert_ok(QlbeCrossSectionsCompute(inter, v[0], &cs));
    assert_small(fabs(cs.sigma_tot - v[1]), 1e-10, "sigma_tot");
    assert_small(fabs(cs.sigma_0 - v[2]), 1e-10, "sigma_0");
    assert_small(fabs(cs.sigma_z - v[3]), 1e-10, "sigma_z");
    assert_small(fabs(cs.sigma_u - v[4]), 1e-10, "sigma_u");
    assert_small(fabs(PetscRealPart(cs.f0) - v[5]), 1e-10, "Re f0");
    assert_small(fabs(PetscImaginaryPart(cs.f0) - v[6]), 1e-10, "Im f0");
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* 4 pi a^2 for slow particles; twice the geometric shadow for fast ones, 1 + 0.9962 kappa^(-2/3).
 */
static void test_limits(void **state)
{
  const double a = 3.0;
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, a, 1.0);
  QlbeCrossSections cs;

  (void)state;
  assert_ok(QlbeCrossSectionsCompute(inter, 0.0, &cs));
  assert_small(Relative(cs.sigma_tot, 4.0 * PETSC_PI * a * a), 1e-14, "sigma_tot at rest");
  assert_small(Relative(cs.sigma_0, 4.0 * PETSC_PI * a * a), 1e-14, "sigma_0 at rest");
  assert_small(Relative(cs.sigma_z, 2.0 * PETSC_PI * pow(a, 4)), 1e-14, "sigma_z at rest");
  assert_small(Relative(cs.sigma_u, -2.0 * PETSC_PI * pow(a, 3)), 1e-14, "sigma_u at rest");
  for (double kappa = 1e2; kappa < 2e4; kappa *= 10.0) {
    assert_ok(QlbeCrossSectionsCompute(inter, kappa / a, &cs));
    /* The next order of both is kappa^(-4/3); sigma_0 has no leading edge term. */
    assert_small(
        fabs(cs.sigma_tot / (2.0 * PETSC_PI * a * a) - 1.0 - 0.9962 * pow(kappa, -2.0 / 3.0)),
        0.5 * pow(kappa, -4.0 / 3.0), "sigma_tot of fast particles");
    assert_small(Relative(cs.sigma_0, PETSC_PI * a * a), 4.0 * pow(kappa, -4.0 / 3.0),
                 "sigma_0 of fast particles");
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* sigma_tot = (4 pi hbar/p) Im f(0), at momenta that are not round. */
static void test_optical_theorem(void **state)
{
  const double hbar = 0.7;
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.3, hbar);

  (void)state;
  for (double p = 1.1e-8; p < 6e3; p *= 3.7) {
    QlbeCrossSections cs;

    assert_ok(QlbeCrossSectionsCompute(inter, p, &cs));
    assert_small(Relative(4.0 * PETSC_PI * hbar / p * PetscImaginaryPart(cs.f0), cs.sigma_tot),
                 1e-13, "optical theorem");
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

static void test_other_interactions(void **state)
{
  QlbeInteraction constant = NewInteraction(QLBE_CONSTANT, 3.0, 0.5);
  QlbeInteraction classical = NewInteraction(QLBE_CLASSICAL, 3.0, 0.5);
  QlbeCrossSections cs;

  (void)state;
  assert_ok(QlbeCrossSectionsCompute(constant, 2.0, &cs));
  assert_small(Relative(cs.sigma_tot, 36.0 * PETSC_PI), 1e-15, "constant sigma_tot");
  assert_true(cs.sigma_0 == cs.sigma_tot && cs.sigma_z == 0.0 && cs.sigma_u == 0.0);
  assert_true(cs.f0 == -3.0);
  assert_ok(QlbeCrossSectionsCompute(classical, 2.0, &cs));
  assert_small(Relative(cs.sigma_tot, 9.0 * PETSC_PI), 1e-15, "classical sigma_tot");
  assert_true(cs.sigma_0 == cs.sigma_tot && cs.sigma_z == 0.0 && cs.sigma_u == 0.0);
  assert_true(cs.f0 == 0.0);
  assert_ok(QlbeInteractionDestroy(&constant));
  assert_ok(QlbeInteractionDestroy(&classical));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference),
      cmocka_unit_test(test_tabulated_values),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_optical_theorem),
      cmocka_unit_test(test_other_interactions),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
