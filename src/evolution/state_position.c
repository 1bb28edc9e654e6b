/*
   Fibers of Gaussian terms integrated over the momentum, and their Fourier integrals over k: with
   a = (r - d)/hbar, q = k + kappa, and R = (x + y)/2, r = x - y,

     int dp exp(i p.r/hbar) [rho]_k = weight prod exp(-a^2 sigma^2/2 + i a P - s^2 q^2/2 + i k X),
     rho(x, y) = weight prod (2 pi s^2)^(-1/2)
                        exp(-a^2 sigma^2/2 + i a P - (R - X)^2/2 s^2 + i kappa (R - X)).
*/
#include "state_impl.h"

/* The factor of r in one direction. */
static PetscScalar MomentumFactor(const QlbeGaussianTerm *term, int i, double hbar, double r)
{
  const double a = (r - term->d[i]) / hbar;

  return PetscExpScalar(PetscCMPLX(-0.5 * PetscSqr(a * term->sigma[i]), a * term->P[i]));
}

PetscScalar QlbeStateWave(const QlbeQuantumState *state, const double k[3], const double r[3])
{
  PetscScalar sum = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    PetscScalar value = term->weight;
    for (int i = 0; i < 3; i++) {
      const double q = k[i] + term->kappa[i];
      value *= MomentumFactor(term, i, state->hbar, r[i]) *
               PetscExpScalar(PetscCMPLX(-0.5 * PetscSqr(term->s[i] * q), k[i] * term->X[i]));
    }
    sum += value;
  }
  return sum;
}

PetscScalar QlbeStatePosition(const QlbeQuantumState *state, const double x[3], const double y[3])
{
  PetscScalar sum = 0.0;

  for (PetscInt t = 0; t < state->n; t++) {
    const QlbeGaussianTerm *term = &state->terms[t];
    PetscScalar value = term->weight;
    for (int i = 0; i < 3; i++) {
      const double off = 0.5 * (x[i] + y[i]) - term->X[i], s = term->s[i];
      value *= MomentumFactor(term, i, state->hbar, x[i] - y[i]) *
               PetscExpScalar(PetscCMPLX(-0.5 * PetscSqr(off / s), term->kappa[i] * off)) /
               (s * sqrt(2.0 * PETSC_PI));
    }
    sum += value;
  }
  return sum;
}
