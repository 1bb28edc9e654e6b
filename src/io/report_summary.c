/*
   The report for a reader at the terminal: aligned lines with 10 digits, then the checks.

   Tables are named with their size only, and the attributes are left to the files.
*/
#include <stdio.h>
#include <string.h>

#include "report_impl.h"

#define SHORT_ARRAY 9 /* a 3 x 3 tensor still fits on a line */

/* What a node shows as its value; empty for nodes that show none. */
static PetscErrorCode FormatValue(const QlbeNode *node, size_t size, char text[])
{
  size_t used = 0;

  PetscFunctionBegin;
  text[0] = '\0';
  switch (node->kind) {
  case QLBE_NODE_REAL:
    if (node->size > SHORT_ARRAY) {
      PetscCall(PetscSNPrintf(text, size, "(%" PetscInt_FMT " numbers)", node->size));
      break;
    }
    for (PetscInt i = 0; i < node->size; i++) {
      /* Nine numbers of 10 digits need at most 9 x 18 characters. */
      used += (size_t)snprintf(text + used, size - used, "%s%.10g", i ? " " : "", node->real[i]);
    }
    break;
  case QLBE_NODE_INTEGER:
    (void)snprintf(text, size, "%lld", (long long)node->integer);
    break;
  case QLBE_NODE_BOOL:
    PetscCall(PetscStrncpy(text, node->integer ? "true" : "false", size));
    break;
  case QLBE_NODE_STRING:
    PetscCall(PetscStrncpy(text, node->string, size));
    break;
  case QLBE_NODE_TABLE:
    PetscCall(PetscSNPrintf(text, size, "(%" PetscInt_FMT " rows)", node->rows));
    break;
  case QLBE_NODE_GROUP:
  case QLBE_NODE_VEC:
    break;
  }
  PetscFunctionReturn(0);
}

/* Prints all lines below group, or with out = NULL only widens *width to the longest path. */
static PetscErrorCode PutGroup(FILE *out, const QlbeNode *group, const char prefix[], int *width)
{
  PetscFunctionBegin;
  for (const QlbeNode *node = group->child; node; node = node->next) {
    char path[256], value[256];
    if (node->attributes || (!prefix[0] && strcmp(node->name, "checks") == 0)) continue;
    if (node->summary) {
      if (out) fputs(node->summary, out);
      continue;
    }
    PetscCall(
        PetscSNPrintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] ? "/" : "", node->name));
    PetscCall(PutGroup(out, node, path, width));
    PetscCall(FormatValue(node, sizeof(value), value));
    if (!value[0]) continue;
    *width = PetscMax(*width, (int)strlen(path));
    if (out) {
      fprintf(out, "  %-*s  %s%s%s\n", *width, path, value, node->unit ? " " : "",
              node->unit ? node->unit : "");
    }
  }
  PetscFunctionReturn(0);
}

static void PutChecks(FILE *out, const QlbeNode *table)
{
  int width = 5;
  PetscInt failures = 0;

  for (PetscInt i = 0; i < table->rows; i++) {
    width = PetscMax(width, (int)strlen(table->columns[0].string[i]));
  }
  fprintf(out, "  %-*s  %16s  %16s\n", width, "check", "value", "bound");
  for (PetscInt i = 0; i < table->rows; i++) {
    const PetscBool pass = table->columns[3].number[i] != 0.0 ? PETSC_TRUE : PETSC_FALSE;
    if (!pass) failures++;
    fprintf(out, "  %-*s  %16.9g  %16.9g  %s\n", width, table->columns[0].string[i],
            table->columns[1].number[i], table->columns[2].number[i], pass ? "pass" : "FAIL");
  }
  fprintf(out, "  %" PetscInt_FMT " of %" PetscInt_FMT " checks failed\n", failures, table->rows);
}

PetscErrorCode QlbeReportPrintSummary(QlbeReport report, MPI_Comm comm, FILE *stream)
{
  PetscMPIInt rank;
  int bad = 0, width = 0;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(comm, &rank));
  if (rank == 0) {
    QlbeNode *checks;
    PetscErrorCode ierr = PutGroup(NULL, report->root, "", &width);
    if (!ierr) ierr = PutGroup(stream, report->root, "", &width);
    if (!ierr) ierr = QlbeReportFind(report, "checks", &checks);
    if (!ierr && checks && checks->kind == QLBE_NODE_TABLE && checks->columns[0].text) {
      PutChecks(stream, checks);
    }
    bad = ierr || fflush(stream) || ferror(stream);
  }
  PetscCallMPI(MPI_Bcast(&bad, 1, MPI_INT, 0, comm));
  PetscCheck(!bad, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "Cannot print the summary");
  PetscFunctionReturn(0);
}
