/*
   The record of a command's results, and the files it becomes.

   A command fills one report; JSON, CSV, HDF5 and the printed summary are views of the same tree,
   so a number cannot differ between them. Entries keep the order in which they were added. Paths
   name nested groups, "parameters/M"; a group springs into being with its first entry.

   Every rank may fill its report alike, and the writers are collective, but only the content on
   rank 0 of the writer's communicator is written; distributed vectors are the exception, see
   QlbeReportAddVec.

   No writer ever leaves half a file under the final name: it writes `path.tmp`, flushes, reads back
   and compares, then renames. When any step fails on any rank, every rank returns the same error,
   the temporary file is gone and the previous file, if there was one, is as it was.
*/
#ifndef QLBE_REPORT_H
#define QLBE_REPORT_H

#include <stdio.h>
#include <petscvec.h>

/* A named string: one line of provenance, or one option with its resolved value. */
typedef struct {
  const char *name;
  const char *value;
} QlbeAttribute;

typedef enum {
  QLBE_COLUMN_REAL,        /* finite in every row, see QlbeReportCheckFinite */
  QLBE_COLUMN_REAL_OR_NAN, /* nan where a row has no value */
  QLBE_COLUMN_INTEGER,     /* whole numbers up to 2^53 in size */
  QLBE_COLUMN_BOOL         /* 0 or 1 */
} QlbeColumnKind;

/* One column of a table; unit may be NULL for a pure number. */
typedef struct {
  const char *name;
  QlbeColumnKind kind;
  const char *unit;
} QlbeColumn;

#define QLBE_REPORT_MAX_DIMS 4

typedef struct _n_QlbeReport *QlbeReport;

/* An empty report. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeReportCreate(QlbeReport *report);

/* Frees the report and drops its references to vectors; *report becomes NULL. A NULL is no error.
 */
PETSC_EXTERN PetscErrorCode QlbeReportDestroy(QlbeReport *report);

/*
   Set the entry at `path` (names separated by '/', none of them empty, "." or ".."). A value
   already there is replaced and keeps its place. Strings are copied; unit may be NULL or "" for a
   pure number. Not collective. Errors: PETSC_ERR_ARG_WRONG for a malformed path, or where a group
   or table stands in the way. A real that is not finite is kept as it is, and becomes null in JSON.
*/
PETSC_EXTERN PetscErrorCode QlbeReportSetReal(QlbeReport report, const char path[], double value,
                                              const char unit[]);
PETSC_EXTERN PetscErrorCode QlbeReportSetInteger(QlbeReport report, const char path[],
                                                 PetscInt64 value, const char unit[]);
PETSC_EXTERN PetscErrorCode QlbeReportSetBool(QlbeReport report, const char path[],
                                              PetscBool value);
PETSC_EXTERN PetscErrorCode QlbeReportSetString(QlbeReport report, const char path[],
                                                const char value[]);

/*
   As above, for an array of `ndim` dimensions (1 to QLBE_REPORT_MAX_DIMS) of lengths shape[ndim];
   values are copied, the last index running fastest.
*/
PETSC_EXTERN PetscErrorCode QlbeReportSetRealArray(QlbeReport report, const char path[],
                                                   PetscInt ndim, const PetscInt shape[],
                                                   const double values[], const char unit[]);

/*
   What the summary prints in place of the entries of the group at `path`: lines with their ends,
   copied. Not collective. Error: PETSC_ERR_ARG_WRONG where there is no such group.
*/
PETSC_EXTERN PetscErrorCode QlbeReportSummarizeGroup(QlbeReport report, const char path[],
                                                     const char lines[]);

/*
   Puts the n strings of attributes[n] into the top-level group `group` ("provenance", "options"),
   to which every file gives a special place: an object in JSON, comment lines before a CSV table,
   attributes "group.name" of the root group in HDF5. The summary leaves them out. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeReportSetAttributes(QlbeReport report, const char group[],
                                                    PetscInt n, const QlbeAttribute attributes[]);

/*
   An empty table of n columns at `path`, where nothing may be yet. JSON shows it as a list of one
   object per row, HDF5 as a group of one data set per column. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeReportAddTable(QlbeReport report, const char path[], PetscInt n,
                                               const QlbeColumn columns[]);

/*
   Appends a row to the table at `path`: row[n] in the order of the columns, n their number. Not
   collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for a number that its column's kind cannot hold.
*/
PETSC_EXTERN PetscErrorCode QlbeReportAddRow(QlbeReport report, const char path[], PetscInt n,
                                             const double row[]);

/*
   Appends to the list "checks" the test value <= bound, which fails unless both are finite. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeReportAddCheck(QlbeReport report, const char name[], double value,
                                               double bound);

/*
   Says that the real or array at `path` may hold nan where there is no value. No error where there
   is no such entry. Setting the entry again takes it back. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeReportAllowNaN(QlbeReport report, const char path[]);

/*
   Appends the check "numbers_not_finite": how many numbers of the report are not finite, without
   those of the checks, of vectors, and nan where it is allowed; bound 0. The path of the first one
   into first[size], empty where there is none. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeReportCheckFinite(QlbeReport report, size_t size, char first[]);

/* The number of checks that failed, into *failures. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeReportGetFailures(QlbeReport report, PetscInt *failures);

/*
   Adds a vector, which only HDF5 files show: a data set of as many {r, i} pairs as v has entries,
   in the order of the global numbering. The report refers to v, and writers take its entries as
   they stand then. Collective on v: every rank of the writer's communicator must add the same
   vectors at the same paths, and v must live on a communicator of the same ranks in the same order.
*/
PETSC_EXTERN PetscErrorCode QlbeReportAddVec(QlbeReport report, const char path[], Vec v,
                                             const char unit[]);

/*
   Writers. Collective on comm; the same error on all its ranks. Errors: PETSC_ERR_FILE_OPEN when
   `path` exists and overwrite is false, or cannot be created; PETSC_ERR_FILE_WRITE when the disk
   refuses or gives back something else than was written. The message names file and reason.

   JSON: one object, members in the report's order, numbers with 17 significant digits, null for
   what is not finite, and a last member "units" that lists the unit of each path that has one. CSV:
   the table at `table`; '#' lines with the attributes and the columns' units, a header row, rows
   with 17 significant digits.
   HDF5: everything. A file without vectors ends with a seal, a digest of its bytes in 28
   characters, which HDF5 passes over. All data sets are chunked and carry a Fletcher-32 checksum,
   scalars are arrays of length one for that reason; metadata are checksummed by the 1.10 file
   format. Units are the attribute "unit" of the data set.
*/
PETSC_EXTERN PetscErrorCode QlbeReportWriteJSON(QlbeReport report, MPI_Comm comm, const char path[],
                                                PetscBool overwrite);
PETSC_EXTERN PetscErrorCode QlbeReportWriteCSV(QlbeReport report, MPI_Comm comm, const char table[],
                                               const char path[], PetscBool overwrite);
PETSC_EXTERN PetscErrorCode QlbeReportWriteHDF5(QlbeReport report, MPI_Comm comm, const char path[],
                                                PetscBool overwrite);

/*
   Prints scalars and short arrays as aligned "name value unit" lines, then the checks with pass or
   FAIL, to `stream` on rank 0 of comm. Collective on comm. Error: PETSC_ERR_FILE_WRITE.
*/
PETSC_EXTERN PetscErrorCode QlbeReportPrintSummary(QlbeReport report, MPI_Comm comm, FILE *stream);

#endif
