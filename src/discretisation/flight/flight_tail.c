/* The part of the gain that no basis holds. */
#include "flight_tail.h"
#include "qlbe/jump_kernel.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_complex.h>
#include <math.h>

/* Directions of q: cosines of the angle with k, and azimuths of half a circle. */
enum { COSINES = 10, AZIMUTHS = 8 };

/* Points of an average over s. */
enum { AVERAGE = 12 };

/* The flight of a product without a duration, in units of s_b. */
static const double no_flight = 1e-3;

/* The part of all s that are negative ones. */
static const double negative = 0.25;

struct _p_FlightTail {
  PetscInt references;
  PetscInt line, lines; /* nodes of a line along k, lines of this rank */
  double speed, basis;  /* k/M, s_b */
  double step;          /* of s, between frequencies */
  PetscScalar *root;    /* [lines * line]: omega^(1/2) */
  double *multiplier;   /* [line], over the number of nodes, averaged over a flight of `averaged` */
  double averaged;
  double *cut; /* [line]: what is left of the functions of a basis */
  gsl_fft_complex_wavetable *table;
  gsl_fft_complex_workspace *space;
};

/* Points of one direction q^ = (sin cos phi, sin sin phi, c) at all nodes. */
typedef struct {
  PetscInt n;
  double *s, *rho2, *x, *re, *im;
} Points;

static PetscErrorCode PointsCreate(PetscInt n, Points *p)
{
  PetscFunctionBegin;
  p->n = n;
  PetscCall(PetscMalloc5(n, &p->s, n, &p->rho2, n, &p->x, n, &p->re, n, &p->im));
  PetscFunctionReturn(0);
}

static PetscErrorCode PointsDestroy(Points *p)
{
  PetscFunctionBegin;
  PetscCall(PetscFree5(p->s, p->rho2, p->x, p->re, p->im));
  PetscFunctionReturn(0);
}

/*
   Adds weight times int dphi W at one cosine to sum[]: lim |q| of the gain in its symmetric form.
*/
static PetscErrorCode AddCosine(const FlightTailMake *make, const double block[], double c,
                                double weight, Points *p, double work[], PetscScalar sum[])
{
  const QlbeParameters *par = make->par;
  const FlightNodes *nodes = make->nodes;
  const double sine = sqrt(1.0 - c * c), k_par = make->k * c;
  QlbeTransverseSlice F;
  QlbeJumpSlice slice;

  PetscFunctionBegin;
  QlbeJumpSliceFactors(par, 0.0, k_par, &slice);
  PetscCall(QlbeTransverseContract(make->limit, block, make->k * sine, work, &F));
  for (int a = 0; a < AZIMUTHS; a++) {
    /* the other half of the circle is the mirror image: p stands in the plane phi = 0 */
    const double cosine = cos(PETSC_PI * ((double)a + 0.5) / AZIMUTHS);
    for (PetscInt j = 0; j < p->n; j++) {
      const double par_p = nodes->par[j], perp = nodes->perp[j];
      p->s[j] = par_p * c + perp * sine * cosine;
      p->rho2[j] = PetscMax(par_p * par_p + perp * perp - p->s[j] * p->s[j], 0.0);
      p->x[j] = par_p * make->k - p->s[j] * k_par;
    }
    if (F.n_modes > 1) {
      QlbeTransverseEvaluate(&F, p->n, p->rho2, p->x, p->re, p->im);
    } else {
      QlbeTransverseEvaluate(&F, p->n, p->rho2, NULL, p->re, NULL);
      PetscCall(PetscArrayzero(p->im, p->n));
    }
    for (PetscInt j = 0; j < p->n; j++)
      sum[j] += weight * 2.0 * PETSC_PI / AZIMUTHS * QlbeJumpSliceGainFactor(&slice, p->s[j]) *
                PetscCMPLX(p->re[j], p->im[j]);
  }
  PetscFunctionReturn(0);
}

/* omega^(1/2): h = W(0) - int_0^1 [W(c) - W(0)]/c^2 dc. */
static PetscErrorCode FillRoot(const FlightTailMake *make, FlightTail *t)
{
  const PetscInt n = t->lines * t->line;
  PetscInt block_size, slice_size;
  double *block, *work, at_zero = 1.0;
  QlbeRule rule;
  Points points;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(t->root, n));
  PetscCall(QlbeTransverseGetSizes(make->limit, &block_size, &slice_size));
  PetscCall(PetscMalloc2(block_size, &block, slice_size, &work));
  PetscCall(QlbeTransverseBlock(make->limit, 0.0, block));
  PetscCall(PointsCreate(n, &points));
  PetscCall(QlbeRuleLegendre(COSINES, 0.0, 1.0, &rule));
  for (PetscInt i = 0; i < rule.n; i++) {
    const double weight = rule.w[i] / (rule.x[i] * rule.x[i]);
    at_zero += weight;
    PetscCall(AddCosine(make, block, rule.x[i], -weight, &points, work, t->root));
  }
  PetscCall(AddCosine(make, block, 0.0, at_zero, &points, work, t->root));
  for (PetscInt j = 0; j < n; j++) t->root[j] = PetscSqrtScalar(2.0 * t->root[j]);
  PetscCall(QlbeRuleDestroy(&rule));
  PetscCall(PointsDestroy(&points));
  PetscCall(PetscFree2(block, work));
  PetscFunctionReturn(0);
}

/* [1 - exp(-(s/s_b)^12)]/s^2. */
static double Multiplier(double s, double basis)
{
  return s == 0.0 ? 0.0 : -expm1(-pow(s / basis, 12.0)) / (s * s);
}

/*
   The multiplier, averaged over the s that a wave flies through while T is applied once: the cut is
   narrow against that. Waves exp(i s p_par) have flown to positive s: a quarter of the period is
   left for others.
*/
static PetscErrorCode Average(FlightTail *t, double flown)
{
  const double before = (1.0 - negative) * (double)t->line;
  QlbeRule rule;

  PetscFunctionBegin;
  if (flown == t->averaged) PetscFunctionReturn(0);
  PetscCall(QlbeRuleLegendre(AVERAGE, -0.5 * flown, 0.5 * flown, &rule));
  for (PetscInt j = 0; j < t->line; j++) {
    const double s = t->step * ((double)j < before ? (double)j : (double)(j - t->line));
    double sum = 0.0;
    for (PetscInt i = 0; i < rule.n; i++) sum += rule.w[i] * Multiplier(s + rule.x[i], t->basis);
    t->multiplier[j] = sum / (flown * (double)t->line);
  }
  PetscCall(QlbeRuleDestroy(&rule));
  t->averaged = flown;
  PetscFunctionReturn(0);
}

static void FillCut(FlightTail *t)
{
  for (PetscInt j = 0; j < t->line; j++) {
    const double s = PetscMin((double)j, (double)(t->line - j)) * t->step;
    t->cut[j] = exp(-0.5 * pow(s / t->basis, 12.0)) / (double)t->line;
  }
}

PetscErrorCode QlbeFlightTailCreate_Private(const FlightTailMake *make, FlightTail **tail)
{
  FlightTail *t;

  PetscFunctionBegin;
  PetscCall(PetscNew(&t));
  t->references = 1;
  t->line = make->nodes->line;
  t->lines = (make->nodes->end - make->nodes->begin) / t->line;
  t->speed = make->k / make->par->M;
  t->basis = make->basis;
  t->step = 2.0 * PETSC_PI / ((double)t->line * make->cylinder->spacing);
  PetscCall(PetscMalloc3(t->lines * t->line, &t->root, t->line, &t->multiplier, t->line, &t->cut));
  PetscCall(FillRoot(make, t));
  FillCut(t);
  PetscCall(Average(t, no_flight * t->basis));
  t->table = gsl_fft_complex_wavetable_alloc((size_t)t->line);
  t->space = gsl_fft_complex_workspace_alloc((size_t)t->line);
  PetscCheck(t->table && t->space, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "No memory for a Fourier transform");
  *tail = t;
  PetscFunctionReturn(0);
}

FlightTail *QlbeFlightTailReference_Private(FlightTail *tail)
{
  tail->references++;
  return tail;
}

PetscErrorCode QlbeFlightTailDestroy_Private(FlightTail **tail)
{
  FlightTail *t = *tail;

  PetscFunctionBegin;
  *tail = NULL;
  if (!t || --t->references > 0) PetscFunctionReturn(0);
  gsl_fft_complex_wavetable_free(t->table);
  gsl_fft_complex_workspace_free(t->space);
  PetscCall(PetscFree3(t->root, t->multiplier, t->cut));
  PetscCall(PetscFree(t));
  PetscFunctionReturn(0);
}

double QlbeFlightTailSteps_Private(const FlightTail *tail, double t)
{
  return tail->speed * t / tail->basis;
}

/* y[line] = T x[line] along one line. exp(i s p) has the coefficient of frequency s. */
static PetscErrorCode Line(const FlightTail *t, const PetscScalar root[], PetscScalar y[])
{
  const size_t n = (size_t)t->line;
  int status;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < t->line; i++) y[i] *= root[i];
  status = gsl_fft_complex_forward((double *)y, 1, n, t->table, t->space);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Fourier transform: %s",
             gsl_strerror(status));
  for (PetscInt i = 0; i < t->line; i++) y[i] *= t->multiplier[i];
  status = gsl_fft_complex_backward((double *)y, 1, n, t->table, t->space);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Fourier transform: %s",
             gsl_strerror(status));
  for (PetscInt i = 0; i < t->line; i++) y[i] *= root[i];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightTailAdvance_Private(FlightTail *tail, double t, PetscInt n,
                                             PetscScalar x[])
{
  PetscScalar *y;

  PetscFunctionBegin;
  PetscCall(Average(tail, tail->speed * t));
  PetscCall(PetscMalloc1(tail->line, &y));
  for (PetscInt line = 0; line < tail->lines; line++) {
    const PetscScalar *root = tail->root + line * tail->line;
    PetscScalar *own = x + line * tail->line * n;
    for (PetscInt v = 0; v < n; v++) {
      for (PetscInt i = 0; i < tail->line; i++) y[i] = own[i * n + v];
      for (int order = 1; order <= 2; order++) {
        PetscCall(Line(tail, root, y));
        for (PetscInt i = 0; i < tail->line; i++) {
          y[i] *= t / (double)order;
          own[i * n + v] += y[i];
        }
      }
    }
  }
  PetscCall(PetscFree(y));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightTailAdd_Private(FlightTail *t, const PetscScalar x[], PetscScalar y[])
{
  PetscScalar *z;

  PetscFunctionBegin;
  PetscCall(Average(t, no_flight * t->basis));
  PetscCall(PetscMalloc1(t->line, &z));
  for (PetscInt line = 0; line < t->lines; line++) {
    PetscCall(PetscArraycpy(z, x + line * t->line, t->line));
    PetscCall(Line(t, t->root + line * t->line, z));
    for (PetscInt i = 0; i < t->line; i++) y[line * t->line + i] += z[i];
  }
  PetscCall(PetscFree(z));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightTailCut_Private(const FlightTail *t, PetscInt n, PetscBool odd, double u[])
{
  const PetscInt half = t->line / 2;
  const double sign = odd ? -1.0 : 1.0;
  PetscScalar *z;
  int status;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(t->line, &z));
  for (PetscInt line = 0; line < t->lines; line++) {
    double *own = u + line * half * n;
    for (PetscInt f = 0; f < n; f++) {
      for (PetscInt i = 0; i < half; i++) {
        z[i] = own[i * n + f];
        z[t->line - 1 - i] = sign * own[i * n + f];
      }
      status = gsl_fft_complex_forward((double *)z, 1, (size_t)t->line, t->table, t->space);
      for (PetscInt i = 0; i < t->line; i++) z[i] *= t->cut[i];
      if (status == GSL_SUCCESS)
        status = gsl_fft_complex_backward((double *)z, 1, (size_t)t->line, t->table, t->space);
      PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Fourier transform: %s",
                 gsl_strerror(status));
      for (PetscInt i = 0; i < half; i++) own[i * n + f] = PetscRealPart(z[i]);
    }
  }
  PetscCall(PetscFree(z));
  PetscFunctionReturn(0);
}
