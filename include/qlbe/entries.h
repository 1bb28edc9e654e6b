/*
   Results on their way to a report: entries with a path and a dimension, and checks with a bound.

   Computing modules fill these lists in internal units and know of no file; who writes a report
   converts to the deck's units and adds them (run_report.h).
*/
#ifndef QLBE_ENTRIES_H
#define QLBE_ENTRIES_H

#include "qlbe/units.h"

typedef enum {
  QLBE_ENTRY_REAL,        /* finite, or the report complains */
  QLBE_ENTRY_REAL_OR_NAN, /* nan where there is no value */
  QLBE_ENTRY_INTEGER,
  QLBE_ENTRY_TEXT
} QlbeEntryKind;

/* One number, or one text. */
typedef struct {
  char path[64]; /* names separated by '/' */
  QlbeEntryKind kind;
  QlbeDimension dimension; /* of a real */
  double value;
  const char *text; /* static */
} QlbeEntry;

enum { QLBE_MOST_ENTRIES = 64, QLBE_MOST_CHECKS = 32 };

/* In the order of adding. Plain data; n = 0 at first. */
typedef struct {
  PetscInt n;
  QlbeEntry entry[QLBE_MOST_ENTRIES];
} QlbeEntries;

/* The check value <= bound; fails where value is not a number. name is a static string. */
typedef struct {
  const char *name;
  double value, bound;
} QlbeCheck;

typedef struct {
  PetscInt n;
  QlbeCheck check[QLBE_MOST_CHECKS];
} QlbeChecks;

/*
   Appends a real number in internal units, which has to be finite where it is reported. path is
   copied. Not collective. Errors, as of all that follow: PETSC_ERR_ARG_SIZ where the list or the
   path is too long.
*/
PETSC_EXTERN PetscErrorCode QlbeEntriesAdd(QlbeEntries *entries, const char path[],
                                           QlbeDimension dimension, double value);
/* The same of a number that may be nan: there is none. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEntriesAddOrNaN(QlbeEntries *entries, const char path[],
                                                QlbeDimension dimension, double value);
/* Appends a whole number. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEntriesAddInteger(QlbeEntries *entries, const char path[],
                                                  PetscInt value);
/* Appends a text, which is not copied: it has to stay as long as the list. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeEntriesAddText(QlbeEntries *entries, const char path[],
                                               const char text[]);
/* Appends a check, value <= bound; name has to stay as long as the list. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeChecksAdd(QlbeChecks *checks, const char name[], double value,
                                          double bound);

#endif
