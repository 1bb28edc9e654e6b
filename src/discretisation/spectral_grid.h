/*
   The spectral discretisation of momentum space: basis functions, and the quadratures for their
   matrix elements.

   Basis: (4 pi)^(1/2) nu^(1/2)(p) R_il(|p|) Y_lm(p^), i < n_radial, l < n_angular, with R_il from
   radial_basis.h, orthonormal. The polar axis is k, so that sectors m decouple. Jumps p -> p + q
   are integrated with the polar axis along q, at p = (s - q/2, rho) and p + q = (s + q/2, rho):
   rotations between the two axes are exact, and the azimuth around q is left to the caller.
*/
#ifndef QLBE_SPECTRAL_GRID_H
#define QLBE_SPECTRAL_GRID_H

#include "qlbe/radial_basis.h"
#include "qlbe/rule.h"

/* What the orders and ranges of the quadratures follow; momenta but for the last two. */
typedef struct {
  double particle;   /* thermal momentum of the equilibrium, (M/beta)^(1/2) */
  double transfer;   /* width of the distribution of |q| */
  double along;      /* width of the distribution of s */
  double peak;       /* scale on which the kernel varies with q, if smaller than `transfer` */
  double across;     /* scale on which the kernel varies with rho, if smaller than `particle` */
  double modes;      /* extra degree in the angle between q and k, a pure number */
  double refinement; /* factor on all orders, 1 by default */
} QlbeSpectralScales;

/* Plain and immutable after QlbeSpectralGridSetUp. */
typedef struct {
  PetscInt n_radial, n_angular;
  QlbeRadialBasis *radial; /* [n_angular] */
  QlbeRule p;              /* int dp 4 pi p^2 nu(p), normalised to 1 */
  QlbeRule cosine;         /* int_(-1)^1 dc */
  QlbeRule q;              /* int q^2 dq, graded towards 0 */
  QlbeRule s; /* int_0^inf ds: half of the axis, the integrands are even or exchange p and p + q */
  QlbeRule rho;  /* int rho drho */
  QlbeRule tilt; /* int_0^1 dc, c the cosine of the angle between q and k */
} QlbeSpectralGrid;

/*
   Basis and rules. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for n_radial < 2, n_angular < 1
   or scales that are not positive.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralGridSetUp(PetscInt n_radial, PetscInt n_angular,
                                                  const QlbeSpectralScales *scales,
                                                  QlbeSpectralGrid *grid);
/* Frees what the structure holds. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectralGridDestroy(QlbeSpectralGrid *grid);

/*
   Number of basis functions in sector m: n_radial (n_angular - |m|), ordered by l = |m|, .. and
   then i.
*/
PETSC_EXTERN PetscInt QlbeSpectralGridSize(const QlbeSpectralGrid *grid, PetscInt m);

/*
   The radial functions alone, (*radial)[n_angular] of n_radial each, for the thermal momentum of
   the equilibrium. They are nested: those of a smaller basis are the first ones of a larger basis.
   Orthonormal to rounding whatever the quadratures of the grid. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralBasisCreate(PetscInt n_radial, PetscInt n_angular,
                                                    double thermal, QlbeRadialBasis *radial[]);
/* Frees them and sets the pointer to NULL. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeSpectralBasisDestroy(PetscInt n_angular, QlbeRadialBasis *radial[]);
/* Their momentum scale P. Not collective. */
PETSC_EXTERN double QlbeSpectralBasisScale(double thermal);

/*
   n nodes in |p| with the equilibrium as their weight: int dp 4 pi p^2 nu(p), normalised to 1. Not
   collective.
*/
PETSC_EXTERN PetscErrorCode QlbeSpectralEquilibriumRule(PetscInt n, double thermal, QlbeRule *rule);

#endif
