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
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <petscdt.h>

#include "qlbe/amplitude_table.h"
#include "qlbe/chebyshev.h"
#include "qlbe/transverse_sample.h"

struct _p_QlbeTransverseSampler {
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

/*
   A block of quadrature points of one k_perp, with the weights of even and of odd modes: row `point` of even[][n_even n_rho] and
   odd[][n_odd n_rho].
*/
typedef struct {
  PetscInt n, capacity;
  PetscInt n_even, n_odd;     /* numbers of modes */
  double *z2_plus, *z2_minus; /* |u -+ kappa|^2 of the two amplitudes */
  double *even, *odd;
} Points;

/* Points in a block, roughly: its weights stay in the cache. */
enum { BLOCK = 256 };

/* Weights below exp(-42) of the largest are rounding. */
static const double negligible_exponent = 42.0;

static double Kappa(const QlbeParameters *par, double k)
{
  return par->m_star / par->M * par->hbar * k / 2.0;
}

double QlbeTransverseSamplerPhase(QlbeTransverseSampler s)
{
  return Kappa(&s->par, s->range.k) * s->par.a / s->par.hbar;
}

PetscErrorCode QlbeTransverseSamplerCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                           const QlbeTransverseRange *range, double tolerance,
                                           QlbeTransverseSampler *sampler)
{
  const double thermal = sqrt(par->m / par->beta), shrink = par->m_star / par->m;
  const double kappa = Kappa(par, range->k);
  double phase;
  QlbeTransverseSampler s;

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

PetscErrorCode QlbeTransverseSamplerDestroy(QlbeTransverseSampler *sampler)
{
  PetscFunctionBegin;
  if (!*sampler) PetscFunctionReturn(0);
  PetscCall(QlbeAmplitudeTableDestroy(&(*sampler)->amplitude));
  PetscCall(PetscFree2((*sampler)->x, (*sampler)->w));
  PetscCall(PetscFree(*sampler));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseSamplerGetError(QlbeTransverseSampler sampler, double *error)
{
  PetscFunctionBegin;
  *error = sampler->amplitude_error;
  PetscFunctionReturn(0);
}

/*
   e^-x I_n(x) for n < n_modes. Where x > n^2 upward recurrence loses no more than a digit. Elsewhere, millions of times in a
   table, J. C. P. Miller's algorithm: downward recurrence from an order where I_n is negligible, normalised by
   e^-x (I_0 + 2 sum I_n) = 1; all terms are positive.
*/
static void BesselArray(PetscInt n_modes, double x, double bessel[])
{
  const double last = (double)(n_modes - 1);

  if (x > last * last) {
    bessel[0] = gsl_sf_bessel_I0_scaled(x);
    if (n_modes > 1) bessel[1] = gsl_sf_bessel_I1_scaled(x);
    for (PetscInt n = 1; n + 1 < n_modes; n++)
      bessel[n + 1] = bessel[n - 1] - 2.0 * (double)n / x * bessel[n];
  } else if (x < 1e-4) {
    double term = exp(-x);
    for (PetscInt n = 0; n < n_modes; n++) {
      bessel[n] = term * (1.0 + 0.25 * x * x / (double)(n + 1));
      term *= 0.5 * x / (double)(n + 1);
    }
  } else {
    const PetscInt top = n_modes + 14 + (PetscInt)sqrt(80.0 * x);
    double above = 0.0, now = 1e-300, sum = 0.0;
    for (PetscInt n = top; n > 0; n--) {
      const double below = above + 2.0 * (double)n / x * now;
      sum += now;
      if (n < n_modes) bessel[n] = now;
      above = now;
      now = below;
    }
    bessel[0] = now;
    for (PetscInt n = 0; n < n_modes; n++) bessel[n] /= now + 2.0 * sum;
  }
}

/* Weights of a point at |u| with area element `area`; cosine[n_modes] holds cos(n phi), doubled for n > 0. */
static void PointWeights(const QlbeParameters *par, double u, const double cosine[], double area,
                         double k, const QlbeTransverseNodes *nodes, double bessel[], double even[],
                         double odd[])
{
  const PetscInt n_modes = nodes->n_modes, n_rho = nodes->n_rho;
  const double stretch = par->m / par->m_star, U = stretch * u;

  for (PetscInt r = 0; r < n_rho; r++) {
    const double rho = sqrt(nodes->rho2[r]), R = par->m / par->M * rho;
    const double exponent = 0.5 * par->beta / par->m * (U - R) * (U - R);
    const double gauss =
        exponent < negligible_exponent ? stretch * stretch * area * exp(-exponent) : 0.0;

    if (gauss > 0.0) BesselArray(n_modes, par->beta / par->m * U * R, bessel);
    for (PetscInt mode = 0; mode < n_modes; mode++) {
      const double weight = gauss > 0.0 ? cosine[mode] * gauss * bessel[mode] : 0.0;
      if (mode % 2 == 0)
        even[mode / 2 * n_rho + r] = weight;
      else
        odd[mode / 2 * n_rho + r] = k > 0.0 ? -weight / (rho * k) : 0.0;
    }
  }
}

/* Number of points in nu on a quarter turn: modes, and phases of the amplitude. */
static PetscInt QuarterPoints(const QlbeTransverseSampler s, const QlbeTransverseNodes *nodes)
{
  return s->range.k > 0.0
             ? 12 + nodes->n_modes + (PetscInt)ceil(4.0 * QlbeTransverseSamplerPhase(s))
             : 1;
}

/* Fills the block with the points of the x nodes [begin, end). */
static PetscErrorCode FillPoints(const QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                 double k, PetscInt begin, PetscInt end, Points *points)
{
  const PetscInt n_nu = QuarterPoints(s, nodes), n_modes = nodes->n_modes;
  const double kappa = Kappa(&s->par, k), X = sqrt(hypot(s->u_max, kappa) - kappa);
  double *bessel, *cosine;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n_modes, &bessel, n_modes, &cosine));
  points->n = 0;
  for (PetscInt i = begin; i < end; i++) {
    const double x = X * s->x[i], w = kappa + x * x, root = sqrt(2.0 * kappa + x * x);
    for (PetscInt j = 0; j < n_nu; j++) {
      const double nu = 0.5 * PETSC_PI * ((double)j + 0.5) / (double)n_nu, c = cos(nu);
      const double ux = w * c, uy = x * root * sin(nu), u = hypot(ux, uy);
      /* four quadrants, d^2u = (w^2 - kappa^2 cos^2 nu) dmu dnu, dmu = 2 dx/root */
      const double area = 4.0 * (0.5 * PETSC_PI / (double)n_nu) * (w * w - kappa * kappa * c * c) *
                          2.0 * X * s->w[i] / root;
      const PetscInt point = points->n++;
      points->z2_plus[point] = (w + kappa * c) * (w + kappa * c);
      points->z2_minus[point] = (w - kappa * c) * (w - kappa * c);
      QlbeChebyshevBasis(n_modes, -1.0, 1.0, PetscMin(ux / u, 1.0), cosine);
      for (PetscInt mode = 1; mode < n_modes; mode++) cosine[mode] *= 2.0;
      PointWeights(&s->par, u, cosine, area, k, nodes, bessel,
                   points->even + point * points->n_even * nodes->n_rho,
                   points->odd + point * points->n_odd * nodes->n_rho);
    }
  }
  PetscCall(PetscFree2(bessel, cosine));
  PetscFunctionReturn(0);
}

/* Work space of a block: Chebyshev polynomials, both amplitudes, their products for even and odd modes. */
typedef struct {
  double *polynomials;      /* [points][n_z] */
  double *f_plus, *f_minus; /* [n_q][2][points] */
  double *even, *odd;       /* [n_q][points] */
} Products;

/*
   Products of the two amplitudes at the points and all q: Re into work->even, Im into work->odd. slices holds the coefficients of the
   amplitude at y[n_q] = q/2, [n_q][2][n_z].
*/
static PetscErrorCode AmplitudeProducts(const QlbeTransverseSampler s, PetscInt n_q,
                                        const double y[], const double slices[],
                                        const Points *points, Products *work)
{
  const PetscInt n = points->n;

  PetscFunctionBegin;
  PetscCall(QlbeAmplitudeSlicesEvaluate(s->n_z, n_q, y, slices, s->z_max, n, points->z2_plus,
                                        work->polynomials, work->f_plus));
  PetscCall(QlbeAmplitudeSlicesEvaluate(s->n_z, n_q, y, slices, s->z_max, n, points->z2_minus,
                                        work->polynomials, work->f_minus));
  for (PetscInt iq = 0; iq < n_q; iq++) {
    const double *pr = work->f_plus + 2 * iq * n, *pi = pr + n;
    const double *mr = work->f_minus + 2 * iq * n, *mi = mr + n;
#pragma omp simd
    for (PetscInt i = 0; i < n; i++) {
      work->even[iq * n + i] = pr[i] * mr[i] + pi[i] * mi[i];
      work->odd[iq * n + i] = pi[i] * mr[i] - pr[i] * mi[i];
    }
  }
  PetscFunctionReturn(0);
}

/* sums[n_q][columns] += products[n_q][n] weights[n][columns] */
static PetscErrorCode AddProduct(PetscInt n_q, PetscInt n, PetscInt columns,
                                 const double products[], const double weights[], double sums[])
{
  const gsl_matrix_const_view a = gsl_matrix_const_view_array(products, (size_t)n_q, (size_t)n);
  const gsl_matrix_const_view b = gsl_matrix_const_view_array(weights, (size_t)n, (size_t)columns);
  gsl_matrix_view c = gsl_matrix_view_array(sums, (size_t)n_q, (size_t)columns);
  const int status =
      gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1.0, &a.matrix, &b.matrix, 1.0, &c.matrix);

  PetscFunctionBegin;
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "dgemm: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

/* Sums over all points at one k_perp: even[n_q][n_even n_rho] and odd[n_q][n_odd n_rho]. */
static PetscErrorCode SumPoints(const QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                double k, const double y[], const double slices[], Points *points,
                                Products *work, double even[], double odd[])
{
  const PetscInt n_q = nodes->n_q, n_rho = nodes->n_rho;
  const PetscInt step = points->capacity / QuarterPoints(s, nodes);

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(even, n_q * points->n_even * n_rho));
  PetscCall(PetscArrayzero(odd, n_q * points->n_odd * n_rho));
  for (PetscInt begin = 0; begin < s->n_x; begin += step) {
    PetscCall(FillPoints(s, nodes, k, begin, PetscMin(begin + step, s->n_x), points));
    PetscCall(AmplitudeProducts(s, n_q, y, slices, points, work));
    PetscCall(AddProduct(n_q, points->n, points->n_even * n_rho, work->even, points->even, even));
    if (points->n_odd > 0)
      PetscCall(AddProduct(n_q, points->n, points->n_odd * n_rho, work->odd, points->odd, odd));
  }
  PetscFunctionReturn(0);
}

/* The coefficients of the amplitude at y = q/2 for all q, which every k_perp shares. */
static PetscErrorCode FillSlices(const QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                 double y[], double slices[])
{
  PetscFunctionBegin;
  for (PetscInt iq = 0; iq < nodes->n_q; iq++) {
    double *at = slices + 2 * iq * s->n_z;
    y[iq] = 0.5 * nodes->q[iq];
    PetscCall(QlbeAmplitudeTableSlice(s->amplitude, y[iq], at, at + s->n_z));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseSample(QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                    double values[])
{
  const PetscInt n_q = nodes->n_q, n_k = nodes->n_k, n_rho = nodes->n_rho, n_modes = nodes->n_modes;
  const PetscInt n_nu = QuarterPoints(s, nodes), capacity = n_nu * PetscMax(1, BLOCK / n_nu);
  double *y, *slices, *even, *odd;
  Points points = {.capacity = capacity, .n_even = (n_modes + 1) / 2, .n_odd = n_modes / 2};
  const PetscInt columns[2] = {points.n_even * n_rho, points.n_odd * n_rho};
  Products work;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n_q, &y, 2 * n_q * s->n_z, &slices, n_q * columns[0], &even,
                         n_q * columns[1], &odd));
  PetscCall(PetscMalloc4(capacity, &points.z2_plus, capacity, &points.z2_minus,
                         capacity * columns[0], &points.even, capacity * columns[1], &points.odd));
  PetscCall(PetscMalloc5(capacity * s->n_z, &work.polynomials, 2 * n_q * capacity, &work.f_plus,
                         2 * n_q * capacity, &work.f_minus, n_q * capacity, &work.even,
                         n_q * capacity, &work.odd));
  PetscCall(FillSlices(s, nodes, y, slices));
  for (PetscInt ik = 0; ik < n_k; ik++) {
    PetscCall(SumPoints(s, nodes, nodes->k_perp[ik], y, slices, &points, &work, even, odd));
    for (PetscInt iq = 0; iq < n_q; iq++) {
      for (PetscInt mode = 0; mode < n_modes; mode++) {
        const double *from =
            (mode % 2 == 0 ? even : odd) + iq * columns[mode % 2] + mode / 2 * n_rho;
        PetscCall(PetscArraycpy(values + ((iq * n_k + ik) * n_modes + mode) * n_rho, from, n_rho));
      }
    }
  }
  PetscCall(PetscFree4(y, slices, even, odd));
  PetscCall(PetscFree4(points.z2_plus, points.z2_minus, points.even, points.odd));
  PetscCall(PetscFree5(work.polynomials, work.f_plus, work.f_minus, work.even, work.odd));
  PetscFunctionReturn(0);
}
