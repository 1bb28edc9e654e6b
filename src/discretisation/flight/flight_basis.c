/*
   Basis functions (4 pi nu)^(1/2) R_il(|p|) Y_lm at nodes. On a cylinder the azimuth is integrated
   out: what is left of Y_lm is N_lm, and 2 pi stands in the weight of the node. At nodes with an
   azimuth the real combinations 2^(1/2) N_lm cos(m phi) and 2^(1/2) N_lm sin(m phi) take the place
   of m and -m, which have the same matrix elements.
*/
#include "flight_basis.h"
#include "qlbe/spherical.h"
#include "spectral_grid.h"

#include <math.h>

PetscErrorCode QlbeFlightBasisCreate_Private(PetscInt n_radial, PetscInt n_angular, double thermal,
                                             FlightBasis *b)
{
  PetscFunctionBegin;
  *b = (FlightBasis){.n_radial = n_radial, .n_angular = n_angular, .thermal = thermal};
  PetscCall(QlbeSpectralBasisCreate(n_radial, n_angular, thermal, &b->radial));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightBasisDestroy_Private(FlightBasis *b)
{
  PetscFunctionBegin;
  PetscCall(QlbeSpectralBasisDestroy(b->n_angular, &b->radial));
  PetscFunctionReturn(0);
}

PetscInt QlbeFlightBasisSize_Private(const FlightBasis *b, PetscInt m)
{
  return b->n_radial * (m < 0 ? b->n_angular * b->n_angular : PetscMax(0, b->n_angular - m));
}

/* The factors R_il(p) N_lm(c) of one m times `factor` into values[n_l][n_radial]. */
static void FillSector(const FlightBasis *b, PetscInt m, const double R[], const double N[],
                       double factor, double values[])
{
  for (PetscInt l = m; l < b->n_angular; l++) {
    const double harmonic = factor * N[QlbeSphericalIndex(l, m)];
    for (PetscInt i = 0; i < b->n_radial; i++) *values++ = harmonic * R[l * b->n_radial + i];
  }
}

void QlbeFlightBasisParity_Private(const FlightBasis *b, PetscInt m, int parity[])
{
  const PetscInt first = PetscMax(m, 0), last = m < 0 ? b->n_angular - 1 : m;

  for (PetscInt s = first; s <= last; s++)
    for (int copy = 0; copy < (m < 0 && s > 0 ? 2 : 1); copy++)
      for (PetscInt l = s; l < b->n_angular; l++)
        for (PetscInt i = 0; i < b->n_radial; i++) *parity++ = (int)((m < 0 ? l : l - s) % 2);
}

PetscErrorCode QlbeFlightBasisValues_Private(const FlightBasis *b, const FlightNodes *nodes,
                                             PetscInt m, double B[])
{
  const PetscInt size = QlbeFlightBasisSize_Private(b, m);
  const double norm = pow(2.0 * PETSC_PI * b->thermal * b->thermal, -1.5);
  double *R, *N;

  PetscFunctionBegin;
  PetscCall(
      PetscMalloc2(b->n_angular * b->n_radial, &R, b->n_angular * (b->n_angular + 1) / 2, &N));
  for (PetscInt j = 0; j < nodes->end - nodes->begin; j++) {
    const double p2 = nodes->par[j] * nodes->par[j] + nodes->perp[j] * nodes->perp[j];
    const double nu = norm * exp(-0.5 * p2 / (b->thermal * b->thermal));
    const double factor = sqrt(4.0 * PETSC_PI * nu * nodes->weight[j]);
    double *row = B + j * size;
    for (PetscInt l = 0; l < b->n_angular; l++)
      QlbeRadialBasisEvaluate(b->radial[l], 1, &p2, R + l * b->n_radial);
    PetscCall(
        QlbeSphericalHarmonics(b->n_angular - 1, p2 > 0.0 ? nodes->par[j] / sqrt(p2) : 1.0, N));
    if (m >= 0) {
      FillSector(b, m, R, N, factor, row);
      continue;
    }
    for (PetscInt s = 0; s < b->n_angular; s++) {
      const double angle = (double)s * nodes->azimuth[j], root = s > 0 ? sqrt(2.0) : 1.0;
      FillSector(b, s, R, N, factor * root * cos(angle), row);
      row += b->n_radial * (b->n_angular - s);
      if (s == 0) continue;
      FillSector(b, s, R, N, factor * root * sin(angle), row);
      row += b->n_radial * (b->n_angular - s);
    }
  }
  PetscCall(PetscFree2(R, N));
  PetscFunctionReturn(0);
}
