/*
   Spatial jumps, by Gauss-Legendre on 0 <= q <= 7 (exp(-49) is left out):

     D_jps = (4 eta hbar^2 m_star/3M^2) (2 m_star/pi beta)^(1/2) int_0^inf dq q^3 exp(-q^2)
             [ (beta/4 m_star) (q^2 sigma_0 + (m/M) sigma_tot) + sigma_z ]             (7.5)
     at p = (2 m_star/beta)^(1/2) q, and
     D_qdc = (eta beta hbar^2/6M^2) (2m/pi beta)^(1/2) int_0^inf dq q^5 exp(-q^2) sigma_0
     at p = (2m/beta)^(1/2) q.

   The printed (7.5) has (2 q^2 + 3 m/M) sigma_tot in the bracket: it squares the whole vector where
   only the component along q belongs.
*/
#include "qlbe/cross_sections.h"
#include "qlbe/rule.h"
#include "qlbe/spatial_jumps.h"

PetscErrorCode QlbeSpatialJumps(const QlbeParameters *par, PetscInt n, double *D_jps, double *D_qdc)
{
  const double M2 = par->M * par->M, hbar2 = par->hbar * par->hbar;
  const double p_star = sqrt(2.0 * par->m_star / par->beta), p_gas = sqrt(2.0 * par->m / par->beta);
  QlbeInteraction interaction;
  QlbeRule rule;

  PetscFunctionBegin;
  *D_jps = *D_qdc = 0.0;
  if (!QlbeInteractionGetTraits(par->interaction)->has_phase) PetscFunctionReturn(0);
  PetscCall(QlbeInteractionCreate(par, &interaction));
  PetscCall(QlbeRuleLegendre(n, 0.0, 7.0, &rule));
  for (PetscInt i = 0; i < n; i++) {
    const double q = rule.x[i], weight = rule.w[i] * pow(q, 3) * exp(-q * q);
    QlbeCrossSections star, gas;
    PetscCall(QlbeCrossSectionsCompute(interaction, p_star * q, &star));
    PetscCall(QlbeCrossSectionsCompute(interaction, p_gas * q, &gas));
    *D_jps += weight * (par->beta / (4.0 * par->m_star) *
                            (q * q * star.sigma_0 + par->m / par->M * star.sigma_tot) +
                        star.sigma_z);
    *D_qdc += weight * q * q * gas.sigma_0;
  }
  *D_jps *= 4.0 * par->eta * hbar2 * par->m_star / (3.0 * M2) *
            sqrt(2.0 * par->m_star / (PETSC_PI * par->beta));
  *D_qdc *= par->eta * par->beta * hbar2 / (6.0 * M2) * sqrt(2.0 * par->m / (PETSC_PI * par->beta));
  PetscCall(QlbeRuleDestroy(&rule));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}
