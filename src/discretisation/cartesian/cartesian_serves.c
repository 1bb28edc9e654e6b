/*
   What a Cartesian grid can serve, and the memory and time that its matrices take.
*/
#include "qlbe/interaction.h"
#include "cartesian.h"
#include "qlbe/limits.h"

#include <math.h>
#include <stdio.h>

/* Entries of the matrix that one core assembles in a second; only for the estimate. */
static const double assembly_rate = 120e6;

/* Time to assemble a fiber and to propagate it, in units of the assembly. */
static const double propagated = 4.5;

/* Fewest and most rows of the matrices of a use. */
static void Rows(const QlbeProblem *problem, const QlbeDiscretisationUse *use, double *fewest,
                 double *most)
{
  const PetscInt points = problem->settings->grid.points;
  const PetscBool symmetric =
      (PetscBool)(use->n_axes > 0 && QlbeCartesianSymmetric_Private(problem, use));

  *fewest = *most = QlbeFiberRowCount(points, symmetric ? use->axes[0] : NULL);
  for (PetscInt i = 1; i < use->n_axes && symmetric; i++) {
    const double rows = QlbeFiberRowCount(points, use->axes[i]);
    *fewest = PetscMin(*fewest, rows);
    *most = PetscMax(*most, rows);
  }
}

static double DenseBytes(double rows)
{
  return QlbeFiberBytes(QLBE_FIBER_DENSE, rows, rows, rows * rows, 1);
}

/*
   Matrices on all ranks when each of the groups in fibers.groups holds its own, counted as if all
   groups were as small as the smallest: that one has the least memory.
*/
static PetscErrorCode Copies(const QlbeProblem *problem, PetscInt matrices, double *copies)
{
  PetscMPIInt ranks;
  PetscInt groups, smallest;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  groups = PetscMax(1, PetscMin(problem->settings->fibers.groups, ranks));
  smallest = ranks / groups;
  *copies = (double)matrices * (double)ranks / (double)smallest;
  PetscFunctionReturn(0);
}

/* Grids, or coarser grids of error estimates, on which no jump reaches another node. */
static PetscErrorCode Reaches(const QlbeProblem *problem, PetscBool coarser,
                              QlbeComplaint *complaint)
{
  const PetscInt points = problem->settings->grid.points;
  const double width = QlbeCartesianHalfWidth_Private(problem);
  const double longest = QlbeJumpLargestTransfer(&problem->parameters, sqrt(3.0) * width);
  PetscInt enough;

  PetscFunctionBegin;
  for (enough = points; enough < 100000; enough++) {
    const PetscInt least =
        coarser ? QlbeCartesianCoarsestPoints_Private(enough, problem->settings->grid.richardson)
                : enough;
    if (2.0 * width / (double)(least - 1) <= longest) break;
  }
  if (enough > points)
    PetscCall(QlbeComplain(complaint, "grid_points",
                           "expected at least %" PetscInt_FMT " with this extent: momenta next "
                           "to each other are farther apart%s than any jump, %.4g",
                           enough, coarser ? ", on the coarser grid of the error," : "",
                           QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, longest)));
  PetscFunctionReturn(0);
}

/* The largest one whose amplitude table and shifted boxes are of reasonable size. */
double QlbeCartesianLargestWaveNumber_Private(const QlbeProblem *problem)
{
  const QlbeParameters *par = &problem->parameters;
  const double box = 4.0 * QlbeCartesianHalfWidth_Private(problem) / par->hbar;

  return QlbeInteractionGetTraits(par->interaction)->varies
             ? PetscMin(box, 8.0 * par->M / (par->a * par->m_star))
             : box;
}

/* More eigenvalues than rows, and dense matrices that do not fit. */
static PetscErrorCode Fits(const QlbeProblem *problem, const QlbeDiscretisationUse *use,
                           QlbeComplaint *complaint)
{
  QlbeFiberFormat format = QlbeCartesianFormat_Private(problem);
  double memory, copies, fewest = 0.0, most = 0.0;

  PetscFunctionBegin;
  PetscCall(QlbeCartesianMemory_Private(problem, &memory));
  PetscCall(Copies(problem, use->matrices, &copies));
  Rows(problem, use, &fewest, &most);
  if (use->count > fewest)
    PetscCall(QlbeComplain(complaint, "spectrum_count",
                           "expected at most %.0f, the functions on this grid, got %" PetscInt_FMT,
                           fewest, use->count));
  else if (format == QLBE_FIBER_DENSE && copies * DenseBytes(most) > memory)
    PetscCall(QlbeComplain(complaint, "grid_matrix",
                           "a dense matrix of %.0f rows takes %.3g GB%s, expected at most %.3g GB; "
                           "auto and matrix_free need less",
                           most, copies * DenseBytes(most) / 1e9,
                           copies > 1.0 ? " with those held at the same time" : "", memory / 1e9));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianServes_Private(const QlbeProblem *problem,
                                           const QlbeDiscretisationUse *use,
                                           QlbeComplaint *complaint)
{
  const double most = QlbeCartesianLargestWaveNumber_Private(problem);

  PetscFunctionBegin;
  PetscCall(
      QlbeKernelServes(problem, QlbeCartesianHalfWidth_Private(problem) * sqrt(3.0), complaint));
  if (complaint->option || problem->parameters.eta <= 0.0) PetscFunctionReturn(0);
  PetscCall(Reaches(problem, use->compared, complaint));
  if (!complaint->option && use->k_max > most)
    PetscCall(
        QlbeComplain(complaint, "fibers_k",
                     "expected numbers <= %.4g, the most that this box and interaction serve, "
                     "got %g",
                     QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, most),
                     QlbeUnitsToDeck(&problem->units, QLBE_WAVE_NUMBER, use->k_max)));
  if (!complaint->option) PetscCall(Fits(problem, use, complaint));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianEstimate_Private(const QlbeProblem *problem,
                                             const QlbeDiscretisationUse *use,
                                             QlbeDiscretisationCost *cost)
{
  const double nodes = pow((double)problem->settings->grid.points, 3);
  QlbeFiberFormat format = QlbeCartesianFormat_Private(problem);
  PetscMPIInt ranks;
  double memory, copies, fewest;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  PetscCall(QlbeCartesianMemory_Private(problem, &memory));
  PetscCall(Copies(problem, use->matrices, &copies));
  Rows(problem, use, &fewest, &cost->rows);
  cost->dense = (double)use->matrices * DenseBytes(cost->rows);
  if (format == QLBE_FIBER_AUTO && copies * DenseBytes(cost->rows) > memory)
    format = QLBE_FIBER_MATRIX_FREE;
  cost->bytes = (double)use->matrices *
                QlbeFiberBytes(format, cost->rows, cost->rows, cost->rows * cost->rows, ranks);
  cost->seconds = nodes * cost->rows / assembly_rate;
  cost->propagation = problem->parameters.eta > 0.0 ? propagated * cost->seconds : 1e-8 * nodes;
  cost->sector = 0.0;
  PetscFunctionReturn(0);
}

/* What one fiber takes, in the format that the deck or the memory chooses. */
static void PrintMemory(QlbeFiberFormat format, double nodes, const double rows[2], double memory,
                        PetscMPIInt ranks, FILE *out)
{
  /* no pair is dropped: every row has a term for each node */
  const double spectrum = QlbeFiberBytes(format, rows[0], nodes, rows[0] * nodes, ranks);
  const double diffusion = QlbeFiberBytes(format, rows[1], nodes, rows[1] * nodes, ranks);
  const double vectors = QlbeFiberBytes(QLBE_FIBER_MATRIX_FREE, nodes, nodes, 0.0, ranks);
  const char *const plural = ranks > 1 ? "s" : "";
  char text[4][QLBE_BYTES_SIZE], most[QLBE_BYTES_SIZE];

  if (format == QLBE_FIBER_MATRIX_FREE) {
    fprintf(out, "memory: about %s for one fiber without a matrix, %s on each of %d rank%s\n",
            QlbeBytesText(vectors, text[0]), QlbeBytesText(vectors / ranks, text[1]), ranks,
            plural);
    return;
  }
  fprintf(out,
          "memory: %s for %s of a fiber in `spectrum` (%.0f rows), %s in `diffusion` (%.0f rows); "
          "%s and %s on each of %d rank%s\n",
          QlbeBytesText(spectrum, text[0]),
          format == QLBE_FIBER_SPARSE ? "assembling the sparse matrix, if no pair is dropped,"
                                      : "the dense matrix",
          rows[0], QlbeBytesText(diffusion, text[1]), rows[1],
          QlbeBytesText(spectrum / ranks, text[2]), QlbeBytesText(diffusion / ranks, text[3]),
          ranks, plural);
  if (format == QLBE_FIBER_AUTO && PetscMax(spectrum, diffusion) > memory)
    fprintf(
        out,
        "        more than the %s that there are: it will be sparse, if dropped pairs make it fit, "
        "or without a matrix, in about %s\n",
        QlbeBytesText(memory, most), QlbeBytesText(vectors, text[0]));
}

PetscErrorCode QlbeCartesianPrintCost_Private(const QlbeProblem *problem,
                                              const QlbeDiscretisationUse *spectrum,
                                              const QlbeDiscretisationUse *diffusion, FILE *out)
{
  const QlbeParameters *par = &problem->parameters;
  const PetscInt points = problem->settings->grid.points, n_k = problem->settings->fibers.k.n;
  const double spacing =
      2.0 * problem->settings->grid.extent * sqrt(par->M / par->beta) / (double)(points - 1);
  const double forward = par->hbar / (2.0 * par->a), nodes = pow((double)points, 3);
  double rows[2], fewest, rate;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(problem->comm, &ranks));
  Rows(problem, spectrum, &fewest, &rows[0]);
  Rows(problem, diffusion, &fewest, &rows[1]);
  fprintf(out, "\ngrid: %d^3 = %.0f momenta, spacing %.6g %s\n", (int)points, nodes,
          QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, spacing),
          QlbeUnitsName(&problem->units, QLBE_MOMENTUM));
  if (spacing > forward && QlbeInteractionGetTraits(par->interaction)->varies)
    fprintf(out,
            "      wider than hbar/2a = %.6g, the width of the forward peak: expect errors of "
            "some parts in a thousand or more\n",
            QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, forward));
  PrintMemory(QlbeCartesianFormat_Private(problem), nodes, rows, problem->memory * ranks, ranks,
              out);
  rate = assembly_rate * ranks;
  fprintf(out,
          "time: about %.2g s to evaluate the entries of a fiber in `spectrum`, %.2g s in "
          "`diffusion` (an estimate: %.0fe6 per second and rank, one for each row and node)",
          nodes * rows[0] / rate, nodes * rows[1] / rate, assembly_rate / 1e6);
  if (n_k > 0)
    fprintf(out, ", %.2g s for %d wave numbers", (double)n_k * nodes * rows[0] / rate, (int)n_k);
  fprintf(out, "\n");
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCartesianSuggest_Private(QlbeDiscretisation d, const QlbeStateNeed *need,
                                            QlbeStateDeviation *measure, const void *context,
                                            const double deviation[2], QlbeComplaint *complaint)
{
  const QlbeParameters *par = &d->problem.parameters;
  const double thermal = sqrt(par->M / par->beta);
  const double extent =
      PetscMax(need->extent, QlbeCartesianHalfWidth_Private(&d->problem)) / thermal;

  PetscFunctionBegin;
  (void)measure;
  (void)context;
  (void)deviation;
  PetscCall(QlbeComplain(complaint, "grid_points",
                         "the grid does not hold the initial state; expected grid.extent >= "
                         "%.3g and, with that extent, grid.points >= %.0f",
                         extent, ceil(2.0 * extent * thermal / need->scale) + 1.0));
  PetscFunctionReturn(0);
}
