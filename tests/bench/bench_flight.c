/*
   Rates of products with exact flight against the machine's own limits:

     mpirun -n 1 build/release/tests/bench/bench_flight -points 21 -extent 6 -radial 5 -angular 4
       [-k 0.5] [-direction 1,2,3] [-repeat 20]
     mpirun -n 1 build/release/tests/bench/bench_flight -cylinder 121,24 -radial 12 -angular 8
       [-m 0]

   On Cartesian nodes all functions are together; on a cylinder, of so many nodes along and across
   k, those of sector m. Constant amplitude, all parameters 1.

   Prints the milliseconds of a product for blocks of 1, 4 and 16 vectors, per vector; what they
   read, all values of the functions twice for each block, against a triad; their arithmetic; and
   what a stored matrix of the nodes would take at the rate of the triad. Times are the smallest
   ones.
*/
#include <petsctime.h>
#include <slepceps.h>
#include <time.h>

#include "flight_operator.h"
#include "machine.h"
#include "spectral_fiber.h"

/* What is measured. */
typedef struct {
  QlbeParameters par;
  PetscInt points, cylinder[2], m, repeat;
  double extent, direction[3], k;
  QlbeSpectralOrders orders;
} Setting;

static PetscErrorCode SettingFromOptions(Setting *set)
{
  PetscInt three = 3, two = 2;

  PetscFunctionBegin;
  *set = (Setting){.par = {1.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, QLBE_CONSTANT},
                   .points = 21,
                   .repeat = 20,
                   .extent = 6.0,
                   .direction = {1.0, 2.0, 3.0},
                   .k = 0.5,
                   .orders = {5, 4, 1.0}};
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-points", &set->points, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-repeat", &set->repeat, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-radial", &set->orders.n_radial, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-angular", &set->orders.n_angular, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-m", &set->m, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-extent", &set->extent, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-k", &set->k, NULL));
  PetscCall(PetscOptionsGetIntArray(NULL, NULL, "-cylinder", set->cylinder, &two, NULL));
  PetscCall(PetscOptionsGetRealArray(NULL, NULL, "-direction", set->direction, &three, NULL));
  if (set->cylinder[0] == 0) set->m = -1;
  PetscFunctionReturn(0);
}

static PetscErrorCode Gain(void *context, double k, PetscInt m, PetscScalar gain[])
{
  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberGain(context, k, m, gain));
  PetscFunctionReturn(0);
}

static PetscErrorCode Nodes(const Setting *set, FlightNodes *nodes)
{
  QlbeMomentumGrid grid;

  PetscFunctionBegin;
  if (set->m < 0) {
    PetscCall(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, set->points, set->extent, &grid));
    PetscCall(QlbeMomentumGridPair(&grid));
    PetscCall(QlbeFlightNodesCartesian_Private(&grid, set->direction, nodes));
  } else {
    const FlightCylinder cylinder = {.n_par = set->cylinder[0],
                                     .n_perp = set->cylinder[1],
                                     .reach = 9.0,
                                     .spacing = 18.0 / (double)(set->cylinder[0] - 1),
                                     .thermal = 1.0};
    PetscCall(QlbeFlightNodesCylinder_Private(PETSC_COMM_WORLD, &cylinder, nodes));
  }
  PetscFunctionReturn(0);
}

/* The operator; everything that it is made of is freed. */
static PetscErrorCode Build(const Setting *set, PetscInt *n, FlightOperator **op)
{
  FlightOperatorMake make = {
      .comm = PETSC_COMM_WORLD, .m = set->m, .k = set->k, .hbar = 1.0, .M = 1.0, .gain = Gain};
  PetscLogDouble start, end;
  QlbeSpectralFiber fiber;
  FlightNodes nodes;
  FlightBasis basis;
  double *values;

  PetscFunctionBegin;
  PetscCall(QlbeSpectralFiberCreate(PETSC_COMM_WORLD, &set->par, &set->orders, set->k, &fiber));
  PetscCall(QlbeDispersionCreate(&set->par, 2.0 * PetscMax(set->extent, 18.0), &make.dispersion));
  PetscCall(PetscTime(&start));
  PetscCall(Nodes(set, &nodes));
  PetscCall(
      QlbeFlightBasisCreate_Private(set->orders.n_radial, set->orders.n_angular, 1.0, &basis));
  PetscCall(PetscMalloc1((nodes.end - nodes.begin) * QlbeFlightBasisSize_Private(&basis, set->m),
                         &values));
  PetscCall(QlbeFlightBasisValues_Private(&basis, &nodes, set->m, values));
  make.nodes = &nodes;
  make.basis = &basis;
  make.values = values;
  make.context = fiber;
  PetscCall(QlbeFlightOperatorCreate_Private(&make, op));
  PetscCall(PetscTime(&end));
  *n = nodes.n;
  PetscCall(PetscPrintf(PETSC_COMM_WORLD,
                        "nodes                   %10" PetscInt_FMT "\n"
                        "functions               %10" PetscInt_FMT "\n"
                        "assembly                %10.3f s\n",
                        *n, (*op)->n[0] + (*op)->n[1], end - start));
  PetscCall(PetscFree(values));
  PetscCall(QlbeFlightBasisDestroy_Private(&basis));
  PetscCall(QlbeFlightNodesDestroy_Private(&nodes));
  PetscCall(QlbeDispersionDestroy(&make.dispersion));
  PetscCall(QlbeSpectralFiberDestroy(&fiber));
  PetscFunctionReturn(0);
}

/* Seconds of the fastest product of a block. */
static PetscErrorCode TimeProducts(const FlightOperator *op, PetscInt block, PetscInt repeat,
                                   double *seconds)
{
  PetscScalar *x, *y;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(op->local * block, &x, op->local * block, &y));
  for (PetscInt i = 0; i < op->local * block; i++) x[i] = PetscCMPLX(1.0, 1e-3 * (double)(i % 7));
  *seconds = PETSC_MAX_REAL;
  for (PetscInt i = -1; i < repeat; i++) { /* the first one warms up */
    PetscLogDouble start, end;
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&start));
    PetscCall(QlbeFlightOperatorApply_Private(op, block, x, y));
    PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
    PetscCall(PetscTime(&end));
    if (i >= 0) *seconds = PetscMin(*seconds, end - start);
  }
  PetscCall(PetscFree2(x, y));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, seconds, 1, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

/*
   Processor time of a product of this rank's rows while the other ranks do theirs, without sums
   over ranks: what is left on a machine that has other work. The largest of all ranks.
*/
static PetscErrorCode TimeRows(const FlightOperator *op, PetscInt repeat, double *seconds)
{
  FlightOperator rows = *op;
  PetscScalar *x, *y;

  PetscFunctionBegin;
  rows.comm = PETSC_COMM_SELF;
  PetscCall(PetscMalloc2(op->local, &x, op->local, &y));
  for (PetscInt i = 0; i < op->local; i++) x[i] = PetscCMPLX(1.0, 1e-3 * (double)(i % 7));
  PetscCallMPI(MPI_Barrier(PETSC_COMM_WORLD));
  *seconds = PETSC_MAX_REAL;
  for (PetscInt i = 0; i < repeat; i++) {
    struct timespec start, end;
    PetscCheck(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start) == 0, PETSC_COMM_SELF, PETSC_ERR_SYS,
               "clock_gettime failed");
    PetscCall(QlbeFlightOperatorApply_Private(&rows, 1, x, y));
    PetscCheck(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end) == 0, PETSC_COMM_SELF, PETSC_ERR_SYS,
               "clock_gettime failed");
    *seconds = PetscMin(*seconds, (double)(end.tv_sec - start.tv_sec) +
                                      1e-9 * (double)(end.tv_nsec - start.tv_nsec));
  }
  PetscCall(PetscFree2(x, y));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, seconds, 1, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
  PetscFunctionReturn(0);
}

static PetscErrorCode Bench(const Setting *set)
{
  static const PetscInt blocks[] = {1, 4, 16};
  FlightOperator *op = NULL;
  double triad, numbers, rows = 0.0;
  PetscInt nodes = 0;

  PetscFunctionBegin;
  PetscCall(Build(set, &nodes, &op));
  PetscCall(MachineTriad(PETSC_COMM_WORLD, &triad));
  /* values that are kept: of mirror images only one has them */
  numbers = (double)nodes * (double)(op->n[0] + op->n[1]) * (op->line > 0 ? 0.5 : 1.0);
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "triad                   %10.1f GB/s\n", triad / 1e9));
  for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
    const double n = (double)blocks[b];
    double seconds;
    PetscCall(TimeProducts(op, blocks[b], set->repeat, &seconds));
    PetscCall(
        PetscPrintf(PETSC_COMM_WORLD,
                    "block of %2" PetscInt_FMT "             %10.3f ms per vector, %.1f GB/s, "
                    "%.0f %% of the triad, %.1f Gflop/s\n",
                    blocks[b], 1e3 * seconds / n, 16.0 * numbers / seconds / 1e9,
                    100.0 * 16.0 * numbers / seconds / triad, 8.0 * numbers * n / seconds / 1e9));
  }
  PetscCall(TimeRows(op, 5 * set->repeat, &rows));
  PetscCall(
      PetscPrintf(PETSC_COMM_WORLD, "processor time          %10.3f ms of a rank\n", 1e3 * rows));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "stored matrix           %10.1f ms at the triad's rate\n",
                        1e3 * 16.0 * (double)nodes * (double)nodes / triad));
  PetscCall(QlbeFlightOperatorDestroy_Private(&op));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv)
{
  Setting set;

  PetscCall(SlepcInitialize(&argc, &argv, NULL, NULL));
  PetscCall(SettingFromOptions(&set));
  PetscCall(Bench(&set));
  PetscCall(SlepcFinalize());
  return 0;
}
