/*
   The spectral basis against the Cartesian grid: eps(0.5) of three parameter sets, the grid
   extrapolated to spacing zero. The two share the transverse integral and the averages over the
   gas; discretisation, quadrature and assembly are different. They have to agree within the error
   that the extrapolation gives itself, and to 3e-4 where the grid resolves the forward peak.
*/
#include <slepcsys.h>

#include "check.h"
#include "fiber_case.h"
#include "qlbe/richardson.h"
#include "spectral_fiber.h"
#include "qlbe/spectrum.h"

enum { LEVELS = 3, L_MAX = 4 };

static const double wave_number = 0.5;

/* One parameter set, and grids for it whose finest one has a spacing of about hbar/2a. */
typedef struct {
  const char *name;
  QlbeInteractionType type;
  double M, a, extent;
  PetscInt points[LEVELS];
} Set;

static const Set sets[] = {
    {"hard sphere, M = m, a = 0.8", QLBE_HARD_SPHERE, 1.0, 0.8, 5.5, {13, 15, 19}},
    {"hard sphere, M = 2m, a = 0.5", QLBE_HARD_SPHERE, 2.0, 0.5, 5.5, {13, 15, 19}},
    {"constant amplitude, M = m", QLBE_CONSTANT, 1.0, 1.0, 6.0, {15, 17, 21}},
};

/* The leading eigenvalue of A, by the route that both share. */
static PetscErrorCode Leading(Mat A, Vec guess, double *eps)
{
  QlbeSpectrum spectrum;
  QlbeEigenpair pair;
  PetscInt converged;

  PetscFunctionBegin;
  PetscCall(QlbeSpectrumCreate(PETSC_COMM_WORLD, &spectrum));
  PetscCall(QlbeSpectrumSetOperator(spectrum, A, PETSC_TRUE, 10.0));
  PetscCall(QlbeSpectrumSetInitialGuess(spectrum, guess));
  PetscCall(QlbeSpectrumSolve(spectrum));
  PetscCall(QlbeSpectrumGetConverged(spectrum, &converged));
  PetscCheck(converged == 1, PETSC_COMM_WORLD, PETSC_ERR_NOT_CONVERGED, "no eigenvalue");
  PetscCall(QlbeSpectrumGetEigenvalue(spectrum, 0, &pair));
  *eps = PetscRealPart(pair.value);
  PetscCall(QlbeSpectrumDestroy(&spectrum));
  PetscFunctionReturn(0);
}

static PetscErrorCode OnGrid(const QlbeParameters *par, const Set *set, PetscInt points, double *h,
                             double *eps)
{
  const FiberSetting setting = {
      .points = points, .extent = set->extent, .k_max = wave_number, .l_max = L_MAX};
  const double k[3] = {0.0, 0.0, wave_number};
  FiberCase c;
  Mat A = NULL;
  Vec guess;

  PetscFunctionBegin;
  PetscCall(FiberCaseCreate(PETSC_COMM_WORLD, par, &setting, &c));
  PetscCall(QlbeFiberAssemble(c.fiber, k, &A));
  PetscCall(QlbeFiberEquilibrium(c.fiber, &guess));
  PetscCall(Leading(A, guess, eps));
  *h = c.grid.spacing;
  PetscCall(VecDestroy(&guess));
  PetscCall(MatDestroy(&A));
  PetscCall(FiberCaseDestroy(&c));
  PetscFunctionReturn(0);
}

static PetscErrorCode InBasis(const QlbeParameters *par, double *eps)
{
  const QlbeSpectralOrders orders = {.n_radial = 12, .n_angular = 8, .refinement = 1.0};
  QlbeSpectralFiber fiber;
  Mat A;
  Vec guess;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberCreate(PETSC_COMM_WORLD, par, &orders, wave_number, &fiber));
  PetscCall(QlbeSpectralFiberAssemble(fiber, wave_number, 0));
  PetscCall(QlbeSpectralFiberMatrix(fiber, orders.n_radial, orders.n_angular, &A));
  PetscCall(QlbeSpectralFiberEquilibrium(A, &guess));
  PetscCall(Leading(A, guess, eps));
  PetscCall(VecDestroy(&guess));
  PetscCall(MatDestroy(&A));
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  PetscFunctionReturn(0);
}

static void test_set(void **state)
{
  const Set *set = *state;
  QlbeParameters par = UnitParameters(set->type, set->M, 1.0);
  QlbeRichardson limit;
  double h[LEVELS], eps[LEVELS], basis, difference;

  par.a = set->a;
  assert_ok(InBasis(&par, &basis));
  for (int i = 0; i < LEVELS; i++) assert_ok(OnGrid(&par, set, set->points[i], &h[i], &eps[i]));
  assert_ok(QlbeRichardsonExtrapolate(LEVELS, h, eps, 4.0, HUGE_VAL, &limit));
  difference = fabs(limit.value / basis - 1.0);
  assert_ok(PetscPrintf(
      PETSC_COMM_WORLD,
      "%s: basis %.12f, finest grid %.2e off, limit %.2e off, its estimate %.2e\n", set->name,
      basis, eps[LEVELS - 1] / basis - 1.0, limit.value / basis - 1.0, fabs(limit.error / basis)));
  assert_small(difference, fabs(limit.error / basis), "difference against the grid's own error");
  assert_small(difference, 3e-4, "difference");
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(test_set, (void *)&sets[0]),
      cmocka_unit_test_prestate(test_set, (void *)&sets[1]),
      cmocka_unit_test_prestate(test_set, (void *)&sets[2]),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
