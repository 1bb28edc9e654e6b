/* Units: natural factors are exactly one; SI factors obey hbar = kB = m = 1 and agree with known
 * numbers. */
#include "core_test.h"
#include "qlbe/units.h"

/* CODATA 2018, as tabulated; entered apart from the code under test. */
#define HBAR 1.054571817e-34
#define KB   1.380649e-23

static void natural_is_one(void **state)
{
  QlbeUnits u;

  (void)state;
  QlbeUnitsNatural(&u);
  assert_false(u.si);
  for (int d = 0; d < QLBE_DIMENSION_COUNT; d++) {
    assert_true(QlbeUnitsFactor(&u, (QlbeDimension)d) == 1.0);
    assert_true(QlbeUnitsToDeck(&u, (QlbeDimension)d, 0.1) == 0.1);
    assert_true(QlbeUnitsToInternal(&u, (QlbeDimension)d, 0.1) == 0.1);
    assert_non_null(QlbeUnitsName(&u, (QlbeDimension)d));
    assert_non_null(QlbeDimensionName((QlbeDimension)d));
  }
  assert_true(QlbeUnitsUsable(&u));
}

/* The laws that fix the factors, each with the constants of the table above. */
static void si_laws(void **state)
{
  const double m = 6.6464731e-27, T = 300.0;
  QlbeUnits u;

  (void)state;
  QlbeUnitsSI(m, T, &u);
  assert_true(u.si && QlbeUnitsUsable(&u));
  assert_true(u.mass == m && u.temperature == T);
  assert_close(u.energy, KB * T, 1e-14);
  assert_close(u.momentum * u.momentum / u.mass, u.energy, 1e-14);
  assert_close(u.energy * u.time, HBAR, 1e-9);
  assert_close(u.momentum * u.length, HBAR, 1e-9);
  assert_close(u.wave_number * u.length, 1.0, 1e-14);
  assert_close(u.rate * u.time, 1.0, 1e-14);
  assert_close(u.diffusion, u.length * u.length / u.time, 1e-14);
  assert_close(u.quartic, pow(u.length, 4) / u.time, 1e-14);
  assert_close(u.area, u.length * u.length, 1e-14);
  assert_close(u.area_per_momentum, u.length * u.length / u.momentum, 1e-14);
  assert_close(u.area_per_momentum2, pow(u.length / u.momentum, 2), 1e-14);
  assert_close(u.velocity, u.length / u.time, 1e-14);
  assert_close(u.velocity * u.velocity, KB * T / m, 1e-14);
  assert_close(u.density * pow(u.length, 3), 1.0, 1e-14);
}

/* Helium at 300 K: the thermal wavelength h/(2 pi m kT)^(1/2) is 50.38 pm. */
static void thermal_wavelength_of_helium(void **state)
{
  QlbeUnits u;

  (void)state;
  QlbeUnitsSI(6.6464731e-27, 300.0, &u);
  assert_close(QlbeUnitsToDeck(&u, QLBE_LENGTH, sqrt(2.0 * PETSC_PI)), 50.38e-12, 1e-4);
}

static void round_trip(void **state)
{
  QlbeUnits u;

  (void)state;
  QlbeUnitsSI(2.2e-25, 1e-6, &u); /* xenon at a microkelvin */
  assert_true(QlbeUnitsUsable(&u));
  for (int d = 0; d < QLBE_DIMENSION_COUNT; d++) {
    const double x = 0.1234567890123456;
    const double there = QlbeUnitsToDeck(&u, (QlbeDimension)d, x);
    assert_close(QlbeUnitsToInternal(&u, (QlbeDimension)d, there), x, 4e-16);
    assert_true(d == QLBE_DIMENSIONLESS || there != x);
  }
}

static void overflow_is_noticed(void **state)
{
  const double masses[] = {1e-300, 1e300, 6e-27, 6e-27}, temperatures[] = {1.0, 1.0, 1e-300, 1e300};
  QlbeUnits u;

  (void)state;
  for (int i = 0; i < 4; i++) {
    QlbeUnitsSI(masses[i], temperatures[i], &u);
    assert_false(QlbeUnitsUsable(&u));
  }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(natural_is_one),
    cmocka_unit_test(si_laws),
    cmocka_unit_test(thermal_wavelength_of_helium),
    cmocka_unit_test(round_trip),
    cmocka_unit_test(overflow_is_noticed),
};

CORE_TEST_MAIN(tests)
