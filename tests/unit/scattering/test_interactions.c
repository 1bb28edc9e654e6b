/*
   Every interaction of the list: its traits must agree with its operations, and its operations with
   each other. A new row is tested without a change here.
*/
#include <petscdt.h>

#include "scattering_test.h"
#include "qlbe/amplitude_table.h"
#include "qlbe/cross_sections.h"
#include "qlbe/options.h"
#include "../../../src/scattering/interaction_impl.h"

/* Radius, hbar, and momenta in units of hbar/a. */
static const double radius = 1.3, hbar = 0.7;
static const double kappas[] = {0.0, 0.05, 0.8, 3.1, 12.0};
enum { KAPPAS = sizeof(kappas) / sizeof(kappas[0]), ANGLES = 64 };

typedef void (*Check)(QlbeInteraction inter, const QlbeInteractionTraits *traits);

/* Runs the check on one object of each type. */
static void ForEach(Check check)
{
  for (int i = 0; i < QLBE_INTERACTION_COUNT; i++) {
    const QlbeInteractionType type = (QlbeInteractionType)i;
    QlbeInteraction inter = NewInteraction(type, radius, hbar);

    print_message("%s\n", QlbeInteractionGetName(type));
    check(inter, QlbeInteractionGetTraits(type));
    assert_ok(QlbeInteractionDestroy(&inter));
    assert_null(inter);
  }
}

/* The choices of the option are the names of the table, in its order. */
static void test_choices_are_names(void **state)
{
  PetscInt count;
  const QlbeOptionSpec *spec = QlbeOptionTable(&count) + QlbeOptionFind("interaction_type");
  const char *rest = spec->choices;

  (void)state;
  for (int i = 0; i < QLBE_INTERACTION_COUNT; i++) {
    const char *name = QlbeInteractionGetName((QlbeInteractionType)i);
    const size_t length = strlen(name);

    assert_int_equal(strncmp(rest, name, length), 0);
    assert_int_equal(rest[length], i + 1 < QLBE_INTERACTION_COUNT ? '|' : '\0');
    assert_non_null(strstr(spec->help, name));
    rest += length + 1;
  }
}

static void test_names(void **state)
{
  char text[256], cut[8];
  int with_phase = 0;

  (void)state;
  assert_string_equal(QlbeInteractionGetName(QLBE_HARD_SPHERE), "hard_sphere");
  assert_string_equal(QlbeInteractionGetName(QLBE_CONSTANT), "constant");
  assert_string_equal(QlbeInteractionGetName(QLBE_CLASSICAL), "classical");
  assert_null(QlbeInteractionGetTraits(QLBE_INTERACTION_COUNT));
  assert_null(QlbeInteractionGetTraits((QlbeInteractionType)-1));
  assert_string_equal(QlbeInteractionGetName(QLBE_INTERACTION_COUNT), "unknown");
  assert_ptr_equal(QlbeInteractionNamesWithPhase(sizeof(text), text), text);
  for (int i = 0; i < QLBE_INTERACTION_COUNT; i++) {
    const PetscBool has_phase = QlbeInteractionGetTraits((QlbeInteractionType)i)->has_phase;
    const char *found = strstr(text, QlbeInteractionGetName((QlbeInteractionType)i));

    assert_int_equal(found != NULL, has_phase);
    with_phase += (int)has_phase;
  }
  assert_int_equal(strncmp(text, "hard_sphere", 11), 0);
  assert_int_equal(strstr(text, " or ") != NULL, with_phase > 1);
  assert_int_equal(strchr(text, ',') != NULL, with_phase > 2);
  assert_string_equal(QlbeInteractionNamesWithPhase(sizeof(cut), cut), "hard_sp");
}

/* Where a flag says that an amplitude has no phase or does not vary, and only there. */
static void CheckAmplitude(QlbeInteraction inter, const QlbeInteractionTraits *traits)
{
  const double unit = hbar / radius;
  double variation = 0.0;
  PetscComplex first, f, dzf, f0;

  assert_true(traits->kappa_max > 0.0);
  assert_ok(QlbeInteractionAmplitude(inter, 0.0, 0.0, &first, NULL));
  for (int i = 0; i < KAPPAS; i++) {
    for (int j = 0; j < KAPPAS; j++) {
      assert_ok(QlbeInteractionAmplitude(inter, kappas[i] * unit, kappas[j] * unit, &f, &dzf));
      variation = PetscMax(variation, PetscAbsComplex(f - first) / radius);
      if (!traits->has_phase) assert_true(PetscImaginaryPart(f) == 0.0);
      if (!traits->varies) assert_true(dzf == 0.0);
    }
    assert_ok(QlbeInteractionForward(inter, kappas[i] * unit, &f0));
    assert_ok(QlbeInteractionAmplitude(inter, kappas[i] * unit, 0.0, &f, NULL));
    assert_true(f0 == (traits->has_phase ? f : 0.0));
  }
  if (traits->varies)
    assert_true(variation > 0.1);
  else
    assert_true(variation == 0.0);
}

static void test_amplitudes(void **state)
{
  (void)state;
  ForEach(CheckAmplitude);
}

/* The Richardson-extrapolated central difference of f in z has order (h/p)^4: f has a cone. */
static void CheckDerivative(QlbeInteraction inter, const QlbeInteractionTraits *traits)
{
  const double unit = hbar / radius;

  (void)traits;
  for (int i = 1; i < KAPPAS; i++) {
    for (int j = 0; j < KAPPAS; j++) {
      const double z = kappas[i] * unit, y = kappas[j] * unit, h = 2e-3 * PetscMin(unit, z);
      PetscComplex f, dzf, up[2], down[2], difference;

      assert_ok(QlbeInteractionAmplitude(inter, z, y, &f, &dzf));
      for (int s = 0; s < 2; s++) {
        assert_ok(QlbeInteractionAmplitude(inter, z + (s + 1) * h, y, &up[s], NULL));
        assert_ok(QlbeInteractionAmplitude(inter, z - (s + 1) * h, y, &down[s], NULL));
      }
      difference = (8.0 * (up[0] - down[0]) - (up[1] - down[1])) / (12.0 * h);
      assert_small(PetscAbsComplex(difference - dzf) * unit / radius, 2e-9, "d_z f, difference");
    }
  }
}

static void test_derivatives(void **state)
{
  (void)state;
  ForEach(CheckDerivative);
}

/* The integrals of cross_sections.h by a Gauss rule in cos(theta), exact for partial waves. */
static void Integrate(QlbeInteraction inter, double p, QlbeCrossSections *cs)
{
  double x[ANGLES], w[ANGLES];

  *cs = (QlbeCrossSections){.sigma_tot = 0.0};
  assert_ok(PetscDTGaussQuadrature(ANGLES, -1.0, 1.0, x, w));
  for (int i = 0; i < ANGLES; i++) {
    const double cos_half = sqrt(0.5 * (1.0 + x[i])), sin_half = sqrt(0.5 * (1.0 - x[i]));
    const double weight = 2.0 * PETSC_PI * w[i];
    PetscComplex f, dzf;
    double square;

    assert_ok(QlbeInteractionAmplitude(inter, p * cos_half, p * sin_half, &f, &dzf));
    square = PetscRealPart(f * PetscConj(f));
    cs->sigma_tot += weight * square;
    cs->sigma_0 += weight * (1.0 - x[i]) * square;
    cs->sigma_z += weight * PetscRealPart(dzf * PetscConj(dzf));
    cs->sigma_u += weight * cos_half * PetscImaginaryPart(dzf * PetscConj(f));
  }
}

static void CheckCrossSections(QlbeInteraction inter, const QlbeInteractionTraits *traits)
{
  const double area = radius * radius, slope = radius / hbar;
  double violation = 0.0;

  for (int i = 1; i < KAPPAS; i++) {
    const double p = kappas[i] * hbar / radius;
    QlbeCrossSections cs, expected;

    assert_ok(QlbeCrossSectionsCompute(inter, p, &cs));
    Integrate(inter, p, &expected);
    assert_close(cs.sigma_tot / area, expected.sigma_tot / area, 1e-11, "sigma_tot");
    assert_close(cs.sigma_0 / area, expected.sigma_0 / area, 1e-11, "sigma_0");
    assert_close(cs.sigma_z / (area * slope * slope), expected.sigma_z / (area * slope * slope),
                 1e-11, "sigma_z");
    assert_close(cs.sigma_u / (area * slope), expected.sigma_u / (area * slope), 1e-11, "sigma_u");
    violation =
        PetscMax(violation,
                 fabs(4.0 * PETSC_PI * hbar / p * PetscImaginaryPart(cs.f0) / cs.sigma_tot - 1.0));
  }
  print_message("  optical theorem violated by %.2e\n", violation);
  if (traits->unitary)
    assert_small(violation, 1e-10, "optical theorem");
  else
    assert_true(violation > 1e-3);
}

static void test_cross_sections(void **state)
{
  (void)state;
  ForEach(CheckCrossSections);
}

/* Batches by the operation of the interaction, and by its amplitudes. */
static void CheckBatch(QlbeInteraction inter, const QlbeInteractionTraits *traits)
{
  const double unit = hbar / radius;
  const QlbeInteractionOps *ops = inter->ops;
  QlbeInteractionOps plain = *ops;
  double z[KAPPAS], re[2][KAPPAS], im[2][KAPPAS];

  (void)traits;
  plain.batch = NULL;
  for (int i = 0; i < KAPPAS; i++) z[i] = kappas[i] * unit;
  for (int j = 0; j < KAPPAS; j++) {
    inter->ops = ops;
    assert_ok(QlbeInteractionBatch(inter, KAPPAS, z, z[j], re[0], im[0]));
    inter->ops = &plain;
    assert_ok(QlbeInteractionBatch(inter, KAPPAS, z, z[j], re[1], im[1]));
    inter->ops = ops;
    for (int i = 0; i < KAPPAS; i++) {
      assert_close(re[0][i] / radius, re[1][i] / radius, 1e-12, "Re f of a batch");
      assert_close(im[0][i] * unit / radius, im[1][i] * unit / radius, 1e-12, "Im f/p of a batch");
    }
  }
}

static void test_batches(void **state)
{
  (void)state;
  ForEach(CheckBatch);
}

static void CheckTable(QlbeInteraction inter, const QlbeInteractionTraits *traits)
{
  const double p = PetscMin(10.0, 0.5 * traits->kappa_max) * hbar / radius;
  QlbeAmplitudeTable table;
  PetscInt nz, ny;
  double error;

  assert_ok(QlbeAmplitudeTableCreate(inter, p, p, 1e-11, &table));
  assert_ok(QlbeAmplitudeTableGetError(table, &error));
  assert_small(error, 1e-11, "amplitude table");
  assert_ok(QlbeAmplitudeTableGetSizes(table, &nz, &ny));
  assert_int_equal(nz * ny > 1, traits->varies);
  assert_ok(QlbeAmplitudeTableDestroy(&table));
}

static void test_tables(void **state)
{
  (void)state;
  ForEach(CheckTable);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_choices_are_names),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_amplitudes),
      cmocka_unit_test(test_derivatives),
      cmocka_unit_test(test_cross_sections),
      cmocka_unit_test(test_batches),
      cmocka_unit_test(test_tables),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
