/*
   Whole evolutions without files: free flight, which is closed, on nodes that hold it and on nodes
   that fold it back.
*/
#include "problem_case.h"
#include "qlbe/evolution.h"

#include <petscsys.h>
#include <slepcsys.h>

#define FLIGHT                                                                                     \
  "-gas_density 0 -state_width 0.6 -state_momentum 0,0,0.4 "                                       \
  "-fibers_radial 6 -fibers_angular 3 -evolve_density none "

typedef struct {
  ProblemCase problem;
  QlbeEvolutionPlan plan;
  QlbeEvolution e;
  QlbeTasks tasks;
  QlbeEvolutionResult result;
} Case;

static void Compute(const char words[], Case *c)
{
  QlbeComplaint complaint = {.option = NULL};
  PetscBool stopped;

  ProblemCreate(words, &c->problem);
  assert_ok(QlbeEvolutionPlanCreate(&c->problem.problem, NULL, &c->plan, &complaint));
  if (complaint.option) fail_msg("%s: %s", complaint.option, complaint.text);
  assert_ok(QlbeTasksCreateAlone(&c->problem.problem, &c->tasks));
  assert_ok(QlbeEvolutionCreate(&c->problem.problem, &c->plan, &c->e));
  assert_ok(QlbeEvolutionResolved(&c->problem.problem, &c->plan, c->e, &complaint));
  if (complaint.option) fail_msg("%s: %s", complaint.option, complaint.text);
  assert_ok(
      QlbeEvolutionCompute(&c->problem.problem, c->tasks, &c->plan, c->e, &c->result, &stopped));
  assert_false(stopped);
}

static void Destroy(Case *c)
{
  assert_ok(QlbeEvolutionResultDestroy(&c->result));
  assert_ok(QlbeEvolutionDestroy(&c->e));
  assert_ok(QlbeTasksDestroy(&c->tasks));
  assert_ok(QlbeEvolutionPlanDestroy(&c->plan));
  ProblemDestroy(&c->problem);
}

/* The check called name; it has to be there. */
static QlbeCheck FindCheck(Case *c, const char name[])
{
  QlbeChecks checks = {.n = 0};

  assert_ok(QlbeEvolutionCheck(&c->problem.problem, &c->plan, c->e, &c->result, &checks));
  for (PetscInt i = 0; i < checks.n; i++)
    if (!strcmp(checks.check[i].name, name)) return checks.check[i];
  fail_msg("there is no check %s", name);
  return (QlbeCheck){NULL, 0.0, 0.0};
}

/* Mean, variance and purity are those of the closed flight, and so are the fibers' integrals. */
static void free_flight_is_closed(void **state)
{
  const double s = 0.6;
  Case c;

  (void)state;
  Compute(FLIGHT "-grid_points 25 -grid_extent 6 -evolve_times 0.5,1", &c);
  for (PetscInt i = 0; i < c.plan.n_time; i++) {
    const QlbeParameters *par = &c.problem.problem.parameters;
    const double t = c.plan.time[i], spread = 0.5 * par->hbar / s / par->M * t;
    const PetscInt n = c.plan.set.magnitude.n * c.plan.set.n_direction;
    QlbeEvolutionObservables o;
    assert_ok(QlbeEvolutionObserve(&c.problem.problem, &c.plan, &c.result, i, &o));
    assert_close(o.trace, 1.0, 1e-9, "trace");
    assert_close(o.position[2], 0.4 / par->M * t, 1e-8, "mean");
    assert_close(o.variance[0], s * s + spread * spread, 1e-7, "variance");
    assert_close(o.slope[2], 2.0 * spread * 0.5 * par->hbar / s / par->M, 1e-7, "slope");
    for (PetscInt f = 0; f < n; f++) {
      const double k = c.plan.set.magnitude.x[f / c.plan.set.n_direction];
      const double *e = c.plan.set.direction[f % c.plan.set.n_direction];
      double wave[3], r[3];
      for (int axis = 0; axis < 3; axis++) {
        wave[axis] = k * e[axis];
        r[axis] = par->hbar * wave[axis] * t / par->M;
      }
      assert_small(PetscAbsScalar(c.result.mu[i * n + f] - QlbeStateWave(&c.plan.state, wave, r)),
                   1e-6, "characteristic function");
    }
  }
  Destroy(&c);
}

/* Nodes that are too far apart for the phases of a long flight are told. */
static void alias_is_told(void **state)
{
  QlbeCheck check;
  Case c;

  (void)state;
  Compute(FLIGHT "-grid_points 25 -grid_extent 6 -evolve_times 0.5,1", &c);
  check = FindCheck(&c, "grid_holds_flight");
  assert_small(check.value, check.bound, "flight on nodes that are near enough");
  Destroy(&c);
  Compute(FLIGHT "-grid_points 11 -grid_extent 5 -evolve_times 6", &c);
  check = FindCheck(&c, "grid_holds_flight");
  assert_true(check.value > check.bound);
  Destroy(&c);
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(free_flight_is_closed),
                                     cmocka_unit_test(alias_is_told)};
  int failures;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() ? 1 : failures;
}
