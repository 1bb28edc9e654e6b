/*
   The object behind decoherence.h, and its sums over a panel of momentum transfers; private to the
   kernel.
*/
#ifndef QLBE_DECOHERENCE_IMPL_H
#define QLBE_DECOHERENCE_IMPL_H

#include "qlbe/interaction.h"
#include "qlbe/rule.h"
#include "relative_momentum.h"

/* Nodes of a panel of |q|, and terms of the Legendre series there. */
enum { QLBE_PANEL_NODES = 20 };

struct _p_QlbeDecoherence {
  QlbeParameters par; /* with the mass that stands for m_star */
  QlbeRelativeMomentum g;
  QlbeInteraction interaction;
  PetscInt n_part;
  double *edge;                                        /* [n_part + 1], |q|: parts of the work */
  QlbeRule fine, coarse;                               /* on [0, 1], of z at fixed |q| */
  QlbeRule panel;                                      /* Gauss-Legendre on [-1, 1] */
  double legendre[QLBE_PANEL_NODES][QLBE_PANEL_NODES]; /* P_k at the nodes */
  /* from cross sections: int |q|^n W d|q|, n = 0 and 2, W the rate per |q| */
  double moment[2], moment_error[2];
  double *work; /* of a sample, see decoherence_sample.c */
};

/*
   Of a panel of |q| = middle -+ half: w_l(|q|), the part with P_l of the rate per |q| over |q|, as
   values at the nodes, and their Legendre series. 0: the fine rule in z; 1: the coarse one.
*/
typedef struct {
  double middle, half;
  double *value[2];  /* [n_l][QLBE_PANEL_NODES] */
  double *series[2]; /* ... */
  double tail;       /* largest of the last coefficients */
} QlbePanel;

/* A row of QlbeDecoherencePart: these sums, then rates[n] and their errors[n]. */
enum {
  QLBE_ROW_MOMENT_0,
  QLBE_ROW_MOMENT_2,
  QLBE_ROW_QUADRATIC,
  QLBE_ROW_QUADRATIC_ERROR,
  QLBE_ROW_SUMS
};

/*
   Two rules in z with n and 2 n/3 nodes, closer at small z, where f varies over shorter ways, in
   place of those before. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeDecoherenceSetRules(QlbeDecoherence x, PetscInt n);

/* w_l(q) with both rules into w[2][n_l]. Not collective. Errors: those of the amplitude. */
PETSC_INTERN PetscErrorCode QlbeDecoherenceSample(QlbeDecoherence x, double q, double w[]);

/* The size of x->work in doubles. Not collective. */
PETSC_INTERN PetscInt QlbeDecoherenceSampleWork(QlbeDecoherence x);

/*
   int d|q| |q| [w_0 (1 - j_0(x)) - sum_(l = 2, 4, ..) (2l+1) (-1)^(l/2) w_l j_l(x)], x = |q|
   d/hbar, over a panel with one of the two rules. Not collective.
*/
PETSC_INTERN PetscErrorCode QlbeDecoherencePanelRate(QlbeDecoherence x, const QlbePanel *panel,
                                                     int rule, double d, double *rate);

#endif
