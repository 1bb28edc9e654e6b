/*
   Averages over the gas: reference values, closed forms of the constant amplitude and of the
   classical sphere, derivatives, and a three-dimensional quadrature.
*/
#include <petscdt.h>

#include "kernel_test.h"
#include "qlbe/cross_sections.h"
#include "qlbe/dispersion.h"
#include "qlbe/gas_average.h"

static QlbeGasAverage NewAverage(const QlbeParameters *par, double p_max)
{
  QlbeGasAverage average;

  assert_ok(QlbeGasAverageCreate(par, p_max, &average));
  return average;
}

/* Values from an independent computation, good to the last digit given. */
static void test_reference(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeGasAverage g = NewAverage(&par, 6.0);

  (void)state;
  assert_close(QlbeEscapeRate(g, 0.0), 17.28152552, 1e-8, "E(0)");
  assert_close(QlbeEscapeRate(g, 2.0), 25.23872676, 1e-8, "E(2)");
  assert_close(QlbeEnergyShift(g, 0.0), 14.15580103, 1e-8, "H_f(0)");
  assert_close(QlbeEnergyShift(g, 2.0), 15.18551697, 1e-8, "H_f(2)");
  assert_close(QlbeJumpDrift(g, 1.0), 0.71287443, 1e-8, "u(1)");
  assert_ok(QlbeGasAverageDestroy(&g));
  assert_null(g);
}

/* <|x|> of a three-dimensional Gaussian of width sigma around a point at distance d from 0. */
static double MeanDistance(double sigma, double d)
{
  const double t = d / (sigma * PETSC_SQRT2);

  if (d == 0.0) return 2.0 * sigma * sqrt(2.0 / PETSC_PI);
  return sigma * sqrt(2.0 / PETSC_PI) * exp(-t * t) + (d + sigma * sigma / d) * erf(t);
}

/* sigma_tot is 4 pi a^2 for the constant amplitude and pi a^2 for the classical sphere. */
static void test_closed_forms(void **state)
{
  const QlbeInteractionType types[] = {QLBE_CONSTANT, QLBE_CLASSICAL};

  (void)state;
  for (int i = 0; i < 2; i++) {
    const QlbeParameters par = UnlikeParameters(types[i]);
    const double sigma_tot = (i == 0 ? 4.0 : 1.0) * PETSC_PI * par.a * par.a;
    const double shift =
        i == 0 ? 2.0 * PETSC_PI * par.hbar * par.hbar * par.eta * par.a / par.m_star : 0.0;
    QlbeGasAverage g = NewAverage(&par, 8.0);

    for (double p = 0.0; p <= 8.0; p += 0.8) {
      const double mean =
          MeanDistance(par.m_star / par.m * sqrt(par.m / par.beta), par.m_star / par.M * p);
      const double E = par.eta / par.m_star * sigma_tot * mean;

      assert_close(QlbeEscapeRate(g, p), E, 1e-13 * E, "escape rate");
      assert_close(QlbeEnergyShift(g, p), shift, 1e-13 * fabs(shift), "energy shift");
      assert_small(fabs(QlbeEnergyShiftSlope(g, p)), 1e-12, "slope of a constant");
      assert_close(QlbeJumpDrift(g, p), 0.0, 0.0, "drift without a phase");
      assert_close(QlbeDrift(g, p), p / par.M, 1e-12, "velocity");
    }
    assert_ok(QlbeGasAverageDestroy(&g));
  }
}

/* The slope against Richardson-extrapolated differences, which have order h^4. */
static void test_slope(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const double h = 4e-3;
  QlbeGasAverage g = NewAverage(&par, 8.0);

  (void)state;
  assert_small(fabs(QlbeEnergyShiftSlope(g, 0.0)), 1e-14, "slope at rest");
  for (double p = 0.3; p < 7.0; p += 0.9) {
    const double fine = (QlbeEnergyShift(g, p + h) - QlbeEnergyShift(g, p - h)) / (2.0 * h);
    const double coarse =
        (QlbeEnergyShift(g, p + 2.0 * h) - QlbeEnergyShift(g, p - 2.0 * h)) / (4.0 * h);
    const double slope = (4.0 * fine - coarse) / 3.0;

    assert_close(QlbeEnergyShiftSlope(g, p), slope, 1e-10, "slope and difference");
    assert_close(QlbeDrift(g, p), p / par.M + QlbeEnergyShiftSlope(g, p) + QlbeJumpDrift(g, p),
                 1e-14, "sum of the velocities");
  }
  assert_ok(QlbeGasAverageDestroy(&g));
}

/* Averages over p0 = (m/m_star) p_rel + (m/M) p by product rules in p_rel, p away from the axes. */
typedef struct {
  double E, H_f, u[3];
} Averages;

static void ThreeDimensional(const QlbeParameters *par, const double p[3], Averages *sum)
{
  enum { RADIAL = 90, POLAR = 48, AZIMUTH = 64 };
  const double stretch = par->m / par->m_star, thermal = sqrt(par->m / par->beta);
  const double P_max = (par->m / par->M * sqrt(Dot(p, p)) + 8.5 * thermal) / stretch;
  const double norm = pow(stretch, 3) * pow(par->beta / (2.0 * PETSC_PI * par->m), 1.5);
  double P[RADIAL], wP[RADIAL], c[POLAR], wc[POLAR];
  QlbeInteraction inter;

  sum->E = sum->H_f = sum->u[0] = sum->u[1] = sum->u[2] = 0.0;
  assert_ok(QlbeInteractionCreate(par, &inter));
  assert_ok(PetscDTGaussQuadrature(RADIAL, 0.0, P_max, P, wP));
  assert_ok(PetscDTGaussQuadrature(POLAR, -1.0, 1.0, c, wc));
  for (int i = 0; i < RADIAL; i++) {
    QlbeCrossSections cs;

    assert_ok(QlbeCrossSectionsCompute(inter, P[i], &cs));
    for (int j = 0; j < POLAR * AZIMUTH; j++) {
      const double cosine = c[j / AZIMUTH], sine = sqrt(1.0 - cosine * cosine);
      const double phi = 2.0 * PETSC_PI * (j % AZIMUTH) / AZIMUTH;
      const double unit[3] = {sine * cos(phi), sine * sin(phi), cosine};
      double p0_2 = 0.0, weight;

      for (int axis = 0; axis < 3; axis++) {
        const double p0 = stretch * P[i] * unit[axis] + par->m / par->M * p[axis];
        p0_2 += p0 * p0;
      }
      weight = norm * wP[i] * P[i] * P[i] * wc[j / AZIMUTH] * 2.0 * PETSC_PI / AZIMUTH *
               exp(-0.5 * par->beta / par->m * p0_2);
      sum->E += weight * par->eta / par->m_star * P[i] * cs.sigma_tot;
      sum->H_f -= weight * 2.0 * PETSC_PI * par->hbar * par->hbar * par->eta / par->m_star *
                  PetscRealPart(cs.f0);
      for (int axis = 0; axis < 3; axis++)
        sum->u[axis] += weight * par->hbar * par->eta / par->M * P[i] * unit[axis] * cs.sigma_u;
    }
  }
  assert_ok(QlbeInteractionDestroy(&inter));
}

static void test_three_dimensional(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const double p[3] = {1.1, -0.7, 1.6}, length = sqrt(Dot(p, p));
  QlbeGasAverage g = NewAverage(&par, 4.0);
  Averages sum;

  (void)state;
  ThreeDimensional(&par, p, &sum);
  assert_close(QlbeEscapeRate(g, length) / sum.E, 1.0, 1e-12, "escape rate");
  assert_close(QlbeEnergyShift(g, length) / sum.H_f, 1.0, 1e-12, "energy shift");
  for (int axis = 0; axis < 3; axis++)
    assert_close(QlbeJumpDrift(g, length) * p[axis] / length, sum.u[axis], 1e-12, "drift");
  assert_ok(QlbeGasAverageDestroy(&g));
}

/* Fast relative motion sees the extinction paradox: sigma_tot falls to 2 pi a^2 from above. */
static void test_short_waves(void **state)
{
  QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  double last = PETSC_MAX_REAL;

  (void)state;
  for (double hbar = 0.2; hbar > 0.02; hbar *= 0.5) {
    double excess;
    QlbeGasAverage g;

    par.hbar = hbar;
    g = NewAverage(&par, 1.0);
    excess =
        QlbeEscapeRate(g, 0.0) / (2.0 * PETSC_PI * MeanDistance(0.5, 0.0) * par.eta / par.m_star) -
        1.0;
    /* the excess of sigma_tot is 0.996 kappa^(-2/3) (H. M. Nussenzveig 1965), averaged over P */
    assert_true(excess > 0.0 && excess < last);
    if (last < 1.0) assert_close(excess / last, pow(0.5, 2.0 / 3.0), 0.05, "decay of the excess");
    last = excess;
    assert_ok(QlbeGasAverageDestroy(&g));
  }
}

/* h_k(p) = H(p - hbar k/2) - H(p + hbar k/2) with H from the averages, and odd in k. */
static void test_dispersion(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const double p[3] = {1.1, -0.7, 1.6}, k[3] = {0.3, 0.9, -0.4}, back[3] = {-0.3, -0.9, 0.4};
  QlbeGasAverage g = NewAverage(&par, 5.0);
  QlbeDispersion dispersion;
  double H[2];

  (void)state;
  assert_ok(QlbeDispersionCreate(&par, 5.0, &dispersion));
  for (int side = 0; side < 2; side++) {
    double p2 = 0.0;

    for (int axis = 0; axis < 3; axis++)
      p2 += pow(p[axis] + (side == 0 ? -0.5 : 0.5) * par.hbar * k[axis], 2);
    H[side] = 0.5 * p2 / par.M + QlbeEnergyShift(g, sqrt(p2));
  }
  assert_close(QlbeDispersionDifference(dispersion, p, k), H[0] - H[1], 3e-12, "h_k");
  assert_close(QlbeDispersionDifference(dispersion, p, back), H[1] - H[0], 3e-12, "h_(-k)");
  assert_ok(QlbeDispersionDestroy(&dispersion));
  assert_null(dispersion);
  assert_ok(QlbeGasAverageDestroy(&g));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference),   cmocka_unit_test(test_closed_forms),
      cmocka_unit_test(test_slope),       cmocka_unit_test(test_three_dimensional),
      cmocka_unit_test(test_short_waves), cmocka_unit_test(test_dispersion),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
