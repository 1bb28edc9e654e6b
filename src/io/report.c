/*
   The report: a tree of named values in the order of insertion.

   Groups hold a handful of entries, so look-up walks the list. A value set again keeps its place,
   which keeps the order of keys in the files independent of the order of refinements in a command.
*/
#include <string.h>

#include "report_impl.h"

PetscErrorCode QlbeReportCreate(QlbeReport *report)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(report));
  PetscCall(QlbeNodeCreate(QLBE_NODE_GROUP, "", 0, &(*report)->root));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportDestroy(QlbeReport *report)
{
  PetscFunctionBegin;
  if (!*report) PetscFunctionReturn(0);
  PetscCall(QlbeNodeDestroy((*report)->root));
  PetscCall(PetscFree(*report));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetReal(QlbeReport report, const char path[], double value,
                                 const char unit[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_REAL, unit, &node));
  PetscCall(PetscMalloc1(1, &node->real));
  node->real[0] = value;
  node->size = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetRealArray(QlbeReport report, const char path[], PetscInt ndim,
                                      const PetscInt shape[], const double values[],
                                      const char unit[])
{
  QlbeNode *node;
  PetscInt size = 1;

  PetscFunctionBegin;
  PetscCheck(ndim >= 1 && ndim <= QLBE_REPORT_MAX_DIMS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "Array '%s': %" PetscInt_FMT " dimensions", path, ndim);
  for (PetscInt d = 0; d < ndim; d++) {
    PetscCheck(shape[d] >= 0 && (shape[d] == 0 || size <= PETSC_MAX_INT / shape[d]),
               PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
               "Array '%s': length %" PetscInt_FMT " of dimension %" PetscInt_FMT, path, shape[d],
               d);
    size *= shape[d];
  }
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_REAL, unit, &node));
  PetscCall(PetscMalloc1(size, &node->real));
  PetscCall(PetscArraycpy(node->real, values, size));
  PetscCall(PetscArraycpy(node->shape, shape, ndim));
  node->ndim = ndim;
  node->size = size;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetInteger(QlbeReport report, const char path[], PetscInt64 value,
                                    const char unit[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_INTEGER, unit, &node));
  node->integer = value;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetBool(QlbeReport report, const char path[], PetscBool value)
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_BOOL, NULL, &node));
  node->integer = value ? 1 : 0;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetString(QlbeReport report, const char path[], const char value[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_STRING, NULL, &node));
  PetscCall(PetscStrallocpy(value ? value : "", &node->string));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSummarizeGroup(QlbeReport report, const char path[], const char lines[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, path, &node));
  PetscCheck(node && node->kind == QLBE_NODE_GROUP, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "There is no group '%s'", path);
  PetscCall(PetscFree(node->summary));
  PetscCall(PetscStrallocpy(lines, &node->summary));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportSetAttributes(QlbeReport report, const char group[], PetscInt n,
                                       const QlbeAttribute attributes[])
{
  QlbeNode *node, *child;

  PetscFunctionBegin;
  PetscCheck(!strchr(group, '/'), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "Attributes belong in a top-level group, not in '%s'", group);
  PetscCall(QlbeReportWalk(report, group, PETSC_TRUE, QLBE_NODE_GROUP, &node));
  PetscCheck(node->kind == QLBE_NODE_GROUP, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "Report path '%s' is taken", group);
  node->attributes = PETSC_TRUE;
  for (PetscInt i = 0; i < n; i++) {
    char path[256];
    PetscCheck(strlen(group) + strlen(attributes[i].name) + 2 < sizeof(path), PETSC_COMM_SELF,
               PETSC_ERR_ARG_WRONG, "Attribute name too long: '%s'", attributes[i].name);
    PetscCall(PetscSNPrintf(path, sizeof(path), "%s/%s", group, attributes[i].name));
    PetscCall(QlbeReportSetString(report, path, attributes[i].value));
  }
  for (child = node->child; child; child = child->next) {
    PetscCheck(child->kind == QLBE_NODE_STRING, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
               "Entry '%s' of '%s' is no string attribute", child->name, group);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportAddVec(QlbeReport report, const char path[], Vec v, const char unit[])
{
  QlbeNode *node;

  PetscFunctionBegin;
  PetscCall(PetscObjectReference((PetscObject)v)); /* first: v may be the one replaced */
  PetscCall(QlbeReportPlace(report, path, QLBE_NODE_VEC, unit, &node));
  node->vec = v;
  PetscFunctionReturn(0);
}
