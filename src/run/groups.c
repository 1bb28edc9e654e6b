/*
   Groups of ranks: several fibers at a time, or all ranks at one.
*/
#include <math.h>

#include "qlbe/groups.h"

/*
   Memory that groups may take together, for each has matrices of its own: so little that no
   estimate need count it.
*/
static const double most_bytes = 5e8;

/*
   r ranks do a fiber r^sharing times as fast as one: seen on two ranks were 1.6 to 1.75, assembly
   and basis alike.
*/
static const double sharing = 0.75;

PetscErrorCode QlbeGroupsGiven(const QlbeProblem *problem, PetscInt *groups)
{
  PetscFunctionBegin;
  *groups = problem->settings->fibers.groups;
  if (*groups == 0) *groups = 1;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeGroupsForFibers(const QlbeProblem *problem, PetscInt n, double alone,
                                   double bytes_per_group, PetscInt *groups)
{
  double shortest = HUGE_VAL;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  *groups = problem->settings->fibers.groups;
  if (*groups > 0) PetscFunctionReturn(0);
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  *groups = 1;
  for (PetscInt g = 1; g <= PetscMin(n, ranks); g++) {
    const double rounds = alone + ceil((double)n / (double)g);
    const PetscInt team = ranks / g;
    const double time = rounds / pow((double)team, sharing);
    if (ranks % g != 0 || (g > 1 && (double)g * bytes_per_group > most_bytes)) continue;
    if (time >= shortest) continue;
    shortest = time;
    *groups = g;
  }
  PetscFunctionReturn(0);
}
