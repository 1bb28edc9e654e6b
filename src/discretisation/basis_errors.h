/*
   Errors of discretisations that are made of a basis and a quadrature, from two siblings: a smaller
   basis, compared at every fiber, and a finer quadrature, compared at one.
*/
#ifndef QLBE_BASIS_ERRORS_H
#define QLBE_BASIS_ERRORS_H

#include "discretisation_impl.h"
#include "spectral_fiber.h"

enum { QLBE_BASIS_SMALLER, QLBE_BASIS_FINER, QLBE_BASIS_SIBLINGS };

/*
   A quadrature is compared with one of a quarter more nodes in each variable: errors fall
   exponentially. Its error in units of the change: as much again is left room for.
*/
#define QLBE_BASIS_REFINED           1.25
#define QLBE_BASIS_QUADRATURE_SAFETY 2.0

/* The finer quadrature takes another step in k: what is left of the differences shows too. */
#define QLBE_BASIS_OTHER_STEP 0.7

/* Orders from the settings; those of the smaller basis. */
QlbeSpectralOrders QlbeBasisOrders_Private(const QlbeProblem *problem);
QlbeSpectralOrders QlbeBasisSmaller_Private(const QlbeSpectralOrders *orders);

/* Traits of the two siblings; contracts as in discretisation.h. */
PetscErrorCode QlbeBasisGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what, PetscInt *n,
                                            QlbeSiblingTraits traits[]);
PetscBool QlbeBasisIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
PetscErrorCode QlbeBasisDescribeLevels_Private(QlbeDiscretisation d, const double change[],
                                               QlbeEntries *entries);
double QlbeBasisLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
PetscErrorCode QlbeBasisDiffusionErrors_Private(QlbeDiscretisation d,
                                                const QlbeDiffusionChanges *changes,
                                                QlbeDiffusionErrors *errors, QlbeEntries *entries);
double QlbeBasisRounding_Private(const QlbeProblem *problem, double k, double scale, double gap);

/* The largest step in k of differences, before a factor of the object. */
double QlbeBasisDifferenceStep_Private(const QlbeParameters *par);

#endif
