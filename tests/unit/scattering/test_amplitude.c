/*
   The amplitude and its derivative against 50-digit references, closed forms and each other.
*/
#include "scattering_test.h"

typedef struct {
  QlbeInteraction inter;
  double a, hbar;
  double worst_f, worst_dzf;
} Comparison;

static double Cabs(double re, double im)
{
  return hypot(re, im);
}

static void CompareRow(const double v[7], void *ctx)
{
  Comparison *c = ctx;
  const double unit = c->hbar / c->a, slope = c->a * c->a / c->hbar;
  const double f_size = PetscMax(Cabs(v[3], v[4]), 0.5), d_size = Cabs(v[5], v[6]);
  PetscComplex f, d;
  double error;

  assert_ok(QlbeInteractionAmplitude(c->inter, v[1] * unit, v[2] * unit, &f, &d));
  f /= c->a;
  d /= slope;
  error = Cabs(PetscRealPart(f) - v[3], PetscImaginaryPart(f) - v[4]) / f_size;
  c->worst_f = PetscMax(c->worst_f, error);
  assert_small(error, 1e-12, "f against the reference");
  error = Cabs(PetscRealPart(d) - v[5], PetscImaginaryPart(d) - v[6]);
  /*
     Away from forward, d_z f is what two parts of size a^2/hbar leave of each other, down to 1e-10:
     there rounding allows an absolute bound only.
  */
  assert_small(error, 1e-12 * PetscMax(d_size, 1e-5), "d_z f against the reference");
  if (d_size > 1e-3) c->worst_dzf = PetscMax(c->worst_dzf, error / d_size);
}

/* Units of powers of two: the scaled arguments are exact, and so the same bound holds. */
static void test_reference(void **state)
{
  const double a[] = {1.0, 0.25}, hbar[] = {1.0, 2.0};

  (void)state;
  for (int i = 0; i < 2; i++) {
    Comparison c = {.a = a[i], .hbar = hbar[i]};

    c.inter = NewInteraction(QLBE_HARD_SPHERE, a[i], hbar[i]);
    assert_int_equal(ReadReference("amplitude", CompareRow, &c), 77);
    print_message("largest relative errors: f %.2e, d_z f %.2e where above 1e-3\n", c.worst_f,
                  c.worst_dzf);
    assert_ok(QlbeInteractionDestroy(&c.inter));
  }
}

/* In the s-wave limit f = -a + i a^2 p/hbar + O(p^2) and d_z f = i (a^2/hbar) z/p. */
static void test_small_momentum(void **state)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 2.0, 0.5);
  PetscComplex f, d;

  (void)state;
  assert_ok(QlbeInteractionAmplitude(inter, 3e-12, 4e-12, &f, &d));
  assert_small(fabs(PetscRealPart(f) + 2.0), 1e-15, "Re f");
  assert_small(fabs(PetscImaginaryPart(f) / (8.0 * 5e-12) - 1.0), 1e-10, "Im f");
  assert_small(PetscAbsComplex(d - PETSC_i * 8.0 * 0.6), 1e-9, "d_z f");
  assert_ok(QlbeInteractionAmplitude(inter, 0.0, 0.0, &f, &d));
  assert_small(PetscAbsComplex(f + 2.0), 1e-15, "f at rest");
  assert_small(PetscAbsComplex(d - PETSC_i * 8.0), 1e-14, "d_z f at rest");
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* The central difference of f in z at fixed y, Richardson-extrapolated, has order h^4. */
static void test_derivative_is_difference(void **state)
{
  const double points[][2] = {{0.3, 0.2}, {1.0, 1.0}, {4.0, 0.5}, {0.5, 7.0}, {20.0, 12.0}};
  const double h = 2e-3;
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);

  (void)state;
  for (int i = 0; i < 5; i++) {
    const double z = points[i][0], y = points[i][1];
    PetscComplex f, d, up[2], down[2], coarse, fine;

    assert_ok(QlbeInteractionAmplitude(inter, z, y, &f, &d));
    for (int j = 0; j < 2; j++) {
      assert_ok(QlbeInteractionAmplitude(inter, z + (j + 1) * h, y, &up[j], NULL));
      assert_ok(QlbeInteractionAmplitude(inter, z - (j + 1) * h, y, &down[j], NULL));
    }
    fine = (up[0] - down[0]) / (2.0 * h);
    coarse = (up[1] - down[1]) / (4.0 * h);
    assert_small(PetscAbsComplex((4.0 * fine - coarse) / 3.0 - d), 2e-9, "d_z f and difference");
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

/* At kappa = 1e4, far from forward: geometric reflection, with |f| = a/2 up to O(1/kappa). */
static void test_large_momentum(void **state)
{
  const double kappa = 1e4, theta = 2.0;
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
  const double y = kappa * sin(theta / 2.0);
  PetscComplex f, mirror;

  (void)state;
  assert_ok(QlbeInteractionAmplitude(inter, kappa * cos(theta / 2.0), y, &f, NULL));
  mirror = -0.5 * PetscExpComplex(-2.0 * PETSC_i * y);
  assert_small(PetscAbsComplex(f - mirror), 2.0 / kappa, "reflected amplitude");
  assert_ok(QlbeInteractionForward(inter, kappa, &f));
  assert_small(fabs(PetscImaginaryPart(f) / (0.5 * kappa) - 1.0), 2.0 * pow(kappa, -2.0 / 3.0),
               "shadow");
  assert_ok(QlbeInteractionDestroy(&inter));
}

static void test_other_interactions(void **state)
{
  QlbeInteraction constant = NewInteraction(QLBE_CONSTANT, 3.0, 0.5);
  QlbeInteraction classical = NewInteraction(QLBE_CLASSICAL, 3.0, 0.5);
  PetscComplex f, d;

  (void)state;
  assert_ok(QlbeInteractionAmplitude(constant, 2.0, 5.0, &f, &d));
  assert_true(f == -3.0 && d == 0.0);
  assert_ok(QlbeInteractionForward(constant, 2.0, &f));
  assert_true(f == -3.0);
  assert_ok(QlbeInteractionAmplitude(classical, 2.0, 5.0, &f, &d));
  assert_true(f == -1.5 && d == 0.0);
  assert_ok(QlbeInteractionForward(classical, 2.0, &f));
  assert_true(f == 0.0);
  assert_ok(QlbeInteractionDestroy(&constant));
  assert_ok(QlbeInteractionDestroy(&classical));
  assert_null(constant);
}

static void test_bad_input(void **state)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0), bad;
  QlbeParameters par = ScatteringParameters(QLBE_HARD_SPHERE, -1.0, 1.0);
  PetscComplex f;

  (void)state;
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeInteractionCreate(&par, &bad), PETSC_ERR_ARG_OUTOFRANGE);
  par.a = 1.0;
  par.hbar = NAN;
  assert_int_equal(QlbeInteractionCreate(&par, &bad), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeInteractionAmplitude(inter, -1.0, 1.0, &f, NULL), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeInteractionAmplitude(inter, 1.0, NAN, &f, NULL), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeInteractionForward(inter, 1e7, &f), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeInteractionDestroy(&inter));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference),
      cmocka_unit_test(test_small_momentum),
      cmocka_unit_test(test_derivative_is_difference),
      cmocka_unit_test(test_large_momentum),
      cmocka_unit_test(test_other_interactions),
      cmocka_unit_test(test_bad_input),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
