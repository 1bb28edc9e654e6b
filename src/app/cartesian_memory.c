/*
   What the matrix of a Cartesian fiber takes, and what there is for it.
*/
#include <math.h>

#include "cartesian.h"

PetscErrorCode CartesianSymmetric(const QlbeProblem *problem, PetscInt count, PetscBool *symmetric)
{
  const int functions = problem->settings->grid.functions;

  PetscFunctionBegin;
  *symmetric = (PetscBool)(count > 0 && (functions == QLBE_FUNCTIONS_SYMMETRIC ||
                                         (functions == QLBE_FUNCTIONS_AUTO && count == 1)));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianRows(const QlbeProblem *problem, PetscInt count, PetscInt n,
                             const double axes[][3], double *fewest, double *most)
{
  PetscBool symmetric = PETSC_FALSE;
  PetscInt points;

  PetscFunctionBegin;
  points = problem->settings->grid.points;
  PetscCall(CartesianSymmetric(problem, count, &symmetric));
  *fewest = *most = QlbeFiberRowCount(points, symmetric ? axes[0] : NULL);
  for (PetscInt i = 1; i < n && symmetric; i++) {
    const double rows = QlbeFiberRowCount(points, axes[i]);
    *fewest = PetscMin(*fewest, rows);
    *most = PetscMax(*most, rows);
  }
  PetscFunctionReturn(0);
}

double CartesianDenseBytes(double rows)
{
  return QlbeFiberBytes(QLBE_FIBER_DENSE, rows, rows, rows * rows, 1);
}

PetscErrorCode CartesianFormat(const QlbeProblem *problem, QlbeFiberFormat *format,
                               double *most_bytes)
{
  static const QlbeFiberFormat formats[] = {[QLBE_MATRIX_AUTO] = QLBE_FIBER_AUTO,
                                            [QLBE_MATRIX_DENSE] = QLBE_FIBER_DENSE,
                                            [QLBE_MATRIX_SPARSE] = QLBE_FIBER_SPARSE,
                                            [QLBE_MATRIX_FREE] = QLBE_FIBER_MATRIX_FREE};

  PetscFunctionBegin;
  *format = formats[problem->settings->grid.matrix];
  PetscCallMPI(MPI_Allreduce(&problem->memory, most_bytes, 1, MPI_DOUBLE, MPI_SUM, problem->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCopies(const QlbeProblem *problem, PetscInt matrices, double *copies)
{
  PetscMPIInt ranks;
  PetscInt groups;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  groups = problem->settings->fibers.groups;
  groups = PetscMax(1, PetscMin(groups, ranks));
  *copies = (double)matrices * (double)ranks / (double)(ranks / groups);
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianFits(const QlbeProblem *problem, PetscInt count, PetscInt n,
                             const double axes[][3], PetscInt matrices, QlbeComplaint *complaint)
{
  QlbeFiberFormat format;
  double memory, copies, fewest = 0.0, most = 0.0;

  PetscFunctionBegin;
  PetscCall(CartesianFormat(problem, &format, &memory));
  PetscCall(CartesianCopies(problem, matrices, &copies));
  PetscCall(CartesianRows(problem, count, n, axes, &fewest, &most));
  if (count > fewest)
    PetscCall(QlbeComplain(complaint, "spectrum_count",
                           "expected at most %.0f, the functions on this grid, got %" PetscInt_FMT,
                           fewest, count));
  else if (format == QLBE_FIBER_DENSE && copies * CartesianDenseBytes(most) > memory)
    PetscCall(QlbeComplain(complaint, "grid_matrix",
                           "a dense matrix of %.0f rows takes %.3g GB%s, expected at most %.3g GB; "
                           "auto and matrix_free need less",
                           most, copies * CartesianDenseBytes(most) / 1e9,
                           copies > 1.0 ? " with those held at the same time" : "", memory / 1e9));
  PetscFunctionReturn(0);
}
