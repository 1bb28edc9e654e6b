/*
   Conversion between internal and deck units; no other file converts.

   SI: with the gas mass m and E = kB T as units of mass and energy and hbar = 1, the units of
   momentum, length and time are (m E)^(1/2), hbar/(m E)^(1/2) and hbar/E. Thermal momenta and the
   de Broglie wavelength are then of order one, and nothing comes near the limits of double
   precision. Constants: CODATA 2018, where h and kB are exact.
*/
#include "qlbe/units.h"
#include <math.h>
#include <stdio.h>

static const double planck_constant = 6.62607015e-34;  /* J s */
static const double boltzmann_constant = 1.380649e-23; /* J/K */

static const struct {
  const char *si;
  const char *words;
} names[QLBE_DIMENSION_COUNT] = {
    [QLBE_DIMENSIONLESS] = {"1", "number"},
    [QLBE_MASS] = {"kg", "mass"},
    [QLBE_MOMENTUM] = {"kg m s^-1", "momentum"},
    [QLBE_LENGTH] = {"m", "length"},
    [QLBE_ENERGY] = {"J", "energy"},
    [QLBE_TIME] = {"s", "time"},
    [QLBE_WAVE_NUMBER] = {"m^-1", "wave number"},
    [QLBE_DIFFUSION] = {"m^2 s^-1", "length^2/time"},
    [QLBE_QUARTIC] = {"m^4 s^-1", "length^4/time"},
    [QLBE_RATE] = {"s^-1", "rate"},
    [QLBE_AREA] = {"m^2", "area"},
    [QLBE_AREA_PER_MOMENTUM] = {"m s kg^-1", "area/momentum"},
    [QLBE_AREA_PER_MOMENTUM2] = {"s^2 kg^-2", "area/momentum^2"},
    [QLBE_VELOCITY] = {"m s^-1", "velocity"},
    [QLBE_DENSITY] = {"m^-3", "number density"},
    [QLBE_TEMPERATURE] = {"K", "temperature"},
    [QLBE_PRESSURE] = {"Pa", "pressure"},
};

/* Everything follows from the units of mass, energy and action, and the unit of temperature. */
static void Derive(double mass, double energy, double hbar, double temperature, QlbeUnits *units)
{
  units->mass = mass;
  units->energy = energy;
  units->temperature = temperature;
  units->momentum = sqrt(mass) * sqrt(energy);
  units->length = hbar / units->momentum;
  units->time = hbar / energy;
  units->wave_number = 1.0 / units->length;
  units->area = units->length * units->length;
  units->rate = 1.0 / units->time;
  units->diffusion = units->area * units->rate;
  units->quartic = units->area * units->diffusion;
  units->area_per_momentum = units->area / units->momentum;
  units->area_per_momentum2 = units->area_per_momentum / units->momentum;
  units->velocity = units->momentum / units->mass;
  units->density = units->wave_number * units->wave_number * units->wave_number;
  units->pressure = units->density * units->energy;
}

void QlbeUnitsNatural(QlbeUnits *units)
{
  Derive(1.0, 1.0, 1.0, 1.0, units);
  units->si = PETSC_FALSE;
}

void QlbeUnitsSI(double gas_mass, double temperature, QlbeUnits *units)
{
  Derive(gas_mass, boltzmann_constant * temperature, planck_constant / (2.0 * PETSC_PI),
         temperature, units);
  units->si = PETSC_TRUE;
}

double QlbeUnitsFactor(const QlbeUnits *units, QlbeDimension dimension)
{
  switch (dimension) {
  case QLBE_MASS:
    return units->mass;
  case QLBE_MOMENTUM:
    return units->momentum;
  case QLBE_LENGTH:
    return units->length;
  case QLBE_ENERGY:
    return units->energy;
  case QLBE_TIME:
    return units->time;
  case QLBE_WAVE_NUMBER:
    return units->wave_number;
  case QLBE_DIFFUSION:
    return units->diffusion;
  case QLBE_QUARTIC:
    return units->quartic;
  case QLBE_RATE:
    return units->rate;
  case QLBE_AREA:
    return units->area;
  case QLBE_AREA_PER_MOMENTUM:
    return units->area_per_momentum;
  case QLBE_AREA_PER_MOMENTUM2:
    return units->area_per_momentum2;
  case QLBE_VELOCITY:
    return units->velocity;
  case QLBE_DENSITY:
    return units->density;
  case QLBE_TEMPERATURE:
    return units->temperature;
  case QLBE_PRESSURE:
    return units->pressure;
  case QLBE_DIMENSIONLESS:
  case QLBE_DIMENSION_COUNT:
    break;
  }
  return 1.0;
}

PetscBool QlbeUnitsUsable(const QlbeUnits *units)
{
  for (int d = 0; d < QLBE_DIMENSION_COUNT; d++) {
    const double factor = QlbeUnitsFactor(units, (QlbeDimension)d);
    if (!isnormal(factor) || factor < 0.0) return PETSC_FALSE;
  }
  return PETSC_TRUE;
}

double QlbeUnitsToInternal(const QlbeUnits *units, QlbeDimension dimension, double value)
{
  return value / QlbeUnitsFactor(units, dimension);
}

double QlbeUnitsToDeck(const QlbeUnits *units, QlbeDimension dimension, double value)
{
  return value * QlbeUnitsFactor(units, dimension);
}

const char *QlbeUnitsName(const QlbeUnits *units, QlbeDimension dimension)
{
  return units->si || dimension == QLBE_DIMENSIONLESS ? names[dimension].si : "natural";
}

const char *QlbeDimensionName(QlbeDimension dimension)
{
  return names[dimension].words;
}

const char *QlbeBytesText(double bytes, char text[QLBE_BYTES_SIZE])
{
  static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
  int i = 0;

  for (; bytes >= 1000.0 && i < 6; i++) bytes /= 1000.0;
  (void)snprintf(text, QLBE_BYTES_SIZE, "%.3g %sB", bytes, prefixes[i]);
  return text;
}
