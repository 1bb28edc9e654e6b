/*
   The weights that repair a lattice sum over a kernel with a 1/|q| singularity at the left-out
   point q = 0.

   For g(q) ~ g0(q^)/|q| + g2(q^) |q| + .. on the cubic lattice of spacing h,

     int dq g(q) = sum'_n h^3 g(h n) + h^2 < w(q^) g0(q^) > + h^4 < w2(q^) g2(q^) > + O(h^5),

   with averages over directions, w = - sum_l (2l + 1) zeta_l for |n|^-1 and w2 likewise for |n|.
   Only the isotropic part of w2 is repaired, by a factor on the six nearest neighbours: it needs no
   term that the kernel does not have, so gain and loss keep all of their exact properties.
*/
#ifndef QLBE_LATTICE_WEIGHT_H
#define QLBE_LATTICE_WEIGHT_H

#include <petscsys.h>

/*
   The regularised lattice sum of |n|^power P_l(n^ . direction) over the cubic lattice without 0; l
   even, power -1 or 1, |direction| = 1.
*/
PETSC_EXTERN double QlbeLatticeZeta(PetscInt l, int power, const double direction[3]);

/*
   The factor minus 1 on the six nearest neighbours that cancels the isotropic part of the h^4 term:
   minus one sixth of the regularised sum of |n|, 0.0444327...
*/
PETSC_EXTERN double QlbeLatticeNearestExcess(void);

/* w(direction) with all even l <= l_max; l_max = 0 gives the constant 2.8372974794806... */
PETSC_EXTERN double QlbeLatticeWeight(PetscInt l_max, const double direction[3]);

/* Nodes on half of the sphere (g0 is even) with weight w dOmega/4pi; arrays of length n. */
typedef struct {
  PetscInt n;
  double (*direction)[3];
  double *weight;
} QlbeLatticeRule;

/*
   A rule with the symmetry of the cube, per_side^2 Gauss-Legendre nodes on each of three faces, for
   weights with l <= l_max; and the three axes with weight -2 nearest_excess, since what the nearest
   neighbours have in excess is missing from the cell. Not collective. PETSC_ERR_ARG_OUTOFRANGE
   unless per_side >= 1 and l_max is even, 0..12.
*/
PETSC_EXTERN PetscErrorCode QlbeLatticeRuleCreate(PetscInt per_side, PetscInt l_max,
                                                  double nearest_excess, QlbeLatticeRule *rule);
/* Frees the rule's arrays. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeLatticeRuleDestroy(QlbeLatticeRule *rule);

#endif
