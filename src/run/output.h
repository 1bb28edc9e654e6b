/*
   The output directory of a run. One run at a time works in a directory, whatever its command; what
   others have written there is never replaced unasked. Private to the module `run`.
*/
#ifndef QLBE_RUN_OUTPUT_H
#define QLBE_RUN_OUTPUT_H

#include "qlbe/run.h"

/*
   Makes output_directory, checks that it is writable, and takes its lock, `qlbe.lock`. Where that
   fails, or another run is at work there, prints the message and sets *exit_status. To be called
   before anything in the directory is looked at. Collective; rank 0 alone touches the file system.
*/
PetscErrorCode OutputOpen(QlbeRun *run, int *exit_status);

/*
   Makes sure that the files names[n] can be written: refuses to replace one unless output_overwrite
   is set or, with `own` not NULL, the text `own` stands in it: then an earlier attempt of this run
   has written it. names must live as long as the run. Messages and *exit_status as above.
   Collective.
*/
PetscErrorCode OutputCheck(QlbeRun *run, PetscInt n, const char *const names[], const char own[],
                           int *exit_status);

/* Whether the file `name` may be replaced if it is there when it is written. Not collective. */
PetscErrorCode OutputMayReplace(QlbeRun *run, const char name[], PetscBool *may);

/*
   Gives the lock back. With `bad_input` removes directories that OutputOpen has made and that are
   empty. No error where it was not opened. Collective.
*/
PetscErrorCode OutputClose(QlbeRun *run, PetscBool bad_input);

#endif
