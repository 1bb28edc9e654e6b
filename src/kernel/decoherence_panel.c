/*
   The integral over one panel of momentum transfers, at one distance.

   Where the kernel turns by a few radians over the panel, x = |q| d/hbar, its nodes do. Where it
   turns more,

     x j_l(x) = Re[a_l(x) exp(i x)],   int_-1^1 P_k(t) exp(i s t) dt = 2 i^k j_k(s),

   with a_l a polynomial in 1/x of degree l: the Legendre series of w_l a_l gives the integral. a_l
   varies slowly where x > l^2, over a factor of 2 in x; a_0 = -i everywhere. Other panels are cut.
*/
#include <math.h>

#include "decoherence_impl.h"

enum { N = QLBE_PANEL_NODES };

/* Half of the phase over a range that its nodes serve. */
static const double most_phase = 4.0;

/* 1 - sin(x)/x */
static double OneMinusSinc(double x)
{
  const double s = x * x;

  if (s > 0.25) return 1.0 - sin(x) / x;
  return s / 6.0 *
         (1.0 -
          s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0 * (1.0 - s / 156.0)))));
}

/*
   j_0(x) .. j_n(x) into j[n + 1], n >= 1: upward where that is stable, for l < x; beyond, the
   ratios j_l/j_(l-1) by their continued fraction, whose products may underflow.
*/
static void SphericalBessel(PetscInt n, double x, double j[])
{
  const PetscInt turn = x < (double)n ? (PetscInt)x : n;
  double ratio = 0.0;

  j[0] = x > 0.0 ? sin(x) / x : 1.0;
  if (turn > 0) j[1] = (j[0] - cos(x)) / x;
  for (PetscInt l = 1; l < turn; l++) j[l + 1] = (double)(2 * l + 1) / x * j[l] - j[l - 1];
  for (PetscInt l = n + 20; l > turn; l--) {
    ratio = x / ((double)(2 * l + 1) - x * ratio);
    if (l <= n) j[l] = ratio;
  }
  for (PetscInt l = turn + 1; l <= n; l++) j[l] *= j[l - 1];
}

/* A range of |q| within a panel, and w_l at its nodes. */
typedef struct {
  double middle, half;
  double *w; /* [n_l][N] */
} Range;

/* The integral over a range by its nodes. */
static double ByNodes(QlbeDecoherence x, const Range *range, double per_q, double j[])
{
  double rate = 0.0;

  for (PetscInt i = 0; i < N; i++) {
    const double q = range->middle + range->half * x->panel.x[i];
    double bracket = range->w[i] * OneMinusSinc(q * per_q), sign = 1.0;
    if (x->g.n_l > 1) SphericalBessel(2 * x->g.n_l - 1, q * per_q, j);
    for (PetscInt l = 1; l < x->g.n_l; l++) {
      sign = -sign;
      bracket -= (4.0 * (double)l + 1.0) * sign * range->w[l * N + i] * j[2 * l];
    }
    rate += range->half * x->panel.w[i] * q * bracket;
  }
  return rate;
}

/* sum_l (2l+1) (-1)^(l/2) w_l a_l(x) at one node; w[l * N]. */
static PetscComplex Envelope(PetscInt n_l, double x, const double w[])
{
  PetscComplex before = -PETSC_i, now = -1.0 - PETSC_i / x, sum = before * w[0];
  double sign = 1.0;

  for (PetscInt l = 1; l < n_l; l++) {
    const double k = 2.0 * (double)l;
    sign = -sign;
    before = (2.0 * k - 1.0) / x * now - before; /* of order 2 l */
    sum += (2.0 * k + 1.0) * sign * w[l * N] * before;
    now = (2.0 * k + 1.0) / x * before - now;
  }
  return sum;
}

/* The integral over a range where the kernel oscillates: int |q| w_0 - Re int F exp(i x)/per_q. */
static double ByPhases(QlbeDecoherence x, const Range *range, double per_q)
{
  PetscComplex F[N], sum = 0.0, power = 1.0;
  double j[N], rate = 0.0;

  for (PetscInt i = 0; i < N; i++) {
    const double q = range->middle + range->half * x->panel.x[i];
    F[i] = x->panel.w[i] * Envelope(x->g.n_l, q * per_q, range->w + i);
    rate += range->half * x->panel.w[i] * q * range->w[i];
  }
  SphericalBessel(N - 1, range->half * per_q, j);
  for (PetscInt k = 0; k < N; k++) {
    PetscComplex series = 0.0;
    for (PetscInt i = 0; i < N; i++) series += x->legendre[k][i] * F[i];
    sum += (double)(2 * k + 1) * series * power * j[k];
    power *= PETSC_i;
  }
  sum *= PetscExpComplex(PETSC_i * (range->middle * per_q));
  return rate - range->half / per_q * PetscRealPart(sum);
}

/* Values of the series [n_l][N] at the nodes of a range inside of the panel. */
static void Interpolate(QlbeDecoherence x, const QlbePanel *panel, const double series[],
                        const Range *range)
{
  for (PetscInt i = 0; i < N; i++) {
    const double q = range->middle + range->half * x->panel.x[i];
    const double t = (q - panel->middle) / panel->half;
    double before = 0.0, now = 1.0;
    for (PetscInt l = 0; l < x->g.n_l; l++) range->w[l * N + i] = 0.0;
    for (PetscInt k = 0; k < N; k++) {
      const double next = ((double)(2 * k + 1) * t * now - (double)k * before) / (double)(k + 1);
      for (PetscInt l = 0; l < x->g.n_l; l++) range->w[l * N + i] += series[l * N + k] * now;
      before = now;
      now = next;
    }
  }
}

/* Whether a_l of all l vary slowly over the range. */
static PetscBool IsSlow(QlbeDecoherence x, const Range *range, double per_q)
{
  const double l = 2.0 * (double)(x->g.n_l - 1), lo = range->middle - range->half;

  return (PetscBool)(x->g.n_l == 1 || (lo * per_q > l * l && range->half <= 0.34 * range->middle));
}

/* Cuts in the middle until one of the two ways is good. */
static double RangeRate(QlbeDecoherence x, const QlbePanel *panel, const double series[],
                        const Range *range, double per_q, double j[])
{
  const PetscBool nodes = (PetscBool)(range->half * per_q <= most_phase);

  if (!nodes && !IsSlow(x, range, per_q)) {
    const double quarter = 0.5 * range->half;
    const Range left = {range->middle - quarter, quarter, range->w};
    const Range right = {range->middle + quarter, quarter, range->w};
    return RangeRate(x, panel, series, &left, per_q, j) +
           RangeRate(x, panel, series, &right, per_q, j);
  }
  Interpolate(x, panel, series, range);
  return nodes ? ByNodes(x, range, per_q, j) : ByPhases(x, range, per_q);
}

PetscErrorCode QlbeDecoherencePanelRate(QlbeDecoherence x, const QlbePanel *panel, int rule,
                                        double d, double *rate)
{
  const double per_q = d / x->par.hbar;
  Range range = {panel->middle, panel->half, panel->value[rule]};
  double *j, *w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(2 * x->g.n_l, &j, x->g.n_l * N, &w));
  if (panel->half * per_q <= most_phase) {
    *rate = ByNodes(x, &range, per_q, j);
  } else if (IsSlow(x, &range, per_q)) {
    *rate = ByPhases(x, &range, per_q);
  } else {
    range.w = w;
    *rate = RangeRate(x, panel, panel->series[rule], &range, per_q, j);
  }
  PetscCall(PetscFree2(j, w));
  PetscFunctionReturn(0);
}
