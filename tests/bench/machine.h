/* Limits of the machine, measured in the same run as the code: memory bandwidth and peak memory. */
#ifndef QLBE_BENCH_MACHINE_H
#define QLBE_BENCH_MACHINE_H

#include <petscsys.h>

/* STREAM triad a = b + s c on arrays far beyond the caches, bytes/s summed over the ranks of comm
 * (best of 5). Collective. */
PetscErrorCode MachineTriad(MPI_Comm comm, double *bytes_per_second);

/* Largest resident memory so far, bytes summed over the ranks of comm. Collective. */
PetscErrorCode MachinePeakMemory(MPI_Comm comm, double *bytes);

#endif
