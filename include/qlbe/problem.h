/*
   What a computation is given: the ranks that work on it, the physics, and the settings.
*/
#ifndef QLBE_PROBLEM_H
#define QLBE_PROBLEM_H

#include "qlbe/parameters.h"
#include "qlbe/provenance.h"
#include "qlbe/settings.h"
#include "qlbe/team.h"
#include "qlbe/units.h"

/* Plain data; the objects belong to the run. */
typedef struct {
  MPI_Comm comm;             /* of the ranks that work together: all of a run, or one group */
  QlbeParameters parameters; /* internal units */
  QlbeUnits units;           /* for messages alone: nothing computes in the deck's units */
  const QlbeSettings *settings;
  QlbePhases phases;
  double memory; /* bytes that this rank may fill with matrices */
} QlbeProblem;

/*
   Why a problem cannot be served, for the user: the option to change, and what was expected. The
   first complaint counts. Plain data; all zero where there is none.
*/
typedef struct {
  const char *option; /* section_key, a static string; NULL without a complaint */
  char text[512];
} QlbeComplaint;

/* Makes a printf-like complaint, unless there is one already. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeComplain(QlbeComplaint *complaint, const char option[],
                                         const char format[], ...)
    __attribute__((format(printf, 3, 4)));

#endif
