/*
   Moments of the relative momentum over directions: Gauss-Legendre in the cosine about the axis,
   equidistant azimuths, and a Chebyshev series in |p_rel|.

   A Gaussian of p_rel with deviation w is, at |p_rel| = p, as narrow as w/p in direction. That
   decides how many nodes there are.
*/
#include "relative_momentum.h"

#include <math.h>

#include "qlbe/chebyshev.h"
#include "qlbe/rule.h"
#include "qlbe/spherical.h"

/* Deviations beyond which a Gaussian is left out: exp(-40). */
static const double tail = 9.0;

/* Largest |p_rel| over the smallest deviation whose directions are resolved. */
static const double sharpest = 60.0;

/* Moments below this part of the largest one are left out. */
static const double negligible = 1e-13;

void QlbeRelativeMomentumSetUp(const QlbeParameters *par, const QlbeMomentumDistribution *n,
                               QlbeRecoil recoil, QlbeRelativeMomentum *g)
{
  /* M -> infinity at the same velocity: the mass of a gas particle takes the place of m_star */
  const double m_star = recoil == QLBE_RECOIL ? par->m_star : par->m;
  const double gas = m_star * sqrt(1.0 / (par->m * par->beta));
  double widest = 0.0, mean2 = 0.0;

  *g = (QlbeRelativeMomentum){.narrow = HUGE_VAL};
  for (int i = 0; i < 3; i++) {
    const double own = recoil == QLBE_RECOIL ? m_star / par->M * n->deviation[i] : 0.0;
    g->mean[i] = -m_star / par->M * n->mean[i];
    g->deviation[i] = hypot(gas, own);
    g->narrow = PetscMin(g->narrow, g->deviation[i]);
    widest = PetscMax(widest, g->deviation[i]);
    mean2 += g->mean[i] * g->mean[i];
  }
  g->lo = PetscMax(0.0, sqrt(mean2) - tail * widest);
  g->hi = sqrt(mean2) + tail * widest;
}

PetscBool QlbeRelativeMomentumServes(const QlbeRelativeMomentum *g)
{
  return (PetscBool)(g->hi <= sharpest * g->narrow);
}

static PetscBool IsIsotropic(const QlbeRelativeMomentum *g)
{
  const double same = 1e-14 * g->narrow;

  for (int i = 0; i < 3; i++)
    if (g->deviation[i] - g->narrow > same || fabs(g->mean[i]) > same) return PETSC_FALSE;
  return PETSC_TRUE;
}

/* The density g at a momentum */
static double Density(const QlbeRelativeMomentum *g, const double p[3])
{
  double exponent = 0.0, norm = 1.0;

  for (int i = 0; i < 3; i++) {
    const double x = (p[i] - g->mean[i]) / g->deviation[i];
    exponent += 0.5 * x * x;
    norm *= sqrt(2.0 * PETSC_PI) * g->deviation[i];
  }
  return exp(-exponent) / norm;
}

/* int dphi g at |p_rel| = p and a cosine with e[2] */
static double RingAverage(const QlbeRelativeMomentum *g, double e[3][3], double p, double cosine,
                          PetscInt n)
{
  const double sine = sqrt((1.0 - cosine) * (1.0 + cosine));
  double sum = 0.0;

  for (PetscInt j = 0; j < n; j++) {
    const double phi = 2.0 * PETSC_PI * ((double)j + 0.5) / (double)n;
    double at[3];
    for (int i = 0; i < 3; i++)
      at[i] = p * (cosine * e[2][i] + sine * (cos(phi) * e[0][i] + sin(phi) * e[1][i]));
    sum += Density(g, at);
  }
  return 2.0 * PETSC_PI / (double)n * sum;
}

void QlbeEvenLegendre(PetscInt n, double x, double P[])
{
  double before = 1.0, now = x;

  P[0] = 1.0;
  for (PetscInt l = 1; l < n; l++) {
    const double k = 2.0 * (double)l;
    before = ((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k;
    P[l] = before;
    now = ((2.0 * k + 1.0) * x * before - k * now) / (k + 1.0);
  }
}

/* The moments at one |p_rel| into value[i * step], i < n_l; P[n_l] is work. */
static void Moments(const QlbeRelativeMomentum *g, double e[3][3], double p, const QlbeRule *cosine,
                    PetscInt step, double P[], double value[])
{
  for (PetscInt l = 0; l < g->n_l; l++) value[l * step] = 0.0;
  for (PetscInt i = 0; i < cosine->n; i++) {
    const double ring = RingAverage(g, e, p, cosine->x[i], 2 * cosine->n);
    QlbeEvenLegendre(g->n_l, cosine->x[i], P);
    for (PetscInt l = 0; l < g->n_l; l++) value[l * step] += cosine->w[i] * ring * P[l];
  }
}

/* How many moments are not negligible; each counts as often as it has components. */
static PetscInt CountMoments(const QlbeRelativeMomentum *g, const double p[], const double value[])
{
  double largest = 0.0;
  PetscInt keep = 1;

  for (PetscInt l = 0; l < g->n_l; l++)
    for (PetscInt i = 0; i < g->n; i++) {
      const double size =
          (4.0 * (double)l + 1.0) * pow(p[i] / g->hi, 3) * fabs(value[l * g->n + i]);
      if (l == 0) largest = PetscMax(largest, size);
      if (!(size <= negligible * largest)) keep = l + 1;
    }
  return keep;
}

PetscErrorCode QlbeRelativeMomentumTabulate(const double axis[3], QlbeRelativeMomentum *g)
{
  double e[3][3], *p, *P;
  QlbeRule cosine;

  PetscFunctionBegin;
  g->n_l = 1;
  g->n = 0;
  if (IsIsotropic(g)) PetscFunctionReturn(0);
  PetscCheck(QlbeRelativeMomentumServes(g), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "directions of relative momenta of %g deviations cannot be resolved",
             g->hi / g->narrow);
  QlbeSphericalFrame(axis, e);
  g->n = 32 + (PetscInt)ceil(6.0 * (g->hi - g->lo) / g->narrow);
  PetscCall(QlbeRuleLegendre(32 + (PetscInt)ceil(10.0 * g->hi / g->narrow), -1.0, 1.0, &cosine));
  g->n_l = cosine.n / 2;
  PetscCall(PetscMalloc1(g->n_l * g->n, &g->c));
  PetscCall(PetscMalloc2(g->n, &p, g->n_l, &P));
  QlbeChebyshevNodes(g->n, g->lo, g->hi, p);
  for (PetscInt i = 0; i < g->n; i++) Moments(g, e, p[i], &cosine, g->n, P, g->c + i);
  g->n_l = CountMoments(g, p, g->c);
  PetscCall(QlbeChebyshevTransform(g->n_l, g->n, 1, g->c));
  PetscCall(PetscFree2(p, P));
  PetscCall(QlbeRuleDestroy(&cosine));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRelativeMomentumDestroy(QlbeRelativeMomentum *g)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(g->c));
  PetscFunctionReturn(0);
}

void QlbeRelativeMomentumMoments(const QlbeRelativeMomentum *g, double p, double T[],
                                 double value[])
{
  if (g->n == 0) {
    const double at[3] = {0.0, 0.0, p};
    value[0] = 4.0 * PETSC_PI * Density(g, at);
    return;
  }
  QlbeChebyshevBasis(g->n, g->lo, g->hi, p, T);
  for (PetscInt l = 0; l < g->n_l; l++) {
    double sum = 0.0;
    for (PetscInt i = 0; i < g->n; i++) sum += g->c[l * g->n + i] * T[i];
    value[l] = sum;
  }
}
