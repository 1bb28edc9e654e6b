/*
   Smaller bases and finer quadratures, and what they say of the errors of a basis.
*/
#include "basis_errors.h"

#include <math.h>

enum { SMALLER = QLBE_BASIS_SMALLER, FINER = QLBE_BASIS_FINER };

/*
   What rounding of F leaves of D through differences in k; it need not show in a comparison of two
   of them. Relative to D, and as a part of the escape rate over the square of the step: scatter
   over quadratures shows 3e-15 of the rate where large spheres ask for small steps.
*/
static const double difference_floor = 1e-10, rate_floor = 6e-15;

QlbeSpectralOrders QlbeBasisOrders_Private(const QlbeProblem *problem)
{
  const QlbeSettings *s = problem->settings;

  return (QlbeSpectralOrders){
      .n_radial = s->grid.radial, .n_angular = s->grid.angular, .refinement = s->grid.refinement};
}

/* A sixth of the radial functions and one angular momentum fewer. */
QlbeSpectralOrders QlbeBasisSmaller_Private(const QlbeSpectralOrders *orders)
{
  QlbeSpectralOrders smaller = *orders;

  smaller.n_radial -= (orders->n_radial + 5) / 6;
  smaller.n_angular -= 1;
  return smaller;
}

PetscErrorCode QlbeBasisGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what, PetscInt *n,
                                            QlbeSiblingTraits traits[])
{
  PetscFunctionBegin;
  (void)d;
  (void)what;
  *n = QLBE_BASIS_SIBLINGS;
  traits[SMALLER] =
      (QlbeSiblingTraits){.family = 0, .every_fiber = PETSC_TRUE, .quartic = PETSC_TRUE};
  traits[FINER] = (QlbeSiblingTraits){.family = 1, .quartic = PETSC_TRUE};
  PetscFunctionReturn(0);
}

/*
   Half of the step is used too, so that the error of differences is of fourth order: in a
   kappa/hbar, the phase that k adds to the amplitude, and in hbar k over the momenta on which rates
   vary. At smaller steps the rounding of F, whose cones at -+kappa the quadrature has to see, takes
   more than the truncation gives back.
*/
double QlbeBasisDifferenceStep_Private(const QlbeParameters *par)
{
  const double rates = par->M / par->m * sqrt(par->m / par->beta) / par->hbar;
  const double phase = par->M / (par->a * par->m_star);

  return PetscMin(0.02 * rates, 0.01 * phase);
}

/*
   Rounding of eps(k): at k > 0 that of differences in k of the transverse integral, which are the
   worse the smaller kappa is. Seen were 1e-13 of the escape rate for equal masses and 2e-12 for
   M/m = 100: like escape rate over gap. At k = 0 it is that of sums alone.
*/
double QlbeBasisRounding_Private(const QlbeProblem *problem, double k, double scale, double gap)
{
  const double differences = 3e-14, sums = 1e-14;

  (void)problem;
  return (k > 0.0 ? differences * scale / gap : sums) * scale;
}

/*
   The continuous spectrum of L_k lies to the left of the edge. What a basis has there, and close to
   it, moves with the basis; a level counts as discrete when it stands above the edge by ten times
   what a smaller basis changes it, and when that is a small part of its size. Levels that are
   eigenvalues can fail too: those of a heavy particle, once k v_th is a few times the gap, are so
   far from normal (condition above 1e10) that no basis settles them.
*/
PetscBool QlbeBasisIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  const double change = level->change[SMALLER];

  (void)d;
  return (PetscBool)(PetscRealPart(level->value) - 10.0 * change > level->edge &&
                     change <= 0.05 * PetscAbsScalar(level->value) + 1e-10 * level->scale);
}

PetscErrorCode QlbeBasisDescribeLevels_Private(QlbeDiscretisation d, const double change[],
                                               QlbeEntries *entries)
{
  PetscFunctionBegin;
  (void)d;
  PetscCall(QlbeEntriesAddOrNaN(entries, "grid/quadrature_error_relative", QLBE_DIMENSIONLESS,
                                change[FINER]));
  PetscFunctionReturn(0);
}

/* Basis, quadrature, rounding. */
double QlbeBasisLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  return level->change[SMALLER] +
         QLBE_BASIS_QUADRATURE_SAFETY * level->change[FINER] * PetscAbsScalar(level->value) +
         QlbeBasisRounding_Private(&d->problem, level->k, level->scale, level->gap);
}

/*
   The fit shares the errors of basis and quadrature, and adds the powers of k that it leaves out.
   Of an error of fourth order in the step the change shows three quarters: twice the change covers
   it.
*/
PetscErrorCode QlbeBasisDiffusionErrors_Private(QlbeDiscretisation d,
                                                const QlbeDiffusionChanges *changes,
                                                QlbeDiffusionErrors *errors, QlbeEntries *entries)
{
  const double step = d->ops->difference_step(d);
  const double basis = fabs(changes->sibling_D[SMALLER] - changes->D);
  const double quadrature = fabs(changes->sibling_D[FINER] - changes->D);
  const double *quartic = changes->sibling_quartic;

  PetscFunctionBegin;
  *errors = (QlbeDiffusionErrors){.D = NAN, .perturbation_error = NAN};
  errors->solved = (PetscBool)(isfinite(changes->D) && isfinite(basis) && isfinite(quadrature) &&
                               isfinite(changes->quartic) && isfinite(quartic[SMALLER]) &&
                               isfinite(quartic[FINER]));
  if (errors->solved) {
    errors->D = changes->D;
    errors->perturbation_error = QLBE_BASIS_QUADRATURE_SAFETY * quadrature +
                                 difference_floor * fabs(changes->D) +
                                 rate_floor * changes->scale / (step * step);
  }
  errors->D_error = basis + errors->perturbation_error;
  errors->quartic_error = fabs(quartic[SMALLER] - changes->quartic) +
                          QLBE_BASIS_QUADRATURE_SAFETY * fabs(quartic[FINER] - changes->quartic);
  errors->quartic_error += changes->fit_quartic_error;
  errors->relative = (basis + QLBE_BASIS_QUADRATURE_SAFETY * quadrature) / fabs(changes->D);
  if (!entries) PetscFunctionReturn(0);
  PetscCall(QlbeEntriesAdd(entries, "grid/basis_error", QLBE_DIFFUSION, basis));
  PetscCall(QlbeEntriesAdd(entries, "grid/quadrature_error", QLBE_DIFFUSION, quadrature));
  PetscFunctionReturn(0);
}
