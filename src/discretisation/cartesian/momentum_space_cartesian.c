/*
   Functions of momentum on the Cartesian grid. Integrals are sums over nodes: for functions that
   have fallen to rounding at the walls of the box the trapezoidal rule converges faster than any
   power of the spacing.
*/
#include "cartesian_space.h"
#include "momentum_space_impl.h"

/* How far from a node a point may be, in spacings. */
static const double on_node = 1e-9;

/* f(p) = factor x at a node p. */
static double Factor(QlbeMomentumSpace space, const double p[3])
{
  const QlbeMomentumGrid *grid = (const QlbeMomentumGrid *)space->data;
  const double p2 = p[0] * p[0] + p[1] * p[1] + p[2] * p[2];

  return sqrt(QlbeMomentumSpaceEquilibrium_Private(space->thermal, p2)) * pow(grid->spacing, -1.5);
}

static PetscErrorCode Destroy(QlbeMomentumSpace space)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(space->data));
  PetscFunctionReturn(0);
}

static PetscErrorCode Vectors(QlbeMomentumSpace space, Vec x[])
{
  const QlbeMomentumGrid *grid = (const QlbeMomentumGrid *)space->data;

  PetscFunctionBegin;
  PetscCall(VecCreate(space->comm, x));
  PetscCall(VecSetSizes(x[0], grid->row_end - grid->row_begin, grid->size));
  PetscCall(VecSetType(x[0], VECSTANDARD));
  PetscFunctionReturn(0);
}

static PetscErrorCode Expand(QlbeMomentumSpace space, const double axis[3], QlbeMomentumFunction *f,
                             const void *context, Vec x[])
{
  const QlbeMomentumGrid *grid = (const QlbeMomentumGrid *)space->data;
  PetscScalar *own;

  PetscFunctionBegin;
  (void)axis;
  PetscCall(VecGetArrayWrite(x[0], &own));
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3];
    QlbeMomentumGridPoint(grid, row, p);
    own[row - grid->row_begin] = f(p, context) / Factor(space, p);
  }
  PetscCall(VecRestoreArrayWrite(x[0], &own));
  PetscFunctionReturn(0);
}

/* sums[2]: of |f| and |f|^2 over all nodes, times the volume of a cell. */
static PetscErrorCode Sums(QlbeMomentumSpace space, const Vec x[], double sums[2])
{
  const QlbeMomentumGrid *grid = (const QlbeMomentumGrid *)space->data;
  const double cell = pow(grid->spacing, 3);
  const PetscScalar *own;

  PetscFunctionBegin;
  sums[0] = sums[1] = 0.0;
  PetscCall(VecGetArrayRead(x[0], &own));
  for (PetscInt row = grid->row_begin; row < grid->row_end; row++) {
    double p[3], f;
    QlbeMomentumGridPoint(grid, row, p);
    f = Factor(space, p) * PetscAbsScalar(own[row - grid->row_begin]);
    sums[0] += cell * f;
    sums[1] += cell * f * f;
  }
  PetscCall(VecRestoreArrayRead(x[0], &own));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_DOUBLE, MPI_SUM, space->comm));
  PetscFunctionReturn(0);
}

static PetscErrorCode Square(QlbeMomentumSpace space, const Vec x[], double *square)
{
  double sums[2];

  PetscFunctionBegin;
  PetscCall(Sums(space, x, sums));
  *square = sums[1];
  PetscFunctionReturn(0);
}

static PetscErrorCode Norm1(QlbeMomentumSpace space, const Vec x[], double *norm)
{
  double sums[2];

  PetscFunctionBegin;
  PetscCall(Sums(space, x, sums));
  *norm = sums[0];
  PetscFunctionReturn(0);
}

/* The row of the node at p, or -1. */
static PetscInt Row(const QlbeMomentumGrid *grid, const double p[3])
{
  PetscInt node[3];

  for (int axis = 0; axis < 3; axis++) {
    const double index = p[axis] / grid->spacing + 0.5 * (double)(grid->points - 1);
    const double nearest = round(index);
    if (!(fabs(index - nearest) <= on_node && nearest >= 0.0 &&
          nearest <= (double)(grid->points - 1)))
      return -1;
    node[axis] = (PetscInt)nearest;
  }
  return QlbeMomentumGridRow(grid, node);
}

static PetscErrorCode Evaluate(QlbeMomentumSpace space, const double axis[3], const Vec x[],
                               PetscInt n, const double p[][3], PetscScalar f[])
{
  const QlbeMomentumGrid *grid = (const QlbeMomentumGrid *)space->data;
  const PetscScalar *own;

  PetscFunctionBegin;
  (void)axis;
  for (PetscInt j = 0; j < n; j++)
    PetscCheck(Row(grid, p[j]) >= 0, space->comm, PETSC_ERR_ARG_OUTOFRANGE,
               "(%g, %g, %g) is not a node of the momentum grid", p[j][0], p[j][1], p[j][2]);
  PetscCall(VecGetArrayRead(x[0], &own));
  for (PetscInt j = 0; j < n; j++) {
    const PetscInt row = Row(grid, p[j]);
    f[j] = row >= grid->row_begin && row < grid->row_end
               ? Factor(space, p[j]) * own[row - grid->row_begin]
               : 0.0;
  }
  PetscCall(VecRestoreArrayRead(x[0], &own));
  PetscCall(QlbeMomentumSpaceSum_Private(space->comm, n, f));
  PetscFunctionReturn(0);
}

static const QlbeMomentumSpaceOps ops = {.destroy = Destroy,
                                         .vectors = Vectors,
                                         .expand = Expand,
                                         .square = Square,
                                         .norm1 = Norm1,
                                         .evaluate = Evaluate};

PetscErrorCode QlbeMomentumSpaceCreateCartesian(const QlbeMomentumGrid *grid, double thermal,
                                                QlbeMomentumSpace *space)
{
  QlbeMomentumGrid *copy;

  PetscFunctionBegin;
  PetscCall(QlbeMomentumSpaceCreate_Private(grid->comm, thermal, &ops, space));
  PetscCall(PetscNew(&copy));
  *copy = *grid;
  (*space)->data = copy;
  PetscFunctionReturn(0);
}
