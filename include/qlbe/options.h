/*
   Options: one table that declares every key of the deck, and the object that holds a run's values.

   A key `density` in the section `gas` of the deck is the option -gas_density of the command line,
   which overrides the deck. Parser, help, template deck, documentation and the provenance of output
   files all read the table. Bad input is no PETSc error: the object keeps one message, and the
   caller decides.
*/
#ifndef QLBE_OPTIONS_H
#define QLBE_OPTIONS_H

#include <petscsys.h>
#include "qlbe/parameters.h"
#include "qlbe/settings.h"
#include "qlbe/units.h"

typedef enum {
  QLBE_OPTION_REAL,
  QLBE_OPTION_INT,
  QLBE_OPTION_BOOL,
  QLBE_OPTION_CHOICE,
  QLBE_OPTION_STRING,
  QLBE_OPTION_REAL_LIST
} QlbeOptionType;

/* One row of the table. Ranges and lengths hold for each element of a list. */
typedef struct {
  const char *name; /* section_key, or a bare key that stands at the top of the deck */
  size_t setting;   /* where the value stands in QlbeSettings */
  QlbeOptionType type;
  QlbeDimension dimension;
  const char *default_text; /* as it would stand on the command line; "" is the empty list */
  double lo, hi;            /* -+HUGE_VAL where there is no bound */
  PetscBool lo_open;        /* lo itself is excluded */
  PetscInt n_min, n_max;    /* number of elements of a list */
  PetscBool nonzero;        /* the elements of a list must not all vanish */
  PetscBool keeps_results;  /* says where, when or in how much memory, not what is computed */
  PetscBool needs_unit;     /* no default with `units: si`: the deck must give it */
  const char *follows;      /* the option that it may be given in place of; otherwise its value
                               follows from that one */
  const char *choices;      /* words separated by | */
  const char *help;
  const char *equation; /* equation or section of the paper, "" where there is none */
} QlbeOptionSpec;

/* The table, *count rows in the order of the documentation. Static; not collective. */
PETSC_EXTERN const QlbeOptionSpec *QlbeOptionTable(PetscInt *count);

/* Row of the option called name (section_key, no dash), or -1. */
PETSC_EXTERN PetscInt QlbeOptionFind(const char name[]);

/*
   Name of the option nearest to a misspelt one, by edit distance of the whole name or of the part
   after the section; NULL when nothing is near. Static string.
*/
PETSC_EXTERN const char *QlbeOptionNearest(const char name[]);

/*
   Number of single-character insertions, deletions and replacements from a to b (first 64
   characters).
*/
PETSC_EXTERN PetscInt QlbeEditDistance(const char a[], const char b[]);

/* What a value must be, in words: "a number > 0", "an integer in 5..201", ... into text[size]. */
PETSC_EXTERN void QlbeOptionExpected(const QlbeOptionSpec *spec, size_t size, char text[]);

/* Name in the deck, section.key, of the option name (section_key) into text[size]. */
PETSC_EXTERN void QlbeOptionDeckName(const char name[], size_t size, char text[]);

/*
   Splits argv[argc] into the program's own arguments and those for PETSc and SLEPc (-eps_, -st_,
   -ksp_, -pc_, -bv_, -ds_, -rg_, -mat_, -vec_, -log_, -info, -malloc_, -options_, -perturbation_,
   -propagate_) with their values. own[] and petsc[] have room for argc + 1 pointers;
   own[0] = petsc[0] = argv[0], both end with NULL. Callable before PetscInitialize.
*/
PETSC_EXTERN void QlbeOptionsSplitArguments(int argc, char *argv[], int *n_own, char *own[],
                                            int *n_petsc, char *petsc[]);

/* Values of one run, with their origins. */
typedef struct _n_QlbeOptions *QlbeOptions;

/* Creates an empty object on comm. Collective. */
PETSC_EXTERN PetscErrorCode QlbeOptionsCreate(MPI_Comm comm, QlbeOptions *options);

/*
   Reads argv[argc], what follows the command: at most one deck, first, then -section_key value.
   argv must be the same on every rank; rank 0 alone opens the deck. Collective. Returns 0 also for
   bad input: ask QlbeOptionsGetError. An object is set up once.
*/
PETSC_EXTERN PetscErrorCode QlbeOptionsSetUp(QlbeOptions options, int argc, char *const argv[]);

/*
   The first complaint about the input, "deck.yaml:7: gas.density: expected ..., got ...", or NULL
   when everything is fine; the same on every rank. Owned by the object. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeOptionsGetError(QlbeOptions options, const char **message);

/* Path of the deck as given, or NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeOptionsGetDeck(QlbeOptions options, const char **path);

/*
   Where a value comes from: "default", "deck.yaml:7" or "command line". Not collective. Errors:
   PETSC_ERR_ARG_WRONGSTATE before a successful SetUp, PETSC_ERR_ARG_WRONG for a name that is not in
   the table.
*/
PETSC_EXTERN PetscErrorCode QlbeOptionsGetOrigin(QlbeOptions options, const char name[],
                                                 const char **origin);

/* Number of options, and entry i as texts: name, value and unit as in the deck, origin. */
PETSC_EXTERN PetscErrorCode QlbeOptionsGetCount(QlbeOptions options, PetscInt *count);
PETSC_EXTERN PetscErrorCode QlbeOptionsGetEntry(QlbeOptions options, PetscInt i, const char **name,
                                                const char **value, const char **origin,
                                                const char **unit);

/*
   All values as settings, the same on every rank; valid as long as the object. Not collective.
   Error: PETSC_ERR_ARG_WRONGSTATE before a successful SetUp.
*/
PETSC_EXTERN PetscErrorCode QlbeOptionsGetSettings(QlbeOptions options,
                                                   const QlbeSettings **settings);

/* The physical parameters in internal units, and the units of the deck. Errors as for values. */
PETSC_EXTERN PetscErrorCode QlbeOptionsGetParameters(QlbeOptions options,
                                                     QlbeParameters *parameters);
PETSC_EXTERN PetscErrorCode QlbeOptionsGetUnits(QlbeOptions options, QlbeUnits *units);

/* Destroys the object and sets *options to NULL. Collective. */
PETSC_EXTERN PetscErrorCode QlbeOptionsDestroy(QlbeOptions *options);

#endif
