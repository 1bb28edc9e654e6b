/*
   Quadrature over wave vectors, and Fourier integrals over it.

   In time a fiber falls like exp(-D k^2 t/2): the nodes in k = scale sinh u, equally dense near zero and logarithmic beyond, see narrow and
   wide ones alike. In the angle the rules are Gauss-Legendre in the cosine, over half of the sphere, and equidistant in the azimuth.
*/
#include "qlbe/fiber_set.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>

void QlbeFiberSetFrame(const double axis[3], double e[3][3])
{
  int least = 0;
  double length = 0.0;

  for (int i = 1; i < 3; i++)
    if (fabs(axis[i]) < fabs(axis[least])) least = i;
  for (int i = 0; i < 3; i++) {
    e[2][i] = axis[i];
    e[0][i] = (i == least ? 1.0 : 0.0) - axis[least] * axis[i];
    length += e[0][i] * e[0][i];
  }
  for (int i = 0; i < 3; i++) e[0][i] /= sqrt(length);
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    e[1][i] = e[2][j] * e[0][k] - e[2][k] * e[0][j];
  }
}

static PetscErrorCode CreateDirections(PetscInt n_polar, QlbeFiberSet *set)
{
  const PetscInt n_azimuth = set->symmetry == QLBE_STATE_GENERAL ? 2 * n_polar : 1;
  double e[3][3];
  QlbeRule cosine;

  PetscFunctionBegin;
  QlbeFiberSetFrame(set->axis, e);
  set->n_direction = n_polar * n_azimuth;
  PetscCall(PetscMalloc1(set->n_direction, &set->direction));
  PetscCall(PetscMalloc1(set->n_direction, &set->solid_angle));
  PetscCall(QlbeRuleLegendre(n_polar, 0.0, 1.0, &cosine));
  for (PetscInt i = 0; i < n_polar; i++) {
    const double c = cosine.x[i], s = sqrt(1.0 - c * c);
    for (PetscInt j = 0; j < n_azimuth; j++) {
      const double phi = 2.0 * PETSC_PI * (double)j / (double)n_azimuth;
      double *direction = set->direction[i * n_azimuth + j];
      for (int axis = 0; axis < 3; axis++)
        direction[axis] = s * cos(phi) * e[0][axis] + s * sin(phi) * e[1][axis] + c * e[2][axis];
      set->solid_angle[i * n_azimuth + j] = 4.0 * PETSC_PI * cosine.w[i] / (double)n_azimuth;
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
  *set = (QlbeFiberSet){.symmetry = symmetry};
  for (int i = 0; i < 3; i++) set->axis[i] = axis[i];
  PetscCall(QlbeRuleLegendre(n_magnitude, 0.0, asinh(k_max / scale), &set->magnitude));
  for (PetscInt i = 0; i < n_magnitude; i++) {
    const double u = set->magnitude.x[i], k = scale * sinh(u);
    set->magnitude.x[i] = k;
    set->magnitude.w[i] *= k * k * scale * cosh(u);
  }
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

static double Dot(const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* The mean of exp(-i k.x) over all that the direction stands for, but for -k. */
static PetscErrorCode Wave(const QlbeFiberSet *set, double k, PetscInt direction, const double x[3],
                           PetscScalar *wave)
{
  const double c = Dot(set->direction[direction], set->axis), along = Dot(x, set->axis);
  const double across = sqrt(PetscMax(Dot(x, x) - along * along, 0.0));
  gsl_sf_result bessel = {1.0, 0.0};
  int status = GSL_SUCCESS;

  PetscFunctionBegin;
  if (set->symmetry == QLBE_STATE_ISOTROPIC) {
    status = gsl_sf_bessel_j0_e(k * sqrt(Dot(x, x)), &bessel);
    *wave = bessel.val;
  } else if (set->symmetry == QLBE_STATE_AXIAL) {
    status = gsl_sf_bessel_J0_e(k * across * sqrt(PetscMax(1.0 - c * c, 0.0)), &bessel);
    *wave = bessel.val * PetscExpScalar(PetscCMPLX(0.0, -k * c * along));
  } else {
    *wave = PetscExpScalar(PetscCMPLX(0.0, -k * Dot(set->direction[direction], x)));
  }
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "Bessel function: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}

static const double fourier = 8.0 * PETSC_PI * PETSC_PI * PETSC_PI; /* (2 pi)^3 */

PetscErrorCode QlbeFiberSetDensity(const QlbeFiberSet *set, const PetscScalar mu[], PetscInt n,
                                   const double x[][3], double density[])
{
  PetscFunctionBegin;
  for (PetscInt point = 0; point < n; point++) {
    double sum = 0.0;
    for (PetscInt i = 0; i < set->magnitude.n; i++) {
      for (PetscInt j = 0; j < set->n_direction; j++) {
        PetscScalar wave;
        PetscCall(Wave(set, set->magnitude.x[i], j, x[point], &wave));
        /* the conjugate at -k takes the imaginary part away */
        sum += set->magnitude.w[i] * set->solid_angle[j] *
               PetscRealPart(wave * mu[i * set->n_direction + j]);
      }
    }
    density[point] = sum / fourier;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberSetCoherence(const QlbeFiberSet *set, const PetscScalar coherence[],
                                     PetscInt n, double spacing, PetscScalar rho[])
{
  const PetscInt n_r = 2 * n - 1;

  PetscFunctionBegin;
  PetscCall(PetscArrayzero(rho, n * n));
  for (PetscInt i = 0; i < set->magnitude.n; i++) {
    for (PetscInt j = 0; j < set->n_direction; j++) {
      const double along = set->magnitude.x[i] * Dot(set->direction[j], set->axis);
      const double weight = set->magnitude.w[i] * set->solid_angle[j] / fourier;
      const PetscScalar *G = coherence + (i * set->n_direction + j) * n_r;
      for (PetscInt a = 0; a < n; a++) {
        for (PetscInt b = 0; b < n; b++) {
          const double middle = 0.5 * (double)(a + b - (n - 1)) * spacing;
          const PetscScalar wave = PetscExpScalar(PetscCMPLX(0.0, -along * middle));
          /* G at -k and r is the conjugate of G at k and -r */
          rho[a * n + b] +=
              0.5 * weight * (wave * G[n - 1 + a - b] + PetscConj(wave * G[n - 1 + b - a]));
        }
      }
    }
  }
  PetscFunctionReturn(0);
}
