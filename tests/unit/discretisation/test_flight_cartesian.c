/*
   Exact flight on Cartesian nodes: reference values in any direction, exact properties of the
   operator, the same operator on any number of ranks, and what nodes miss of a basis.
*/
#include "unit/evolution/problem_case.h"

#include <gsl/gsl_eigen.h>
#include <slepcsys.h>

#include "flight_cartesian.h"
#include "qlbe/spectrum.h"

#define SMALL                                                                                      \
  "-grid_type flight_cartesian -grid_points 11 -grid_extent 5 -grid_radial 4 -grid_angular 3 "

static const double oblique[3] = {1.0, 2.0, 3.0}, along_z[3] = {0.0, 0.0, 1.0};

/* A discretisation and one fiber of it. */
typedef struct {
  ProblemCase problem;
  QlbeDiscretisation d;
  double k[3];
  Mat A;
} Case;

static void Operator(Case *c, const double direction[3], double k)
{
  const double length =
      sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);

  for (int i = 0; i < 3; i++) c->k[i] = k * direction[i] / length;
  assert_ok(QlbeDiscretisationOperator(c->d, c->k, 0, &c->A));
}

static void Create(const char words[], MPI_Comm comm, Case *c)
{
  const QlbeDiscretisationUse use = {.k_max = 1.0, .matrices = 1};

  c->A = NULL;
  ProblemCreate(words, &c->problem);
  c->problem.problem.comm = comm;
  assert_ok(QlbeDiscretisationCreate(&c->problem.problem, &use, NULL, &c->d));
}

static void Destroy(Case *c)
{
  assert_ok(QlbeDiscretisationRelease(c->d, &c->A));
  assert_ok(QlbeDiscretisationDestroy(&c->d));
  ProblemDestroy(&c->problem);
}

/* Numbers without a pattern, the same on any number of ranks. */
static void Fill(Vec x, double seed)
{
  PetscScalar *own;
  PetscInt begin, end;

  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(VecGetArrayWrite(x, &own));
  for (PetscInt i = begin; i < end; i++)
    own[i - begin] = PetscCMPLX(sin(seed * (double)(i + 1)), cos(1.7 * seed * (double)i));
  assert_ok(VecRestoreArrayWrite(x, &own));
}

static double Norm(Vec x)
{
  PetscReal norm;

  assert_ok(VecNorm(x, NORM_2, &norm));
  return norm;
}

/* |x - y| / |x| */
static double Difference(Vec x, Vec y)
{
  const double size = Norm(x);
  double difference;
  Vec rest;

  assert_ok(VecDuplicate(x, &rest));
  assert_ok(VecWAXPY(rest, -1.0, y, x));
  difference = Norm(rest);
  assert_ok(VecDestroy(&rest));
  return difference / size;
}

static double Eps(const char words[], const double direction[3])
{
  QlbeSpectrum solver;
  QlbeEigenpair pair;
  Case c;
  Vec x0;

  Create(words, PETSC_COMM_WORLD, &c);
  Operator(&c, direction, 0.5);
  assert_ok(QlbeDiscretisationEquilibrium(c.d, c.A, &x0));
  assert_ok(QlbeSpectrumCreate(PETSC_COMM_WORLD, &solver));
  assert_ok(QlbeSpectrumSetOperator(solver, c.A, PETSC_TRUE, 17.0));
  assert_ok(QlbeSpectrumSetInitialGuess(solver, x0));
  assert_ok(QlbeSpectrumSolve(solver));
  assert_ok(QlbeSpectrumGetEigenvalue(solver, 0, &pair));
  assert_small(fabs(PetscImaginaryPart(pair.value)), 1e-13, "imaginary part of eps");
  assert_ok(QlbeSpectrumDestroy(&solver));
  assert_ok(VecDestroy(&x0));
  Destroy(&c);
  return PetscRealPart(pair.value);
}

/* The values of the spectral basis, which shares the gain and nothing else. */
static void reference_values(void **state)
{
  const char constant[] = "-grid_type flight_cartesian -interaction_type constant -grid_points 21 "
                          "-grid_extent 6 -grid_radial 5 -grid_angular 4";
  const char sphere[] = "-grid_type flight_cartesian -grid_points 25 -grid_extent 6 "
                        "-grid_radial 6 -grid_angular 5";

  (void)state;
  assert_close(Eps(constant, along_z), -0.4537323415, 1e-9, "constant, along z");
  assert_close(Eps(constant, oblique), -0.4537323415, 1e-9, "constant, oblique");
  assert_close(Eps(sphere, along_z), -0.3996140717, 1e-9, "hard sphere, along z");
  assert_close(Eps(sphere, oblique), -0.3996140717, 1e-9, "hard sphere, oblique");
}

#define UNLIKE                                                                                     \
  SMALL "-particle_mass 2.5 -gas_mass 0.7 -gas_density 0.6 -gas_temperature 1.3 "                  \
        "-interaction_radius 0.8"

/* A = A^T; at k = 0 equilibrium stays, so that columns of L_0 sum to zero. */
static void exact_properties(void **state)
{
  PetscScalar one, other;
  Vec x, y, Ax, Ay;
  Case c;

  (void)state;
  Create(UNLIKE, PETSC_COMM_WORLD, &c);
  Operator(&c, oblique, 0.7);
  assert_ok(MatCreateVecs(c.A, &x, &y));
  assert_ok(MatCreateVecs(c.A, &Ax, &Ay));
  Fill(x, 0.37);
  Fill(y, 0.91);
  assert_ok(MatMult(c.A, x, Ax));
  assert_ok(MatMult(c.A, y, Ay));
  assert_ok(VecTDot(Ax, y, &one));
  assert_ok(VecTDot(Ay, x, &other));
  assert_small(PetscAbsScalar(one - other) / (Norm(Ax) * Norm(y)), 1e-14, "symmetry");
  assert_ok(MatMultTranspose(c.A, x, Ay));
  assert_small(Difference(Ax, Ay), 0.0, "transpose");
  /* L_(-k) = conj L_k, with azimuths in other frames */
  for (int i = 0; i < 3; i++) c.k[i] = -c.k[i];
  assert_ok(QlbeDiscretisationOperator(c.d, c.k, 0, &c.A));
  assert_ok(VecConjugate(x));
  assert_ok(MatMult(c.A, x, Ay));
  assert_ok(VecConjugate(Ay));
  assert_small(Difference(Ax, Ay), 1e-13, "reversal");
  assert_ok(VecDestroy(&x));
  Operator(&c, oblique, 0.0);
  assert_ok(QlbeDiscretisationEquilibrium(c.d, c.A, &x));
  assert_ok(MatMult(c.A, x, Ax));
  /* rounding of rates of up to 30, which differs between builds */
  assert_small(Norm(Ax), 1e-13, "equilibrium");
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&y));
  assert_ok(VecDestroy(&Ax));
  assert_ok(VecDestroy(&Ay));
  Destroy(&c);
}

/* The real part of a copy, with products and a diagonal of its own, leaves the matrix as it is. */
static void real_part_of_a_copy(void **state)
{
  Vec x, Ax, Rx, again;
  Case c;
  Mat R;

  (void)state;
  Create(UNLIKE, PETSC_COMM_WORLD, &c);
  Operator(&c, oblique, 0.7);
  assert_ok(MatCreateVecs(c.A, &x, &Ax));
  assert_ok(MatCreateVecs(c.A, &Rx, &again));
  Fill(x, 0.37);
  assert_ok(VecRealPart(x));
  assert_ok(MatMult(c.A, x, Ax));
  assert_ok(MatDuplicate(c.A, MAT_COPY_VALUES, &R));
  assert_ok(MatRealPart(R));
  assert_ok(MatMult(R, x, Rx));
  assert_ok(MatMult(c.A, x, again));
  assert_small(Difference(Ax, again), 0.0, "the matrix itself");
  assert_ok(VecRealPart(Ax));
  assert_small(Difference(Ax, Rx), 1e-14, "real part");
  assert_ok(MatDestroy(&R));
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&Ax));
  assert_ok(VecDestroy(&Rx));
  assert_ok(VecDestroy(&again));
  Destroy(&c);
}

/* Against products with unit vectors, the last of which is the node p = 0. */
static void diagonal(void **state)
{
  PetscInt n;
  Vec x, Ax, of;
  Case c;

  (void)state;
  Create(UNLIKE, PETSC_COMM_WORLD, &c);
  Operator(&c, oblique, 0.7);
  assert_ok(MatGetSize(c.A, &n, NULL));
  assert_ok(MatCreateVecs(c.A, &x, &Ax));
  assert_ok(VecDuplicate(x, &of));
  assert_ok(MatGetDiagonal(c.A, of));
  for (PetscInt row = 0; row < n; row += row == n - 2 ? 1 : PetscMin(61, n - 2 - row)) {
    PetscScalar expected, value;
    assert_ok(VecSet(x, 0.0));
    assert_ok(VecSetValue(x, row, 1.0, INSERT_VALUES));
    assert_ok(VecAssemblyBegin(x));
    assert_ok(VecAssemblyEnd(x));
    assert_ok(MatMult(c.A, x, Ax));
    assert_ok(VecDot(Ax, x, &expected));
    assert_ok(VecDot(of, x, &value));
    assert_small(PetscAbsScalar(value - expected), 1e-13 * PetscAbsScalar(expected), "diagonal");
    if (row == n - 1) break;
  }
  assert_ok(VecDestroy(&x));
  assert_ok(VecDestroy(&Ax));
  assert_ok(VecDestroy(&of));
  Destroy(&c);
}

/* Products on all ranks and on one, which are sums in another order. */
static void ranks_agree(void **state)
{
  const PetscScalar *mine, *all;
  double most[2] = {0.0, 0.0};
  Vec x[2], y[2];
  PetscInt begin, end;
  Case c[2];

  (void)state;
  for (int i = 0; i < 2; i++) {
    Create(UNLIKE, i == 0 ? PETSC_COMM_WORLD : PETSC_COMM_SELF, &c[i]);
    Operator(&c[i], oblique, 0.7);
    assert_ok(MatCreateVecs(c[i].A, &x[i], &y[i]));
    Fill(x[i], 0.37);
    assert_ok(MatMult(c[i].A, x[i], y[i]));
  }
  assert_ok(VecGetOwnershipRange(y[0], &begin, &end));
  assert_ok(VecGetArrayRead(y[0], &mine));
  assert_ok(VecGetArrayRead(y[1], &all));
  for (PetscInt row = begin; row < end; row++) {
    most[0] = PetscMax(most[0], PetscAbsScalar(mine[row - begin] - all[row]));
    most[1] = PetscMax(most[1], PetscAbsScalar(all[row]));
  }
  assert_small(most[0], 1e-12 * most[1], "another number of ranks");
  assert_ok(VecRestoreArrayRead(y[0], &mine));
  assert_ok(VecRestoreArrayRead(y[1], &all));
  for (int i = 0; i < 2; i++) {
    assert_ok(VecDestroy(&x[i]));
    assert_ok(VecDestroy(&y[i]));
    Destroy(&c[i]);
  }
}

/* 1 less the smallest eigenvalue of B^T B, from all nodes around an oblique axis. */
static double MissedDirectly(const QlbeMomentumGrid *grid, const FlightBasis *basis)
{
  const PetscInt n = QlbeFlightBasisSize_Private(basis, -1);
  gsl_matrix *S = gsl_matrix_calloc((size_t)n, (size_t)n);
  gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc((size_t)n);
  gsl_vector *values = gsl_vector_alloc((size_t)n);
  FlightNodes nodes;
  double *B, missed;

  assert_ok(QlbeFlightNodesCartesian_Private(grid, oblique, &nodes));
  assert_ok(PetscMalloc1((nodes.end - nodes.begin) * n, &B));
  assert_ok(QlbeFlightBasisValues_Private(basis, &nodes, -1, B));
  for (PetscInt j = 0; j < nodes.end - nodes.begin; j++)
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; b < n; b++)
        *gsl_matrix_ptr(S, (size_t)a, (size_t)b) += B[j * n + a] * B[j * n + b];
  assert_int_equal(gsl_eigen_symm(S, values, work), 0);
  missed = 1.0 - gsl_vector_min(values);
  gsl_vector_free(values);
  gsl_eigen_symm_free(work);
  gsl_matrix_free(S);
  assert_ok(PetscFree(B));
  assert_ok(QlbeFlightNodesDestroy_Private(&nodes));
  return missed;
}

static void missed_functions(void **state)
{
  const struct {
    PetscInt points;
    double half_width;
  } sizes[] = {{11, 5.0}, {12, 5.0}, {9, 6.0}};
  FlightBasis basis;

  (void)state;
  assert_ok(QlbeFlightBasisCreate_Private(4, 3, 1.0, &basis));
  for (int i = 0; i < 3; i++) {
    QlbeMomentumGrid all, own;
    double missed = 0.0;
    assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, sizes[i].points, sizes[i].half_width, &all));
    assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_SELF, sizes[i].points, sizes[i].half_width, &own));
    assert_ok(QlbeFlightMissed_Private(&all, &basis, &missed));
    assert_close(missed, MissedDirectly(&own, &basis), 1e-12, "missed");
    assert_true(missed > 0.01 && missed < 1.0);
  }
  assert_ok(QlbeFlightBasisDestroy_Private(&basis));
}

/* Free flight is exact: exp(-i k.p t/M) at the nodes. */
static void free_flight(void **state)
{
  const double time[2] = {0.0, 3.0};
  PetscScalar *own;
  PetscInt begin, end;
  Vec x;
  Case c;

  (void)state;
  Create(SMALL "-gas_density 0", PETSC_COMM_WORLD, &c);
  Operator(&c, oblique, 0.7);
  assert_ok(MatCreateVecs(c.A, &x, NULL));
  assert_ok(VecSet(x, 1.0));
  assert_ok(QlbeDiscretisationAdvance(c.d, c.A, time, 1e-12, 1, &x));
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(VecGetArray(x, &own));
  for (PetscInt row = begin; row < end; row++) {
    const FlightCartesian *data = c.d->data;
    double p[3], angle;
    QlbeMomentumGridPoint(&data->grid, row, p);
    angle = 3.0 * (c.k[0] * p[0] + c.k[1] * p[1] + c.k[2] * p[2]);
    assert_small(PetscAbsScalar(own[row - begin] - PetscCMPLX(cos(angle), sin(angle))), 1e-13,
                 "free flight");
  }
  assert_ok(VecRestoreArray(x, &own));
  assert_ok(VecDestroy(&x));
  Destroy(&c);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reference_values),    cmocka_unit_test(exact_properties),
      cmocka_unit_test(real_part_of_a_copy), cmocka_unit_test(diagonal),
      cmocka_unit_test(ranks_agree),         cmocka_unit_test(missed_functions),
      cmocka_unit_test(free_flight),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
