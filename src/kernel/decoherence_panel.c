/*
   The integral over one panel of momentum transfers, at one distance.

   Where the kernel 1 - j_0(|q| d/hbar) turns by a few radians over the panel, the nodes of the
   panel do. Where it turns more, an isotropic panel has the closed form

     int_-1^1 P_k(t) exp(i s t) dt = 2 i^k j_k(s)

   for each term of its series, and others are cut into pieces, with values from the series.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <math.h>

#include "decoherence_impl.h"

enum { N = QLBE_PANEL_NODES, MOST_PIECES = 5000 };

/* Half of the phase over a panel, or a piece of one, that its nodes serve. */
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
   j_0(x) .. j_n(x), n >= 1: upward where that is stable, for l < x. Downward recurrences have nothing
   to begin with where j_n underflows; Steed's method has.
*/
static PetscErrorCode SphericalBessel(PetscInt n, double x, double j[])
{
  int status;

  PetscFunctionBegin;
  if (x > (double)n) {
    j[0] = sin(x) / x;
    j[1] = (j[0] - cos(x)) / x;
    for (PetscInt l = 1; l < n; l++) j[l + 1] = (double)(2 * l + 1) / x * j[l] - j[l - 1];
    PetscFunctionReturn(0);
  }
  status = gsl_sf_bessel_jl_steed_array((int)n, x, j);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB,
             "spherical Bessel functions up to %" PetscInt_FMT " at %g: %s", n, x,
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* The bracket of the integrand at one |q| for w[l * step]; j[2 n_l] is work. */
static PetscErrorCode Bracket(QlbeDecoherence x, double phase, PetscInt step, const double w[],
                              double j[], double *value)
{
  double sign = 1.0;

  PetscFunctionBegin;
  *value = w[0] * OneMinusSinc(phase);
  if (x->g.n_l == 1) PetscFunctionReturn(0);
  PetscCall(SphericalBessel(2 * x->g.n_l - 1, phase, j));
  for (PetscInt l = 1; l < x->g.n_l; l++) {
    sign = -sign;
    *value -= (4.0 * (double)l + 1.0) * sign * w[l * step] * j[2 * l];
  }
  PetscFunctionReturn(0);
}

/* Values of the series [n_l][N] at t in [-1, 1] into w[n_l]. */
static void Interpolate(PetscInt n_l, const double series[], double t, double w[])
{
  double before = 0.0, now = 1.0;

  for (PetscInt l = 0; l < n_l; l++) w[l] = 0.0;
  for (PetscInt k = 0; k < N; k++) {
    const double next = ((double)(2 * k + 1) * t * now - (double)k * before) / (double)(k + 1);
    for (PetscInt l = 0; l < n_l; l++) w[l] += series[l * N + k] * now;
    before = now;
    now = next;
  }
}

static PetscErrorCode Pieces(QlbeDecoherence x, const QlbePanel *panel, const double series[],
                             double d, double *rate)
{
  const double half_phase = panel->half * d / x->par.hbar;
  const PetscInt pieces = (PetscInt)ceil(PetscMin(half_phase / most_phase, MOST_PIECES + 1.0));
  double *w, *j;

  PetscFunctionBegin;
  *rate = NAN;
  if (pieces > MOST_PIECES) PetscFunctionReturn(0);
  PetscCall(PetscMalloc2(x->g.n_l, &w, 2 * x->g.n_l, &j));
  *rate = 0.0;
  for (PetscInt i = 0; i < pieces; i++)
    for (PetscInt k = 0; k < N; k++) {
      const double t = (2.0 * (double)i + 1.0 + x->panel.x[k]) / (double)pieces - 1.0;
      const double q = panel->middle + panel->half * t;
      double value;
      Interpolate(x->g.n_l, series, t, w);
      PetscCall(Bracket(x, q * d / x->par.hbar, 1, w, j, &value));
      *rate += panel->half / (double)pieces * x->panel.w[k] * q * value;
    }
  PetscCall(PetscFree2(w, j));
  PetscFunctionReturn(0);
}

/* int |q| w d|q| - (hbar/d) int w sin(|q| d/hbar) d|q|, from the series of w. */
static PetscErrorCode Oscillating(QlbeDecoherence x, const QlbePanel *panel, const double series[],
                                  double d, double *rate)
{
  const double per_q = d / x->par.hbar, turn = panel->middle * per_q;
  const double part[4] = {sin(turn), cos(turn), -sin(turn), -cos(turn)}; /* Im i^k exp(i turn) */
  const double all =
      2.0 * panel->half * (panel->middle * series[0] + panel->half * series[1] / 3.0);
  double j[N], sum = 0.0;

  PetscFunctionBegin;
  PetscCall(SphericalBessel(N - 1, panel->half * per_q, j));
  for (PetscInt k = N - 1; k >= 0; k--) sum += part[k % 4] * series[k] * j[k];
  *rate = all - 2.0 * panel->half * sum / per_q;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherencePanelRate(QlbeDecoherence x, const QlbePanel *panel, int rule,
                                        double d, double *rate)
{
  const double *value = panel->value[rule], *series = panel->series[rule];
  double *j;

  PetscFunctionBegin;
  *rate = 0.0;
  if (panel->half * d > most_phase * x->par.hbar) {
    PetscCall((x->g.n_l == 1 ? Oscillating : Pieces)(x, panel, series, d, rate));
    PetscFunctionReturn(0);
  }
  PetscCall(PetscMalloc1(2 * x->g.n_l, &j));
  for (PetscInt i = 0; i < N; i++) {
    const double q = panel->middle + panel->half * x->panel.x[i];
    double bracket;
    PetscCall(Bracket(x, q * d / x->par.hbar, N, value + i, j, &bracket));
    *rate += panel->half * x->panel.w[i] * q * bracket;
  }
  PetscCall(PetscFree(j));
  PetscFunctionReturn(0);
}
