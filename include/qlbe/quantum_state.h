/*
   Initial states of the particle: sums of Gaussian terms, with closed fibers and moments.

   With [rho]_k(p) = rho(p - hbar k/2, p + hbar k/2), every term is

     weight prod_i (2 pi sigma_i^2)^(-1/2)
       exp(-(p_i - P_i)^2/2 sigma_i^2 - s_i^2 (k_i + kappa_i)^2/2 - i p_i d_i/hbar + i k_i X_i),

   and int [rho]_k dp is the mean of exp(i k.x). With <x|p> ~ exp(i p.x/hbar), a packet a of
   momentum P_a, position X_a and width s in position is

     psi_a(p) = prod_i (2 pi sigma_i^2)^(-1/4)
                  exp(-(p_i - P_a,i)^2/4 sigma_i^2 - i p_i X_a,i/hbar),   sigma = hbar/2 s,
     psi_a(x) = prod_i (2 pi s_i^2)^(-1/4)
                  exp(-(x_i - X_a,i)^2/4 s_i^2 + i P_a,i (x_i - X_a,i)/hbar).

   Its phase is zero at its centre x = X_a, and in momentum at p = 0, not at p = P_a: the phase of
   an amplitude is that of the wave function at the centre in position. Packets at the same place
   interfere there by the difference of these phases, at whatever momenta they are.

   A pure packet has kappa = d = 0; two packets a, b of a superposition interfere in the term with P
   and X at the middle, kappa = (P_a - P_b)/hbar, d = X_a - X_b and weight c_a conj(c_b): the term
   of |a><b|.
*/
#ifndef QLBE_QUANTUM_STATE_H
#define QLBE_QUANTUM_STATE_H

#include <petscsys.h>

typedef struct {
  PetscScalar weight;
  double P[3];     /* centre in momentum */
  double sigma[3]; /* width in momentum */
  double s[3];     /* width in position */
  double kappa[3]; /* separation of the two packets in momentum, over hbar: a wave number */
  double d[3];     /* separation of the two packets in position */
  double X[3];     /* centre in position */
} QlbeGaussianTerm;

/* Plain and immutable after its set-up; terms[n]. */
typedef struct {
  PetscInt n;
  QlbeGaussianTerm *terms;
  double hbar;
} QlbeQuantumState;

/* One of several packets: its amplitude, mean position, mean momentum. */
typedef struct {
  PetscScalar amplitude;
  double position[3], momentum[3];
} QlbePacket;

/*
   The coherent superposition of n >= 1 packets of widths width[3] in position, sigma = hbar/2
   width, normalised to trace 1, overlaps included: n^2 terms, those of a packet with itself first.
   Amplitudes need not be normalised. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE for hbar or
   widths that are not positive, for no packet, and where the packets cancel to 1e-10 of the sum of
   their norms.
*/
PETSC_EXTERN PetscErrorCode QlbeStateSuperposition(double hbar, const double width[3], PetscInt n,
                                                   const QlbePacket packets[],
                                                   QlbeQuantumState *state);

/*
   The mixture of the same packets with probabilities |amplitude|^2, normalised: n terms. Not
   collective. Errors as above.
*/
PETSC_EXTERN PetscErrorCode QlbeStateMixture(double hbar, const double width[3], PetscInt n,
                                             const QlbePacket packets[], QlbeQuantumState *state);

/*
   One Gaussian of trace 1 with independent widths in position and momentum; the packet's amplitude
   plays no part. Not collective. Errors: PETSC_ERR_ARG_OUTOFRANGE where width sigma < hbar/2 in
   some direction, which no state has, and for widths that are not positive.
*/
PETSC_EXTERN PetscErrorCode QlbeStateGaussian(double hbar, const double width[3],
                                              const double sigma[3], const QlbePacket *packet,
                                              QlbeQuantumState *state);

/*
   The terms in which different packets interfere, those with kappa or d not zero, alone and not
   normalised; n = 0 where there are none. To be destroyed like any state. Not collective.
*/
PETSC_EXTERN PetscErrorCode QlbeStateInterference(const QlbeQuantumState *state,
                                                  QlbeQuantumState *interference);

/* Frees the terms; the state is left without any. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeStateDestroy(QlbeQuantumState *state);

/*
   [rho]_k(p), or its first or second derivative in k along the unit vector direction[3] (order 0,
   1, 2; direction may be NULL for order 0). Not collective.
*/
PETSC_EXTERN PetscScalar QlbeStateFiber(const QlbeQuantumState *state, const double k[3],
                                        const double p[3], PetscInt order,
                                        const double direction[3]);

/*
   int dp exp(i p.r/hbar) [rho]_k(p) at k[3] and r[3], in consistent units (section 2.1); the
   characteristic function of the position where r = 0. Not collective.
*/
PETSC_EXTERN PetscScalar QlbeStateWave(const QlbeQuantumState *state, const double k[3],
                                       const double r[3]);

/* rho(x, y) in position, 1/length^3; the position density where y = x. Not collective. */
PETSC_EXTERN PetscScalar QlbeStatePosition(const QlbeQuantumState *state, const double x[3],
                                           const double y[3]);

/*
   Exact moments. Means are divided by the trace, the purity is not; without a trace, as where
   interference terms cancel, means are not finite or mean nothing, trace and purity stay right.
*/
typedef struct {
  double trace;
  double momentum[3];      /* mean of p */
  double momentum2[3][3];  /* mean of p_i p_j */
  double position[3];      /* mean of x */
  double covariance[3][3]; /* of x_i and x_j */
  double purity;           /* Tr rho^2 = hbar^3 int dk int dp |[rho]_k(p)|^2 */
} QlbeStateMoments;

/* Not collective. */
PETSC_EXTERN PetscErrorCode QlbeStateGetMoments(const QlbeQuantumState *state,
                                                QlbeStateMoments *moments);

typedef enum {
  QLBE_STATE_ISOTROPIC, /* about the origin */
  /* rotations about an axis through the origin, and reflections at planes through it */
  QLBE_STATE_AXIAL,
  QLBE_STATE_GENERAL
} QlbeStateSymmetry;

/*
   The symmetry of a state, and its axis: a unit vector whose largest component is positive;
   (0, 0, 1) for isotropic and general states. Widths that differ choose an axis of coordinates;
   equal widths leave it to the vectors of the terms. Rounding of 1e-14 is allowed for, relative to
   the largest momentum and position that occur. Not collective.
*/
PETSC_EXTERN QlbeStateSymmetry QlbeStateGetSymmetry(const QlbeQuantumState *state, double axis[3]);

/*
   A wave number beyond which |[rho]_k(p)| is below `tolerance` of its largest value,
   0 < tolerance < 1, in every direction and for every p. It is the least one for one packet of
   isotropic width; otherwise a bound from the sum of the terms' moduli, the narrowest width and
   |kappa|. 0 for no terms. Not collective.
*/
PETSC_EXTERN double QlbeStateExtent(const QlbeQuantumState *state, double tolerance);

/*
   The scale in momentum on which fibers vary: the smallest of all sigma, and of hbar/|d|
   (all directions). Infinite for no terms. Not collective.
*/
PETSC_EXTERN double QlbeStateMomentumScale(const QlbeQuantumState *state);

/*
   The fiber under density 0 after time t: [rho]_k(p) exp(i k.p t/M), an exact solution that tests
   compare with. Not collective.
*/
PETSC_EXTERN PetscScalar QlbeStateFreeFiber(const QlbeQuantumState *state, double mass, double t,
                                            const double k[3], const double p[3]);

#endif
