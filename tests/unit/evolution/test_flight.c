/*
   Exact flight with a spectral gain: exact properties of the operator on any nodes, its propagation
   against an independent method and against closed flight, and functions of momentum at its nodes.
*/
#include "problem_case.h"

#include <petscmat.h>
#include <slepcsys.h>

#include "qlbe/discretisation.h"
#include "qlbe/propagator.h"
#include "qlbe/spectrum.h"

#define GAS  "-grid_type flight -grid_radial 8 -grid_angular 6 -grid_refinement 0.8"
#define FULL "-grid_type flight -grid_radial 12 -grid_angular 10 -grid_refinement 0.8"
#define FREE "-grid_type flight -gas_density 0"

static const double axis[3] = {0.48, -0.6, 0.64};

static void WaveVector(double size, double k[3])
{
  for (int i = 0; i < 3; i++) k[i] = size * axis[i];
}

/* A vector without any symmetry, the same for every number of ranks. */
static void Fill(Vec x, double seed)
{
  PetscInt begin, end;
  PetscScalar *a;

  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(VecGetArrayWrite(x, &a));
  for (PetscInt i = begin; i < end; i++)
    a[i - begin] = PetscCMPLX(cos(seed * (double)i), sin(2.1 * seed * (double)i));
  assert_ok(VecRestoreArrayWrite(x, &a));
  assert_ok(VecNormalize(x, NULL));
}

/* A nu^(1/2) = 0 and symmetry, with a basis that is small and nodes that are few. */
static void equilibrium_and_symmetry_are_exact(void **state)
{
  const QlbeDiscretisationUse use = {.k_max = 2.0, .matrices = 1};
  const double rest[3] = {0.0, 0.0, 0.0};
  double k[3];
  QlbeDiscretisation d;
  PetscScalar one, two;
  ProblemCase c;
  Vec x, y, z;
  Mat A = NULL, B;
  PetscReal norm;

  (void)state;
  ProblemCreate("-grid_type flight -grid_radial 4 -grid_angular 3 -grid_nodes 17", &c);
  WaveVector(1.3, k);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  assert_ok(QlbeDiscretisationOperator(d, rest, 0, &A));
  assert_ok(QlbeDiscretisationEquilibrium(d, A, &x));
  assert_ok(VecDuplicate(x, &y));
  assert_ok(VecDuplicate(x, &z));
  assert_ok(MatMult(A, x, y));
  assert_ok(VecNorm(y, NORM_2, &norm));
  assert_small(norm, 1e-12 * 17.3, "A nu^(1/2)");
  for (PetscInt m = 0; m < 3; m++) {
    assert_ok(QlbeDiscretisationOperator(d, k, m, &A));
    Fill(x, 0.7);
    Fill(y, 1.3);
    assert_ok(MatMult(A, x, z));
    assert_ok(VecTDot(z, y, &one));
    assert_ok(MatMult(A, y, z));
    assert_ok(VecTDot(z, x, &two));
    assert_small(PetscAbsScalar(one - two), 1e-12 * 17.3, "symmetry");
    /* the real part, and the diagonal */
    assert_ok(MatDuplicate(A, MAT_COPY_VALUES, &B));
    assert_ok(MatRealPart(B));
    assert_ok(VecRealPart(x));
    assert_ok(MatMult(A, x, y));
    assert_ok(VecRealPart(y));
    assert_ok(MatMult(B, x, z));
    assert_ok(VecAXPY(z, -1.0, y));
    assert_ok(VecNorm(z, NORM_2, &norm));
    assert_small(norm, 1e-12 * 17.3, "real part");
    assert_ok(MatDestroy(&B));
    assert_ok(MatGetDiagonal(A, y));
    assert_ok(VecSet(x, 0.0));
    assert_ok(VecSetValue(x, 40, 1.0, INSERT_VALUES));
    assert_ok(VecAssemblyBegin(x));
    assert_ok(VecAssemblyEnd(x));
    assert_ok(MatMult(A, x, z));
    assert_ok(VecTDot(z, x, &one));
    assert_ok(VecTDot(y, x, &two));
    assert_small(PetscAbsScalar(one - two), 1e-12 * 17.3, "diagonal");
  }
  assert_ok(MatDestroy(&A));
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&z));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

/* eps(0.5) of both amplitudes, whose values are known. */
static void eigenvalues_are_known(void **state)
{
  const struct {
    const char *words;
    double eps, allowed;
  } cases[] = {{GAS, -0.3996140717, 1e-8},
               {GAS " -interaction_type constant", -0.4537323415, 1e-9}};
  const QlbeDiscretisationUse use = {.k_max = 0.5, .matrices = 1};
  double k[3];

  (void)state;
  WaveVector(0.5, k);
  for (int i = 0; i < 2; i++) {
    QlbeDiscretisation d;
    QlbeSpectrum solver;
    QlbeEigenpair pair;
    ProblemCase c;
    Vec x0;
    Mat A = NULL;
    ProblemCreate(cases[i].words, &c);
    assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
    assert_ok(QlbeDiscretisationOperator(d, k, 0, &A));
    assert_ok(QlbeDiscretisationEquilibrium(d, A, &x0));
    assert_ok(QlbeSpectrumCreate(PETSC_COMM_WORLD, &solver));
    assert_ok(QlbeSpectrumSetOperator(solver, A, PETSC_TRUE, 17.3));
    assert_ok(QlbeSpectrumSetInitialGuess(solver, x0));
    assert_ok(QlbeSpectrumSolve(solver));
    assert_ok(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
    assert_close(PetscRealPart(pair.value), cases[i].eps, cases[i].allowed, cases[i].words);
    assert_small(fabs(PetscImaginaryPart(pair.value)), 1e-11, "imaginary part");
    assert_ok(QlbeSpectrumDestroy(&solver));
    assert_ok(VecDestroy(&x0));
    assert_ok(MatDestroy(&A));
    assert_ok(QlbeDiscretisationDestroy(&d));
    ProblemDestroy(&c);
  }
}

/* Blocks of vectors by Chebyshev expansions against one vector by a Krylov method. */
static void propagation_agrees_with_krylov(void **state)
{
  const QlbeDiscretisationUse use = {.k_max = 6.0, .matrices = 1};
  const double times[2] = {0.05, 0.3};
  double k[3];
  QlbePropagator propagator;
  QlbeDiscretisation d;
  ProblemCase c;
  Vec x[3], y;
  Mat A = NULL;
  PetscReal norm;

  (void)state;
  ProblemCreate(GAS " -gas_density 0.3", &c);
  WaveVector(6.0, k);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  assert_true(QlbeDiscretisationPropagates(d));
  assert_true(isinf(QlbeDiscretisationLeaves(d, 6.0)));
  assert_ok(QlbeDiscretisationOperator(d, k, 1, &A));
  assert_ok(MatCreateVecs(A, &y, NULL));
  for (int v = 0; v < 3; v++) {
    assert_ok(VecDuplicate(y, &x[v]));
    Fill(x[v], 0.3 + 0.2 * v);
  }
  assert_ok(QlbePropagatorCreate(PETSC_COMM_WORLD, &propagator));
  assert_ok(QlbePropagatorSetTolerance(propagator, 1e-11));
  assert_ok(QlbePropagatorSetOperator(propagator, A));
  assert_ok(VecCopy(x[1], y));
  assert_ok(QlbePropagatorApply(propagator, times[1] - times[0], y, y));
  assert_ok(QlbeDiscretisationAdvance(d, A, times, 1e-11, 3, x));
  assert_ok(VecAXPY(y, -1.0, x[1]));
  assert_ok(VecNorm(y, NORM_2, &norm));
  assert_small(norm, 1e-10, "Chebyshev against Krylov");
  assert_ok(QlbePropagatorDestroy(&propagator));
  for (int v = 0; v < 3; v++) assert_ok(VecDestroy(&x[v]));
  assert_ok(VecDestroy(&y));
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

typedef struct {
  double P[3], sigma, r[3];
} Packet;

static PetscScalar PacketValue(const double p[3], const void *context)
{
  const Packet *g = context;
  double square = 0.0, phase = 0.0;

  for (int i = 0; i < 3; i++) {
    square += (p[i] - g->P[i]) * (p[i] - g->P[i]);
    phase += p[i] * g->r[i];
  }
  return pow(2.0 * PETSC_PI * g->sigma * g->sigma, -1.5) *
         exp(-0.5 * square / (g->sigma * g->sigma)) * PetscCMPLX(cos(phase), sin(phase));
}

static PetscScalar One(const double p[3], const void *context)
{
  (void)p;
  (void)context;
  return 1.0;
}

/*
   A packet without gas: int f dp is exp(i P.s - sigma^2 s^2/2) with s = r + k t/M, square and norm
   are those of a Gaussian, for all times.
*/
static void free_flight_is_closed(void **state)
{
  enum { SECTORS = 25 };
  const Packet packet = {{0.3, -0.4, 0.2}, 0.6, {0.1, 0.2, -0.1}};
  const QlbeDiscretisationUse use = {
      .k_max = 2.0, .matrices = 1, .duration = 3.0, .reach = 11.0, .extent = 5.0, .width = 0.6};
  double k[3], square, norm, s2 = 0.0, phase = 0.0;
  QlbeMomentumSpace space;
  QlbeDiscretisation d;
  PetscScalar mu = 0.0;
  ProblemCase c;
  Vec x[SECTORS], y[SECTORS];

  (void)state;
  ProblemCreate(FREE " -grid_angular 13", &c);
  WaveVector(2.0, k);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  assert_ok(QlbeDiscretisationSpace(d, PETSC_TRUE, 0.6, &space));
  assert_int_equal(QlbeMomentumSpaceSectors(space), SECTORS);
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(space, y));
  assert_ok(QlbeMomentumSpaceExpand(space, axis, PacketValue, &packet, x));
  assert_ok(QlbeMomentumSpaceFunctional(space, axis, One, NULL, y));
  for (PetscInt s = 0; s < SECTORS; s++) {
    const double time[2] = {0.0, 1.5};
    PetscScalar part;
    Mat A = NULL;
    assert_ok(QlbeDiscretisationOperator(d, k, s - SECTORS / 2, &A));
    assert_ok(QlbeDiscretisationAdvance(d, A, time, 1e-12, 1, &x[s]));
    assert_ok(VecDot(x[s], y[s], &part));
    mu += part;
    assert_ok(MatDestroy(&A));
  }
  for (int i = 0; i < 3; i++) {
    const double s = packet.r[i] + 1.5 * k[i];
    s2 += s * s;
    phase += packet.P[i] * s;
  }
  mu -= exp(-0.5 * 0.36 * s2) * PetscCMPLX(cos(phase), sin(phase));
  assert_small(PetscAbsScalar(mu), 1e-8, "int f dp in free flight");
  assert_ok(QlbeMomentumSpaceSquare(space, x, &square));
  assert_ok(QlbeMomentumSpaceNorm1(space, x, &norm));
  assert_close(square, pow(4.0 * PETSC_PI * 0.36, -1.5), 1e-8, "int |f|^2 dp");
  assert_close(norm, 1.0, 1e-6, "int |f| dp");
  for (PetscInt s = 0; s < SECTORS; s++) {
    assert_ok(VecDestroy(&x[s]));
    assert_ok(VecDestroy(&y[s]));
  }
  assert_ok(QlbeMomentumSpaceDestroy(&space));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

static PetscScalar Equilibrium(const double p[3], const void *context)
{
  (void)context;
  return pow(2.0 * PETSC_PI, -1.5) * exp(-0.5 * (p[0] * p[0] + p[1] * p[1] + p[2] * p[2]));
}

/* exp(-i p.r) for the vector r. */
static PetscScalar Wave(const double p[3], const void *context)
{
  const double *r = context;
  const double phase = p[0] * r[0] + p[1] * r[1] + p[2] * r[2];

  return PetscCMPLX(cos(phase), -sin(phase));
}

/*
   A thermal state at k = 4 in a dilute gas, free flight turned back: values of an independent
   program, a Monte Carlo with these standard errors.
*/
static void a_flight_with_collisions_is_known(void **state)
{
  const double times[] = {0.0, 0.25, 0.5, 1.0, 2.0, 4.0};
  const double expected[] = {1.0, 0.8960, 0.7781, 0.5583, 0.2756, 0.0662};
  const double sigma[] = {1e-8, 4e-4, 5e-4, 7e-4, 6e-4, 4e-4};
  const QlbeDiscretisationUse use = {
      .k_max = 4.0, .matrices = 1, .duration = 4.0, .reach = 6.0, .extent = 7.0, .width = 1.0};
  QlbeMomentumSpace space;
  QlbeDiscretisation d;
  ProblemCase c;
  double k[3];
  Mat A = NULL;
  Vec x, y;

  (void)state;
  ProblemCreate(FULL " -interaction_type constant -gas_density 0.02", &c);
  WaveVector(4.0, k);
  assert_ok(QlbeDiscretisationCreate(&c.problem, &use, NULL, &d));
  assert_ok(QlbeDiscretisationSpace(d, PETSC_FALSE, 1.0, &space));
  assert_ok(QlbeMomentumSpaceVectors(space, &x));
  assert_ok(QlbeMomentumSpaceVectors(space, &y));
  assert_ok(QlbeMomentumSpaceExpand(space, axis, Equilibrium, NULL, &x));
  assert_ok(QlbeDiscretisationOperator(d, k, 0, &A));
  for (int i = 0; i < 6; i++) {
    const double r[3] = {k[0] * times[i], k[1] * times[i], k[2] * times[i]};
    const double span[2] = {times[i > 0 ? i - 1 : 0], times[i]};
    PetscScalar value;
    assert_ok(QlbeDiscretisationAdvance(d, A, span, 1e-10, 1, &x));
    assert_ok(QlbeMomentumSpaceFunctional(space, axis, Wave, r, &y));
    assert_ok(VecDot(x, y, &value));
    assert_close(PetscRealPart(value), expected[i], 3.0 * sigma[i], "turned back");
  }
  assert_ok(MatDestroy(&A));
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(QlbeMomentumSpaceDestroy(&space));
  assert_ok(QlbeDiscretisationDestroy(&d));
  ProblemDestroy(&c);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equilibrium_and_symmetry_are_exact), cmocka_unit_test(eigenvalues_are_known),
      cmocka_unit_test(propagation_agrees_with_krylov), cmocka_unit_test(free_flight_is_closed),
      cmocka_unit_test(a_flight_with_collisions_is_known)};
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (SlepcFinalize()) return 1;
  return failed;
}
