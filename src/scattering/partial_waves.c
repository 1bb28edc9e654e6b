/*
   Partial waves of the hard sphere and their sums at one angle.

   With w_l = (S_l - 1)/2i = i j_l/h1_l the amplitude (2.11) is f = (a/kappa) sum (2l+1) w_l P_l;
   the difference S_l - 1 is never formed. y_l is recurred upward, which is stable for every l. j_l
   is recurred upward while l <= kappa; beyond, upward recurrence amplifies y_l's share of the
   rounding errors, and the ratios r_l = j_l/j_(l-1) follow from their continued fraction, evaluated
   backward from the first waves that no longer contribute (NIST Digital Library of Mathematical
   Functions, ch. 10.51 and 10.74). All r_l with l > kappa lie in (0, 1), so no zero of a Bessel
   function is met.

   The derivative d_z = cos(theta/2) d_p - (2/p) sin(theta/2) d_theta needs w_l' = 1/(kappa h1_l)^2,
   from (6.13) with its sign corrected. Its angular part contains (1 - x) P_n'(x), x = cos(theta),
   which the identity (1 - x) P_n' = -n P_n + sum_(l<n) (-1)^(n-1-l) (2l+1) P_l brings back to P_l:

     G_l = [w_l' - (2l+1) v_l + 2 t_l]/kappa,   t_l = (2l+3) v_(l+1) - t_(l+1),   v_l = w_l/kappa.

   Summing P_n' itself would cancel terms of size kappa^2 in the backward direction. For l = 0 the
   real part of w' - w/kappa cancels to O(kappa^2); its closed form does not:
   exp(-i kappa) (kappa j_1 + i sin kappa).

   Sums run in long double: at kappa = 1e4 the phases exp(-2i kappa sin(theta/2)) lose four digits
   of whatever precision kappa has. Near theta = 0 and pi, P_l is recurred by its differences in
   1 -+ cos(theta) (Reinsch's device), because cos(theta) itself has lost the angle.
*/
#include "partial_waves.h"
#include <math.h>

PetscInt QlbePartialWaveCount(double kappa)
{
  /*
     Beyond the turning point, at l = kappa + c kappa^(1/3), |w_l| is about exp(-(4 sqrt(2)/3)
     c^(3/2)) by the Airy limit of the Bessel functions: 2e-19 at c = 8. The constant serves small
     kappa.
  */
  return (PetscInt)ceil(kappa + 8.0 * cbrt(kappa)) + 5;
}

PetscErrorCode QlbePartialWavesFree(QlbePartialWaves *waves)
{
  PetscFunctionBegin;
  PetscCall(PetscFree3(waves->bessel, waves->v, waves->G));
  waves->capacity = waves->count = 0;
  PetscFunctionReturn(0);
}

/* j_l(kappa) into j[count + 1], count > kappa + 1. */
static void SphericalBesselJ(QlbeReal kappa, PetscInt count, QlbeReal j[])
{
  const PetscInt turn = PetscMax((PetscInt)kappa, 0);
  QlbeReal ratio = 0.0;

  j[0] = sinl(kappa) / kappa;
  /* j_1 by its own formula cancels at small kappa; there turn = 0 and the fraction gives it. */
  if (turn > 0) j[1] = (j[0] - cosl(kappa)) / kappa;
  for (PetscInt l = 1; l < turn; l++) j[l + 1] = (2 * l + 1) / kappa * j[l] - j[l - 1];
  /* Started late enough that the unknown tail of the fraction does not reach the waves in use. */
  for (PetscInt l = count + 20; l > count; l--) ratio = kappa / ((2 * l + 1) - kappa * ratio);
  for (PetscInt l = count; l > turn; l--) {
    ratio = kappa / ((2 * l + 1) - kappa * ratio);
    j[l] = ratio;
  }
  for (PetscInt l = turn + 1; l <= count; l++) j[l] *= j[l - 1];
}

/* v_l, and w_l' - v_l in the place of G_l. */
static void FillRadialPart(QlbePartialWaves *waves)
{
  const QlbeReal kappa = waves->kappa, s = sinl(kappa), c = cosl(kappa);
  const QlbeReal kj1 = kappa * waves->bessel[1];
  QlbeReal y_before = s / kappa, y = -c / kappa;

  for (PetscInt l = 0; l < waves->count; l++) {
    const QlbeReal j = waves->bessel[l], norm = 1.0L / (j * j + y * y), scale = norm / kappa;
    const QlbeReal y_next = (2 * l + 1) / kappa * y - y_before;
    QlbeWave *v = &waves->v[l], *G = &waves->G[l];

    v->re = j * y * scale;
    v->im = j * j * scale;
    /* Each factor takes its own scale: y^2 may be near the overflow. */
    G->re = (scale * (j - y)) * (scale * (j + y)) - v->re;
    G->im = -2.0L * (scale * j) * (scale * y) - v->im;
    y_before = y;
    y = y_next;
  }
  waves->G[0].re = c * kj1 + s * s;
  waves->G[0].im = s * (c - kj1);
}

/* Completes G_l. */
static void AddAngularPart(QlbePartialWaves *waves)
{
  QlbeWave after = {0.0L, 0.0L}, t = {0.0L, 0.0L};

  for (PetscInt l = waves->count - 1; l >= 0; l--) {
    const QlbeWave v = waves->v[l];
    QlbeWave *G = &waves->G[l];

    t.re = (2 * l + 3) * after.re - t.re;
    t.im = (2 * l + 3) * after.im - t.im;
    /* The 1 of 2l + 1 is in w' - v already, where l = 0 needs it. */
    G->re = (G->re - 2 * l * v.re + 2.0L * t.re) / waves->kappa;
    G->im = (G->im - 2 * l * v.im + 2.0L * t.im) / waves->kappa;
    after = v;
  }
}

PetscErrorCode QlbePartialWavesHardSphere(QlbePartialWaves *waves, QlbeReal kappa)
{
  PetscInt count;

  PetscFunctionBegin;
  kappa = fmaxl(kappa, QLBE_KAPPA_MIN);
  if (waves->count && kappa == waves->kappa) PetscFunctionReturn(0);
  count = QlbePartialWaveCount((double)kappa);
  if (count > waves->capacity) {
    const PetscInt capacity = count + count / 4;

    PetscCall(QlbePartialWavesFree(waves));
    PetscCall(PetscMalloc3(capacity + 1, &waves->bessel, capacity, &waves->v, capacity, &waves->G));
    waves->capacity = capacity;
  }
  waves->kappa = kappa;
  waves->count = count;
  SphericalBesselJ(kappa, count, waves->bessel);
  FillRadialPart(waves);
  AddAngularPart(waves);
  PetscFunctionReturn(0);
}

void QlbePartialWavesSum(const QlbePartialWaves *waves, QlbeReal cos_half, QlbeReal sin_half,
                         QlbeWave *f, QlbeWave *dzf)
{
  /* P_l(x) = sign^l P_l(|x|), and 1 - |x| = 2 min(cos_half, sin_half)^2. */
  const QlbeReal sign = sin_half > cos_half ? -1.0L : 1.0L;
  const QlbeReal small = fminl(sin_half, cos_half), s = 2.0L * small * small;
  QlbeReal P = 1.0L, P_step = 0.0L, parity = 1.0L;
  QlbeWave sum = {0.0L, 0.0L}, slope = {0.0L, 0.0L};

  for (PetscInt l = 0; l < waves->count; l++) {
    const QlbeReal weight = parity * (2 * l + 1) * P;

    sum.re += weight * waves->v[l].re;
    sum.im += weight * waves->v[l].im;
    slope.re += weight * waves->G[l].re;
    slope.im += weight * waves->G[l].im;
    P_step = (l * P_step - (2 * l + 1) * s * P) / (l + 1);
    P += P_step;
    parity *= sign;
  }
  *f = sum;
  if (dzf) {
    dzf->re = cos_half * slope.re;
    dzf->im = cos_half * slope.im;
  }
}
