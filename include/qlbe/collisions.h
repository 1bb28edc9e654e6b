/*
   Collisions of a particle with the thermal gas, drawn at random, exactly.

   A collision of a particle of momentum p has the rate density (eta/m_star) r(p0) |p_rel| |f(z,
   y)|^2 over the gas momentum p0 and the solid angle of the scattered relative momentum, p_rel =
   (m_star/m) p0 - (m_star/M) p, z = |p_rel| cos(theta/2), y = |p_rel| sin(theta/2). It is drawn by
   thinning: candidates come at a larger rate whose draws are cheap, and are accepted in two stages,
   for |p_rel| and for the angle. Nothing depends on a cross section or an escape rate, so that the
   error is that of the table of f alone.
*/
#ifndef QLBE_COLLISIONS_H
#define QLBE_COLLISIONS_H

#include "qlbe/problem.h"
#include "qlbe/team.h"

typedef struct _p_QlbeCollisions *QlbeCollisions;

/*
   What to draw from for particles of momenta up to about p_max, in fibers of wave numbers up to
   k_max; k_max = 0 for an interaction without a phase. Collective on the team, whose members make
   the tables together; NULL: alone. Without gas (eta = 0) nothing ever collides. Errors:
   PETSC_ERR_NOT_CONVERGED where a table does not reach its accuracy.
*/
PETSC_EXTERN PetscErrorCode QlbeCollisionsCreate(const QlbeParameters *par, double p_max,
                                                 double k_max, const QlbeTeam *team,
                                                 QlbeCollisions *collisions);
/* Frees the tables and sets the handle to NULL; NULL is allowed. Not collective. */
PETSC_EXTERN PetscErrorCode QlbeCollisionsDestroy(QlbeCollisions *collisions);

/*
   Measured errors of the tables: of f in units of a, and of H_f and of the drift in units of their
   largest values. Not collective.
*/
typedef struct {
  double amplitude, shift, drift;
} QlbeCollisionsErrors;
/* Those of the tables of an object. Not collective. */
PETSC_EXTERN QlbeCollisionsErrors QlbeCollisionsGetErrors(QlbeCollisions collisions);

/* Rate of candidates of a particle of momentum p, above the escape rate. Not collective. */
PETSC_EXTERN double QlbeCollisionsCandidateRate(QlbeCollisions collisions, double p);

/*
   What walkers have met. Draws for which a table was too short are not made, which would be an
   error of the result: both last numbers have to be 0. Plain data, zero at first.
*/
typedef struct {
  double collisions; /* that happened */
  double candidates; /* for them */
  double outside;    /* candidates with a relative momentum beyond the tables */
  double excess;     /* draws whose probability was above its bound */
} QlbeWalkerTally;

/*
   Random numbers of one walker: Philox of (seed, stream), counted by (walker, number of the draw).
   Whoever draws for a walker gets the same numbers. Plain data.
*/
typedef struct {
  uint64_t key[2], walker, drawn;
  uint64_t block[4];
  int left; /* unused numbers of the block */
} QlbeWalkerStream;
/* The stream of a walker at its first draw. Not collective. */
PETSC_EXTERN QlbeWalkerStream QlbeWalkerStreamOf(uint64_t seed, uint64_t stream, uint64_t walker);
/* The next number, uniform in (0, 1). Not collective. */
PETSC_EXTERN double QlbeWalkerUniform(QlbeWalkerStream *stream);
/* The next standard normal number. Not collective. */
PETSC_EXTERN double QlbeWalkerNormal(QlbeWalkerStream *stream);

/*
   A walker of the fiber k at one time: the middle p of the pair p -+ hbar k/2, and its weight, with
   the phase of the flight.
*/
typedef struct {
  double p[3];
  PetscScalar weight;
} QlbeWalkerPoint;

/*
   Follows a walker of the fiber k from *start at time 0 into points[n] at ascending times time[n]:
   the mean of weight g(p) is int g [rho_t]_k dp where it was so at first. roulette: walkers of
   smaller weight go on with a probability that keeps the mean, 0 for none. Not collective.
*/
PETSC_EXTERN void QlbeWalkerFollowFiber(QlbeCollisions collisions, QlbeWalkerStream *stream,
                                        const double k[3], double roulette,
                                        const QlbeWalkerPoint *start, PetscInt n,
                                        const double time[], QlbeWalkerPoint points[],
                                        QlbeWalkerTally *tally);

/*
   The rate of weight exp(i a.p) at a point of the fiber k, over the weight, for which a(t) = b - k
   t/M at the time of the point; its mean is the rate of int exp(i a.p) [rho_t]_k dp. One candidate
   is drawn. Not collective.
*/
PETSC_EXTERN PetscScalar QlbeWalkerWaveRate(QlbeCollisions collisions, QlbeWalkerStream *stream,
                                            const double k[3], const double a[3],
                                            const QlbeWalkerPoint *point, QlbeWalkerTally *tally);

/*
   A walker of the fiber k = 0 at one time, with what it has of the derivatives in k: the
   displacement d by flight and collisions, the second moment s whose mean is that of x x after the
   start, and the rates of both. Indices of tensors: xx, yy, zz, xy, xz, yz.
*/
typedef struct {
  double p[3], d[3], s[6];
  double v[3];  /* mean rate of d at this momentum: grad H + u */
  double ds[6]; /* rate of s without d v: spatial jumps, from one candidate */
} QlbeWalkerRestPoint;

/* As QlbeWalkerFollowFiber for k = 0, where the weight does not change. Not collective. */
PETSC_EXTERN void QlbeWalkerFollowRest(QlbeCollisions collisions, QlbeWalkerStream *stream,
                                       const double start[3], PetscInt n, const double time[],
                                       QlbeWalkerRestPoint points[], QlbeWalkerTally *tally);

/* The same walker for its velocity alone. */
typedef struct {
  double v[3], d[3]; /* mean rate of the displacement at this momentum; the displacement */
} QlbeWalkerVelocityPoint;

/*
   A walker of the fiber k = 0 at the times 0, step, .. (n - 1) step; *jumps grows by the trace of
   spatial jumps on the way, hbar^2 int Re[grad L.grad L^*] in time. Not collective.
*/
PETSC_EXTERN void QlbeWalkerFollowVelocity(QlbeCollisions collisions, QlbeWalkerStream *stream,
                                           const double start[3], double step, PetscInt n,
                                           QlbeWalkerVelocityPoint points[], double *jumps,
                                           QlbeWalkerTally *tally);

#endif
