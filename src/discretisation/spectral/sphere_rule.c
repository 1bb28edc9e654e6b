/*
   Product rules on the sphere: Gauss-Legendre in the cosine, equidistant in the azimuth.
*/
#include "sphere_rule.h"
#include "qlbe/spherical.h"

PetscErrorCode QlbeSphereRuleCreate(PetscInt l_max, PetscInt m_max, PetscInt n_cosine,
                                    PetscInt n_phi, QlbeSphereRule *r)
{
  const PetscInt n_N = (l_max + 1) * (l_max + 2) / 2;

  PetscFunctionBegin;
  *r = (QlbeSphereRule){.l_max = l_max, .m_max = m_max, .n_phi = n_phi};
  for (PetscInt m = -m_max; m <= m_max; m++) r->n_h += l_max + 1 - PetscAbs(m);
  PetscCall(QlbeRuleLegendre(n_cosine, -1.0, 1.0, &r->cosine));
  PetscCall(PetscMalloc3(n_cosine * n_N, &r->N, n_phi * 2 * (m_max + 1), &r->wave, n_phi * 2,
                         &r->circle));
  for (PetscInt j = 0; j < n_cosine; j++)
    PetscCall(QlbeSphericalHarmonics(l_max, r->cosine.x[j], r->N + j * n_N));
  for (PetscInt k = 0; k < n_phi; k++) {
    double *c = r->wave + k * 2 * (m_max + 1), *s = c + m_max + 1;
    for (PetscInt m = 0; m <= m_max; m++) {
      /* the angle modulo a turn, for its digits */
      const double angle = 2.0 * PETSC_PI * (double)(m * k % n_phi) / (double)n_phi;
      c[m] = cos(angle);
      s[m] = sin(angle);
    }
    r->circle[2 * k] = cos(2.0 * PETSC_PI * (double)k / (double)n_phi);
    r->circle[2 * k + 1] = sin(2.0 * PETSC_PI * (double)k / (double)n_phi);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSphereRuleDestroy(QlbeSphereRule *r)
{
  PetscFunctionBegin;
  PetscCall(QlbeRuleDestroy(&r->cosine));
  PetscCall(PetscFree3(r->N, r->wave, r->circle));
  PetscFunctionReturn(0);
}

/* The factor of N_l|m| in Y_lm. */
static double Sign(PetscInt m)
{
  return m < 0 && m % 2 != 0 ? -1.0 : 1.0;
}

void QlbeSphereRuleProject(const QlbeSphereRule *r, PetscInt cosine, const PetscScalar ring[],
                           double work[], PetscScalar h[])
{
  const PetscInt n = r->m_max + 1;
  const double *N = r->N + cosine * ((r->l_max + 1) * (r->l_max + 2) / 2);
  const double weight = r->cosine.w[cosine] * 2.0 * PETSC_PI / (double)r->n_phi;
  /* sums with cos(m phi) and sin(m phi), of real and imaginary parts */
  double *restrict rc = work, *restrict ic = work + n, *restrict rs = work + 2 * n,
                   *restrict is = work + 3 * n;

  for (PetscInt m = 0; m < 4 * n; m++) work[m] = 0.0;
  for (PetscInt k = 0; k < r->n_phi; k++) {
    const double re = PetscRealPart(ring[k]), im = PetscImaginaryPart(ring[k]);
    const double *restrict c = r->wave + k * 2 * n, *restrict s = c + n;
    for (PetscInt m = 0; m < n; m++) {
      rc[m] += re * c[m];
      ic[m] += im * c[m];
      rs[m] += re * s[m];
      is[m] += im * s[m];
    }
  }
  for (PetscInt m = -r->m_max; m <= r->m_max; m++) {
    const PetscInt a = PetscAbs(m);
    const double sine = m < 0 ? -1.0 : 1.0, factor = weight * Sign(m);
    const PetscScalar mode =
        factor * PetscCMPLX(rc[a] + sine * is[a], ic[a] - sine * rs[a]); /* f exp(-i m phi) */
    for (PetscInt l = a; l <= r->l_max; l++) *h++ += N[QlbeSphericalIndex(l, a)] * mode;
  }
}

void QlbeSphereRuleSynthesise(const QlbeSphereRule *r, PetscInt cosine, const PetscScalar h[],
                              double work[], PetscScalar ring[])
{
  const PetscInt n = r->m_max + 1;
  const double *N = r->N + cosine * ((r->l_max + 1) * (r->l_max + 2) / 2);
  /* factors of cos(m phi) and sin(m phi), real and imaginary parts */
  double *restrict rc = work, *restrict ic = work + n, *restrict rs = work + 2 * n,
                   *restrict is = work + 3 * n;

  for (PetscInt m = 0; m < 4 * n; m++) work[m] = 0.0;
  for (PetscInt m = -r->m_max; m <= r->m_max; m++) {
    const PetscInt a = PetscAbs(m);
    const double sine = m < 0 ? -1.0 : 1.0;
    PetscScalar mode = 0.0;
    for (PetscInt l = a; l <= r->l_max; l++) mode += N[QlbeSphericalIndex(l, a)] * *h++;
    mode *= Sign(m);
    rc[a] += PetscRealPart(mode);
    ic[a] += PetscImaginaryPart(mode);
    rs[a] -= sine * PetscImaginaryPart(mode);
    is[a] += sine * PetscRealPart(mode);
  }
  for (PetscInt k = 0; k < r->n_phi; k++) {
    const double *restrict c = r->wave + k * 2 * n, *restrict s = c + n;
    double re = 0.0, im = 0.0;
#pragma omp simd reduction(+ : re, im)
    for (PetscInt m = 0; m < n; m++) {
      re += rc[m] * c[m] + rs[m] * s[m];
      im += ic[m] * c[m] + is[m] * s[m];
    }
    ring[k] = PetscCMPLX(re, im);
  }
}
