/*
   Private to the spectral representation of functions of momentum: its data, and its parts.

   Coefficients of all sectors stand in one array c[n_h][n_radial], the angular functions as in
   sphere_rule.h: sectors follow one another, each in the order of its vector.
*/
#ifndef QLBE_MOMENTUM_SPACE_SPECTRAL_H
#define QLBE_MOMENTUM_SPACE_SPECTRAL_H

#include "momentum_space_impl.h"
#include "qlbe/radial_basis.h"
#include "sphere_rule.h"

/*
   The nodes in |p| that are this rank's, every so many of a rule, with the radial functions there.
*/
typedef struct {
  PetscInt n;
  double *p, *w;
  double *R; /* [n][n_angular][n_radial] */
} RadialNodes;

/* Angular rules for functions of growing degree; those that were not needed yet are empty. */
enum { SPHERE_LEVELS = 32 };

typedef struct {
  PetscInt n_radial, n_angular;
  PetscInt n_h, n_c; /* angular functions and coefficients of all sectors */
  double width;
  QlbeRadialBasis *radial; /* [n_angular] */
  double *gram;            /* int 4 pi p^2 nu^2 R_il R_i'l dp, [n_angular][n_radial][n_radial] */
  RadialNodes expansion;   /* int p^2 dp */
  QlbeSphereRule level[SPHERE_LEVELS];
  RadialNodes norm; /* int 4 pi p^2 nu dp */
  QlbeSphereRule norm_sphere;
} SpectralData;

/* This rank's share of a rule, which is not needed afterwards. Collective. */
PETSC_INTERN PetscErrorCode QlbeRadialNodesCreate_Private(QlbeMomentumSpace space,
                                                          const QlbeRule *rule, RadialNodes *nodes);
PETSC_INTERN PetscErrorCode QlbeRadialNodesDestroy_Private(RadialNodes *nodes);

/* The rule in |p| of the expansion. Not collective. */
PETSC_INTERN PetscErrorCode QlbeExpansionRule_Private(QlbeMomentumSpace space, QlbeRule *rule);

/*
   QlbeSphericalFrame of a polar axis that may be a mistake. Error: PETSC_ERR_ARG_OUTOFRANGE for an
   axis without direction.
*/
PETSC_INTERN PetscErrorCode QlbeMomentumFrame_Private(QlbeMomentumSpace space, const double axis[3],
                                                      double e[3][3]);

/* All coefficients of x[] into c[n_c] on every rank. Collective. */
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceGather_Private(QlbeMomentumSpace space, const Vec x[],
                                                            PetscScalar c[]);

/* h[n_h], the coefficients of Y_lm at one |p|: sum_i c_i R_i, R[n_angular][n_radial]. */
PETSC_INTERN void QlbeMomentumSpaceAngular_Private(QlbeMomentumSpace space, const PetscScalar c[],
                                                   const double R[], PetscScalar h[]);

/* The public functions for this representation. */
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceExpand_Spectral(QlbeMomentumSpace space,
                                                             const double axis[3],
                                                             QlbeMomentumFunction *f,
                                                             const void *context, Vec x[]);
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceNorm1_Spectral(QlbeMomentumSpace space, const Vec x[],
                                                            double *norm);
PETSC_INTERN PetscErrorCode QlbeMomentumSpaceEvaluate_Spectral(QlbeMomentumSpace space,
                                                               const double axis[3], const Vec x[],
                                                               PetscInt n, const double p[][3],
                                                               PetscScalar f[]);

#endif
