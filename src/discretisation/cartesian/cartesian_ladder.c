/*
   Coarser grids, and what they and the width of the box say of the errors of a Cartesian one.
*/
#include "cartesian.h"
#include "qlbe/richardson.h"
#include "qlbe/worse.h"

#include <math.h>
#include <stdio.h>

/* Error of the spacing in units of the correction that the order predicts from a coarser grid. */
static const double spacing_safety = 1.5;

/*
   Two grids are not compared by order where the coarser one exceeds this many resolving spacings.
   Below, all of 126 pairs of grids were covered, by a factor of 1.2 at the least: 20 gases, masses
   0.2 to 50, both interactions. Accidental agreement was seen from 1.98 on.
*/
static const double comparable = 1.75;

/* The largest spacing at which three grids show order 4, in units of the resolving one. */
static const double asymptotic = 1.5;

/* Errors of dropped pairs, in units of what dropping changes on the coarser grid. */
static const double drop_safety = 3.0;

/*
   Errors of eigenvalues from the box, in units of BoxShare: the momenta outside count more at
   larger k than in <p_x^2>.
*/
static const double box_safety = 1.5;

/* Rounding of sums over a row, as a part of the escape rate. */
static const double sum_rounding = 1e-14;

/*
   What the tables leave of an eigenvalue, as a part of the escape rate: sums over a row of entries
   with errors of their tolerance. Up to 4e-11 was seen where k is an eighth of the largest one, for
   which tables are made; less the closer they are.
*/
static const double table_error = 1e-10;

/* Eigenvalues within this fraction of the edge are not told apart from it on a grid. */
static const double edge_margin = 0.02;

static const Cartesian *Data(QlbeDiscretisation d)
{
  return d->data;
}

PetscErrorCode QlbeCartesianNear_Private(QlbeDiscretisation d, double k, QlbeDiscretisation *near)
{
  PetscFunctionBegin;
  PetscCall(QlbeCartesianNew_Private(d, Data(d)->grid.points, Data(d)->drop_tolerance, k, near));
  PetscFunctionReturn(0);
}

/* A coarser grid, with all pairs or with dropped ones. */
typedef struct {
  PetscInt points;
  PetscBool all;
} Rung;

/* One coarser grid for levels; for D two with extrapolation, where there is room for them. */
static PetscInt Rungs(QlbeDiscretisation d, QlbeComparison what, Rung rungs[QLBE_MOST_SIBLINGS])
{
  const PetscBool drops = (PetscBool)(Data(d)->drop_tolerance > 0.0);
  const PetscInt points = Data(d)->grid.points;
  PetscInt n = 0, middle = points, coarsest = QlbeCartesianCoarserPoints_Private(points, 1.45);

  if (what == QLBE_COMPARE_DIFFUSION) {
    if (d->problem.settings->grid.richardson)
      middle = QlbeCartesianCoarserPoints_Private(points, 1.25);
    coarsest = PetscMin(coarsest, middle - 2);
    /* five points have room for one coarser grid only */
    if (coarsest < 3) coarsest = middle;
  }
  rungs[n++] = (Rung){coarsest, PETSC_FALSE};
  if (coarsest < middle && middle < points) rungs[n++] = (Rung){middle, PETSC_FALSE};
  if (drops) rungs[n++] = (Rung){coarsest, PETSC_TRUE};
  return n;
}

PetscErrorCode QlbeCartesianGetSiblings_Private(QlbeDiscretisation d, QlbeComparison what,
                                                PetscInt *n, QlbeSiblingTraits traits[])
{
  Rung rungs[QLBE_MOST_SIBLINGS];

  PetscFunctionBegin;
  *n = Rungs(d, what, rungs);
  for (PetscInt i = 0; i < *n; i++)
    traits[i] = (QlbeSiblingTraits){
        .family = i + 1, .every_fiber = PETSC_TRUE, .quartic = (PetscBool)(i == 0)};
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianCreateSibling_Private(QlbeDiscretisation d, QlbeComparison what,
                                                  PetscInt i, double k_max,
                                                  QlbeDiscretisation *sibling)
{
  Cartesian *fine = d->data, *coarse;
  Rung rungs[QLBE_MOST_SIBLINGS];

  PetscFunctionBegin;
  (void)k_max; /* the tables are those of d */
  (void)Rungs(d, what, rungs);
  PetscCall(QlbeCartesianSetUp_Private(d));
  PetscCall(QlbeCartesianNew_Private(d, rungs[i].points, rungs[i].all ? 0.0 : fine->drop_tolerance,
                                     d->use.k_max, sibling));
  coarse = (*sibling)->data;
  coarse->tables = fine->tables;
  coarse->tables->references++;
  PetscCall(PetscArraycpy(coarse->axis, fine->axis, 3));
  PetscFunctionReturn(0);
}

PetscInt QlbeCartesianReference_Private(QlbeDiscretisation d, QlbeComparison what, PetscInt i)
{
  Rung rungs[QLBE_MOST_SIBLINGS];

  (void)Rungs(d, what, rungs);
  return rungs[i].all ? 0 : -1; /* what dropping pairs changes shows on the same grid */
}

/*
   Share of the momenta outside the box in <p_x^2>: what the box costs D and eps(k), relative;
   extent in thermal momenta.
*/
static double BoxShare(double extent)
{
  const double edge = extent / sqrt(2.0);

  return 3.0 * erfc(edge) + 2.0 * edge / sqrt(PETSC_PI) * exp(-edge * edge);
}

/*
   Error that the spacing leaves of a value, from its change against the coarsest grid: the
   correction of that order with half of it added, for an order that is not quite reached; never
   less than QlbeRichardsonLeast. nan where the change is.
*/
static double SpacingError(QlbeDiscretisation d, double coarse, double change, double value,
                           double order)
{
  const double fine = Data(d)->grid.spacing;
  const double correction = change / (pow(coarse / fine, order) - 1.0);

  if (!isfinite(change)) return NAN;
  return QlbeWorse(spacing_safety * fabs(correction),
                   QlbeRichardsonLeast(
                       coarse, fine, change, value,
                       comparable * QlbeCartesianResolvingSpacing_Private(&d->problem.parameters)));
}

static double SpacingOf(QlbeDiscretisation d, PetscInt points)
{
  return 2.0 * Data(d)->grid.half_width / (double)(points - 1);
}

PetscBool QlbeCartesianIsolated_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  (void)d;
  return (PetscBool)(PetscRealPart(level->value) > level->edge * (1.0 - edge_margin));
}

PetscErrorCode QlbeCartesianDescribeLevels_Private(QlbeDiscretisation d, const double change[],
                                                   QlbeEntries *entries)
{
  Rung rungs[QLBE_MOST_SIBLINGS];

  PetscFunctionBegin;
  (void)change;
  (void)Rungs(d, QLBE_COMPARE_LEVELS, rungs);
  PetscCall(QlbeEntriesAddInteger(entries, "grid/points_of_error", rungs[0].points));
  PetscFunctionReturn(0);
}

/*
   Powers of the spacing that an eigenvalue shows. From one node to the next, the phase of free
   flight turns at rates that differ by k h/M. Where that is no small part of the distance to the
   continuum, a grid cannot tell a level from it, and order 4 is not reached: 2.1 to 2.9 was seen
   from 5 times k h/M downwards.
*/
static double SpacingOrder(double flight, double distance)
{
  return distance > 6.0 * flight ? 4.0 : 2.0;
}

/* Spacing, box, dropped pairs, tables, rounding. */
double QlbeCartesianLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  const double size = PetscAbsScalar(level->value), spacing = SpacingOf(d, Data(d)->grid.points);
  const double order = SpacingOrder(level->k * spacing / d->problem.parameters.M,
                                    PetscRealPart(level->value) - level->edge);
  Rung rungs[QLBE_MOST_SIBLINGS];
  const PetscInt n = Rungs(d, QLBE_COMPARE_LEVELS, rungs);

  return SpacingError(d, SpacingOf(d, rungs[0].points), level->change[0], size, order) +
         drop_safety * (n < 2                        ? 0.0
                        : isfinite(level->change[1]) ? level->change[1]
                                                     : NAN) +
         box_safety * BoxShare(d->problem.settings->grid.extent) * size +
         (level->k > 0.0 ? table_error : 0.0) * level->scale + sum_rounding * level->scale;
}

/* What the numbers of all grids say. */
typedef struct {
  PetscInt n; /* grids with the dropped pairs of the deck's, which is the last */
  PetscInt points[QLBE_MOST_SIBLINGS + 1];
  double spacing[QLBE_MOST_SIBLINGS + 1], D[QLBE_MOST_SIBLINGS + 1];
  double drop_error; /* estimate of what dropped pairs cost D */
  PetscBool solved;
} Grids;

static void FillGrids(QlbeDiscretisation d, const QlbeDiffusionChanges *changes, Grids *grids)
{
  Rung rungs[QLBE_MOST_SIBLINGS];
  const PetscInt n = Rungs(d, QLBE_COMPARE_DIFFUSION, rungs);

  *grids = (Grids){.solved = (PetscBool)isfinite(changes->D)};
  for (PetscInt i = 0; i < n; i++) {
    if (rungs[i].all) {
      grids->drop_error = drop_safety * fabs(changes->sibling_D[i] - changes->sibling_D[0]);
      continue;
    }
    grids->points[grids->n] = rungs[i].points;
    grids->spacing[grids->n] = SpacingOf(d, rungs[i].points);
    grids->D[grids->n++] = changes->sibling_D[i];
    grids->solved = (PetscBool)(grids->solved && isfinite(changes->sibling_D[i]));
  }
  grids->points[grids->n] = Data(d)->grid.points;
  grids->spacing[grids->n] = Data(d)->grid.spacing;
  grids->D[grids->n++] = changes->D;
}

/*
   Error of the quartic coefficient, which is that of the deck's grid, extrapolated or not: from the
   coarsest grid with order 2, since its error is h^2 log k; the box, which takes some extent^2/5
   times more of the fourth moments than of the second; and the fit.
*/
static double QuarticError(QlbeDiscretisation d, const QlbeDiffusionChanges *changes,
                           const Grids *grids)
{
  const double extent = d->problem.settings->grid.extent;

  return changes->fit_quartic_error +
         (1.0 + extent * extent / 5.0) * BoxShare(d->problem.settings->grid.extent) *
             fabs(changes->fit_quartic) +
         SpacingError(d, grids->spacing[0], changes->quartic - changes->sibling_quartic[0],
                      changes->fit_quartic, 2.0);
}

static PetscErrorCode AddEntries(double half_width, const Grids *grids, double box_error,
                                 double observed_order, QlbeEntries *entries)
{
  PetscFunctionBegin;
  PetscCall(QlbeEntriesAdd(entries, "grid/half_width", QLBE_MOMENTUM, half_width));
  PetscCall(QlbeEntriesAdd(entries, "grid/box_error", QLBE_DIFFUSION, box_error));
  PetscCall(QlbeEntriesAdd(entries, "grid/drop_error", QLBE_DIFFUSION, grids->drop_error));
  PetscCall(
      QlbeEntriesAddOrNaN(entries, "grid/observed_order", QLBE_DIMENSIONLESS, observed_order));
  for (PetscInt i = 0; i < grids->n - 1; i++) {
    char path[64];
    (void)snprintf(path, sizeof(path), "grid/D_of_%d_points", (int)grids->points[i]);
    PetscCall(QlbeEntriesAdd(entries, path, QLBE_DIFFUSION, grids->D[i]));
  }
  PetscFunctionReturn(0);
}

/* Without extrapolation: from the coarser grid. With extrapolation: the scatter of three grids. */
static PetscErrorCode Judge(QlbeDiscretisation d, const QlbeDiffusionChanges *changes,
                            const Grids *grids, double box_error, QlbeDiffusionErrors *errors)
{
  QlbeRichardson richardson;
  double discretisation;

  PetscFunctionBegin;
  errors->perturbation_error = changes->k_error + changes->D_error;
  if (d->problem.settings->grid.richardson) {
    PetscCall(QlbeRichardsonExtrapolate(
        grids->n, grids->spacing, grids->D, 4.0,
        asymptotic * QlbeCartesianResolvingSpacing_Private(&d->problem.parameters), &richardson));
    errors->D = changes->fit_D + (richardson.value - changes->D);
    discretisation = richardson.error + errors->perturbation_error;
  } else {
    errors->D = changes->fit_D;
    discretisation = SpacingError(d, grids->spacing[0], changes->D - grids->D[0], changes->D, 4.0);
  }
  errors->D_error = discretisation + box_error + grids->drop_error + changes->fit_error;
  /* which pairs a threshold drops changes with k: derivatives in k move by as much as a part of the
     pairs contributes */
  errors->derivative_error = grids->drop_error;
  errors->perturbation_error += grids->drop_error;
  errors->quartic_error = QuarticError(d, changes, grids);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianDiffusionErrors_Private(QlbeDiscretisation d,
                                                    const QlbeDiffusionChanges *changes,
                                                    QlbeDiffusionErrors *errors,
                                                    QlbeEntries *entries)
{
  double box_error = 0.0, observed_order = NAN;
  QlbeRichardson richardson;
  Grids grids;

  PetscFunctionBegin;
  FillGrids(d, changes, &grids);
  *errors = (QlbeDiffusionErrors){.solved = grids.solved,
                                  .D = NAN,
                                  .D_error = NAN,
                                  .perturbation_error = NAN,
                                  .quartic_error = NAN,
                                  .absolute = table_error * changes->scale};
  errors->relative = (SpacingError(d, grids.spacing[0], changes->D - grids.D[0], changes->D, 4.0) +
                      grids.drop_error) /
                         fabs(changes->D) +
                     box_safety * BoxShare(d->problem.settings->grid.extent);
  if (grids.solved) {
    box_error = fabs(changes->D) * BoxShare(d->problem.settings->grid.extent);
    PetscCall(Judge(d, changes, &grids, box_error, errors));
    PetscCall(QlbeRichardsonExtrapolate(
        grids.n, grids.spacing, grids.D, 4.0,
        asymptotic * QlbeCartesianResolvingSpacing_Private(&d->problem.parameters), &richardson));
    observed_order = richardson.observed_order;
  }
  if (entries)
    PetscCall(AddEntries(Data(d)->grid.half_width, &grids, box_error, observed_order, entries));
  PetscFunctionReturn(0);
}
