/*
   The tree behind QlbeReport: private to src/io.

   A node is a group, a value, a table or a vector; children hang in a list in the order of
   insertion. Scalars are real arrays of no dimension, and the checks are a table like any other, so
   that each format has few cases to treat.
*/
#ifndef QLBE_REPORT_IMPL_H
#define QLBE_REPORT_IMPL_H

#include "qlbe/report.h"

typedef enum {
  QLBE_NODE_GROUP,
  QLBE_NODE_REAL, /* ndim = 0 for a scalar */
  QLBE_NODE_INTEGER,
  QLBE_NODE_BOOL,
  QLBE_NODE_STRING,
  QLBE_NODE_TABLE,
  QLBE_NODE_VEC
} QlbeNodeKind;

/* Cells are numbers, or strings where text is set. */
typedef struct {
  char *name;
  char *unit; /* NULL: none */
  QlbeColumnKind kind;
  PetscBool text;
  double *number;
  char **string;
} QlbeReportColumn;

typedef struct QlbeNode_ QlbeNode;
struct QlbeNode_ {
  QlbeNodeKind kind;
  char *name;
  char *unit; /* NULL: none */
  QlbeNode *next;
  QlbeNode *child;      /* group: the first entry */
  char *summary;        /* group: what the summary prints in its place; NULL: its entries */
  PetscBool attributes; /* group: strings that describe the whole file */
  PetscInt ndim, shape[QLBE_REPORT_MAX_DIMS], size;
  double *real;
  PetscBool may_be_nan; /* real: nan stands for no value */
  PetscInt64 integer;   /* also for a bool */
  char *string;
  PetscInt ncolumns, rows, capacity;
  QlbeReportColumn *columns;
  Vec vec;
};

struct _n_QlbeReport {
  QlbeNode *root;
};

/* A node without content, whose name is name[length]; and its end, with all below it. */
PETSC_INTERN PetscErrorCode QlbeNodeCreate(QlbeNodeKind kind, const char name[], size_t length,
                                           QlbeNode **node);
PETSC_INTERN PetscErrorCode QlbeNodeDestroy(QlbeNode *node);

/*
   The node at path. With create, missing groups and a missing last node of the given kind are made;
   without, *node is NULL where anything is missing.
*/
PETSC_INTERN PetscErrorCode QlbeReportWalk(QlbeReport report, const char path[], PetscBool create,
                                           QlbeNodeKind kind, QlbeNode **node);

/* The node at path, or NULL in *node. */
PETSC_INTERN PetscErrorCode QlbeReportFind(QlbeReport report, const char path[], QlbeNode **node);

/*
   The node at path, made where there is none, emptied where there is one, of the given kind. Groups
   and tables are never replaced.
*/
PETSC_INTERN PetscErrorCode QlbeReportPlace(QlbeReport report, const char path[], QlbeNodeKind kind,
                                            const char unit[], QlbeNode **node);

/*
   QlbeReportWriteHDF5 in place of a file that may be there; that one stays as `path.previous` with
   keep. Collective.
*/
PETSC_INTERN PetscErrorCode QlbeReportReplaceHDF5(QlbeReport report, MPI_Comm comm,
                                                  const char path[], PetscBool keep);

/* %.17g, with one spelling for every kind of "not a number". */
PETSC_INTERN PetscErrorCode QlbeReportFormatReal(double value, char text[], size_t size);

#endif
