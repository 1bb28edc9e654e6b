/*
   Private to the option files: the object, and the steps that fill it.
*/
#ifndef QLBE_OPTIONS_PRIVATE_H
#define QLBE_OPTIONS_PRIVATE_H

#include "qlbe/options.h"

/* Who set a value, in rising order of precedence. */
typedef enum { QLBE_FROM_DEFAULT, QLBE_FROM_DECK, QLBE_FROM_COMMAND_LINE } QlbeOptionLevel;

typedef struct {
  QlbeOptionLevel level;
  char *text;     /* as in the deck's units; list elements separated by commas */
  char *origin;   /* "default", "deck.yaml:7", "command line" */
  PetscInt n;     /* number of values */
  double *values; /* reals and lists; internal units once the object is set up */
  PetscInt integer;
  PetscBool flag;
} QlbeOptionValue;

struct _n_QlbeOptions {
  MPI_Comm comm;
  PetscBool set_up; /* SetUp ran and found no fault */
  char *error;      /* the first complaint, or NULL */
  char *deck;
  PetscInt count;
  const QlbeOptionSpec *specs; /* the table */
  QlbeOptionValue *values;     /* [count], in the order of the table */
  QlbeUnits units;
  QlbeParameters parameters;
  QlbeSettings settings;
};

/*
   Reads text as spec demands into value (text, n, values, integer, flag), replacing what was there.
   *ok is false, and value unchanged, when it does not fit.
*/
PETSC_INTERN PetscErrorCode QlbeOptionValueParse(const QlbeOptionSpec *spec, const char text[],
                                                 QlbeOptionValue *value, PetscBool *ok);
PETSC_INTERN PetscErrorCode QlbeOptionValueReset(QlbeOptionValue *value);

/*
   A copy of text fit for a one-line message: unprintable bytes become '?', at most 40 characters.
*/
PETSC_INTERN void QlbeQuote(const char text[], char quoted[48]);

/* Keeps the message unless there is one already. */
PETSC_INTERN PetscErrorCode QlbeOptionsFail(QlbeOptions options, const char format[], ...)
    __attribute__((format(printf, 2, 3)));

/*
   "where: name: expected ..., got `text`; help"; shown is the option's name as the user wrote it.
*/
PETSC_INTERN PetscErrorCode QlbeOptionsFailValue(QlbeOptions options, PetscInt i,
                                                 const char where[], const char shown[],
                                                 const char got[]);

/* Sets option i from text, with the checks of type, range and duplicates. */
PETSC_INTERN PetscErrorCode QlbeOptionsAssign(QlbeOptions options, PetscInt i, const char text[],
                                              QlbeOptionLevel level, const char where[],
                                              const char shown[]);

/* Reads options->deck on rank 0 and assigns its values on every rank. */
PETSC_INTERN PetscErrorCode QlbeOptionsReadDeck(QlbeOptions options);

/* Assigns the deck's events from text[size]. */
PETSC_INTERN PetscErrorCode QlbeOptionsParseDeck(QlbeOptions options, size_t size,
                                                 const char text[]);

/* Fills options->settings from its values. */
PETSC_INTERN void QlbeSettingsFill_Private(QlbeOptions options);

/* Units, internal values and parameters from the raw values. */
PETSC_INTERN PetscErrorCode QlbeOptionsResolve(QlbeOptions options);

#endif
