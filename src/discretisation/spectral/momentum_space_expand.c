/*
   Expansion in the spectral basis: nu cancels in x^m_il = (4 pi)^(1/2) int f(p) R_il(|p|) conj
   Y_lm(p^) dp.

   In |p| the trapezoidal rule: f being smooth, its part of angular momentum l is |p|^l times an
   even function, like R_il, so that the integrand is even and analytic and the rule converges
   exponentially. It is one in

     t = (a p + b atan(p/P))/2 pi

   with a the largest frequency of f, that of a Gaussian of the given width times a wave exp(i p.r)
   with |r| = 1/width, and b that of R_il, which are trigonometric polynomials of degree 2 i + l in
   atan(p/P).

   On the spheres product rules. Waves have degrees up to |p|/width and a little more, a Gaussian of
   that width around a momentum near |p| some eight times as many. As few functions are like the
   latter, a sphere begins with half of the former and goes on to finer rules until two of them
   agree.
*/
#include "momentum_space_spectral.h"
#include "qlbe/spherical.h"
#include "spectral_grid.h"

/* Where integrals in |p| end, in thermal momenta. */
static const double range = 14.0;

/* exp(-k^2/2) is below rounding beyond k = 8.3; with a wave in addition. */
static const double frequency = 9.3;

/* b per degree; at 0.5 errors are 1e-4. */
static const double radial_frequency = 1.1;

/* The degree of the coarsest angular rule, and the ratio from one to the next. */
static const double least_degree = 8.0, degree_ratio = 1.5;

/*
   What is aimed at, relative to the largest contribution of a sphere to a coefficient. A rule whose
   relative error is delta leaves delta^2 or less to the next one: degrees of Gaussians and of waves
   decay faster than exponentially.
*/
static const double target = 1e-17;

/*
   Spheres that contribute less are left as they are. It is far below rounding, for a narrow
   Gaussian may stand between the nodes of the coarsest rule: no more than 1e-4 of its height are
   certain to be seen.
*/
static const double negligible = 1e-20;

PetscErrorCode QlbeMomentumFrame_Private(QlbeMomentumSpace space, const double axis[3],
                                         double e[3][3])
{
  const double length = hypot(hypot(axis[0], axis[1]), axis[2]);

  PetscFunctionBegin;
  PetscCheck(length > 0.0 && PetscIsNormalReal(length), space->comm, PETSC_ERR_ARG_OUTOFRANGE,
             "polar axis (%g, %g, %g)", axis[0], axis[1], axis[2]);
  QlbeSphericalFrame(axis, e);
  PetscFunctionReturn(0);
}

/* The scale on which functions vary, or the equilibrium does. */
static double Scale(QlbeMomentumSpace space)
{
  return PetscMin(((const SpectralData *)space->data)->width, space->thermal);
}

PetscErrorCode QlbeExpansionRule_Private(QlbeMomentumSpace space, QlbeRule *rule)
{
  const SpectralData *d = (const SpectralData *)space->data;
  const double P = QlbeSpectralBasisScale(space->thermal), end = range * space->thermal;
  const double along = frequency / Scale(space) / (2.0 * PETSC_PI);
  const double turns =
      radial_frequency * (double)(2 * d->n_radial + d->n_angular) / (2.0 * PETSC_PI);
  double p = 0.0;

  PetscFunctionBegin;
  rule->n = (PetscInt)ceil(along * end + turns * atan(end / P));
  PetscCall(PetscMalloc2(rule->n, &rule->x, rule->n, &rule->w));
  for (PetscInt j = 0; j < rule->n; j++) {
    double slope = along + turns * P / (P * P + p * p), step = 1.0 / slope;
    /* the next node by Newton's iteration: t is concave, so that it approaches from below */
    for (int i = 0; i < 50 && fabs(step) > 1e-14 * end; i++) {
      p += step;
      slope = along + turns * P / (P * P + p * p);
      step = ((double)(j + 1) - along * p - turns * atan(p / P)) / slope;
    }
    /* the node 0 has no weight in p^2 dp */
    rule->x[j] = p;
    rule->w[j] = p * p / slope;
  }
  PetscFunctionReturn(0);
}

/* The first level that resolves a degree. */
static int Level(double degree)
{
  const double level = log(degree / least_degree) / log(degree_ratio);

  return (int)PetscClipInterval(ceil(level), 0.0, (double)(SPHERE_LEVELS - 1));
}

/* Where a sphere begins: waves of half of the largest frequency. */
static int FirstLevel(QlbeMomentumSpace space, double p)
{
  return Level(0.5 * p / Scale(space) + least_degree);
}

static PetscErrorCode GetSphere(QlbeMomentumSpace space, int level, const QlbeSphereRule **sphere)
{
  SpectralData *d = (SpectralData *)space->data;

  PetscFunctionBegin;
  if (d->level[level].n_phi == 0) {
    const PetscInt degree = (PetscInt)ceil(least_degree * pow(degree_ratio, (double)level));
    PetscCall(QlbeSphereRuleCreate(d->n_angular - 1, space->m_max,
                                   (degree + d->n_angular - 1) / 2 + 1, degree + space->m_max + 1,
                                   &d->level[level]));
  }
  *sphere = &d->level[level];
  PetscFunctionReturn(0);
}

typedef struct {
  QlbeMomentumFunction *f;
  const void *context;
  double e[3][3];
  PetscScalar *ring;
  PetscInt n_ring;
  double *work;
  PetscScalar *finer; /* [n_h] */
} Expansion;

/* int f conj(Y_lm) on the sphere |p| by one rule into h[n_h], and the largest |f| at its nodes. */
static PetscErrorCode Project(QlbeMomentumSpace space, Expansion *x, int level, double p,
                              PetscScalar h[], double *largest)
{
  SpectralData *d = (SpectralData *)space->data;
  const QlbeSphereRule *sphere = NULL;

  PetscFunctionBegin;
  PetscCall(GetSphere(space, level, &sphere));
  if (sphere->n_phi > x->n_ring) {
    PetscCall(PetscFree(x->ring));
    PetscCall(PetscMalloc1(sphere->n_phi, &x->ring));
    x->n_ring = sphere->n_phi;
  }
  PetscCall(PetscArrayzero(h, d->n_h));
  *largest = 0.0;
  for (PetscInt t = 0; t < sphere->cosine.n; t++) {
    const double along = p * sphere->cosine.x[t], across = sqrt((p - along) * (p + along));
    for (PetscInt k = 0; k < sphere->n_phi; k++) {
      const double p1 = across * sphere->circle[2 * k], p2 = across * sphere->circle[2 * k + 1];
      double at[3];
      for (int i = 0; i < 3; i++) at[i] = p1 * x->e[0][i] + p2 * x->e[1][i] + along * x->e[2][i];
      x->ring[k] = x->f(at, x->context);
      *largest = PetscMax(*largest, PetscAbsScalar(x->ring[k]));
    }
    QlbeSphereRuleProject(sphere, t, x->ring, x->work, h);
  }
  PetscFunctionReturn(0);
}

/*
   By how much at most values of size 1 at this rank's node j contribute to coefficients, but for
   (4 pi)^(1/2).
*/
static double Reach(QlbeMomentumSpace space, PetscInt j)
{
  const SpectralData *d = (const SpectralData *)space->data;
  const PetscInt n = d->n_angular * d->n_radial;
  double largest = 0.0;

  for (PetscInt i = 0; i < n; i++) largest = PetscMax(largest, fabs(d->expansion.R[j * n + i]));
  return largest * d->expansion.w[j];
}

/*
   Goes on to finer rules for the sphere |p| from h at `level`, values on it being at most
   `largest`, until its error is below `target` where it contributes `share` to the coefficients.
*/
static PetscErrorCode Refine(QlbeMomentumSpace space, Expansion *x, int level, double p,
                             double share, double largest, PetscScalar h[])
{
  SpectralData *d = (SpectralData *)space->data;
  const int last = Level(frequency * p / Scale(space) + least_degree);
  double change = HUGE_VAL;

  PetscFunctionBegin;
  while (level < last && change > largest * sqrt(target / share)) {
    PetscCall(Project(space, x, ++level, p, x->finer, &largest));
    change = 0.0;
    for (PetscInt t = 0; t < d->n_h; t++)
      change = PetscMax(change, PetscAbsScalar(x->finer[t] - h[t]));
    PetscCall(PetscArraycpy(h, x->finer, d->n_h));
  }
  PetscFunctionReturn(0);
}

/* int f conj(Y_lm) on all spheres of this rank into h[nodes][n_h]. */
static PetscErrorCode ProjectAll(QlbeMomentumSpace space, Expansion *x, PetscScalar h[])
{
  SpectralData *d = (SpectralData *)space->data;
  const RadialNodes *nodes = &d->expansion;
  double *largest, *share, most = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(nodes->n, &largest, nodes->n, &share));
  for (PetscInt j = 0; j < nodes->n; j++) {
    PetscCall(Project(space, x, FirstLevel(space, nodes->p[j]), nodes->p[j], h + j * d->n_h,
                      &largest[j]));
    share[j] = largest[j] * Reach(space, j);
    most = PetscMax(most, share[j]);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, space->comm));
  for (PetscInt j = 0; j < nodes->n; j++) {
    if (share[j] <= negligible * most) continue;
    PetscCall(Refine(space, x, FirstLevel(space, nodes->p[j]), nodes->p[j], share[j] / most,
                     largest[j], h + j * d->n_h));
  }
  PetscCall(PetscFree2(largest, share));
  PetscFunctionReturn(0);
}

/* Adds this rank's spheres to the coefficients c[n_c]. */
static void AddSpheres(QlbeMomentumSpace space, const PetscScalar h[], PetscScalar c[])
{
  const SpectralData *d = (const SpectralData *)space->data;
  const RadialNodes *nodes = &d->expansion;

  for (PetscInt j = 0; j < nodes->n; j++) {
    const double weight = sqrt(4.0 * PETSC_PI) * nodes->w[j];
    const double *R = nodes->R + j * d->n_angular * d->n_radial;
    PetscScalar *at = c;
    for (PetscInt m = -space->m_max; m <= space->m_max; m++) {
      for (PetscInt l = PetscAbs(m); l < d->n_angular; l++) {
        const PetscScalar factor = weight * *h++;
        for (PetscInt i = 0; i < d->n_radial; i++) *at++ += R[l * d->n_radial + i] * factor;
      }
    }
  }
}

/* This rank's part of every vector from all coefficients. */
static PetscErrorCode Scatter(QlbeMomentumSpace space, const PetscScalar c[], Vec x[])
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s <= 2 * space->m_max; s++) {
    PetscInt begin, end, size;
    PetscScalar *own;
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetArrayWrite(x[s], &own));
    PetscCall(PetscArraycpy(own, c + begin, end - begin));
    PetscCall(VecRestoreArrayWrite(x[s], &own));
    c += size;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceExpand_Spectral(QlbeMomentumSpace space, const double axis[3],
                                                QlbeMomentumFunction *f, const void *context,
                                                Vec v[])
{
  SpectralData *d = (SpectralData *)space->data;
  Expansion x = {.f = f, .context = context};
  PetscScalar *h, *c;

  PetscFunctionBegin;
  PetscCall(QlbeMomentumFrame_Private(space, axis, x.e));
  PetscCall(
      PetscMalloc3(d->n_h, &x.finer, 4 * (space->m_max + 1), &x.work, d->expansion.n * d->n_h, &h));
  PetscCall(PetscCalloc1(d->n_c, &c));
  PetscCall(ProjectAll(space, &x, h));
  AddSpheres(space, h, c);
  PetscCall(QlbeMomentumSpaceSum_Private(space->comm, d->n_c, c));
  PetscCall(Scatter(space, c, v));
  PetscCall(PetscFree3(x.finer, x.work, h));
  PetscCall(PetscFree(x.ring));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(0);
}
