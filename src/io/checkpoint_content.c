/*
   The records of a checkpoint: a list that is searched from the front. There are some thousands at
   most, and a step that fills one takes a thousand times longer than finding it.
*/
#include <string.h>

#include "checkpoint_impl.h"

PetscErrorCode QlbeContentClear(QlbeContent *content)
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < content->n_identity; i++) {
    PetscCall(PetscFree(content->identity[i].name));
    PetscCall(PetscFree(content->identity[i].value));
  }
  for (PetscInt i = 0; i < content->count; i++) {
    PetscCall(PetscFree(content->records[i].name));
    PetscCall(PetscFree(content->records[i].values));
  }
  PetscCall(PetscFree(content->identity));
  PetscCall(PetscFree(content->records));
  *content = (QlbeContent){.count = 0};
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeContentSetIdentity(QlbeContent *content, PetscInt n,
                                      const QlbeAttribute identity[])
{
  PetscFunctionBegin;
  for (PetscInt i = 0; i < content->n_identity; i++) {
    PetscCall(PetscFree(content->identity[i].name));
    PetscCall(PetscFree(content->identity[i].value));
  }
  PetscCall(PetscFree(content->identity));
  PetscCall(PetscCalloc1(n, &content->identity));
  content->n_identity = n;
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(PetscStrallocpy(identity[i].name, &content->identity[i].name));
    PetscCall(PetscStrallocpy(identity[i].value, &content->identity[i].value));
  }
  PetscFunctionReturn(0);
}

PetscInt QlbeContentFind(const QlbeContent *content, const char name[])
{
  for (PetscInt i = 0; i < content->count; i++) {
    if (!strcmp(content->records[i].name, name)) return i;
  }
  return -1;
}

/* Room for one more record. */
static PetscErrorCode Grow(QlbeContent *content)
{
  const PetscInt capacity = content->capacity ? 2 * content->capacity : 16;

  PetscFunctionBegin;
  if (content->count < content->capacity) PetscFunctionReturn(0);
  PetscCheck(content->capacity < PETSC_MAX_INT / 2, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "too many records in a checkpoint");
  PetscCall(PetscRealloc(sizeof(QlbeRecord) * (size_t)capacity, &content->records));
  content->capacity = capacity;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeContentPut(QlbeContent *content, const char name[], PetscInt n,
                              const double values[])
{
  PetscInt i = QlbeContentFind(content, name);
  QlbeRecord *record;

  PetscFunctionBegin;
  PetscCheck(n >= 1 && name[0] && !strchr(name, '\n'), PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG,
             "record '%s' of %" PetscInt_FMT " reals", name, n);
  if (i < 0) {
    PetscCall(Grow(content));
    i = content->count++;
    content->records[i] = (QlbeRecord){.n = 0};
    PetscCall(PetscStrallocpy(name, &content->records[i].name));
  }
  record = &content->records[i];
  if (record->n != n) {
    PetscCall(PetscFree(record->values));
    PetscCall(PetscMalloc1(n, &record->values));
    record->n = n;
  }
  PetscCall(PetscArraycpy(record->values, values, n));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeContentRemove(QlbeContent *content, const char name[])
{
  const PetscInt i = QlbeContentFind(content, name);

  PetscFunctionBegin;
  if (i < 0) PetscFunctionReturn(0);
  PetscCall(PetscFree(content->records[i].name));
  PetscCall(PetscFree(content->records[i].values));
  content->count--;
  for (PetscInt j = i; j < content->count; j++) content->records[j] = content->records[j + 1];
  PetscFunctionReturn(0);
}
