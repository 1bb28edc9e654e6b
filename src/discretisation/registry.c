/* Which discretisations there are: the only file that sees all of them. */
#include "discretisation_impl.h"
#include "qlbe/discretisation_list.h"

#define DECLARE(name) extern const QlbeDiscretisationOps QlbeDiscretisation_##name;
QLBE_DISCRETISATION_LIST(DECLARE)

const QlbeDiscretisationOps *QlbeDiscretisationFind_Private(const QlbeProblem *problem)
{
#define ADDRESS(name) &QlbeDiscretisation_##name,
  static const QlbeDiscretisationOps *const table[] = {QLBE_DISCRETISATION_LIST(ADDRESS)};

  const int type = problem->settings->grid.type;

  /* smooth functions where there is a gas, exact flight where there is none */
  if (type == QLBE_GRID_auto)
    return table[problem->parameters.eta > 0.0 ? QLBE_GRID_spectral : QLBE_GRID_flight];
  return table[type];
}
