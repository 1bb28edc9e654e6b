/*
   Rates of the fiber operator against the machine's own limits:

     mpirun -n 1 build/release/tests/bench/bench_fiber -points 21 -extent 5 -k 0.5
       [-direction 0,0,1] [-interaction constant] [-repeat 5]

   k along z has sixteen symmetries of the grid, (0,1,1) four and a direction such as (1,2,3) two.

   -symmetric: on functions with the symmetries of k alone, as `spectrum` and `diffusion` do for
   eps(k); -sweep 7: first of all, that many fibers along the direction with their leading
   eigenvalues, in fresh memory; -matrix_free: products without a matrix too. Tables are shared by
   the ranks.

   Prints the seconds of the kernel tables, of the first assembly (which also pays for touching
   fresh memory), of each further assembly into the same matrix, entries per second and rank with
   the tables included, the bandwidth of the product against a triad, and the peak memory against
   the matrix.
*/
#include <petsctime.h>
#include <slepceps.h>

#include "machine.h"
#include "fiber.h"
#include "qlbe/spectrum.h"

/* What is measured; k is the largest wave vector, along the direction. */
typedef struct {
  QlbeParameters par;
  PetscInt points, repeat;
  double extent, drop, k[3], k_max;
  PetscBool symmetric;
} Setting;

typedef struct {
  QlbeMomentumGrid grid;
  QlbeJumpKernel kernel;
  QlbeDispersion dispersion;
  QlbeFiber fiber;
} Operator;

static PetscErrorCode Build(const Setting *set, Operator *op)
{
  const QlbeParameters *par = &set->par;
  const double corner = set->extent * sqrt(par->M / par->beta) * sqrt(3.0);
  const double q_max = PetscMin(2.0 * corner * (1.0 + 1e-12), QlbeJumpLargestTransfer(par, corner));
  MPI_Comm comm = PETSC_COMM_WORLD;
  QlbeTeam team;

  PetscFunctionBegin;
  PetscCall(QlbeTeamFromComm(&comm, &team));
  PetscCall(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, set->points, corner / sqrt(3.0), &op->grid));
  PetscCall(QlbeJumpKernelCreate(par, op->grid.spacing * (1.0 - 1e-12), q_max, corner, set->k_max,
                                 1e-12, &team, &op->kernel));
  PetscCall(QlbeDispersionCreate(par, corner + par->hbar * set->k_max / 2.0, &op->dispersion));
  PetscCall(QlbeFiberCreate(&op->grid, op->kernel, op->dispersion, set->drop, 4, &op->fiber));
  if (set->symmetric) PetscCall(QlbeFiberSetSymmetry(op->fiber, set->k));
  PetscFunctionReturn(0);
}

static PetscErrorCode Destroy(Operator *op)
{
  PetscFunctionBegin;
  PetscCall(QlbeFiberDestroy(&op->fiber));
  PetscCall(QlbeDispersionDestroy(&op->dispersion));
  PetscCall(QlbeJumpKernelDestroy(&op->kernel));
  PetscFunctionReturn(0);
}

static int Ascending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Median of n samples, which are sorted. */
static double Median(PetscInt n, double sample[])
{
  qsort(sample, (size_t)n, sizeof(double), Ascending);
  return n % 2 ? sample[n / 2] : 0.5 * (sample[n / 2 - 1] + sample[n / 2]);
}

/* Assembly with fresh tables, `repeat` times into the same matrix. */
static PetscErrorCode BenchAssembly(const Setting *set, Mat *A)
{
  const PetscInt repeat = set->repeat;
  double *tables, *assembly, *both;
  PetscMPIInt ranks;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_size(PETSC_COMM_WORLD, &ranks));
  PetscCall(PetscMalloc3(repeat + 1, &tables, repeat + 1, &assembly, repeat + 1, &both));
  for (PetscInt i = 0; i <= repeat; i++) {
    Operator op;
    PetscLogDouble t0, t1, t2;
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&t0));
    PetscCall(Build(set, &op));
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&t1));
    PetscCall(QlbeFiberAssemble(op.fiber, set->k, A));
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&t2));
    tables[i] = t1 - t0;
    assembly[i] = t2 - t1;
    both[i] = t2 - t0;
    PetscCall(Destroy(&op));
  }
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "first assembly          %10.3f s (fresh memory included)\n", assembly[0]));
  {
    const double total = Median(repeat, both + 1), alone = Median(repeat, assembly + 1);
    const double entries = pow((double)set->points, 6);
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "kernel tables           %10.3f s\n",
                          Median(repeat, tables + 1)));
    PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                          "assembly                %10.3f s (median of %" PetscInt_FMT ")\n", alone,
                          repeat));
    PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                          "entries with tables     %10.1f million per second and rank\n",
                          entries / total / ranks / 1e6));
    PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                          "entries without tables  %10.1f million per second and rank\n",
                          entries / alone / ranks / 1e6));
  }
  PetscCall(PetscFree3(tables, assembly, both));
  PetscFunctionReturn(0);
}

/* Seconds of n products. */
static PetscErrorCode TimeProducts(Mat A, PetscInt n, double seconds[])
{
  Vec x, y;

  PetscFunctionBegin;
  PetscCall(MatCreateVecs(A, &x, &y));
  PetscCall(VecSet(x, 1.0));
  for (PetscInt i = -1; i < n; i++) { /* the first one warms up */
    PetscLogDouble t0, t1;
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&t0));
    PetscCall(MatMult(A, x, y));
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&t1));
    if (i >= 0) seconds[i] = t1 - t0;
  }
  PetscCall(VecDestroy(&x));
  PetscCall(VecDestroy(&y));
  PetscFunctionReturn(0);
}

static PetscErrorCode BenchProduct(Mat A, PetscInt repeat)
{
  double triad, *seconds, bytes, median, peak;
  MatInfo info;
  PetscBool dense;
  PetscInt rows, columns;

  PetscFunctionBegin;
  PetscCall(MachinePeakMemory(PETSC_COMM_WORLD, &peak)); /* before the triad's own arrays */
  PetscCall(MachineTriad(PETSC_COMM_WORLD, &triad));
  PetscCall(MatGetSize(A, &rows, &columns));
  PetscCall(MatGetInfo(A, MAT_GLOBAL_SUM, &info));
  PetscCall(PetscObjectTypeCompareAny((PetscObject)A, &dense, MATSEQDENSE, MATMPIDENSE, ""));
  bytes = dense ? 16.0 * (double)rows * (double)columns : 20.0 * info.nz_used;
  PetscCall(PetscMalloc1(3 * repeat, &seconds));
  PetscCall(TimeProducts(A, 3 * repeat, seconds));
  median = Median(3 * repeat, seconds);
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "triad                   %10.1f GB/s\n", triad / 1e9));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "product                 %10.1f GB/s, %.0f %% of the triad (%s, %.1f ms)\n",
                        bytes / median / 1e9, 100.0 * bytes / median / triad,
                        dense ? "dense" : "sparse", 1e3 * median));
  PetscCall(PetscFree(seconds));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "peak memory             %10.3f GB, matrix %.3f GB\n",
                        peak / 1e9, bytes / 1e9));
  PetscFunctionReturn(0);
}

/* Products without a matrix against those of the stored one. */
static PetscErrorCode BenchMatrixFree(const Setting *set, Mat stored)
{
  const PetscInt repeat = set->repeat;
  double *seconds, of_stored;
  QlbeFiberEstimate estimate;
  Operator op;
  Mat A = NULL;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(repeat, &seconds));
  PetscCall(TimeProducts(stored, repeat, seconds));
  of_stored = Median(repeat, seconds);
  PetscCall(Build(set, &op));
  PetscCall(QlbeFiberSetFormat(op.fiber, QLBE_FIBER_MATRIX_FREE, 0.0));
  PetscCall(QlbeFiberAssemble(op.fiber, set->k, &A));
  PetscCall(QlbeFiberEstimateMemory(op.fiber, set->k, &estimate));
  PetscCall(TimeProducts(A, repeat, seconds));
  PetscCall(PetscPrintf(
      PETSC_COMM_WORLD, "matrix-free product     %10.1f ms, %.1f times the stored one, %.3f GB\n",
      1e3 * Median(repeat, seconds), Median(repeat, seconds) / of_stored, estimate.bytes / 1e9));
  PetscCall(MatDestroy(&A));
  PetscCall(Destroy(&op));
  PetscCall(PetscFree(seconds));
  PetscFunctionReturn(0);
}

/* The leading eigenvalue of A, from the guess nu^(1/2). */
static PetscErrorCode Solve(QlbeFiber fiber, Mat A)
{
  QlbeSpectrum s;
  Vec x0;

  PetscFunctionBegin;
  PetscCall(QlbeFiberEquilibrium(fiber, &x0));
  PetscCall(QlbeSpectrumCreate(PETSC_COMM_WORLD, &s));
  PetscCall(QlbeSpectrumSetInitialGuess(s, x0));
  PetscCall(QlbeSpectrumSetOperator(s, A, PETSC_TRUE, 17.0));
  PetscCall(QlbeSpectrumSolve(s));
  PetscCall(QlbeSpectrumDestroy(&s));
  PetscCall(VecDestroy(&x0));
  PetscFunctionReturn(0);
}

/*
   A sweep along one direction: the first fiber with the tables, then the others into the same
   matrix.
*/
static PetscErrorCode BenchSweep(const Setting *set, PetscInt fibers)
{
  Operator op;
  PetscLogDouble start, now;
  double first = 0.0;
  Mat A = NULL;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  PetscCall(PetscTime(&start));
  now = start;
  PetscCall(Build(set, &op));
  for (PetscInt i = 0; i < fibers; i++) {
    const double part = (double)(i + 1) / (double)fibers;
    const double at[3] = {part * set->k[0], part * set->k[1], part * set->k[2]};
    PetscCall(QlbeFiberAssemble(op.fiber, at, &A));
    PetscCall(Solve(op.fiber, A));
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&now));
    if (i == 0) first = now - start;
  }
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "sweep of %" PetscInt_FMT
                        " fibers       %10.3f s, %.2f times its first (%.3f s)\n",
                        fibers, now - start, (now - start) / first, first));
  PetscCall(MatDestroy(&A));
  PetscCall(Destroy(&op));
  PetscFunctionReturn(0);
}

/* The options into a setting. */
static PetscErrorCode SettingFromOptions(Setting *set)
{
  const QlbeParameters par = {1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, QLBE_HARD_SPHERE};
  PetscReal direction[3] = {0.0, 0.0, 1.0}, extent = 5.0, k = 0.5, drop = 0.0, length = 0.0;
  char interaction[32] = "hard_sphere";
  PetscInt three = 3;
  PetscBool constant;

  PetscFunctionBegin;
  *set = (Setting){.par = par, .points = 15, .repeat = 5};
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-points", &set->points, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-repeat", &set->repeat, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-extent", &extent, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-k", &k, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-drop", &drop, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-particle_mass", &set->par.M, NULL));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-symmetric", &set->symmetric, NULL));
  PetscCall(
      PetscOptionsGetString(NULL, NULL, "-interaction", interaction, sizeof(interaction), NULL));
  PetscCall(PetscStrcmp(interaction, "constant", &constant));
  if (constant) set->par.interaction = QLBE_CONSTANT;
  set->par.m_star = set->par.m * set->par.M / (set->par.m + set->par.M);
  PetscCall(PetscOptionsGetRealArray(NULL, NULL, "-direction", direction, &three, NULL));
  for (int i = 0; i < 3; i++) length += direction[i] * direction[i];
  for (int i = 0; i < 3; i++) set->k[i] = k * direction[i] / sqrt(length);
  set->k_max = k;
  set->extent = extent;
  set->drop = drop;
  PetscFunctionReturn(0);
}

int main(int argc, char **argv)
{
  PetscBool matrix_free = PETSC_FALSE;
  PetscInt sweep = 0;
  Setting set;
  Mat A = NULL;

  PetscCall(SlepcInitialize(&argc, &argv, NULL, NULL));
  PetscCall(SettingFromOptions(&set));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-sweep", &sweep, NULL));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-matrix_free", &matrix_free, NULL));
  if (sweep > 0) PetscCall(BenchSweep(&set, sweep));
  PetscCall(BenchAssembly(&set, &A));
  PetscCall(BenchProduct(A, set.repeat));
  if (matrix_free) PetscCall(BenchMatrixFree(&set, A));
  PetscCall(MatDestroy(&A));
  PetscCall(SlepcFinalize());
  return 0;
}
