/*
   How dilute a gas is.
*/
#include <math.h>
#include <stdio.h>

#include "qlbe/cross_sections.h"
#include "qlbe/limits.h"
#include "qlbe/rule.h"
#include "qlbe/validity.h"

/* a p/hbar beyond which no command computes anything. */
static const double most_kappa = 1e6;

static const double most_eta_a3 = 0.01, most_eta_lambda3 = 0.1, least_free_path = 10.0;

/* E(0) = (eta/m_star) <|p_rel| sigma_tot>, p_rel = (m_star/m) p0 of the gas. */
static PetscErrorCode EscapeRateAtRest(const QlbeParameters *par, double *rate)
{
  enum { NODES = 120 };
  const double w = par->m_star / par->m * sqrt(par->m / par->beta);
  QlbeInteraction interaction;
  QlbeRule rule;

  PetscFunctionBegin;
  *rate = 0.0;
  PetscCall(QlbeInteractionCreate(par, &interaction));
  PetscCall(QlbeRuleLegendre(NODES, 0.0, 8.0, &rule));
  for (PetscInt i = 0; i < rule.n; i++) {
    const double x = rule.x[i];
    QlbeCrossSections cs;
    PetscCall(QlbeCrossSectionsCompute(interaction, w * x, &cs));
    *rate += rule.w[i] * x * x * x * exp(-0.5 * x * x) * cs.sigma_tot;
  }
  *rate *= par->eta / par->m_star * w * sqrt(2.0 / PETSC_PI);
  PetscCall(QlbeRuleDestroy(&rule));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeValidityCompute(const QlbeParameters *par, QlbeValidity *v)
{
  const double wavelength = par->hbar * sqrt(2.0 * PETSC_PI * par->beta / par->m);
  double rate, free_path;

  PetscFunctionBegin;
  PetscCall(EscapeRateAtRest(par, &rate));
  free_path = sqrt(1.0 / (par->beta * par->M)) / rate;
  v->eta_a3 = par->eta * par->a * par->a * par->a;
  v->eta_lambda3 = par->eta * wavelength * wavelength * wavelength;
  v->free_path_over_radius = free_path / par->a;
  v->free_path_over_wavelength = free_path / wavelength;
  v->kappa_max = QlbeLargestKappa(par, 0.0);
  PetscFunctionReturn(0);
}

PetscBool QlbeValidityIsDilute(const QlbeValidity *v)
{
  return (PetscBool)(v->eta_a3 <= most_eta_a3 && v->eta_lambda3 <= most_eta_lambda3 &&
                     v->free_path_over_radius >= least_free_path &&
                     v->free_path_over_wavelength >= least_free_path);
}

PetscErrorCode QlbeValidityDescribe(const QlbeProblem *problem, QlbeEntries *entries, size_t size,
                                    char text[])
{
  QlbeValidity v;

  PetscFunctionBegin;
  text[0] = '\0';
  if (problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  if (!(QlbeLargestKappa(&problem->parameters, 0.0) <= most_kappa)) PetscFunctionReturn(0);
  PetscCall(QlbeValidityCompute(&problem->parameters, &v));
  PetscCall(QlbeEntriesAdd(entries, "validity/eta_a3", QLBE_DIMENSIONLESS, v.eta_a3));
  PetscCall(QlbeEntriesAdd(entries, "validity/eta_lambda3", QLBE_DIMENSIONLESS, v.eta_lambda3));
  PetscCall(QlbeEntriesAdd(entries, "validity/free_path_over_radius", QLBE_DIMENSIONLESS,
                           v.free_path_over_radius));
  PetscCall(QlbeEntriesAdd(entries, "validity/free_path_over_wavelength", QLBE_DIMENSIONLESS,
                           v.free_path_over_wavelength));
  PetscCall(QlbeEntriesAdd(entries, "validity/kappa_max", QLBE_DIMENSIONLESS, v.kappa_max));
  (void)snprintf(
      text, size,
      "  validity: eta a^3 = %.3g, eta lambda^3 = %.3g, free path = %.3g a = %.3g lambda, "
      "a p/hbar <= %.3g\n%s",
      v.eta_a3, v.eta_lambda3, v.free_path_over_radius, v.free_path_over_wavelength, v.kappa_max,
      QlbeValidityIsDilute(&v)
          ? ""
          : "warning: the gas is not dilute: the numbers solve the equation, which is "
            "derived for a dilute gas\n");
  PetscFunctionReturn(0);
}
