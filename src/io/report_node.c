/*
   Nodes of a report: their making and their end, and the way to them.
*/
#include <string.h>

#include "report_impl.h"

PetscErrorCode QlbeNodeCreate(QlbeNodeKind kind, const char name[], size_t length, QlbeNode **node)
{
  PetscFunctionBegin;
  PetscCall(PetscNew(node));
  (*node)->kind = kind;
  PetscCall(PetscMalloc1(length + 1, &(*node)->name));
  PetscCall(PetscMemcpy((*node)->name, name, length));
  (*node)->name[length] = '\0';
  PetscFunctionReturn(0);
}

static PetscErrorCode ClearTable(QlbeNode *node)
{
  PetscFunctionBegin;
  for (PetscInt c = 0; c < node->ncolumns; c++) {
    QlbeReportColumn *column = &node->columns[c];
    if (column->string) {
      for (PetscInt i = 0; i < node->rows; i++) PetscCall(PetscFree(column->string[i]));
    }
    PetscCall(PetscFree(column->string));
    PetscCall(PetscFree(column->number));
    PetscCall(PetscFree(column->name));
    PetscCall(PetscFree(column->unit));
  }
  PetscCall(PetscFree(node->columns));
  node->ncolumns = node->rows = node->capacity = 0;
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
  PetscCall(ClearTable(node));
  node->ndim = node->size = 0;
  node->may_be_nan = PETSC_FALSE;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeNodeDestroy(QlbeNode *node)
{
  PetscFunctionBegin;
  while (node->child) {
    QlbeNode *child = node->child;
    node->child = child->next;
    PetscCall(QlbeNodeDestroy(child));
  }
  PetscCall(NodeClear(node));
  PetscCall(PetscFree(node->summary));
  PetscCall(PetscFree(node->name));
  PetscCall(PetscFree(node));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportWalk(QlbeReport report, const char path[], PetscBool create,
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
      PetscCall(QlbeNodeCreate(last ? kind : QLBE_NODE_GROUP, name, length, link));
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
  PetscCall(QlbeReportWalk(report, path, PETSC_FALSE, QLBE_NODE_GROUP, node));
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
  PetscCall(QlbeReportWalk(report, path, PETSC_TRUE, kind, node));
  PetscCall(NodeClear(*node));
  (*node)->kind = kind;
  if (unit && unit[0]) PetscCall(PetscStrallocpy(unit, &(*node)->unit));
  PetscFunctionReturn(0);
}
