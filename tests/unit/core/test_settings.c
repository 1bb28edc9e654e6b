/*
   Typed settings: every row of the option table has a field of its own, and the numbers of choices
   are those that the enumerations name.
*/
#include "core_test.h"
#include "qlbe/discretisation_list.h"
#include "qlbe/options.h"

#include <string.h>

static size_t Size(QlbeOptionType type)
{
  static const size_t sizes[] = {
      [QLBE_OPTION_REAL] = sizeof(double),    [QLBE_OPTION_INT] = sizeof(PetscInt),
      [QLBE_OPTION_BOOL] = sizeof(PetscBool), [QLBE_OPTION_CHOICE] = sizeof(int),
      [QLBE_OPTION_STRING] = sizeof(char *),  [QLBE_OPTION_REAL_LIST] = sizeof(QlbeRealList)};

  return sizes[type];
}

/* No two fields overlap, and none lies beyond the struct. */
static void fields_are_apart(void **state)
{
  PetscInt n;
  const QlbeOptionSpec *table = QlbeOptionTable(&n);

  (void)state;
  for (PetscInt i = 0; i < n; i++) {
    const size_t begin = table[i].setting, end = begin + Size(table[i].type);
    assert_true(end <= sizeof(QlbeSettings));
    for (PetscInt j = 0; j < i; j++)
      if (begin < table[j].setting + Size(table[j].type) && table[j].setting < end)
        fail_msg("%s and %s share a field", table[i].name, table[j].name);
  }
}

static const QlbeSettings *Read(char *extra[], int argc, QlbeOptions *options)
{
  const QlbeSettings *settings;
  const char *message;

  assert_int_equal(QlbeOptionsCreate(PETSC_COMM_WORLD, options), 0);
  assert_int_equal(QlbeOptionsSetUp(*options, argc, extra), 0);
  assert_int_equal(QlbeOptionsGetError(*options, &message), 0);
  assert_null(message);
  assert_int_equal(QlbeOptionsGetSettings(*options, &settings), 0);
  return settings;
}

#define ROW_OF(name) #name,
static const char *const discretisations[] = {QLBE_DISCRETISATION_LIST(ROW_OF)};

static void choices_are_numbers(void **state)
{
  static const struct {
    const char *option, *word;
    int number;
  } choices[] = {{"-grid_matrix", "auto", QLBE_MATRIX_AUTO},
                 {"-grid_matrix", "dense", QLBE_MATRIX_DENSE},
                 {"-grid_matrix", "sparse", QLBE_MATRIX_SPARSE},
                 {"-grid_matrix", "matrix_free", QLBE_MATRIX_FREE},
                 {"-grid_functions", "auto", QLBE_FUNCTIONS_AUTO},
                 {"-grid_functions", "symmetric", QLBE_FUNCTIONS_SYMMETRIC},
                 {"-grid_functions", "all", QLBE_FUNCTIONS_ALL},
                 {"-state_type", "packet", QLBE_STATE_PACKET},
                 {"-state_type", "cat", QLBE_STATE_CAT},
                 {"-state_type", "mixture", QLBE_STATE_MIXTURE},
                 {"-state_type", "thermal", QLBE_STATE_THERMAL},
                 {"-state_type", "file", QLBE_STATE_FILE},
                 {"-evolve_spacing", "linear", QLBE_SPACING_LINEAR},
                 {"-evolve_spacing", "log", QLBE_SPACING_LOG},
                 {"-evolve_method", "auto", QLBE_METHOD_AUTO},
                 {"-evolve_method", "krylov", QLBE_METHOD_KRYLOV},
                 {"-evolve_method", "ts", QLBE_METHOD_TS},
                 {"-evolve_method", "dense", QLBE_METHOD_DENSE},
                 {"-evolve_density", "none", QLBE_DENSITY_NONE},
                 {"-evolve_density", "line", QLBE_DENSITY_LINE},
                 {"-evolve_density", "plane", QLBE_DENSITY_PLANE},
                 {"-evolve_density", "box", QLBE_DENSITY_BOX},
                 {"-run_resume", "auto", QLBE_RESUME_AUTO},
                 {"-run_resume", "never", QLBE_RESUME_NEVER}};

  (void)state;
  for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
    char *extra[] = {(char *)choices[i].option, (char *)choices[i].word, NULL};
    const QlbeOptionSpec *spec;
    const QlbeSettings *settings;
    QlbeOptions o;
    PetscInt n;
    spec = QlbeOptionTable(&n) + QlbeOptionFind(choices[i].option + 1);
    settings = Read(extra, 2, &o);
    assert_int_equal(*(const int *)((const char *)settings + spec->setting), choices[i].number);
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
}

/* The choices of grid.type are the rows of the registry, in its order. */
static void discretisations_are_rows(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(discretisations) / sizeof(discretisations[0]); i++) {
    char *extra[] = {(char *)"-grid_type", (char *)discretisations[i], NULL};
    QlbeOptions o;
    assert_int_equal(Read(extra, 2, &o)->grid.type, (int)i);
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
}

/* What keeps results is where, when and in how much memory a run computes. */
static void results_depend_on_the_rest(void **state)
{
  static const char *const keep[] = {"fibers_groups",
                                     "grid_matrix",
                                     "grid_memory",
                                     "state_file",
                                     "run_resume",
                                     "run_wall_limit",
                                     "run_checkpoint_interval",
                                     "output_directory",
                                     "output_overwrite"};
  PetscInt n, count = 0;
  const QlbeOptionSpec *table = QlbeOptionTable(&n);

  (void)state;
  for (PetscInt i = 0; i < n; i++) count += table[i].keeps_results ? 1 : 0;
  assert_int_equal(count, sizeof(keep) / sizeof(keep[0]));
  for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
    assert_true(table[QlbeOptionFind(keep[i])].keeps_results);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fields_are_apart),
    cmocka_unit_test(choices_are_numbers),
    cmocka_unit_test(discretisations_are_rows),
    cmocka_unit_test(results_depend_on_the_rest),
};

CORE_TEST_MAIN(tests)
