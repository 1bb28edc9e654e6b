/*
   The program's commands: what they are given, what they return, and the functions they share.
*/
#ifndef QLBE_APP_H
#define QLBE_APP_H

#include <petscsys.h>
#include <stdio.h>
#include "qlbe/interaction.h"
#include "qlbe/options.h"
#include "qlbe/parameters.h"
#include "qlbe/provenance.h"
#include "qlbe/units.h"

/* Exit statuses of the program. */
enum {
  QLBE_EXIT_DONE = 0,
  QLBE_EXIT_SYSTEM = 1,    /* a system error: out of memory, MPI, disk, ... */
  QLBE_EXIT_BAD_INPUT = 2, /* found before any work */
  QLBE_EXIT_FAILED = 3,    /* did not converge, or a check failed */
  QLBE_EXIT_STOPPED = 75,  /* stopped in order with a checkpoint written: run again to go on */
};

/* The output directory, see src/app/output.h. */
typedef struct _n_QlbeOutput *QlbeOutput;

/* What a command works on. Plain data; the objects belong to main. */
typedef struct {
  MPI_Comm comm;
  const char *command;       /* name of the command */
  const char *sections;      /* of the deck that the command reads, as in QlbeCommand */
  const char *deck;          /* path of the deck as given, or NULL */
  QlbeOptions options;       /* complete and valid */
  QlbeParameters parameters; /* internal units */
  QlbeUnits units;           /* factors from internal units to the deck's */
  QlbeProvenance provenance;
  QlbePhases phases;
  /* bytes that this rank may fill with matrices: its part of grid_memory, or of eight tenths of its
     host's memory */
  double memory;
  double started;    /* PetscTime when the run was set up */
  QlbeOutput output; /* NULL as long as it is not open */
} QlbeRun;

/*
   A command: computes, writes its files, and sets *exit_status to one of the above (0 on entry).
   Collective. A non-zero return is a system error and ends all ranks; bad input and lack of
   convergence are not.
*/
typedef PetscErrorCode QlbeCommandFunction(QlbeRun *run, int *exit_status);

PETSC_EXTERN QlbeCommandFunction QlbeCommandScattering;
PETSC_EXTERN QlbeCommandFunction QlbeCommandMomentum;
PETSC_EXTERN QlbeCommandFunction QlbeCommandSpectrum;
PETSC_EXTERN QlbeCommandFunction QlbeCommandDiffusion;
PETSC_EXTERN QlbeCommandFunction QlbeCommandEvolve;
PETSC_EXTERN QlbeCommandFunction QlbeCommandCheck;

/* One row of the command table; the last row has name NULL. */
typedef struct {
  const char *name;
  const char *summary;
  const char *files;    /* files written into output_directory, "" for none */
  const char *sections; /* sections of the deck that it reads, separated by blanks; NULL for all */
  QlbeCommandFunction *function;
} QlbeCommand;

/*
   Sets up everything but the command from argv[argc], what follows the command; all_argv[all_argc]
   is the whole command line, for the provenance. On bad input prints the message, sets *ok to false
   and leaves only what QlbeRunFinish frees. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunStart(MPI_Comm comm, const char command[], int argc,
                                         char *const argv[], int all_argc, char *const all_argv[],
                                         QlbeRun *run, PetscBool *ok);

/* Frees the objects of the run. Collective. */
PETSC_EXTERN PetscErrorCode QlbeRunFinish(QlbeRun *run);

/* The ranks of the run; valid as long as the run. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeRunGetTeam(QlbeRun *run, QlbeTeam *team);

/*
   Prints "qlbe: error: " and a printf-like message, one line, on the standard error of rank 0.
   Every rank may call it with the same arguments. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeError(MPI_Comm comm, const char format[], ...)
    __attribute__((format(printf, 2, 3)));

/*
   Prints "qlbe: error: " and the message on standard error, as one line: line breaks in message[]
   are replaced. Needs neither MPI nor PETSc to be initialised. Not collective.
*/
PETSC_EXTERN void QlbeErrorLine(char message[]);

/*
   Complains about the value of the option name (section_key) that a command cannot use, with its
   origin, and sets *exit_status to QLBE_EXIT_BAD_INPUT. The message says what was expected. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunBadInput(QlbeRun *run, const char name[], int *exit_status,
                                            const char format[], ...)
    __attribute__((format(printf, 4, 5)));

/*
   Complains in the same way when there is no gas, for commands that divide by a rate. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunNeedsGas(QlbeRun *run, int *exit_status);

/*
   Complains about masses and radii whose tables and quadratures would not end in reasonable time:
   m/M beyond 400, or a p/hbar beyond 150 for the relative momenta of a particle with |p| <= p_max.
   Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunFeasible(QlbeRun *run, double p_max, int *exit_status);

/* Path of the output file called name into path[size]. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeOutputPath(QlbeRun *run, const char name[], size_t size,
                                           char path[]);

/*
   Whether the section of an option's name, or the bare name, is among the words of sections; NULL
   stands for all.
*/
PETSC_EXTERN PetscBool QlbeOptionInSections(const char name[], const char sections[]);

/*
   Texts generated from the two tables. They need neither MPI nor PETSc to be initialised; the
   caller looks for write errors with ferror(out). Not collective.
*/
PETSC_EXTERN void QlbeHelpGeneral(const QlbeCommand commands[], FILE *out);
PETSC_EXTERN void QlbeHelpCommand(const QlbeCommand *command, FILE *out);
PETSC_EXTERN void QlbeHelpOptions(FILE *out);  /* the option table in markdown */
PETSC_EXTERN void QlbeHelpTemplate(FILE *out); /* a complete deck with comments */
PETSC_EXTERN void QlbeHelpVersion(FILE *out);

/*
   Rank of this process as its launcher (mpirun, srun) states it in the environment, -1 without a
   launcher. For use before MPI starts; MPI_Comm_rank decides afterwards. Not collective.
*/
PETSC_EXTERN int QlbeLauncherRank(void);

#endif
