/* The spectral basis as a discretisation: what its files share. */
#ifndef QLBE_SPECTRAL_H
#define QLBE_SPECTRAL_H

#include "discretisation_impl.h"
#include "qlbe/gas_average.h"
#include "spectral_fiber.h"

/* The fiber operator of the largest basis of a family, whose smaller ones use its assemblies. */
typedef struct {
  PetscInt references;
  QlbeSpectralOrders orders;
  double k_max;
  QlbeSpectralFiber fiber; /* made with the first operator */
  double k;                /* of the last assembly, negative without one */
  PetscInt m;              /* ... its sector */
} SpectralFamily;

/* d->data */
typedef struct {
  QlbeSpectralOrders orders;
  SpectralFamily *family;
  PetscBool settled;      /* false where orders were to settle and did not */
  double step_factor;     /* of differences in k */
  double k_edge;          /* the largest wave number of edges of the continuum */
  QlbeGasAverage average; /* for those; made when it is first needed */
} Spectral;

extern const QlbeDiscretisationOps QlbeDiscretisation_spectral;

/* Bytes that the tables of a fiber may take on one rank. */
#define SPECTRAL_MOST_BYTES 8e9

/* An object of these orders, in a family of its own, or with the assemblies of `family`. */
PetscErrorCode QlbeSpectralNew_Private(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                                       const QlbeSpectralOrders *orders, SpectralFamily *family,
                                       QlbeDiscretisation *d);

/* The operations of the other files; contracts as in discretisation.h. */
PetscErrorCode QlbeSpectralServes_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeComplaint *complaint);
PetscErrorCode QlbeSpectralEstimate_Private(const QlbeProblem *problem,
                                            const QlbeDiscretisationUse *use,
                                            QlbeDiscretisationCost *cost);
PetscErrorCode QlbeSpectralPrintCost_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *spectrum,
                                             const QlbeDiscretisationUse *diffusion, FILE *out);
PetscErrorCode QlbeSpectralSettle_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeSettleMeasure *measure, void *context,
                                          QlbeDiscretisationChoice *choice, PetscBool *settled);
PetscErrorCode QlbeSpectralSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                           QlbeStateDeviation *measure, const void *context,
                                           const double deviation[2], QlbeComplaint *complaint);

#endif
