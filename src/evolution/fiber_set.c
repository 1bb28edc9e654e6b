/*
   Quadrature over wave vectors.

   In time a fiber falls like exp(-D k^2 t/2): the nodes in k = scale sinh u, equally dense near zero and logarithmic beyond, see narrow and
   wide ones alike. In the angle the rules are Gauss-Legendre in the cosine, over half of the sphere, and equidistant in the azimuth.
*/
#include "qlbe/fiber_set.h"
#include "qlbe/spherical.h"

static PetscErrorCode CreateDirections(PetscInt n_polar, QlbeFiberSet *set)
{
  const PetscInt n_azimuth = set->symmetry == QLBE_STATE_GENERAL ? 2 * n_polar : 1;
  double e[3][3];
  QlbeRule cosine;

  PetscFunctionBegin;
  QlbeSphericalFrame(set->axis, e);
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
  *set = (QlbeFiberSet){.symmetry = symmetry, .k_max = k_max, .scale = scale, .n_polar = n_polar};
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
