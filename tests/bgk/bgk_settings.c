/* The BGK model by the settings of a problem: what is served, what it costs, where nodes are. */
#include "bgk.h"

#include <math.h>

#include "qlbe/limits.h"

/* Grids with a node at p = 0, and a coarser one. */
enum { LEAST_POINTS = 5 + BGK_FEWER_POINTS };

double BgkHalfWidth(const QlbeProblem *problem)
{
  return problem->settings->grid.extent * sqrt(problem->parameters.M / problem->parameters.beta);
}

/* Where free flight turns the phase by 2 from one node to the next within a collision time. */
double BgkLargestWaveNumber(const QlbeProblem *problem)
{
  const double spacing = 2.0 * BgkHalfWidth(problem) / (double)(problem->settings->grid.points - 1);

  return 2.0 * BgkRate(&problem->parameters) * problem->parameters.M / spacing;
}

PetscErrorCode BgkServes(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                         QlbeComplaint *complaint)
{
  const PetscInt points = problem->settings->grid.points;

  PetscFunctionBegin;
  PetscCall(QlbeNeedsGas(problem, "bgk", complaint));
  if (complaint->option) PetscFunctionReturn(0);
  if (points < LEAST_POINTS || points % 2 == 0)
    PetscCall(QlbeComplain(complaint, "grid_points",
                           "expected an odd number of at least %d, got %" PetscInt_FMT,
                           LEAST_POINTS, points));
  else if (use->k_max > BgkLargestWaveNumber(problem))
    PetscCall(QlbeComplain(
        complaint, "fibers_k", "expected numbers <= %.4g, got %g",
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, BgkLargestWaveNumber(problem)),
        QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, use->k_max)));
  PetscFunctionReturn(0);
}

PetscErrorCode BgkEstimate(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                           QlbeDiscretisationCost *cost)
{
  const double rows = pow((double)problem->settings->grid.points, 3);

  PetscFunctionBegin;
  *cost =
      (QlbeDiscretisationCost){.rows = rows,
                               .bytes = (double)use->matrices * 2.0 * rows * sizeof(PetscScalar),
                               .seconds = 1e-8 * rows,
                               .propagation = 1e-6 * rows};
  PetscFunctionReturn(0);
}

PetscErrorCode BgkPrintCost(const QlbeProblem *problem, const QlbeDiscretisationUse *spectrum,
                            const QlbeDiscretisationUse *diffusion, FILE *out)
{
  QlbeDiscretisationCost cost;

  PetscFunctionBegin;
  (void)diffusion;
  PetscCall(BgkEstimate(problem, spectrum, &cost));
  fprintf(out, "\nbgk: %.0f momenta, rate of collisions %.6g %s\n", cost.rows,
          QlbeUnitsToDeck(&problem->units, QLBE_RATE, BgkRate(&problem->parameters)),
          QlbeUnitsName(&problem->units, QLBE_RATE));
  PetscFunctionReturn(0);
}

/* The nodes along the coordinate axis next to the given one. */
PetscErrorCode BgkLine(const QlbeProblem *problem, const double axis[3], PetscInt *n,
                       double (**p)[3])
{
  const double half_width = BgkHalfWidth(problem);
  int next = 2;

  PetscFunctionBegin;
  for (int i = 1; i >= 0; i--)
    if (fabs(axis[i]) > fabs(axis[next])) next = i;
  *n = problem->settings->grid.points;
  PetscCall(PetscCalloc1(*n, p));
  for (PetscInt i = 0; i < *n; i++)
    (*p)[i][next] = half_width * (2.0 * (double)i / (double)(*n - 1) - 1.0);
  PetscFunctionReturn(0);
}

double BgkRounding(const QlbeProblem *problem, double k, double scale, double gap)
{
  (void)k;
  (void)scale;
  (void)gap;
  return BGK_ROUNDING * BgkRate(&problem->parameters);
}

PetscErrorCode BgkSizes(const QlbeProblem *problem, double sizes[2])
{
  PetscFunctionBegin;
  sizes[0] = (double)problem->settings->grid.points;
  sizes[1] = problem->settings->grid.extent;
  PetscFunctionReturn(0);
}
