/*
   Quadrature points of the transverse integral and their weights: elliptic coordinates and Bessel
   factors of transverse_sample.c.
*/
#include "qlbe/chebyshev.h"
#include "transverse_sample_impl.h"

/* Weights below exp(-42) of the largest are rounding. */
static const double negligible_exponent = 42.0;

/* Values of rho whose Bessel functions run side by side in vector registers. */
enum { LANES = 8 };

double QlbeTransverseKappa_Private(const QlbeParameters *par, double k_perp)
{
  return par->m_star / par->M * par->hbar * k_perp / 2.0;
}

/*
   Modes, and phases of the amplitude. At k_perp = 0 nothing depends on nu, and sums of many equal
   terms would all be rounded to one side, which differences in k amplify.
*/
PetscInt QlbeTransverseQuarterPoints_Private(QlbeTransverseSampler s, PetscInt n_modes,
                                             double k_perp)
{
  return k_perp > 0.0 ? 12 + n_modes + (PetscInt)ceil(4.0 * QlbeTransverseSamplerPhase(s)) : 1;
}

/*
   Order from which I_n(x) is negligible against I_0(x), or for small x not far from underflow: the
   terms grow by no more than 1 + 2 n/x from one order to the next, which leaves them between 1e-300
   and 1e300.
*/
static double FirstOrder(PetscInt n_modes, double x)
{
  const double order = (double)n_modes + 14.0 + floor(sqrt(80.0 * x));

  return x < 1.0 ? PetscMin(order, floor(590.0 / log10(1.0 + 2.0 * order / x))) : order;
}

/*
   e^-x I_n(x), n < n_modes, of LANES arguments x >= 0 into bessel[n_modes + 1][LANES], the last row
   being work space. J. C. P. Miller's algorithm: downward recurrence from an order where I_n is
   negligible, for each lane its own, normalised by e^-x (I_0 + 2 sum I_n) = 1; all terms are
   positive.
*/
static void BesselLanes(PetscInt n_modes, const double x[LANES], double bessel[])
{
  double first[LANES], twice_inverse[LANES], above[LANES], now[LANES], sum[LANES];
  double highest = (double)n_modes;

  for (PetscInt i = 0; i < LANES; i++) {
    const double argument = PetscMax(x[i], 1e-290);
    first[i] = FirstOrder(n_modes, argument);
    twice_inverse[i] = 2.0 / argument;
    above[i] = now[i] = sum[i] = 0.0;
    highest = PetscMax(highest, first[i]);
  }
  for (PetscInt n = (PetscInt)highest; n > 0; n--) {
    const double order = (double)n;
    double *out = bessel + PetscMin(n, n_modes) * LANES;
#pragma omp simd
    for (PetscInt i = 0; i < LANES; i++) {
      const double here = order == first[i] ? 1e-300 : now[i];
      now[i] = above[i] + order * twice_inverse[i] * here;
      above[i] = here;
      sum[i] += here;
      out[i] = here;
    }
  }
  for (PetscInt i = 0; i < LANES; i++) {
    bessel[i] = now[i];
    sum[i] = 1.0 / (now[i] + 2.0 * sum[i]);
  }
  for (PetscInt n = 0; n < n_modes; n++) {
#pragma omp simd
    for (PetscInt i = 0; i < LANES; i++) bessel[n * LANES + i] *= sum[i];
  }
}

/* A point of the plane, and where its weights go. */
typedef struct {
  double k;       /* k_perp */
  double u, area; /* |u|, area element */
  double *cosine; /* [n_modes] cos(n phi), doubled for n > 0; 0 there for k = 0, the mean over nu */
  double *even, *odd; /* [n_even][n_rho], [n_odd][n_rho] */
} Point;

/*
   Weights of a point for the rho from number r on, as many as there are lanes;
   bessel[n_modes + 1][LANES] is work space.
*/
static void LaneWeights(const QlbeParameters *par, const Point *point,
                        const QlbeTransverseNodes *nodes, PetscInt r, double bessel[])
{
  const PetscInt used = PetscMin(LANES, nodes->n_rho - r);
  const double stretch = par->m / par->m_star, U = stretch * point->u;
  double gauss[LANES], x[LANES], rho[LANES], largest = 0.0;

  for (PetscInt i = 0; i < LANES; i++) {
    double R, exponent;
    rho[i] = sqrt(nodes->rho2[r + PetscMin(i, used - 1)]);
    R = par->m / par->M * rho[i];
    exponent = 0.5 * par->beta / par->m * (U - R) * (U - R);
    gauss[i] = exponent < negligible_exponent ? exp(-exponent) : 0.0;
    x[i] = exponent < negligible_exponent ? par->beta / par->m * U * R : 1.0;
    largest = PetscMax(largest, gauss[i]);
  }
  if (largest > 0.0) BesselLanes(nodes->n_modes, x, bessel);
  for (PetscInt mode = 0; mode < nodes->n_modes; mode++) {
    const double weight = stretch * stretch * point->area * point->cosine[mode];
    const double *scaled = bessel + mode * LANES;
    double *out = (mode % 2 == 0 ? point->even : point->odd) + mode / 2 * nodes->n_rho + r;
    const double even_scale = largest > 0.0 ? weight : 0.0;
    const double odd_scale = point->k > 0.0 ? -even_scale / point->k : 0.0;
    for (PetscInt i = 0; i < used; i++)
      out[i] = gauss[i] * scaled[i] * (mode % 2 == 0 ? even_scale : odd_scale / rho[i]);
  }
}

PetscErrorCode QlbeTransversePointsFill_Private(QlbeTransverseSampler s,
                                                const QlbeTransverseNodes *nodes, double k,
                                                PetscInt begin, PetscInt end,
                                                TransversePoints *points)
{
  const PetscInt n_modes = nodes->n_modes;
  const PetscInt n_nu = QlbeTransverseQuarterPoints_Private(s, n_modes, k);
  const double kappa = QlbeTransverseKappa_Private(&s->par, k);
  const double X = sqrt(hypot(s->u_max, kappa) - kappa);
  double *bessel;
  Point at = {.k = k};

  PetscFunctionBegin;
  PetscCall(PetscCalloc2((n_modes + 1) * LANES, &bessel, n_modes, &at.cosine));
  points->n = 0;
  for (PetscInt i = begin; i < end; i += 2) {
    const double x = X * s->x.x[i], w = kappa + x * x, root = sqrt(2.0 * kappa + x * x);
    for (PetscInt j = 0; j < n_nu; j++) {
      const double nu = 0.5 * PETSC_PI * ((double)j + 0.5) / (double)n_nu, c = cos(nu);
      const double ux = w * c, uy = x * root * sin(nu);
      const PetscInt point = points->n++;
      at.even = points->even + point * points->n_even * nodes->n_rho;
      at.odd = points->odd + point * points->n_odd * nodes->n_rho;
      at.u = hypot(ux, uy);
      /* four quadrants, d^2u = (w^2 - kappa^2 cos^2 nu) dmu dnu, dmu = 2 dx/root */
      at.area = 4.0 * (0.5 * PETSC_PI / (double)n_nu) * (w * w - kappa * kappa * c * c) * 2.0 * X *
                s->x.w[i] / root;
      points->z2_plus[point] = (w + kappa * c) * (w + kappa * c);
      points->z2_minus[point] = (w - kappa * c) * (w - kappa * c);
      QlbeChebyshevBasis(n_modes, -1.0, 1.0, PetscMin(ux / at.u, 1.0), at.cosine);
      for (PetscInt mode = 1; mode < n_modes; mode++) at.cosine[mode] *= k > 0.0 ? 2.0 : 0.0;
      for (PetscInt r = 0; r < nodes->n_rho; r += LANES)
        LaneWeights(&s->par, &at, nodes, r, bessel);
    }
  }
  PetscCall(PetscFree2(bessel, at.cosine));
  PetscFunctionReturn(0);
}
