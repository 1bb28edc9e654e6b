/*
   SIGTERM and SIGUSR1 as questions instead of events: blocked, and taken off the queue when
   somebody looks.

   A handler would have to leave a mark in a global variable, and could interrupt calls of libraries
   that do not restart. A blocked signal waits in the kernel, once for each kind, whichever thread
   of the process it was sent to.
*/
#include "qlbe/interruption.h"
#include <pthread.h>
#include <signal.h>
#include <time.h>

static void Wanted(sigset_t *set)
{
  (void)sigemptyset(set);
  (void)sigaddset(set, SIGTERM);
  (void)sigaddset(set, SIGUSR1);
}

void QlbeInterruptionBlock(void)
{
  sigset_t set;

  Wanted(&set);
  (void)pthread_sigmask(SIG_BLOCK, &set, NULL); /* it fails for an unknown first argument alone */
}

PetscErrorCode QlbeInterruptionPending(MPI_Comm comm, PetscBool *pending)
{
  const struct timespec now = {0, 0};
  sigset_t set;
  int mine = 0, any;

  PetscFunctionBegin;
  Wanted(&set);
  /* both kinds may wait, and neither is to be left for the next look */
  while (sigtimedwait(&set, NULL, &now) > 0) mine = 1;
  PetscCallMPI(MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, comm));
  *pending = any ? PETSC_TRUE : PETSC_FALSE;
  PetscFunctionReturn(0);
}
