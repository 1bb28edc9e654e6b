/* The spectral fiber operator: state shared by its files alone. */
#ifndef QLBE_SPECTRAL_IMPL_H
#define QLBE_SPECTRAL_IMPL_H

#include "qlbe/dispersion.h"
#include "spectral_fiber.h"
#include "spectral_grid.h"
#include "qlbe/spherical.h"
#include "qlbe/transverse_sample.h"

/*
   The quadrature points of one |q|: n_s n_rho midpoints, s fastest. weight has everything but F:
   the measure of q, s, rho and the azimuths (8 pi^2 in all), strength/q exp(-beta m s^2/2M^2), and
   nu^(1/2) of both ends.
*/
typedef struct {
  PetscInt n;                           /* 0 while there are none */
  PetscInt iq;                          /* number of the length */
  double *p2_before, *p2_after;         /* |p|^2 and |p + q|^2 */
  double *cosine_before, *cosine_after; /* of the angles with q */
  double *weight;
  double *R_before, *R_after; /* [n_angular][n][n_radial] */
  double *N_before, *N_after; /* [QlbeSphericalIndex(l, m)][n] */
} JumpPoints;

struct _p_QlbeSpectralFiber {
  MPI_Comm comm;
  QlbeTeam team; /* the ranks of comm */
  QlbeParameters par;
  double k_max;
  QlbeSpectralGrid grid;
  QlbeTransverseSampler sampler;
  QlbeDispersion dispersion;
  QlbeGasAverage average;
  PetscInt n_modes;    /* modes of the transverse integral that are sampled */
  double k_of_modes;   /* wave number of `modes`, negative without any */
  PetscInt n_needed;   /* modes that are above rounding at that k */
  double *modes;       /* [n_q][n_modes][n_tilt][n_rho], of the last k: all sectors share them */
  double *F_rest;      /* [n_q][n_rho]: F at k = 0 */
  double *at_zero_k;   /* [n_angular][n_radial][n_radial]: A_0 */
  PetscInt n_points;   /* of `points` */
  JumpPoints *points;  /* NULL before the first use */
  PetscInt m;          /* sector of `matrix`, which is the last one assembled */
  PetscScalar *matrix; /* [size][size] or NULL */
};

/*
   The points of length number iq = rank, rank + ranks, ..: kept in the fiber where they fit, since
   they do not depend on k, otherwise only until the next call. Not collective.
*/
PetscErrorCode QlbeJumpPointsGet_Private(QlbeSpectralFiber f, PetscInt iq,
                                         const JumpPoints **points);
PetscErrorCode QlbeJumpPointsDestroy_Private(QlbeSpectralFiber f);

/* The most bytes of points that a rank keeps, whatever the number of ranks. */
double QlbeJumpPointsBytes_Private(const QlbeSpectralGrid *grid);

/*
   Fills f->F_rest, with as many modes as all other samples of this fiber: their rounding cancels.
   Not collective.
*/
PetscErrorCode QlbeSpectralModesAtRest_Private(QlbeSpectralFiber f);

/*
   Number of modes to sample for a phase a kappa/hbar, at most those that n_angular angular momenta
   can couple.
*/
PetscInt QlbeSpectralModeCount_Private(PetscInt n_angular, double phase);

/*
   Makes f->modes those of k: the modes of F with all factors of the gain that depend on k, less F
   at k = 0, at all nodes. Does nothing where they are. Collective.
*/
PetscErrorCode QlbeSpectralModes_Private(QlbeSpectralFiber f, double k);

/* Fills f->F_rest and f->at_zero_k. Collective. */
PetscErrorCode QlbeSpectralRest_Private(QlbeSpectralFiber f);

/*
   Adds this rank's share of J_k - J_0 in sector m to gain[size][size]: the real part between
   angular momenta of equal parity, the imaginary part otherwise. Collective.
*/
PetscErrorCode QlbeSpectralGain_Private(QlbeSpectralFiber f, double k, PetscInt m, double gain[]);

/*
   Subtracts this rank's share of (E_k - E) + (i/hbar) h_k from matrix[size][size], in the same
   form. Not collective.
*/
PetscErrorCode QlbeSpectralPotential_Private(QlbeSpectralFiber f, double k, PetscInt m,
                                             double matrix[]);

#endif
