/*
   The transverse integral at given q, k_perp and rho, mode by mode.

   With u = (m_star/m) v - (m_star/M) p_perp it is a Gaussian convolution in the plane,

     F = (m/m_star)^2 int d^2u exp(-(beta/2m) |(m/m_star) u + (m/M) p_perp|^2) g(u),
     g(u) = f(|u + kappa|, q/2) conj f(|u - kappa|, q/2),   kappa = (m_star/M) hbar k_perp/2,

   and the angle of p_perp enters through exp(-x (1 + cos(phi - alpha))) = sum_n (2 - delta_n0)
   (-1)^n e^-x I_n(x) cos n(phi - alpha), so that F = sum_n F_n(rho) cos(n alpha) with

     F_n = (m/m_star)^2 (2 - delta_n0) (-1)^n int d^2u cos(n phi) exp(-(beta/2m) (U - R)^2) [e^-x
   I_n(x)] g(u), U = (m/m_star) |u|,   R = (m/M) rho,   x = (beta/m) U R.

   Im f has a cone at zero relative momentum, and g two of them, at u = -+kappa (for q = 0; rounded
   off over q/2 otherwise). Elliptic coordinates with the foci there,

     u = (w cos nu, (w^2 - kappa^2)^(1/2) sin nu),   |u -+ kappa| = w -+ kappa cos nu,

   make the integrand analytic, and w = kappa + x^2 keeps it so at the segment between the foci for
   every kappa down to 0, where they become polar coordinates. Gauss-Legendre in x and the midpoint
   rule in nu then converge exponentially for all q and k_perp. Reflections leave one quadrant,
   where even modes take the real part of g and odd ones the imaginary part.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <petscdt.h>

#include "qlbe/amplitude_table.h"
#include "qlbe/chebyshev.h"
#include "transverse_sample.h"

struct TransverseSampler_s {
  QlbeParameters par;
  QlbeTransverseRange range;
  QlbeAmplitudeTable amplitude;
  double amplitude_error;
  PetscInt n_z; /* terms of the amplitude's series in z^2 */
  double z_max;
  double u_max;
  PetscInt n_x;
  double *x, *w; /* Gauss-Legendre rule on [0, 1] */
};

/* Quadrature points of one k_perp. */
typedef struct {
  PetscInt n;
  double *z2_plus, *z2_minus; /* |u -+ kappa|^2 of the two amplitudes */
  double *weight;             /* [n_modes * n_rho][n] */
} Points;

static double Kappa(const QlbeParameters *par, double k)
{
  return par->m_star / par->M * par->hbar * k / 2.0;
}

double TransverseSamplerPhase(TransverseSampler s)
{
  return Kappa(&s->par, s->range.k) * s->par.a / s->par.hbar;
}

double TransverseUnitOfK(const QlbeTransverseRange *range, double k_perp)
{
  const double ratio = k_perp / range->k;

  return range->q_max > 0.0 ? ratio * ratio : ratio;
}

/* The inverse of TransverseUnitOfK. */
static double KOfUnit(const QlbeTransverseRange *range, double unit)
{
  return range->k * (range->q_max > 0.0 ? sqrt(unit) : unit);
}

PetscErrorCode TransverseSamplerCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                       const QlbeTransverseRange *range, double tolerance,
                                       TransverseSampler *sampler)
{
  const double thermal = sqrt(par->m / par->beta), shrink = par->m_star / par->m;
  const double kappa = Kappa(par, range->k);
  double phase;
  TransverseSampler s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->par = *par;
  s->range = *range;
  s->u_max = shrink * (par->m / par->M * range->rho + 9.0 * thermal);
  s->n_x = 24 + (PetscInt)ceil(3.0 * s->u_max / (shrink * thermal) +
                               2.0 * s->u_max * par->a / par->hbar);
  PetscCall(PetscMalloc2(s->n_x, &s->x, s->n_x, &s->w));
  PetscCall(PetscDTGaussQuadrature(s->n_x, 0.0, 1.0, s->x, s->w));
  s->z_max = (hypot(s->u_max, kappa) + kappa) * (1.0 + 1e-12);
  phase = par->a * s->z_max / par->hbar;
  /* the forward amplitude grows like a^2 p/2 hbar, and the rounding of its partial waves faster */
  PetscCall(QlbeAmplitudeTableCreate(interaction, s->z_max, range->q_max / 2.0 + 1e-12 * s->z_max,
                                     tolerance * PetscMax(1.0, phase * phase / 16.0),
                                     &s->amplitude));
  PetscCall(QlbeAmplitudeTableGetSizes(s->amplitude, &s->n_z, NULL));
  PetscCall(QlbeAmplitudeTableGetError(s->amplitude, &s->amplitude_error));
  *sampler = s;
  PetscFunctionReturn(0);
}

PetscErrorCode TransverseSamplerDestroy(TransverseSampler *sampler)
{
  PetscFunctionBegin;
  PetscCall(QlbeAmplitudeTableDestroy(&(*sampler)->amplitude));
  PetscCall(PetscFree2((*sampler)->x, (*sampler)->w));
  PetscCall(PetscFree(*sampler));
  PetscFunctionReturn(0);
}

PetscErrorCode TransverseSamplerGetError(TransverseSampler sampler, double *error)
{
  PetscFunctionBegin;
  *error = sampler->amplitude_error;
  PetscFunctionReturn(0);
}

/*
   e^-x I_n(x) for n < n_modes. The upward recurrence loses a factor exp(n^2/x) against rounding, so
   it serves for x > n^2, where the library's downward one needs a continued fraction of some x
   terms.
*/
static PetscErrorCode BesselArray(PetscInt n_modes, double x, double bessel[])
{
  const double last = (double)(n_modes - 1);

  PetscFunctionBegin;
  if (x > last * last) {
    bessel[0] = gsl_sf_bessel_I0_scaled(x);
    if (n_modes > 1) bessel[1] = gsl_sf_bessel_I1_scaled(x);
    for (PetscInt n = 1; n + 1 < n_modes; n++)
      bessel[n + 1] = bessel[n - 1] - 2.0 * (double)n / x * bessel[n];
  } else {
    const int status = gsl_sf_bessel_In_scaled_array(0, (int)n_modes - 1, x, bessel);
    PetscCheck(status == GSL_SUCCESS || status == GSL_EUNDRFLW, PETSC_COMM_SELF, PETSC_ERR_LIB,
               "Bessel functions up to order %" PetscInt_FMT ": %s", n_modes, gsl_strerror(status));
  }
  PetscFunctionReturn(0);
}

/*
   Weights of the point at |u| with area element area, for all modes and rho, into
   weight[(mode*n_rho + r)*n + point]; cosine[n_modes] holds cos(n phi), doubled for n > 0.
*/
static PetscErrorCode PointWeights(const QlbeParameters *par, double u, const double cosine[],
                                   double area, double k, TransverseDegrees d, const double rho2[],
                                   double bessel[], PetscInt point, Points *points)
{
  const PetscInt n_modes = d.n[2], n_rho = d.n[3];
  const double stretch = par->m / par->m_star, U = stretch * u;

  PetscFunctionBegin;
  for (PetscInt r = 0; r < n_rho; r++) {
    const double rho = sqrt(rho2[r]), R = par->m / par->M * rho;
    const double gauss =
        stretch * stretch * area * exp(-0.5 * par->beta / par->m * (U - R) * (U - R));

    PetscCall(BesselArray(n_modes, par->beta / par->m * U * R, bessel));
    for (PetscInt mode = 0; mode < n_modes; mode++) {
      const double parity = mode % 2 == 0 ? 1.0 : -1.0 / (rho * k);
      points->weight[(mode * n_rho + r) * points->n + point] =
          parity * cosine[mode] * gauss * bessel[mode];
    }
  }
  PetscFunctionReturn(0);
}

/* Number of points in nu on a quarter turn: modes, and phases of the amplitude. */
static PetscInt QuarterPoints(const TransverseSampler s, TransverseDegrees d)
{
  return s->range.k > 0.0 ? 12 + d.n[2] + (PetscInt)ceil(4.0 * TransverseSamplerPhase(s)) : 1;
}

static PetscErrorCode FillPoints(const TransverseSampler s, TransverseDegrees d, double k,
                                 const double rho2[], Points *points)
{
  const PetscInt n_nu = QuarterPoints(s, d);
  const double kappa = Kappa(&s->par, k), X = sqrt(hypot(s->u_max, kappa) - kappa);
  double *bessel, *cosine;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(d.n[2], &bessel, d.n[2], &cosine));
  for (PetscInt i = 0; i < s->n_x; i++) {
    const double x = X * s->x[i], w = kappa + x * x, root = sqrt(2.0 * kappa + x * x);
    for (PetscInt j = 0; j < n_nu; j++) {
      const double nu = 0.5 * PETSC_PI * ((double)j + 0.5) / (double)n_nu, c = cos(nu);
      const double ux = w * c, uy = x * root * sin(nu), u = hypot(ux, uy);
      /* four quadrants, d^2u = (w^2 - kappa^2 cos^2 nu) dmu dnu, dmu = 2 dx/root */
      const double area = 4.0 * (0.5 * PETSC_PI / (double)n_nu) * (w * w - kappa * kappa * c * c) *
                          2.0 * X * s->w[i] / root;
      const PetscInt point = i * n_nu + j;
      points->z2_plus[point] = (w + kappa * c) * (w + kappa * c);
      points->z2_minus[point] = (w - kappa * c) * (w - kappa * c);
      QlbeChebyshevBasis(d.n[2], -1.0, 1.0, PetscMin(ux / u, 1.0), cosine);
      for (PetscInt mode = 1; mode < d.n[2]; mode++) cosine[mode] *= 2.0;
      PetscCall(PointWeights(&s->par, u, cosine, area, k, d, rho2, bessel, point, points));
    }
  }
  PetscCall(PetscFree2(bessel, cosine));
  PetscFunctionReturn(0);
}

/* F_mode(rho_r) at one q and k_perp: out[n_modes * n_rho]. work holds 5 n doubles. */
static PetscErrorCode SampleModes(const TransverseSampler s, TransverseDegrees d, double q,
                                  const double f_re[], const double f_im[], const Points *points,
                                  double work[], double out[])
{
  const PetscInt n = points->n;
  double *pr = work, *pi = work + n, *mr = work + 2 * n, *mi = work + 3 * n, *odd = work + 4 * n;

  PetscFunctionBegin;
  PetscCall(QlbeAmplitudeSliceEvaluate(s->n_z, f_re, f_im, s->z_max, 0.5 * q, n, points->z2_plus,
                                       pr, pi));
  PetscCall(QlbeAmplitudeSliceEvaluate(s->n_z, f_re, f_im, s->z_max, 0.5 * q, n, points->z2_minus,
                                       mr, mi));
  for (PetscInt i = 0; i < n; i++) {
    odd[i] = pi[i] * mr[i] - pr[i] * mi[i];
    pr[i] = pr[i] * mr[i] + pi[i] * mi[i];
  }
  for (PetscInt row = 0; row < d.n[2] * d.n[3]; row++) {
    const double *weight = points->weight + row * n, *g = (row / d.n[3]) % 2 == 0 ? pr : odd;
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (PetscInt i = 0; i < n; i++) sum += weight[i] * g[i];
    out[row] = sum;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode TransverseSample(TransverseSampler s, TransverseDegrees d, double values[])
{
  const PetscInt n_q = d.n[0], n_k = d.n[1], rows = d.n[2] * d.n[3];
  double *q, *unit, *rho2, *f_re, *f_im, *work;
  Points points = {.n = s->n_x * QuarterPoints(s, d)};

  PetscFunctionBegin;
  PetscCall(PetscMalloc3(n_q, &q, n_k, &unit, d.n[3], &rho2));
  PetscCall(PetscMalloc3(s->n_z, &f_re, s->n_z, &f_im, 5 * points.n, &work));
  PetscCall(PetscMalloc3(points.n, &points.z2_plus, points.n, &points.z2_minus, rows * points.n,
                         &points.weight));
  QlbeChebyshevNodes(n_q, s->range.q_min, s->range.q_max, q);
  QlbeChebyshevNodes(n_k, 0.0, 1.0, unit);
  QlbeChebyshevNodes(d.n[3], 0.0, s->range.rho * s->range.rho, rho2);
  for (PetscInt ik = 0; ik < n_k; ik++) {
    PetscCall(FillPoints(s, d, KOfUnit(&s->range, unit[ik]), rho2, &points));
    for (PetscInt iq = 0; iq < n_q; iq++) {
      PetscCall(QlbeAmplitudeTableSlice(s->amplitude, 0.5 * q[iq], f_re, f_im));
      PetscCall(
          SampleModes(s, d, q[iq], f_re, f_im, &points, work, values + (iq * n_k + ik) * rows));
    }
  }
  PetscCall(PetscFree3(q, unit, rho2));
  PetscCall(PetscFree3(f_re, f_im, work));
  PetscCall(PetscFree3(points.z2_plus, points.z2_minus, points.weight));
  PetscFunctionReturn(0);
}
