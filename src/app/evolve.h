/* The command `evolve`: what its files share, and with `check`. Private to the commands. */
#ifndef QLBE_APP_EVOLVE_H
#define QLBE_APP_EVOLVE_H

#include "qlbe/evolution.h"
#include "qlbe/report.h"
#include "qlbe/run.h"

/*
   A plan, with the snapshot that a state from a file starts from, which has to stay as long as the
   plan; or a complaint. Both are to be destroyed in any case. Collective.
*/
PetscErrorCode EvolvePlan(const QlbeProblem *problem, QlbeFiberSnapshot *snapshot,
                          QlbeEvolutionPlan *plan, QlbeComplaint *complaint);

/*
   The snapshot in the file state.file, or a complaint. *s is all zero at first, and to be destroyed
   in any case. Collective.
*/
PetscErrorCode EvolveSnapshotRead(const QlbeProblem *problem, QlbeFiberSnapshot *s,
                                  QlbeComplaint *complaint);

/* A complete snapshot into the report. Not collective. */
PetscErrorCode EvolveSnapshotReport(const QlbeProblem *problem, QlbeFiberSnapshot *s,
                                    QlbeReport report);

/* Tables, numbers, arrays and checks of a result into the report. Collective. */
PetscErrorCode EvolveReport(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                            QlbeEvolution e, QlbeEvolutionResult *result, QlbeReport report);

/*
   The table "observables" of n times with standard errors: after each column x but the time a
   column x_error. Not collective.
*/
PetscErrorCode EvolveReportObservables(const QlbeProblem *problem, PetscInt n,
                                       const QlbeEvolutionObservables observed[],
                                       const QlbeEvolutionObservables error[], QlbeReport report);

/* Everything after a valid plan, by random walkers. Collective. */
PetscErrorCode EvolveByTrajectories(QlbeRun *run, const QlbeEvolutionPlan *plan, int *exit_status);

/*
   Arrays of the report: momentum distribution, characteristic function, position density, spatial
   coherence, and the diffusive limit, at all output times. What a result has no array for is left
   out. Not collective.
*/
PetscErrorCode EvolveReportArrays(const QlbeProblem *problem, const QlbeEvolutionPlan *plan,
                                  const QlbeEvolutionResult *result, QlbeReport report);

#endif
