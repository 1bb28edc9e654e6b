/* Which discretisations there are: the only file that sees all of them. */
#include "discretisation_impl.h"
#include "qlbe/discretisation_list.h"

#define DECLARE(name) extern const QlbeDiscretisationOps QlbeDiscretisation_##name;
QLBE_DISCRETISATION_LIST(DECLARE)

const QlbeDiscretisationOps *QlbeDiscretisationFind_Private(const QlbeProblem *problem)
{
#define ADDRESS(name) &QlbeDiscretisation_##name,
  static const QlbeDiscretisationOps *const table[] = {QLBE_DISCRETISATION_LIST(ADDRESS)};

  return table[problem->settings->grid.type];
}
