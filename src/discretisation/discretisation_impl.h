/* What a discretisation has to provide. Private to the module. */
#ifndef QLBE_DISCRETISATION_IMPL_H
#define QLBE_DISCRETISATION_IMPL_H

#include "qlbe/discretisation.h"

/*
   The operations; contracts are those of the public functions. Functions of a problem come first;
   create fills d->data from d->problem, d->use and, unless NULL, the choice.

   NULL may be: settle without the trait automatic, measure without row_checks, sectors for one
   operator, set_axis, advance, leaves, release, announce, check, near, tail and describe_levels
   where there is nothing to do, node_spacing without nodes, and get_siblings with reference where
   level_error and diffusion_errors estimate all errors alone. Nothing else.

   operator_of may give a shell; without row_checks it has to know MatDuplicate and MatRealPart.
   level_error is nan where there is no estimate, also for a change that is not finite.
*/
typedef struct {
  QlbeDiscretisationTraits traits;
  PetscErrorCode (*serves)(const QlbeProblem *, const QlbeDiscretisationUse *, QlbeComplaint *);
  double (*largest_wave_number)(const QlbeProblem *);
  PetscErrorCode (*estimate)(const QlbeProblem *, const QlbeDiscretisationUse *,
                             QlbeDiscretisationCost *);
  PetscErrorCode (*print_cost)(const QlbeProblem *, const QlbeDiscretisationUse *,
                               const QlbeDiscretisationUse *, FILE *);
  PetscErrorCode (*line)(const QlbeProblem *, const double[3], PetscInt *, double (**)[3]);
  double (*rounding)(const QlbeProblem *, double, double, double);
  PetscErrorCode (*settle)(const QlbeProblem *, const QlbeDiscretisationUse *, QlbeSettleMeasure *,
                           void *, QlbeDiscretisationChoice *, PetscBool *);
  PetscErrorCode (*sizes)(const QlbeProblem *, double[2]);

  PetscErrorCode (*create)(QlbeDiscretisation, const QlbeDiscretisationChoice *);
  PetscErrorCode (*destroy)(QlbeDiscretisation);
  PetscErrorCode (*set_axis)(QlbeDiscretisation, const double[3]);
  PetscErrorCode (*operator_of)(QlbeDiscretisation, const double[3], PetscInt, Mat *);
  PetscErrorCode (*advance)(QlbeDiscretisation, Mat, const double[2], double, PetscInt, Vec[]);
  double (*leaves)(QlbeDiscretisation, double);
  PetscErrorCode (*release)(QlbeDiscretisation);
  PetscErrorCode (*equilibrium)(QlbeDiscretisation, Mat, Vec *);
  PetscInt (*sectors)(QlbeDiscretisation);
  PetscErrorCode (*edge)(QlbeDiscretisation, Mat, double, double *);
  PetscErrorCode (*measure)(QlbeDiscretisation, Mat, QlbeDiscretisationStructure *);
  PetscErrorCode (*announce)(QlbeDiscretisation);
  PetscErrorCode (*describe)(QlbeDiscretisation, QlbeEntries *);
  PetscErrorCode (*check)(QlbeDiscretisation, MPI_Comm, QlbeChecks *);
  double (*difference_step)(QlbeDiscretisation);
  double (*table_error)(QlbeDiscretisation);
  PetscErrorCode (*near)(QlbeDiscretisation, double, QlbeDiscretisation *);
  PetscErrorCode (*get_siblings)(QlbeDiscretisation, QlbeComparison, PetscInt *,
                                 QlbeSiblingTraits[]);
  PetscErrorCode (*create_sibling)(QlbeDiscretisation, QlbeComparison, PetscInt, double,
                                   QlbeDiscretisation *);
  PetscInt (*reference)(QlbeDiscretisation, QlbeComparison, PetscInt);
  PetscBool (*isolated)(QlbeDiscretisation, const QlbeLevelChange *);
  PetscErrorCode (*describe_levels)(QlbeDiscretisation, const double[], QlbeEntries *);
  double (*level_error)(QlbeDiscretisation, const QlbeLevelChange *);
  PetscErrorCode (*diffusion_errors)(QlbeDiscretisation, const QlbeDiffusionChanges *,
                                     QlbeDiffusionErrors *, QlbeEntries *);
  PetscErrorCode (*space)(QlbeDiscretisation, PetscBool, double, QlbeMomentumSpace *);
  double (*node_spacing)(QlbeDiscretisation);
  PetscErrorCode (*tail)(QlbeDiscretisation, PetscInt, const Vec[], double *);
  PetscErrorCode (*suggest)(QlbeDiscretisation, const QlbeStateNeed *, QlbeStateDeviation *,
                            const void *, const double[2], QlbeComplaint *);
} QlbeDiscretisationOps;

struct _p_QlbeDiscretisation {
  const QlbeDiscretisationOps *ops;
  QlbeProblem problem;
  QlbeDiscretisationUse use;
  PetscInt references;
  void *data; /* freed by ops->destroy */
};

/* The operations that the settings choose. Not collective. */
const QlbeDiscretisationOps *QlbeDiscretisationFind_Private(const QlbeProblem *problem);

/* An object of these operations without data. Not collective. */
PetscErrorCode QlbeDiscretisationNew_Private(const QlbeDiscretisationOps *ops,
                                             const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeDiscretisation *d);

#endif
