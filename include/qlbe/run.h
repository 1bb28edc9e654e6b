/*
   A run of the program: what every command is given, what it returns, and how it complains.
*/
#ifndef QLBE_RUN_H
#define QLBE_RUN_H

#include <petscsys.h>
#include <stdio.h>
#include "qlbe/entries.h"
#include "qlbe/options.h"
#include "qlbe/problem.h"
#include "qlbe/provenance.h"

/* Exit statuses of the program. */
enum {
  QLBE_EXIT_DONE = 0,
  QLBE_EXIT_SYSTEM = 1,    /* a system error: out of memory, MPI, disk, ... */
  QLBE_EXIT_BAD_INPUT = 2, /* found before any work */
  QLBE_EXIT_FAILED = 3,    /* did not converge, or a check failed */
  QLBE_EXIT_STOPPED = 75,  /* stopped in order with a checkpoint written: run again to go on */
};

/* The output directory; see src/run/output.h. */
typedef struct _n_QlbeOutput *QlbeOutput;

/* What a command works on. Plain data; the objects belong to the run. */
typedef struct {
  QlbeProblem problem;  /* all ranks, physics, settings */
  const char *command;  /* name of the command */
  const char *sections; /* of the deck that the command reads, as in QlbeCommand; NULL for all */
  const char *deck;     /* path of the deck as given, or NULL */
  QlbeOptions options;  /* complete and valid: texts, origins */
  QlbeProvenance provenance;
  /* entries for every report, and lines[size] for its summary; NULL: none. Not collective. */
  PetscErrorCode (*describe)(const QlbeProblem *problem, QlbeEntries *entries, size_t size,
                             char lines[]);
  double started;    /* PetscTime when the run was set up */
  QlbeOutput output; /* NULL as long as it is not open */
} QlbeRun;

/* Words of a command line. */
typedef struct {
  int n;
  char *const *words; /* [n] */
} QlbeArguments;

/*
   Sets up everything but the command from own, what follows the command; all is the whole command
   line, for the provenance. On bad input prints the message, sets *ok to false and leaves only what
   QlbeRunFinish frees. Collective.
*/
PETSC_EXTERN PetscErrorCode QlbeRunStart(MPI_Comm comm, const char command[],
                                         const QlbeArguments *own, const QlbeArguments *all,
                                         QlbeRun *run, PetscBool *ok);

/* Frees the objects of the run. Collective. */
PETSC_EXTERN PetscErrorCode QlbeRunFinish(QlbeRun *run);

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
   Prints a complaint with the origin of its option, if there is one, and sets *exit_status to
   QLBE_EXIT_BAD_INPUT. Not collective: every rank has the same complaint.
*/
PETSC_EXTERN PetscErrorCode QlbeRunComplain(QlbeRun *run, const QlbeComplaint *complaint,
                                            int *exit_status);

/* Path of the output file called name into path[size]. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeOutputPath(QlbeRun *run, const char name[], size_t size,
                                           char path[]);

/*
   Whether the section of an option's name, or the bare name, is among the words of sections; NULL
   stands for all.
*/
PETSC_EXTERN PetscBool QlbeOptionInSections(const char name[], const char sections[]);

/*
   Rank of this process as its launcher (mpirun, srun) states it in the environment, -1 without a
   launcher. For use before MPI starts; MPI_Comm_rank decides afterwards. Not collective.
*/
PETSC_EXTERN int QlbeLauncherRank(void);

#endif
