/* Structs as rows of reals. */
#include "qlbe/record.h"

#if !defined(PETSC_USE_COMPLEX)
#error "qlbe needs PETSc with complex scalars"
#endif

PetscInt QlbeRecordWidth(PetscInt n, const QlbeField fields[])
{
  PetscInt width = 0;

  for (PetscInt i = 0; i < n; i++) width += fields[i].kind == QLBE_FIELD_SCALAR ? 2 : 1;
  return width;
}

void QlbeRecordToRow(PetscInt n, const QlbeField fields[], const void *record, double row[])
{
  for (PetscInt i = 0; i < n; i++) {
    const void *field = (const char *)record + fields[i].offset;
    switch (fields[i].kind) {
    case QLBE_FIELD_REAL:
      *row++ = *(const double *)field;
      break;
    case QLBE_FIELD_INTEGER:
      *row++ = (double)*(const PetscInt *)field;
      break;
    case QLBE_FIELD_TRUTH:
      *row++ = *(const PetscBool *)field ? 1.0 : 0.0;
      break;
    case QLBE_FIELD_SCALAR:
      *row++ = PetscRealPart(*(const PetscScalar *)field);
      *row++ = PetscImaginaryPart(*(const PetscScalar *)field);
      break;
    }
  }
}

void QlbeRecordFromRow(PetscInt n, const QlbeField fields[], const double row[], void *record)
{
  for (PetscInt i = 0; i < n; i++) {
    void *field = (char *)record + fields[i].offset;
    switch (fields[i].kind) {
    case QLBE_FIELD_REAL:
      *(double *)field = *row++;
      break;
    case QLBE_FIELD_INTEGER:
      *(PetscInt *)field = (PetscInt)*row++;
      break;
    case QLBE_FIELD_TRUTH:
      *(PetscBool *)field = *row++ != 0.0 ? PETSC_TRUE : PETSC_FALSE;
      break;
    case QLBE_FIELD_SCALAR:
      *(PetscScalar *)field = PetscCMPLX(row[0], row[1]);
      row += 2;
      break;
    }
  }
}
