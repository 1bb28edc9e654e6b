/* What the parts of the output module share. Private to it. */
#ifndef QLBE_RUN_OUTPUT_IMPL_H
#define QLBE_RUN_OUTPUT_IMPL_H

#include "output.h"
#include "qlbe/run_lock.h"

enum { OUTPUT_MESSAGE_SIZE = 1024, OUTPUT_MOST_FILES = 8 };

struct _n_QlbeOutput {
  QlbeRunLock lock;              /* of rank 0 */
  char made[PETSC_MAX_PATH_LEN]; /* made[i]: this run has made the first i characters of the path */
  PetscInt n_leftover;
  const char *leftover[OUTPUT_MOST_FILES]; /* files of an earlier attempt of this run */
};

/* Prints the message of rank 0, if there is one, and sets *exit_status, on every rank. Collective.
 */
PetscErrorCode OutputAgree(QlbeRun *run, char message[OUTPUT_MESSAGE_SIZE], int *exit_status);

#endif
