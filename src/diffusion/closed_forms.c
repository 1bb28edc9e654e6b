/*
   Closed forms of the diffusion constant, with the corrections of the printed formulas:

     D     = 2 D_kin + D_jps                                   (second-order perturbation has no
   factor 1/2) D_jps = (4 eta hbar^2 m_star/3M^2) (2 m_star/pi beta)^(1/2) int_0^inf dq q^3
   exp(-q^2) [ (beta/4 m_star) (q^2 sigma_0 + (m/M) sigma_tot) + sigma_z ]  at (2 m_star/beta)^(1/2)
   q      (7.5) D_qdc = (eta beta hbar^2/6M^2) (2m/pi beta)^(1/2) int_0^inf dq q^5 exp(-q^2)
   sigma_0((2m/beta)^(1/2) q).
*/
#include <petscdt.h>

#include "qlbe/closed_forms.h"
#include "qlbe/cross_sections.h"
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"

enum { LARGEST_L = 3 };

/* The integrals over cross sections, with n Gauss-Legendre nodes on 0 <= q <= 7 (exp(-49) beyond).
 */
static PetscErrorCode JumpIntegrals(const QlbeParameters *par, QlbeInteraction interaction,
                                    PetscInt n, QlbeClosedForms *c)
{
  const double M2 = par->M * par->M, hbar2 = par->hbar * par->hbar;
  const double p_star = sqrt(2.0 * par->m_star / par->beta), p_gas = sqrt(2.0 * par->m / par->beta);
  double *q, *w;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(n, &q, n, &w));
  PetscCall(PetscDTGaussQuadrature(n, 0.0, 7.0, q, w));
  c->D_jps = 0.0;
  c->D_qdc = 0.0;
  for (PetscInt i = 0; i < n; i++) {
    const double weight = w[i] * pow(q[i], 3) * exp(-q[i] * q[i]);
    QlbeCrossSections at_star, at_gas;
    PetscCall(QlbeCrossSectionsCompute(interaction, p_star * q[i], &at_star));
    PetscCall(QlbeCrossSectionsCompute(interaction, p_gas * q[i], &at_gas));
    c->D_jps +=
        weight * (par->beta / (4.0 * par->m_star) *
                      (q[i] * q[i] * at_star.sigma_0 + par->m / par->M * at_star.sigma_tot) +
                  at_star.sigma_z);
    c->D_qdc += weight * q[i] * q[i] * at_gas.sigma_0;
  }
  c->D_jps *= 4.0 * par->eta * hbar2 * par->m_star / (3.0 * M2) *
              sqrt(2.0 * par->m_star / (PETSC_PI * par->beta));
  c->D_qdc *=
      par->eta * par->beta * hbar2 / (6.0 * M2) * sqrt(2.0 * par->m / (PETSC_PI * par->beta));
  PetscCall(PetscFree2(q, w));
  PetscFunctionReturn(0);
}

/* D_kin and D_classical_velocity from the l = 1 resolvent. */
static PetscErrorCode VelocityCorrelations(QlbeRadial radial, QlbeGasAverage average, double M,
                                           QlbeClosedForms *c)
{
  PetscInt n;
  const double *p;
  double *drift, *slope, value;

  PetscFunctionBegin;
  PetscCall(QlbeRadialGetNodes(radial, &n, &p));
  PetscCall(PetscMalloc2(n, &drift, n, &slope));
  for (PetscInt i = 0; i < n; i++) {
    drift[i] = QlbeDrift(average, p[i]);
    slope[i] = p[i] / M + QlbeEnergyShiftSlope(average, p[i]);
  }
  PetscCall(QlbeRadialResolvent(radial, drift, drift, &value));
  c->D_kin = value / 3.0;
  PetscCall(QlbeRadialResolvent(radial, slope, slope, &value));
  c->D_classical_velocity = 2.0 * value / 3.0;
  PetscCall(PetscFree2(drift, slope));
  PetscFunctionReturn(0);
}

static PetscErrorCode Gap(QlbeRadial radial, QlbeClosedForms *c)
{
  PetscFunctionBegin;
  c->gap = c->escape_rate_0;
  for (PetscInt l = 0; l <= LARGEST_L; l++) {
    double lambda[2];
    PetscCall(QlbeRadialEigenvalues(radial, l, 2, lambda));
    c->gap = PetscMin(c->gap, l == 0 ? lambda[1] : lambda[0]);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeClosedFormsCompute(const QlbeParameters *par, PetscInt n_basis,
                                      QlbeClosedForms *result)
{
  const double p_max = 10.0 * sqrt(par->M / par->beta);
  const PetscInt n_q = 64 + (PetscInt)ceil(14.0 * par->a / par->hbar * sqrt(par->m / par->beta));
  QlbeClosedForms coarse = {0};
  QlbeInteraction interaction;
  QlbeGasAverage average;
  QlbeRadial radial;

  PetscFunctionBegin;
  PetscCheck(par->eta > 0.0, PETSC_COMM_SELF, PETSC_ERR_ARG_OUTOFRANGE,
             "diffusion needs a positive gas density, not %g", par->eta);
  PetscCall(QlbeInteractionCreate(par, &interaction));
  PetscCall(QlbeGasAverageCreate(par, interaction, p_max, &average));
  result->escape_rate_0 = QlbeEscapeRate(average, 0.0);
  PetscCall(JumpIntegrals(par, interaction, n_q, result));
  PetscCall(JumpIntegrals(par, interaction, 3 * n_q / 4, &coarse));
  PetscCall(QlbeRadialCreate(par, n_basis, &radial));
  PetscCall(VelocityCorrelations(radial, average, par->M, result));
  PetscCall(Gap(radial, result));
  PetscCall(QlbeRadialDestroy(&radial));
  PetscCall(QlbeRadialCreate(par, PetscMax(4, 3 * n_basis / 4), &radial));
  PetscCall(VelocityCorrelations(radial, average, par->M, &coarse));
  PetscCall(QlbeRadialDestroy(&radial));
  PetscCall(QlbeGasAverageDestroy(&average));
  PetscCall(QlbeInteractionDestroy(&interaction));
  if (par->interaction ==
      QLBE_CLASSICAL) { /* no phase: neither jumps in space nor their Brownian limit */
    result->D_jps = 0.0;
    result->D_qdc = 0.0;
    coarse.D_jps = 0.0;
  }
  result->D = 2.0 * result->D_kin + result->D_jps;
  result->D_error = fabs(2.0 * (result->D_kin - coarse.D_kin)) +
                    fabs(result->D_jps - coarse.D_jps) + 1e-13 * fabs(result->D);
  PetscFunctionReturn(0);
}
