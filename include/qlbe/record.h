/*
   A struct as a row of reals: tasks return rows, and checkpoints keep them.

   A record names its fields once, in a static table; QLBE_FIELD finds kind and offset from the
   declaration. There and back no value changes: integers up to 2^53 fit exactly.

     typedef struct { double D; PetscInt iterations; } Solution;
     static const QlbeField fields[] = {QLBE_FIELD(Solution, D), QLBE_FIELD(Solution, iterations)};
*/
#ifndef QLBE_RECORD_H
#define QLBE_RECORD_H

#include <stddef.h>

#include <petscsys.h>

typedef enum {
  QLBE_FIELD_REAL,
  QLBE_FIELD_INTEGER,
  QLBE_FIELD_TRUTH,
  QLBE_FIELD_SCALAR /* real part, imaginary part */
} QlbeFieldKind;

/* One field of a struct. Plain data. */
typedef struct {
  QlbeFieldKind kind;
  size_t offset; /* bytes from the beginning of the struct */
} QlbeField;

/* The field `member` of the struct `type`; other types than these do not compile. */
/* clang-format off */
#define QLBE_FIELD(type, member)                \
  {                                             \
    _Generic(((type *)0)->member,               \
             double: QLBE_FIELD_REAL,           \
             PetscInt: QLBE_FIELD_INTEGER,      \
             PetscBool: QLBE_FIELD_TRUTH,       \
             PetscScalar: QLBE_FIELD_SCALAR),   \
    offsetof(type, member)                      \
  }
/* clang-format on */

/* Reals that n fields take: two for a scalar, one for any other. Not collective. */
PETSC_EXTERN PetscInt QlbeRecordWidth(PetscInt n, const QlbeField fields[]);

/* The fields of *record into row[width], in the order of the table. Not collective. */
PETSC_EXTERN void QlbeRecordToRow(PetscInt n, const QlbeField fields[], const void *record,
                                  double row[]);

/* The fields of *record from row[width]; others stay as they are. Not collective. */
PETSC_EXTERN void QlbeRecordFromRow(PetscInt n, const QlbeField fields[], const double row[],
                                    void *record);

#endif
