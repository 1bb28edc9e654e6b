/*
   Numbers of the report that are not finite, where nobody has said that there may be none.
*/
#include <math.h>
#include <string.h>

#include "report_impl.h"

typedef struct {
  double count;
  size_t size;
  char *first; /* path[size] of the first one, empty so far */
} Found;

PetscErrorCode QlbeReportAllowNaN(QlbeReport report, const char path[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, path, &node));
  if (node) node->may_be_nan = PETSC_TRUE;
  PetscFunctionReturn(0);
}

/* Notes the n numbers called path/column that are not finite. */
static void Count(PetscInt n, const double values[], PetscBool may_be_nan, const char path[],
                  const char column[], Found *found)
{
  for (PetscInt i = 0; i < n; i++) {
    if (isfinite(values[i]) || (may_be_nan && isnan(values[i]))) continue;
    found->count += 1.0;
    if (!found->first[0])
      (void)snprintf(found->first, found->size, "%s%s%s", path, column[0] ? "/" : "", column);
  }
}

/* All below group but the table of checks, which judges its own numbers. */
static void Walk(const QlbeNode *group, const char prefix[], Found *found)
{
  for (const QlbeNode *node = group->child; node; node = node->next) {
    char path[PETSC_MAX_PATH_LEN];
    (void)snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] ? "/" : "", node->name);
    if (node->kind == QLBE_NODE_REAL)
      Count(node->size, node->real, node->may_be_nan, path, "", found);
    if (!prefix[0] && !strcmp(node->name, "checks")) continue;
    for (PetscInt c = 0; c < node->ncolumns; c++) {
      const QlbeReportColumn *column = &node->columns[c];
      if (!column->text)
        Count(node->rows, column->number, (PetscBool)(column->kind == QLBE_COLUMN_REAL_OR_NAN),
              path, column->name, found);
    }
    Walk(node, path, found);
  }
}

PetscErrorCode QlbeReportCheckFinite(QlbeReport report, size_t size, char first[])
{
  Found found = {.count = 0.0, .size = size, .first = first};

  PetscFunctionBegin;
  first[0] = '\0';
  Walk(report->root, "", &found);
  PetscCall(QlbeReportAddCheck(report, "numbers_not_finite", found.count, 0.0));
  PetscFunctionReturn(0);
}
