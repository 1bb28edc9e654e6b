/*
   The distribution of the relative momentum for a Gaussian distribution of the particle's momentum;
   private to the kernel.
*/
#ifndef QLBE_RELATIVE_MOMENTUM_H
#define QLBE_RELATIVE_MOMENTUM_H

#include "qlbe/decoherence.h"

/*
   Moments of the density g of p_rel about an axis,

     g_l(p) = int dOmega g(p n) P_l(n . axis),   l = 0, 2, .., 2 (n_l - 1).

   Plain data; owned by whoever creates it.
*/
typedef struct {
  double mean[3], deviation[3]; /* of p_rel */
  double lo, hi;                /* the range of |p_rel| that is not negligible */
  double narrow;                /* the smallest deviation */
  PetscInt n_l;                 /* moments that are not negligible; 1 for an isotropic g */
  PetscInt n;                   /* coefficients of each; 0 where g is isotropic and closed */
  double *c;                    /* [n_l][n] Chebyshev coefficients on [lo, hi] */
} QlbeRelativeMomentum;

/* Mean, deviations and range alone: no table. Not collective. */
PETSC_INTERN void QlbeRelativeMomentumSetUp(const QlbeParameters *par,
                                            const QlbeMomentumDistribution *n, QlbeRecoil recoil,
                                            QlbeRelativeMomentum *g);

/* Whether the directions of p_rel can be resolved in reasonable time. Not collective. */
PETSC_INTERN PetscBool QlbeRelativeMomentumServes(const QlbeRelativeMomentum *g);

/* The moments about axis[3] of what has been set up. Not collective. */
PETSC_INTERN PetscErrorCode QlbeRelativeMomentumTabulate(const double axis[3],
                                                         QlbeRelativeMomentum *g);
PETSC_INTERN PetscErrorCode QlbeRelativeMomentumDestroy(QlbeRelativeMomentum *g);

/* The moments at p into value[n_l]; T[n] is work. Not collective. */
PETSC_INTERN void QlbeRelativeMomentumMoments(const QlbeRelativeMomentum *g, double p, double T[],
                                              double value[]);

/* P_0, P_2, .., P_(2 (n - 1)) at x into P[n]. Not collective. */
PETSC_INTERN void QlbeEvenLegendre(PetscInt n, double x, double P[]);

#endif
