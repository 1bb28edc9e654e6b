/* Which discretisations there are, and the choice between them: the only file that sees all. */
#include "discretisation_impl.h"
#include "qlbe/discretisation_list.h"
#include "qlbe/gas_average.h"

#include <math.h>

#define DECLARE(name) extern const QlbeDiscretisationOps QlbeDiscretisation_##name;
QLBE_DISCRETISATION_LIST(DECLARE)

const QlbeDiscretisationOps *QlbeDiscretisationFind_Private(const QlbeProblem *problem)
{
#define ADDRESS(name) [QLBE_GRID_##name] = &QlbeDiscretisation_##name,
  static const QlbeDiscretisationOps *const table[] = {QLBE_DISCRETISATION_LIST(ADDRESS)};

  const int type = problem->settings->grid.type;

  /* smooth functions where there is a gas, exact flight where there is none */
  if (type == QLBE_GRID_auto)
    return table[problem->parameters.eta > 0.0 ? QLBE_GRID_spectral : QLBE_GRID_flight];
  return table[type];
}

/*
   k v_th/E(0) from which on flight is better than a basis: its levels are a hundred times closer.
*/
static const double long_flight = 0.4;

PetscErrorCode QlbeDiscretisationChoose(QlbeProblem *problem, double k_max, QlbeSettings *settings)
{
  const QlbeParameters *par = &problem->parameters;
  QlbeGasAverage average;
  double rate;

  PetscFunctionBegin;
  if (problem->settings->grid.type != QLBE_GRID_auto) PetscFunctionReturn(0);
  *settings = *problem->settings;
  settings->grid.type = QLBE_GRID_flight;
  if (par->eta > 0.0) {
    PetscCall(QlbeGasAverageCreate(par, 0.0, &average));
    rate = QlbeEscapeRate(average, 0.0);
    PetscCall(QlbeGasAverageDestroy(&average));
    if (k_max <= long_flight * rate * sqrt(par->M * par->beta))
      settings->grid.type = QLBE_GRID_spectral;
  }
  problem->settings = settings;
  PetscFunctionReturn(0);
}
