/*
   The spectral basis as a discretisation: smooth functions around the wave vector, which is the
   polar axis.
*/
#include "spectral_space.h"
#include "basis_common.h"
#include "basis_errors.h"
#include "spectral.h"
#include "qlbe/vector_length.h"

#include <math.h>

static Spectral *Data(QlbeDiscretisation d)
{
  return d->data;
}

static PetscErrorCode FillData(QlbeDiscretisation d, const QlbeSpectralOrders *orders,
                               SpectralFamily *family)
{
  Spectral *s;

  PetscFunctionBegin;
  PetscCall(PetscNew(&s));
  d->data = s;
  *s = (Spectral){.orders = *orders, .family = family, .step_factor = 1.0};
  s->k_edge = d->use.k_max;
  if (!family) {
    PetscCall(PetscNew(&s->family));
    *s->family = (SpectralFamily){.orders = *orders, .k_max = d->use.k_max, .k = -1.0};
  }
  s->family->references++;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSpectralNew_Private(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                                       const QlbeSpectralOrders *orders, SpectralFamily *family,
                                       QlbeDiscretisation *d)
{
  PetscFunctionBegin;
  PetscCall(QlbeDiscretisationNew_Private(&QlbeDiscretisation_spectral, problem, use, d));
  PetscCall(FillData(*d, orders, family));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  QlbeSpectralOrders orders = QlbeBasisOrders_Private(&d->problem);

  PetscFunctionBegin;
  if (choice)
    orders = (QlbeSpectralOrders){.n_radial = (PetscInt)choice->values[0],
                                  .n_angular = (PetscInt)choice->values[1],
                                  .refinement = choice->values[2]};
  PetscCall(FillData(d, &orders, NULL));
  Data(d)->settled = (PetscBool)(!choice || choice->values[3] != 0.0);
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(QlbeDiscretisation d)
{
  Spectral *s = Data(d);

  PetscFunctionBegin;
  PetscCall(QlbeGasAverageDestroy(&s->average));
  if (--s->family->references == 0) {
    PetscCall(QlbeSpectralFiberDestroy(&s->family->fiber));
    PetscCall(PetscFree(s->family));
  }
  PetscCall(PetscFree(d->data));
  PetscFunctionReturn(0);
}

static PetscErrorCode SetUp(QlbeDiscretisation d)
{
  SpectralFamily *f = Data(d)->family;

  PetscFunctionBegin;
  if (f->fiber) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(d->problem.phases, "kernel tables"));
  PetscCall(QlbeSpectralFiberCreate(d->problem.comm, &d->problem.parameters, &f->orders, f->k_max,
                                    &f->fiber));
  PetscCall(QlbePhaseEnd(d->problem.phases, "kernel tables"));
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  const double size = QlbeVectorLength(k);
  Spectral *s = Data(d);
  SpectralFamily *f = s->family;

  PetscFunctionBegin;
  PetscCall(SetUp(d));
  if (f->k != size || f->m != PetscAbs(m)) {
    PetscCall(QlbePhaseBegin(d->problem.phases, "assembly"));
    PetscCall(QlbeSpectralFiberAssemble(f->fiber, size, PetscAbs(m)));
    PetscCall(QlbePhaseEnd(d->problem.phases, "assembly"));
    f->k = size;
    f->m = PetscAbs(m);
  }
  PetscCall(MatDestroy(A));
  PetscCall(QlbeSpectralFiberMatrix(f->fiber, s->orders.n_radial, s->orders.n_angular, A));
  PetscFunctionReturn(0);
}

static PetscErrorCode Equilibrium(QlbeDiscretisation d, Mat A, Vec *x0)
{
  PetscFunctionBegin;
  (void)d;
  PetscCall(QlbeSpectralFiberEquilibrium(A, x0));
  PetscFunctionReturn(0);
}

static PetscInt Sectors(QlbeDiscretisation d)
{
  return PetscMax(Data(d)->orders.n_angular - 1, 1);
}

/* -min E_k, where the continuum begins: E grows with |p|, so that the minimum is at p = 0. */
static PetscErrorCode Edge(QlbeDiscretisation d, Mat A, double k, double *edge)
{
  const QlbeParameters *par = &d->problem.parameters;
  Spectral *s = Data(d);

  PetscFunctionBegin;
  (void)A;
  if (!s->average) PetscCall(QlbeGasAverageCreate(par, 0.5 * par->hbar * s->k_edge, &s->average));
  *edge = -QlbeEscapeRate(s->average, 0.5 * par->hbar * k);
  PetscFunctionReturn(0);
}

static PetscErrorCode CreateSibling(QlbeDiscretisation d, QlbeComparison what, PetscInt i,
                                    double k_max, QlbeDiscretisation *sibling)
{
  const Spectral *s = d->data;
  QlbeDiscretisationUse use = d->use;

  PetscFunctionBegin;
  (void)what;
  if (i == QLBE_BASIS_SMALLER) {
    const QlbeSpectralOrders smaller = QlbeBasisSmaller_Private(&s->orders);
    PetscCall(QlbeSpectralNew_Private(&d->problem, &use, &smaller, s->family, sibling));
  } else {
    QlbeSpectralOrders finer = s->orders;
    finer.refinement *= QLBE_BASIS_REFINED;
    use.k_max = k_max;
    PetscCall(QlbeSpectralNew_Private(&d->problem, &use, &finer, NULL, sibling));
    ((Spectral *)(*sibling)->data)->step_factor = QLBE_BASIS_OTHER_STEP;
  }
  ((Spectral *)(*sibling)->data)->k_edge = s->k_edge;
  PetscFunctionReturn(0);
}

static double DifferenceStep(QlbeDiscretisation d)
{
  return QlbeBasisDifferenceStep_Private(&d->problem.parameters) * Data(d)->step_factor;
}

static PetscErrorCode Announce(QlbeDiscretisation d)
{
  PetscFunctionBegin;
  PetscCall(SetUp(d));
  PetscCall(QlbeSpectralFiberView(Data(d)->family->fiber, PETSC_VIEWER_STDOUT_(d->problem.comm)));
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  const QlbeSpectralOrders *orders = &Data(d)->orders;

  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/radial", orders->n_radial));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/angular", orders->n_angular));
  PetscCall(QlbeEntriesAdd(entries, "grid/refinement", QLBE_DIMENSIONLESS, orders->refinement));
  PetscFunctionReturn(0);
}

static PetscErrorCode Check(QlbeDiscretisation d, MPI_Comm comm, QlbeChecks *checks)
{
  PetscFunctionBegin;
  (void)comm;
  if (d->use.count == 0) PetscFunctionReturn(0); /* orders settle by eigenvalues */
  PetscCall(QlbeChecksAdd(checks, "orders_not_settled", Data(d)->settled ? 0.0 : 1.0, 0.0));
  PetscFunctionReturn(0);
}

static double TableError(QlbeDiscretisation d)
{
  (void)d;
  return 0.0;
}

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  const QlbeParameters *par = &d->problem.parameters;
  const QlbeSpectralOrders *orders = &Data(d)->orders;

  PetscFunctionBegin;
  PetscCall(QlbeMomentumSpaceCreateSpectral(d->problem.comm, orders->n_radial, orders->n_angular,
                                            all ? orders->n_angular - 1 : 0,
                                            sqrt(par->M / par->beta), width, space));
  PetscFunctionReturn(0);
}

/* The parts in the last angular momentum and in the last radial functions. */
static PetscErrorCode Tail(QlbeDiscretisation d, PetscInt n, const Vec x[], double *square)
{
  const PetscInt n_radial = Data(d)->orders.n_radial;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    const PetscScalar *a;
    PetscInt begin, end, size;
    PetscCall(VecGetOwnershipRange(x[s], &begin, &end));
    PetscCall(VecGetSize(x[s], &size));
    PetscCall(VecGetArrayRead(x[s], &a));
    for (PetscInt i = begin; i < end; i++)
      if (i >= size - n_radial || i % n_radial == n_radial - 1)
        *square += PetscRealPart(a[i - begin] * PetscConj(a[i - begin]));
    PetscCall(VecRestoreArrayRead(x[s], &a));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, square, 1, MPI_DOUBLE, MPI_SUM, d->problem.comm));
  PetscFunctionReturn(0);
}

const QlbeDiscretisationOps QlbeDiscretisation_spectral = {
    .traits = {.name = "spectral",
               .isotropic = PETSC_TRUE,
               .sectors = PETSC_TRUE,
               .small = PETSC_TRUE,
               .automatic = PETSC_TRUE,
               .spare = 4,
               .spare_compared = 4},
    .serves = QlbeSpectralServes_Private,
    .largest_wave_number = QlbeBasisLargestWaveNumber_Private,
    .estimate = QlbeSpectralEstimate_Private,
    .print_cost = QlbeSpectralPrintCost_Private,
    .line = QlbeBasisLine_Private,
    .rounding = QlbeBasisRounding_Private,
    .settle = QlbeSpectralSettle_Private,
    .sizes = QlbeBasisSizes_Private,
    .create = Create,
    .destroy = Destroy,
    .operator_of = Operator,
    .equilibrium = Equilibrium,
    .sectors = Sectors,
    .edge = Edge,
    .announce = Announce,
    .describe = Describe,
    .check = Check,
    .difference_step = DifferenceStep,
    .table_error = TableError,
    .get_siblings = QlbeBasisGetSiblings_Private,
    .create_sibling = CreateSibling,
    .isolated = QlbeBasisIsolated_Private,
    .describe_levels = QlbeBasisDescribeLevels_Private,
    .level_error = QlbeBasisLevelError_Private,
    .diffusion_errors = QlbeBasisDiffusionErrors_Private,
    .space = Space,
    .tail = Tail,
    .suggest = QlbeSpectralSuggest_Private,
};
