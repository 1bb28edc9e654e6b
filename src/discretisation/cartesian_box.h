/*
   The box of Cartesian nodes that settings ask for: what discretisations on such nodes share.
*/
#ifndef QLBE_CARTESIAN_BOX_H
#define QLBE_CARTESIAN_BOX_H

#include "discretisation_impl.h"

/* Half width of the box, a momentum. Not collective. */
double QlbeCartesianHalfWidth_Private(const QlbeProblem *problem);

/* Contracts as in discretisation.h. */
PetscErrorCode QlbeCartesianSizes_Private(const QlbeProblem *problem, double sizes[2]);
PetscErrorCode QlbeCartesianLine_Private(const QlbeProblem *problem, const double axis[3],
                                         PetscInt *n, double (**p)[3]);
PetscErrorCode QlbeCartesianSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                            QlbeStateDeviation *measure, const void *context,
                                            const double deviation[2], QlbeComplaint *complaint);

#endif
