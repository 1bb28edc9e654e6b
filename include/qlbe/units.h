/*
   Units: the factors between the code's internal units and the units of the deck.

   Internally hbar = kB = 1. With `units: natural` the deck is in internal units and every factor is
   exactly 1. With `units: si` the internal unit of mass is the mass of a gas particle and the
   internal unit of energy is kT of the gas; hbar = 1 then fixes all others. Values cross the border
   twice: the options object scales what it reads, and writers scale what they print. Nothing
   between knows units.
*/
#ifndef QLBE_UNITS_H
#define QLBE_UNITS_H

#include <petscsys.h>

typedef enum {
  QLBE_DIMENSIONLESS,
  QLBE_MASS,
  QLBE_MOMENTUM,
  QLBE_LENGTH,
  QLBE_ENERGY,
  QLBE_TIME,
  QLBE_WAVE_NUMBER,
  QLBE_DIFFUSION, /* length^2 / time */
  QLBE_QUARTIC,   /* length^4 / time, the k^4 coefficient of eps(k) */
  QLBE_RATE,
  QLBE_AREA,
  QLBE_AREA_PER_MOMENTUM,  /* sigma_u */
  QLBE_AREA_PER_MOMENTUM2, /* sigma_z */
  QLBE_VELOCITY,
  QLBE_DENSITY,
  QLBE_TEMPERATURE,
  QLBE_PRESSURE,
  QLBE_DIMENSION_COUNT
} QlbeDimension;

/*
   Deck units per internal unit: (value in the deck's units) = factor * (internal value). Plain
   data.
*/
typedef struct {
  PetscBool si; /* names are SI names; otherwise all factors are exactly 1 */
  double mass;
  double momentum;
  double length;
  double energy;
  double time;
  double wave_number;
  double diffusion;
  double quartic;
  double rate;
  double area;
  double area_per_momentum;
  double area_per_momentum2;
  double velocity;
  double density;
  double temperature;
  double pressure;
} QlbeUnits;

/* Natural units: every factor exactly 1. Not collective. */
PETSC_EXTERN void QlbeUnitsNatural(QlbeUnits *units);

/*
   SI units for a gas of particles of mass gas_mass [kg] at temperature [K], constants of CODATA
   2018. Not collective. Extreme arguments can overflow: ask QlbeUnitsUsable afterwards.
*/
PETSC_EXTERN void QlbeUnitsSI(double gas_mass, double temperature, QlbeUnits *units);

/* Whether every factor is a positive, normal double. */
PETSC_EXTERN PetscBool QlbeUnitsUsable(const QlbeUnits *units);

/* The factor of one dimension (deck units per internal unit); 1 for QLBE_DIMENSIONLESS. */
PETSC_EXTERN double QlbeUnitsFactor(const QlbeUnits *units, QlbeDimension dimension);

/* value [deck units] -> internal units, and back. */
PETSC_EXTERN double QlbeUnitsToInternal(const QlbeUnits *units, QlbeDimension dimension,
                                        double value);
PETSC_EXTERN double QlbeUnitsToDeck(const QlbeUnits *units, QlbeDimension dimension, double value);

/*
   Name of the deck's unit of a dimension, such as "kg m s^-1"; "natural" where all factors are 1,
   "1" for pure numbers. A static string.
*/
PETSC_EXTERN const char *QlbeUnitsName(const QlbeUnits *units, QlbeDimension dimension);

/* Bytes with a decimal prefix, "1.2 GB", into text, which is returned. */
enum { QLBE_BYTES_SIZE = 32 };
PETSC_EXTERN const char *QlbeBytesText(double bytes, char text[QLBE_BYTES_SIZE]);

/* Name of a dimension in words, such as "momentum"; "number" for QLBE_DIMENSIONLESS. Static. */
PETSC_EXTERN const char *QlbeDimensionName(QlbeDimension dimension);

#endif
