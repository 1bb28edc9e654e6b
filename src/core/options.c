/*
   The options object: values, origins, the first complaint, and the getters.

   Bad input is data here, not an error: the object remembers one message and stops reading. What
   the getters call errors are mistakes in the program.
*/
#include "options_private.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PetscErrorCode QlbeOptionsCreate(MPI_Comm comm, QlbeOptions *options)
{
  QlbeOptions o;

  PetscFunctionBegin;
  PetscCall(PetscNew(&o));
  o->comm = comm;
  o->specs = QlbeOptionTable(&o->count);
  PetscCall(PetscCalloc1(o->count, &o->values));
  for (PetscInt i = 0; i < o->count; i++) {
    PetscBool ok;
    PetscCall(QlbeOptionValueParse(&o->specs[i], o->specs[i].default_text, &o->values[i], &ok));
    PetscCheck(ok, comm, PETSC_ERR_PLIB, "default of %s is not valid", o->specs[i].name);
    PetscCall(PetscStrallocpy("default", &o->values[i].origin));
  }
  *options = o;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsDestroy(QlbeOptions *options)
{
  QlbeOptions o = *options;

  PetscFunctionBegin;
  if (!o) PetscFunctionReturn(0);
  for (PetscInt i = 0; i < o->count; i++) PetscCall(QlbeOptionValueReset(&o->values[i]));
  PetscCall(PetscFree(o->values));
  PetscCall(PetscFree(o->error));
  PetscCall(PetscFree(o->deck));
  PetscCall(PetscFree(*options));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsFail(QlbeOptions options, const char format[], ...)
{
  char message[1024];
  va_list arguments;

  PetscFunctionBegin;
  if (options->error) PetscFunctionReturn(0);
  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  PetscCall(PetscStrallocpy(message, &options->error));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsFailValue(QlbeOptions options, PetscInt i, const char where[],
                                    const char shown[], const char got[])
{
  char expected[160], quoted[48];

  PetscFunctionBegin;
  QlbeOptionExpected(&options->specs[i], sizeof(expected), expected);
  QlbeQuote(got, quoted);
  PetscCall(QlbeOptionsFail(options, "%s: %s: expected %s, got `%s`; %s", where, shown, expected,
                            quoted, options->specs[i].help));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsAssign(QlbeOptions options, PetscInt i, const char text[],
                                 QlbeOptionLevel level, const char where[], const char shown[])
{
  QlbeOptionValue *value = &options->values[i];
  PetscBool ok;

  PetscFunctionBegin;
  if (value->level == level) {
    PetscCall(QlbeOptionsFail(options, "%s: %s: given twice; first %s %s", where, shown,
                              level == QLBE_FROM_DECK ? "at" : "on the", value->origin));
    PetscFunctionReturn(0);
  }
  PetscCall(QlbeOptionValueParse(&options->specs[i], text, value, &ok));
  if (ok) {
    value->level = level;
    PetscCall(PetscStrallocpy(where, &value->origin));
  } else {
    PetscCall(QlbeOptionsFailValue(options, i, where, shown, *text ? text : "nothing"));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetError(QlbeOptions options, const char **message)
{
  PetscFunctionBegin;
  *message = options->error;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetDeck(QlbeOptions options, const char **path)
{
  PetscFunctionBegin;
  *path = options->deck;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetOrigin(QlbeOptions options, const char name[], const char **origin)
{
  const PetscInt i = QlbeOptionFind(name);

  PetscFunctionBegin;
  PetscCheck(options->set_up, options->comm, PETSC_ERR_ARG_WRONGSTATE,
             "options are not set up, or hold bad input");
  PetscCheck(i >= 0, options->comm, PETSC_ERR_ARG_WRONG, "no option %s in the table", name);
  *origin = options->values[i].origin;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetCount(QlbeOptions options, PetscInt *count)
{
  PetscFunctionBegin;
  *count = options->count;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetEntry(QlbeOptions options, PetscInt i, const char **name,
                                   const char **value, const char **origin, const char **unit)
{
  PetscFunctionBegin;
  PetscCheck(options->set_up, options->comm, PETSC_ERR_ARG_WRONGSTATE, "options are not set up");
  PetscCheck(i >= 0 && i < options->count, options->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "no entry %d of %d", (int)i, (int)options->count);
  *name = options->specs[i].name;
  *value = options->values[i].text;
  *origin = options->values[i].origin;
  *unit = QlbeUnitsName(&options->units, options->specs[i].dimension);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetParameters(QlbeOptions options, QlbeParameters *parameters)
{
  PetscFunctionBegin;
  PetscCheck(options->set_up, options->comm, PETSC_ERR_ARG_WRONGSTATE, "options are not set up");
  *parameters = options->parameters;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeOptionsGetUnits(QlbeOptions options, QlbeUnits *units)
{
  PetscFunctionBegin;
  PetscCheck(options->set_up, options->comm, PETSC_ERR_ARG_WRONGSTATE, "options are not set up");
  *units = options->units;
  PetscFunctionReturn(0);
}
