/*
   One table of the report as CSV (RFC 4180, with '#' comment lines before the header).

   The text is made in memory first, so that a table that cannot be made touches no file.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report_impl.h"
#include "safe_file.h"

/* A comment is one line: control characters become spaces. */
static void PutComment(FILE *out, const char text[])
{
  for (const char *c = text; *c; c++) fputc((unsigned char)*c < 0x20 ? ' ' : *c, out);
}

static void PutAttributes(FILE *out, QlbeReport report)
{
  for (const QlbeNode *group = report->root->child; group; group = group->next) {
    if (!group->attributes) continue;
    for (const QlbeNode *node = group->child; node; node = node->next) {
      fprintf(out, "# %s.%s: ", group->name, node->name);
      PutComment(out, node->string);
      fputc('\n', out);
    }
  }
}

static void PutUnits(FILE *out, const QlbeNode *table)
{
  for (PetscInt c = 0; c < table->ncolumns; c++) {
    if (!table->columns[c].unit) continue;
    fprintf(out, "# unit of %s: ", table->columns[c].name);
    PutComment(out, table->columns[c].unit);
    fputc('\n', out);
  }
}

static void PutString(FILE *out, const char text[])
{
  if (!strpbrk(text, ",\"\r\n#")) {
    fputs(text, out);
    return;
  }
  fputc('"', out);
  for (const char *c = text; *c; c++) {
    if (*c == '"') fputc('"', out);
    fputc(*c, out);
  }
  fputc('"', out);
}

static PetscErrorCode PutCell(FILE *out, const QlbeReportColumn *column, PetscInt row)
{
  char text[32];

  PetscFunctionBegin;
  if (column->text) {
    PutString(out, column->string[row]);
  } else if (column->kind == QLBE_COLUMN_BOOL) {
    fputs(column->number[row] != 0.0 ? "true" : "false", out);
  } else if (column->kind == QLBE_COLUMN_INTEGER) {
    fprintf(out, "%.0f", column->number[row]);
  } else {
    PetscCall(QlbeReportFormatReal(column->number[row], text, sizeof(text)));
    fputs(text, out);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode PutTable(FILE *out, QlbeReport report, const char path[])
{
  QlbeNode *table;

  PetscFunctionBegin;
  PetscCall(QlbeReportFind(report, path, &table));
  PetscCheck(table && table->kind == QLBE_NODE_TABLE, PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "No table '%s' in the report", path);
  PutAttributes(out, report);
  PutUnits(out, table);
  for (PetscInt c = 0; c < table->ncolumns; c++) {
    fprintf(out, "%s%s", c ? "," : "", table->columns[c].name);
  }
  fputc('\n', out);
  for (PetscInt i = 0; i < table->rows; i++) {
    for (PetscInt c = 0; c < table->ncolumns; c++) {
      if (c) fputc(',', out);
      PetscCall(PutCell(out, &table->columns[c], i));
    }
    fputc('\n', out);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeReportWriteCSV(QlbeReport report, MPI_Comm comm, const char table[],
                                  const char path[], PetscBool overwrite)
{
  QlbeSafeFile file;

  PetscFunctionBegin;
  PetscCall(QlbeSafeFileBegin(comm, path, overwrite, &file));
  if (file.rank == 0) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out) {
      QlbeSafeFileFail(&file, PETSC_ERR_MEM, "out of memory for the CSV text");
    } else {
      const PetscErrorCode ierr = PutTable(out, report, table);
      const int broken = ferror(out); /* sticky, so one look covers every call above */
      if (ierr) QlbeSafeFileFail(&file, ierr, "table '%s' could not be turned into CSV", table);
      if (fclose(out) || broken) {
        QlbeSafeFileFail(&file, PETSC_ERR_MEM, "out of memory for the CSV text");
      }
      QlbeSafeFileWriteBytes(&file, text, size);
    }
    free(text);
  }
  PetscCall(QlbeSafeFileCommit(&file));
  PetscFunctionReturn(0);
}
