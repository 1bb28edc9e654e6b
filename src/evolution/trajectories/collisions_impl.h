/*
   Tables of the collision sampler, and its draws. Private to the evolution of a density matrix.

   Candidates: with g = m_star/m, o = m_star/M, and numbers alpha, b with

     |p_rel| Sigma(|p_rel|) <= alpha + b |p_rel| <= alpha + b (g |p0| + o |p|),

   Sigma a bound of the total cross section, gas particles are drawn at the rate (eta/m_star) (alpha
   + b (g <|p0|> + o |p|)) from r(p0) times the right-hand side, and accepted with the ratio of both
   sides. The angle is drawn from a density in u = sin^2(theta/2) that is constant on bins of equal
   content, cell by cell in |p_rel|, and accepted with |f|^2 over its bound there.
*/
#ifndef QLBE_COLLISIONS_IMPL_H
#define QLBE_COLLISIONS_IMPL_H

#include <math.h>

#include "qlbe/amplitude_cells.h"
#include "qlbe/collisions.h"
#include "radial_cells.h"
#include "stream.h"

/* Bins of the angle in one cell of |p_rel|. */
enum { QLBE_ANGLE_BINS = 64 };

typedef struct {
  double edge[QLBE_ANGLE_BINS + 1]; /* in u = sin^2(theta/2), from 0 to 1 */
  double accept;                    /* |f|^2 times the width of the bin times this is accepted */
  double cross_section;             /* Sigma: 4 pi QLBE_ANGLE_BINS/accept */
} QlbeAngleCell;

struct _p_QlbeCollisions {
  QlbeParameters par;
  double gas, own;            /* m_star/m, m_star/M */
  double thermal, mean_p0;    /* (m/beta)^(1/2), mean of |p0| */
  double rate, alpha, b;      /* eta/m_star, and the bound above */
  double p_max, relative_max; /* of tables */
  PetscBool varies, phase;    /* f varies; it has a phase, so that jumps in space exist */
  double constant;            /* f where it does not vary */
  QlbeAmplitudeCells amplitude;
  double inverse; /* 1/width of the cells of |p_rel| */
  PetscInt n_angle;
  QlbeAngleCell *angle;  /* [n_angle] */
  QlbeRadialCells shift; /* H_f */
  QlbeRadialCells slope; /* (dH_f/dp)/p */
  QlbeRadialCells drift; /* v(p)/p - 1/M */
};

/* Bounds of |f|^2 into the cells of the angle, and alpha and b. Not collective. */
PETSC_INTERN PetscErrorCode QlbeCollisionsBound(QlbeCollisions c);

/* A gas particle that has come close enough. */
typedef struct {
  double r[3], relative; /* p_rel, |p_rel| */
} QlbePartner;

/* A scattering angle, not yet accepted. */
typedef struct {
  double q[3];           /* unit vector of the momentum transfer q */
  double w[3];           /* p_rel across q, of length z */
  double z, y, transfer; /* transfer: |q| = 2 y */
  double along;          /* p0 along q */
  double accept;         /* over |f|^2: the probability that it happens */
  QlbeAmplitudePoint f;
} QlbeScattering;

static inline double QlbeDot(const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline double QlbeCandidateRate(QlbeCollisions c, double p)
{
  return c->rate * (c->alpha + c->b * (c->gas * c->mean_p0 + c->own * p));
}

/*
   Two unit vectors across the unit vector n (T. Duff et al., J. Comp. Graph. Techn. 6, 1 (2017)).
*/
static inline void QlbeAcross(const double n[3], double e1[3], double e2[3])
{
  const double sign = copysign(1.0, n[2]), a = -1.0 / (sign + n[2]), b = n[0] * n[1] * a;

  e1[0] = 1.0 + sign * n[0] * n[0] * a;
  e1[1] = sign * b;
  e1[2] = -sign * n[0];
  e2[0] = b;
  e2[1] = sign + n[1] * n[1] * a;
  e2[2] = -n[1];
}

/* A vector of length 1 at the angle with this cosine from n, in a random plane. */
static inline void QlbeAround(QlbeWalkerStream *s, const double n[3], double cosine, double sine,
                              double v[3])
{
  const double angle = 2.0 * PETSC_PI * QlbeStreamUniform(s);
  const double a = sine * cos(angle), b = sine * sin(angle);
  double e1[3], e2[3];

  QlbeAcross(n, e1, e2);
  for (int i = 0; i < 3; i++) v[i] = cosine * n[i] + a * e1[i] + b * e2[i];
}

/* |p0| of a candidate for a particle of momentum |p|. */
static inline double QlbeGasMomentum(QlbeCollisions c, QlbeWalkerStream *s, double p)
{
  const double even = c->alpha + c->b * c->own * p, flux = c->b * c->gas * c->mean_p0;
  const double u = QlbeStreamUniform(s);

  if (QlbeStreamUniform(s) * (even + flux) < flux)
    return c->thermal * sqrt(-2.0 * log(u * QlbeStreamUniform(s)));
  {
    const double angle = cos(2.0 * PETSC_PI * QlbeStreamUniform(s));
    const double radius = log(QlbeStreamUniform(s));
    return c->thermal * sqrt(-2.0 * (log(u) + radius * angle * angle));
  }
}

/* The first stage: whether a candidate for the momentum p, |p| = size, comes close enough. */
static inline PetscBool QlbeDrawPartner(QlbeCollisions c, QlbeWalkerStream *s, const double p[3],
                                        double size, QlbePartner *partner, QlbeWalkerTally *tally)
{
  const double p0 = QlbeGasMomentum(c, s, size), cosine = 2.0 * QlbeStreamUniform(s) - 1.0;
  const double a = c->gas * p0, o = c->own * size;
  const double relative = sqrt(PetscMax(a * a + o * o - 2.0 * a * o * cosine, 0.0));
  const double bound = c->alpha + c->b * (a + o), accept = QlbeStreamUniform(s);
  double n[3] = {0.0, 0.0, 1.0}, direction[3], chance;

  tally->candidates += 1.0;
  if (!(relative < c->relative_max)) {
    tally->outside += 1.0;
    return PETSC_FALSE;
  }
  chance = relative * c->angle[(PetscInt)(relative * c->inverse)].cross_section;
  if (chance > bound * (1.0 + 1e-12)) tally->excess += 1.0;
  if (accept * bound >= chance) return PETSC_FALSE;
  if (size > 0.0)
    for (int i = 0; i < 3; i++) n[i] = p[i] / size;
  QlbeAround(s, n, cosine, sqrt(PetscMax(1.0 - cosine * cosine, 0.0)), direction);
  for (int i = 0; i < 3; i++) partner->r[i] = a * direction[i] - c->own * p[i];
  partner->relative = relative;
  return PETSC_TRUE;
}

/* The second stage: an angle with its amplitude, and d_z f where it is asked for. */
static inline void QlbeDrawScattering(QlbeCollisions c, QlbeWalkerStream *s, const double p[3],
                                      const QlbePartner *partner, PetscBool slope,
                                      QlbeScattering *x)
{
  const QlbeAngleCell *cell = &c->angle[(PetscInt)(partner->relative * c->inverse)];
  const double at = QlbeStreamUniform(s) * QLBE_ANGLE_BINS;
  const int bin = (int)at;
  const double width = cell->edge[bin + 1] - cell->edge[bin];
  const double u = cell->edge[bin] + (at - bin) * width, sine = sqrt(u);
  const double cosine = sqrt(1.0 - u), inverse = 1.0 / partner->relative;
  double n[3];

  for (int i = 0; i < 3; i++) n[i] = partner->r[i] * inverse;
  QlbeAround(s, n, sine, cosine, x->q);
  x->y = partner->relative * sine;
  x->z = partner->relative * cosine;
  for (int i = 0; i < 3; i++) x->w[i] = partner->r[i] - x->y * x->q[i];
  x->transfer = 2.0 * x->y;
  x->along = (x->y + c->own * QlbeDot(p, x->q)) / c->gas;
  x->accept = width * cell->accept;
  if (!c->varies)
    x->f = (QlbeAmplitudePoint){.re = c->constant};
  else if (slope)
    QlbeAmplitudeCellsDerivative(c->amplitude, x->z, x->y, &x->f);
  else
    QlbeAmplitudeCellsValue(c->amplitude, x->z, x->y, &x->f);
}

/* |f|^2 of a scattering, and whether it happens. */
static inline PetscBool QlbeAcceptScattering(QlbeWalkerStream *s, const QlbeScattering *x,
                                             QlbeWalkerTally *tally)
{
  const double accept = (x->f.re * x->f.re + x->f.im * x->f.im) * x->accept;

  if (accept > 1.0) tally->excess += 1.0;
  return (PetscBool)(QlbeStreamUniform(s) < accept);
}

#endif
