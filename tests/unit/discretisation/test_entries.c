/*
   Entries of the assembled matrix against the formulas: off-diagonal ones with the transverse
   integral by brute force, diagonal ones as sums over the lattice, and the repair of the cell q = 0
   with an independent rule over directions. The right amplitude of the repair is a matter of
   tests/verify; here it is exact for the constant amplitude.
*/
#include <petscdt.h>

#include "qlbe/gas_average.h"
#include "lattice_weight.h"
#include "unit/kernel/kernel_test.h"

static const double wave_vector[3] = {0.3, -0.5, 0.9};

/* A case with its matrix. */
typedef struct {
  FiberCase fiber;
  QlbeInteraction inter;
  Mat A;
} MatrixCase;

static void Create(const QlbeParameters *par, const FiberSetting *set, const double k[3],
                   MatrixCase *c)
{
  c->A = NULL;
  assert_ok(FiberCaseCreate(PETSC_COMM_WORLD, par, set, &c->fiber));
  assert_ok(QlbeInteractionCreate(par, &c->inter));
  assert_ok(QlbeFiberAssemble(c->fiber.fiber, k, &c->A));
}

static void Destroy(MatrixCase *c)
{
  assert_ok(MatDestroy(&c->A));
  assert_ok(QlbeInteractionDestroy(&c->inter));
  assert_ok(FiberCaseDestroy(&c->fiber));
}

static PetscScalar Entry(Mat A, PetscInt row, PetscInt column)
{
  PetscScalar value;

  assert_ok(MatGetValues(A, 1, &row, 1, &column, &value));
  return value;
}

/* Factor of a displacement: the six nearest neighbours have an excess. */
static double PairFactor(const QlbeMomentumGrid *grid, const double q[3])
{
  const double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);

  return length < 1.2 * grid->spacing ? 1.0 + QlbeLatticeNearestExcess() : 1.0;
}

/* Some rows of this rank times some columns, off the diagonal. */
static void CompareOffDiagonal(const MatrixCase *c, const double k[3], int samples)
{
  const QlbeMomentumGrid *grid = &c->fiber.grid;
  const double cell = pow(grid->spacing, 3);
  double worst = 0.0;

  for (int i = 0; i < samples; i++) {
    const PetscInt own = grid->row_end - grid->row_begin;
    const PetscInt row = grid->row_begin + (97 * i + 13) % own, column = (61 * i + 7) % grid->size;
    double to[3], from[3], q[3], size;
    PetscComplex A;

    if (row == column) continue;
    QlbeMomentumGridPoint(grid, row, to);
    QlbeMomentumGridPoint(grid, column, from);
    for (int axis = 0; axis < 3; axis++) q[axis] = to[axis] - from[axis];
    assert_ok(DirectSymmetric(&c->fiber.par, c->inter, q, from, k, &A));
    A *= cell * PairFactor(grid, q);
    size = PetscAbsComplex(A);
    /* the tables are exact relative to their largest value: an entry counts while it matters */
    if (size < 1e-12) continue;
    worst = PetscMax(worst, PetscAbsComplex(Entry(c->A, row, column) / A - 1.0));
  }
  print_message("off-diagonal entries: largest relative difference %.2e\n", worst);
  assert_small(worst, 1e-9, "off-diagonal entries");
}

static void test_off_diagonal(void **state)
{
  const double at_rest[3] = {0.0, 0.0, 0.0};
  const QlbeInteractionType types[] = {QLBE_HARD_SPHERE, QLBE_CONSTANT};
  const FiberSetting set = {.points = 7, .extent = 4.0, .k_max = 1.5, .l_max = 4};

  (void)state;
  for (int i = 0; i < 2; i++) {
    const QlbeParameters kinds[] = {UnitParameters(types[i], 1.0, 1.0), UnlikeParameters(types[i])};

    for (int kind = 0; kind < 2; kind++) {
      MatrixCase c;

      Create(&kinds[kind], &set, wave_vector, &c);
      CompareOffDiagonal(&c, wave_vector, 40);
      assert_ok(QlbeFiberAssemble(c.fiber.fiber, at_rest, &c.A));
      CompareOffDiagonal(&c, at_rest, 20);
      Destroy(&c);
    }
  }
}

/* sum_i h^3 T_q(p, p) at p = p_j + shift, over all nodes i but j and q = p_i - p_j. */
static double LatticeLoss(const MatrixCase *c, PetscInt j, const double shift[3])
{
  const QlbeMomentumGrid *grid = &c->fiber.grid;
  const double at_rest[3] = {0.0, 0.0, 0.0};
  double from[3], sum = 0.0;

  QlbeMomentumGridPoint(grid, j, from);
  for (PetscInt i = 0; i < grid->size; i++) {
    double to[3], q[3], start[3];
    PetscComplex T;

    if (i == j) continue;
    QlbeMomentumGridPoint(grid, i, to);
    for (int axis = 0; axis < 3; axis++) {
      q[axis] = to[axis] - from[axis];
      start[axis] = from[axis] + shift[axis];
    }
    assert_ok(DirectJump(&c->fiber.par, c->inter, q, start, at_rest, &T));
    sum += PetscRealPart(T) * PairFactor(grid, q);
  }
  return pow(grid->spacing, 3) * sum;
}

/* h_k(p)/hbar from the averages, without the table of the dispersion. */
static double Frequency(const MatrixCase *c, const double p[3], const double k[3])
{
  const QlbeParameters *par = &c->fiber.par;
  QlbeGasAverage average;
  double H[2];

  assert_ok(QlbeGasAverageCreate(par, 20.0, &average));
  for (int side = 0; side < 2; side++) {
    double p2 = 0.0;

    for (int axis = 0; axis < 3; axis++)
      p2 += pow(p[axis] + (side == 0 ? -0.5 : 0.5) * par->hbar * k[axis], 2);
    H[side] = 0.5 * p2 / par->M + QlbeEnergyShift(average, sqrt(p2));
  }
  assert_ok(QlbeGasAverageDestroy(&average));
  return (H[0] - H[1]) / par->hbar;
}

/*
   h^2 <w lim |q| (T_q(p-, p+) - [T_q(p-, p-) + T_q(p+, p+)]/2)> for a constant amplitude, in
   spherical coordinates.
*/
static double ConstantRepair(const MatrixCase *c, const double p[3], const double k[3],
                             PetscInt l_max)
{
  enum { POLAR = 40, AZIMUTH = 80 };
  const QlbeParameters *par = &c->fiber.par;
  const double strength = par->eta * par->m / (par->m_star * par->m_star) *
                          pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5) * 2.0 * PETSC_PI *
                          par->m / par->beta * par->a * par->a;
  const double exponent = 0.5 * par->beta * par->m / (par->M * par->M);
  double z[POLAR], wz[POLAR], sum = 0.0;

  assert_ok(PetscDTGaussQuadrature(POLAR, -1.0, 1.0, z, wz));
  for (int i = 0; i < POLAR * AZIMUTH; i++) {
    const double phi = 2.0 * PETSC_PI * (i % AZIMUTH) / AZIMUTH, cosine = z[i / AZIMUTH];
    const double sine = sqrt(1.0 - cosine * cosine);
    const double d[3] = {sine * cos(phi), sine * sin(phi), cosine};
    const double s = Dot(p, d), b = 0.5 * par->hbar * Dot(k, d);
    const double gain = exp(-exponent * (s * s + b * b));
    const double minus = exp(-exponent * (s - b) * (s - b));
    const double plus = exp(-exponent * (s + b) * (s + b));

    sum += 0.5 * wz[i / AZIMUTH] / AZIMUTH * QlbeLatticeWeight(l_max, d) *
           (gain - 0.5 * (minus + plus));
  }
  for (int axis = 0; axis < 3; axis++) {
    const double s = p[axis], b = 0.5 * par->hbar * k[axis];
    const double gain = exp(-exponent * (s * s + b * b));
    const double minus = exp(-exponent * (s - b) * (s - b));
    const double plus = exp(-exponent * (s + b) * (s + b));

    sum -= 2.0 * QlbeLatticeNearestExcess() * (gain - 0.5 * (minus + plus));
  }
  return c->fiber.grid.spacing * c->fiber.grid.spacing * strength * sum;
}

/* Lattice sums of the loss and, at k > 0, the Hamiltonian part; then the repair. */
static void test_diagonal_constant(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const FiberSetting set = {.points = 5, .extent = 4.0, .k_max = 1.5, .l_max = 4};
  MatrixCase c;

  (void)state;
  Create(&par, &set, wave_vector, &c);
  for (PetscInt row = c.fiber.grid.row_begin; row < c.fiber.grid.row_end; row += 17) {
    double p[3], minus[3], plus[3], repair;
    PetscScalar expected;

    QlbeMomentumGridPoint(&c.fiber.grid, row, p);
    for (int axis = 0; axis < 3; axis++) {
      minus[axis] = -0.5 * par.hbar * wave_vector[axis];
      plus[axis] = -minus[axis];
    }
    repair = ConstantRepair(&c, p, wave_vector, 4);
    expected = -0.5 * (LatticeLoss(&c, row, minus) + LatticeLoss(&c, row, plus)) + repair -
               PETSC_i * Frequency(&c, p, wave_vector);
    assert_small(PetscAbsScalar(Entry(c.A, row, row) - expected) / PetscAbsScalar(expected), 1e-9,
                 "diagonal entry");
  }
  Destroy(&c);
}

/* At k = 0 no repair enters, so that the brute-force loss of the hard sphere must come out. */
static void test_diagonal_hard_sphere(void **state)
{
  const double at_rest[3] = {0.0, 0.0, 0.0};
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const FiberSetting set = {.points = 5, .extent = 4.0, .k_max = 0.1, .l_max = 4};
  MatrixCase c;

  (void)state;
  Create(&par, &set, at_rest, &c);
  for (PetscInt row = c.fiber.grid.row_begin; row < c.fiber.grid.row_end; row += 31) {
    const double expected = -LatticeLoss(&c, row, at_rest);

    assert_small(PetscAbsScalar(Entry(c.A, row, row) / expected - 1.0), 1e-9, "diagonal entry");
  }
  Destroy(&c);
}

/* With a threshold, an entry is either the same as without or zero, and only small ones are zero.
 */
static void test_dropped_entries(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const FiberSetting set = {.points = 7, .extent = 5.0, .k_max = 1.5, .l_max = 4};
  const double threshold = 1e-4;
  double largest = 0.0, dropped = 0.0;
  PetscInt zeros = 0;
  QlbeFiber fiber;
  MatrixCase c;
  Mat A = NULL;

  (void)state;
  Create(&par, &set, wave_vector, &c);
  assert_ok(
      QlbeFiberCreate(&c.fiber.grid, c.fiber.kernel, c.fiber.dispersion, threshold, 4, &fiber));
  assert_ok(QlbeFiberAssemble(fiber, wave_vector, &A));
  for (PetscInt row = c.fiber.grid.row_begin; row < c.fiber.grid.row_end; row++) {
    for (PetscInt column = 0; column < c.fiber.grid.size; column++) {
      const PetscScalar full = Entry(c.A, row, column), kept = Entry(A, row, column);

      if (row == column) continue;
      largest = PetscMax(largest, PetscAbsScalar(full));
      if (kept == 0.0) {
        zeros++;
        dropped = PetscMax(dropped, PetscAbsScalar(full));
      } else
        assert_true(kept == full);
    }
  }
  assert_true(zeros > 0);
  /* the scale of the threshold bounds the largest entry from above, by a small factor */
  assert_small(dropped / largest, 4.0 * threshold, "largest dropped entry");
  assert_ok(MatDestroy(&A));
  assert_ok(QlbeFiberDestroy(&fiber));
  Destroy(&c);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_off_diagonal),
      cmocka_unit_test(test_diagonal_constant),
      cmocka_unit_test(test_diagonal_hard_sphere),
      cmocka_unit_test(test_dropped_entries),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
