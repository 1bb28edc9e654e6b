/*
   All fibers of a density matrix at one time as plain numbers: what a run saves at its end, and
   what another one starts from.

   Vectors are those of the discretisation, in the order of QlbeMomentumSpaceVectors whatever the
   ranks. Whoever starts from them needs the same discretisation, and the same mass and temperature
   of the particle, which are in the weights of its functions; gas and interaction may differ. The
   header says all this in numbers.
*/
#ifndef QLBE_FIBER_SNAPSHOT_H
#define QLBE_FIBER_SNAPSHOT_H

#include <petscvec.h>

#include "qlbe/problem.h"
#include "qlbe/quantum_state.h"

/* Plain data; the arrays belong to the structure. */
typedef struct {
  QlbeStateSymmetry symmetry;
  double axis[3];                /* of the state: a unit vector */
  PetscInt n_magnitude;          /* of the set of fibers (fiber_set.h); 0 without one */
  PetscInt n_direction, n_polar; /* ... its directions, and cosines of the polar angle */
  double k_max, scale;           /* ... range and scale of its magnitudes: wave numbers */
  PetscInt n_chain;              /* directions with derivatives of fibers at k = 0 */
  PetscInt n_all, n_axial;       /* unknowns of a fiber in all sectors, and in m = 0 */
  PetscInt n_momentum;           /* unknowns of the fiber k = 0 */
  PetscScalar *fiber;            /* [n_magnitude][n_direction][n_all] */
  PetscScalar *momentum;         /* [n_momentum]: the fiber k = 0 */
  PetscScalar *chain;            /* [n_chain][3][n_axial]: fiber and two derivatives at k = 0 */
} QlbeFiberSnapshot;

/* Room for the arrays by the counts, all zero. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotAllocate(QlbeFiberSnapshot *s);
/* Frees the arrays; counts stay. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotDestroy(QlbeFiberSnapshot *s);

/*
   Own rows of x[n] into values, where all rows of one vector come after the other, and back: each
   rank writes or reads its rows alone. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotStore(PetscInt n, const Vec x[], PetscScalar values[]);
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotLoad(PetscInt n, const PetscScalar values[], Vec x[]);

/* Numbers in a header. */
enum { QLBE_SNAPSHOT_HEADER = 19 };

/* The header of a snapshot of this problem. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotHeader(const QlbeProblem *problem,
                                                    const QlbeFiberSnapshot *s,
                                                    double header[QLBE_SNAPSHOT_HEADER]);

/*
   The first number of a header that this problem does not share, and what it stands for, a static
   text that ends where the number follows: NULL where they agree. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotDiffers(const QlbeProblem *problem,
                                                     const double header[QLBE_SNAPSHOT_HEADER],
                                                     const char **what, double *value);

/*
   The counts of a header into s, without arrays; *sound is false, and s of no use, where they
   contradict each other or make arrays of more numbers than PetscInt counts. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSnapshotSetCounts(const double header[QLBE_SNAPSHOT_HEADER],
                                                       QlbeFiberSnapshot *s, PetscBool *sound);

/* The axis and the arrays as reals, a complex number as two, under the names of a file. */
enum { QLBE_SNAPSHOT_ARRAYS = 4 };
typedef struct {
  const char *name;
  PetscInt n;     /* reals */
  PetscInt width; /* ... of each element: 2 of a complex one */
  double *values; /* [n], of the snapshot; NULL before QlbeFiberSnapshotAllocate */
} QlbeSnapshotArray;
PETSC_EXTERN void QlbeFiberSnapshotArrays(QlbeFiberSnapshot *s,
                                          QlbeSnapshotArray arrays[QLBE_SNAPSHOT_ARRAYS]);

/* Whether all numbers are finite and the axis is a unit vector. Not collective. */
PETSC_EXTERN PetscBool QlbeFiberSnapshotIsGood(QlbeFiberSnapshot *s);

#endif
