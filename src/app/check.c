/*
   `qlbe check`: what a deck resolves to, and what it would cost. Solves nothing and writes nothing.

   On the Cartesian grid the estimates are for one fiber without dropped pairs: the jump kernel is
   Gaussian in the momentum transfer with a width near the thermal momentum, so that for M = m
   nearly all entries matter. In the spectral basis the matrix is small, and the time goes into the
   transverse integrals at the nodes of the quadratures.
*/
#include "commands.h"
#include "qlbe/limits.h"
#include "qlbe/task_run.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diffusion.h"
#include "evolve.h"

/* Entries of the matrix that one core assembles in a second; only for the estimate. */
static const double assembly_rate = 120e6;

static PetscErrorCode WriteOptions(QlbeRun *run, FILE *out)
{
  PetscInt count;

  PetscFunctionBegin;
  PetscCall(QlbeOptionsGetCount(run->options, &count));
  fprintf(out, "deck: %s\n\n", run->deck ? run->deck : "none");
  fprintf(out, "%-22s %-28s %-10s %s\n", "option", "value", "unit", "origin");
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    fprintf(out, "%-22s %-28s %-10s %s\n", name, *value ? value : "(chosen by the command)", unit,
            origin);
  }
  PetscFunctionReturn(0);
}

/* Bytes with a decimal prefix into text. */
static const char *Bytes(double bytes, size_t size, char text[])
{
  static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
  int i = 0;

  for (; bytes >= 1000.0 && i < 6; i++) bytes /= 1000.0;
  snprintf(text, size, "%.3g %sB", bytes, prefixes[i]);
  return text;
}

/*
   The deck's choice of the format, what there is for it, and rows of the largest matrices of both
   commands.
*/
typedef struct {
  QlbeFiberFormat format;
  double most_bytes;
  double spectrum, diffusion;
} Matrix;

/* The rows, and whether a matrix fits: of `spectrum` or of `diffusion`, whichever takes less. */
static PetscErrorCode CheckMatrix(const QlbeProblem *problem, Matrix *matrix,
                                  QlbeComplaint *complaint)
{
  double axes[6][3], along[1][3], fewest;
  const double *direction;
  PetscInt count;

  PetscFunctionBegin;
  count = problem->settings->spectrum.count;
  direction = problem->settings->fibers.direction.values;
  for (int axis = 0; axis < 3; axis++) along[0][axis] = direction[axis];
  QlbeCurvatureDirections(axes);
  PetscCall(CartesianRows(problem, count, 1, along, &fewest, &matrix->spectrum));
  PetscCall(CartesianRows(problem, 1, 6, axes, &fewest, &matrix->diffusion));
  if (matrix->spectrum < matrix->diffusion)
    PetscCall(CartesianFits(problem, count, 1, along, 1, complaint));
  else
    PetscCall(CartesianFits(problem, 1, 6, axes, 1, complaint));
  PetscFunctionReturn(0);
}

/* What one fiber takes, in the format that the deck or the memory chooses. */
static void WriteMemory(double nodes, PetscMPIInt ranks, const Matrix *matrix, FILE *out)
{
  /* no pair is dropped: every row has a term for each node */
  const double rows[2] = {matrix->spectrum, matrix->diffusion};
  const double spectrum = QlbeFiberBytes(matrix->format, rows[0], nodes, rows[0] * nodes, ranks);
  const double diffusion = QlbeFiberBytes(matrix->format, rows[1], nodes, rows[1] * nodes, ranks);
  const double vectors = QlbeFiberBytes(QLBE_FIBER_MATRIX_FREE, nodes, nodes, 0.0, ranks);
  const char *const plural = ranks > 1 ? "s" : "";
  char text[4][32], most[32];

  if (matrix->format == QLBE_FIBER_MATRIX_FREE) {
    fprintf(out, "memory: about %s for one fiber without a matrix, %s on each of %d rank%s\n",
            Bytes(vectors, sizeof(text[0]), text[0]),
            Bytes(vectors / ranks, sizeof(text[1]), text[1]), ranks, plural);
    return;
  }
  fprintf(out,
          "memory: %s for %s of a fiber in `spectrum` (%.0f rows), %s in `diffusion` (%.0f rows); "
          "%s and %s on each of %d rank%s\n",
          Bytes(spectrum, sizeof(text[0]), text[0]),
          matrix->format == QLBE_FIBER_SPARSE
              ? "assembling the sparse matrix, if no pair is dropped,"
              : "the dense matrix",
          matrix->spectrum, Bytes(diffusion, sizeof(text[1]), text[1]), matrix->diffusion,
          Bytes(spectrum / ranks, sizeof(text[2]), text[2]),
          Bytes(diffusion / ranks, sizeof(text[3]), text[3]), ranks, plural);
  if (matrix->format == QLBE_FIBER_AUTO && PetscMax(spectrum, diffusion) > matrix->most_bytes)
    fprintf(
        out,
        "        more than the %s that there are: it will be sparse, if dropped pairs make it fit, "
        "or without a matrix, in about %s\n",
        Bytes(matrix->most_bytes, sizeof(most), most), Bytes(vectors, sizeof(text[0]), text[0]));
}

static PetscErrorCode EstimateCube(const QlbeProblem *problem, PetscMPIInt ranks,
                                   const Matrix *matrix, FILE *out)
{
  const QlbeParameters *p = &problem->parameters;
  PetscInt points, n_k;
  double extent, spacing, unknowns, forward;

  PetscFunctionBegin;
  points = problem->settings->grid.points;
  extent = problem->settings->grid.extent;
  n_k = problem->settings->fibers.k.n;
  spacing = 2.0 * extent * sqrt(p->M / p->beta) / (double)(points - 1);
  forward = p->hbar / (2.0 * p->a);
  unknowns = pow((double)points, 3);
  fprintf(out, "\ngrid: %d^3 = %.0f momenta, spacing %.6g %s\n", (int)points, unknowns,
          QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, spacing),
          QlbeUnitsName(&problem->units, QLBE_MOMENTUM));
  if (spacing > forward && QlbeInteractionGetTraits(p->interaction)->varies) {
    fprintf(out,
            "      wider than hbar/2a = %.6g, the width of the forward peak: expect errors of "
            "some parts in a thousand or more\n",
            QlbeUnitsToDeck(&problem->units, QLBE_MOMENTUM, forward));
  }
  WriteMemory(unknowns, ranks, matrix, out);
  {
    const double rate = assembly_rate * ranks, seconds = unknowns * matrix->spectrum / rate;
    fprintf(out,
            "time: about %.2g s to evaluate the entries of a fiber in `spectrum`, %.2g s in "
            "`diffusion` (an estimate: %.0fe6 per second and rank, one for each row and node)",
            seconds, unknowns * matrix->diffusion / rate, assembly_rate / 1e6);
    if (n_k > 0) fprintf(out, ", %.2g s for %d wave numbers", (double)n_k * seconds, (int)n_k);
  }
  fprintf(out, "\n");
  PetscFunctionReturn(0);
}

/*
   Seconds for one fiber in the spectral basis on one rank, from a few measured ones: the nodes in q
   and in the relative momentum both grow with the radius in thermal wavelengths, those in s and rho
   with the radial order.
*/
static double SpectralSeconds(const QlbeParameters *par, const QlbeSpectralOrders *orders)
{
  const double wavelengths = par->a / par->hbar * sqrt(par->m_star / par->beta);
  const double radius = QlbeInteractionGetTraits(par->interaction)->varies ? wavelengths : 0.0;
  const double basis = (double)(orders->n_radial * orders->n_angular) / 96.0;

  return (0.15 + 0.06 * radius + 0.05 * radius * radius) * (0.5 + 0.5 * pow(basis, 1.5)) *
         pow(orders->refinement, 3.0);
}

static PetscErrorCode EstimateBasis(const QlbeProblem *problem, PetscMPIInt ranks, FILE *out)
{
  QlbeSpectralOrders orders;
  char text[32];
  double unknowns, seconds, bytes, k_max = 0.0;
  const double *k;
  PetscInt n_k;

  PetscFunctionBegin;
  PetscCall(SpectralOrders(problem, &orders));
  n_k = problem->settings->fibers.k.n;
  k = problem->settings->fibers.k.values;
  for (PetscInt i = 0; i < n_k; i++) k_max = PetscMax(k_max, k[i]);
  PetscCall(QlbeSpectralFiberEstimate(&problem->parameters, &orders, k_max, &bytes));
  unknowns = (double)(orders.n_radial * orders.n_angular);
  seconds = SpectralSeconds(&problem->parameters, &orders) / ranks;
  fprintf(out,
          "\ngrid: spectral basis of %d radial x %d angular = %.0f functions for each sector m\n"
          "memory: %s for tables, work space and matrices, on each of %d rank%s\n"
          "time: about %.2g s for one fiber (an estimate); `spectrum` and `diffusion` need another "
          "two to four for the error of the quadrature\n",
          (int)orders.n_radial, (int)orders.n_angular, unknowns, Bytes(bytes, sizeof(text), text),
          ranks, ranks > 1 ? "s" : "", seconds);
  PetscFunctionReturn(0);
}

/* Whether the deck or the command line says anything of an evolution. */
static PetscErrorCode AsksForEvolution(QlbeRun *run, PetscBool *asks)
{
  PetscInt count;

  PetscFunctionBegin;
  *asks = PETSC_FALSE;
  PetscCall(QlbeOptionsGetCount(run->options, &count));
  for (PetscInt i = 0; i < count; i++) {
    const char *name, *value, *origin, *unit;
    PetscCall(QlbeOptionsGetEntry(run->options, i, &name, &value, &origin, &unit));
    if (strncmp(name, "state_", 6) && strncmp(name, "evolve_", 7)) continue;
    if (strcmp(origin, "default")) *asks = PETSC_TRUE;
  }
  PetscFunctionReturn(0);
}

/* What the fibers of a plan cost. On the rank that prints. */
static void WriteEvolve(const QlbeEvolutionPlan *plan, double seconds, FILE *out)
{
  static const char *const symmetries[] = {"isotropic", "axial", "general"};
  PetscInt limits = 0;

  for (PetscInt i = 0; i < plan->n_time; i++) limits += plan->at_limit[i] ? plan->n_limit : 0;
  fprintf(out,
          "evolve: %s state; %" PetscInt_FMT " x %" PetscInt_FMT
          " fibers for the density matrix at first, %" PetscInt_FMT
          " for evolve.limit; about %.2g s (an estimate)\n",
          symmetries[plan->symmetry], plan->set.magnitude.n,
          plan->shared ? 1 : plan->set.n_direction, limits, seconds);
}

/*
   The fibers of `evolve` and what they cost, on out unless it is NULL; complains about a state that
   is none, or that grid or memory do not hold. Collective: all ranks plan alike.
*/
static PetscErrorCode EstimateEvolve(const QlbeProblem *problem, PetscMPIInt ranks, FILE *out,
                                     QlbeComplaint *complaint)
{
  QlbeFiberSnapshot snapshot;
  QlbeEvolutionPlan plan;
  QlbeEvolution e;
  char text[32];
  double seconds, bytes;

  PetscFunctionBegin;
  PetscCall(EvolvePlan(problem, &snapshot, &plan, complaint));
  if (!complaint->option) {
    PetscCall(QlbeEvolutionCreate(problem, &plan, &e));
    PetscCall(QlbeEvolutionResolved(problem, &plan, e, complaint));
    PetscCall(QlbeEvolutionEstimate(problem, &plan, e, &seconds, &bytes));
    if (!complaint->option && out) {
      WriteEvolve(&plan, seconds / ranks, out);
      if (bytes > 0.0)
        fprintf(out, "        memory: %s for the matrices of one group of ranks\n",
                Bytes(bytes, sizeof(text), text));
    }
    PetscCall(QlbeEvolutionDestroy(&e));
  }
  PetscCall(QlbeEvolutionPlanDestroy(&plan));
  PetscCall(QlbeFiberSnapshotDestroy(&snapshot));
  PetscFunctionReturn(0);
}

/* The deck and what fibers cost. On the rank that prints. */
static PetscErrorCode WriteAll(QlbeRun *run, PetscBool spectral, PetscMPIInt ranks,
                               const Matrix *matrix, FILE *out)
{
  PetscFunctionBegin;
  PetscCall(WriteOptions(run, out));
  if (spectral)
    PetscCall(EstimateBasis(&run->problem, ranks, out));
  else
    PetscCall(EstimateCube(&run->problem, ranks, matrix, out));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeCommandCheck(QlbeRun *run, int *exit_status)
{
  PetscMPIInt rank, ranks;
  QlbeComplaint complaint = {NULL};
  PetscBool spectral = PETSC_FALSE, evolves;
  Matrix matrix;
  FILE *out;

  PetscFunctionBegin;
  *exit_status = QLBE_EXIT_DONE;
  PetscCallMPI(MPI_Comm_rank(run->problem.comm, &rank));
  PetscCallMPI(MPI_Comm_size(run->problem.comm, &ranks));
  out = rank ? NULL : stdout;
  PetscCall(SpectralChosen(&run->problem, &spectral));
  PetscCall(CartesianFormat(&run->problem, &matrix.format, &matrix.most_bytes));
  if (!spectral) PetscCall(CheckMatrix(&run->problem, &matrix, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  if (*exit_status != QLBE_EXIT_DONE) PetscFunctionReturn(0);
  if (out) PetscCall(WriteAll(run, spectral, ranks, &matrix, out));
  PetscCall(AsksForEvolution(run, &evolves));
  if (evolves) PetscCall(EstimateEvolve(&run->problem, ranks, out, &complaint));
  PetscCall(QlbeRunComplain(run, &complaint, exit_status));
  PetscCheck(!out || (!fflush(out) && !ferror(out)), PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE,
             "cannot write to standard output");
  PetscFunctionReturn(0);
}
