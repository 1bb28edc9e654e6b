/*
   Walkers of the fiber k = 0 with the derivatives of the weight in k.

   Flight moves a walker by grad H t, a collision by hbar (m_star/M) w^ Im(d_z f/f). The second
   moment s grows by x d + d x, and by spatial jumps, hbar^2 int Re[grad L grad L^*], (7.5). These
   are added where an angle is drawn, happen it or not, with the probability that it does: then
   nothing is divided by |f|^2, which may be close to zero, and the variance is finite.

     grad L/L = -(beta/2M) (p0.q^) q^ - (m_star/M) w^ d_z f/f
*/
#include "collisions_impl.h"

static const int first_axis[6] = {0, 1, 2, 0, 0, 1}, second_axis[6] = {0, 1, 2, 1, 2, 2};

/* hbar^2 Re[grad L grad L^*] of a scattering, times the probability that it happens. */
static void SpatialJump(QlbeCollisions c, const QlbeScattering *x, double s[6])
{
  const QlbeParameters *par = &c->par;
  const double along = 0.5 * par->beta / par->M * x->along, scale = x->accept * par->hbar * par->hbar;
  const double square = x->f.re * x->f.re + x->f.im * x->f.im;
  const double slope = x->f.dz_re * x->f.dz_re + x->f.dz_im * x->f.dz_im;
  const double mixed = x->f.re * x->f.dz_re + x->f.im * x->f.dz_im;
  const double inverse = x->z > 0.0 ? 1.0 / x->z : 0.0;
  const double qq = scale * along * along * square, ww = scale * c->own * c->own * slope;
  const double qw = scale * along * c->own * mixed;
  double w[3];

  for (int i = 0; i < 3; i++) w[i] = x->w[i] * inverse;
  for (int t = 0; t < 6; t++) {
    const int i = first_axis[t], j = second_axis[t];
    s[t] = qq * x->q[i] * x->q[j] + ww * w[i] * w[j] + qw * (x->q[i] * w[j] + w[i] * x->q[j]);
  }
}

/* s grows by x d + d x + d d without the last term, and x by d. */
static void AddCross(const double step[3], double d[3], double s[6])
{
  for (int t = 0; t < 6; t++)
    s[t] += d[first_axis[t]] * step[second_axis[t]] + d[second_axis[t]] * step[first_axis[t]];
  for (int i = 0; i < 3; i++) d[i] += step[i];
}

static void AddSquare(const double step[3], double s[6])
{
  for (int t = 0; t < 6; t++) s[t] += step[first_axis[t]] * step[second_axis[t]];
}

typedef struct {
  double p[3], size, rate, velocity[3];
} Rest;

static void RestSet(QlbeCollisions c, Rest *x, QlbeWalkerTally *tally)
{
  const double square = QlbeDot(x->p, x->p);
  double slope = 0.0;

  if (!(square < c->p2_max)) tally->outside += 1.0;
  x->size = sqrt(square);
  x->rate = QlbeCandidateRate(c, x->size);
  if (c->rate > 0.0) (void)QlbeRadialCellsValue(&c->shift, square, &slope);
  for (int i = 0; i < 3; i++) x->velocity[i] = x->p[i] * (1.0 / c->par.M + 2.0 * slope);
}

/* A candidate, with what it adds to d and s; true where the momentum has changed. */
static PetscBool Meet(QlbeCollisions c, QlbeWalkerStream *stream, Rest *x, double d[3], double s[6],
                      QlbeWalkerTally *tally)
{
  QlbePartner partner;
  QlbeScattering at;
  double jump[6], step[3];

  if (!QlbeDrawPartner(c, stream, x->p, x->size, &partner, tally)) return PETSC_FALSE;
  QlbeDrawScattering(c, stream, x->p, &partner, PETSC_TRUE, &at);
  SpatialJump(c, &at, jump);
  for (int t = 0; t < 6; t++) s[t] += jump[t];
  if (!QlbeAcceptScattering(stream, &at, tally)) return PETSC_FALSE;
  if (c->varies && at.z > 0.0) {
    const double turn = at.f.dz_im * at.f.re - at.f.dz_re * at.f.im;
    const double square = at.f.re * at.f.re + at.f.im * at.f.im;
    for (int i = 0; i < 3; i++)
      step[i] = c->par.hbar * c->own * turn / square * at.w[i] / at.z;
    AddCross(step, d, s);
  }
  for (int i = 0; i < 3; i++) x->p[i] += at.transfer * at.q[i];
  tally->collisions += 1.0;
  RestSet(c, x, tally);
  return PETSC_TRUE;
}

/* Flight for the time t. */
static void Fly(const Rest *x, double t, double d[3], double s[6])
{
  double step[3];

  for (int i = 0; i < 3; i++) step[i] = t * x->velocity[i];
  AddSquare(step, s);
  AddCross(step, d, s);
}

/* Rates at one time; spatial jumps from one candidate. */
static void Rates(QlbeCollisions c, QlbeWalkerStream *stream, const Rest *x,
                  QlbeWalkerRestPoint *point, QlbeWalkerTally *tally)
{
  QlbePartner partner;
  QlbeScattering at;

  for (int t = 0; t < 6; t++) point->ds[t] = 0.0;
  for (int i = 0; i < 3; i++) point->v[i] = x->p[i] / c->par.M;
  if (!(c->rate > 0.0)) return;
  for (int i = 0; i < 3; i++)
    point->v[i] += x->p[i] * QlbeRadialCellsValue(&c->drift, QlbeDot(x->p, x->p), NULL);
  if (!QlbeDrawPartner(c, stream, x->p, x->size, &partner, tally)) return;
  QlbeDrawScattering(c, stream, x->p, &partner, PETSC_TRUE, &at);
  SpatialJump(c, &at, point->ds);
  for (int t = 0; t < 6; t++) point->ds[t] *= x->rate;
}

void QlbeWalkerFollowRest(QlbeCollisions c, QlbeWalkerStream *stream, const double start[3],
                          PetscInt n, const double time[], QlbeWalkerRestPoint points[],
                          QlbeWalkerTally *tally)
{
  double t = 0.0, next, d[3] = {0.0}, s[6] = {0.0};
  Rest x;

  for (int i = 0; i < 3; i++) x.p[i] = start[i];
  RestSet(c, &x, tally);
  next = c->rate > 0.0 ? QlbeStreamWait(stream) / x.rate : HUGE_VAL;
  for (PetscInt i = 0; i < n; i++) {
    while (next <= time[i]) {
      Fly(&x, next - t, d, s);
      t = next;
      (void)Meet(c, stream, &x, d, s, tally);
      next = t + QlbeStreamWait(stream) / x.rate;
    }
    Fly(&x, time[i] - t, d, s);
    t = time[i];
    for (int axis = 0; axis < 3; axis++) {
      points[i].p[axis] = x.p[axis];
      points[i].d[axis] = d[axis];
    }
    for (int j = 0; j < 6; j++) points[i].s[j] = s[j];
    Rates(c, stream, &x, &points[i], tally);
  }
}
