/* Partial waves of the hard sphere at one momentum; private to the module. */
#ifndef QLBE_PARTIAL_WAVES_H
#define QLBE_PARTIAL_WAVES_H

#include <petscsys.h>

/* Extended precision where the platform has it; see partial_waves.c. */
typedef long double QlbeReal;

typedef struct {
  QlbeReal re, im;
} QlbeWave;

/*
   With x = cos(theta), f = a sum (2l+1) v_l P_l(x) and
   d_z f = (a^2/hbar) cos(theta/2) sum (2l+1) G_l P_l(x).
*/
typedef struct {
  PetscInt count, capacity;
  QlbeReal kappa;   /* the momentum in units of hbar/a; never below QLBE_KAPPA_MIN */
  QlbeReal *bessel; /* j_l(kappa) [count + 1] */
  QlbeWave *v;      /* (S_l - 1)/(2i kappa) [count] */
  QlbeWave *G;      /* [count] */
} QlbePartialWaves;

/* Below this, f and its derivatives equal their limits at kappa = 0 to rounding. */
#define QLBE_KAPPA_MIN 1e-20

/* Number of partial waves that contribute at kappa, to double precision. */
PETSC_INTERN PetscInt QlbePartialWaveCount(double kappa);

/*
   Fills waves for kappa >= 0, reusing its arrays; a zeroed struct is a valid start. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbePartialWavesHardSphere(QlbePartialWaves *waves, QlbeReal kappa);

PETSC_INTERN PetscErrorCode QlbePartialWavesFree(QlbePartialWaves *waves);

/*
   f/a and, unless NULL, (hbar/a^2) d_z f from waves at kappa^2 = z^2 + y^2, where z and y are in
   units of hbar/a and cos_half, sin_half are z/kappa and y/kappa.
*/
PETSC_INTERN void QlbePartialWavesSum(const QlbePartialWaves *waves, QlbeReal cos_half,
                                      QlbeReal sin_half, QlbeWave *f, QlbeWave *dzf);

/*
   Re f / a into re[n] and (hbar/a^2) Im f / p into im[n] for n points (z[i], y) in units of hbar/a,
   in double precision and vectorised over the points, which is fastest when neighbours in z[] are
   close. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbePartialWavesBatch(PetscInt n, const double z[], double y,
                                                  double re[], double im[]);

#endif
