/* Limits of a spectral basis, and momenta on a line. */
#include <math.h>

#include "basis_common.h"
#include "qlbe/interaction.h"
#include "qlbe/limits.h"

/* Points of a line of momenta, and its half length in thermal momenta. */
enum { LINE_POINTS = 61 };
static const double line_reach = 5.0;

double QlbeBasisLargestWaveNumber_Private(const QlbeProblem *problem)
{
  const QlbeParameters *par = &problem->parameters;
  const double box = 12.0 * sqrt(par->M / par->beta) / par->hbar;

  return !QlbeInteractionGetTraits(par->interaction)->varies
             ? box
             : PetscMin(box, 8.0 * par->M / (par->a * par->m_star));
}

PetscErrorCode QlbeBasisServesKernel_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeComplaint *complaint)
{
  const double most = QlbeBasisLargestWaveNumber_Private(problem);

  PetscFunctionBegin;
  PetscCall(QlbeKernelServes(problem, 0.0, complaint));
  if (!complaint->option && use->k_max > most)
    PetscCall(QlbeComplain(complaint, "fibers_k",
                           "expected numbers <= %.4g, the most that a basis of this kind serves, "
                           "got %g",
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, most),
                           QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, use->k_max)));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeBasisSizes_Private(const QlbeProblem *problem, double sizes[2])
{
  PetscFunctionBegin;
  sizes[0] = (double)problem->settings->grid.radial;
  sizes[1] = (double)problem->settings->grid.angular;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeBasisLine_Private(const QlbeProblem *problem, const double axis[3], PetscInt *n,
                                     double (**p)[3])
{
  const double half_width = line_reach * sqrt(problem->parameters.M / problem->parameters.beta);

  PetscFunctionBegin;
  *n = LINE_POINTS;
  PetscCall(PetscMalloc1(*n, p));
  for (PetscInt i = 0; i < *n; i++) {
    const double at = half_width * (2.0 * (double)i / (double)(*n - 1) - 1.0);
    for (int j = 0; j < 3; j++) (*p)[i][j] = axis[j] * at;
  }
  PetscFunctionReturn(0);
}
