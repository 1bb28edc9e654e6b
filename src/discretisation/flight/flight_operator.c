/* A_k at nodes: set-up and diagonal. */
#include <math.h>

#include "flight_operator.h"

/* D at the nodes, with its largest parts. */
static PetscErrorCode FillDiagonal(const FlightOperatorMake *make, FlightOperator *op,
                                   double loss[])
{
  const FlightNodes *nodes = make->nodes;
  const double k[3] = {0.0, 0.0, make->k};
  double most[2] = {0.0, 0.0};

  PetscFunctionBegin;
  for (PetscInt j = 0; j < op->local; j++) {
    const double p[3] = {nodes->perp[j], 0.0, nodes->par[j]};
    double phase;
    if (make->dispersion) {
      loss[j] = QlbeDispersionLoss(make->dispersion, p, k);
      phase = QlbeDispersionDifference(make->dispersion, p, k) / make->hbar;
    } else {
      loss[j] = 0.0;
      phase = -p[2] * make->k / make->M;
    }
    op->D[j] = PetscCMPLX(loss[j], phase);
    most[0] = PetscMax(most[0], loss[j]);
    most[1] = PetscMax(most[1], fabs(phase));
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_DOUBLE, MPI_MAX, make->comm));
  op->rate = most[0];
  op->phase = most[1];
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorCreate_Private(const FlightOperatorMake *make,
                                                FlightOperator **operator_of)
{
  const PetscInt local = make->nodes->end - make->nodes->begin;
  FlightOperator *op;
  double *loss;

  PetscFunctionBegin;
  PetscCall(PetscNew(&op));
  *op = (FlightOperator){.comm = make->comm,
                         .references = 1,
                         .local = local,
                         .line = make->nodes->line,
                         .leaves = HUGE_VAL};
  op->rows = op->line > 0 ? (local + 1) / 2 : local;
  PetscCall(PetscMalloc1(local, &op->D));
  PetscCall(PetscMalloc1(local, &loss));
  PetscCall(FillDiagonal(make, op, loss));
  if (make->gain) PetscCall(QlbeFlightGain_Private(make, loss, op));
  PetscCall(PetscFree(loss));
  *operator_of = op;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFlightOperatorDestroy_Private(FlightOperator **op)
{
  PetscFunctionBegin;
  if (*op && --(*op)->references == 0) {
    if ((*op)->from)
      PetscCall(QlbeFlightOperatorDestroy_Private(&(*op)->from));
    else if ((*op)->C)
      PetscCall(PetscFree3((*op)->U[0], (*op)->U[1], (*op)->C));
    PetscCall(QlbeFlightTailDestroy_Private(&(*op)->tail));
    PetscCall(PetscFree((*op)->D));
    PetscCall(PetscFree(*op));
  }
  *op = NULL;
  PetscFunctionReturn(0);
}
