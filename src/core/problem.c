/* Complaints about a problem. */
#include "qlbe/problem.h"

#include <stdarg.h>
#include <stdio.h>

PetscErrorCode QlbeComplain(QlbeComplaint *complaint, const char option[], const char format[], ...)
{
  va_list arguments;

  PetscFunctionBegin;
  if (complaint->option) PetscFunctionReturn(0);
  complaint->option = option;
  va_start(arguments, format);
  (void)vsnprintf(complaint->text, sizeof(complaint->text), format, arguments);
  va_end(arguments);
  PetscFunctionReturn(0);
}
