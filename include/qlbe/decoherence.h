/*
   The rate at which the coherence between two positions at a distance d is lost,

     Lambda(d) = int dp n(p) int dq T_q(p, p) (1 - cos(q.d/hbar)),

   for a Gaussian distribution n of the particle's momentum, without a grid and without a basis.

   One collision with relative momentum p_rel transfers q, |q| = 2 |p_rel| sin(theta/2), so that
   with the distribution of p_rel = (m_star/m) p0 - (m_star/M) p, a Gaussian as well,

     Lambda(d) = (eta/m_star) < |p_rel| int dOmega |f|^2 (1 - cos(q.d/hbar)) >.

   Units: internal (see parameters.h).
*/
#ifndef QLBE_DECOHERENCE_H
#define QLBE_DECOHERENCE_H

#include "qlbe/parameters.h"

/* A Gaussian distribution of the particle's momentum: mean and standard deviations. Plain data. */
typedef struct {
  double mean[3], deviation[3];
} QlbeMomentumDistribution;

/* The largest a |p_rel|/hbar that Lambda needs, for the cost; infinite where that overflows. */
PETSC_EXTERN double QlbeDecoherenceKappa(const QlbeParameters *par,
                                         const QlbeMomentumDistribution *n);

typedef enum {
  QLBE_RECOIL,   /* the particle has its mass */
  QLBE_NO_RECOIL /* M -> infinity at the mean velocity of n: Gallis-Fleming, Hornberger-Sipe */
} QlbeRecoil;

typedef struct _p_QlbeDecoherence *QlbeDecoherence;

/*
   Prepares the rates along axis[3], a vector of any length but 0: the direction of d. par and n are
   copied. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE where a p/hbar exceeds what amplitudes
   serve, and for a distribution far from isotropic (its width, or its mean velocity, some fifty
   times the thermal velocity of the gas): ask QlbeDecoherenceServes before.
*/
PETSC_EXTERN PetscErrorCode QlbeDecoherenceCreate(const QlbeParameters *par,
                                                  const QlbeMomentumDistribution *n,
                                                  const double axis[3], QlbeRecoil recoil,
                                                  QlbeDecoherence *decoherence);
/* Whether Create takes this distribution, with recoil and without. Not collective. */
PETSC_EXTERN PetscBool QlbeDecoherenceServes(const QlbeParameters *par,
                                             const QlbeMomentumDistribution *n);

/* Frees the object and sets the handle to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDecoherenceDestroy(QlbeDecoherence *decoherence);

/*
   The work is in parts, ranges of the momentum transfer |q|, which anyone may compute in any order:
   part i of QlbeDecoherenceParts at the distances d[n] >= 0 into row[QlbeDecoherenceWidth(n)].
   Not collective. Errors: those of the amplitude.
*/
PETSC_EXTERN PetscInt QlbeDecoherenceParts(QlbeDecoherence decoherence);
/* Numbers in the row of a part at n distances. Not collective. */
PETSC_EXTERN PetscInt QlbeDecoherenceWidth(PetscInt n);
/* Part i as above. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDecoherencePart(QlbeDecoherence decoherence, PetscInt i, PetscInt n,
                                                const double d[], double row[]);

/* Rates in internal units. Plain data; the arrays belong to whoever calls. */
typedef struct {
  double *rate, *error;              /* [n] */
  double quadratic, quadratic_error; /* Lambda(d)/d^2 for d -> 0 */
  double total, total_error;         /* Lambda(d) for d -> infinity: the mean escape rate */
  /*
     How far the moments 0 and 2 of the momentum transfers, sums of the same rule as the rates, are
     from those of the cross sections, which are other sums: the larger relative difference.
  */
  double mismatch;
} QlbeDecoherenceRates;

/*
   Adds up the rows of all parts, rows[i * stride]. Errors hold what the rules, the rounding and the
   mismatch leave. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeDecoherenceCollect(QlbeDecoherence decoherence, PetscInt n,
                                                   PetscInt stride, const double rows[],
                                                   QlbeDecoherenceRates *rates);

/* All parts and their sum. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeDecoherenceCompute(QlbeDecoherence decoherence, PetscInt n,
                                                   const double d[], QlbeDecoherenceRates *rates);

#endif
