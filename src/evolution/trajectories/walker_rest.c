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
  const double along = 0.5 * par->beta / par->M * x->along,
               scale = c->phase ? x->accept * par->hbar * par->hbar : 0.0;
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

/* What a walker has collected; spatial: the trace of spatial jumps alone. */
typedef struct {
  double d[3], s[6], spatial;
} Displacement;

typedef struct {
  double p[3], size, rate, velocity[3];
  double t, next; /* now, and when it meets the next candidate */
} Rest;

static void RestSet(QlbeCollisions c, Rest *x, QlbeWalkerTally *tally)
{
  double slope = 1.0 / c->par.M;

  x->size = sqrt(QlbeDot(x->p, x->p));
  if (!(x->size < c->p_max)) tally->outside += 1.0;
  x->rate = QlbeCandidateRate(c, x->size);
  if (c->rate > 0.0) slope += QlbeRadialCellsValue(&c->slope, x->size);
  for (int i = 0; i < 3; i++) x->velocity[i] = x->p[i] * slope;
}

/*
   A candidate, with what it adds to the displacement. True where the momentum has changed.
*/
static PetscBool Meet(QlbeCollisions c, QlbeWalkerStream *stream, Rest *x, Displacement *moved,
                      QlbeWalkerTally *tally)
{
  QlbePartner partner;
  QlbeScattering at;
  double jump[6], step[3];

  if (!QlbeDrawPartner(c, stream, x->p, x->size, &partner, tally)) return PETSC_FALSE;
  QlbeDrawScattering(c, stream, x->p, &partner, PETSC_TRUE, &at);
  SpatialJump(c, &at, jump);
  for (int t = 0; t < 6; t++) moved->s[t] += jump[t];
  moved->spatial += jump[0] + jump[1] + jump[2];
  if (!QlbeAcceptScattering(stream, &at, tally)) return PETSC_FALSE;
  if (c->varies && c->phase && at.z > 0.0) {
    const double turn = at.f.dz_im * at.f.re - at.f.dz_re * at.f.im;
    const double square = at.f.re * at.f.re + at.f.im * at.f.im;
    for (int i = 0; i < 3; i++) step[i] = c->par.hbar * c->own * turn / square * at.w[i] / at.z;
    AddCross(step, moved->d, moved->s);
  }
  for (int i = 0; i < 3; i++) x->p[i] += at.transfer * at.q[i];
  tally->collisions += 1.0;
  RestSet(c, x, tally);
  return PETSC_TRUE;
}

/* Flight for the time t. */
static void Fly(const Rest *x, double t, Displacement *moved)
{
  double step[3];

  for (int i = 0; i < 3; i++) step[i] = t * x->velocity[i];
  AddSquare(step, moved->s);
  AddCross(step, moved->d, moved->s);
}

/* Flight and candidates up to a time. */
static void FlyUntil(QlbeCollisions c, QlbeWalkerStream *stream, double until, Rest *x,
                     Displacement *moved, QlbeWalkerTally *tally)
{
  while (x->next <= until) {
    Fly(x, x->next - x->t, moved);
    x->t = x->next;
    (void)Meet(c, stream, x, moved, tally);
    x->next = x->t + QlbeStreamWait(stream) / x->rate;
  }
  Fly(x, until - x->t, moved);
  x->t = until;
}

/* v(p) = grad H + u. */
static void Velocity(QlbeCollisions c, const Rest *x, double v[3])
{
  const double more = c->rate > 0.0 ? QlbeRadialCellsValue(&c->drift, x->size) : 0.0;

  for (int i = 0; i < 3; i++) v[i] = x->p[i] * (1.0 / c->par.M + more);
}

/* Rates at one time; spatial jumps from one candidate. */
static void Rates(QlbeCollisions c, QlbeWalkerStream *stream, const Rest *x,
                  QlbeWalkerRestPoint *point, QlbeWalkerTally *tally)
{
  QlbePartner partner;
  QlbeScattering at;

  for (int t = 0; t < 6; t++) point->ds[t] = 0.0;
  Velocity(c, x, point->v);
  if (!(c->rate > 0.0)) return;
  if (!QlbeDrawPartner(c, stream, x->p, x->size, &partner, tally)) return;
  QlbeDrawScattering(c, stream, x->p, &partner, PETSC_TRUE, &at);
  SpatialJump(c, &at, point->ds);
  for (int t = 0; t < 6; t++) point->ds[t] *= x->rate;
}

/* A walker at its start. */
static void RestCreate(QlbeCollisions c, QlbeWalkerStream *stream, const double start[3], Rest *x,
                       QlbeWalkerTally *tally)
{
  for (int i = 0; i < 3; i++) x->p[i] = start[i];
  x->t = 0.0;
  RestSet(c, x, tally);
  x->next = c->rate > 0.0 ? QlbeStreamWait(stream) / x->rate : HUGE_VAL;
}

void QlbeWalkerFollowRest(QlbeCollisions c, QlbeWalkerStream *stream, const double start[3],
                          PetscInt n, const double time[], QlbeWalkerRestPoint points[],
                          QlbeWalkerTally *tally)
{
  Displacement moved = {.spatial = 0.0};
  Rest x;

  RestCreate(c, stream, start, &x, tally);
  for (PetscInt i = 0; i < n; i++) {
    FlyUntil(c, stream, time[i], &x, &moved, tally);
    for (int a = 0; a < 3; a++) {
      points[i].p[a] = x.p[a];
      points[i].d[a] = moved.d[a];
    }
    for (int j = 0; j < 6; j++) points[i].s[j] = moved.s[j];
    Rates(c, stream, &x, &points[i], tally);
  }
}

void QlbeWalkerFollowVelocity(QlbeCollisions c, QlbeWalkerStream *stream, const double start[3],
                              double step, PetscInt n, QlbeWalkerVelocityPoint points[],
                              double *jumps, QlbeWalkerTally *tally)
{
  Displacement moved = {.spatial = 0.0};
  Rest x;

  RestCreate(c, stream, start, &x, tally);
  for (PetscInt i = 0; i < n; i++) {
    FlyUntil(c, stream, step * (double)i, &x, &moved, tally);
    for (int a = 0; a < 3; a++) points[i].d[a] = moved.d[a];
    Velocity(c, &x, points[i].v);
  }
  *jumps += moved.spatial;
}
