/*
   Functions of momentum in both representations: Gaussian packets times waves,

     f(p) = (2 pi sigma^2)^(-3/2) exp(-|p - P|^2/2 sigma^2 - i p.d),

   whose integrals are known: int f exp(i p.r) dp = exp(i P.s - sigma^2 s^2/2) with s = r - d, and
   derivatives of it.
*/
#include "spectral_space.h"
#include "cartesian_space.h"
#include <gsl/gsl_sf_bessel.h>

#include "check.h"
#include "qlbe/momentum_space.h"
#include "spectral_grid.h"
#include "qlbe/spherical.h"

#define THERMAL 1.3

/* Sectors of the largest basis here. */
enum { SECTORS = 39 };

typedef struct {
  double P[3], sigma, d[3];
} Packet;

static const Packet packet = {{0.3 * THERMAL, -0.5 * THERMAL, 0.7 * THERMAL},
                              0.8 * THERMAL,
                              {0.4 / THERMAL, -0.2 / THERMAL, 0.6 / THERMAL}};
static const double axes[2][3] = {{0.0, 0.0, 1.0}, {-0.6, 1.7, 0.4}};

static double Dot(const double a[3], const double b[3])
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static PetscScalar Wave(double phase)
{
  return PetscCMPLX(cos(phase), sin(phase));
}

static PetscScalar PacketValue(const double p[3], const void *context)
{
  const Packet *g = (const Packet *)context;
  const double q[3] = {p[0] - g->P[0], p[1] - g->P[1], p[2] - g->P[2]};

  return pow(2.0 * PETSC_PI * g->sigma * g->sigma, -1.5) *
         exp(-0.5 * Dot(q, q) / (g->sigma * g->sigma)) * Wave(-Dot(p, g->d));
}

/* nu and nu times a component of the momentum; context: its direction, or NULL. */
static PetscScalar Equilibrium(const double p[3], const void *context)
{
  const double *direction = (const double *)context;

  return pow(2.0 * PETSC_PI * THERMAL * THERMAL, -1.5) *
         exp(-0.5 * Dot(p, p) / (THERMAL * THERMAL)) * (direction ? Dot(direction, p) : 1.0);
}

static PetscScalar One(const double p[3], const void *context)
{
  (void)p;
  (void)context;
  return 1.0;
}

static PetscScalar Component(const double p[3], const void *context)
{
  return Dot(p, (const double *)context);
}

static PetscScalar Energy(const double p[3], const void *context)
{
  (void)context;
  return Dot(p, p);
}

static PetscScalar PlaneWave(const double p[3], const void *context)
{
  return Wave(Dot(p, (const double *)context));
}

static QlbeMomentumSpace Spectral(MPI_Comm comm, PetscInt n_radial, PetscInt n_angular,
                                  PetscInt m_max, double width)
{
  QlbeMomentumSpace space;

  assert_ok(
      QlbeMomentumSpaceCreateSpectral(comm, n_radial, n_angular, m_max, THERMAL, width, &space));
  return space;
}

/* Seven widths of the packet around its mean, and a spacing of half a width. */
static QlbeMomentumSpace Cartesian(QlbeMomentumGrid *grid)
{
  QlbeMomentumSpace space;

  assert_ok(QlbeMomentumGridSetUp(PETSC_COMM_WORLD, 34, 9.0, grid));
  assert_ok(QlbeMomentumSpaceCreateCartesian(grid, THERMAL, &space));
  return space;
}

static void Free(QlbeMomentumSpace *space, Vec x[], Vec y[])
{
  for (PetscInt s = 0; s < QlbeMomentumSpaceSectors(*space); s++) {
    assert_ok(VecDestroy(&x[s]));
    if (y) assert_ok(VecDestroy(&y[s]));
  }
  assert_ok(QlbeMomentumSpaceDestroy(space));
  assert_null(*space);
}

/* |sum of VecDot - exact| of a functional of x. */
static double FunctionalError(QlbeMomentumSpace space, const double axis[3], const Vec x[], Vec y[],
                              QlbeMomentumFunction *w, const void *context, PetscScalar exact)
{
  PetscScalar sum = 0.0;

  assert_ok(QlbeMomentumSpaceFunctional(space, axis, w, context, y));
  for (PetscInt s = 0; s < QlbeMomentumSpaceSectors(space); s++) {
    PetscScalar dot;
    assert_ok(VecDot(x[s], y[s], &dot));
    sum += dot;
  }
  return PetscAbsScalar(sum - exact);
}

/* int f exp(i p.r), and with the factors (P + i sigma^2 s) of its derivatives. */
static PetscScalar Characteristic(const Packet *g, const double r[3], PetscScalar factor[3])
{
  const double s[3] = {r[0] - g->d[0], r[1] - g->d[1], r[2] - g->d[2]};

  for (int i = 0; i < 3; i++) factor[i] = PetscCMPLX(g->P[i], g->sigma * g->sigma * s[i]);
  return exp(-0.5 * g->sigma * g->sigma * Dot(s, s)) * Wave(Dot(g->P, s));
}

/* The largest error of 1, p_i, p^2 and exp(i p.r) in units of powers of the thermal momentum. */
static double WorstFunctional(QlbeMomentumSpace space, const double axis[3], const Vec x[], Vec y[])
{
  const double zero[3] = {0.0, 0.0, 0.0};
  const double r[3] = {-0.5 / THERMAL, 0.9 / THERMAL, 0.3 / THERMAL};
  PetscScalar factor[3], square = 3.0 * packet.sigma * packet.sigma, unused[3];
  const PetscScalar norm = Characteristic(&packet, zero, factor);
  double worst = FunctionalError(space, axis, x, y, One, NULL, norm);

  for (int i = 0; i < 3; i++) {
    const double unit[3] = {i == 0, i == 1, i == 2};
    worst = PetscMax(worst, FunctionalError(space, axis, x, y, Component, unit, factor[i] * norm) /
                                THERMAL);
    square += factor[i] * factor[i];
  }
  worst = PetscMax(worst, FunctionalError(space, axis, x, y, Energy, NULL, square * norm) /
                              (THERMAL * THERMAL));
  return PetscMax(
      worst, FunctionalError(space, axis, x, y, PlaneWave, r, Characteristic(&packet, r, unused)));
}

/* The largest error of int |f|^2 and int |f|, relative. */
static double WorstNorm(QlbeMomentumSpace space, const Vec x[])
{
  const double exact = pow(4.0 * PETSC_PI * packet.sigma * packet.sigma, -1.5);
  double square, norm;

  assert_ok(QlbeMomentumSpaceSquare(space, x, &square));
  assert_ok(QlbeMomentumSpaceNorm1(space, x, &norm));
  print_message("int |f|^2 %.2e, int |f| %.2e\n", fabs(square / exact - 1.0), fabs(norm - 1.0));
  return PetscMax(fabs(square / exact - 1.0), fabs(norm - 1.0));
}

/*
   The largest error at n points, relative to the largest value of the packet; the same bits on
   every rank.
*/
static double WorstValue(QlbeMomentumSpace space, const double axis[3], const Vec x[], PetscInt n,
                         const double p[][3])
{
  double worst = 0.0;
  PetscScalar f[16];

  assert_true(n <= 16);
  assert_ok(QlbeMomentumSpaceEvaluate(space, axis, x, n, p, f));
  for (PetscInt j = 0; j < n; j++) {
    double most[2] = {PetscRealPart(f[j]), -PetscRealPart(f[j])};
    assert_ok(MPI_Allreduce(MPI_IN_PLACE, most, 2, MPI_DOUBLE, MPI_MAX, PETSC_COMM_WORLD));
    assert_true(most[0] == -most[1]);
    worst = PetscMax(worst, PetscAbsScalar(f[j] - PacketValue(p[j], &packet)));
  }
  return worst * pow(2.0 * PETSC_PI * packet.sigma * packet.sigma, 1.5);
}

/*
   Functionals and norms of 24 x 20 functions are good to rounding. Values converge with n_radial,
   by a factor of 2 for every function, and slowest at p = 0, where the interval of the polynomials
   ends: 5e-9 of the largest with 24 of them, 3e-13 with 40.
*/
static void test_packet(void **state)
{
  const double p[][3] = {{0.0, 0.0, 0.0},  {0.3, -0.5, 0.9}, {1.1, 0.2, 0.4},  {-2.0, 0.0, 0.0},
                         {0.0, 0.0, -1.5}, {0.0, 0.0, 2.5},  {0.7, -1.9, 2.2}, {-1.2, 3.4, -0.8}};

  (void)state;
  for (int a = 0; a < 2; a++) {
    QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 24, 20, 19, packet.sigma);
    QlbeMomentumSpace larger = Spectral(PETSC_COMM_WORLD, 40, 20, 19, packet.sigma);
    double values, converged, functionals;
    Vec x[SECTORS], y[SECTORS], z[SECTORS];

    assert_int_equal(QlbeMomentumSpaceSectors(space), 39);
    assert_ok(QlbeMomentumSpaceVectors(space, x));
    assert_ok(QlbeMomentumSpaceVectors(space, y));
    assert_ok(QlbeMomentumSpaceVectors(larger, z));
    assert_ok(QlbeMomentumSpaceExpand(space, axes[a], PacketValue, &packet, x));
    assert_ok(QlbeMomentumSpaceExpand(larger, axes[a], PacketValue, &packet, z));
    values = WorstValue(space, axes[a], x, 8, p);
    converged = WorstValue(larger, axes[a], z, 8, p);
    functionals = WorstFunctional(space, axes[a], x, y);
    print_message("axis %d: values %.2e, of 40 radial functions %.2e, functionals %.2e\n", a,
                  values, converged, functionals);
    assert_small(values, 1e-8, "values of the packet");
    assert_small(converged, 3e-12, "values of the packet in the larger basis");
    assert_small(functionals, 1e-12, "functionals of the packet");
    assert_small(WorstNorm(space, x), 3e-13, "norms of the packet");
    Free(&space, x, y);
    Free(&larger, z, NULL);
  }
}

/*
   The same functionals and norms on the Cartesian grid, where what is cut off at the walls is all
   that is missing; values at nodes.
*/
static void test_cartesian(void **state)
{
  QlbeMomentumGrid grid;
  QlbeMomentumSpace space = Cartesian(&grid);
  double functionals, values, p[3][3];
  Vec x[1], y[1];
  PetscInt begin, end;

  (void)state;
  assert_int_equal(QlbeMomentumSpaceSectors(space), 1);
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(space, y));
  assert_ok(VecGetOwnershipRange(x[0], &begin, &end));
  assert_int_equal(begin, grid.row_begin);
  assert_int_equal(end, grid.row_end);
  assert_ok(QlbeMomentumSpaceExpand(space, axes[1], PacketValue, &packet, x));
  functionals = WorstFunctional(space, axes[0], x, y);
  QlbeMomentumGridPoint(&grid, grid.size / 2 + 17, p[0]);
  QlbeMomentumGridPoint(&grid, 0, p[1]);
  for (int i = 0; i < 3; i++) p[2][i] = grid.spacing * ((double)i - 0.5);
  values = WorstValue(space, axes[0], x, 3, p);
  print_message("Cartesian: values %.2e, functionals %.2e\n", values, functionals);
  assert_small(values, 1e-14, "values at nodes");
  assert_small(functionals, 1e-12, "functionals on the grid");
  assert_small(WorstNorm(space, x), 1e-12, "norms on the grid");
  Free(&space, x, y);
}

/* All coefficients of x into c, on every rank; returns their number. */
static PetscInt Coefficients(Vec x, PetscScalar c[])
{
  PetscInt begin, end, size;
  const PetscScalar *own;

  assert_ok(VecGetSize(x, &size));
  assert_ok(VecGetOwnershipRange(x, &begin, &end));
  assert_ok(PetscArrayzero(c, size));
  assert_ok(VecGetArrayRead(x, &own));
  for (PetscInt i = begin; i < end; i++) c[i] = own[i - begin];
  assert_ok(VecRestoreArrayRead(x, &own));
  assert_ok(MPI_Allreduce(MPI_IN_PLACE, c, (int)size, MPIU_SCALAR, MPIU_SUM, PETSC_COMM_WORLD));
  return size;
}

/*
   The equilibrium is the first basis function in sector 0, and the vector of its square root of
   norm 1 on the grid.
*/
static void test_equilibrium(void **state)
{
  QlbeMomentumGrid grid;
  QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 12, 8, 7, THERMAL), box = Cartesian(&grid);
  double worst = 0.0;
  PetscReal norm;
  Vec x[SECTORS], y[1];

  (void)state;
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(box, y));
  assert_ok(QlbeMomentumSpaceExpand(space, axes[1], Equilibrium, NULL, x));
  for (int s = 0; s < 15; s++) {
    PetscScalar c[96];
    const PetscInt n = Coefficients(x[s], c);
    for (PetscInt i = 0; i < n; i++)
      worst = PetscMax(worst, PetscAbsScalar(c[i] - (s == 7 && i == 0 ? 1.0 : 0.0)));
  }
  assert_ok(QlbeMomentumSpaceExpand(box, axes[1], Equilibrium, NULL, y));
  assert_ok(VecNorm(y[0], NORM_2, &norm));
  print_message("equilibrium %.2e, its norm on the grid %.2e\n", worst, fabs(norm - 1.0));
  assert_small(worst, 1e-12, "coefficients of the equilibrium");
  assert_close(norm, 1.0, 1e-10, "norm of the equilibrium on the grid");
  Free(&space, x, NULL);
  Free(&box, y, NULL);
}

/* (4 pi) int p^2 nu j_l(p d) R_il dp into j[n_radial], by a rule of its own. */
static void RadialIntegrals(QlbeRadialBasis basis, PetscInt n_radial, int l, double d, double j[])
{
  QlbeRule rule;

  assert_ok(QlbeSpectralEquilibriumRule(200, THERMAL, &rule));
  for (PetscInt i = 0; i < n_radial; i++) j[i] = 0.0;
  for (PetscInt k = 0; k < rule.n; k++) {
    const double p2 = rule.x[k] * rule.x[k];
    double R[12];
    QlbeRadialBasisEvaluate(basis, 1, &p2, R);
    for (PetscInt i = 0; i < n_radial; i++)
      j[i] += rule.w[k] * R[i] * gsl_sf_bessel_jl(l, rule.x[k] * d);
  }
  assert_ok(QlbeRuleDestroy(&rule));
}

/*
   Every coefficient of nu exp(-i p.d), from exp(-i p.d) = 4 pi sum (-i)^l j_l(pd) Y_lm(p^) conj
   Y_lm(d^): orders, signs, frame. The axis is e_z, so that e_x and e_y complete it.
*/
static void test_rayleigh(void **state)
{
  const Packet wave = {{0.0, 0.0, 0.0}, THERMAL, {1.2 / THERMAL, -1.6 / THERMAL, 1.5 / THERMAL}};
  const double d = sqrt(Dot(wave.d, wave.d)), phi = atan2(wave.d[1], wave.d[0]);
  QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 12, 8, 5, 1.0 / d);
  double worst = 0.0, N[36], j[12];
  QlbeRadialBasis *basis;
  PetscScalar c[96];
  Vec x[SECTORS];

  (void)state;
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceExpand(space, axes[0], PacketValue, &wave, x));
  assert_ok(QlbeSpectralBasisCreate(12, 8, THERMAL, &basis));
  assert_ok(QlbeSphericalHarmonics(7, wave.d[2] / d, N));
  for (PetscInt m = -5; m <= 5; m++) {
    const PetscInt a = PetscAbs(m);
    assert_int_equal(Coefficients(x[m + 5], c), 12 * (8 - a));
    for (PetscInt l = a; l < 8; l++) {
      const PetscScalar power = Wave(-0.5 * PETSC_PI * (double)l);
      const PetscScalar Y =
          (m < 0 && a % 2 ? -1.0 : 1.0) * N[QlbeSphericalIndex(l, a)] * Wave((double)m * phi);
      RadialIntegrals(basis[l], 12, (int)l, d, j);
      for (PetscInt i = 0; i < 12; i++)
        worst = PetscMax(worst, PetscAbsScalar(c[(l - a) * 12 + i] -
                                               sqrt(4.0 * PETSC_PI) * power * j[i] * PetscConj(Y)));
    }
  }
  print_message("coefficients of a wave %.2e\n", worst);
  assert_small(worst, 1e-12, "coefficients of nu exp(-i p.d)");
  assert_ok(QlbeSpectralBasisDestroy(8, &basis));
  Free(&space, x, NULL);
}

/*
   The first coefficient is int f dp whatever the basis, so that quadrature errors show alone:
   packets that no small basis holds, far from the origin, narrow, and with many waves.
*/
static void test_quadrature(void **state)
{
  const struct {
    Packet packet;
    double width;
  } cases[] = {
      {{{1.0, 2.0, 2.0}, 0.5, {0.0, 0.0, 0.0}}, 0.5},
      {{{-0.5, 0.4, -0.6}, 0.2, {0.0, 0.0, 0.0}}, 0.2},
      {{{0.0, 2.0, 3.0}, 1.4, {0.0, 0.3, 0.0}}, 1.4},
      {{{0.5, 0.0, 1.0}, 0.5, {4.0, 0.0, -3.0}}, 0.2},
      {{{0.5, 0.0, 1.0}, 0.4, {1.0, 1.0, -1.0}}, 0.4},
  };

  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    const double zero[3] = {0.0, 0.0, 0.0};
    QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 8, 4, 1, cases[i].width);
    PetscScalar c[32], unused[3];
    double error;
    Vec x[3];

    assert_ok(QlbeMomentumSpaceVectors(space, x));
    assert_ok(QlbeMomentumSpaceExpand(space, axes[1], PacketValue, &cases[i].packet, x));
    assert_int_equal(Coefficients(x[1], c), 32);
    error = PetscAbsScalar(c[0] - Characteristic(&cases[i].packet, zero, unused));
    print_message("integral of packet %d: %.2e\n", (int)i, error);
    assert_small(error, 1e-13, "first coefficient");
    Free(&space, x, NULL);
  }
}

/*
   Real functions have x^(-m) = (-1)^m conj x^m; those symmetric around the axis have m = 0 alone,
   which needs no other sector.
*/
static void test_sectors(void **state)
{
  const Packet real = {{0.4, -0.3, 0.8}, 1.1, {0.0, 0.0, 0.0}};
  const Packet axial = {{0.0, 0.0, 0.9}, 1.1, {0.0, 0.0, 0.5}};
  QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 10, 6, 5, 1.1);
  QlbeMomentumSpace one = Spectral(PETSC_COMM_WORLD, 10, 6, 0, 1.1);
  double worst = 0.0;
  PetscReal norm;
  Vec x[SECTORS], y[1];
  PetscScalar plus[60], minus[60];

  (void)state;
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(one, y));
  assert_ok(QlbeMomentumSpaceExpand(space, axes[1], PacketValue, &real, x));
  for (int m = 0; m <= 5; m++) {
    const PetscInt n = Coefficients(x[5 + m], plus);
    assert_int_equal(Coefficients(x[5 - m], minus), n);
    for (PetscInt i = 0; i < n; i++)
      worst = PetscMax(worst, PetscAbsScalar(minus[i] - (m % 2 ? -1.0 : 1.0) * PetscConj(plus[i])));
  }
  assert_small(worst, 1e-14, "sectors m and -m of a real function");
  /* 0.04: the packet is far from being symmetric */
  assert_ok(VecNorm(x[6], NORM_2, &norm));
  assert_true(norm > 0.04);
  assert_ok(QlbeMomentumSpaceExpand(space, axes[0], PacketValue, &axial, x));
  assert_ok(QlbeMomentumSpaceExpand(one, axes[0], PacketValue, &axial, y));
  for (int s = 0; s <= 10; s++) {
    if (s == 5) assert_ok(VecAXPY(x[s], -1.0, y[0]));
    assert_ok(VecNorm(x[s], NORM_INFINITY, &norm));
    assert_small(norm, 1e-13, "sectors of a symmetric function");
  }
  Free(&space, x, NULL);
  Free(&one, y, NULL);
}

/* The layout is that of PETSC_DECIDE, and coefficients are those of one process to rounding. */
static void test_ranks(void **state)
{
  QlbeMomentumSpace space = Spectral(PETSC_COMM_WORLD, 7, 5, 4, packet.sigma);
  QlbeMomentumSpace alone = Spectral(PETSC_COMM_SELF, 7, 5, 4, packet.sigma);
  double worst = 0.0;
  Vec x[SECTORS], y[SECTORS];

  (void)state;
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(alone, y));
  assert_ok(QlbeMomentumSpaceExpand(space, axes[1], PacketValue, &packet, x));
  assert_ok(QlbeMomentumSpaceExpand(alone, axes[1], PacketValue, &packet, y));
  for (int s = 0; s < 9; s++) {
    PetscInt size = 7 * (5 - abs(s - 4)), local = PETSC_DECIDE, own;
    PetscScalar c[35];
    const PetscScalar *all;
    assert_ok(PetscSplitOwnership(PETSC_COMM_WORLD, &local, &size));
    assert_ok(VecGetLocalSize(x[s], &own));
    assert_int_equal(own, local);
    assert_int_equal(Coefficients(x[s], c), size);
    assert_ok(VecGetArrayRead(y[s], &all));
    for (PetscInt i = 0; i < size; i++) worst = PetscMax(worst, PetscAbsScalar(c[i] - all[i]));
    assert_ok(VecRestoreArrayRead(y[s], &all));
  }
  assert_small(worst, 1e-14, "coefficients on several ranks");
  Free(&space, x, NULL);
  Free(&alone, y, NULL);
}

static void test_contracts(void **state)
{
  const double nowhere[3] = {0.0, 0.0, 0.0};
  QlbeMomentumGrid grid;
  QlbeMomentumSpace none, box = Cartesian(&grid), space = Spectral(PETSC_COMM_WORLD, 4, 2, 1, 1.0);
  const double off[][3] = {{0.5 * grid.spacing, 0.5 * grid.spacing, 0.500001 * grid.spacing},
                           {0.5 * grid.spacing, 0.5 * grid.spacing, 17.5 * grid.spacing},
                           {0.5 * grid.spacing, -17.5 * grid.spacing, 0.5 * grid.spacing},
                           {NAN, 0.5 * grid.spacing, 0.5 * grid.spacing}};
  const struct {
    PetscInt n_radial, n_angular, m_max;
    double thermal, width;
  } bad[] = {{1, 2, 0, 1.0, 1.0}, {4, 0, 0, 1.0, 1.0},  {4, 3, 3, 1.0, 1.0}, {4, 3, -1, 1.0, 1.0},
             {4, 3, 0, 0.0, 1.0}, {4, 3, 0, -1.0, 1.0}, {4, 3, 0, 1.0, 0.0}, {4, 3, 0, 1.0, NAN}};
  PetscScalar f;
  Vec x[3], y[1];

  (void)state;
  assert_ok(QlbeMomentumSpaceVectors(space, x));
  assert_ok(QlbeMomentumSpaceVectors(box, y));
  assert_ok(QlbeMomentumSpaceExpand(box, NULL, One, NULL, y));
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    assert_int_equal(QlbeMomentumSpaceCreateSpectral(PETSC_COMM_WORLD, bad[i].n_radial,
                                                     bad[i].n_angular, bad[i].m_max, bad[i].thermal,
                                                     bad[i].width, &none),
                     PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeMomentumSpaceCreateCartesian(&grid, 0.0, &none), PETSC_ERR_ARG_OUTOFRANGE);
  for (int i = 0; i < 4; i++)
    assert_int_equal(QlbeMomentumSpaceEvaluate(box, NULL, y, 1, &off[i], &f),
                     PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeMomentumSpaceExpand(space, nowhere, One, NULL, x), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeMomentumSpaceEvaluate(space, nowhere, x, 1, axes, &f),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  Free(&space, x, NULL);
  Free(&box, y, NULL);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_packet),      cmocka_unit_test(test_cartesian),
      cmocka_unit_test(test_equilibrium), cmocka_unit_test(test_rayleigh),
      cmocka_unit_test(test_quadrature),  cmocka_unit_test(test_sectors),
      cmocka_unit_test(test_ranks),       cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
