/*
   Spherical harmonics from GSL; rotation coefficients from normalised Jacobi polynomials,

     |d^l_(mu m)| = (2^(a+b+1)/(2l+1))^(1/2) sin^a(alpha/2) cos^b(alpha/2)
                      P_s^(a,b)(cos alpha)/||P_s^(a,b)||,
     a = |mu - m|, b = |mu + m|, s = l - max(|mu|, |m|)

   (D. A. Varshalovich et al., Quantum Theory of Angular Momentum, 4.3.4).
*/
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_legendre.h>
#include <petscdt.h>

#include "qlbe/spherical.h"

PetscInt QlbeSphericalIndex(PetscInt l, PetscInt m)
{
  return l * (l + 1) / 2 + m;
}

PetscErrorCode QlbeSphericalHarmonics(PetscInt l_max, double cosine, double N[])
{
  int status;
  double *work;

  PetscFunctionBegin;
  (void)gsl_set_error_handler_off();
  PetscCall(PetscMalloc1(gsl_sf_legendre_array_n((size_t)l_max), &work));
  status = gsl_sf_legendre_array_e(GSL_SF_LEGENDRE_SPHARM, (size_t)l_max, cosine, -1.0, work);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "spherical harmonics: %s",
             gsl_strerror(status));
  PetscCall(PetscArraycpy(N, work, (l_max + 1) * (l_max + 2) / 2));
  PetscCall(PetscFree(work));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSphericalRotation(PetscInt l, PetscInt mu, PetscInt m, PetscInt n,
                                     const double cosine[], double d[])
{
  const PetscInt a = PetscAbs(mu - m), b = PetscAbs(mu + m);
  const PetscInt s = l - PetscMax(PetscAbs(mu), PetscAbs(m));
  const double sign = mu < m && a % 2 ? -1.0 : 1.0;
  double norm, factor;

  PetscFunctionBegin;
  PetscCall(PetscDTJacobiNorm((PetscReal)a, (PetscReal)b, s, &norm));
  PetscCall(PetscDTJacobiEval(n, (PetscReal)a, (PetscReal)b, cosine, 1, &s, d, NULL, NULL));
  factor = sign * sqrt(pow(2.0, (double)(a + b + 1)) / (2.0 * (double)l + 1.0)) / norm;
  for (PetscInt i = 0; i < n; i++)
    d[i] *= factor * pow(0.5 * (1.0 - cosine[i]), 0.5 * (double)a) *
            pow(0.5 * (1.0 + cosine[i]), 0.5 * (double)b);
  PetscFunctionReturn(0);
}

void QlbeSphericalFrame(const double axis[3], double e[3][3])
{
  const double length = hypot(hypot(axis[0], axis[1]), axis[2]);
  int least = 0;
  double rest;

  for (int i = 0; i < 3; i++) e[2][i] = axis[i] / length;
  for (int i = 1; i < 3; i++)
    if (fabs(axis[i]) < fabs(axis[least])) least = i;
  rest = sqrt(1.0 - e[2][least] * e[2][least]);
  for (int i = 0; i < 3; i++) e[0][i] = ((i == least ? 1.0 : 0.0) - e[2][least] * e[2][i]) / rest;
  for (int i = 0; i < 3; i++) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    e[1][i] = e[2][j] * e[0][k] - e[2][k] * e[0][j];
  }
}
