/*
   What the launcher of the processes says about them before MPI starts.
*/
#include "qlbe/run.h"
#include <limits.h>
#include <stdlib.h>

/*
   Where launchers leave the rank, the innermost first: an mpirun inside a Slurm job finds the
   variables of srun already set, with the rank of a daemon.
*/
static const char *const variables[] = {
    "OMPI_COMM_WORLD_RANK", /* mpirun of Open MPI */
    "PMIX_RANK",            /* srun --mpi=pmix, prterun */
    "PMI_RANK",             /* mpiexec of MPICH, srun --mpi=pmi2 */
    "SLURM_PROCID",         /* any srun */
};

int QlbeLauncherRank(void)
{
  for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
    const char *text = getenv(variables[i]);
    char *end;
    long rank;

    if (!text || *text < '0' || *text > '9') continue;
    rank = strtol(text, &end, 10);
    if (!*end && rank <= INT_MAX) return (int)rank;
  }
  return -1;
}
