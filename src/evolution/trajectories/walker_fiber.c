/*
   Walkers of a fiber k: pairs p -+ hbar k/2 that jump together.

   The process has the rate [E(p-) + E(p+)]/2 and the jumps of one side or the other, each with
   probability in proportion to its rate; the weight of a jump is

     L(p-) conj L(p+) / ([|L(p-)|^2 + |L(p+)|^2]/2),   L(p) = r^(1/2)(p0) f(z, y),             (2.4)

   with p0 and z of either side at the same momentum transfer q and the same v = p0 across q.
   Between jumps the weight turns by exp(-(i/hbar)[H(p-) - H(p+)] t).
*/
#include "collisions_impl.h"

/* The pair, what it does in flight, and when it meets the next candidate. */
typedef struct {
  double p[3], side[2][3], size[2]; /* the middle; p- and p+ */
  double rate[2];                   /* of candidates, half of it for each side */
  double turn;                      /* rate of the phase */
  double hk[3], k[3];
} Pair;

static void PairSet(QlbeCollisions c, Pair *x, QlbeWalkerTally *tally)
{
  double shift = 0.0;

  for (int side = 0; side < 2; side++) {
    const double sign = side == 0 ? -0.5 : 0.5;
    for (int i = 0; i < 3; i++) x->side[side][i] = x->p[i] + sign * x->hk[i];
    x->size[side] = sqrt(QlbeDot(x->side[side], x->side[side]));
    if (!(x->size[side] < c->p_max)) tally->outside += 1.0;
    x->rate[side] = 0.5 * QlbeCandidateRate(c, x->size[side]);
    if (c->rate > 0.0)
      shift += (side == 0 ? -1.0 : 1.0) * QlbeRadialCellsValue(&c->shift, x->size[side]);
  }
  x->turn = QlbeDot(x->p, x->k) / c->par.M + shift / c->par.hbar;
}

static void PairCreate(QlbeCollisions c, const double k[3], const double p[3], Pair *x,
                       QlbeWalkerTally *tally)
{
  for (int i = 0; i < 3; i++) {
    x->p[i] = p[i];
    x->k[i] = k[i];
    x->hk[i] = c->par.hbar * k[i];
  }
  PairSet(c, x, tally);
}

/* The weight of a scattering of one side. */
static PetscScalar JumpWeight(QlbeCollisions c, const Pair *x, int side, const QlbeScattering *s)
{
  const QlbeParameters *par = &c->par;
  const double sign = side == 0 ? 1.0 : -1.0;
  const double k_along = sign * QlbeDot(x->hk, s->q);
  const double p0 = s->along + par->m / par->M * k_along; /* of the other side, along q */
  const double ratio = exp(0.25 * par->beta / par->m * (s->along - p0) * (s->along + p0));
  double z2 = 0.0, mean;
  QlbeAmplitudePoint g = s->f;
  PetscScalar product;

  if (c->varies) {
    for (int i = 0; i < 3; i++) {
      const double w = s->w[i] - c->own * (sign * x->hk[i] - k_along * s->q[i]);
      z2 += w * w;
    }
    QlbeAmplitudeCellsValue(c->amplitude, sqrt(z2), s->y, &g);
  }
  if (!(ratio < 1e100)) return 0.0; /* below 1e-100 */
  mean =
      0.5 * (s->f.re * s->f.re + s->f.im * s->f.im + ratio * ratio * (g.re * g.re + g.im * g.im));
  product = PetscCMPLX(s->f.re * g.re + s->f.im * g.im,
                       sign * (s->f.im * g.re - s->f.re * g.im)); /* f conj g, of p- and p+ */
  return product * (ratio / mean);
}

/* A candidate: whether it happens, with the jump and its weight. */
static PetscBool Meet(QlbeCollisions c, QlbeWalkerStream *stream, const Pair *x, double jump[3],
                      PetscScalar *weight, QlbeWalkerTally *tally)
{
  const int side = QlbeStreamUniform(stream) * (x->rate[0] + x->rate[1]) < x->rate[0] ? 0 : 1;
  QlbePartner partner;
  QlbeScattering s;

  if (!QlbeDrawPartner(c, stream, x->side[side], x->size[side], &partner, tally))
    return PETSC_FALSE;
  QlbeDrawScattering(c, stream, x->side[side], &partner, PETSC_FALSE, &s);
  if (!QlbeAcceptScattering(stream, &s, tally)) return PETSC_FALSE;
  *weight = JumpWeight(c, x, side, &s);
  for (int i = 0; i < 3; i++) jump[i] = s.transfer * s.q[i];
  tally->collisions += 1.0;
  return PETSC_TRUE;
}

/* Weights of which nothing is left. */
static const double nothing = 1e-30;

/* Walkers of small weight end, or go on with more: 0 for an end. */
static PetscScalar Roulette(QlbeWalkerStream *stream, double least, PetscScalar weight)
{
  const double size = PetscAbsScalar(weight);

  if (size >= least && size >= nothing) return weight;
  if (least == 0.0) return 0.0;
  return QlbeStreamUniform(stream) * least < size ? weight * (least / size) : 0.0;
}

static PetscScalar Turn(double phase)
{
  return PetscCMPLX(cos(phase), sin(phase));
}

void QlbeWalkerFollowFiber(QlbeCollisions c, QlbeWalkerStream *stream, const double k[3],
                           double roulette, const QlbeWalkerPoint *start, PetscInt n,
                           const double time[], QlbeWalkerPoint points[], QlbeWalkerTally *tally)
{
  const double first = PetscAbsScalar(start->weight);
  PetscScalar weight = first > 0.0 ? start->weight / first : 0.0;
  double t = 0.0, phase = 0.0, next;
  Pair x;

  PairCreate(c, k, start->p, &x, tally);
  next = c->rate > 0.0 ? QlbeStreamWait(stream) / (x.rate[0] + x.rate[1]) : HUGE_VAL;
  for (PetscInt i = 0; i < n; i++) {
    while (next <= time[i] && weight != 0.0) {
      double jump[3];
      PetscScalar factor;
      phase += x.turn * (next - t);
      t = next;
      if (Meet(c, stream, &x, jump, &factor, tally)) {
        weight = Roulette(stream, roulette, weight * factor);
        for (int axis = 0; axis < 3; axis++) x.p[axis] += jump[axis];
        PairSet(c, &x, tally);
      }
      next = t + QlbeStreamWait(stream) / (x.rate[0] + x.rate[1]);
    }
    phase += x.turn * (time[i] - t);
    t = time[i];
    points[i].weight = weight != 0.0 ? first * weight * Turn(phase) : 0.0;
    for (int axis = 0; axis < 3; axis++) points[i].p[axis] = x.p[axis];
  }
}

/*
   Flight gives the rate i [k.p/M - (H(p-) - H(p+) without H_f and a change of a)]: what stays is
   the turn by H_f, and collisions.
*/
PetscScalar QlbeWalkerWaveRate(QlbeCollisions c, QlbeWalkerStream *stream, const double k[3],
                               const double a[3], const QlbeWalkerPoint *point,
                               QlbeWalkerTally *tally)
{
  PetscScalar factor, rate;
  double jump[3];
  Pair x;

  PairCreate(c, k, point->p, &x, tally);
  rate = PetscCMPLX(0.0, x.turn - QlbeDot(x.p, x.k) / c->par.M);
  if (c->rate > 0.0 && Meet(c, stream, &x, jump, &factor, tally))
    rate += (x.rate[0] + x.rate[1]) * (factor * Turn(QlbeDot(a, jump)) - 1.0);
  return rate;
}
