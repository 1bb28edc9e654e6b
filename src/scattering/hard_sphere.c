/*
   The hard sphere: partial waves S_l = -h2_l/h1_l (2.11).

   Here momenta become kappa = a p/hbar and dimensionless amplitudes become lengths; partial_waves.c
   knows neither a nor hbar. Cross sections are sums over partial waves: orthogonality of the
   Legendre polynomials does the integrals over the angle. The coefficients of f and d_z f are v_l
   and G_l (partial_waves.h); the weights 1 - cos(theta) and cos(theta/2)^2 couple neighbours only,
   and complete squares. In units a = hbar = 1,

     sigma_0 = 4 pi sum (l+1) |v_l - v_(l+1)|^2,
     sigma_z = 2 pi sum (l+1) |G_l + G_(l+1)|^2,
     sigma_u = 2 pi sum (l+1) Im[(G_l + G_(l+1)) conj(v_l + v_(l+1))].
*/
#include "interaction_impl.h"
#include "partial_waves.h"
#include <math.h>

static PetscErrorCode Create(QlbeInteraction inter)
{
  QlbePartialWaves *waves;

  PetscFunctionBegin;
  PetscCall(PetscNew(&waves));
  inter->data = waves;
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeInteraction inter)
{
  PetscFunctionBegin;
  PetscCall(QlbePartialWavesFree(inter->data));
  PetscCall(PetscFree(inter->data));
  PetscFunctionReturn(0);
}

/* Brings the waves to the momentum p; nothing is computed if they are there. */
static PetscErrorCode UpdateWaves(QlbeInteraction inter, QlbeReal p)
{
  const QlbeReal unit = (QlbeReal)inter->a / inter->hbar;

  PetscFunctionBegin;
  PetscCall(QlbePartialWavesHardSphere(inter->data, p * unit));
  PetscFunctionReturn(0);
}

static PetscErrorCode Amplitude(QlbeInteraction inter, double z, double y, PetscComplex *f,
                                PetscComplex *dzf)
{
  const QlbeReal p = hypotl(z, y);
  const double a = inter->a, slope = a * a / inter->hbar;
  QlbeWave value, derivative;

  PetscFunctionBegin;
  PetscCall(UpdateWaves(inter, p));
  QlbePartialWavesSum(inter->data, p > 0.0L ? z / p : 1.0L, p > 0.0L ? y / p : 0.0L, &value,
                      dzf ? &derivative : NULL);
  *f = a * (double)value.re + PETSC_i * (a * (double)value.im);
  if (dzf) *dzf = slope * (double)derivative.re + PETSC_i * (slope * (double)derivative.im);
  PetscFunctionReturn(0);
}

static PetscErrorCode Batch(QlbeInteraction inter, PetscInt n, const double z[], double y,
                            double re[], double im[])
{
  const double unit = inter->a / inter->hbar;
  double *scaled;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n, &scaled));
  for (PetscInt i = 0; i < n; i++) scaled[i] = unit * z[i];
  PetscCall(QlbePartialWavesBatch(n, scaled, unit * y, re, im));
  PetscCall(PetscFree(scaled));
  for (PetscInt i = 0; i < n; i++) {
    re[i] *= inter->a;
    im[i] *= inter->a * unit;
  }
  PetscFunctionReturn(0);
}

/* Sums in units a = hbar = 1: out[] = sigma_tot, sigma_0, sigma_z, sigma_u. */
static void SumWaves(const QlbePartialWaves *waves, double out[4])
{
  QlbeReal tot = 0.0L, momentum = 0.0L, z = 0.0L, u = 0.0L;
  QlbeWave v_after = {0.0L, 0.0L}, G_after = {0.0L, 0.0L};

  /* From the small terms to the large ones. */
  for (PetscInt l = waves->count - 1; l >= 0; l--) {
    const QlbeWave v = waves->v[l], G = waves->G[l];
    QlbeWave dv, sv, sG;

    dv.re = v.re - v_after.re;
    dv.im = v.im - v_after.im;
    sv.re = v.re + v_after.re;
    sv.im = v.im + v_after.im;
    sG.re = G.re + G_after.re;
    sG.im = G.im + G_after.im;
    tot += (2 * l + 1) * (v.re * v.re + v.im * v.im);
    momentum += (l + 1) * (dv.re * dv.re + dv.im * dv.im);
    z += (l + 1) * (sG.re * sG.re + sG.im * sG.im);
    u += (l + 1) * (sG.im * sv.re - sG.re * sv.im);
    v_after = v;
    G_after = G;
  }
  out[0] = (double)(4.0L * (QlbeReal)PETSC_PI * tot);
  out[1] = (double)(4.0L * (QlbeReal)PETSC_PI * momentum);
  out[2] = (double)(2.0L * (QlbeReal)PETSC_PI * z);
  out[3] = (double)(2.0L * (QlbeReal)PETSC_PI * u);
}

static PetscErrorCode CrossSections(QlbeInteraction inter, double p, QlbeCrossSections *cs)
{
  const double a = inter->a, area = a * a, slope = a / inter->hbar;
  double sigma[4];

  PetscFunctionBegin;
  PetscCall(UpdateWaves(inter, p));
  SumWaves(inter->data, sigma);
  cs->sigma_tot = area * sigma[0];
  cs->sigma_0 = area * sigma[1];
  cs->sigma_z = area * slope * slope * sigma[2];
  cs->sigma_u = area * slope * sigma[3];
  PetscFunctionReturn(0);
}

const QlbeInteractionOps QlbeInteraction_hard_sphere_Private = {.traits = {.has_phase = PETSC_TRUE,
                                                                           .varies = PETSC_TRUE,
                                                                           .unitary = PETSC_TRUE,
                                                                           .kappa_max = 150.0},
                                                                .create = Create,
                                                                .destroy = Destroy,
                                                                .amplitude = Amplitude,
                                                                .batch = Batch,
                                                                .cross_sections = CrossSections};
