/* Operations of exact flight that nodes of all kinds share. */
#include <math.h>

#include "flight.h"

/* The error of a level in units of what a smaller basis changes. */
static const double basis_safety = 3.0;

/*
   The part of the reach of a basis up to which its functions are trusted: beyond, too few angular
   momenta mix exp(i s p_par) with exp(-i s p_par), and a flight of twice that would come back as a
   density where there is none.
*/
static const double trusted = 0.65;

/* Of the transverse integral in the tail. */
static const double tail_tolerance = 1e-6;

/* Room in the tables of rates beyond the last node. */
static const double table_room = 1.0 + 1e-9;

static Flight *Data(QlbeDiscretisation d)
{
  return d->data;
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
double QlbeFlightLeavesOf_Private(QlbeDiscretisation d, double k)
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
  const double small = QlbeBasisDifferenceStep_Private(&d->problem.parameters) * (1.0 + 1e-12);
  Flight *f = Data(d);
  FlightTailMake make = {
      .par = &d->problem.parameters,
      .nodes = &f->nodes,
      .cylinder = &f->sizes.cylinder,
      .k = k,
      .basis = trusted * QlbeFlightBasisReach_Private(&f->orders, f->sizes.cylinder.thermal)};

  PetscFunctionBegin;
  *tail = NULL;
  /* differences in k at k = 0 would divide it by k^2 */
  if (d->use.duration <= 0.0 || k <= (d->use.moments ? small : 0.0)) PetscFunctionReturn(0);
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
  op->leaves = QlbeFlightLeavesOf_Private(d, make.k);
  /* Cartesian nodes do not follow so long a flight */
  if (make.gain && m >= 0) PetscCall(Tail(d, make.k, &op->tail));
  for (int odd = 0; odd < 2 && op->tail; odd++)
    PetscCall(QlbeFlightTailCut_Private(op->tail, op->n[odd], (PetscBool)odd, op->U[odd]));
  PetscCall(MatDestroy(A));
  PetscCall(QlbeFlightMatrix_Private(op, f->nodes.n, A));
  PetscCall(QlbeFlightOperatorDestroy_Private(&op));
  PetscCall(QlbePhaseEnd(d->problem.phases, "assembly"));
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

double QlbeFlightDifferenceStep_Private(QlbeDiscretisation d)
{
  return QlbeBasisDifferenceStep_Private(&d->problem.parameters) * Data(d)->step_factor;
}

double QlbeFlightTableError_Private(QlbeDiscretisation d)
{
  (void)d;
  return 0.0;
}

/*
   Toward the edge of the continuum a smaller basis shows half of the error at times: seen were
   2.1e-5 where it changes 1e-5.
*/
double QlbeFlightLevelError_Private(QlbeDiscretisation d, const QlbeLevelChange *level)
{
  QlbeLevelChange cautious = *level;

  cautious.change[QLBE_BASIS_SMALLER] *= basis_safety;
  return QlbeBasisLevelError_Private(d, &cautious);
}
