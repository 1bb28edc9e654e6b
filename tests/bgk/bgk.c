/*
   A discretisation with a known answer (P. L. Bhatnagar, E. P. Gross, M. Krook, Phys. Rev. 94, 511
   (1954)): collisions at the rate gamma replace the momentum by one from equilibrium.

   Nodes of a momentum box: sums over them of functions that are Gaussians times a free flight
   converge faster than any power of the spacing, so that 25 points per axis leave rounding. Nothing
   depends on the interaction. Traits differ from those of other discretisations on purpose, and all
   that may be left out is left out.
*/
#include "bgk.h"
#include "cartesian_space.h"

#include <math.h>

static const Bgk *Data(QlbeDiscretisation d)
{
  return d->data;
}

/* ---- the object ---- */

static PetscErrorCode Make(QlbeDiscretisation d, PetscInt points)
{
  Bgk *bgk;

  PetscFunctionBegin;
  PetscCall(PetscNew(&bgk));
  d->data = bgk;
  bgk->gamma = BgkRate(&d->problem.parameters);
  PetscCall(QlbeMomentumGridSetUp(d->problem.comm, points, BgkHalfWidth(&d->problem), &bgk->grid));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  PetscFunctionBegin;
  (void)choice;
  PetscCall(Make(d, d->problem.settings->grid.points));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeDiscretisation d)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(d->data));
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  PetscFunctionBegin;
  (void)m; /* one operator has all functions */
  PetscCall(MatDestroy(A));
  PetscCall(QlbePhaseBegin(d->problem.phases, "assembly"));
  PetscCall(BgkOperator(Data(d), &d->problem.parameters, k, A));
  PetscCall(QlbePhaseEnd(d->problem.phases, "assembly"));
  PetscFunctionReturn(0);
}

static PetscErrorCode Equilibrium(QlbeDiscretisation d, Mat A, Vec *x0)
{
  PetscFunctionBegin;
  (void)A;
  PetscCall(BgkEquilibrium(Data(d), &d->problem.parameters, x0));
  PetscFunctionReturn(0);
}

static PetscErrorCode Edge(QlbeDiscretisation d, Mat A, double k, double *edge)
{
  PetscFunctionBegin;
  (void)A;
  (void)k;
  *edge = -Data(d)->gamma;
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/points", Data(d)->grid.points));
  PetscCall(QlbeEntriesAdd(entries, "grid/collision_rate", QLBE_RATE, Data(d)->gamma));
  PetscFunctionReturn(0);
}

/* ---- derivatives and comparisons ---- */

/* The operator is linear in k: a large step has the least rounding. */
static double DifferenceStep(QlbeDiscretisation d)
{
  const QlbeParameters *par = &d->problem.parameters;

  return 0.2 * Data(d)->gamma * sqrt(par->M * par->beta);
}

static double TableError(QlbeDiscretisation d)
{
  (void)d;
  return BGK_ROUNDING;
}

static PetscErrorCode GetSiblings(QlbeDiscretisation d, QlbeComparison what, PetscInt *n,
                                  QlbeSiblingTraits traits[])
{
  PetscFunctionBegin;
  (void)d;
  (void)what;
  *n = 1;
  traits[0] = (QlbeSiblingTraits){.family = 1, .every_fiber = PETSC_TRUE, .quartic = PETSC_TRUE};
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateSibling(QlbeDiscretisation d, QlbeComparison what, PetscInt i,
                                    double k_max, QlbeDiscretisation *sibling)
{
  QlbeDiscretisationUse use = d->use;

  PetscFunctionBegin;
  (void)what;
  (void)i;
  use.k_max = k_max;
  PetscCall(QlbeDiscretisationNew_Private(d->ops, &d->problem, &use, sibling));
  PetscCall(Make(*sibling, Data(d)->grid.points - BGK_FEWER_POINTS));
  PetscFunctionReturn(0);
}

/* Nodes have modes of their own next to the edge, which change with them. */
static PetscBool Isolated(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  (void)d;
  return (PetscBool)(PetscRealPart(level->value) - level->edge > 10.0 * level->change[0]);
}

/* The coarser grid is off by far more than this one; without a partner nothing is known. */
static double LevelError(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  return (isfinite(level->change[0]) ? level->change[0] : NAN) + BGK_ROUNDING * Data(d)->gamma;
}

static PetscErrorCode DiffusionErrors(QlbeDiscretisation d, const QlbeDiffusionChanges *changes,
                                      QlbeDiffusionErrors *errors, QlbeEntries *entries)
{
  const double step = DifferenceStep(d), grid = fabs(changes->D - changes->sibling_D[0]);

  PetscFunctionBegin;
  *errors = (QlbeDiffusionErrors){.solved = (PetscBool)isfinite(grid),
                                  .D = changes->D,
                                  .relative = grid / fabs(changes->D),
                                  .absolute = BGK_ROUNDING * Data(d)->gamma};
  errors->perturbation_error =
      changes->D_error + BGK_ROUNDING * (fabs(changes->D) + Data(d)->gamma / (step * step));
  errors->D_error = grid + errors->perturbation_error;
  errors->quartic_error =
      fabs(changes->quartic - changes->sibling_quartic[0]) + changes->fit_quartic_error;
  if (entries) PetscCall(QlbeEntriesAdd(entries, "grid/spacing_error", QLBE_DIFFUSION, grid));
  PetscFunctionReturn(0);
}

/* ---- functions of momentum ---- */

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  const QlbeParameters *par = &d->problem.parameters;

  PetscFunctionBegin;
  (void)all;
  (void)width;
  PetscCall(QlbeMomentumSpaceCreateCartesian(&Data(d)->grid, sqrt(par->M / par->beta), space));
  PetscFunctionReturn(0);
}

static double NodeSpacing(QlbeDiscretisation d)
{
  return Data(d)->grid.spacing;
}

static PetscErrorCode Suggest(QlbeDiscretisation d, const QlbeStateNeed *need,
                              QlbeStateDeviation *measure, const void *context,
                              const double deviation[2], QlbeComplaint *complaint)
{
  const QlbeParameters *par = &d->problem.parameters;

  PetscFunctionBegin;
  (void)measure;
  (void)context;
  PetscCall(QlbeComplain(complaint, "grid_extent",
                         "the nodes do not hold the initial state, which is off by %.1e; expected "
                         "%.3g or more",
                         deviation[0], need->extent / sqrt(par->M / par->beta)));
  PetscFunctionReturn(0);
}

const QlbeDiscretisationOps QlbeDiscretisation_bgk = {
    .traits = {.name = "bgk"},
    .serves = BgkServes,
    .largest_wave_number = BgkLargestWaveNumber,
    .estimate = BgkEstimate,
    .print_cost = BgkPrintCost,
    .line = BgkLine,
    .rounding = BgkRounding,
    .sizes = BgkSizes,
    .create = Create,
    .destroy = Destroy,
    .operator_of = Operator,
    .equilibrium = Equilibrium,
    .edge = Edge,
    .describe = Describe,
    .difference_step = DifferenceStep,
    .table_error = TableError,
    .get_siblings = GetSiblings,
    .create_sibling = CreateSibling,
    .isolated = Isolated,
    .level_error = LevelError,
    .diffusion_errors = DiffusionErrors,
    .space = Space,
    .node_spacing = NodeSpacing,
    .suggest = Suggest,
};
