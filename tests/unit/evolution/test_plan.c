/*
   Plans of evolutions: output times and steps, sets of fibers, and what is complained about.
*/
#include "problem_case.h"
#include "qlbe/evolution_plan.h"

#include <petscsys.h>

#define NODES "-grid_points 9 -grid_extent 4 "
#define GRID  NODES "-state_width 0.6 "

typedef struct {
  ProblemCase problem;
  QlbeEvolutionPlan plan;
  QlbeComplaint complaint;
} Case;

static void Create(const char words[], Case *c)
{
  c->complaint = (QlbeComplaint){.option = NULL};
  ProblemCreate(words, &c->problem);
  assert_ok(QlbeEvolutionPlanCreate(&c->problem.problem, NULL, &c->plan, &c->complaint));
}

static void Destroy(Case *c)
{
  assert_ok(QlbeEvolutionPlanDestroy(&c->plan));
  ProblemDestroy(&c->problem);
}

static void complains(const char words[], const char option[])
{
  Case c;

  Create(words, &c);
  if (!c.complaint.option) fail_msg("no complaint about %s", words);
  assert_string_equal(c.complaint.option, option);
  Destroy(&c);
}

/* Steps that are equal but for rounding are the same number. */
static void linear_steps_are_equal(void **state)
{
  Case c;

  (void)state;
  Create(GRID "-fibers_radial 0 -evolve_duration 0.7 -evolve_outputs 7", &c);
  assert_null(c.complaint.option);
  assert_int_equal(c.plan.n_time, 8);
  assert_true(c.plan.time[0] == 0.0 && c.plan.time[7] == 0.7 && c.plan.step[0] == 0.0);
  for (PetscInt i = 1; i < 8; i++) {
    assert_true(c.plan.step[i] == c.plan.step[1]);
    assert_close(c.plan.time[i], 0.1 * (double)i, 1e-15, "time");
  }
  Destroy(&c);
}

static void times_in_logarithm(void **state)
{
  Case c;

  (void)state;
  Create(GRID "-fibers_radial 0 -evolve_duration 2 -evolve_outputs 3 -evolve_spacing log", &c);
  assert_null(c.complaint.option);
  assert_int_equal(c.plan.n_time, 4);
  assert_close(c.plan.time[1], 0.02, 1e-15, "first time");
  assert_close(c.plan.time[2], 0.2, 1e-14, "second time");
  assert_true(c.plan.time[3] == 2.0);
  Destroy(&c);
}

/* Time 0 is always there, once. */
static void listed_times(void **state)
{
  Case c;

  (void)state;
  Create(GRID "-fibers_radial 0 -evolve_times 0,0.25,1", &c);
  assert_null(c.complaint.option);
  assert_int_equal(c.plan.n_time, 3);
  assert_true(c.plan.time[0] == 0.0 && c.plan.time[1] == 0.25 && c.plan.time[2] == 1.0);
  assert_true(c.plan.step[2] == 0.75);
  Destroy(&c);
}

static void impossible_times(void **state)
{
  (void)state;
  complains(GRID "-fibers_radial 0 -evolve_times 1,0.5", "evolve_times");
  complains(GRID "-fibers_radial 0 -evolve_duration 1e9", "evolve_duration");
  complains(GRID "-fibers_radial 0 -gas_density 0", "evolve_duration");
}

/* A set as given: its magnitudes reach to where the state ends. */
static void set_as_given(void **state)
{
  Case c;

  (void)state;
  Create(GRID "-fibers_radial 5 -fibers_angular 3 -state_momentum 0,0,0.5 -evolve_times 0.5 "
              "-evolve_limit false",
         &c);
  assert_null(c.complaint.option);
  assert_int_equal(c.plan.symmetry, QLBE_STATE_AXIAL);
  assert_int_equal(c.plan.n_chain, 2);
  assert_int_equal(c.plan.set.magnitude.n, 5);
  assert_int_equal(c.plan.set.n_direction, 3);
  assert_false(c.plan.adapt_radial || c.plan.adapt_angular || c.plan.shared);
  assert_close(c.plan.set.magnitude.x[4], c.plan.k_max, 1e-12 * c.plan.k_max, "largest magnitude");
  assert_int_equal(c.plan.n_limit, 0);
  Destroy(&c);
}

static void what_is_not_served(void **state)
{
  (void)state;
  complains("-grid_type spectral -gas_density 0 -evolve_duration 1", "grid_type");
  complains("-interaction_type classical", "interaction_type");
  complains("-grid_type spectral -grid_auto 1e-6", "grid_auto");
  complains(NODES "-state_width 1,2", "state_width");
  complains(GRID "-state_type cat", "state_separation");
  complains(NODES "-state_width 1e-3", "state_width");
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_steps_are_equal), cmocka_unit_test(times_in_logarithm),
      cmocka_unit_test(listed_times),           cmocka_unit_test(impossible_times),
      cmocka_unit_test(set_as_given),           cmocka_unit_test(what_is_not_served)};
  int failures;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() ? 1 : failures;
}
