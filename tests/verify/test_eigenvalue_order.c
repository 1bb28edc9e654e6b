/*
   The leading eigenvalue eps(k) at k = 0.5 along z against reference values from an independent
   spectral method, as a function of the grid spacing: observed order, absolute error, and what
   Richardson extrapolation in h^4 and h^6 leaves.

   The errors of h^4 are the lattice's own. For the hard sphere the grid has to resolve the forward
   peak of the amplitude too, whose width is hbar/a: at h = 0.6 the error is forty times that of the
   constant amplitude, and of the same order.

   Arguments: constant | hard_sphere, then the points per axis in ascending order, at least two.
*/
#include <slepcsys.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fiber_case.h"
#include "qlbe/richardson.h"
#include "qlbe/spectrum.h"

enum { MAX_LEVELS = 8, L_MAX = 4 };

static const double wave_number = 0.5, extent = 6.0;

/*
   Reference value, and the relative bounds: of the error at spacing 0.6 thermal momenta, which
   scales as h^4, and of the extrapolation.
*/
typedef struct {
  const char *name;
  QlbeInteractionType type;
  double reference;
  double scale; /* escape rate at p = 0 */
  double at_h06, extrapolated;
} Amplitude;

static const Amplitude amplitudes[] = {
    {"constant", QLBE_CONSTANT, -0.45373234, 28.4, 2e-5, 1e-5},
    {"hard_sphere", QLBE_HARD_SPHERE, -0.39961408, 17.3, 2e-3, 3e-4},
};

/* The case that the command line asks for, and what was computed. */
typedef struct {
  const Amplitude *amplitude;
  PetscInt n_levels;
  PetscInt points[MAX_LEVELS];
  double h[MAX_LEVELS], value[MAX_LEVELS];
} Levels;

static PetscErrorCode LeadingEigenvalue(const Amplitude *amplitude, PetscInt points, double *h,
                                        PetscScalar *value)
{
  const QlbeParameters par = UnitParameters(amplitude->type, 1.0, 1.0);
  const FiberSetting set = {
      .points = points, .extent = extent, .k_max = wave_number, .l_max = L_MAX};
  const double k[3] = {0.0, 0.0, wave_number};
  QlbeSpectrum spectrum;
  QlbeEigenpair pair;
  FiberCase c;
  Mat A = NULL;
  Vec guess;
  PetscInt converged;

  PetscFunctionBegin;
  PetscCall(FiberCaseCreate(PETSC_COMM_WORLD, &par, &set, &c));
  PetscCall(QlbeFiberAssemble(c.fiber, k, &A));
  PetscCall(QlbeFiberEquilibrium(c.fiber, &guess));
  PetscCall(QlbeSpectrumCreate(PETSC_COMM_WORLD, &spectrum));
  PetscCall(QlbeSpectrumSetOperator(spectrum, A, PETSC_TRUE, amplitude->scale));
  PetscCall(QlbeSpectrumSetInitialGuess(spectrum, guess));
  PetscCall(QlbeSpectrumSolve(spectrum));
  PetscCall(QlbeSpectrumGetConverged(spectrum, &converged));
  PetscCheck(converged == 1, PETSC_COMM_WORLD, PETSC_ERR_NOT_CONVERGED, "no eigenvalue");
  PetscCall(QlbeSpectrumGetEigenvalue(spectrum, 0, &pair));
  *value = pair.value;
  *h = c.grid.spacing;
  PetscCall(QlbeSpectrumDestroy(&spectrum));
  PetscCall(VecDestroy(&guess));
  PetscCall(MatDestroy(&A));
  PetscCall(FiberCaseDestroy(&c));
  PetscFunctionReturn(0);
}

/* Every level; eps is real by the symmetries of the grid, so that an imaginary part is an error. */
static void test_levels(void **state)
{
  Levels *levels = *state;
  const PetscInt last = levels->n_levels - 1;
  const double reference = levels->amplitude->reference;

  for (PetscInt i = 0; i < levels->n_levels; i++) {
    PetscScalar value;

    assert_ok(LeadingEigenvalue(levels->amplitude, levels->points[i], &levels->h[i], &value));
    levels->value[i] = PetscRealPart(value);
    assert_ok(PetscPrintf(PETSC_COMM_WORLD, "%s N = %d: eps = %.12f, relative error %.3e\n",
                          levels->amplitude->name, (int)levels->points[i], levels->value[i],
                          levels->value[i] / reference - 1.0));
    assert_small(fabs(PetscImaginaryPart(value)), 1e-9, "imaginary part of eps");
  }
  assert_small(fabs(levels->value[last] / reference - 1.0),
               levels->amplitude->at_h06 * pow(levels->h[last] / 0.6, 4.0),
               "relative error on the finest grid");
}

/* Order between the coarsest and the finest grid, from the errors against the reference. */
static void test_order(void **state)
{
  const Levels *levels = *state;
  const PetscInt last = levels->n_levels - 1;
  const double reference = levels->amplitude->reference;
  const double ratio = (levels->value[0] - reference) / (levels->value[last] - reference);
  const double order = log(fabs(ratio)) / log(levels->h[0] / levels->h[last]);

  assert_ok(PetscPrintf(PETSC_COMM_WORLD, "observed order %.3f\n", order));
  assert_small(3.7, order, "order 3.7 against the observed one");
}

static void test_extrapolated(void **state)
{
  const Levels *levels = *state;
  const PetscInt n = PetscMin(levels->n_levels, 3), first = levels->n_levels - n;
  QlbeRichardson result;
  double error;

  assert_ok(QlbeRichardsonExtrapolate(n, levels->h + first, levels->value + first, 4.0, HUGE_VAL,
                                      &result));
  error = fabs(result.value / levels->amplitude->reference - 1.0);
  assert_ok(PetscPrintf(PETSC_COMM_WORLD,
                        "extrapolated: %.12f, relative error %.3e, estimate %.3e\n", result.value,
                        error, fabs(result.error / result.value)));
  assert_small(error, levels->amplitude->extrapolated, "relative error of the extrapolation");
  assert_small(error, fabs(result.error / result.value) + 1e-8, "against its own estimate");
}

/* Reads the command line into levels; 0 unless it makes sense. */
static int ReadArguments(int argc, char **argv, Levels *levels)
{
  levels->amplitude = NULL;
  levels->n_levels = 0;
  for (size_t i = 0; argc > 1 && i < sizeof(amplitudes) / sizeof(amplitudes[0]); i++) {
    if (strcmp(argv[1], amplitudes[i].name) == 0) levels->amplitude = &amplitudes[i];
  }
  for (int i = 2; i < argc && i - 2 < MAX_LEVELS; i++)
    levels->points[levels->n_levels++] = (PetscInt)strtol(argv[i], NULL, 10);
  return levels->amplitude && levels->n_levels >= 2;
}

int main(int argc, char **argv)
{
  Levels levels;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(test_levels, &levels),
      cmocka_unit_test_prestate(test_order, &levels),
      cmocka_unit_test_prestate(test_extrapolated, &levels),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  if (!ReadArguments(argc, argv, &levels)) return 2;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
