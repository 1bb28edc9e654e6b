/*
   The rate per momentum transfer |q|. With z = |p_rel| cos(theta/2) and y = |q|/2, p_rel^2 = z^2 +
   y^2, and the azimuth about p_rel done,

     w_l(|q|) = (2 pi eta/m_star) int_0^inf dz z |f(z, y)|^2 P_l(y/|p_rel|) g_l(|p_rel|).

   At fixed y the fast phases of f cancel in |f|^2, which varies with z as slowly as classical
   scattering does, however large the sphere: some seventy nodes serve all a p/hbar.
*/
#include <math.h>

#include "decoherence_impl.h"

PetscInt QlbeDecoherenceSampleWork(QlbeDecoherence x)
{
  return 3 * (x->fine.n + x->coarse.n) + x->g.n + 2 * x->g.n_l;
}

/* Adds the nodes of one rule, of which f is known at z[], to w[n_l]. */
static void AddNodes(QlbeDecoherence x, const QlbeRule *rule, double y, double length,
                     const double z[], const double re[], const double im[], double work[],
                     double w[])
{
  const double strength = 2.0 * PETSC_PI * x->par.eta / x->par.m_star * length;
  double *moment = work, *P = moment + x->g.n_l, *T = P + x->g.n_l;

  for (PetscInt l = 0; l < x->g.n_l; l++) w[l] = 0.0;
  for (PetscInt i = 0; i < rule->n; i++) {
    const double p2 = z[i] * z[i] + y * y, p = sqrt(p2);
    const double f2 = re[i] * re[i] + im[i] * im[i] * p2;
    const double factor = strength * rule->w[i] * z[i] * f2;
    QlbeRelativeMomentumMoments(&x->g, PetscMin(p, x->g.hi), T, moment);
    QlbeEvenLegendre(x->g.n_l, y / p, P);
    for (PetscInt l = 0; l < x->g.n_l; l++) w[l] += factor * P[l] * moment[l];
  }
}

PetscErrorCode QlbeDecoherenceSample(QlbeDecoherence x, double q, double w[])
{
  const double y = 0.5 * q, lo = x->g.lo > y ? sqrt((x->g.lo - y) * (x->g.lo + y)) : 0.0;
  const double hi = sqrt((x->g.hi - y) * (x->g.hi + y));
  const PetscInt n = x->fine.n + x->coarse.n;
  double *z = x->work, *re = z + n, *im = re + n, *rest = im + n;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++)
    z[i] = lo + (hi - lo) * (i < x->fine.n ? x->fine.x[i] : x->coarse.x[i - x->fine.n]);
  PetscCall(QlbeInteractionBatch(x->interaction, n, z, y, re, im));
  AddNodes(x, &x->fine, y, hi - lo, z, re, im, rest, w);
  z += x->fine.n;
  re += x->fine.n;
  im += x->fine.n;
  AddNodes(x, &x->coarse, y, hi - lo, z, re, im, rest, w + x->g.n_l);
  PetscFunctionReturn(0);
}
