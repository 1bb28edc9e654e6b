/*
   Collisions of random walkers per second and core, and what they are worth.

   The machine's own limit: the random numbers of a collision, and its logarithms, sines and
   cosines, exponentials and square roots, in a loop of their own. Two ranks have twice the rate of
   one where nothing but the cores is shared. Times are those of the processor.

   Options: -masses M,m  -radius a  -k k  -density eta  -constant  -seconds s
*/
#include <math.h>
#include <petsctime.h>
#include <slepcsys.h>
#include <time.h>

#include "fiber_case.h"
#include "qlbe/collisions.h"

/* What one collision takes at least, with the candidates that come before it. */
enum { UNIFORMS = 16, LOGARITHMS = 5, CIRCLES = 3, ROOTS = 8 };

static double seconds = 2.0;

/* Of this process, in seconds: other programs on the machine do not count. */
static double ProcessorTime(void)
{
  struct timespec t = {.tv_sec = 0};

  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Walkers of a fiber in equilibrium until the time is over: collisions per second of this rank. */
static PetscErrorCode Fiber(QlbeCollisions c, const QlbeParameters *par, double k_size,
                            QlbeWalkerTally *tally, double *elapsed)
{
  const double k[3] = {0.0, 0.0, k_size}, thermal = sqrt(par->M / par->beta);
  const double time = 20.0 / QlbeCollisionsCandidateRate(c, thermal);
  QlbeWalkerPoint point, start = {.weight = 1.0};
  double begun, now;
  PetscMPIInt rank;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  begun = ProcessorTime();
  now = begun;
  for (uint64_t w = 0; now - begun < seconds; w++) {
    QlbeWalkerStream s = QlbeWalkerStreamOf(1, (uint64_t)rank, w);
    for (int a = 0; a < 3; a++) start.p[a] = thermal * QlbeWalkerNormal(&s);
    QlbeWalkerFollowFiber(c, &s, k, 0.0, &start, 1, &time, &point, tally);
    if (w % 256 == 0) now = ProcessorTime();
  }
  *elapsed = now - begun;
  PetscFunctionReturn(0);
}

/* The same of k = 0 with the derivatives. */
static PetscErrorCode Rest(QlbeCollisions c, const QlbeParameters *par, QlbeWalkerTally *tally,
                           double *elapsed)
{
  const double thermal = sqrt(par->M / par->beta);
  const double time = 20.0 / QlbeCollisionsCandidateRate(c, thermal);
  QlbeWalkerRestPoint point;
  double begun, now;

  PetscFunctionBegin;
  begun = ProcessorTime();
  now = begun;
  for (uint64_t w = 0; now - begun < seconds; w++) {
    QlbeWalkerStream s = QlbeWalkerStreamOf(1, 99, w);
    double p[3];
    for (int a = 0; a < 3; a++) p[a] = thermal * QlbeWalkerNormal(&s);
    QlbeWalkerFollowRest(c, &s, p, 1, &time, &point, tally);
    if (w % 256 == 0) now = ProcessorTime();
  }
  *elapsed = now - begun;
  PetscFunctionReturn(0);
}

/* Collisions per second of which nothing is left but numbers and functions. */
static PetscErrorCode Limit(double *rate)
{
  QlbeWalkerStream s = QlbeWalkerStreamOf(1, 98, 0);
  double begun, now;
  double sum = 0.0, n = 0.0;

  PetscFunctionBegin;
  begun = ProcessorTime();
  now = begun;
  while (now - begun < 0.5 * seconds) {
    for (int i = 0; i < 1024; i++, n += 1.0) {
      double u[UNIFORMS];
      for (int j = 0; j < UNIFORMS; j++) u[j] = QlbeWalkerUniform(&s);
      for (int j = 0; j < LOGARITHMS; j++) sum += log(u[j]);
      for (int j = 0; j < CIRCLES; j++) sum += sin(6.0 * u[5 + j]) + cos(6.0 * u[5 + j]);
      for (int j = 0; j < ROOTS; j++) sum += sqrt(u[8 + j]);
      sum += exp(u[0]);
    }
    now = ProcessorTime();
  }
  PetscCheck(isfinite(sum), PETSC_COMM_SELF, PETSC_ERR_PLIB, "the sum is not finite");
  *rate = n / (now - begun);
  PetscFunctionReturn(0);
}

/* A rate of all ranks, with that of the slowest. */
static PetscErrorCode Print(const char name[], double rate)
{
  double sum, least;

  PetscFunctionBegin;
  PetscCallMPI(MPI_Allreduce(&rate, &sum, 1, MPI_DOUBLE, MPI_SUM, PETSC_COMM_WORLD));
  PetscCallMPI(MPI_Allreduce(&rate, &least, 1, MPI_DOUBLE, MPI_MIN, PETSC_COMM_WORLD));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "%-28s %8.3f million/s, slowest core %8.3f\n", name,
                        1e-6 * sum, 1e-6 * least));
  PetscFunctionReturn(0);
}

int main(int argc, char **argv)
{
  QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeWalkerTally fiber = {.collisions = 0.0}, rest = {.collisions = 0.0};
  PetscReal k = 0.5, masses[2] = {1.0, 1.0};
  PetscBool constant = PETSC_FALSE;
  double elapsed[2] = {1.0, 1.0}, limit = 0.0;
  QlbeCollisionsErrors errors;
  PetscLogDouble t[2];
  PetscInt two = 2;
  QlbeCollisions c;

  PetscCall(SlepcInitialize(&argc, &argv, NULL, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-k", &k, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-radius", &par.a, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-density", &par.eta, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-seconds", &seconds, NULL));
  PetscCall(PetscOptionsGetRealArray(NULL, NULL, "-masses", masses, &two, NULL));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-constant", &constant, NULL));
  par.M = masses[0];
  par.m = masses[1];
  par.m_star = par.M * par.m / (par.M + par.m);
  if (constant) par.interaction = QLBE_CONSTANT;
  PetscCall(PetscTime(&t[0]));
  PetscCall(QlbeCollisionsCreate(&par, 0.0, k, NULL, &c));
  PetscCall(PetscTime(&t[1]));
  errors = QlbeCollisionsGetErrors(c);
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "tables %.3f s; errors: f %.1e a, H_f %.1e, drift %.1e\n",
                        t[1] - t[0], errors.amplitude, errors.shift, errors.drift));
  PetscCall(Limit(&limit));
  PetscCall(Fiber(c, &par, k, &fiber, &elapsed[0]));
  PetscCall(Rest(c, &par, &rest, &elapsed[1]));
  PetscCall(Print("numbers and functions alone", limit));
  PetscCall(Print("collisions of a fiber", fiber.collisions / elapsed[0]));
  PetscCall(Print("candidates for them", fiber.candidates / elapsed[0]));
  PetscCall(Print("collisions of k = 0", rest.collisions / elapsed[1]));
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "beyond the tables %g, above a bound %g\n",
                        fiber.outside + rest.outside, fiber.excess + rest.excess));
  PetscCall(QlbeCollisionsDestroy(&c));
  return SlepcFinalize();
}
