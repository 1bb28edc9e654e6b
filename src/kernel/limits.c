/*
   What tables and quadratures serve in reasonable time.
*/
#include "qlbe/interaction.h"
#include "qlbe/limits.h"

#include <math.h>

PetscErrorCode QlbeNeedsGas(const QlbeProblem *problem, const char who[], QlbeComplaint *complaint)
{
  PetscFunctionBegin;
  if (problem->parameters.eta <= 0.0)
    PetscCall(QlbeComplain(complaint, "gas_density", "%s needs a number > 0, got 0", who));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeNeedsPhase(const QlbeProblem *problem, const char who[],
                              QlbeComplaint *complaint)
{
  const QlbeInteractionType type = problem->parameters.interaction;
  char names[128];

  PetscFunctionBegin;
  if (!QlbeInteractionGetTraits(type)->has_phase)
    PetscCall(QlbeComplain(
        complaint, "interaction_type", "%s needs an interaction with a phase, %s, got `%s`", who,
        QlbeInteractionNamesWithPhase(sizeof(names), names), QlbeInteractionGetName(type)));
  PetscFunctionReturn(0);
}

double QlbeLargestKappa(const QlbeParameters *par, double p_max)
{
  const double p = PetscMax(p_max, 9.0 * sqrt(par->M / par->beta));
  const double relative =
      par->m_star / par->m * (par->m / par->M * p + 9.0 * sqrt(par->m / par->beta));

  return par->a * relative / par->hbar;
}

PetscErrorCode QlbeKernelServes(const QlbeProblem *problem, double p_max, QlbeComplaint *complaint)
{
  const QlbeParameters *par = &problem->parameters;
  const double phase = QlbeLargestKappa(par, p_max);
  const double kappa_max = QlbeInteractionGetTraits(par->interaction)->kappa_max;

  PetscFunctionBegin;
  if (par->m > 400.0 * par->M)
    PetscCall(QlbeComplain(complaint, "particle_mass",
                           "expected at least 1/400 of the gas mass, got %g of it",
                           par->M / par->m));
  else if (!(phase <= kappa_max))
    PetscCall(QlbeComplain(
        complaint, "interaction_radius",
        "expected a radius whose a p/hbar is <= %g for the momenta of this run, got %.4g",
        kappa_max, phase));
  PetscFunctionReturn(0);
}
