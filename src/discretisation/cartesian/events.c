/*
   The fiber operator's events in PETSc's log (-log_view): time, balance and messages of assembly
   and products.
*/
#include "fiber_impl.h"

/* Events are found by their names: ids kept in variables would be state of the process. */
static PetscErrorCode Find(const char name[], PetscLogEvent *event)
{
  PetscFunctionBegin;
  PetscCall(PetscLogEventGetId(name, event));
  if (*event < 0) PetscCall(PetscLogEventRegister(name, MAT_CLASSID, event));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEventBegin_Private(const char name[])
{
  PetscLogEvent event;

  PetscFunctionBegin;
  PetscCall(Find(name, &event));
  PetscCall(PetscLogEventBegin(event, 0, 0, 0, 0));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEventEnd_Private(const char name[])
{
  PetscLogEvent event;

  PetscFunctionBegin;
  PetscCall(Find(name, &event));
  PetscCall(PetscLogEventEnd(event, 0, 0, 0, 0));
  PetscFunctionReturn(0);
}
