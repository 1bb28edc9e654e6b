/*
   The commands of the program and the texts about them. Private to the program.
*/
#ifndef QLBE_APP_COMMANDS_H
#define QLBE_APP_COMMANDS_H

#include <stdio.h>

#include "qlbe/run.h"

/*
   A command: computes, writes its files, and sets *exit_status to one of the exit statuses of run.h
   (QLBE_EXIT_DONE on entry). Collective. A non-zero return is a system error and ends all ranks;
   bad input and lack of convergence are not.
*/
typedef PetscErrorCode QlbeCommandFunction(QlbeRun *run, int *exit_status);

QlbeCommandFunction QlbeCommandScattering;
QlbeCommandFunction QlbeCommandMomentum;
QlbeCommandFunction QlbeCommandSpectrum;
QlbeCommandFunction QlbeCommandDiffusion;
QlbeCommandFunction QlbeCommandEvolve;
QlbeCommandFunction QlbeCommandDecoherence;
QlbeCommandFunction QlbeCommandCheck;

/* One row of the command table; the last row has name NULL. */
typedef struct {
  const char *name;
  const char *summary;
  const char *files;    /* files written into output_directory, "" for none */
  const char *sections; /* sections of the deck that it reads, separated by blanks; NULL for all */
  QlbeCommandFunction *function;
} QlbeCommand;

/*
   Texts generated from the two tables. They need neither MPI nor PETSc to be initialised; the
   caller looks for write errors with ferror(out). Not collective.
*/
void QlbeHelpGeneral(const QlbeCommand commands[], FILE *out);
void QlbeHelpCommand(const QlbeCommand *command, FILE *out);
void QlbeHelpOptions(FILE *out);  /* the option table in markdown */
void QlbeHelpTemplate(FILE *out); /* a complete deck with comments */
void QlbeHelpVersion(FILE *out);

#endif
