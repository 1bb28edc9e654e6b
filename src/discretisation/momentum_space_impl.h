/*
   Private to momentum_space*.c: one object, two representations.
*/
#ifndef QLBE_MOMENTUM_SPACE_IMPL_H
#define QLBE_MOMENTUM_SPACE_IMPL_H

#include "qlbe/momentum_space.h"

/* What a representation does; contracts are those of the public functions. */
typedef struct {
  PetscErrorCode (*destroy)(QlbeMomentumSpace);
  PetscErrorCode (*vectors)(QlbeMomentumSpace, Vec[]);
  PetscErrorCode (*expand)(QlbeMomentumSpace, const double[3], QlbeMomentumFunction *, const void *,
                           Vec[]);
  PetscErrorCode (*square)(QlbeMomentumSpace, const Vec[], double *);
  PetscErrorCode (*norm1)(QlbeMomentumSpace, const Vec[], double *);
  PetscErrorCode (*evaluate)(QlbeMomentumSpace, const double[3], const Vec[], PetscInt,
                             const double[][3], PetscScalar[]);
} QlbeMomentumSpaceOps;

struct _p_QlbeMomentumSpace {
  const QlbeMomentumSpaceOps *ops;
  MPI_Comm comm;
  PetscInt m_max;
  double thermal;
  void *data; /* of the representation, freed by its destroy */
};

/* An object without data, m_max = 0. Error: PETSC_ERR_ARG_OUTOFRANGE unless thermal > 0. */
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceCreate_Private(MPI_Comm comm, double thermal,
                                                            const QlbeMomentumSpaceOps *ops,
                                                            QlbeMomentumSpace *space);

/* The equilibrium (2 pi thermal^2)^(-3/2) exp(-p2/2 thermal^2) at a square p2 of the momentum. */
PETSC_INTERN double QlbeMomentumSpaceEquilibrium_Private(double thermal, double p2);

/* Replaces values[n] by their sums over all ranks. Collective. */
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceSum_Private(MPI_Comm comm, PetscInt n,
                                                         PetscScalar values[]);

#endif
