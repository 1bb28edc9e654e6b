/*
   Samples of the transverse integral F (see transverse.h), mode by mode, at nodes of the caller's
   choice:

     F(q; p_perp, k_perp) = sum_n F_n(q, k_perp, rho) cos(n alpha),   rho = |p_perp|,

   where alpha is the angle between p_perp and k_perp, even modes are real and odd ones imaginary.
*/
#ifndef QLBE_TRANSVERSE_SAMPLE_H
#define QLBE_TRANSVERSE_SAMPLE_H

#include "qlbe/interaction.h"

typedef struct _p_QlbeTransverseSampler *QlbeTransverseSampler;

/*
   The arguments that are served: 0 <= q_min <= q <= q_max, |p_perp| <= rho, |k_perp| <= k. With
   k = 0 it is the process k = 0 alone.
*/
typedef struct {
  double q_min, q_max;
  double rho;
  double k;
} QlbeTransverseRange;

/* Nodes of a sample; plain data. */
typedef struct {
  PetscInt n_q, n_k, n_modes, n_rho;
  const double *q, *k_perp; /* [n_q], [n_k] */
  const double *rho2;       /* [n_rho], squares of rho > 0 */
} QlbeTransverseNodes;

/*
   Quadrature and amplitude table for the range; the interaction is used during the call only.
   tolerance is that of the amplitude, in units of a. Not collective, except on the team of the
   interaction. Errors as QlbeAmplitudeTableCreate.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseSamplerCreate(const QlbeParameters *par,
                                                        QlbeInteraction interaction,
                                                        const QlbeTransverseRange *range,
                                                        double tolerance,
                                                        QlbeTransverseSampler *sampler);
/* Frees the sampler and sets the handle to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTransverseSamplerDestroy(QlbeTransverseSampler *sampler);

/* Measured error of the amplitude table, in units of a. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeTransverseSamplerGetError(QlbeTransverseSampler sampler,
                                                          double *error);

/*
   Phase a kappa/hbar, kappa = (m_star/M) hbar k/2, of the largest k: it sets the number of modes
   that matter.
*/
PETSC_EXTERN double QlbeTransverseSamplerPhase(QlbeTransverseSampler sampler);

/* Values of q that are summed together, from the first on. */
enum { QLBE_TRANSVERSE_BLOCK = 16 };

/*
   The modes into values[n_q][n_k][n_modes][n_rho]: F_n for even n, and Im F_n/(rho k_perp) for odd
   ones, which has a limit as either vanishes; at k_perp = 0 itself all modes but the first are 0.
   Samples with the same number of modes share their rounding, so that small differences in k_perp
   keep their digits. Sampling q in pieces of whole blocks of QLBE_TRANSVERSE_BLOCK gives the same
   bits. The work is done anew for each k_perp. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseSample(QlbeTransverseSampler sampler,
                                                 const QlbeTransverseNodes *nodes, double values[]);

/*
   Number of pieces of such a sample, about equal in work: for each k_perp both halves of the
   quadrature, of each the blocks of q. Pieces that differ in the block alone repeat the quadrature
   points if taken apart. Not collective.
*/
PETSC_EXTERN PetscInt QlbeTransversePieces(const QlbeTransverseNodes *nodes);

/*
   Adds the pieces begin..end-1 to values. A value is the sum of two numbers, one of each half:
   started from zeros, pieces add up to the bits of QlbeTransverseSample in whichever order, and
   dealt to whichever number of arrays that are added. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeTransverseAddPieces(QlbeTransverseSampler sampler,
                                                    const QlbeTransverseNodes *nodes,
                                                    PetscInt begin, PetscInt end, double values[]);

#endif
