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
#include "qlbe/matrix_product.h"
#include "transverse_sample_impl.h"

/* Points in a block, roughly: its weights stay in the cache. */
enum { BLOCK = 256 };

double QlbeTransverseSamplerPhase(QlbeTransverseSampler s)
{
  return QlbeTransverseKappa_Private(&s->par, s->range.k) * s->par.a / s->par.hbar;
}

PetscErrorCode QlbeTransverseSamplerCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                           const QlbeTransverseRange *range, double tolerance,
                                           QlbeTransverseSampler *sampler)
{
  const double thermal = sqrt(par->m / par->beta), shrink = par->m_star / par->m;
  const double kappa = QlbeTransverseKappa_Private(par, range->k);
  double phase;
  QlbeTransverseSampler s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  s->par = *par;
  s->range = *range;
  s->u_max = shrink * (par->m / par->M * range->rho + 9.0 * thermal);
  PetscCall(QlbeRuleLegendre(24 + (PetscInt)ceil(3.0 * s->u_max / (shrink * thermal) +
                                                 2.0 * s->u_max * par->a / par->hbar),
                             0.0, 1.0, &s->x));
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
  PetscCall(QlbeRuleDestroy(&(*sampler)->x));
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
   Work space of a block of points and a block of q: Chebyshev polynomials, both amplitudes, their
   products for even and odd modes.
*/
typedef struct {
  double *T_plus, *T_minus; /* [n_z][points] */
  double *f_plus, *f_minus; /* [q][2][points] */
  double *even, *odd;       /* [q][points] */
} Products;

/*
   Products of the two amplitudes at the points and n_q of q: Re into work->even, Im into work->odd.
   slices holds the coefficients of the amplitude at y[n_q] = q/2, [n_q][2][n_z].
*/
static PetscErrorCode AmplitudeProducts(const QlbeTransverseSampler s, PetscInt n_q,
                                        const double y[], const double slices[],
                                        const TransversePoints *points, Products *work)
{
  const PetscInt n = points->n;
  const QlbeAmplitudePoints plus = {n, points->z2_plus, work->T_plus};
  const QlbeAmplitudePoints minus = {n, points->z2_minus, work->T_minus};

  PetscFunctionBegin;
  PetscCall(QlbeAmplitudeSlicesEvaluate(s->n_z, n_q, y, slices, &plus, work->f_plus));
  PetscCall(QlbeAmplitudeSlicesEvaluate(s->n_z, n_q, y, slices, &minus, work->f_minus));
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
  const QlbeMatrixFactor a = {.rows = n_q, .columns = n, .entry = products};
  const QlbeMatrixFactor b = {.rows = n, .columns = columns, .entry = weights};

  PetscFunctionBegin;
  PetscCall(QlbeMatrixProduct(&a, &b, PETSC_TRUE, columns, sums));
  PetscFunctionReturn(0);
}

/* Values of q that are sampled together: coefficients of the amplitude, and sums over points. */
typedef struct {
  QlbeTransverseNodes nodes; /* with these q alone */
  const double *y, *slices;  /* [n_q] q/2, [n_q][2][n_z] */
  double *even, *odd;        /* [n_q][n_even n_rho], [n_q][n_odd n_rho] */
} Transfers;

/* Adds a block of points, q by blocks: the rounding of a block does not depend on the others. */
static PetscErrorCode AddPoints(const QlbeTransverseSampler s, const TransversePoints *points,
                                Products *work, Transfers *t)
{
  const PetscInt n = points->n, n_even = points->n_even * t->nodes.n_rho,
                 n_odd = points->n_odd * t->nodes.n_rho;

  PetscFunctionBegin;
  QlbeAmplitudePolynomials(s->n_z, s->z_max, n, points->z2_plus, work->T_plus);
  QlbeAmplitudePolynomials(s->n_z, s->z_max, n, points->z2_minus, work->T_minus);
  for (PetscInt iq = 0; iq < t->nodes.n_q; iq += QLBE_TRANSVERSE_BLOCK) {
    const PetscInt n_q = PetscMin(QLBE_TRANSVERSE_BLOCK, t->nodes.n_q - iq);
    PetscCall(AmplitudeProducts(s, n_q, t->y + iq, t->slices + 2 * iq * s->n_z, points, work));
    PetscCall(AddProduct(n_q, n, n_even, work->even, points->even, t->even + iq * n_even));
    if (n_odd > 0)
      PetscCall(AddProduct(n_q, n, n_odd, work->odd, points->odd, t->odd + iq * n_odd));
  }
  PetscFunctionReturn(0);
}

/*
   The sums of t over half of the points at one k_perp. A half is every other x node, since Bessel
   functions take longer the larger x.
*/
static PetscErrorCode SumPoints(const QlbeTransverseSampler s, double k, PetscInt half,
                                TransversePoints *points, Products *work, Transfers *t)
{
  const QlbeTransverseNodes *nodes = &t->nodes;
  const PetscInt step =
      2 * (points->capacity / QlbeTransverseQuarterPoints_Private(s, nodes->n_modes, k));

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(t->even, nodes->n_q * points->n_even * nodes->n_rho));
  PetscCall(PetscArrayzero(t->odd, nodes->n_q * points->n_odd * nodes->n_rho));
  for (PetscInt begin = half; begin < s->x.n; begin += step) {
    PetscCall(QlbeTransversePointsFill_Private(s, nodes, k, begin, PetscMin(begin + step, s->x.n),
                                               points));
    PetscCall(AddPoints(s, points, work, t));
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

/* Blocks of q in a sample. */
static PetscInt Blocks(const QlbeTransverseNodes *nodes)
{
  return (nodes->n_q - 1) / QLBE_TRANSVERSE_BLOCK + 1;
}

PetscInt QlbeTransversePieces(const QlbeTransverseNodes *nodes)
{
  return 2 * Blocks(nodes) * nodes->n_k;
}

/* Adds sums over n_q of q to their place in values, which begins at the first of these q. */
static void AddToValues(const QlbeTransverseNodes *nodes, PetscInt n_q, PetscInt ik,
                        const double even[], const double odd[], double values[])
{
  const PetscInt n_modes = nodes->n_modes, n_rho = nodes->n_rho;

  for (PetscInt iq = 0; iq < n_q; iq++) {
    for (PetscInt mode = 0; mode < n_modes; mode++) {
      const double *from = mode % 2 == 0 ? even + (iq * ((n_modes + 1) / 2) + mode / 2) * n_rho
                                         : odd + (iq * (n_modes / 2) + mode / 2) * n_rho;
      double *to = values + ((iq * nodes->n_k + ik) * n_modes + mode) * n_rho;
      for (PetscInt r = 0; r < n_rho; r++) to[r] += from[r];
    }
  }
}

PetscErrorCode QlbeTransverseAddPieces(QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                       PetscInt begin, PetscInt end, double values[])
{
  const PetscInt n_q = nodes->n_q, n_rho = nodes->n_rho, n_modes = nodes->n_modes;
  const PetscInt n_nu = QlbeTransverseQuarterPoints_Private(s, n_modes, s->range.k);
  const PetscInt capacity = n_nu * PetscMax(1, BLOCK / n_nu), blocks = Blocks(nodes);
  const PetscInt together = PetscMin(n_q, QLBE_TRANSVERSE_BLOCK);
  double *y, *slices, *even, *odd;
  TransversePoints points = {
      .capacity = capacity, .n_even = (n_modes + 1) / 2, .n_odd = n_modes / 2};
  const PetscInt columns[2] = {points.n_even * n_rho, points.n_odd * n_rho};
  Products work;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n_q, &y, 2 * n_q * s->n_z, &slices, n_q * columns[0], &even,
                         n_q * columns[1], &odd));
  PetscCall(PetscMalloc4(capacity, &points.z2_plus, capacity, &points.z2_minus,
                         capacity * columns[0], &points.even, capacity * columns[1], &points.odd));
  PetscCall(PetscMalloc6(capacity * s->n_z, &work.T_plus, capacity * s->n_z, &work.T_minus,
                         2 * together * capacity, &work.f_plus, 2 * together * capacity,
                         &work.f_minus, together * capacity, &work.even, together * capacity,
                         &work.odd));
  PetscCall(FillSlices(s, nodes, y, slices));
  while (begin < end) {
    const PetscInt block = begin % blocks, half = begin / blocks % 2, ik = begin / (2 * blocks);
    const PetscInt n = PetscMin(blocks - block, end - begin), first = block * QLBE_TRANSVERSE_BLOCK;
    Transfers t = {*nodes, y + first, slices + 2 * first * s->n_z, even, odd};
    t.nodes.n_q = PetscMin(n * QLBE_TRANSVERSE_BLOCK, n_q - first);
    PetscCall(SumPoints(s, nodes->k_perp[ik], half, &points, &work, &t));
    AddToValues(nodes, t.nodes.n_q, ik, even, odd, values + first * nodes->n_k * n_modes * n_rho);
    begin += n;
  }
  PetscCall(PetscFree4(y, slices, even, odd));
  PetscCall(PetscFree4(points.z2_plus, points.z2_minus, points.even, points.odd));
  PetscCall(PetscFree6(work.T_plus, work.T_minus, work.f_plus, work.f_minus, work.even, work.odd));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseSample(QlbeTransverseSampler s, const QlbeTransverseNodes *nodes,
                                    double values[])
{
  PetscFunctionBegin;
  PetscCall(PetscArrayzero(values, nodes->n_q * nodes->n_k * nodes->n_modes * nodes->n_rho));
  PetscCall(QlbeTransverseAddPieces(s, nodes, 0, QlbeTransversePieces(nodes), values));
  PetscFunctionReturn(0);
}
