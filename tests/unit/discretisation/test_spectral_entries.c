/*
   Matrix elements of the spectral fiber operator by another route: p in the frame of k, the jump q
   in spherical coordinates around it, and loss and dispersion as the functions of p that they are.
   No rotation of harmonics, no modes, no Dirichlet form, no cancellation of A_0 takes part.
*/
#include "unit/discretisation/spectral_case.h"
#include "spectral_grid.h"
#include "qlbe/spherical.h"
#include "unit/discretisation/spectral_direct.h"

enum { N_RADIAL = 3, N_ANGULAR = 4, FUNCTIONS = 5, AZIMUTHS = 12, SECTORS = 2 };

/* Functions of each sector: i and l. */
static const int radial[SECTORS][FUNCTIONS] = {{0, 1, 0, 2, 1}, {0, 2, 1, 0, 1}};
static const int angular[SECTORS][FUNCTIONS] = {{0, 0, 1, 1, 3}, {1, 1, 2, 3, 3}};

typedef PetscComplex Elements[SECTORS][FUNCTIONS][FUNCTIONS];

typedef struct {
  QlbeParameters par;
  QlbeSpectralFiber fiber;
  QlbeSpectralGrid grid; /* for its radial functions */
  double p_max, q_max;
} EntryCase;

static EntryCase Create(QlbeInteractionType type)
{
  const QlbeSpectralOrders orders = {N_RADIAL, N_ANGULAR, 2.0};
  EntryCase c = {.par = UnlikeParameters(type)};
  const double thermal = sqrt(c.par.M / c.par.beta);
  /* the functions follow the thermal momentum and the refinement alone */
  const QlbeSpectralScales scales = {thermal, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0};

  c.fiber = SpectralCreate(PETSC_COMM_SELF, &c.par, &orders, wave_number);
  assert_ok(QlbeSpectralGridSetUp(N_RADIAL, N_ANGULAR, &scales, &c.grid));
  c.p_max = 9.5 * thermal;
  c.q_max = 13.0 * sqrt(c.par.m_star / c.par.beta);
  return c;
}

/*
   Without the phase in the azimuth and without nu^(1/2): (4 pi)^(1/2) R_il N_lm of all functions at
   |p|^2 and cosine.
*/
static void Functions(const EntryCase *c, double p2, double cosine,
                      double value[SECTORS][FUNCTIONS])
{
  double R[N_ANGULAR][N_RADIAL], N[N_ANGULAR * (N_ANGULAR + 1) / 2];

  for (int l = 0; l < N_ANGULAR; l++) QlbeRadialBasisEvaluate(c->grid.radial[l], 1, &p2, R[l]);
  assert_ok(QlbeSphericalHarmonics(N_ANGULAR - 1, cosine, N));
  for (int m = 0; m < SECTORS; m++) {
    for (int i = 0; i < FUNCTIONS; i++) {
      const int l = angular[m][i];

      value[m][i] = sqrt(4.0 * PETSC_PI) * R[l][radial[m][i]] * N[QlbeSphericalIndex(l, m)];
    }
  }
}

/* nu^(1/2)(p) nu^(1/2)(p'), of the squares. */
static double Equilibrium(const QlbeParameters *par, double p2, double after2)
{
  return pow(par->beta / (2.0 * PETSC_PI * par->M), 1.5) *
         exp(-0.25 * par->beta / par->M * (p2 + after2));
}

/* Adds the jumps with one q at the point p of weight `weight`; the reflected q counts with it. */
static void AddJump(const EntryCase *c, const QlbeTransverseSlice *slice, const double q[3],
                    const double p[3], double weight, double before[SECTORS][FUNCTIONS],
                    Elements sum)
{
  const double after[3] = {p[0] + q[0], p[1] + q[1], p[2] + q[2]}, after2 = Dot(after, after);
  const double azimuth = atan2(after[1], after[0]);
  const PetscComplex rate =
      weight * Equilibrium(&c->par, Dot(p, p), after2) * Kernel(&c->par, slice, q, p);
  double value[SECTORS][FUNCTIONS];

  Functions(c, after2, after[2] / sqrt(after2), value);
  for (int m = 0; m < SECTORS; m++) {
    for (int i = 0; i < FUNCTIONS; i++) {
      for (int j = 0; j < FUNCTIONS; j++)
        sum[m][i][j] += rate * cos(m * azimuth) * value[m][i] * before[m][j];
    }
  }
}

/* All points p and azimuths of q for one length and cosine of q. */
static void AddDirection(const EntryCase *c, const QlbeRule *p_rule, const QlbeRule *cosines,
                         const QlbeTransverseSlice *slice, double q, double tilt, double weight,
                         Elements sum)
{
  for (PetscInt ip = 0; ip < p_rule->n; ip++) {
    for (PetscInt ic = 0; ic < cosines->n; ic++) {
      const double length = p_rule->x[ip], cosine = cosines->x[ic];
      const double p[3] = {length * sqrt(1.0 - cosine * cosine), 0.0, length * cosine};
      /* 2 pi for the common azimuth, 2 pi/AZIMUTHS for the one between p and q */
      const double measure = weight * p_rule->w[ip] * length * length * cosines->w[ic] * 4.0 *
                             PETSC_PI * PETSC_PI / AZIMUTHS;
      double before[SECTORS][FUNCTIONS];

      Functions(c, length * length, cosine, before);
      for (int a = 0; a < AZIMUTHS; a++) {
        const double phi = PETSC_PI * (a + 0.5) / AZIMUTHS, sine = sqrt(1.0 - tilt * tilt);
        const double jump[3] = {q * sine * cos(phi), q * sine * sin(phi), q * tilt};

        AddJump(c, slice, jump, p, measure, before, sum);
      }
    }
  }
}

/* int dp' dp psi_i(p')^* J_k(p', p) psi_j(p) in symmetric form. */
static void AddGain(const EntryCase *c, Elements sum)
{
  QlbeRule lengths, angles, p_rule;

  assert_ok(QlbeRuleLegendre(20, 0.0, c->q_max, &lengths));
  assert_ok(QlbeRuleLegendre(24, 0.0, c->p_max, &p_rule));
  assert_ok(QlbeRuleLegendre(14, -1.0, 1.0, &angles));
  for (PetscInt iq = 0; iq < lengths.n; iq++) {
    const double q = lengths.x[iq];
    OneLength t;

    OneLengthCreate(&c->par, q, c->p_max, &t);
    for (PetscInt i = 0; i < angles.n; i++) {
      OneLengthTilt(&t, angles.x[i]);
      AddDirection(c, &p_rule, &angles, &t.slice, q, angles.x[i],
                   lengths.w[iq] * q * q * angles.w[i], sum);
    }
    OneLengthDestroy(&t);
  }
  assert_ok(QlbeRuleDestroy(&lengths));
  assert_ok(QlbeRuleDestroy(&p_rule));
  assert_ok(QlbeRuleDestroy(&angles));
}

/* - int dp psi_i^* (E_k + (i/hbar) h_k) psi_j. */
static void AddLoss(const EntryCase *c, Elements sum)
{
  const double half = 0.5 * c->par.hbar * wave_number, k[3] = {0.0, 0.0, wave_number};
  QlbeRule p_rule, cosines;
  QlbeGasAverage average;
  QlbeDispersion dispersion;

  assert_ok(QlbeGasAverageCreate(&c->par, c->p_max + half, &average));
  assert_ok(QlbeDispersionCreate(&c->par, c->p_max + half, &dispersion));
  assert_ok(QlbeRuleLegendre(40, 0.0, c->p_max, &p_rule));
  assert_ok(QlbeRuleLegendre(16, -1.0, 1.0, &cosines));
  for (PetscInt n = 0; n < p_rule.n * cosines.n; n++) {
    const double length = p_rule.x[n / cosines.n], cosine = cosines.x[n % cosines.n];
    const double sine = sqrt(1.0 - cosine * cosine), p[3] = {length * sine, 0.0, length * cosine};
    const double minus = hypot(length * sine, p[2] - half), plus = hypot(p[0], p[2] + half);
    const double loss = 0.5 * (QlbeEscapeRate(average, minus) + QlbeEscapeRate(average, plus));
    const double phase = QlbeDispersionDifference(dispersion, p, k) / c->par.hbar;
    const double measure = 2.0 * PETSC_PI * p_rule.w[n / cosines.n] * cosines.w[n % cosines.n] *
                           length * length * Equilibrium(&c->par, Dot(p, p), Dot(p, p));
    double value[SECTORS][FUNCTIONS];

    Functions(c, length * length, cosine, value);
    for (int m = 0; m < SECTORS; m++) {
      for (int i = 0; i < FUNCTIONS; i++) {
        for (int j = 0; j < FUNCTIONS; j++)
          sum[m][i][j] -= measure * value[m][i] * value[m][j] * PetscCMPLX(loss, phase);
      }
    }
  }
  assert_ok(QlbeRuleDestroy(&p_rule));
  assert_ok(QlbeRuleDestroy(&cosines));
  assert_ok(QlbeDispersionDestroy(&dispersion));
  assert_ok(QlbeGasAverageDestroy(&average));
}

static void CheckEntries(QlbeInteractionType type, double bound)
{
  EntryCase c = Create(type);
  Elements direct = {{{0.0}}};

  AddGain(&c, direct);
  AddLoss(&c, direct);
  for (int m = 0; m < SECTORS; m++) {
    Mat A = SpectralMatrix(c.fiber, wave_number, m, N_RADIAL, N_ANGULAR);
    double worst = 0.0, largest = 0.0, smallest = HUGE_VAL;

    for (int i = 0; i < FUNCTIONS; i++) {
      for (int j = 0; j < FUNCTIONS; j++) {
        const PetscInt row = (angular[m][i] - m) * N_RADIAL + radial[m][i];
        const PetscInt column = (angular[m][j] - m) * N_RADIAL + radial[m][j];
        PetscScalar entry;

        assert_ok(MatGetValue(A, row, column, &entry));
        worst = PetscMax(worst, PetscAbsScalar(entry - direct[m][i][j]));
        largest = PetscMax(largest, PetscAbsScalar(entry));
        smallest = PetscMin(smallest, PetscAbsScalar(entry));
      }
    }
    print_message("sector %d: entries %.1e .. %.1e, largest difference %.2e\n", m, smallest,
                  largest, worst);
    assert_small(worst, bound * largest, "entries both ways");
    assert_ok(MatDestroy(&A));
  }
  assert_ok(QlbeSpectralGridDestroy(&c.grid));
  assert_ok(QlbeSpectralFiberDestroy(&c.fiber));
}

static void test_hard_sphere(void **state)
{
  (void)state;
  CheckEntries(QLBE_HARD_SPHERE, 1e-7);
}

static void test_constant(void **state)
{
  (void)state;
  CheckEntries(QLBE_CONSTANT, 1e-7);
}

/* The kernel written out here is that of (4.10). */
static void test_kernel(void **state)
{
  const double k[3] = {0.0, 0.0, wave_number}, q[3] = {0.4, -1.1, 0.7}, p[3] = {-0.9, 1.6, 0.3};
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  PetscComplex direct = 0.0;
  OneLength t;

  (void)state;
  OneLengthCreate(&par, sqrt(Dot(q, q)), 4.0, &t);
  OneLengthTilt(&t, q[2] / sqrt(Dot(q, q)));
  assert_ok(DirectSymmetric(&par, t.interaction, q, p, k, &direct));
  assert_small(PetscAbsComplex(Kernel(&par, &t.slice, q, p) / direct - 1.0), 1e-8, "kernel");
  OneLengthDestroy(&t);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kernel),
      cmocka_unit_test(test_hard_sphere),
      cmocka_unit_test(test_constant),
  };
  int failed;

  if (SlepcInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return SlepcFinalize() || failed;
}
