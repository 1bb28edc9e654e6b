/*
   The machine's own limits. Triad counts 24 bytes per element, as STREAM does (J. D. McCalpin).
*/
#include <petsctime.h>
#include <sys/resource.h>

#include "machine.h"

PetscErrorCode MachineTriad(MPI_Comm comm, double *bytes_per_second)
{
  const size_t n = 20 * 1000 * 1000;
  double *a, *b, *c, best = PETSC_MAX_REAL;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(comm, &ranks));
  PetscCall(PetscMalloc3(n, &a, n, &b, n, &c));
  for (size_t i = 0; i < n; i++) {
    a[i] = 0.0;
    b[i] = (double)i;
    c[i] = 1.0;
  }
  for (int trial = 0; trial < 5; trial++) {
    PetscLogDouble start, end;
    double seconds;
    PetscCallMPI(MPI_Barrier(comm));
    PetscCall(PetscTime(&start));
    for (size_t i = 0; i < n; i++) a[i] = b[i] + (double)(trial + 1) * c[i];
    PetscCall(PetscTime(&end));
    seconds = end - start;
    PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, comm));
    best = PetscMin(best, seconds);
  }
  PetscCheck(a[n / 2] > 0.0, comm, PETSC_ERR_PLIB, "triad went wrong");
  PetscCall(PetscFree3(a, b, c));
  *bytes_per_second = 24.0 * (double)n * ranks / best;
  PetscFunctionReturn(0);
}

PetscErrorCode MachinePeakMemory(MPI_Comm comm, double *bytes)
{
  struct rusage usage;
  double own;

  PetscFunctionBegin;
  PetscCheck(getrusage(RUSAGE_SELF, &usage) == 0, comm, PETSC_ERR_SYS, "getrusage failed");
  own = 1024.0 * (double)usage.ru_maxrss;
  PetscCallMPI(MPI_Allreduce(&own, bytes, 1, MPI_DOUBLE, MPI_SUM, comm));
  PetscFunctionReturn(0);
}
