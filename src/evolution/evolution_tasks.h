/*
   Tasks of an evolution, and vectors that they follow through the output times. Private to the
   evolution of a density matrix.
*/
#ifndef QLBE_EVOLUTION_TASKS_H
#define QLBE_EVOLUTION_TASKS_H

#include "evolution_impl.h"

/*
   A task of tasks.h: independent of all others, it fills a row of reals, which goes into the result
   on all ranks when the rows of all tasks are there. i and j say which of its kind.
*/
typedef struct {
  /* The length of a row. Not collective. */
  size_t (*width)(const QlbeEvolutionPlan *plan, QlbeEvolution e);
  /* Fills the row, or returns early where the run is to stop. Collective on the group. */
  PetscErrorCode (*work)(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                         double row[]);
  /* A row into its place. Not collective. */
  void (*collect)(const QlbeEvolutionPlan *plan, QlbeEvolution e, PetscInt i, PetscInt j,
                  const double row[], QlbeEvolutionResult *result);
} QlbeEvolutionTaskKind;

/* Isotropic discretisations take all directions in one task, j = 0. */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionPositionTask;   /* direction i */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionFiberTask;      /* magnitude i, direction j */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionMomentumTask;   /* one */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionVisibilityTask; /* one */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionDecoherenceTask; /* one */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionLimitTask;       /* time i, s of number j */

/* Direction j of magnitude i, or of i = -1 k = 0, once more in siblings of its discretisation. */
PETSC_INTERN const QlbeEvolutionTaskKind QlbeEvolutionCompareTask;
/* The magnitude of comparison number 0, 1, ..; -1 where there is none. Not collective. */
PETSC_INTERN PetscInt QlbeEvolutionCompared(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                            PetscInt number);
enum { QLBE_EVOLUTION_MOST_COMPARED = 5 };
/* Whether k = 0, and with it all moments, is propagated in the same way. Not collective. */
PETSC_INTERN PetscBool QlbeEvolutionComparesRest(QlbeEvolution e);

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
  PetscErrorCode (*advance)(const QlbeEvolutionPlan *plan, QlbeEvolution e, void *context,
                            PetscInt i, double record[]);
  void *context;
} QlbeEvolutionCourse;

/* The length of its row: [n_time][n_record], and the vectors' unknowns where they are in it. */
PETSC_INTERN size_t QlbeEvolutionCourseWidth(const QlbeEvolutionPlan *plan, PetscInt n_record,
                                             PetscInt unknowns);

/*
   All output times into the row, from where the run before has come to; vectors and records are
   kept after each. Returns early where the run is to stop. Collective on the group.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionFollow(const QlbeEvolutionPlan *plan, QlbeEvolution e,
                                                const QlbeEvolutionCourse *course, double row[]);

/*
   What the result does not hold yet, dealt to the groups: everything at first, fibers of a finer
   set afterwards. *stopped: it is not complete. Collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionComputeTasks(const QlbeProblem *problem,
                                                      const QlbeEvolutionPlan *plan,
                                                      QlbeEvolution e, QlbeEvolutionResult *result,
                                                      PetscBool *stopped);

/*
   result->quartic, from two wave numbers along the axis; needs D of the other tasks. *stopped as
   above. Collective.
*/
PETSC_INTERN PetscErrorCode QlbeEvolutionComputeQuartic(const QlbeEvolutionPlan *plan,
                                                        QlbeEvolution e,
                                                        QlbeEvolutionResult *result,
                                                        PetscBool *stopped);

#endif
