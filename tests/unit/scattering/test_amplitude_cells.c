/*
   The amplitude on small cells against direct sums, with its derivative, and its limits.
*/
#include "qlbe/amplitude_cells.h"
#include "scattering_test.h"

enum { N = 57 };

/* Largest errors of f in units of a, and of d_z f in units of a^2/hbar, over the quarter disc. */
static void Errors(QlbeInteraction inter, QlbeAmplitudeCells cells, double a, double hbar,
                   double p_max, double worst[2])
{
  worst[0] = worst[1] = 0.0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      const double p = p_max * (1.0 - 1e-13) * (i + 0.0) / (N - 1.0),
                   angle = 0.5 * PETSC_PI * j / (N - 1.0);
      const double z = p * cos(angle), y = p * sin(angle);
      PetscComplex f, dzf;
      QlbeAmplitudePoint value, slope;
      assert_ok(QlbeInteractionAmplitude(inter, PetscMax(z, 0.0), y, &f, &dzf));
      QlbeAmplitudeCellsValue(cells, PetscMax(z, 0.0), y, &value);
      QlbeAmplitudeCellsDerivative(cells, PetscMax(z, 0.0), y, &slope);
      worst[0] = PetscMax(worst[0], PetscAbsComplex(PetscCMPLX(value.re, value.im) - f) / a);
      worst[0] = PetscMax(worst[0], PetscAbsComplex(PetscCMPLX(slope.re, slope.im) - f) / a);
      worst[1] = PetscMax(worst[1], PetscAbsComplex(PetscCMPLX(slope.dz_re, slope.dz_im) - dzf) *
                                        hbar / (a * a));
    }
}

static void Check(double a, double hbar, double kappa)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, a, hbar);
  const double p_max = kappa * hbar / a;
  QlbeAmplitudeCells cells;
  double worst[2];

  assert_ok(QlbeAmplitudeCellsCreate(inter, p_max, 2e-9, &cells));
  Errors(inter, cells, a, hbar, p_max, worst);
  print_message("kappa %g: f %.1e, measured %.1e; d_z f %.1e; %.1f MB\n", kappa, worst[0],
                QlbeAmplitudeCellsError(cells), worst[1], 1e-6 * QlbeAmplitudeCellsBytes(cells));
  assert_small(QlbeAmplitudeCellsError(cells), 2e-9, "measured error");
  assert_small(worst[0], 4.0 * QlbeAmplitudeCellsError(cells), "f beside its measured error");
  assert_small(worst[1], 2e-7, "d_z f");
  assert_ok(QlbeAmplitudeCellsDestroy(&cells));
  assert_null(cells);
  assert_ok(QlbeInteractionDestroy(&inter));
}

static void test_against_sums(void **state)
{
  (void)state;
  Check(1.0, 1.0, 0.3);
  Check(0.5, 0.4, 12.0);
  Check(2.0, 1.0, 60.0);
}

/* What a table must not be made of. */
static void test_refused(void **state)
{
  QlbeInteraction inter = NewInteraction(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeAmplitudeCells cells = NULL;

  (void)state;
  PetscPushErrorHandler(PetscReturnErrorHandler, NULL);
  assert_int_equal(QlbeAmplitudeCellsCreate(inter, 0.0, 1e-9, &cells), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeAmplitudeCellsCreate(inter, NAN, 1e-9, &cells), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeAmplitudeCellsCreate(inter, 3.0, 1e-20, &cells), PETSC_ERR_NOT_CONVERGED);
  PetscPopErrorHandler();
  assert_ok(QlbeInteractionDestroy(&inter));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_sums),
                                     cmocka_unit_test(test_refused)};
  int failures;

  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  PetscCall(PetscFinalize());
  return failures;
}
