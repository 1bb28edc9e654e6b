/* Lists of results and checks. */
#include "qlbe/entries.h"

#include <string.h>

static PetscErrorCode Add(QlbeEntries *entries, const char path[], const QlbeEntry *entry)
{
  QlbeEntry *to = &entries->entry[entries->n];

  PetscFunctionBegin;
  PetscCheck(entries->n < QLBE_MOST_ENTRIES && strlen(path) < sizeof(to->path), PETSC_COMM_SELF,
             PETSC_ERR_ARG_SIZ, "no room for the entry %s", path);
  *to = *entry;
  PetscCall(PetscStrncpy(to->path, path, sizeof(to->path)));
  entries->n++;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEntriesAdd(QlbeEntries *entries, const char path[], QlbeDimension dimension,
                              double value)
{
  const QlbeEntry entry = {.kind = QLBE_ENTRY_REAL, .dimension = dimension, .value = value};

  PetscFunctionBegin;
  PetscCall(Add(entries, path, &entry));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEntriesAddOrNaN(QlbeEntries *entries, const char path[], QlbeDimension dimension,
                                   double value)
{
  const QlbeEntry entry = {.kind = QLBE_ENTRY_REAL_OR_NAN, .dimension = dimension, .value = value};

  PetscFunctionBegin;
  PetscCall(Add(entries, path, &entry));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEntriesAddInteger(QlbeEntries *entries, const char path[], PetscInt value)
{
  const QlbeEntry entry = {.kind = QLBE_ENTRY_INTEGER, .value = (double)value};

  PetscFunctionBegin;
  PetscCall(Add(entries, path, &entry));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEntriesAddText(QlbeEntries *entries, const char path[], const char text[])
{
  const QlbeEntry entry = {.kind = QLBE_ENTRY_TEXT, .text = text};

  PetscFunctionBegin;
  PetscCall(Add(entries, path, &entry));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeChecksAdd(QlbeChecks *checks, const char name[], double value, double bound)
{
  PetscFunctionBegin;
  PetscCheck(checks->n < QLBE_MOST_CHECKS, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "no room for the check %s", name);
  checks->check[checks->n++] = (QlbeCheck){name, value, bound};
  PetscFunctionReturn(0);
}
