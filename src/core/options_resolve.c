/*
   From the raw values of the deck to internal units and physical parameters.

   Defaults are numbers in internal units. With natural units these are the deck's; with SI units a
   default momentum is meant in (m kT)^(1/2) and is written back in kg m/s, so that what the files
   record is true. Physical quantities have no such meaning and must be given.
*/
#include "options_private.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static double Raw(QlbeOptions options, const char name[])
{
  return options->values[QlbeOptionFind(name)].values[0];
}

static PetscBool Given(QlbeOptions options, const char name[])
{
  return (PetscBool)(options->values[QlbeOptionFind(name)].level != QLBE_FROM_DEFAULT);
}

static PetscErrorCode CheckUnitsGiven(QlbeOptions options)
{
  QlbeUnits si;

  PetscFunctionBegin;
  QlbeUnitsSI(1.0, 1.0, &si); /* for the names alone */
  for (PetscInt i = 0; i < options->count; i++) {
    const QlbeOptionSpec *spec = &options->specs[i];
    char name[128];
    if (!spec->needs_unit || options->values[i].level != QLBE_FROM_DEFAULT) continue;
    if (i == QlbeOptionFind("gas_density") && Given(options, "gas_pressure")) continue;
    QlbeOptionDeckName(spec->name, sizeof(name), name);
    PetscCall(QlbeOptionsFail(options,
                              "%s: %s: missing unit of measure: with `units: si` a value in %s is "
                              "expected, for the default is in natural units",
                              options->deck ? options->deck : "command line", name,
                              QlbeUnitsName(&si, spec->dimension)));
  }
  PetscFunctionReturn(0);
}

/* The text of a default in the deck's units. */
static PetscErrorCode RewriteDefault(const QlbeOptionSpec *spec, const QlbeUnits *units,
                                     QlbeOptionValue *value)
{
  enum { NUMBER_SIZE = 32 };
  const size_t size = (size_t)value->n * NUMBER_SIZE + 1;
  size_t used = 0;
  char *text;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(size, &text));
  for (PetscInt j = 0; j < value->n; j++) {
    used += (size_t)snprintf(text + used, size - used, "%s%.17g", j ? "," : "",
                             QlbeUnitsToDeck(units, spec->dimension, value->values[j]));
  }
  PetscCall(PetscFree(value->text));
  value->text = text;
  PetscFunctionReturn(0);
}

/* Overflow and underflow: a subnormal number has lost digits already. */
static PetscErrorCode FailExtreme(QlbeOptions options, PetscInt i, double value)
{
  char name[128];

  PetscFunctionBegin;
  QlbeOptionDeckName(options->specs[i].name, sizeof(name), name);
  PetscCall(QlbeOptionsFail(options,
                            "%s: %s: expected a number within reach of double precision, got %g "
                            "in units of %g",
                            options->values[i].origin, name, value,
                            QlbeUnitsFactor(&options->units, options->specs[i].dimension)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Convert(QlbeOptions options)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < options->count; i++) {
    const QlbeOptionSpec *spec = &options->specs[i];
    QlbeOptionValue *value = &options->values[i];
    if (spec->dimension == QLBE_DIMENSIONLESS) continue;
    if (options->units.si && value->level == QLBE_FROM_DEFAULT) {
      PetscCall(RewriteDefault(spec, &options->units, value));
      continue;
    }
    for (PetscInt j = 0; j < value->n; j++) {
      const double deck = value->values[j];
      value->values[j] = QlbeUnitsToInternal(&options->units, spec->dimension, deck);
      if (value->values[j] == 0.0 && deck == 0.0) continue;
      if (!isnormal(value->values[j])) PetscCall(FailExtreme(options, i, deck));
    }
  }
  PetscFunctionReturn(0);
}

/*
   A value that follows from that of another option, its text in the deck's units, and its origin.
*/
static PetscErrorCode SetDerived(QlbeOptions options, PetscInt i, double value, const char from[])
{
  QlbeOptionValue *derived = &options->values[i];
  char text[32];

  PetscFunctionBegin;
  derived->values[0] = value;
  (void)snprintf(text, sizeof(text), "%.17g",
                 QlbeUnitsToDeck(&options->units, options->specs[i].dimension, value));
  PetscCall(PetscFree(derived->text));
  PetscCall(PetscStrallocpy(text, &derived->text));
  PetscCall(PetscFree(derived->origin));
  PetscCall(PetscStrallocpy(from, &derived->origin));
  PetscFunctionReturn(0);
}

/* The density from the pressure where that is given, the pressure from the density otherwise. */
static PetscErrorCode ResolvePressure(QlbeOptions options)
{
  const PetscInt d = QlbeOptionFind("gas_density"), p = QlbeOptionFind("gas_pressure");
  const double kT = Raw(options, "gas_temperature"), pressure = Raw(options, "gas_pressure");

  PetscFunctionBegin;
  if (!Given(options, "gas_pressure")) {
    PetscCall(SetDerived(options, p, Raw(options, "gas_density") * kT, "gas.density"));
    PetscFunctionReturn(0);
  }
  if (Given(options, "gas_density")) {
    PetscCall(QlbeOptionsFail(options,
                              "%s: gas.pressure: expected it in place of gas.density, got both; "
                              "gas.density is from %s",
                              options->values[p].origin, options->values[d].origin));
    PetscFunctionReturn(0);
  }
  if (pressure > 0.0 && !isnormal(pressure / kT))
    PetscCall(FailExtreme(options, p, QlbeUnitsToDeck(&options->units, QLBE_PRESSURE, pressure)));
  PetscCall(SetDerived(options, d, pressure / kT, "gas.pressure"));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetInteraction(const char name[], QlbeInteractionType *type)
{
#define INTERACTION_NAME(NAME, name, text) #name,
  const char *const names[] = {QLBE_INTERACTION_LIST(INTERACTION_NAME)};
  int i = 0;

  PetscFunctionBegin;
  while (i < QLBE_INTERACTION_COUNT && strcmp(name, names[i])) i++;
  PetscCheck(i < QLBE_INTERACTION_COUNT, PETSC_COMM_SELF, PETSC_ERR_PLIB,
             "`%s` is a choice of interaction_type, but not an interaction", name);
  *type = (QlbeInteractionType)i;
  PetscFunctionReturn(0);
}

static PetscErrorCode SetParameters(QlbeOptions options)
{
  QlbeParameters *p = &options->parameters;

  PetscFunctionBegin;
  p->M = Raw(options, "particle_mass");
  p->m = Raw(options, "gas_mass");
  p->m_star = p->m * p->M / (p->m + p->M);
  p->eta = Raw(options, "gas_density");
  p->beta = 1.0 / Raw(options, "gas_temperature");
  p->hbar = 1.0;
  p->a = Raw(options, "interaction_radius");
  PetscCall(
      SetInteraction(options->values[QlbeOptionFind("interaction_type")].text, &p->interaction));
  if (!isnormal(p->m_star) || !isnormal(p->beta) || !isnormal(p->M / p->beta) ||
      !isnormal(p->m / p->beta) || !isnormal(p->a * p->a)) {
    PetscCall(QlbeOptionsFail(options,
                              "%s: masses, temperature and radius are so large or small "
                              "that m*, 1/kT, M kT or a^2 overflow double precision",
                              options->deck ? options->deck : "command line"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsResolve(QlbeOptions options)
{
  const PetscBool si = !strcmp(options->values[QlbeOptionFind("units")].text, "si");

  PetscFunctionBegin;
  if (si) {
    PetscCall(CheckUnitsGiven(options));
    QlbeUnitsSI(Raw(options, "gas_mass"), Raw(options, "gas_temperature"), &options->units);
  } else {
    QlbeUnitsNatural(&options->units);
  }
  if (!options->error && !QlbeUnitsUsable(&options->units)) {
    PetscCall(QlbeOptionsFail(options,
                              "%s: gas.mass and gas.temperature give units beyond double "
                              "precision; are they in kg and K?",
                              options->deck ? options->deck : "command line"));
  }
  if (!options->error) PetscCall(Convert(options));
  if (!options->error) PetscCall(ResolvePressure(options));
  if (!options->error) PetscCall(SetParameters(options));
  if (!options->error) QlbeSettingsFill_Private(options);
  PetscFunctionReturn(0);
}
