/*
   Table of the transverse integral F of (4.10).

   With u = (m_star/m) v - (m_star/M) p_perp the integral is a Gaussian convolution in the plane,

     F = (m/m_star)^2 int d^2u exp(-(beta/2m) |(m/m_star) u + (m/M) p_perp|^2) g(u),
     g(u) = f(|u + kappa|, q/2) conj f(|u - kappa|, q/2),   kappa = (m_star/M) hbar k_perp/2,

   which is diagonal in the angle to k_perp: g = sum_n g_n(|u|) cos(n phi) goes to F_n(rho) cos(n
   alpha),

     F_n(rho) = (m/m_star)^2 2 pi (-1)^n int u du exp(-(beta/2m) (U - R)^2) [e^-x I_n(x)] g_n(u),
     U = (m/m_star) u,   R = (m/M) rho,   x = (beta/m) U R.

   g(-u) = conj g(u) makes the even modes real and the odd ones imaginary. Each mode is a Chebyshev
   series in (q, k_perp^2, rho^2): the last two enter evenly once the odd modes are divided by rho
   k_perp; q does not, since Im f is |p| times an even function. The degrees grow until the last
   coefficients in each direction are below the tolerance.
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <petscdt.h>
#include <petscviewer.h>

#include "qlbe/amplitude_table.h"
#include "qlbe/chebyshev.h"
#include "qlbe/transverse.h"

enum { MAX_TERMS = 4096 };

struct _p_QlbeTransverse {
  QlbeParameters par;
  QlbeTransverseRange range;
  double tolerance;
  double amplitude_error;
  double largest; /* largest coefficient: the scale of the tolerance */
  PetscInt n_q, n_k, n_modes, n_rho;
  double *c;       /* [n_q][n_k][n_modes][n_rho] */
  double *q_basis; /* work, [n_q] */
};

/* Quadrature over |u| and the amplitude below the table: what stays when the degrees change. */
typedef struct {
  QlbeAmplitudeTable amplitude;
  PetscInt n_z;
  double z_max;
  PetscInt n_u, n_phi;
  double *u, *w;
} Sampler;

/* The four degrees, in the order of the storage. */
typedef struct {
  PetscInt n[4];
} Degrees;

static double KappaOfK(const QlbeParameters *par, double k)
{
  return par->m_star / par->M * par->hbar * k / 2.0;
}

/* Sizes the |u| quadrature by the width of the Gaussian and by the scale hbar/a of the amplitude.
 */
static PetscErrorCode SamplerSetUp(const QlbeParameters *par, QlbeInteraction interaction,
                                   const QlbeTransverseRange *range, double tolerance, Sampler *s)
{
  const double thermal = sqrt(par->m / par->beta);
  const double shrink = par->m_star / par->m;
  const double u_max = shrink * (par->m / par->M * range->rho + 9.0 * thermal);

  PetscFunctionBegin;
  s->n_u = 24 + (PetscInt)ceil(3.0 * u_max / (shrink * thermal) + 2.0 * u_max * par->a / par->hbar);
  PetscCall(PetscMalloc2(s->n_u, &s->u, s->n_u, &s->w));
  PetscCall(PetscDTGaussQuadrature(s->n_u, 0.0, u_max, s->u, s->w));
  s->z_max = u_max + KappaOfK(par, range->k);
  PetscCall(QlbeAmplitudeTableCreate(interaction, s->z_max, range->q_max / 2.0 + 1e-12 * s->z_max,
                                     tolerance, &s->amplitude));
  PetscCall(QlbeAmplitudeTableGetSizes(s->amplitude, &s->n_z, NULL));
  PetscFunctionReturn(0);
}

static PetscErrorCode SamplerDestroy(Sampler *s)
{
  PetscFunctionBegin;
  PetscCall(QlbeAmplitudeTableDestroy(&s->amplitude));
  PetscCall(PetscFree2(s->u, s->w));
  PetscFunctionReturn(0);
}

/*
   g_n(u_j) of one (q, k_perp) into g[n*n_u + j] for n < n_modes; f_re and f_im are the amplitude's
   series in z^2 at y = q/2. Midpoint rule in phi on (0, pi): exact for the modes below n_phi.
*/
static PetscErrorCode AngularModes(const Sampler *s, double kappa, double y, const double f_re[],
                                   const double f_im[], PetscInt n_modes, double work[], double g[])
{
  const PetscInt n = s->n_u * s->n_phi;
  double *z2 = work, *re = work + n, *im = work + 2 * n;

  PetscFunctionBegin;
  for (PetscInt l = 0; l < s->n_phi; l++) {
    const double cosine = cos(PETSC_PI * ((double)l + 0.5) / (double)s->n_phi);
    for (PetscInt j = 0; j < s->n_u; j++) {
      const double u = s->u[j];
      z2[l * s->n_u + j] = PetscMax(u * u + kappa * kappa + 2.0 * u * kappa * cosine, 0.0);
    }
  }
  PetscCall(QlbeAmplitudeSliceEvaluate(s->n_z, f_re, f_im, s->z_max, y, n, z2, re, im));
  PetscCall(PetscArrayzero(g, n_modes * s->n_u));
  for (PetscInt l = 0; l < s->n_phi; l++) {
    const double *fr = re + l * s->n_u, *fi = im + l * s->n_u;
    const double *hr = re + (s->n_phi - 1 - l) * s->n_u, *hi = im + (s->n_phi - 1 - l) * s->n_u;
    for (PetscInt mode = 0; mode < n_modes; mode++) {
      const double angle = PETSC_PI * (double)mode * ((double)l + 0.5) / (double)s->n_phi;
      const double weight = (mode == 0 ? 1.0 : 2.0) / (double)s->n_phi * cos(angle);
      double *out = g + mode * s->n_u;
      if (mode % 2 == 0) {
        for (PetscInt j = 0; j < s->n_u; j++) out[j] += weight * (fr[j] * hr[j] + fi[j] * hi[j]);
      } else {
        for (PetscInt j = 0; j < s->n_u; j++) out[j] += weight * (fi[j] * hr[j] - fr[j] * hi[j]);
      }
    }
  }
  PetscFunctionReturn(0);
}

/* convolve[(mode*n_rho + r)*n_u + j]: weight of g_mode(u_j) in F_mode(rho_r), without the 1/k_perp.
 */
static PetscErrorCode ConvolutionWeights(const QlbeParameters *par, const Sampler *s, Degrees d,
                                         const double rho2[], double convolve[])
{
  const PetscInt n_modes = d.n[2], n_rho = d.n[3];
  const double stretch = par->m / par->m_star;
  double *bessel;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_modes, &bessel));
  for (PetscInt r = 0; r < n_rho; r++) {
    const double rho = sqrt(rho2[r]), R = par->m / par->M * rho;
    for (PetscInt j = 0; j < s->n_u; j++) {
      const double U = stretch * s->u[j];
      const double gauss = exp(-0.5 * par->beta / par->m * (U - R) * (U - R));
      const double weight = stretch * stretch * 2.0 * PETSC_PI * s->u[j] * s->w[j] * gauss;
      const int status =
          gsl_sf_bessel_In_scaled_array(0, (int)n_modes - 1, par->beta / par->m * U * R, bessel);
      PetscCheck(status == GSL_SUCCESS || status == GSL_EUNDRFLW, PETSC_COMM_SELF, PETSC_ERR_LIB,
                 "Bessel functions up to order %" PetscInt_FMT ": %s", n_modes,
                 gsl_strerror(status));
      for (PetscInt mode = 0; mode < n_modes; mode++) {
        const double sign = mode % 2 == 0 ? 1.0 : -1.0 / rho;
        convolve[(mode * n_rho + r) * s->n_u + j] = sign * weight * bessel[mode];
      }
    }
  }
  PetscCall(PetscFree(bessel));
  PetscFunctionReturn(0);
}

/* Values of F_mode at the tensor nodes, in the order of the storage. */
static PetscErrorCode SampleTensor(const QlbeParameters *par, const QlbeTransverseRange *range,
                                   const Sampler *s, Degrees d, double values[])
{
  const PetscInt n_q = d.n[0], n_k = d.n[1], n_modes = d.n[2], n_rho = d.n[3];
  double *q, *k2, *rho2, *convolve, *f_re, *f_im, *work, *g;

  PetscFunctionBegin;
  PetscCall(PetscMalloc4(n_q, &q, n_k, &k2, n_rho, &rho2, n_modes * n_rho * s->n_u, &convolve));
  PetscCall(PetscMalloc4(s->n_z, &f_re, s->n_z, &f_im, 3 * s->n_u * s->n_phi, &work,
                         n_modes * s->n_u, &g));
  QlbeChebyshevNodes(n_q, range->q_min, range->q_max, q);
  QlbeChebyshevNodes(n_k, 0.0, range->k * range->k, k2);
  QlbeChebyshevNodes(n_rho, 0.0, range->rho * range->rho, rho2);
  PetscCall(ConvolutionWeights(par, s, d, rho2, convolve));
  for (PetscInt iq = 0; iq < n_q; iq++) {
    PetscCall(QlbeAmplitudeTableSlice(s->amplitude, 0.5 * q[iq], f_re, f_im));
    for (PetscInt ik = 0; ik < n_k; ik++) {
      const double k = sqrt(k2[ik]);
      double *out = values + (iq * n_k + ik) * n_modes * n_rho;
      PetscCall(AngularModes(s, KappaOfK(par, k), 0.5 * q[iq], f_re, f_im, n_modes, work, g));
      for (PetscInt i = 0; i < n_modes * n_rho; i++) {
        const double *row = convolve + i * s->n_u, *g_mode = g + (i / n_rho) * s->n_u;
        double sum = 0.0;
        for (PetscInt j = 0; j < s->n_u; j++) sum += row[j] * g_mode[j];
        out[i] = (i / n_rho) % 2 == 0 ? sum : sum / k;
      }
    }
  }
  PetscCall(PetscFree4(q, k2, rho2, convolve));
  PetscCall(PetscFree4(f_re, f_im, work, g));
  PetscFunctionReturn(0);
}

/* Values at the nodes to Chebyshev coefficients along one index of a [before][n][after] array. */
static PetscErrorCode TransformAlong(PetscInt before, PetscInt n, PetscInt after, double values[])
{
  double *matrix, *column;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n * n, &matrix, n * after, &column));
  QlbeChebyshevTransform(n, matrix);
  for (PetscInt b = 0; b < before; b++) {
    double *v = values + b * n * after;
    PetscCall(PetscArrayzero(column, n * after));
    for (PetscInt k = 0; k < n; k++) {
      for (PetscInt j = 0; j < n; j++) {
        const double weight = matrix[k * n + j];
        for (PetscInt i = 0; i < after; i++) column[k * after + i] += weight * v[j * after + i];
      }
    }
    PetscCall(PetscArraycpy(v, column, n * after));
  }
  PetscCall(PetscFree2(matrix, column));
  PetscFunctionReturn(0);
}

/*
   For each direction the number of terms above the tolerance; `largest` is the largest coefficient.
   Odd modes count with rho_max k_max / 2, the factor that evaluation gives back.
*/
static void NeededTerms(const double c[], const QlbeTransverseRange *range, Degrees d,
                        double tolerance, PetscInt needed[4], double *largest)
{
  const PetscInt total = d.n[0] * d.n[1] * d.n[2] * d.n[3];

  *largest = 0.0;
  for (PetscInt i = 0; i < total; i++) {
    if ((i / d.n[3]) % d.n[2] == 0) *largest = PetscMax(*largest, fabs(c[i]));
  }
  for (PetscInt axis = 0; axis < 4; axis++) needed[axis] = 1;
  for (PetscInt i = 0; i < total; i++) {
    const PetscInt at[4] = {i / (d.n[3] * d.n[2] * d.n[1]), (i / (d.n[3] * d.n[2])) % d.n[1],
                            (i / d.n[3]) % d.n[2], i % d.n[3]};
    const double scale = at[2] % 2 == 0 ? 1.0 : range->rho * range->k / 2.0;
    if (fabs(c[i]) * scale <= tolerance * *largest) continue;
    for (PetscInt axis = 0; axis < 4; axis++) needed[axis] = PetscMax(needed[axis], at[axis] + 1);
  }
}

/* Copies the leading needed[] terms of a tensor of degrees d. */
static PetscErrorCode Trim(const double c[], Degrees d, const PetscInt needed[4], double **trimmed)
{
  double *out;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(needed[0] * needed[1] * needed[2] * needed[3], trimmed));
  out = *trimmed;
  for (PetscInt iq = 0; iq < needed[0]; iq++) {
    for (PetscInt ik = 0; ik < needed[1]; ik++) {
      for (PetscInt mode = 0; mode < needed[2]; mode++) {
        PetscCall(PetscArraycpy(out, c + ((iq * d.n[1] + ik) * d.n[2] + mode) * d.n[3], needed[3]));
        out += needed[3];
      }
    }
  }
  PetscFunctionReturn(0);
}

/* Raises the degrees until every direction has two terms to spare, then keeps what is needed. */
static PetscErrorCode FillTable(QlbeTransverse t, Sampler *s, Degrees d)
{
  PetscBool settled = PETSC_FALSE;

  PetscFunctionBegin;
  while (!settled) {
    double *values;
    PetscInt needed[4];

    /* aliasing: the midpoint rule must integrate products with modes well beyond the last one kept
     */
    s->n_phi = t->range.k > 0.0 ? PetscMax(32, 4 * d.n[2]) : 1;
    PetscCall(PetscMalloc1(d.n[0] * d.n[1] * d.n[2] * d.n[3], &values));
    PetscCall(SampleTensor(&t->par, &t->range, s, d, values));
    PetscCall(TransformAlong(1, d.n[0], d.n[1] * d.n[2] * d.n[3], values));
    PetscCall(TransformAlong(d.n[0], d.n[1], d.n[2] * d.n[3], values));
    PetscCall(TransformAlong(d.n[0] * d.n[1] * d.n[2], d.n[3], 1, values));
    NeededTerms(values, &t->range, d, t->tolerance, needed, &t->largest);
    settled = PETSC_TRUE;
    for (PetscInt axis = 0; axis < 4; axis++) {
      const PetscBool open = axis == 0   ? (PetscBool)(t->range.q_max > t->range.q_min)
                             : axis == 3 ? PETSC_TRUE
                                         : (PetscBool)(t->range.k > 0.0);
      if (!open || needed[axis] + 2 <= d.n[axis]) continue;
      settled = PETSC_FALSE;
      d.n[axis] += 4 + d.n[axis] / 2;
      PetscCheck(d.n[axis] <= MAX_TERMS, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
                 "the transverse table would need more than %d terms in one direction", MAX_TERMS);
    }
    if (settled) {
      PetscCall(Trim(values, d, needed, &t->c));
      t->n_q = needed[0];
      t->n_k = needed[1];
      t->n_modes = needed[2];
      t->n_rho = needed[3];
    }
    PetscCall(PetscFree(values));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseCreate(const QlbeParameters *par, QlbeInteraction interaction,
                                    const QlbeTransverseRange *range, double tolerance,
                                    QlbeTransverse *table)
{
  QlbeTransverse t;
  Sampler s;
  Degrees d = {{1, 1, 1, 1}};
  const double inverse_length = par->a / par->hbar;

  PetscFunctionBegin;
  PetscCheck(range->q_min >= 0 && range->q_max >= range->q_min && range->rho > 0 && range->k >= 0,
             PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "transverse table: q from %g to %g, rho up to %g, k up to %g", range->q_min,
             range->q_max, range->rho, range->k);
  PetscCheck(par->interaction != QLBE_CLASSICAL || range->k == 0.0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "the classical sphere has no phase: only k = 0 is defined");
  (void)gsl_set_error_handler_off();
  PetscCall(PetscNew(&t));
  t->par = *par;
  t->range = *range;
  t->tolerance = tolerance;
  PetscCall(SamplerSetUp(par, interaction, range, tolerance, &s));
  PetscCall(QlbeAmplitudeTableGetError(s.amplitude, &t->amplitude_error));
  if (range->q_max > range->q_min)
    d.n[0] = 24 + (PetscInt)ceil(5.5 * range->q_max * inverse_length);
  if (range->k > 0.0) {
    const double phase = KappaOfK(par, range->k) * inverse_length;
    d.n[1] = 6 + (PetscInt)ceil(4.0 * phase);
    d.n[2] = 6 + (PetscInt)ceil(8.0 * phase);
  }
  d.n[3] = 16 + (PetscInt)ceil(1.5 * par->m / par->M * range->rho * sqrt(par->beta / par->m));
  PetscCall(FillTable(t, &s, d));
  PetscCall(SamplerDestroy(&s));
  PetscCall(PetscMalloc1(t->n_q, &t->q_basis));
  *table = t;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseDestroy(QlbeTransverse *table)
{
  PetscFunctionBegin;
  if (!*table) PetscFunctionReturn(0);
  PetscCall(PetscFree((*table)->c));
  PetscCall(PetscFree((*table)->q_basis));
  PetscCall(PetscFree(*table));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseGetSizes(QlbeTransverse table, PetscInt *block, PetscInt *slice)
{
  PetscFunctionBegin;
  if (block) *block = table->n_k * table->n_modes * table->n_rho;
  if (slice) *slice = table->n_modes * table->n_rho;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseGetAmplitudeError(QlbeTransverse table, double *error)
{
  PetscFunctionBegin;
  *error = table->amplitude_error;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseView(QlbeTransverse table, PetscViewer viewer)
{
  PetscFunctionBegin;
  PetscCall(PetscViewerASCIIPrintf(
      viewer,
      "kernel table: %" PetscInt_FMT " (q) x %" PetscInt_FMT " (k_perp) x %" PetscInt_FMT
      " (modes) x %" PetscInt_FMT " (rho) terms, amplitude error %.1e a\n",
      table->n_q, table->n_k, table->n_modes, table->n_rho, table->amplitude_error));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseBlock(QlbeTransverse table, double q, double block[])
{
  const PetscInt size = table->n_k * table->n_modes * table->n_rho;
  const double q_min = table->range.q_min, q_max = table->range.q_max;

  PetscFunctionBegin;
  PetscCheck(q >= q_min * (1.0 - 1e-10) && q <= q_max * (1.0 + 1e-10), PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE, "momentum transfer %g outside the table from %g to %g", q,
             q_min, q_max);
  if (q_max > q_min)
    QlbeChebyshevBasis(table->n_q, q_min, q_max, q, table->q_basis);
  else
    table->q_basis[0] = 1.0;
  PetscCall(PetscArrayzero(block, size));
  for (PetscInt iq = 0; iq < table->n_q; iq++) {
    const double weight = table->q_basis[iq], *c = table->c + iq * size;
    for (PetscInt i = 0; i < size; i++) block[i] += weight * c[i];
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeTransverseContract(QlbeTransverse table, const double block[], double k_perp,
                                      double c[], QlbeTransverseSlice *slice)
{
  const PetscInt n_rho = table->n_rho, size = table->n_modes * n_rho;
  const double k2_max = table->range.k * table->range.k;
  const double odd_scale = table->range.rho * k_perp / 2.0;

  PetscFunctionBegin;
  PetscCheck(k_perp <= table->range.k * (1.0 + 1e-10), PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "wave number %g beyond the table's %g", k_perp, table->range.k);
  if (k2_max > 0.0) {
    /* Clenshaw's recurrence over the blocks of one k_perp term each */
    const double t = 2.0 * k_perp * k_perp / k2_max - 1.0;
    double before = 0.0, now = 1.0;
    PetscCall(PetscArraycpy(c, block, size));
    for (PetscInt ik = 1; ik < table->n_k; ik++) {
      const double next = ik == 1 ? t : 2.0 * t * now - before;
      before = now;
      now = next;
      for (PetscInt i = 0; i < size; i++) c[i] += now * block[ik * size + i];
    }
  } else
    PetscCall(PetscArraycpy(c, block, size));
  slice->n_modes = 1;
  if (k_perp > 0.0) {
    for (PetscInt i = 0; i < size; i++) {
      const double scale = (i / n_rho) % 2 == 0 ? 1.0 : odd_scale;
      if (fabs(c[i]) * scale > 0.1 * table->tolerance * table->largest)
        slice->n_modes = PetscMax(slice->n_modes, i / n_rho + 1);
    }
  }
  slice->n_rho = n_rho;
  slice->rho2_max = table->range.rho * table->range.rho;
  slice->k_perp = k_perp;
  slice->c = c;
  PetscFunctionReturn(0);
}
