/*
   Fields in position that `qlbe evolve` makes of its fibers, and the report. Private to the
   command.
*/
#ifndef QLBE_APP_EVOLVE_FIELDS_H
#define QLBE_APP_EVOLVE_FIELDS_H

#include "evolve.h"

/*
   Fields in position at all output times. Errors are in units of the largest value at that time,
   and what is compared is too.
*/
typedef struct {
  PetscBool on_grid;             /* on nodes, which fold back */
  PetscInt n_point;              /* points of the position density, 0 where none is asked for */
  double (*x)[3];                /* [n_point] */
  double *density;               /* [n_time][n_point] */
  double *density_peak;          /* [n_time]: its largest value */
  QlbeFiberError *density_error; /* [n_time] */
  double line_origin[3];         /* middle of the line of the coherence */
  PetscScalar *rho;              /* [n_time][n_line][n_line] */
  double *rho_peak;              /* [n_time] */
  QlbeFiberError *rho_error;     /* [n_time] */
  QlbeFiberError purity_error;   /* the largest of all times */
  double density_at_start;       /* largest difference from the closed density at time 0 */
  double density_quadrature;     /* ... beside <x> from the quadrature over the fibers */
  double density_negative;       /* the most negative density */
  double rho_at_start;           /* largest difference from the closed rho(x, x') at time 0 */
  double density_alias;          /* what nodes of a grid fold back into the density in flight */
  double rho_alias;              /* ... into rho(x, x') from distances that repeat themselves */
} EvolveFields;

/*
   Fields from a complete result; nothing without a set of fibers. spacing: of the nodes, 0 in the
   spectral basis. Not collective.
*/
PetscErrorCode EvolveFieldsCreate(const QlbeProblem *problem, const EvolvePlan *plan,
                                  const EvolveResult *result, double spacing, EvolveFields *fields);
PetscErrorCode EvolveFieldsDestroy(EvolveFields *fields);

/* The largest errors of all fields at all times, and of the purity. */
QlbeFiberError EvolveFieldsWorst(const EvolvePlan *plan, const EvolveFields *fields);

/* Fields at all output times, or their checks, into the report. Not collective. */
PetscErrorCode EvolveFieldsReport(const QlbeProblem *problem, const EvolvePlan *plan,
                                  const EvolveResult *result, const EvolveFields *fields,
                                  QlbeReport report);
PetscErrorCode EvolveFieldsCheck(const QlbeProblem *problem, const EvolvePlan *plan,
                                 const EvolveFields *fields, QlbeReport report);

/*
   What a grid of this spacing folds back, from densities and coherences that are there. Not
   collective.
*/
PetscErrorCode EvolveFieldsAddAlias(const QlbeProblem *problem, const EvolvePlan *plan,
                                    const EvolveResult *result, double spacing,
                                    EvolveFields *fields);

/*
   Parts of EvolveFieldsCreate: the density, also at the mean position, and rho(x, x') on the line;
   both start from room for one error and one peak for each time. Not collective.
*/
PetscErrorCode EvolveFieldsAddDensity(const QlbeProblem *problem, const EvolvePlan *plan,
                                      const EvolveResult *result, EvolveFields *fields);
PetscErrorCode EvolveFieldsAddCoherence(const EvolvePlan *plan, const EvolveResult *result,
                                        EvolveFields *fields);

/* values[fibers][columns] of one time with the centre moved to the origin. Not collective. */
void EvolveFieldsMove(const QlbeFiberSet *set, const double centre[3], PetscInt columns,
                      const PetscScalar values[], PetscScalar moved[]);

/* Tables, fields and checks from the result. Not collective. */
PetscErrorCode EvolveReport(const QlbeProblem *problem, const EvolvePlan *plan,
                            const EvolveEngine *engine, const EvolveResult *result,
                            const EvolveFields *fields, QlbeReport report);

#endif
