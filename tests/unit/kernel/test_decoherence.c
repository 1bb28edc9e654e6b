/*
   Rates of decoherence: closed forms of the constant amplitude, limits, a two-dimensional
   quadrature over relative momentum and angle, distributions of the momentum that are not
   isotropic, and error estimates against true errors.
*/
#include <gsl/gsl_sf_dawson.h>

#include "../../../src/kernel/decoherence_impl.h"
#include "kernel_test.h"
#include "qlbe/cross_sections.h"
#include "qlbe/decoherence.h"
#include "qlbe/gas_average.h"
#include "qlbe/rule.h"

enum { DISTANCES = 9 };
static const double distance[DISTANCES] = {1e-4, 0.03, 0.3, 1.0, 3.0, 10.0, 100.0, 1e4, 1e7};
static const double z_axis[3] = {0.0, 0.0, 1.0};

typedef struct {
  double rate[DISTANCES], error[DISTANCES];
  QlbeDecoherenceRates rates;
} Found;

/* Momenta in equilibrium with the gas. */
static QlbeMomentumDistribution Thermal(const QlbeParameters *par)
{
  const double thermal = sqrt(par->M / par->beta);

  return (QlbeMomentumDistribution){.deviation = {thermal, thermal, thermal}};
}

static void Compute(const QlbeParameters *par, const QlbeMomentumDistribution *n,
                    const double axis[3], QlbeRecoil recoil, Found *found)
{
  QlbeDecoherence x;

  found->rates = (QlbeDecoherenceRates){.rate = found->rate, .error = found->error};
  assert_ok(QlbeDecoherenceCreate(par, n, axis, recoil, &x));
  assert_ok(QlbeDecoherenceCompute(x, DISTANCES, distance, &found->rates));
  assert_ok(QlbeDecoherenceDestroy(&x));
  assert_null(x);
}

/* f = -a: Lambda = total [1 - D(s)/s] with Dawson's integral D, s = 2^(1/2) w d/hbar. */
static void CheckConstant(const QlbeParameters *par, double m_star, double w, const Found *found)
{
  const double speed = sqrt(8.0 / PETSC_PI) * w / m_star;
  const double total = par->eta * speed * 4.0 * PETSC_PI * par->a * par->a;

  assert_close(found->rates.total, total, 1e-13 * total, "total");
  assert_close(found->rates.quadratic, total * 4.0 / 3.0 * w * w / (par->hbar * par->hbar),
               1e-12 * found->rates.quadratic, "quadratic law");
  for (int i = 0; i < DISTANCES; i++) {
    const double s = sqrt(2.0) * w * distance[i] / par->hbar;
    const double exact = s < 0.01 ? total * s * s * (2.0 / 3.0 - 4.0 / 15.0 * s * s)
                                  : total * (1.0 - gsl_sf_dawson(s) / s);
    assert_close(found->rate[i], exact, PetscMax(found->error[i], 1e-12 * exact), "rate");
    assert_true(found->error[i] <= 1e-9 * exact);
  }
}

static void test_constant(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const QlbeMomentumDistribution n = Thermal(&par);
  Found found;

  (void)state;
  Compute(&par, &n, z_axis, QLBE_RECOIL, &found);
  CheckConstant(&par, par.m_star, sqrt(par.m_star / par.beta), &found);
  Compute(&par, &n, z_axis, QLBE_NO_RECOIL, &found);
  CheckConstant(&par, par.m, sqrt(par.m / par.beta), &found);
}

/* Lambda(d) in |p_rel| and theta with the amplitude summed from partial waves at every node. */
static double Direct(const QlbeParameters *par, PetscInt n_p, PetscInt n_angle, double d)
{
  const double w = sqrt(par->m_star / par->beta);
  QlbeInteraction inter;
  QlbeRule p, cosine;
  double sum = 0.0;

  assert_ok(QlbeInteractionCreate(par, &inter));
  assert_ok(QlbeRuleLegendre(n_p, 0.0, 9.0 * w, &p));
  assert_ok(QlbeRuleLegendre(n_angle, -1.0, 1.0, &cosine));
  for (PetscInt i = 0; i < n_p; i++)
    for (PetscInt j = 0; j < n_angle; j++) {
      const double half_sine = sqrt(0.5 * (1.0 - cosine.x[j]));
      const double x = 2.0 * p.x[i] * half_sine * d / par->hbar;
      const double weight = pow(p.x[i], 3) * exp(-0.5 * PetscSqr(p.x[i] / w));
      PetscComplex f;
      assert_ok(QlbeInteractionAmplitude(inter, p.x[i] * sqrt(0.5 * (1.0 + cosine.x[j])),
                                         p.x[i] * half_sine, &f, NULL));
      sum += p.w[i] * cosine.w[j] * weight * PetscSqr(PetscAbsComplex(f)) *
             (x < 0.1
                  ? x * x / 6.0 * (1.0 - x * x / 20.0 * (1.0 - x * x / 42.0 * (1.0 - x * x / 72.0)))
                  : 1.0 - sin(x) / x);
    }
  assert_ok(QlbeRuleDestroy(&p));
  assert_ok(QlbeRuleDestroy(&cosine));
  assert_ok(QlbeInteractionDestroy(&inter));
  return par->eta / par->m_star * 8.0 * PETSC_PI * PETSC_PI * pow(2.0 * PETSC_PI * w * w, -1.5) *
         sum;
}

static void test_hard_sphere(void **state)
{
  const double radii[] = {0.1, 1.0, 6.0};

  (void)state;
  for (int r = 0; r < 3; r++) {
    QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
    QlbeMomentumDistribution n = Thermal(&par);
    Found found;
    par.a = radii[r];
    Compute(&par, &n, z_axis, QLBE_RECOIL, &found);
    assert_true(found.rates.mismatch < 1e-12);
    for (int i = 0; i < 6; i++) {
      const double exact = Direct(&par, 200, 160, distance[i]);
      /* the errors are estimates of what they say, and not far above the tolerance */
      assert_close(found.rate[i], exact, found.error[i] + 1e-12 * exact, "rate of a hard sphere");
      assert_true(found.error[i] <= 1e-9 * exact);
    }
  }
}

/* Both limits, and their cross sections, for spheres from small to large. */
static void test_limits(void **state)
{
  const double radii[] = {0.02, 0.8, 20.0, 60.0};

  (void)state;
  for (int r = 0; r < 4; r++) {
    QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
    const QlbeMomentumDistribution n = Thermal(&par);
    Found found;
    par.a = radii[r];
    Compute(&par, &n, z_axis, QLBE_RECOIL, &found);
    assert_true(found.rates.mismatch < 1e-11);
    assert_close(found.rate[0] / PetscSqr(distance[0]), found.rates.quadratic,
                 1e-6 * found.rates.quadratic, "small distance");
    assert_close(found.rate[DISTANCES - 1], found.rates.total, 1e-9 * found.rates.total,
                 "large distance");
    for (int i = 1; i < DISTANCES; i++) {
      assert_true(found.rate[i] > found.rate[i - 1] - found.error[i]);
      assert_true(found.rate[i] <= found.rates.quadratic * PetscSqr(distance[i]));
    }
  }
}

/* The total is the mean of E(p); of a heavy particle the recoil does not matter. */
static void test_heavy(void **state)
{
  QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  QlbeMomentumDistribution n;
  QlbeGasAverage average;
  Found recoil, heavy;

  (void)state;
  for (int step = 0; step < 2; step++) {
    par.M = step ? 1e6 : 1e4;
    par.m_star = par.m * par.M / (par.m + par.M);
    n = Thermal(&par);
    Compute(&par, &n, z_axis, QLBE_RECOIL, &recoil);
    Compute(&par, &n, z_axis, QLBE_NO_RECOIL, &heavy);
    for (int i = 0; i < DISTANCES; i++) {
      const double change = fabs(recoil.rate[i] / heavy.rate[i] - 1.0);
      assert_true(change < 3.0 * par.m / par.M);
      assert_true(change > 1e-3 * par.m / par.M);
    }
  }
  assert_ok(QlbeGasAverageCreate(&par, 1.0, &average));
  assert_close(heavy.rates.total, QlbeEscapeRate(average, 0.0), 1e-5 * heavy.rates.total, "total");
  assert_ok(QlbeGasAverageDestroy(&average));
}

/*
   f = -a with deviations and a mean that differ: the transfer q = p_rel - |p_rel| n' has
   <cos q.d> = < cos(p_rel.d) sin(|p_rel| d)/(|p_rel| d) >, summed here on a Cartesian lattice.
*/
static double Lattice(const QlbeParameters *par, const QlbeMomentumDistribution *n, double d)
{
  const int reach = 40;
  const double area = 4.0 * PETSC_PI * par->a * par->a;
  double w[3], mean[3], h[3], sum = 0.0;

  for (int i = 0; i < 3; i++) {
    w[i] = par->m_star * hypot(sqrt(1.0 / (par->m * par->beta)), n->deviation[i] / par->M);
    mean[i] = -par->m_star / par->M * n->mean[i];
    h[i] = 7.0 * w[i] / reach;
  }
  for (int i = -reach; i <= reach; i++)
    for (int j = -reach; j <= reach; j++)
      for (int k = -reach; k <= reach; k++) {
        const double at[3] = {h[0] * i + mean[0], h[1] * j + mean[1], h[2] * k + mean[2]};
        const double u[3] = {h[0] * i / w[0], h[1] * j / w[1], h[2] * k / w[2]};
        const double p = sqrt(Dot(at, at)), x = p * d / par->hbar;
        sum += exp(-0.5 * Dot(u, u)) * p *
               (1.0 - cos(at[2] * d / par->hbar) * (x > 1e-6 ? sin(x) / x : 1.0));
      }
  return par->eta / par->m_star * area * sum * h[0] * h[1] * h[2] /
         (pow(2.0 * PETSC_PI, 1.5) * w[0] * w[1] * w[2]);
}

static void test_moving(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const QlbeMomentumDistribution n = {.mean = {0.5, -1.0, 2.5}, .deviation = {1.0, 1.4, 0.6}};
  Found found;

  (void)state;
  Compute(&par, &n, z_axis, QLBE_RECOIL, &found);
  assert_true(found.rates.mismatch < 1e-11);
  /* |p_rel| is no polynomial at 0: the lattice has an error of order h^4 */
  for (int i = 1; i < 6; i++)
    assert_close(found.rate[i], Lattice(&par, &n, distance[i]), 2e-5 * found.rate[i],
                 "rate of a moving particle");
  assert_close(found.rate[0] / PetscSqr(distance[0]), found.rates.quadratic,
               1e-6 * found.rates.quadratic, "small distance");
  assert_close(found.rate[7], found.rates.total, 1e-6 * found.rates.total, "large distance");
  assert_close(found.rate[8], found.rates.total, 1e-11 * found.rates.total, "largest distance");
}

/*
   f = -a, a packet that moves along d: < |p_rel| (1 - cos(p_rel.d) sin(|p_rel| d)/(|p_rel| d)) > in
   |p_rel| and the cosine, also where the kernel oscillates.
*/
static double Along(const QlbeParameters *par, double deviation, double mean, double d)
{
  const double w = par->m_star * hypot(sqrt(1.0 / (par->m * par->beta)), deviation / par->M);
  const double U = par->m_star / par->M * mean;
  QlbeRule p, cosine;
  double sum = 0.0;

  assert_ok(QlbeRuleLegendre(900, 0.0, U + 9.0 * w, &p));
  assert_ok(QlbeRuleLegendre(900, -1.0, 1.0, &cosine));
  for (PetscInt i = 0; i < p.n; i++)
    for (PetscInt j = 0; j < cosine.n; j++) {
      const double x = p.x[i] * d / par->hbar, c = cosine.x[j];
      const double e = (p.x[i] * p.x[i] - 2.0 * p.x[i] * U * c + U * U) / (2.0 * w * w);
      sum += p.w[i] * cosine.w[j] * pow(p.x[i], 3) * exp(-e) * (1.0 - cos(x * c) * sin(x) / x);
    }
  assert_ok(QlbeRuleDestroy(&p));
  assert_ok(QlbeRuleDestroy(&cosine));
  return par->eta / par->m_star * 4.0 * PETSC_PI * par->a * par->a * 2.0 * PETSC_PI *
         pow(2.0 * PETSC_PI * w * w, -1.5) * sum;
}

static void test_oscillating(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const QlbeMomentumDistribution n = {.mean = {0.0, 0.0, 2.0}, .deviation = {1.0, 1.0, 1.0}};
  Found found;

  (void)state;
  Compute(&par, &n, z_axis, QLBE_RECOIL, &found);
  for (int i = 1; i < 7; i++)
    assert_close(found.rate[i], Along(&par, 1.0, 2.0, distance[i]),
                 found.error[i] + 1e-12 * found.rate[i], "rate of a fast particle");
}

/* Rules with too few nodes: the estimates are larger than the true errors, and not zero. */
static void test_estimates(void **state)
{
  const PetscInt nodes[] = {12, 18, 27, 40};

  (void)state;
  for (int r = 0; r < 3; r++) {
    const double radii[] = {0.8, 4.0, 20.0};
    QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
    QlbeMomentumDistribution n = Thermal(&par);
    Found exact, found;
    par.a = radii[r];
    Compute(&par, &n, z_axis, QLBE_RECOIL, &exact);
    for (int k = 0; k < 4; k++) {
      QlbeDecoherence x;
      found.rates = (QlbeDecoherenceRates){.rate = found.rate, .error = found.error};
      assert_ok(QlbeDecoherenceCreate(&par, &n, z_axis, QLBE_RECOIL, &x));
      assert_ok(QlbeDecoherenceSetRules(x, nodes[k]));
      assert_ok(QlbeDecoherenceCompute(x, DISTANCES, distance, &found.rates));
      assert_ok(QlbeDecoherenceDestroy(&x));
      for (int i = 0; i < DISTANCES; i++) {
        const double error = fabs(found.rate[i] - exact.rate[i]);
        assert_small(error, found.error[i] + exact.error[i], "error of a coarse rule");
        assert_true(nodes[k] > 18 || error > exact.error[i]);
      }
      assert_small(fabs(found.rates.quadratic - exact.rates.quadratic),
                   found.rates.quadratic_error + exact.rates.quadratic_error, "quadratic law");
    }
  }
}

static void test_out_of_reach(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const QlbeMomentumDistribution fast = {.mean = {0.0, 0.0, 1e3}, .deviation = {1.0, 1.0, 1.0}};
  const QlbeMomentumDistribution thermal = Thermal(&par);
  QlbeDecoherence x;

  (void)state;
  assert_true(QlbeDecoherenceServes(&par, &thermal));
  assert_false(QlbeDecoherenceServes(&par, &fast));
  assert_ok(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  assert_int_equal(QlbeDecoherenceCreate(&par, &fast, z_axis, QLBE_RECOIL, &x),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_constant),  cmocka_unit_test(test_hard_sphere),
      cmocka_unit_test(test_limits),    cmocka_unit_test(test_heavy),
      cmocka_unit_test(test_moving),    cmocka_unit_test(test_oscillating),
      cmocka_unit_test(test_estimates), cmocka_unit_test(test_out_of_reach)};

  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
