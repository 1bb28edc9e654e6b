/*
   The weight that repairs a lattice sum over a kernel with a 1/|q| singularity at the left-out
   point q = 0.

   For g(q) ~ g0(q^)/|q| on the cubic lattice of spacing h,
     int dq g(q) = sum'_n h^3 g(h n) + h^2 < w(q^) g0(q^) > + O(h^4),
   with the average over directions and w = - sum_l (2l + 1) zeta_l, even l.
*/
#ifndef QLBE_LATTICE_WEIGHT_H
#define QLBE_LATTICE_WEIGHT_H

#include <petscsys.h>

/* The regularised lattice sum of P_l(n^ . direction)/|n| over the cubic lattice without 0; l even,
 * |direction| = 1. */
PETSC_EXTERN double QlbeLatticeZeta(PetscInt l, const double direction[3]);

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
   weights with l <= l_max. Not collective. PETSC_ERR_ARG_OUTOFRANGE unless per_side >= 1 and l_max
   is even, 0..12.
*/
PETSC_EXTERN PetscErrorCode QlbeLatticeRuleCreate(PetscInt per_side, PetscInt l_max,
                                                  QlbeLatticeRule *rule);
/* Frees the rule's arrays. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeLatticeRuleDestroy(QlbeLatticeRule *rule);

#endif
