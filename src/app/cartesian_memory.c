/*
   What the matrix of a Cartesian fiber takes, and what there is for it.
*/
#include <math.h>
#include <string.h>

#include "cartesian.h"

PetscErrorCode CartesianSymmetric(QlbeRun *run, PetscInt count, PetscBool *symmetric)
{
  const char *functions;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetChoice(run->options, "grid_functions", &functions));
  *symmetric = (PetscBool)(count > 0 && (!strcmp(functions, "symmetric") ||
                                         (!strcmp(functions, "auto") && count == 1)));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianRows(QlbeRun *run, PetscInt count, PetscInt n, const double axes[][3],
                             double *fewest, double *most)
{
  PetscBool symmetric = PETSC_FALSE;
  PetscInt points;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetInt(run->options, "grid_points", &points));
  PetscCall(CartesianSymmetric(run, count, &symmetric));
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

PetscErrorCode CartesianFormat(QlbeRun *run, QlbeFiberFormat *format, double *most_bytes)
{
  static const struct {
    const char *name;
    QlbeFiberFormat format;
  } formats[] = {{"auto", QLBE_FIBER_AUTO},
                 {"dense", QLBE_FIBER_DENSE},
                 {"sparse", QLBE_FIBER_SPARSE},
                 {"matrix_free", QLBE_FIBER_MATRIX_FREE}};
  const char *name;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetChoice(run->options, "grid_matrix", &name));
  for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
    if (!strcmp(name, formats[i].name)) *format = formats[i].format;
  }
  PetscCallMPI(MPI_Allreduce(&run->memory, most_bytes, 1, MPI_DOUBLE, MPI_SUM, run->comm));
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianCopies(QlbeRun *run, PetscInt matrices, double *copies)
{
  PetscMPIInt ranks;
  PetscInt groups;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(run->comm, &ranks));
  PetscCall(QlbeOptionsGetInt(run->options, "fibers_groups", &groups));
  groups = PetscMax(1, PetscMin(groups, ranks));
  *copies = (double)matrices * (double)ranks / (double)(ranks / groups);
  PetscFunctionReturn(0);
}

PetscErrorCode CartesianFits(QlbeRun *run, PetscInt count, PetscInt n, const double axes[][3],
                             PetscInt matrices, int *exit_status)
{
  QlbeFiberFormat format;
  double memory, copies, fewest = 0.0, most = 0.0;

  PetscFunctionBegin;
  PetscCall(CartesianFormat(run, &format, &memory));
  PetscCall(CartesianCopies(run, matrices, &copies));
  PetscCall(CartesianRows(run, count, n, axes, &fewest, &most));
  if (count > fewest)
    PetscCall(QlbeRunBadInput(
        run, "spectrum_count", exit_status,
        "expected at most %.0f, the functions on this grid, got %" PetscInt_FMT, fewest, count));
  else if (format == QLBE_FIBER_DENSE && copies * CartesianDenseBytes(most) > memory)
    PetscCall(
        QlbeRunBadInput(run, "grid_matrix", exit_status,
                        "a dense matrix of %.0f rows takes %.3g GB%s, expected at most %.3g GB; "
                        "auto and matrix_free need less",
                        most, copies * CartesianDenseBytes(most) / 1e9,
                        copies > 1.0 ? " with those held at the same time" : "", memory / 1e9));
  PetscFunctionReturn(0);
}
