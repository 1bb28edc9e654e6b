/*
   Snapshots: a header describes them completely, broken headers are refused, and so are those of
   other problems.
*/
#include "problem_case.h"
#include "qlbe/fiber_snapshot.h"

#include <petscsys.h>

/* Places of counts in a header, as files have them. */
enum { SYMMETRY = 2, MAGNITUDES, DIRECTIONS, POLAR, K_MAX, SCALE, CHAINS, UNKNOWNS, AXIAL, REST };

static const QlbeFiberSnapshot example = {.symmetry = QLBE_STATE_AXIAL,
                                          .axis = {0.0, 0.6, 0.8},
                                          .n_magnitude = 3,
                                          .n_direction = 2,
                                          .n_polar = 2,
                                          .k_max = 4.0,
                                          .scale = 0.5,
                                          .n_chain = 2,
                                          .n_all = 7,
                                          .n_axial = 5,
                                          .n_momentum = 5};

static void header_is_complete(void **state)
{
  double header[QLBE_SNAPSHOT_HEADER], again[QLBE_SNAPSHOT_HEADER], value;
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];
  QlbeFiberSnapshot s;
  const char *what;
  PetscBool sound;
  ProblemCase c;

  (void)state;
  ProblemCreate("-grid_points 9", &c);
  assert_ok(QlbeFiberSnapshotHeader(&c.problem, &example, header));
  assert_ok(QlbeFiberSnapshotSetCounts(header, &s, &sound));
  assert_true(sound);
  assert_ok(QlbeFiberSnapshotHeader(&c.problem, &s, again));
  assert_memory_equal(header, again, sizeof(header));
  assert_ok(QlbeFiberSnapshotDiffers(&c.problem, header, &what, &value));
  assert_null(what);
  QlbeFiberSnapshotArrays(&s, arrays);
  assert_int_equal(arrays[0].n, 3);
  assert_int_equal(arrays[1].n, 2 * 5);
  assert_int_equal(arrays[2].n, 2 * 3 * 2 * 5);
  assert_int_equal(arrays[3].n, 2 * 3 * 2 * 7);
  ProblemDestroy(&c);
}

static void broken_headers_are_refused(void **state)
{
  static const struct {
    int place;
    double value;
  } broken[] = {{SYMMETRY, 3.0},     {SYMMETRY, 0.0},   {SYMMETRY, 2.0},   {SYMMETRY, -1.0},
                {MAGNITUDES, 2.5},   {MAGNITUDES, NAN}, {MAGNITUDES, 1e9}, {MAGNITUDES, 1e12},
                {DIRECTIONS, 3.0},   {POLAR, 0.0},      {POLAR, 3.0},      {K_MAX, 0.0},
                {K_MAX, HUGE_VAL},   {SCALE, -0.5},     {SCALE, 0.0},      {SCALE, 1e-308},
                {CHAINS, 1.0},       {CHAINS, 6.0},     {UNKNOWNS, 0.0},   {UNKNOWNS, -7.0},
                {UNKNOWNS, 5e8},     {AXIAL, 5e8},      {REST, 2e9},       {REST, 0.5},
                {UNKNOWNS, HUGE_VAL}};
  ProblemCase c;

  (void)state;
  ProblemCreate("-grid_points 9", &c);
  for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
    double header[QLBE_SNAPSHOT_HEADER];
    QlbeFiberSnapshot s;
    PetscBool sound = PETSC_TRUE;
    assert_ok(QlbeFiberSnapshotHeader(&c.problem, &example, header));
    header[broken[i].place] = broken[i].value;
    assert_ok(QlbeFiberSnapshotSetCounts(header, &s, &sound));
    if (sound) fail_msg("number %d may be %g", broken[i].place, broken[i].value);
  }
  ProblemDestroy(&c);
}

/* What another problem does not share is named, with its value. */
static void other_problems_differ(void **state)
{
  static const struct {
    const char *words, *what;
    double value;
  } others[] = {{"-grid_points 11", "grid.points", 11.0},
                {"-grid_points 9 -grid_extent 3", "grid.extent", 3.0},
                {"-grid_type spectral", "grid.type", 1.0},
                {"-grid_points 9 -particle_mass 3", "thermal momentum", 1.7320508075688772}};
  double header[QLBE_SNAPSHOT_HEADER], value;
  const char *what;
  ProblemCase own;

  (void)state;
  ProblemCreate("-grid_points 9", &own);
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
    ProblemCase other;
    ProblemCreate(others[i].words, &other);
    assert_ok(QlbeFiberSnapshotHeader(&other.problem, &example, header));
    assert_ok(QlbeFiberSnapshotDiffers(&own.problem, header, &what, &value));
    assert_non_null(what);
    if (!strstr(what, others[i].what)) fail_msg("%s: %s", others[i].words, what);
    assert_close(value, others[i].value, 1e-12, others[i].what);
    ProblemDestroy(&other);
  }
  assert_ok(QlbeFiberSnapshotHeader(&own.problem, &example, header));
  header[0] = NAN;
  assert_ok(QlbeFiberSnapshotDiffers(&own.problem, header, &what, &value));
  assert_non_null(what);
  ProblemDestroy(&own);
}

static void broken_numbers_are_refused(void **state)
{
  QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS];
  QlbeFiberSnapshot s = example;

  (void)state;
  assert_ok(QlbeFiberSnapshotAllocate(&s));
  assert_true(QlbeFiberSnapshotIsGood(&s));
  QlbeFiberSnapshotArrays(&s, arrays);
  for (int i = 0; i < QLBE_SNAPSHOT_ARRAYS; i++) {
    double *last = &arrays[i].values[arrays[i].n - 1];
    const double before = *last;
    *last = NAN;
    assert_false(QlbeFiberSnapshotIsGood(&s));
    *last = before;
  }
  s.axis[2] += 1e-6;
  assert_false(QlbeFiberSnapshotIsGood(&s));
  assert_ok(QlbeFiberSnapshotDestroy(&s));
}

int main(int argc, char *argv[])
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(header_is_complete), cmocka_unit_test(broken_headers_are_refused),
      cmocka_unit_test(other_problems_differ), cmocka_unit_test(broken_numbers_are_refused)};
  int failures;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failures = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() ? 1 : failures;
}
