/*
   Quadrature of the Dirichlet form of the momentum process.

   For functions R(|p|) Y_lm, averaged over m, with p' = p + q and c = cos(p', p),

     <R, -L_0 R> = 1/2 int dp nu(p) int dq T_q(p) [ R(p')^2 + R(p)^2 - 2 P_l(c) R(p') R(p) ]
                 = 1/2 int int nu T [ (1 + P_l)/2 (R' - R)^2 + (1 - P_l)/2 (R' + R)^2 ],

   a sum of squares with positive weights. In spherical coordinates around p the Jacobian cancels
   1/|q|, the integrand is smooth and Gauss-Legendre rules converge exponentially. Basis: Chebyshev
   polynomials in x = (p^2 - P^2)/(p^2 + P^2), which follow the growth of the escape rate with |p|
   where Sonine polynomials converge slowly.
*/
#include <petscdt.h>

#include "qlbe/chebyshev.h"
#include "radial_impl.h"

void QlbeRadialBasis_Private(QlbeRadial radial, PetscInt l, double p2, double phi[])
{
  const double fraction = p2 / (p2 + radial->P2);
  const double factor = l == 0 ? 1.0 : pow(fraction, 0.5 * (double)l);

  QlbeChebyshevBasis(radial->n_basis, 0.0, 1.0, fraction, phi);
  for (PetscInt i = 0; i < radial->n_basis; i++) phi[i] *= factor;
}

PetscErrorCode QlbeRadialOrthonormalise_Private(QlbeRadial radial, PetscInt l, double inverse[])
{
  const PetscInt n = radial->n_basis, n_p = radial->n_p;
  double *value;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(n_p * n, &value));
  for (PetscInt ip = 0; ip < n_p; ip++)
    QlbeRadialBasis_Private(radial, l, radial->p[ip] * radial->p[ip], value + ip * n);
  PetscCall(PetscArrayzero(inverse, n * n));
  for (PetscInt j = 0; j < n; j++) {
    double norm2 = 0.0;
    inverse[j * n + j] = 1.0;
    /* twice is enough: the second pass removes what rounding left of the first */
    for (int pass = 0; pass < 2; pass++) {
      for (PetscInt i = 0; i < j; i++) {
        double dot = 0.0;
        for (PetscInt ip = 0; ip < n_p; ip++)
          dot += radial->wp[ip] * value[ip * n + i] * value[ip * n + j];
        for (PetscInt ip = 0; ip < n_p; ip++) value[ip * n + j] -= dot * value[ip * n + i];
        for (PetscInt r = 0; r <= i; r++) inverse[r * n + j] -= dot * inverse[r * n + i];
      }
    }
    for (PetscInt ip = 0; ip < n_p; ip++)
      norm2 += radial->wp[ip] * value[ip * n + j] * value[ip * n + j];
    for (PetscInt ip = 0; ip < n_p; ip++) value[ip * n + j] /= sqrt(norm2);
    for (PetscInt r = 0; r <= j; r++) inverse[r * n + j] /= sqrt(norm2);
  }
  PetscCall(PetscFree(value));
  PetscFunctionReturn(0);
}

/* Weights nu(p) T_q(p) dp dq of all quadrature points, from the k = 0 kernel table. */
static PetscErrorCode FillRates(QlbeRadial r)
{
  const QlbeParameters *par = &r->par;
  const double lambda = par->m / par->M;
  const double strength = par->eta * par->m / (par->m_star * par->m_star) *
                          pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5);
  const QlbeTransverseRange range = {0.0, r->q[r->n_q - 1], r->p[r->n_p - 1], 0.0};
  QlbeInteraction interaction;
  QlbeTransverse transverse;
  QlbeTransverseSlice slice;
  PetscInt block_size, slice_size;
  double *block, *work, *rho2, *F;

  PetscFunctionBegin;
  PetscCall(QlbeInteractionCreate(par, &interaction));
  PetscCall(QlbeTransverseCreate(par, interaction, &range, 1e-13, &transverse));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscCall(QlbeTransverseGetSizes(transverse, &block_size, &slice_size));
  PetscCall(PetscMalloc4(block_size, &block, slice_size, &work, r->n_mu, &rho2, r->n_mu, &F));
  for (PetscInt iq = 0; iq < r->n_q; iq++) {
    const double q = r->q[iq];
    PetscCall(QlbeTransverseBlock(transverse, q, block));
    PetscCall(QlbeTransverseContract(transverse, block, 0.0, work, &slice));
    for (PetscInt ip = 0; ip < r->n_p; ip++) {
      double *rates = r->rates + (iq * r->n_p + ip) * r->n_mu;
      for (PetscInt i = 0; i < r->n_mu; i++)
        rho2[i] = r->p[ip] * r->p[ip] * (1.0 - r->mu[i] * r->mu[i]);
      QlbeTransverseEvaluate(&slice, r->n_mu, rho2, NULL, F, NULL);
      for (PetscInt i = 0; i < r->n_mu; i++) {
        const double e = 0.5 * par->m / par->m_star * q + lambda * r->p[ip] * r->mu[i];
        const double T = strength / q * exp(-0.5 * par->beta / par->m * e * e) * F[i];
        rates[i] = r->wp[ip] * r->wq[iq] * r->wmu[i] * 2.0 * PETSC_PI * q * q * T;
      }
    }
  }
  PetscCall(PetscFree4(block, work, rho2, F));
  PetscCall(QlbeTransverseDestroy(&transverse));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialCreate(const QlbeParameters *par, PetscInt n_basis, QlbeRadial *radial)
{
  const double lambda = par->m / par->M, gas = sqrt(par->m / par->beta);
  const double thermal = sqrt(par->M / par->beta), p_max = 9.0 * thermal;
  const double q_width = 2.0 * par->m_star / par->m * gas;
  const double q_max = q_width * (lambda * p_max / gas + 9.0);
  QlbeRadial r;

  PetscFunctionBegin;
  PetscCheck(n_basis >= 4 && n_basis <= 48, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "4 to 48 radial functions, not %" PetscInt_FMT, n_basis);
  PetscCall(PetscNew(&r));
  r->par = *par;
  r->n_basis = n_basis;
  r->P2 = 4.0 * par->M / par->beta;
  r->n_p = 40 + 2 * n_basis;
  r->n_mu = 24 + (PetscInt)ceil(4.4 * lambda * p_max / gas);
  r->n_q = 32 + (PetscInt)ceil(2.6 * q_max / q_width + 1.5 * q_max * par->a / par->hbar);
  PetscCall(PetscMalloc2(r->n_p, &r->p, r->n_p, &r->wp));
  PetscCall(PetscMalloc4(r->n_mu, &r->mu, r->n_mu, &r->wmu, r->n_q, &r->q, r->n_q, &r->wq));
  PetscCall(PetscMalloc1(r->n_q * r->n_p * r->n_mu, &r->rates));
  PetscCall(PetscDTGaussQuadrature(r->n_p, 0.0, p_max, r->p, r->wp));
  PetscCall(PetscDTGaussQuadrature(r->n_mu, -1.0, 1.0, r->mu, r->wmu));
  PetscCall(PetscDTGaussQuadrature(r->n_q, 0.0, q_max, r->q, r->wq));
  for (PetscInt ip = 0; ip < r->n_p; ip++) {
    const double p2 = r->p[ip] * r->p[ip];
    r->wp[ip] *= 4.0 * PETSC_PI * p2 * pow(par->beta / (2.0 * PETSC_PI * par->M), 1.5) *
                 exp(-0.5 * par->beta / par->M * p2);
  }
  PetscCall(FillRates(r));
  *radial = r;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialDestroy(QlbeRadial *radial)
{
  PetscFunctionBegin;
  if (!*radial) PetscFunctionReturn(0);
  PetscCall(PetscFree2((*radial)->p, (*radial)->wp));
  PetscCall(PetscFree4((*radial)->mu, (*radial)->wmu, (*radial)->q, (*radial)->wq));
  PetscCall(PetscFree((*radial)->rates));
  PetscCall(PetscFree(*radial));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeRadialGetNodes(QlbeRadial radial, PetscInt *n, const double **p)
{
  PetscFunctionBegin;
  *n = radial->n_p;
  *p = radial->p;
  PetscFunctionReturn(0);
}
