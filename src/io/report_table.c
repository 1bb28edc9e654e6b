/*
   Tables of the report, stored by columns, and the list of checks, which is one of them.

   Cells are doubles whatever the column's kind: integers up to 2^53 fit exactly, and a row can be
   handed over as one plain array. Rows are appended with doubling capacity.
*/
#include <math.h>
#include <string.h>

#include "report_impl.h"

static PetscErrorCode SetColumn(QlbeReportColumn *column, const char name[], QlbeColumnKind kind,
                                PetscBool text, const char unit[])
{
  PetscFunctionBegin;
  PetscCheck(name[0] && !strpbrk(name, "/,\"\r\n#"), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "Malformed column name '%s'", name);
  PetscCall(PetscStrallocpy(name, &column->name));
  column->kind = kind;
  column->text = text;
  if (unit && unit[0]) PetscCall(PetscStrallocpy(unit, &column->unit));
  PetscFunctionReturn(0);
}

static PetscErrorCode PlaceTable(QlbeReport report, const char path[], PetscInt n, QlbeNode **node)
{
  PetscFunctionBegin;
  PetscCheck(n >= 1, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE, "Table '%s' has no column", path);
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_TABLE, NULL, node));
  PetscCall(PetscCalloc1(n, &(*node)->columns));
  (*node)->ncolumns = n;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportAddTable(QlbeReport report, const char path[], PetscInt n,
                                  const QlbeColumn columns[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  for (PetscInt c = 0; c < n; c++) {
    for (PetscInt b = 0; b < c; b++) {
      PetscCheck(strcmp(columns[b].name, columns[c].name), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
                 "Table '%s' has two columns '%s'", path, columns[c].name);
    }
  }
  PetscCall(PlaceTable(report, path, n, &node));
  for (PetscInt c = 0; c < n; c++) {
    PetscCall(SetColumn(&node->columns[c], columns[c].name, columns[c].kind, PETSC_FALSE,
                        columns[c].unit));
  }
  PetscFunctionReturn(0);
}

/* Room for one more row. */
static PetscErrorCode Grow(QlbeNode *node)
{
  const PetscInt capacity = node->capacity ? 2 * node->capacity : 16;

  PetscFunctionBegin;
  if (node->rows < node->capacity) PetscFunctionReturn(0);
  PetscCheck(node->capacity < PETSC_MAX_INT / 2, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "Table '%s' has too many rows", node->name);
  for (PetscInt c = 0; c < node->ncolumns; c++) {
    QlbeReportColumn *column = &node->columns[c];
    if (column->text) {
      PetscCall(PetscRealloc(sizeof(char *) * (size_t)capacity, &column->string));
    } else {
      PetscCall(PetscRealloc(sizeof(double) * (size_t)capacity, &column->number));
    }
  }
  node->capacity = capacity;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportAddRow(QlbeReport report, const char path[], PetscInt n,
                                const double row[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, path, &node));
  PetscCheck(node && node->kind == QLBE_NODE_TABLE, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "No table '%s' in the report", path);
  PetscCheck(n == node->ncolumns, PETSC_COMM_SELF, PETSC_ERR_ARG_SIZ,
             "Table '%s' has %" PetscInt_FMT " columns, the row %" PetscInt_FMT, path,
             node->ncolumns, n);
  for (PetscInt c = 0; c < n; c++) {
    const QlbeReportColumn *column = &node->columns[c];
    const double x = row[c];
    const PetscBool fits = column->kind == QLBE_COLUMN_INTEGER ? fabs(x) <= 0x1p53 && x == rint(x)
                           : column->kind == QLBE_COLUMN_BOOL  ? x == 0.0 || x == 1.0
                                                               : PETSC_TRUE;
    PetscCheck(!column->text && fits, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "Table '%s': column '%s' cannot hold %g", path, column->name, x);
  }
  PetscCall(Grow(node));
  for (PetscInt c = 0; c < n; c++) node->columns[c].number[node->rows] = row[c];
  node->rows++;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportAddCheck(QlbeReport report, const char name[], double value, double bound)
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, "checks", &node));
  if (!node) {
    PetscCall(PlaceTable(report, "checks", 4, &node));
    PetscCall(SetColumn(&node->columns[0], "name", QLBE_COLUMN_REAL, PETSC_TRUE, NULL));
    PetscCall(SetColumn(&node->columns[1], "value", QLBE_COLUMN_REAL, PETSC_FALSE, NULL));
    PetscCall(SetColumn(&node->columns[2], "bound", QLBE_COLUMN_REAL, PETSC_FALSE, NULL));
    PetscCall(SetColumn(&node->columns[3], "pass", QLBE_COLUMN_BOOL, PETSC_FALSE, NULL));
  }
  PetscCheck(node->kind == QLBE_NODE_TABLE && node->columns[0].text, PETSC_COMM_SELF,
             PETSC_ERR_ARG_WRONG, "Report path 'checks' is taken");
  PetscCall(Grow(node));
  PetscCall(PetscStrallocpy(name, &node->columns[0].string[node->rows]));
  node->columns[1].number[node->rows] = value;
  node->columns[2].number[node->rows] = bound;
  node->columns[3].number[node->rows] =
      isfinite(value) && isfinite(bound) && value <= bound ? 1.0 : 0.0;
  node->rows++;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportGetFailures(QlbeReport report, PetscInt *failures)
{
  QlbeNode *node;

  PetscFunctionBegin;
  *failures = 0;
  PetscCall(QlbeReportFind(report, "checks", &node));
  for (PetscInt i = 0; node && i < node->rows; i++) {
    if (node->columns[3].number[i] == 0.0) (*failures)++;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportFormatReal(double value, char text[], size_t size)
{
  PetscFunctionBegin;
  if (isnan(value)) {
    PetscCall(PetscStrncpy(text, "nan", size));
  } else {
    PetscCheck(snprintf(text, size, "%.17g", value) < (int)size, PETSC_COMM_SELF, PETSC_ERR_LIB,
               "A number needs more than %zu characters", size);
  }
  PetscFunctionReturn(0);
}
