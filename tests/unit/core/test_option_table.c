/* The table itself, spelling help, and the splitting of the command line. */
#include <string.h>
#include "core_test.h"
#include "qlbe/options.h"

static void rows_are_complete(void **state)
{
  PetscInt count;
  const QlbeOptionSpec *specs = QlbeOptionTable(&count);

  (void)state;
  assert_true(count >= 21);
  for (PetscInt i = 0; i < count; i++) {
    const QlbeOptionSpec *s = &specs[i];
    assert_true(s->help && *s->help && s->equation);
    assert_non_null(s->default_text);
    assert_int_equal(QlbeOptionFind(s->name), i); /* so no name comes twice */
    assert_true(s->type != QLBE_OPTION_CHOICE || s->choices);
    if (s->type == QLBE_OPTION_REAL || s->type == QLBE_OPTION_INT ||
        s->type == QLBE_OPTION_REAL_LIST) {
      assert_true(s->lo < s->hi);
    }
    assert_true(s->type != QLBE_OPTION_REAL_LIST || s->n_max >= PetscMax(s->n_min, 1));
    /*
       An SI deck could not state the unit of a physical default, other than 0; what follows from
       another option has no default of its own.
    */
    assert_true(!s->follows || QlbeOptionFind(s->follows) >= 0);
    assert_true(s->type != QLBE_OPTION_REAL || s->follows ||
                s->needs_unit ==
                    (s->dimension != QLBE_DIMENSIONLESS && strcmp(s->default_text, "0") != 0));
  }
  assert_int_equal(QlbeOptionFind("gas_densty"), -1);
  assert_int_equal(QlbeOptionFind(""), -1);
}

static void distances(void **state)
{
  (void)state;
  assert_int_equal(QlbeEditDistance("", ""), 0);
  assert_int_equal(QlbeEditDistance("abc", ""), 3);
  assert_int_equal(QlbeEditDistance("", "ab"), 2);
  assert_int_equal(QlbeEditDistance("kitten", "sitting"), 3);
  assert_int_equal(QlbeEditDistance("saturday", "sunday"), 3);
  assert_int_equal(QlbeEditDistance("sunday", "saturday"), 3);
  assert_int_equal(QlbeEditDistance("density", "densty"), 1);
  assert_int_equal(QlbeEditDistance("ab", "ba"), 2);
}

static void proposals(void **state)
{
  char long_name[500];

  (void)state;
  assert_string_equal(QlbeOptionNearest("gas_densty"), "gas_density");
  assert_string_equal(QlbeOptionNearest("radius"), "interaction_radius");
  assert_string_equal(QlbeOptionNearest("grid_droptolerance"), "grid_drop_tolerance");
  assert_null(QlbeOptionNearest("xyzzy_plugh"));
  memset(long_name, 'x', sizeof(long_name) - 1);
  long_name[sizeof(long_name) - 1] = '\0';
  assert_true(QlbeEditDistance(long_name, "gas") == 64);
}

static void names_and_expectations(void **state)
{
  PetscInt count;
  const QlbeOptionSpec *specs = QlbeOptionTable(&count);
  char text[160];

  (void)state;
  QlbeOptionDeckName("grid_drop_tolerance", sizeof(text), text);
  assert_string_equal(text, "grid.drop_tolerance");
  QlbeOptionDeckName("units", sizeof(text), text);
  assert_string_equal(text, "units");
  QlbeOptionDeckName("gas_density", 6, text);
  assert_string_equal(text, "gas.d");
  QlbeOptionExpected(&specs[QlbeOptionFind("gas_mass")], sizeof(text), text);
  assert_string_equal(text, "a number > 0");
  QlbeOptionExpected(&specs[QlbeOptionFind("grid_points")], sizeof(text), text);
  assert_string_equal(text, "an integer in 5..201");
}

static void command_line_is_split(void **state)
{
  char *argv[] = {
      "qlbe",      "diffusion",   "deck.yaml", "-eps_tol",        "1e-9", "-gas_mass", "-1",
      "-log_view", "-eps_target", "-0.5",      "-spectrum_count", "2",    "-st_type",  NULL};
  const char *const ours[] = {"qlbe", "diffusion",       "deck.yaml", "-gas_mass",
                              "-1",   "-spectrum_count", "2"};
  const char *const theirs[] = {"qlbe",        "-eps_tol", "1e-9",    "-log_view",
                                "-eps_target", "-0.5",     "-st_type"};
  char *own[14], *petsc[14];
  int n_own, n_petsc;

  (void)state;
  QlbeOptionsSplitArguments(13, argv, &n_own, own, &n_petsc, petsc);
  assert_int_equal(n_own, 7);
  assert_int_equal(n_petsc, 7);
  for (int i = 0; i < 7; i++) {
    assert_string_equal(own[i], ours[i]);
    assert_string_equal(petsc[i], theirs[i]);
  }
  assert_null(own[7]);
  assert_null(petsc[7]);
  /* No option of ours may look like one of PETSc's: it would never arrive. */
  PetscInt count;
  const QlbeOptionSpec *specs = QlbeOptionTable(&count);
  for (PetscInt i = 0; i < count; i++) {
    char option[128];
    char *line[] = {"qlbe", option, NULL};
    snprintf(option, sizeof(option), "-%s", specs[i].name);
    QlbeOptionsSplitArguments(2, line, &n_own, own, &n_petsc, petsc);
    assert_int_equal(n_own, 2);
    assert_int_equal(n_petsc, 1);
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rows_are_complete),
    cmocka_unit_test(distances),
    cmocka_unit_test(proposals),
    cmocka_unit_test(names_and_expectations),
    cmocka_unit_test(command_line_is_split),
};

CORE_TEST_MAIN(tests)
