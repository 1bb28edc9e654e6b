/*
   A product rule on the sphere, with spherical harmonics at its nodes: between values of a function
   and its coefficients, ring by ring, the sum over the azimuth apart from that over the cosine.

   Coefficients h[n_h] of Y_lm are ordered by m = -m_max .. m_max and then l = |m| .. l_max.
*/
#ifndef QLBE_SPHERE_RULE_H
#define QLBE_SPHERE_RULE_H

#include "qlbe/rule.h"

/* Plain and immutable after its creation. */
typedef struct {
  PetscInt l_max, m_max;
  PetscInt n_h;
  QlbeRule cosine;
  PetscInt n_phi; /* azimuths 2 pi k/n_phi */
  double *N;      /* N_lm at the cosines, [cosine.n][(l_max + 1)(l_max + 2)/2] */
  double *wave;   /* cos and sin of m phi, [n_phi][2][m_max + 1] */
  double *circle; /* cos and sin of phi, [n_phi][2] */
} QlbeSphereRule;

/*
   n_cosine x n_phi nodes, 0 <= m_max <= l_max. Exact for products of Y_lm with functions of degree
   2 n_cosine - 1 - l_max in p^ that have azimuthal modes up to n_phi - 1 - m_max. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeSphereRuleCreate(PetscInt l_max, PetscInt m_max, PetscInt n_cosine,
                                                 PetscInt n_phi, QlbeSphereRule *rule);
PETSC_INTERN PetscErrorCode QlbeSphereRuleDestroy(QlbeSphereRule *rule);

/*
   Adds to h[n_h] what the values ring[n_phi] of f at a cosine contribute to int f conj(Y_lm). work
   has 4 (m_max + 1) doubles. Not collective.
*/
PETSC_INTERN void QlbeSphereRuleProject(const QlbeSphereRule *rule, PetscInt cosine,
                                        const PetscScalar ring[], double work[], PetscScalar h[]);

/* sum h_lm Y_lm around a cosine into ring[n_phi]. work as before. Not collective. */
PETSC_INTERN void QlbeSphereRuleSynthesise(const QlbeSphereRule *rule, PetscInt cosine,
                                           const PetscScalar h[], double work[],
                                           PetscScalar ring[]);

#endif
