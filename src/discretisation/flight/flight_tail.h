/*
   The part of the gain that no basis holds: after a long flight.

   The kernel has a singularity W(q^)/|q|, so that the gain of exp(i s p_par) falls off like
   omega(p)/s^2 alone. A basis cuts it at some s_b. With g(q_par) the integral of W/|q| across k,
   whose singular part is -h |q_par|,

     omega = 2 h,   h = -f.p. int_0^1 dc/c^2 int dphi W(c, phi),   c = cos of the angle of q and k,

   (f.p.: the finite part of Hadamard), and what is added is

     T = omega^(1/2) F^-1 [1 - exp(-(s/s_b)^12)]/s^2 F omega^(1/2)

   along k, F the Fourier transform from p_par to s.
*/
#ifndef QLBE_FLIGHT_TAIL_H
#define QLBE_FLIGHT_TAIL_H

#include "flight_nodes.h"
#include "qlbe/transverse.h"

typedef struct _p_FlightTail FlightTail;

/* What a tail is made of. Plain data. */
typedef struct {
  const QlbeParameters *par;
  const FlightNodes *nodes;
  const FlightCylinder *cylinder;
  QlbeTransverse limit; /* of the transverse integral at q = 0 */
  double k, basis;      /* wave number; s_b, an inverse momentum */
} FlightTailMake;

/* Not collective: every rank has whole lines along k. Destroy drops one reference. */
PetscErrorCode QlbeFlightTailCreate_Private(const FlightTailMake *make, FlightTail **tail);
FlightTail *QlbeFlightTailReference_Private(FlightTail *tail);
PetscErrorCode QlbeFlightTailDestroy_Private(FlightTail **tail);

/*
   x[local][n] becomes (1 + t T + (t T)^2/2) x for n vectors, t |T| being small: T of a flight for
   the time t, averaged over it.
*/
PetscErrorCode QlbeFlightTailAdvance_Private(FlightTail *tail, double t, PetscInt n,
                                             PetscScalar x[]);

/*
   Functions u[rows][n] of the basis at nodes, even or odd in p_par and stored at the first half of
   each line, lose what T has in its place: exp(-(s/s_b)^12/2) along k.
*/
PetscErrorCode QlbeFlightTailCut_Private(const FlightTail *tail, PetscInt n, PetscBool odd,
                                         double u[]);

/* y[local] += T x of one vector. */
PetscErrorCode QlbeFlightTailAdd_Private(FlightTail *tail, const PetscScalar x[], PetscScalar y[]);

/* The largest s that k carries a wave in the time t, in units of s_b. */
double QlbeFlightTailSteps_Private(const FlightTail *tail, double t);

#endif
