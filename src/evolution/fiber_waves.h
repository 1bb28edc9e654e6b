/* Functions of |k| between the magnitudes of a set of fibers. Private to the set's integrals. */
#ifndef QLBE_FIBER_WAVES_H
#define QLBE_FIBER_WAVES_H

#include "qlbe/fiber_set.h"

/* Functions at many magnitudes, with the weights of int k^2 dk. */
typedef struct {
  PetscInt n, columns;
  double *k;          /* [n] */
  PetscScalar *value; /* [n][columns] */
  PetscScalar *low;   /* the same without the highest third of the frequencies in asinh k */
  double reach;       /* distances whose waves these magnitudes resolve */
} QlbeFiberWaves;

/*
   From c[magnitudes][columns], functions of k with the parity of degree[columns], as many
   magnitudes as waves up to distances r_max need, or as there may be. Not collective. Error:
   PETSC_ERR_MEM.
*/
PETSC_INTERN PetscErrorCode QlbeFiberWavesCreate(const QlbeFiberSet *set, PetscInt columns,
                                                 const PetscInt degree[], const PetscScalar c[],
                                                 double r_max, QlbeFiberWaves *waves);
PETSC_INTERN PetscErrorCode QlbeFiberWavesDestroy(QlbeFiberWaves *waves);

/* j_l(x) for l < n. Not collective. Error: PETSC_ERR_LIB. */
PETSC_INTERN PetscErrorCode QlbeFiberWavesBessel(PetscInt n, double x, double j[]);

/* (-i)^l */
PETSC_INTERN PetscScalar QlbeFiberWavesPhase(PetscInt l);

#endif
