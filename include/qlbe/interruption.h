/*
   Signals that ask a run to stop in order: SIGTERM and SIGUSR1.

   They are blocked from the start, so that they wait until somebody looks: no handler, no state. A
   thread inherits the mask of the one that made it, so blocking comes before MPI starts its own.
*/
#ifndef QLBE_INTERRUPTION_H
#define QLBE_INTERRUPTION_H

#include <petscsys.h>

/*
   Blocks the signals in this thread and those that it will make. To be called before MPI_Init. Not
   collective.
*/
PETSC_EXTERN void QlbeInterruptionBlock(void);

/* Whether a signal has come to any rank of comm since the last look. Collective. */
PETSC_EXTERN PetscErrorCode QlbeInterruptionPending(MPI_Comm comm, PetscBool *pending);

#endif
