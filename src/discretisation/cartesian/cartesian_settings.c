/*
   What settings and parameters say of a Cartesian grid.
*/
#include "cartesian.h"
#include "qlbe/interaction.h"

#include <math.h>

double QlbeCartesianHalfWidth_Private(const QlbeProblem *problem)
{
  return problem->settings->grid.extent * sqrt(problem->parameters.M / problem->parameters.beta);
}

PetscBool QlbeCartesianSymmetric_Private(const QlbeProblem *problem,
                                         const QlbeDiscretisationUse *use)
{
  const int functions = problem->settings->grid.functions;

  return (PetscBool)(use->count > 0 && (functions == QLBE_FUNCTIONS_SYMMETRIC ||
                                        (functions == QLBE_FUNCTIONS_AUTO && use->count == 1)));
}

QlbeFiberFormat QlbeCartesianFormat_Private(const QlbeProblem *problem)
{
  static const QlbeFiberFormat formats[] = {[QLBE_MATRIX_AUTO] = QLBE_FIBER_AUTO,
                                            [QLBE_MATRIX_DENSE] = QLBE_FIBER_DENSE,
                                            [QLBE_MATRIX_SPARSE] = QLBE_FIBER_SPARSE,
                                            [QLBE_MATRIX_FREE] = QLBE_FIBER_MATRIX_FREE};

  return formats[problem->settings->grid.matrix];
}

PetscErrorCode QlbeCartesianMemory_Private(const QlbeProblem *problem, double *most_bytes)
{
  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(&problem->memory, most_bytes, 1, MPI_DOUBLE, MPI_SUM, problem->comm));
  PetscFunctionReturn(0);
}

PetscInt QlbeCartesianCoarserPoints_Private(PetscInt points, double ratio)
{
  PetscInt coarse = 1 + (PetscInt)floor((double)(points - 1) / ratio + 0.5);

  if ((coarse - points) % 2 != 0) coarse--;
  return PetscMax(coarse, 2 + points % 2);
}

PetscInt QlbeCartesianCoarsestPoints_Private(PetscInt points, PetscBool extrapolate)
{
  const PetscInt coarser = QlbeCartesianCoarserPoints_Private(points, 1.45);

  if (!extrapolate) return coarser;
  return PetscMax(3, PetscMin(coarser, QlbeCartesianCoarserPoints_Private(points, 1.25) - 2));
}

/* hbar/2a, the width of the forward peak; without one, HUGE_VAL */
double QlbeCartesianForwardWidth_Private(const QlbeParameters *par)
{
  return QlbeInteractionGetTraits(par->interaction)->varies ? par->hbar / (2.0 * par->a) : HUGE_VAL;
}

/* Width of the jumps. */
double QlbeCartesianJumpWidth_Private(const QlbeParameters *par)
{
  return 2.0 * par->m_star / par->m * sqrt(par->m / par->beta);
}

double QlbeCartesianResolvingSpacing_Private(const QlbeParameters *par)
{
  return PetscMin(QlbeCartesianForwardWidth_Private(par), QlbeCartesianJumpWidth_Private(par));
}

PetscErrorCode QlbeCartesianSizes_Private(const QlbeProblem *problem, double sizes[2])
{
  PetscFunctionBegin;
  sizes[0] = (double)problem->settings->grid.points;
  sizes[1] = problem->settings->grid.extent;
  PetscFunctionReturn(0);
}

/* The line through the nodes along the axis of the grid that is nearest to the given one. */
PetscErrorCode QlbeCartesianLine_Private(const QlbeProblem *problem, const double axis[3],
                                         PetscInt *n, double (**p)[3])
{
  const double half_width = QlbeCartesianHalfWidth_Private(problem);
  double along[3], beside;

  PetscFunctionBegin;
  *n = problem->settings->grid.points;
  for (int i = 0; i < 3; i++)
    along[i] =
        fabs(axis[i]) >= PetscMax(fabs(axis[(i + 1) % 3]), fabs(axis[(i + 2) % 3])) ? 1.0 : 0.0;
  if (along[2] > 0.0) along[0] = along[1] = 0.0;
  if (along[1] > 0.0) along[0] = 0.0;
  /* an even number of nodes has none on the axis: the line next to it */
  beside = *n % 2 == 0 ? half_width / (double)(*n - 1) : 0.0;
  PetscCall(PetscMalloc1(*n, p));
  for (PetscInt i = 0; i < *n; i++) {
    const double at = half_width * (2.0 * (double)i / (double)(*n - 1) - 1.0);
    for (int j = 0; j < 3; j++) (*p)[i][j] = along[j] * at + (along[j] == 0.0 ? beside : 0.0);
  }
  PetscFunctionReturn(0);
}
