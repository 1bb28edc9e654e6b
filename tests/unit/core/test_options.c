/* The options object: decks and command lines that must be read, and some that must not, on every
 * rank. */
#include "core_test.h"
#include "qlbe/options.h"
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 8 };

/* Options from a deck of the given text (NULL: none) and arguments up to a NULL. */
static QlbeOptions Read(const char deck[], size_t size, char *const extra[])
{
  char path[64] = "";
  char *argv[MAX_ARGUMENTS];
  int argc = 0, rank;
  QlbeOptions options;

  assert_int_equal(MPI_Comm_rank(PETSC_COMM_WORLD, &rank), 0);
  if (deck && rank == 0) {
    int file;
    snprintf(path, sizeof(path), "/tmp/qlbe_deck_XXXXXX");
    file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, deck, size), (ssize_t)size);
    assert_int_equal(close(file), 0);
  }
  assert_int_equal(MPI_Bcast(path, (int)sizeof(path), MPI_CHAR, 0, PETSC_COMM_WORLD), 0);
  if (deck) argv[argc++] = path;
  for (int i = 0; extra && extra[i]; i++) argv[argc++] = extra[i];
  assert_int_equal(QlbeOptionsCreate(PETSC_COMM_WORLD, &options), 0);
  assert_int_equal(QlbeOptionsSetUp(options, argc, argv), 0);
  if (deck && rank == 0) assert_int_equal(unlink(path), 0);
  return options;
}

static QlbeOptions ReadDeck(const char deck[])
{
  return Read(deck, strlen(deck), NULL);
}

static void AssertFine(QlbeOptions options)
{
  const char *message;

  assert_int_equal(QlbeOptionsGetError(options, &message), 0);
  if (message) fail_msg("%s", message);
}

/* The message of bad input contains part, and no getter answers; destroys the object. */
static void AssertBad(QlbeOptions options, const char part[])
{
  const char *message;
  const QlbeSettings *settings;
  QlbeParameters p;

  assert_int_equal(QlbeOptionsGetError(options, &message), 0);
  assert_non_null(message);
  if (!strstr(message, part)) fail_msg("`%s` is not in `%s`", part, message);
  assert_null(strchr(message, '\n'));
  assert_int_equal(QlbeOptionsGetSettings(options, &settings), PETSC_ERR_ARG_WRONGSTATE);
  assert_int_equal(QlbeOptionsGetParameters(options, &p), PETSC_ERR_ARG_WRONGSTATE);
  assert_int_equal(QlbeOptionsDestroy(&options), 0);
  assert_null(options);
}

static const QlbeSettings *Settings(QlbeOptions options)
{
  const QlbeSettings *settings;

  assert_int_equal(QlbeOptionsGetSettings(options, &settings), 0);
  return settings;
}

static void defaults(void **state)
{
  QlbeOptions o = Read(NULL, 0, NULL);
  QlbeParameters p;
  PetscInt n;
  PetscBool flag;
  const double *x;
  const char *text;

  (void)state;
  AssertFine(o);
  assert_int_equal(QlbeOptionsGetParameters(o, &p), 0);
  assert_true(p.M == 1.0 && p.m == 1.0 && p.m_star == 0.5 && p.eta == 1.0 && p.beta == 1.0);
  assert_true(p.hbar == 1.0 && p.a == 1.0 && p.interaction == QLBE_HARD_SPHERE);
  n = Settings(o)->grid.points;
  assert_int_equal(n, 21);
  flag = Settings(o)->grid.richardson;
  assert_false(flag);
  n = Settings(o)->fibers.k.n;
  assert_int_equal(n, 0);
  n = Settings(o)->fibers.direction.n;
  x = Settings(o)->fibers.direction.values;
  assert_true(n == 3 && x[0] == 0.0 && x[1] == 0.0 && x[2] == 1.0);
  text = Settings(o)->output.directory;
  assert_string_equal(text, "out");
  assert_int_equal(QlbeOptionsGetDeck(o, &text), 0);
  assert_null(text);
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
}

/* Every name of the list is a choice and becomes its own type. */
static void interactions(void **state)
{
#define INTERACTION_NAME(NAME, name, text) #name,
  const char *const names[] = {QLBE_INTERACTION_LIST(INTERACTION_NAME)};

  (void)state;
  for (int i = 0; i < QLBE_INTERACTION_COUNT; i++) {
    char name[32], *extra[] = {"-interaction_type", name, NULL};
    QlbeParameters p;
    QlbeOptions o;

    snprintf(name, sizeof(name), "%s", names[i]);
    o = Read(NULL, 0, extra);
    AssertFine(o);
    assert_int_equal(QlbeOptionsGetParameters(o, &p), 0);
    assert_int_equal(p.interaction, i);
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
}

static void deck_and_command_line(void **state)
{
  const char deck[] = "gas: {mass: 2, density: 0}\nparticle:\n  mass: 6.0e0\n"
                      "interaction: {type: constant, radius: .5}\nfibers: {k: [0, 0.25, 1e2]}\n";
  char *extra[] = {
      "-gas_temperature", "4", "-grid_points", "+31", "-grid_richardson", "-fibers_direction",
      "0,-2,1e-3",        NULL};
  QlbeOptions o = Read(deck, strlen(deck), extra);
  QlbeParameters p;
  PetscInt n;
  PetscBool flag;
  const double *x;
  const char *text;

  (void)state;
  AssertFine(o);
  assert_int_equal(QlbeOptionsGetParameters(o, &p), 0);
  assert_true(p.m == 2.0 && p.M == 6.0 && p.m_star == 1.5 && p.eta == 0.0 && p.beta == 0.25);
  assert_true(p.a == 0.5 && p.interaction == QLBE_CONSTANT);
  n = Settings(o)->fibers.k.n;
  x = Settings(o)->fibers.k.values;
  assert_true(n == 3 && x[0] == 0.0 && x[1] == 0.25 && x[2] == 100.0);
  n = Settings(o)->fibers.direction.n;
  x = Settings(o)->fibers.direction.values;
  assert_true(n == 3 && x[1] == -2.0 && x[2] == 1e-3);
  n = Settings(o)->grid.points;
  assert_int_equal(n, 31);
  flag = Settings(o)->grid.richardson;
  assert_true(flag);
  assert_int_equal(QlbeOptionsGetOrigin(o, "gas_temperature", &text), 0);
  assert_string_equal(text, "command line");
  assert_int_equal(QlbeOptionsGetOrigin(o, "particle_mass", &text), 0);
  assert_string_equal(text + strlen(text) - 2, ":3");
  assert_int_equal(QlbeOptionsGetOrigin(o, "grid_extent", &text), 0);
  assert_string_equal(text, "default");
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
}

/* In SI the physics is the same: dimensionless groups computed straight from the deck's numbers. */
static void si_units(void **state)
{
  const double hbar = 1.054571817e-34, kT = 1.380649e-23 * 77.0, m = 6.65e-27, a = 2.6e-10,
               eta = 3e25;
  const double thermal = sqrt(m * kT);
  QlbeOptions o = ReadDeck("units: si\nparticle: {mass: 1.33e-25}\nfibers: {k: [1e9]}\n"
                           "gas: {mass: 6.65e-27, density: 3e25, temperature: 77}\n"
                           "interaction: {radius: 2.6e-10}\n");
  QlbeParameters p;
  QlbeUnits u;
  PetscInt count;
  const double *x;

  (void)state;
  AssertFine(o);
  assert_int_equal(QlbeOptionsGetParameters(o, &p), 0);
  assert_int_equal(QlbeOptionsGetUnits(o, &u), 0);
  assert_true(p.m == 1.0 && p.beta == 1.0 && p.hbar == 1.0 && u.si);
  assert_close(p.M, 20.0, 1e-14);
  assert_close(p.a, a * thermal / hbar, 1e-9);
  assert_close(p.eta * p.a * p.a * p.a, eta * a * a * a, 1e-13);
  x = Settings(o)->fibers.k.values;
  assert_close(x[0] * p.a, 1e9 * a, 1e-13);
  /* Default momenta are thermal ones, and recorded in the unit that is named. */
  x = Settings(o)->scattering.p.values;
  assert_true(x[0] == 0.001);
  assert_int_equal(QlbeOptionsGetCount(o, &count), 0);
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    assert_int_equal(QlbeOptionsGetEntry(o, i, &name, &value, &origin, &unit), 0);
    if (strcmp(name, "scattering_p")) continue;
    assert_string_equal(unit, "kg m s^-1");
    assert_string_equal(origin, "default");
    assert_close(strtod(value, NULL), 0.001 * thermal, 1e-13);
  }
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
}

static void bad_input_is_refused(void **state)
{
  char *twice[] = {"-gas_mass", "1", "-gas_mass", "1", NULL};
  char *unknown[] = {"-gas_mas", "1", NULL};
  char *two_decks[] = {"other.yaml", NULL};

  (void)state;
  AssertBad(ReadDeck("gas:\n  density: -1\n"), ":2: gas.density: expected a number >= 0, got `-1`");
  AssertBad(ReadDeck("gas: {density: 1, density: 1}\n"), ":1: gas.density: given twice");
  AssertBad(ReadDeck("gas: {densty: 1}\n"), "did you mean gas.density?");
  AssertBad(ReadDeck("grid: {points: 1e1}\n"), "expected an integer in 5..201, got `1e1`");
  AssertBad(ReadDeck("grid: {points: 4}\n"), "expected an integer in 5..201, got `4`");
  AssertBad(ReadDeck("grid: {points: 202}\n"), "expected an integer in 5..201, got `202`");
  AssertBad(ReadDeck("grid: {points: 021}\n"), "got `021`");
  AssertBad(ReadDeck("particle: {mass: 0}\n"), "particle.mass: expected a number > 0, got `0`");
  AssertBad(ReadDeck("gas: &g {density: 1}\n"), ":1: expected plain values, got an anchor");
  AssertBad(ReadDeck("gas: {density: !!float 1}\n"), ":1: expected plain values, got a tag");
  AssertBad(ReadDeck(""), "empty file");
  AssertBad(Read("gas: {}\n\0", 9, NULL), "binary");
  AssertBad(ReadDeck("units: si\n"), "missing unit of measure");
  AssertBad(ReadDeck("fibers: {direction: [1e-200, 0, 0]}\n"), "not all zero");
  AssertBad(ReadDeck("particle: {mass: \"a\\nb\\0c\"}\n"), "particle.mass: expected a number > 0");
  AssertBad(Read(NULL, 0, twice), "command line: -gas_mass: given twice");
  AssertBad(Read(NULL, 0, unknown),
            "command line: -gas_mas: unknown option; did you mean -gas_mass?");
  AssertBad(Read("gas: {}\n", 8, two_decks), "unexpected argument `other.yaml`");
}

/* 64 KiB are read, one byte more is not. */
static void size_is_capped(void **state)
{
  enum { CAP = 65536 };
  static const char end[] = "\ngas: {density: 3}\n";
  char *deck;
  QlbeOptions o;
  double x;

  (void)state;
  assert_int_equal(PetscMalloc1(CAP + 1, &deck), 0);
  memset(deck, '#', CAP + 1);
  memcpy(deck + CAP - (sizeof(end) - 1), end, sizeof(end) - 1);
  o = Read(deck, CAP, NULL);
  AssertFine(o);
  x = Settings(o)->gas.density;
  assert_true(x == 3.0);
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
  AssertBad(Read(deck, CAP + 1, NULL), "at most 64 KiB");
  assert_int_equal(PetscFree(deck), 0);
}

/* Every number has one spelling too many. */
static void numbers_are_strict(void **state)
{
  static const char *const bad[] = {"",      "+",     "-",     ".",   "e5",   "1e",   "1e+",
                                    "1.2.3", "1,2",   "1 ",    "nan", "inf",  "-inf", "0x1p3",
                                    "1f",    "1_000", "1e400", "--1", "1e5.", "١"};
  static const struct {
    const char *text;
    double value;
  } good[] = {{"1", 1.0},         {"+1.", 1.0},   {".5", 0.5},
              {"2.5E-3", 2.5e-3}, {"1e+05", 1e5}, {"000.1", 0.1}};

  (void)state;
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    char *extra[] = {"-gas_density", (char *)bad[i], NULL};
    AssertBad(Read(NULL, 0, extra), "command line: -gas_density: expected a number >= 0, got `");
  }
  for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
    char *extra[] = {"-gas_density", (char *)good[i].text, NULL};
    QlbeOptions o = Read(NULL, 0, extra);
    double x;
    AssertFine(o);
    x = Settings(o)->gas.density;
    assert_true(x == good[i].value);
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
}

/* The pressure in place of the density: the other follows, and both are refused. */
static void pressure_or_density(void **state)
{
  static const struct {
    const char *deck;
    double density, pressure; /* internal units */
    const char *density_from, *pressure_from;
  } cases[] = {{"gas: {temperature: 2}\n", 1.0, 2.0, "default", "gas.density"},
               {"gas: {temperature: 2, density: 3}\n", 3.0, 6.0, "deck", "gas.density"},
               {"gas: {temperature: 2, pressure: 3}\n", 1.5, 3.0, "gas.pressure", "deck"},
               {"gas: {pressure: 0}\n", 0.0, 0.0, "gas.pressure", "deck"}};

  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    QlbeOptions o = ReadDeck(cases[i].deck);
    QlbeParameters par;
    const char *origin;
    AssertFine(o);
    assert_int_equal(QlbeOptionsGetParameters(o, &par), 0);
    assert_true(par.eta == cases[i].density);
    assert_true(Settings(o)->gas.density == cases[i].density);
    assert_true(Settings(o)->gas.pressure == cases[i].pressure);
    assert_int_equal(QlbeOptionsGetOrigin(o, "gas_density", &origin), 0);
    assert_non_null(strstr(origin, cases[i].density_from));
    assert_int_equal(QlbeOptionsGetOrigin(o, "gas_pressure", &origin), 0);
    assert_non_null(strstr(origin, cases[i].pressure_from));
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
  AssertBad(ReadDeck("gas: {pressure: 1, density: 1}\n"), "gas.pressure: expected it in place of");
  AssertBad(ReadDeck("gas: {pressure: 1, density: 1}\n"), "gas.density is from");
}

/* eta = p/kT in Pa, K and m^-3; neither of the two is a missing unit. */
static void pressure_in_pascal(void **state)
{
  const char deck[] = "units: si\nparticle: {mass: 1e-26}\ninteraction: {radius: 1e-10}\n"
                      "gas: {mass: 5e-27, temperature: 300, pressure: 2e-4}\n";
  QlbeOptions o = ReadDeck(deck);
  QlbeParameters par;
  QlbeUnits units;

  (void)state;
  AssertFine(o);
  assert_int_equal(QlbeOptionsGetParameters(o, &par), 0);
  assert_int_equal(QlbeOptionsGetUnits(o, &units), 0);
  assert_true(
      fabs(QlbeUnitsToDeck(&units, QLBE_DENSITY, par.eta) / (2e-4 / (1.380649e-23 * 300.0)) - 1.0) <
      1e-14);
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
  AssertBad(ReadDeck("units: si\nparticle: {mass: 1e-26}\ninteraction: {radius: 1e-10}\n"
                     "gas: {mass: 5e-27, temperature: 300}\n"),
            "gas.density: missing unit of measure");
}

/* A deck cut anywhere, or with any byte replaced, is read or refused, but never worse. */
static void damaged_decks(void **state)
{
  const char deck[] = "units: natural\ngas: {mass: 2.0, density: 1}\nfibers:\n  k: [0.1, 0.2]\n  "
                      "direction:\n    - 0\n    - 1\n    - 0\n";
  static const char bytes[] = "\0\n\t:-[]{}&*!#\"'|>%@,\xff\xc3 9a";
  const size_t size = strlen(deck);
  PetscInt refused = 0;

  (void)state;
  for (size_t i = 0; i < size; i++) {
    char copy[sizeof(deck)];
    QlbeOptions o = Read(deck, i, NULL);
    const char *message;
    assert_int_equal(QlbeOptionsGetError(o, &message), 0);
    assert_true(i > 0 || message);
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
    memcpy(copy, deck, sizeof(deck));
    copy[i] = bytes[i % (sizeof(bytes) - 1)];
    o = Read(copy, size, NULL);
    assert_int_equal(QlbeOptionsGetError(o, &message), 0);
    refused += message != NULL;
    assert_int_equal(QlbeOptionsDestroy(&o), 0);
  }
  assert_true(refused > (PetscInt)size / 2);
}

static void misuse_is_an_error(void **state)
{
  QlbeOptions o = Read(NULL, 0, NULL);
  const char *origin;

  (void)state;
  assert_int_equal(QlbeOptionsGetOrigin(o, "gas_densty", &origin), PETSC_ERR_ARG_WRONG);
  assert_int_equal(QlbeOptionsSetUp(o, 0, NULL), PETSC_ERR_ARG_WRONGSTATE);
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
  assert_int_equal(QlbeOptionsDestroy(&o), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(defaults),           cmocka_unit_test(deck_and_command_line),
    cmocka_unit_test(si_units),           cmocka_unit_test(bad_input_is_refused),
    cmocka_unit_test(numbers_are_strict), cmocka_unit_test(pressure_or_density),
    cmocka_unit_test(pressure_in_pascal), cmocka_unit_test(damaged_decks),
    cmocka_unit_test(misuse_is_an_error), cmocka_unit_test(size_is_capped),
    cmocka_unit_test(interactions),
};

CORE_TEST_MAIN(tests)
