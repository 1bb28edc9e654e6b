/*
   Tasks of `qlbe evolve`, and vectors that they follow through the output times. Private to the
   command.
*/
#ifndef QLBE_APP_EVOLVE_TASKS_H
#define QLBE_APP_EVOLVE_TASKS_H

#include "evolve.h"

/*
   A task is a step of the run, steps.h: independent of all others, it fills a row of reals, which
   goes into the result on all ranks when the rows of all tasks are there. i and j say which of its
   kind.
*/
typedef struct {
  /* The length of a row. Not collective. */
  size_t (*width)(const EvolvePlan *plan, const EvolveEngine *engine);
  /* Fills the row, or returns early where the run is to stop. Collective on the group. */
  PetscErrorCode (*work)(const EvolvePlan *plan, EvolveEngine *engine, PetscInt i, PetscInt j,
                         double row[]);
  /* A row into its place. Not collective. */
  void (*collect)(const EvolvePlan *plan, const EvolveEngine *engine, PetscInt i, PetscInt j,
                  const double row[], EvolveResult *result);
} EvolveTaskKind;

extern const EvolveTaskKind EvolvePositionTask;    /* direction i, in a basis all of them */
extern const EvolveTaskKind EvolveFiberTask;       /* magnitude i, direction j, in a basis all */
extern const EvolveTaskKind EvolveMomentumTask;    /* one */
extern const EvolveTaskKind EvolveVisibilityTask;  /* one */
extern const EvolveTaskKind EvolveDecoherenceTask; /* one */
extern const EvolveTaskKind EvolveLimitTask;       /* time i, s of number j */

/* Vectors that a task follows through the output times. */
typedef struct {
  PetscInt n;
  Vec *x;                /* [n], at time 0 */
  PetscInt n_record;     /* what is seen at one time */
  PetscBool ends_in_row; /* the row has the vectors of the last time after the records */
  /*
     Takes the vectors from the output before to output i, time 0 as they are, and fills the record.
     Collective on the group.
  */
  PetscErrorCode (*advance)(const EvolvePlan *plan, EvolveEngine *engine, void *context, PetscInt i,
                            double record[]);
  void *context;
} EvolveCourse;

/* The length of its row: [n_time][n_record], and the vectors' unknowns where they are in it. */
size_t EvolveCourseWidth(const EvolvePlan *plan, PetscInt n_record, PetscInt unknowns);

/*
   All output times into the row, from where the run before has come to; vectors and records are
   kept after each. Returns early where the run is to stop. Collective on the group.
*/
PetscErrorCode EvolveFollow(const EvolvePlan *plan, EvolveEngine *engine,
                            const EvolveCourse *course, double row[]);

/*
   What the result does not hold yet, dealt to the groups: everything at first, fibers of a finer
   set afterwards. *stopped: it is not complete. Collective.
*/
PetscErrorCode EvolveTasks(const QlbeProblem *problem, const EvolvePlan *plan, EvolveEngine *engine,
                           EvolveResult *result, PetscBool *stopped);

#endif
