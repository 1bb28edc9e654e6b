/*
   Random walkers against values that are known otherwise.

   Eigenvalues: the mean weight of a fiber falls like exp(eps(k) t) once all but the leading
   eigenvector have died out. One path has many origins i: with C_b the mean of W_(i+b)/W_i,
   eps = log(C_b2/C_b1)/(t_b2 - t_b1). The error is that of the ratio, from groups of walkers.

   Dilute gas: a thermal start at eta = 0.02, k = 4, constant amplitude, from an independent
   program: int exp(-i k.p t/M) [rho_t]_k dp, the fiber with its free flight turned back.

   Arguments: constant | hard_sphere | dilute, walkers, and for eigenvalues the largest standard
   error that is expected.
*/
#include <math.h>
#include <slepcsys.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fiber_case.h"
#include "qlbe/collisions.h"

enum { GROUPS = 32, STEPS = 200, LAG1 = 10, LAG2 = 20, ORIGINS = STEPS - LAG2 };
static const double step = 0.1;

static const struct {
  const char *name;
  QlbeInteractionType type;
  double reference;
} cases[] = {{"constant", QLBE_CONSTANT, -0.45373234},
             {"hard_sphere", QLBE_HARD_SPHERE, -0.39961408}};

static double walkers, largest_error;
static int number; /* of the case */

/* The next walker of equilibrium at momentum scale 1. */
static void Thermal(QlbeWalkerStream *stream, QlbeWalkerPoint *start)
{
  for (int i = 0; i < 3; i++) start->p[i] = QlbeWalkerNormal(stream);
  start->weight = 1.0;
}

/* Walkers of this rank's groups: sums of both lags into sums[GROUPS][2]. */
static void SumLags(QlbeCollisions c, PetscMPIInt rank, PetscMPIInt ranks, double sums[GROUPS][2])
{
  const double k[3] = {0.0, 0.0, 0.5}, each = ceil(walkers / GROUPS);
  double time[STEPS];
  QlbeWalkerPoint points[STEPS], start;
  QlbeWalkerTally tally = {.collisions = 0.0};

  for (int i = 0; i < STEPS; i++) time[i] = step * i;
  for (int g = rank; g < GROUPS; g += ranks)
    for (double w = 0.0; w < each; w += 1.0) {
      QlbeWalkerStream stream = QlbeWalkerStreamOf(1, 100, (uint64_t)(g * each + w));
      Thermal(&stream, &start);
      QlbeWalkerFollowFiber(c, &stream, k, 0.0, &start, STEPS, time, points, &tally);
      for (int i = 0; i < ORIGINS; i++) {
        sums[g][0] += PetscRealPart(points[i + LAG1].weight / points[i].weight);
        sums[g][1] += PetscRealPart(points[i + LAG2].weight / points[i].weight);
      }
    }
  assert_small(tally.outside + tally.excess, 0.0, "draws beyond the tables");
}

/* The slope without group number `without`, -1 for none. */
static double Slope(double sums[GROUPS][2], int without)
{
  double a = 0.0, b = 0.0;

  for (int g = 0; g < GROUPS; g++) {
    a += g == without ? 0.0 : sums[g][0];
    b += g == without ? 0.0 : sums[g][1];
  }
  return log(b / a) / (step * (LAG2 - LAG1));
}

static void test_eigenvalue(void **state)
{
  const QlbeParameters par = UnitParameters(cases[number].type, 1.0, 1.0);
  double sums[GROUPS][2] = {{0.0}}, eps, square = 0.0, mean = 0.0, error;
  PetscMPIInt rank, ranks;
  QlbeCollisions c;

  (void)state;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &ranks);
  assert_ok(QlbeCollisionsCreate(&par, 0.0, 0.5, NULL, &c));
  SumLags(c, rank, ranks, sums);
  assert_ok(MPI_Allreduce(MPI_IN_PLACE, sums, 2 * GROUPS, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  eps = Slope(sums, -1);
  for (int g = 0; g < GROUPS; g++) mean += Slope(sums, g) / GROUPS;
  for (int g = 0; g < GROUPS; g++) square += PetscSqr(Slope(sums, g) - mean);
  error = sqrt((GROUPS - 1.0) / GROUPS * square);
  assert_ok(PetscPrintf(PETSC_COMM_WORLD, "%s: eps(0.5) = %.6f +- %.6f, expected %.6f (%+.2f)\n",
                        cases[number].name, eps, error, cases[number].reference,
                        (eps - cases[number].reference) / error));
  assert_close(eps, cases[number].reference, 3.0 * error, "eps(0.5)");
  assert_small(error, largest_error, "standard error");
  assert_ok(QlbeCollisionsDestroy(&c));
}

static void test_dilute(void **state)
{
  enum { TIMES = 5 };
  static const double time[TIMES] = {0.25, 0.5, 1.0, 2.0, 4.0};
  static const double expected[TIMES] = {0.8960, 0.7781, 0.5583, 0.2756, 0.0662};
  static const double sigma[TIMES] = {4e-4, 5e-4, 7e-4, 6e-4, 4e-4};
  QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  const double k[3] = {0.0, 0.0, 4.0};
  double sums[TIMES][2] = {{0.0}}, n = 0.0;
  QlbeWalkerTally tally = {.collisions = 0.0};
  PetscMPIInt rank, ranks;
  QlbeCollisions c;

  (void)state;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  MPI_Comm_size(PETSC_COMM_WORLD, &ranks);
  par.eta = 0.02;
  assert_ok(QlbeCollisionsCreate(&par, 0.0, 4.0, NULL, &c));
  for (double w = rank; w < walkers; w += ranks, n += 1.0) {
    QlbeWalkerStream stream = QlbeWalkerStreamOf(1, 101, (uint64_t)w);
    QlbeWalkerPoint points[TIMES], start;
    Thermal(&stream, &start);
    QlbeWalkerFollowFiber(c, &stream, k, 0.1, &start, TIMES, time, points, &tally);
    for (int i = 0; i < TIMES; i++) {
      const double angle = -k[2] * points[i].p[2] * time[i];
      const double value = PetscRealPart(points[i].weight * PetscCMPLX(cos(angle), sin(angle)));
      sums[i][0] += value;
      sums[i][1] += value * value;
    }
  }
  assert_ok(MPI_Allreduce(MPI_IN_PLACE, sums, 2 * TIMES, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  assert_ok(MPI_Allreduce(MPI_IN_PLACE, &n, 1, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  for (int i = 0; i < TIMES; i++) {
    const double mean = sums[i][0] / n, error = sqrt((sums[i][1] / n - mean * mean) / n);
    assert_ok(PetscPrintf(PETSC_COMM_WORLD, "t = %g: %.5f +- %.5f, expected %.4f +- %.4f (%+.2f)\n",
                          time[i], mean, error, expected[i], sigma[i],
                          (mean - expected[i]) / hypot(error, sigma[i])));
    assert_close(mean, expected[i], 3.0 * hypot(error, sigma[i]), "turned back");
  }
  assert_ok(QlbeCollisionsDestroy(&c));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest eigenvalue[] = {cmocka_unit_test(test_eigenvalue)};
  const struct CMUnitTest dilute[] = {cmocka_unit_test(test_dilute)};
  int failures;

  PetscCall(SlepcInitialize(&argc, &argv, NULL, NULL));
  PetscCheck(argc >= 3, PETSC_COMM_WORLD, PETSC_ERR_USER, "expected a case and walkers");
  walkers = strtod(argv[2], NULL);
  largest_error = argc > 3 ? strtod(argv[3], NULL) : HUGE_VAL;
  number = strcmp(argv[1], "hard_sphere") ? 0 : 1;
  failures = strcmp(argv[1], "dilute") ? cmocka_run_group_tests(eigenvalue, NULL, NULL)
                                       : cmocka_run_group_tests(dilute, NULL, NULL);
  PetscCall(SlepcFinalize());
  return failures;
}
