/* Exact flight with a spectral gain as a discretisation: what its files share. */
#ifndef QLBE_FLIGHT_H
#define QLBE_FLIGHT_H

#include "basis_errors.h"
#include "flight_operator.h"
#include "qlbe/gas_average.h"

/* Sizes of nodes and flight for a use. Plain data. */
typedef struct {
  FlightCylinder cylinder;
  double flight; /* the largest s = k t/M that the nodes follow */
} FlightSizes;

/* d->data */
typedef struct {
  QlbeSpectralOrders orders;
  double refined;     /* factor on the numbers of nodes */
  double step_factor; /* of differences in k */
  FlightSizes sizes;
  FlightNodes nodes;
  FlightBasis basis;
  double **values;         /* [n_angular]: B of the sectors that were needed */
  QlbeSpectralFiber fiber; /* of the gain, made with the first operator; NULL without a gas */
  QlbeDispersion dispersion;
  QlbeTransverse limit;   /* of the transverse integral at q = 0, for the tail; made when needed */
  FlightTail *tail;       /* of the last wave number */
  double k_tail;          /* ... which is this one */
  QlbeGasAverage average; /* for edges of the continuum; made when it is first needed */
} Flight;

extern const QlbeDiscretisationOps QlbeDiscretisation_flight;

/*
   Nodes from duration, wave numbers, escape rate, basis and what the state asks for. `refined`: a
   factor on their numbers. Not collective.
*/
PetscErrorCode QlbeFlightSizes_Private(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                                       const QlbeSpectralOrders *orders, double refined,
                                       FlightSizes *sizes);

/* The largest s of a basis function, an inverse momentum. */
double QlbeFlightBasisReach_Private(const QlbeSpectralOrders *orders, double thermal);

/* The time after which a fiber of wave number k is out of the reach of the gain, or infinity. */
double QlbeFlightLeaves_Private(const QlbeParameters *par, const FlightSizes *sizes, double k);

/* What an operator takes its gain from: see FlightOperatorMake. */
typedef struct {
  PetscErrorCode (*of)(void *context, double k, PetscInt m, PetscScalar gain[]);
  void *context;
} FlightGain;

/*
   What flights on any nodes share, with a Flight at d->data. Tables of gain and rates for the
   nodes; and the operator at |k| of sector m, or of all sectors (m < 0) at nodes with azimuths.
   Collective.
*/
PetscErrorCode QlbeFlightSetUp_Private(QlbeDiscretisation d);
PetscErrorCode QlbeFlightOperatorOf_Private(QlbeDiscretisation d, double k, PetscInt m,
                                            const FlightGain *gain, Mat *A);

/* Contracts as in discretisation.h, for flights on any nodes. */
PetscErrorCode QlbeFlightDestroy_Private(QlbeDiscretisation d);
PetscErrorCode QlbeFlightBlockAdvance_Private(QlbeDiscretisation d, Mat A, const double time[2],
                                              double tolerance, PetscInt n, Vec x[]);
PetscErrorCode QlbeFlightEquilibrium_Private(QlbeDiscretisation d, Mat A, Vec *x0);
PetscErrorCode QlbeFlightEdge_Private(QlbeDiscretisation d, Mat A, double k, double *edge);
double QlbeFlightLeavesOf_Private(QlbeDiscretisation d, double k);
double QlbeFlightDifferenceStep_Private(QlbeDiscretisation d);
double QlbeFlightTableError_Private(QlbeDiscretisation d);
/* Of basis and quadratures. */
double QlbeFlightLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level);

/* Complains about kernels, wave numbers and orders that no flight serves. Collective. */
PetscErrorCode QlbeFlightGainServes_Private(const QlbeProblem *problem,
                                            const QlbeDiscretisationUse *use,
                                            QlbeComplaint *complaint);

/* Contracts as in discretisation.h. */
PetscErrorCode QlbeFlightServes_Private(const QlbeProblem *problem,
                                        const QlbeDiscretisationUse *use, QlbeComplaint *complaint);
PetscErrorCode QlbeFlightEstimate_Private(const QlbeProblem *problem,
                                          const QlbeDiscretisationUse *use,
                                          QlbeDiscretisationCost *cost);
PetscErrorCode QlbeFlightPrintCost_Private(const QlbeProblem *problem,
                                           const QlbeDiscretisationUse *spectrum,
                                           const QlbeDiscretisationUse *diffusion, FILE *out);
PetscErrorCode QlbeFlightSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                         QlbeStateDeviation *measure, const void *context,
                                         const double deviation[2], QlbeComplaint *complaint);

#endif
