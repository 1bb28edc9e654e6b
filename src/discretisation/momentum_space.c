/*
   Functions of momentum as vectors: what both representations share.
*/
#include "momentum_space_impl.h"

PetscErrorCode QlbeMomentumSpaceCreate_Private(MPI_Comm comm, double thermal,
                                               const QlbeMomentumSpaceOps *ops,
                                               QlbeMomentumSpace *space)
{
  PetscFunctionBegin;
  PetscCheck(thermal > 0.0, comm, PETSC_ERR_ARG_OUTOFRANGE, "thermal momentum %g", thermal);
  PetscCall(PetscNew(space));
  (*space)->ops = ops;
  (*space)->comm = comm;
  (*space)->thermal = thermal;
  PetscFunctionReturn(0);
}

double QlbeMomentumSpaceEquilibrium_Private(double thermal, double p2)
{
  return pow(2.0 * PETSC_PI * thermal * thermal, -1.5) * exp(-0.5 * p2 / (thermal * thermal));
}

PetscErrorCode QlbeMomentumSpaceSum_Private(MPI_Comm comm, PetscInt n, PetscScalar values[])
{
  PetscMPIInt count;

  PetscFunctionBegin;
  PetscCall(PetscMPIIntCast(n, &count));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, values, count, MPIU_SCALAR, MPIU_SUM, comm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceDestroy(QlbeMomentumSpace *space)
{
  PetscFunctionBegin;
  if (!*space) PetscFunctionReturn(0);
  PetscCall((*space)->ops->destroy(*space));
  PetscCall(PetscFree(*space));
  PetscFunctionReturn(0);
}

PetscInt QlbeMomentumSpaceSectors(QlbeMomentumSpace space)
{
  return 2 * space->m_max + 1;
}

PetscErrorCode QlbeMomentumSpaceVectors(QlbeMomentumSpace space, Vec x[])
{
  PetscFunctionBegin;
  PetscCall(space->ops->vectors(space, x));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceExpand(QlbeMomentumSpace space, const double axis[3],
                                       QlbeMomentumFunction *f, const void *context, Vec x[])
{
  PetscFunctionBegin;
  PetscCall(space->ops->expand(space, axis, f, context, x));
  PetscFunctionReturn(0);
}

typedef struct {
  QlbeMomentumFunction *w;
  const void *context;
  double thermal;
} Weight;

/* conj(w) nu */
static PetscScalar WeightedEquilibrium(const double p[3], const void *context)
{
  const Weight *weight = (const Weight *)context;
  const double p2 = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];

  return PetscConj(weight->w(p, weight->context)) *
         QlbeMomentumSpaceEquilibrium_Private(weight->thermal, p2);
}

PetscErrorCode QlbeMomentumSpaceFunctional(QlbeMomentumSpace space, const double axis[3],
                                           QlbeMomentumFunction *w, const void *context, Vec y[])
{
  const Weight weight = {w, context, space->thermal};

  PetscFunctionBegin;
  PetscCall(space->ops->expand(space, axis, WeightedEquilibrium, &weight, y));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceSquare(QlbeMomentumSpace space, const Vec x[], double *square)
{
  PetscFunctionBegin;
  PetscCall(space->ops->square(space, x, square));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceNorm1(QlbeMomentumSpace space, const Vec x[], double *norm)
{
  PetscFunctionBegin;
  PetscCall(space->ops->norm1(space, x, norm));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeMomentumSpaceEvaluate(QlbeMomentumSpace space, const double axis[3],
                                         const Vec x[], PetscInt n, const double p[][3],
                                         PetscScalar f[])
{
  PetscFunctionBegin;
  PetscCall(space->ops->evaluate(space, axis, x, n, p, f));
  PetscFunctionReturn(0);
}
