/*
   Quadrature over wave vectors.

   In time a fiber falls like exp(-D k^2 t/2). In u of k = scale sinh u, Gaussians of all widths
   have the same shape but for a shift, and integrands k^2 dk/du f(k) are even, analytic and zero at
   both ends: the trapezoidal rule converges exponentially (L. N. Trefethen, J. A. C. Weideman, SIAM
   Rev. 56, 385 (2014)), and doubling keeps its nodes. In the angle the rules are Gauss-Legendre in
   the cosine, of which half of the sphere is kept, and equidistant in the azimuth.
*/
#include "qlbe/fiber_set.h"
#include "qlbe/spherical.h"
#include "qlbe/worse.h"

static PetscErrorCode CreateMagnitudes(PetscInt n, QlbeFiberSet *set)
{
  const double step = asinh(set->k_max / set->scale) / (double)n;

  PetscFunctionBegin;
  set->magnitude.n = n;
  PetscCall(PetscMalloc2(n, &set->magnitude.x, n, &set->magnitude.w));
  for (PetscInt i = 0; i < n; i++) {
    const double u = (double)(i + 1) * step, k = set->scale * sinh(u);
    set->magnitude.x[i] = k;
    set->magnitude.w[i] = step * k * k * set->scale * cosh(u);
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateDirections(PetscInt n_polar, QlbeFiberSet *set)
{
  const PetscInt n_azimuth = set->symmetry == QLBE_STATE_GENERAL ? 4 * n_polar : 1;
  double e[3][3];
  QlbeRule cosine;

  PetscFunctionBegin;
  QlbeSphericalFrame(set->axis, e);
  set->n_direction = n_polar * n_azimuth;
  PetscCall(PetscMalloc1(set->n_direction, &set->direction));
  PetscCall(PetscMalloc1(set->n_direction, &set->solid_angle));
  PetscCall(QlbeRuleLegendre(2 * n_polar, -1.0, 1.0, &cosine));
  for (PetscInt i = 0; i < n_polar; i++) {
    const double c = cosine.x[n_polar + i], s = sqrt((1.0 - c) * (1.0 + c));
    for (PetscInt j = 0; j < n_azimuth; j++) {
      const double phi = 2.0 * PETSC_PI * (double)j / (double)n_azimuth;
      double *direction = set->direction[i * n_azimuth + j];
      for (int axis = 0; axis < 3; axis++)
        direction[axis] = s * cos(phi) * e[0][axis] + s * sin(phi) * e[1][axis] + c * e[2][axis];
      set->solid_angle[i * n_azimuth + j] =
          4.0 * PETSC_PI * cosine.w[n_polar + i] / (double)n_azimuth;
    }
  }
  PetscCall(QlbeRuleDestroy(&cosine));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetCreate(QlbeStateSymmetry symmetry, const double axis[3],
                                  PetscInt n_magnitude, PetscInt n_polar, double k_max,
                                  double scale, QlbeFiberSet *set)
{
  PetscFunctionBegin;
  PetscCheck(n_magnitude >= 1 && n_polar >= 1 && k_max > 0.0 && scale > 0.0, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "%" PetscInt_FMT " wave numbers up to %g in %" PetscInt_FMT " directions", n_magnitude,
             k_max, n_polar);
  *set = (QlbeFiberSet){.symmetry = symmetry, .k_max = k_max, .scale = scale, .n_polar = n_polar};
  for (int i = 0; i < 3; i++) set->axis[i] = axis[i];
  PetscCall(CreateMagnitudes(n_magnitude, set));
  PetscCall(CreateDirections(n_polar, set));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetDestroy(QlbeFiberSet *set)
{
  PetscFunctionBegin;
  PetscCall(QlbeRuleDestroy(&set->magnitude));
  PetscCall(PetscFree(set->direction));
  PetscCall(PetscFree(set->solid_angle));
  PetscFunctionReturn(0);
}

/* Sum over m of |c_lm|^2 of radial[n_direction], an even function of the direction. */
static PetscErrorCode Power(const QlbeFiberSet *set, PetscInt l, const double radial[],
                            double *power)
{
  const PetscInt n_azimuth = set->n_direction / set->n_polar;
  PetscScalar *c;
  double *N;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1((l + 1) * (l + 2) / 2, &N));
  PetscCall(PetscCalloc1(l + 1, &c));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    const double *e = set->direction[j], *a = set->axis;
    const double phi = 2.0 * PETSC_PI * (double)(j % n_azimuth) / (double)n_azimuth;
    PetscCall(QlbeSphericalHarmonics(l, e[0] * a[0] + e[1] * a[1] + e[2] * a[2], N));
    for (PetscInt m = 0; m <= (n_azimuth > 1 ? l : 0); m++)
      c[m] += set->solid_angle[j] * radial[j] * N[QlbeSphericalIndex(l, m)] *
              PetscExpScalar(PetscCMPLX(0.0, -(double)m * phi));
  }
  *power = 0.0;
  for (PetscInt m = 0; m <= l; m++)
    *power += (m > 0 ? 2.0 : 1.0) * PetscRealPart(c[m] * PetscConj(c[m]));
  PetscCall(PetscFree(N));
  PetscCall(PetscFree(c));
  PetscFunctionReturn(0);
}

/*
   The trapezoidal rule and the Gauss rule have twice the order of an interpolation: what a
   comparison with half of the nodes, or the last two coefficients, leave relative to the integral
   enters squared.
*/
PetscErrorCode QlbeFiberSetIntegral(const QlbeFiberSet *set, const double values[],
                                    double *integral, QlbeFiberError *error)
{
  const PetscInt last = 2 * set->n_polar - 2;
  double *radial, all = 0.0, half = 0.0, angular = 0.0;

  PetscFunctionBegin;
  PetscCall(PetscCalloc1(set->n_direction, &radial));
  for (PetscInt j = 0; j < set->n_direction; j++) {
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      const double part = set->magnitude.w[i] * values[i * set->n_direction + j];
      radial[j] += part;
      if (i % 2 == 1) half += 2.0 * set->solid_angle[j] * part;
    }
    all += set->solid_angle[j] * radial[j];
  }
  for (PetscInt l = last; l >= PetscMax(0, last - 2) && set->symmetry != QLBE_STATE_ISOTROPIC;
       l -= 2) {
    double power = 0.0;
    if (l == 0 && last > 0) break;
    PetscCall(Power(set, l, radial, &power));
    angular += 4.0 * PETSC_PI * power;
  }
  *integral = all;
  *error = (QlbeFiberError){0.0, 0.0};
  if (all != 0.0) *error = (QlbeFiberError){PetscSqr(half - all) / fabs(all), angular / fabs(all)};
  PetscCall(PetscFree(radial));
  PetscFunctionReturn(0);
}

QlbeFiberError QlbeFiberErrorWorse(QlbeFiberError a, QlbeFiberError b)
{
  return (QlbeFiberError){QlbeWorse(a.radial, b.radial), QlbeWorse(a.angular, b.angular)};
}
