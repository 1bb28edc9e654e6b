/*
   The BGK model through the computing modules, without files and without the gas: with closed forms
   of its own, every check of the diffusion constant passes. And what the interface answers for
   operations that a discretisation leaves out.
*/
#include "problem_case.h"

#include <petscmat.h>
#include <slepcsys.h>

#include "bgk.h"
#include "qlbe/diffusion.h"
#include "qlbe/levels.h"
#include "qlbe/tasks.h"

#define MODEL "-grid_type bgk -grid_points 25 -grid_extent 8 -particle_mass 2 -gas_temperature 1.5"

static double Velocity2(const QlbeParameters *par)
{
  return 1.0 / (par->beta * par->M);
}

/* 1 - gamma int nu/(z - i k.p/M) dp: 0 where z - gamma is an eigenvalue. */
static double Dispersion(double gamma, double z, double kappa)
{
  const double x = z / (sqrt(2.0) * kappa);

  return 1.0 - gamma * sqrt(0.5 * PETSC_PI) / kappa * exp(x * x) * erfc(x);
}

/* eps(k) solves the equation, whose derivative in z is 1/gamma and more. */
static void levels_are_closed(void **state)
{
  const double k[2] = {1.5, 2.0};
  QlbeFibers fibers = {.n = 2, .k = k, .direction = {0.6, 0.0, -0.8}, .count = 1};
  QlbeTasks tasks;
  QlbeLevels levels;
  PetscBool stopped;
  ProblemCase c;
  double gamma;

  (void)state;
  ProblemCreate(MODEL, &c);
  gamma = BgkRate(&c.problem.parameters);
  fibers.scale = fibers.gap = gamma;
  assert_ok(QlbeTasksCreateAlone(&c.problem, &tasks));
  assert_ok(QlbeLevelsCompute(&c.problem, tasks, &fibers, &levels, &stopped));
  assert_false(stopped);
  assert_int_equal(levels.missing, 0);
  for (int i = 0; i < 2; i++) {
    const QlbeLevel *level = &levels.levels[i];
    const double z = gamma + PetscRealPart(level->pair.value);
    assert_true(level->isolated);
    assert_close(level->edge, -gamma, 0.0, "edge");
    assert_small(fabs(Dispersion(gamma, z, k[i] * sqrt(Velocity2(&c.problem.parameters)))), 1e-11,
                 "dispersion relation");
  }
  assert_ok(QlbeLevelsDestroy(&levels));
  assert_ok(QlbeTasksDestroy(&tasks));
  ProblemDestroy(&c);
}

/* Both routes and all checks, where the closed forms are those of the model. */
static void diffusion_is_closed(void **state)
{
  QlbeClosedForms closed = {.D_error = 0.0};
  QlbeDiffusion result;
  QlbeTasks tasks;
  PetscBool stopped;
  ProblemCase c;
  double v2;

  (void)state;
  ProblemCreate(MODEL, &c);
  v2 = Velocity2(&c.problem.parameters);
  closed.gap = closed.escape_rate_0 = BgkRate(&c.problem.parameters);
  closed.D = 2.0 * v2 / closed.gap;
  assert_ok(QlbeTasksCreateAlone(&c.problem, &tasks));
  assert_ok(QlbeDiffusionCompute(&c.problem, tasks, &closed, &result, &stopped));
  assert_false(stopped);
  for (PetscInt i = 0; i < result.checks.n; i++) {
    const QlbeCheck *check = &result.checks.check[i];
    assert_small(check->value, check->bound, check->name);
  }
  assert_close(result.perturbation.D, closed.D, 1e-11 * closed.D, "D by perturbation");
  assert_close(result.fit.D, closed.D, result.fit.D_fit_error, "D by the fit");
  assert_close(result.fit.quartic, v2 * v2 / pow(closed.gap, 3), result.errors.quartic_error,
               "quartic coefficient");
  assert_ok(QlbeDiffusionDestroy(&result));
  assert_ok(QlbeTasksDestroy(&tasks));
  ProblemDestroy(&c);
}

/* A_k nu^(1/2) = (i k.p/M) nu^(1/2): equilibrium flies, and collisions leave it alone. */
static void equilibrium_flies(void **state)
{
  const QlbeDiscretisationUse use = {.k_max = 1.0, .matrices = 1};
  const double k[3] = {0.3, -0.2, 0.9};
  const PetscScalar *x, *Ax;
  QlbeDiscretisation d;
  const Bgk *bgk;
  PetscInt begin, end;
  ProblemCase c;
  Vec x0, y;
  Mat A = NULL;

  (void)state;
  ProblemCreate(MODEL, &c);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  bgk = d->data;
  assert_ok(QlbeDiscretisationOperator(d, k, 0, &A));
  assert_ok(QlbeDiscretisationEquilibrium(d, A, &x0));
  assert_ok(VecDuplicate(x0, &y));
  assert_ok(MatMult(A, x0, y));
  assert_ok(VecGetOwnershipRange(y, &begin, &end));
  assert_ok(VecGetArrayRead(x0, &x));
  assert_ok(VecGetArrayRead(y, &Ax));
  for (PetscInt row = begin; row < end; row++) {
    PetscScalar flight;
    double p[3];
    QlbeMomentumGridPoint(&bgk->grid, row, p);
    flight = PetscCMPLX(0.0, (k[0] * p[0] + k[1] * p[1] + k[2] * p[2]) / c.problem.parameters.M);
    assert_small(PetscAbsScalar(Ax[row - begin] - flight * x[row - begin]), 1e-14, "flight");
  }
  assert_ok(VecRestoreArrayRead(x0, &x));
  assert_ok(VecRestoreArrayRead(y, &Ax));
  assert_ok(VecDestroy(&x0));
  assert_ok(VecDestroy(&y));
  assert_ok(QlbeDiscretisationRelease(d, &A));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

/* Operations that are left out: there is nothing to do, or one answer for all. */
static void left_out_operations_have_defaults(void **state)
{
  const QlbeDiscretisationUse use = {.k_max = 1.0, .matrices = 1};
  const double axis[3] = {1.0, 2.0, 3.0};
  QlbeDiscretisation d, near;
  QlbeEntries entries = {.n = 0};
  QlbeChecks checks = {.n = 0};
  double square = 1.0, change[QLBE_MOST_SIBLINGS] = {0.0};
  ProblemCase c;

  (void)state;
  ProblemCreate(MODEL, &c);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  assert_string_equal(QlbeDiscretisationTraitsOf(d)->name, "bgk");
  assert_ok(QlbeDiscretisationSetAxis(d, axis));
  assert_ok(QlbeDiscretisationAnnounce(d));
  assert_ok(QlbeDiscretisationCheck(d, c.problem.comm, &checks));
  assert_ok(QlbeDiscretisationDescribeLevels(d, change, &entries));
  assert_int_equal(checks.n + entries.n, 0);
  assert_int_equal(QlbeDiscretisationSectors(d), 1);
  assert_int_equal(QlbeDiscretisationReference(d, QLBE_COMPARE_LEVELS, 0), -1);
  assert_ok(QlbeDiscretisationTail(d, 0, NULL, &square));
  assert_true(square == 0.0);
  assert_ok(QlbeDiscretisationNear(d, 0.5, &near));
  assert_ptr_equal(near, d);
  assert_ok(QlbeDiscretisationDestroy(&near));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(levels_are_closed), cmocka_unit_test(diffusion_is_closed),
      cmocka_unit_test(equilibrium_flies), cmocka_unit_test(left_out_operations_have_defaults)};
  int failures;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() ? 1 : failures;
}
