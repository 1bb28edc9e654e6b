/*
   The fibers that stand for a density matrix, and what is put together from them.

   A quadrature over wave vectors k: magnitudes times directions. Fibers at -k are conjugates of
   those at k, and rotations and reflections of the state make others equal, so that only
   inequivalent ones are in the set; weights count all they stand for.

     mu(x) = (2 pi)^(-3) int dk exp(-i k.x) int dp [rho]_k(p),                        (section 2.1)
     rho(x, x') = (2 pi)^(-3) int dk exp(-i k.(x + x')/2) int dp exp(i p.(x - x')/hbar) [rho]_k(p).
*/
#ifndef QLBE_FIBER_SET_H
#define QLBE_FIBER_SET_H

#include "qlbe/quantum_state.h"
#include "qlbe/rule.h"

/* Plain and immutable after its set-up. */
typedef struct {
  QlbeStateSymmetry symmetry;
  double axis[3];         /* of the state, and of the polar angle of k: a unit vector */
  double k_max, scale;    /* range and scale of the magnitudes */
  QlbeRule magnitude;     /* int k^2 dk of functions that vanish at k_max */
  PetscInt n_polar;       /* cosines of the polar angle in the half space */
  PetscInt n_direction;   /* unit vectors in the half space around the axis */
  double (*direction)[3]; /* [n_direction][3] */
  double *solid_angle;    /* [n_direction], 4 pi in all */
} QlbeFiberSet;

/*
   Magnitudes k_j = scale sinh(j U/n_magnitude), j = 1 .. n_magnitude, the last one k_max: those of
   n magnitudes are every second one of 2 n. Cosines are the positive half of the Gauss-Legendre
   rule of order 2 n_polar; general states take 4 n_polar azimuths in QlbeSphericalFrame, so that
   spherical harmonics of degree < 2 n_polar are resolved in all directions. Directions of an
   isotropic state all share their fibers. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE unless
   0 < scale, k_max and 1 <= n_magnitude, n_polar.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetCreate(QlbeStateSymmetry symmetry, const double axis[3],
                                               PetscInt n_magnitude, PetscInt n_polar, double k_max,
                                               double scale, QlbeFiberSet *set);
/* Frees what the structure holds. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeFiberSetDestroy(QlbeFiberSet *set);

/* Estimated errors: what the magnitudes leave, and what the directions leave. */
typedef struct {
  double radial, angular;
} QlbeFiberError;

/* The larger of each, infinite where one is not a number. Not collective. */
PETSC_EXTERN QlbeFiberError QlbeFiberErrorWorse(QlbeFiberError a, QlbeFiberError b);

/*
   The integral int dk of values[n_magnitude][n_direction], even functions of k that vanish at
   k_max, into *integral. *error is absolute: from every second magnitude, and from the last two
   even degrees of the angle; of one cosine it is the whole integral. Not collective. Errors:
   PETSC_ERR_MEM, PETSC_ERR_LIB.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetIntegral(const QlbeFiberSet *set, const double values[],
                                                 double *integral, QlbeFiberError *error);

/*
   A position density at n points x[n][3] into density[n], from the characteristic function
   mu[n_magnitude][n_direction] = int dp [rho]_k(p). Between the nodes mu is interpolated, in
   spherical harmonics of degree < 2 n_polar and in asinh(|k|/scale): the density is as good as
   these, however fast exp(-i k.x) oscillates. Best where the mean position is near the origin. nan
   at distances that would take more than 20000 magnitudes. *error has the largest of the other
   points: what the highest frequencies in the magnitude and the last two degrees contribute. Not
   collective. Errors: PETSC_ERR_LIB, PETSC_ERR_MEM.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetDensity(const QlbeFiberSet *set, const PetscScalar mu[],
                                                PetscInt n, const double x[][3], double density[],
                                                QlbeFiberError *error);

/* The line z_i = (i - (n - 1)/2) spacing - shift along the axis, i < n. */
typedef struct {
  PetscInt n;
  double spacing, shift;
} QlbeFiberLine;

/*
   rho(z_i, z_j) on a line into rho[n][n]. coherence[n_magnitude][n_direction][2 n - 1] =
   int dp exp(i p.r/hbar) [rho]_k(p) for r = -(n - 1) spacing .. (n - 1) spacing along the axis; it
   is interpolated in the same way, nan where the middle of z_i and z_j is as far off, and *error is
   the same. Not collective. Errors: PETSC_ERR_LIB, PETSC_ERR_MEM.
*/
PETSC_EXTERN PetscErrorCode QlbeFiberSetCoherence(const QlbeFiberSet *set,
                                                  const PetscScalar coherence[],
                                                  const QlbeFiberLine *line, PetscScalar rho[],
                                                  QlbeFiberError *error);

#endif
