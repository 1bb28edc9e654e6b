/*
   The report: a tree of named values in the order of insertion.

   Groups hold a handful of entries, so look-up walks the list. A value set again keeps its place,
   which keeps the order of keys in the files independent of the order of refinements in a command.
*/
#include <string.h>

#include "report_impl.h"

static PetscErrorCode NodeCreate(QlbeNodeKind kind, const char name[], size_t length,
                                 QlbeNode **node)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(node));
  (*node)->kind = kind;
  PetscCall(PetscMalloc1(length + 1, &(*node)->name));
  PetscCall(PetscMemcpy((*node)->name, name, length));
  (*node)->name[length] = '\0';
  PetscFunctionReturn(0);
}

/* Everything but the name and the place in the list. */
static PetscErrorCode NodeClear(QlbeNode *node)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(node->unit));
  PetscCall(PetscFree(node->real));
  PetscCall(PetscFree(node->string));
  PetscCall(VecDestroy(&node->vec));
  PetscCall(QlbeReportClearTable(node));
  node->ndim = node->size = 0;
  node->may_be_nan = PETSC_FALSE;
  PetscFunctionReturn(0);
}

static PetscErrorCode NodeDestroy(QlbeNode *node)
{
  PetscFunctionBegin;
  while (node->child) {
    QlbeNode *child = node->child;
    node->child = child->next;
    PetscCall(NodeDestroy(child));
  }
  PetscCall(NodeClear(node));
  PetscCall(PetscFree(node->name));
  PetscCall(PetscFree(node));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportCreate(QlbeReport *report)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(report));
  PetscCall(NodeCreate(QLBE_NODE_GROUP, "", 0, &(*report)->root));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportDestroy(QlbeReport *report)
{
  PetscFunctionBegin;
  if (!*report) PetscFunctionReturn(0);
  PetscCall(NodeDestroy((*report)->root));
  PetscCall(PetscFree(*report));
  PetscFunctionReturn(0);
}

/*
   Walks to the node at path. With create, missing groups and a missing last node of the given kind
   are made; without, *node is NULL when anything is missing.
*/
static PetscErrorCode Walk(QlbeReport report, const char path[], PetscBool create,
                           QlbeNodeKind kind, QlbeNode **node)
{
  QlbeNode *here = report->root;
  const char *name = path;

  PetscFunctionBegin;
  *node = NULL;
  while (PETSC_TRUE) {
    const size_t length = strcspn(name, "/");
    const PetscBool last = name[length] ? PETSC_FALSE : PETSC_TRUE;
    QlbeNode **link;

    PetscCheck(length > 0 && strncmp(name, ".", length) != 0 && strncmp(name, "..", length) != 0,
               PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Malformed report path '%s'", path);
    PetscCheck(here->kind == QLBE_NODE_GROUP, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
               "Report path '%s': '%s' is not a group", path, here->name);
    for (link = &here->child; *link; link = &(*link)->next) {
      if (strlen((*link)->name) == length && strncmp((*link)->name, name, length) == 0) break;
    }
    if (!*link) {
      if (!create) PetscFunctionReturn(0);
      PetscCall(NodeCreate(last ? kind : QLBE_NODE_GROUP, name, length, link));
    }
    here = *link;
    if (last) break;
    name += length + 1;
  }
  *node = here;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportFind(QlbeReport report, const char path[], QlbeNode **node)
{
  PetscFunctionBegin;
  PetscCall(Walk(report, path, PETSC_FALSE, QLBE_NODE_GROUP, node));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportPlace(QlbeReport report, const char path[], QlbeNodeKind kind,
                               const char unit[], QlbeNode **node)
{
  QlbeNode *old;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, path, &old));
  PetscCheck(!old || (old->kind != QLBE_NODE_GROUP && old->kind != QLBE_NODE_TABLE &&
                      kind != QLBE_NODE_TABLE),
             PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "Report path '%s' is taken", path);
  PetscCall(Walk(report, path, PETSC_TRUE, kind, node));
  PetscCall(NodeClear(*node));
  (*node)->kind = kind;
  if (unit && unit[0]) PetscCall(PetscStrallocpy(unit, &(*node)->unit));
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

PetscErrorCode QlbeReportSetAttributes(QlbeReport report, const char group[], PetscInt n,
                                       const QlbeAttribute attributes[])
{
  QlbeNode *node, *child;

  PetscFunctionBegin;
  PetscCheck(!strchr(group, '/'), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "Attributes belong in a top-level group, not in '%s'", group);
  PetscCall(Walk(report, group, PETSC_TRUE, QLBE_NODE_GROUP, &node));
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
