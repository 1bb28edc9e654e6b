/*
   Exact flight on nodes with the gain in the spectral basis, as a discretisation: fibers along
   their own axis.
*/
#include "flight.h"
#include "momentum_space_flight.h"
#include "qlbe/vector_length.h"

#include <math.h>

/* Points of a line of momenta, and its half length in thermal momenta. */
enum { LINE_POINTS = 61 };
static const double line_reach = 5.0;

/* The error of a level in units of what a smaller basis changes. */
static const double basis_safety = 3.0;

/* Of the transverse integral in the tail. */
static const double tail_tolerance = 1e-6;

/* Room in the tables of rates beyond the last node. */
static const double table_room = 1.0 + 1e-9;

static Flight *Data(QlbeDiscretisation d)
{
  return d->data;
}

static PetscErrorCode Fill(QlbeDiscretisation d, const QlbeSpectralOrders *orders, double refined)
{
  const QlbeParameters *par = &d->problem.parameters;
  Flight *f;

  PetscFunctionBegin;
  PetscCall(PetscNew(&f));
  d->data = f;
  f->orders = *orders;
  f->refined = refined;
  f->step_factor = 1.0;
  PetscCall(QlbeFlightSizes_Private(&d->problem, &d->use, orders, refined, &f->sizes));
  PetscCall(QlbeFlightNodesCylinder_Private(d->problem.comm, &f->sizes.cylinder, &f->nodes));
  PetscCall(QlbeFlightBasisCreate_Private(orders->n_radial, orders->n_angular,
                                          sqrt(par->M / par->beta), &f->basis));
  PetscCall(PetscCalloc1(orders->n_angular, &f->values));
  PetscFunctionReturn(0);
}

static PetscErrorCode Create(QlbeDiscretisation d, const QlbeDiscretisationChoice *choice)
{
  const QlbeSpectralOrders orders = QlbeBasisOrders_Private(&d->problem);

  PetscFunctionBegin;
  (void)choice;
  PetscCall(Fill(d, &orders, 1.0));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightDestroy_Private(QlbeDiscretisation d)
{
  Flight *f = Data(d);

  PetscFunctionBegin;
  for (PetscInt m = 0; m < f->orders.n_angular; m++) PetscCall(PetscFree(f->values[m]));
  PetscCall(PetscFree(f->values));
  PetscCall(QlbeFlightNodesDestroy_Private(&f->nodes));
  PetscCall(QlbeFlightBasisDestroy_Private(&f->basis));
  PetscCall(QlbeSpectralFiberDestroy(&f->fiber));
  PetscCall(QlbeDispersionDestroy(&f->dispersion));
  PetscCall(QlbeGasAverageDestroy(&f->average));
  PetscCall(QlbeTransverseDestroy(&f->limit));
  PetscCall(QlbeFlightTailDestroy_Private(&f->tail));
  PetscCall(PetscFree(d->data));
  PetscFunctionReturn(0);
}

/* The largest |p| of a node, and of its two momenta p -+ hbar k/2. */
static PetscErrorCode LargestMomentum(QlbeDiscretisation d, double *p_max)
{
  const Flight *f = Data(d);
  double most = 0.0;

  PetscFunctionBegin;
  for (PetscInt j = 0; j < f->nodes.end - f->nodes.begin; j++)
    most = PetscMax(most, hypot(f->nodes.par[j], f->nodes.perp[j]));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, d->problem.comm));
  *p_max = (most + 0.5 * d->problem.parameters.hbar * d->use.k_max) * table_room;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightSetUp_Private(QlbeDiscretisation d)
{
  Flight *f = Data(d);
  double p_max = 0.0;

  PetscFunctionBegin;
  if (f->fiber || d->problem.parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(QlbePhaseBegin(d->problem.phases, "kernel tables"));
  PetscCall(QlbeSpectralFiberCreate(d->problem.comm, &d->problem.parameters, &f->orders,
                                    d->use.k_max, &f->fiber));
  PetscCall(LargestMomentum(d, &p_max));
  PetscCall(QlbeDispersionCreate(&d->problem.parameters, p_max, &f->dispersion));
  PetscCall(QlbePhaseEnd(d->problem.phases, "kernel tables"));
  PetscFunctionReturn(0);
}

static PetscErrorCode Gain(void *context, double k, PetscInt m, PetscScalar gain[])
{
  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberGain(context, k, m, gain));
  PetscFunctionReturn(0);
}

/* B of the sector, which all wave numbers share; that of all sectors takes the place of m = 0. */
static PetscErrorCode Values(QlbeDiscretisation d, PetscInt m, const double **values)
{
  Flight *f = Data(d);
  double **own = &f->values[PetscMax(m, 0)];

  PetscFunctionBegin;
  if (!*own) {
    const PetscInt size = QlbeFlightBasisSize_Private(&f->basis, m);
    PetscCall(PetscMalloc1((f->nodes.end - f->nodes.begin) * size, own));
    PetscCall(QlbeFlightBasisValues_Private(&f->basis, &f->nodes, m, *own));
  }
  *values = *own;
  PetscFunctionReturn(0);
}

/* Only what evolves is followed for a limited time. */
static double Leaves(QlbeDiscretisation d, double k)
{
  return d->use.duration > 0.0
             ? QlbeFlightLeaves_Private(&d->problem.parameters, &Data(d)->sizes, k)
             : HUGE_VAL;
}

/* The transverse integral at q = 0. */
static PetscErrorCode CreateLimit(QlbeDiscretisation d, QlbeTransverse *limit)
{
  const QlbeParameters *par = &d->problem.parameters;
  QlbeTransverseRange range = {.q_min = 0.0, .q_max = 0.0, .k = d->use.k_max};
  QlbeInteraction interaction;

  PetscFunctionBegin;
  PetscCall(LargestMomentum(d, &range.rho));
  PetscCall(QlbeInteractionCreate(par, &interaction));
  PetscCall(QlbeTransverseCreate(par, interaction, &range, tail_tolerance, limit));
  PetscCall(QlbeInteractionDestroy(&interaction));
  PetscFunctionReturn(0);
}

/* The tail at wave number k, of states that evolve; it is kept for all sectors. */
static PetscErrorCode Tail(QlbeDiscretisation d, double k, FlightTail **tail)
{
  Flight *f = Data(d);
  FlightTailMake make = {.par = &d->problem.parameters,
                         .nodes = &f->nodes,
                         .cylinder = &f->sizes.cylinder,
                         .k = k,
                         .basis =
                             QlbeFlightBasisReach_Private(&f->orders, f->sizes.cylinder.thermal)};

  PetscFunctionBegin;
  *tail = NULL;
  if (d->use.duration <= 0.0 || k == 0.0) PetscFunctionReturn(0);
  if (!f->limit) PetscCall(CreateLimit(d, &f->limit));
  if (!f->tail || f->k_tail != k) {
    make.limit = f->limit;
    PetscCall(QlbeFlightTailDestroy_Private(&f->tail));
    PetscCall(QlbeFlightTailCreate_Private(&make, &f->tail));
    f->k_tail = k;
  }
  *tail = QlbeFlightTailReference_Private(f->tail);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorOf_Private(QlbeDiscretisation d, double k, PetscInt m,
                                            const FlightGain *gain, Mat *A)
{
  const QlbeParameters *par = &d->problem.parameters;
  Flight *f = Data(d);
  FlightOperatorMake make = {.comm = d->problem.comm,
                             .nodes = &f->nodes,
                             .basis = &f->basis,
                             .m = m,
                             .k = k,
                             .hbar = par->hbar,
                             .M = par->M};
  FlightOperator *op;

  PetscFunctionBegin;
  PetscCall(QlbePhaseBegin(d->problem.phases, "assembly"));
  if (f->fiber && make.m < f->orders.n_angular) {
    PetscCall(Values(d, make.m, &make.values));
    make.gain = gain->of;
    make.context = gain->context;
  }
  make.dispersion = f->dispersion;
  PetscCall(QlbeFlightOperatorCreate_Private(&make, &op));
  op->leaves = Leaves(d, make.k);
  /* Cartesian nodes do not follow so long a flight */
  if (make.gain && m >= 0) PetscCall(Tail(d, make.k, &op->tail));
  PetscCall(MatDestroy(A));
  PetscCall(QlbeFlightMatrix_Private(op, f->nodes.n, A));
  PetscCall(QlbeFlightOperatorDestroy_Private(&op));
  PetscCall(QlbePhaseEnd(d->problem.phases, "assembly"));
  PetscFunctionReturn(0);
}

static PetscErrorCode Operator(QlbeDiscretisation d, const double k[3], PetscInt m, Mat *A)
{
  FlightGain gain = {.of = Gain};

  PetscFunctionBegin;
  PetscCall(QlbeFlightSetUp_Private(d));
  gain.context = Data(d)->fiber;
  PetscCall(QlbeFlightOperatorOf_Private(d, QlbeVectorLength(k), PetscAbs(m), &gain, A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightBlockAdvance_Private(QlbeDiscretisation d, Mat A, const double time[2],
                                              double tolerance, PetscInt n, Vec x[])
{
  FlightOperator *op;
  PetscScalar *block, *own;

  PetscFunctionBegin;
  (void)d;
  PetscCall(QlbeFlightMatrixOperator_Private(A, &op));
  PetscCall(PetscMalloc1(op->local * n, &block));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(VecGetArray(x[i], &own));
    for (PetscInt j = 0; j < op->local; j++) block[j * n + i] = own[j];
    PetscCall(VecRestoreArray(x[i], &own));
  }
  PetscCall(QlbeFlightAdvance_Private(op, time, tolerance, n, block));
  for (PetscInt i = 0; i < n; i++) {
    PetscCall(VecGetArray(x[i], &own));
    for (PetscInt j = 0; j < op->local; j++) own[j] = block[j * n + i];
    PetscCall(VecRestoreArray(x[i], &own));
  }
  PetscCall(PetscFree(block));
  PetscFunctionReturn(0);
}

/* W^(1/2) nu^(1/2) at the nodes. */
PetscErrorCode QlbeFlightEquilibrium_Private(QlbeDiscretisation d, Mat A, Vec *x0)
{
  const Flight *f = Data(d);
  const double thermal = f->sizes.cylinder.thermal;
  PetscScalar *x;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(A, x0, NULL));
  PetscCall(VecGetArrayWrite(*x0, &x));
  for (PetscInt j = 0; j < f->nodes.end - f->nodes.begin; j++) {
    const double p2 = f->nodes.par[j] * f->nodes.par[j] + f->nodes.perp[j] * f->nodes.perp[j];
    x[j] = sqrt(f->nodes.weight[j]) * exp(-0.25 * p2 / (thermal * thermal));
  }
  PetscCall(VecRestoreArrayWrite(*x0, &x));
  PetscCall(VecNormalize(*x0, NULL));
  PetscFunctionReturn(0);
}

static PetscInt Sectors(QlbeDiscretisation d)
{
  return PetscMax(Data(d)->orders.n_angular - 1, 1);
}

/* -min E_k, where the continuum begins: E grows with |p|, so that the minimum is at p = 0. */
PetscErrorCode QlbeFlightEdge_Private(QlbeDiscretisation d, Mat A, double k, double *edge)
{
  const QlbeParameters *par = &d->problem.parameters;
  Flight *f = Data(d);

  PetscFunctionBegin;
  (void)A;
  *edge = 0.0;
  if (par->eta <= 0.0) PetscFunctionReturn(0);
  if (!f->average)
    PetscCall(QlbeGasAverageCreate(par, 0.5 * par->hbar * d->use.k_max, &f->average));
  *edge = -QlbeEscapeRate(f->average, 0.5 * par->hbar * k);
  PetscFunctionReturn(0);
}

static PetscErrorCode Announce(QlbeDiscretisation d)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  PetscCall(PetscPrintf(
      d->problem.comm,
      "exact flight on %" PetscInt_FMT " x %" PetscInt_FMT " nodes, gain in %" PetscInt_FMT
      " radial x %" PetscInt_FMT " angular functions\n",
      f->sizes.cylinder.n_par, f->sizes.cylinder.n_perp, f->orders.n_radial, f->orders.n_angular));
  PetscFunctionReturn(0);
}

static PetscErrorCode Describe(QlbeDiscretisation d, QlbeEntries *entries)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  PetscCall(QlbeEntriesAddText(entries, "grid/type", d->ops->traits.name));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/radial", f->orders.n_radial));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/angular", f->orders.n_angular));
  PetscCall(QlbeEntriesAdd(entries, "grid/refinement", QLBE_DIMENSIONLESS, f->orders.refinement));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/nodes", f->sizes.cylinder.n_par));
  PetscCall(QlbeEntriesAddInteger(entries, "grid/nodes_across", f->sizes.cylinder.n_perp));
  PetscFunctionReturn(0);
}

double QlbeFlightDifferenceStep_Private(QlbeDiscretisation d)
{
  return QlbeBasisDifferenceStep_Private(&d->problem.parameters) * Data(d)->step_factor;
}

double QlbeFlightTableError_Private(QlbeDiscretisation d)
{
  (void)d;
  return 0.0;
}

/* A smaller basis on the same nodes, or finer nodes and quadratures. */
static PetscErrorCode CreateSibling(QlbeDiscretisation d, QlbeComparison what, PetscInt i,
                                    double k_max, QlbeDiscretisation *sibling)
{
  const Flight *f = Data(d);
  QlbeSpectralOrders orders = f->orders;
  QlbeDiscretisationUse use = d->use;

  PetscFunctionBegin;
  (void)what;
  if (i == QLBE_BASIS_SMALLER)
    orders = QlbeBasisSmaller_Private(&f->orders);
  else
    orders.refinement *= QLBE_BASIS_REFINED;
  if (i != QLBE_BASIS_SMALLER) use.k_max = k_max;
  PetscCall(QlbeDiscretisationNew_Private(d->ops, &d->problem, &use, sibling));
  PetscCall(
      Fill(*sibling, &orders, f->refined * (i == QLBE_BASIS_SMALLER ? 1.0 : QLBE_BASIS_REFINED)));
  if (i != QLBE_BASIS_SMALLER) Data(*sibling)->step_factor = QLBE_BASIS_OTHER_STEP;
  PetscFunctionReturn(0);
}

/* The two siblings have assemblies of their own. */
static PetscErrorCode GetSiblings(QlbeDiscretisation d, QlbeComparison what, PetscInt *n,
                                  QlbeSiblingTraits traits[])
{
  PetscFunctionBegin;
  PetscCall(QlbeBasisGetSiblings_Private(d, what, n, traits));
  PetscFunctionReturn(0);
}

/*
   Toward the edge of the continuum a smaller basis shows half of the error at times: seen were 2.1e-5
   where it changes 1e-5.
*/
double QlbeFlightLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  QlbeLevelChange cautious = *level;

  cautious.change[QLBE_BASIS_SMALLER] *= basis_safety;
  return QlbeBasisLevelError_Private(d, &cautious);
}

static PetscErrorCode Space(QlbeDiscretisation d, PetscBool all, double width,
                            QlbeMomentumSpace *space)
{
  const Flight *f = Data(d);

  PetscFunctionBegin;
  (void)width;
  PetscCall(QlbeMomentumSpaceCreateFlight(d->problem.comm, &f->sizes.cylinder,
                                          all ? PetscMax(f->orders.n_angular - 1, d->use.modes) : 0,
                                          space));
  PetscFunctionReturn(0);
}

static PetscErrorCode Sizes(const QlbeProblem *problem, double sizes[2])
{
  PetscFunctionBegin;
  sizes[0] = (double)problem->settings->grid.radial;
  sizes[1] = (double)problem->settings->grid.angular;
  PetscFunctionReturn(0);
}

static PetscErrorCode Line(const QlbeProblem *problem, const double axis[3], PetscInt *n,
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

const QlbeDiscretisationOps QlbeDiscretisation_flight = {
    .traits = {.name = "flight",
               .isotropic = PETSC_TRUE,
               .sectors = PETSC_TRUE,
               .exact_free = PETSC_TRUE,
               .by_use = PETSC_TRUE,
               .spare = 4,
               .spare_compared = 4},
    .serves = QlbeFlightServes_Private,
    .largest_wave_number = QlbeFlightLargestWaveNumber_Private,
    .estimate = QlbeFlightEstimate_Private,
    .print_cost = QlbeFlightPrintCost_Private,
    .line = Line,
    .rounding = QlbeBasisRounding_Private,
    .sizes = Sizes,
    .create = Create,
    .destroy = QlbeFlightDestroy_Private,
    .operator_of = Operator,
    .equilibrium = QlbeFlightEquilibrium_Private,
    .sectors = Sectors,
    .edge = QlbeFlightEdge_Private,
    .announce = Announce,
    .describe = Describe,
    .difference_step = QlbeFlightDifferenceStep_Private,
    .table_error = QlbeFlightTableError_Private,
    .get_siblings = GetSiblings,
    .create_sibling = CreateSibling,
    .isolated = QlbeBasisIsolated_Private,
    .describe_levels = QlbeBasisDescribeLevels_Private,
    .level_error = QlbeFlightLevelError_Private,
    .diffusion_errors = QlbeBasisDiffusionErrors_Private,
    .space = Space,
    .advance = QlbeFlightBlockAdvance_Private,
    .leaves = Leaves,
    .suggest = QlbeFlightSuggest_Private,
};
