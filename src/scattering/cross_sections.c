/*
   Cross sections as sums over partial waves.

   Orthogonality of the Legendre polynomials does the integrals over the angle. The coefficients
   of f and d_z f are v_l and G_l (partial_waves.h); the weights 1 - cos(theta) and cos(theta/2)^2
   couple neighbours only, and complete squares. In units a = hbar = 1,

     sigma_0 = 4 pi sum (l+1) |v_l - v_(l+1)|^2,
     sigma_z = 2 pi sum (l+1) |G_l + G_(l+1)|^2,
     sigma_u = 2 pi sum (l+1) Im[(G_l + G_(l+1)) conj(v_l + v_(l+1))].
*/
#include "qlbe/cross_sections.h"
#include "interaction_impl.h"

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

PetscErrorCode QlbeCrossSectionsCompute(QlbeInteraction inter, double p, QlbeCrossSections *cs)
{
  PetscComplex f;

  PetscFunctionBegin;
  /* Also leaves the waves at p in the interaction. */
  PetscCall(QlbeInteractionAmplitude(inter, p, 0.0, &f, NULL));
  PetscCall(QlbeInteractionForward(inter, p, &cs->f0));
  if (inter->type == QLBE_HARD_SPHERE) {
    const double a = inter->a, area = a * a, slope = a / inter->hbar;
    double sigma[4];

    SumWaves(&inter->waves, sigma);
    cs->sigma_tot = area * sigma[0];
    cs->sigma_0 = area * sigma[1];
    cs->sigma_z = area * slope * slope * sigma[2];
    cs->sigma_u = area * slope * sigma[3];
  } else {
    cs->sigma_tot = cs->sigma_0 = 4.0 * PETSC_PI * PetscRealPart(f * PetscConj(f));
    cs->sigma_z = cs->sigma_u = 0.0;
  }
  PetscFunctionReturn(0);
}
