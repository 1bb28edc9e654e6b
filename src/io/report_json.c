/*
   The report as one JSON object (RFC 8259), built with cJSON.

   cJSON prints a number with 15 digits when the result is within an epsilon of the value, which
   does not always read back as the same double. Numbers therefore go in as raw text of 17
   significant digits, enough to identify every double. JSON has no infinities: what is not finite
   becomes null.
*/
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <cjson/cJSON.h>

#include "report_impl.h"
#include "safe_file.h"

/* Gives item to an object (name set) or an array; frees it when that fails. */
static PetscErrorCode Attach(cJSON *parent, const char name[], cJSON *item)
{
  PetscFunctionBegin;
  PetscCheck(item, PETSC_COMM_SELF, PETSC_ERR_MEM, "cJSON could not allocate '%s'",
             name ? name : "");
  if (name ? !cJSON_AddItemToObject(parent, name, item) : !cJSON_AddItemToArray(parent, item)) {
    cJSON_Delete(item);
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_MEM, "cJSON could not add '%s'", name ? name : "");
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AttachReal(cJSON *parent, const char name[], double value)
{
  char text[32];

  PetscFunctionBegin;
  PetscCall(QlbeReportFormatReal(value, text, sizeof(text)));
  PetscCall(Attach(parent, name, isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateNull()));
  PetscFunctionReturn(0);
}

static PetscErrorCode AttachInteger(cJSON *parent, const char name[], PetscInt64 value)
{
  char text[32];

  PetscFunctionBegin;
  (void)snprintf(text, sizeof(text), "%" PRId64, (int64_t)value); /* at most 20 characters */
  PetscCall(Attach(parent, name, cJSON_CreateRaw(text)));
  PetscFunctionReturn(0);
}

/* Dimensions d.. of a real array, taking values from *next on. */
static PetscErrorCode AttachArray(cJSON *parent, const char name[], const QlbeNode *node,
                                  PetscInt d, const double **next)
{
  cJSON *list;

  PetscFunctionBegin;
  if (d >= PetscMin(node->ndim, QLBE_REPORT_MAX_DIMS)) {
    PetscCall(AttachReal(parent, name, *(*next)++));
    PetscFunctionReturn(0);
  }
  list = cJSON_CreateArray();
  PetscCall(Attach(parent, name, list));
  for (PetscInt i = 0; i < node->shape[d]; i++) {
    PetscCall(AttachArray(list, NULL, node, d + 1, next));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AttachTable(cJSON *parent, const QlbeNode *node)
{
  cJSON *list = cJSON_CreateArray();

  PetscFunctionBegin;
  PetscCall(Attach(parent, node->name, list));
  for (PetscInt i = 0; i < node->rows; i++) {
    cJSON *row = cJSON_CreateObject();
    PetscCall(Attach(list, NULL, row));
    for (PetscInt c = 0; c < node->ncolumns; c++) {
      const QlbeReportColumn *column = &node->columns[c];
      if (column->text) {
        PetscCall(Attach(row, column->name, cJSON_CreateString(column->string[i])));
      } else if (column->kind == QLBE_COLUMN_BOOL) {
        PetscCall(Attach(row, column->name, cJSON_CreateBool(column->number[i] != 0.0)));
      } else if (column->kind == QLBE_COLUMN_INTEGER) {
        PetscCall(AttachInteger(row, column->name, (PetscInt64)column->number[i]));
      } else {
        PetscCall(AttachReal(row, column->name, column->number[i]));
      }
    }
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode AttachChildren(cJSON *object, const QlbeNode *group)
{
  PetscFunctionBegin;
  for (const QlbeNode *node = group->child; node; node = node->next) {
    const double *next = node->real;
    cJSON *child;
    switch (node->kind) {
    case QLBE_NODE_GROUP:
      child = cJSON_CreateObject();
      PetscCall(Attach(object, node->name, child));
      PetscCall(AttachChildren(child, node));
      break;
    case QLBE_NODE_REAL:
      PetscCall(AttachArray(object, node->name, node, 0, &next));
      break;
    case QLBE_NODE_INTEGER:
      PetscCall(AttachInteger(object, node->name, node->integer));
      break;
    case QLBE_NODE_BOOL:
      PetscCall(Attach(object, node->name, cJSON_CreateBool(node->integer != 0)));
      break;
    case QLBE_NODE_STRING:
      PetscCall(Attach(object, node->name, cJSON_CreateString(node->string)));
      break;
    case QLBE_NODE_TABLE:
      PetscCall(AttachTable(object, node));
      break;
    case QLBE_NODE_VEC: /* distributed, and too large for text */
      break;
    }
  }
  PetscFunctionReturn(0);
}

/* Adds path -> unit to `units` for the node and all below it. */
static PetscErrorCode AttachUnits(cJSON *units, const char prefix[], const QlbeNode *group)
{
  PetscFunctionBegin;
  for (const QlbeNode *node = group->child; node; node = node->next) {
    char path[PETSC_MAX_PATH_LEN], cell[PETSC_MAX_PATH_LEN];
    if (node->kind == QLBE_NODE_VEC) continue;
    PetscCall(
        PetscSNPrintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] ? "/" : "", node->name));
    if (node->unit) PetscCall(Attach(units, path, cJSON_CreateString(node->unit)));
    for (PetscInt c = 0; c < node->ncolumns; c++) {
      if (!node->columns[c].unit) continue;
      PetscCall(PetscSNPrintf(cell, sizeof(cell), "%s/%s", path, node->columns[c].name));
      PetscCall(Attach(units, cell, cJSON_CreateString(node->columns[c].unit)));
    }
    PetscCall(AttachUnits(units, path, node));
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode Fill(cJSON *root, QlbeReport report)
{
  cJSON *units;

  PetscFunctionBegin;
  PetscCall(AttachChildren(root, report->root));
  if (!cJSON_GetObjectItemCaseSensitive(root, "units")) {
    units = cJSON_CreateObject();
    PetscCall(Attach(root, "units", units));
    PetscCall(AttachUnits(units, "", report->root));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportWriteJSON(QlbeReport report, MPI_Comm comm, const char path[],
                                   PetscBool overwrite)
{
  QlbeSafeFile file;

  PetscFunctionBegin;
  PetscCall(QlbeSafeFileBegin(comm, path, overwrite, &file));
  if (file.rank == 0) {
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;
    const PetscErrorCode ierr = root ? Fill(root, report) : PETSC_ERR_MEM;

    if (!ierr) text = cJSON_Print(root);
    if (ierr) QlbeSafeFileFail(&file, ierr, "the report could not be turned into JSON");
    if (!text) QlbeSafeFileFail(&file, PETSC_ERR_MEM, "out of memory for the JSON text");
    if (text) {
      const size_t length = strlen(text);
      text[length] =
          '\n'; /* a text file ends in a newline; its bytes are counted, not terminated */
      QlbeSafeFileWriteBytes(&file, text, length + 1);
    }
    cJSON_free(text);
    cJSON_Delete(root);
  }
  PetscCall(QlbeSafeFileCommit(&file));
  PetscFunctionReturn(0);
}
