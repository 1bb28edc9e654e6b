/* Exact flight on the nodes of a Cartesian grid: what its files share. */
#ifndef QLBE_FLIGHT_CARTESIAN_H
#define QLBE_FLIGHT_CARTESIAN_H

#include "flight.h"
#include "momentum_grid.h"

/* d->data; the nodes of `flight` are those of the grid, with azimuths around `axis`. */
typedef struct {
  Flight flight; /* first: what all flights share finds it at d->data */
  QlbeMomentumGrid grid;
  double axis[3];
  QlbeDiscretisation of; /* of a sibling: whose tables it takes; NULL where it has its own */
  double gain_k;         /* the wave number of gain[] */
  PetscScalar **gain;    /* [n_angular]: gains of the sectors, for siblings too */
} FlightCartesian;

/* Siblings beyond those of a basis. */
enum { FLIGHT_OTHER_NODES = QLBE_BASIS_SIBLINGS, FLIGHT_CARTESIAN_SIBLINGS };

/* d->data without tables: nodes, and a basis of the orders. Collective. */
PetscErrorCode QlbeFlightCartesianFill_Private(QlbeDiscretisation d,
                                               const QlbeSpectralOrders *orders, PetscInt points,
                                               double half_width);

/*
   The largest part of a function of the basis that the nodes miss, of its square: 1 less the
   smallest eigenvalue of B^T B. Collective on the grid's communicator.
*/
PetscErrorCode QlbeFlightMissed_Private(const QlbeMomentumGrid *grid, const FlightBasis *basis,
                                        double *missed);

/* Contracts as in discretisation.h. */
PetscErrorCode QlbeFlightCartesianServes_Private(const QlbeProblem *problem,
                                                 const QlbeDiscretisationUse *use,
                                                 QlbeComplaint *complaint);
PetscErrorCode QlbeFlightCartesianEstimate_Private(const QlbeProblem *problem,
                                                   const QlbeDiscretisationUse *use,
                                                   QlbeDiscretisationCost *cost);
PetscErrorCode QlbeFlightCartesianPrintCost_Private(const QlbeProblem *problem,
                                                    const QlbeDiscretisationUse *spectrum,
                                                    const QlbeDiscretisationUse *diffusion,
                                                    FILE *out);
PetscErrorCode QlbeFlightCartesianCheck_Private(QlbeDiscretisation d, MPI_Comm comm,
                                                QlbeChecks *checks);
PetscErrorCode QlbeFlightCartesianGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what,
                                                      PetscInt *n, QlbeSiblingTraits traits[]);
PetscErrorCode QlbeFlightCartesianCreateSibling_Private(QlbeDiscretisation d, QlbeComparison what,
                                                        PetscInt i, double k_max,
                                                        QlbeDiscretisation *sibling);
PetscBool QlbeFlightCartesianIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
double QlbeFlightCartesianLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level);
PetscErrorCode QlbeFlightCartesianDiffusionErrors_Private(QlbeDiscretisation d,
                                                          const QlbeDiffusionChanges *changes,
                                                          QlbeDiffusionErrors *errors,
                                                          QlbeEntries *entries);

#endif
