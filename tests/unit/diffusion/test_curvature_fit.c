/* Curvature fit against polynomials and isotropic functions with known Hessian. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "qlbe/curvature_fit.h"

#define N QLBE_CURVATURE_MAX_POINTS

static const QlbeCurvatureSeries lattice = {PETSC_FALSE, PETSC_TRUE, 2.3},
                                 line = {PETSC_TRUE, PETSC_FALSE, 2.3};

static double Square(const double k[3])
{
  return k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
}

static double Form(const double D[3][3], const double k[3])
{
  double sum = 0.0;

  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) sum += k[i] * D[i][j] * k[j];
  }
  return sum;
}

/* Every coefficient of a polynomial of the model's form comes back, in any units. */
static void polynomial_is_exact(void **state)
{
  const double D[3][3] = {{2.0, 0.1, -0.2}, {0.1, 3.0, 0.05}, {-0.2, 0.05, 2.5}};
  const double units[3] = {1.0, 1e11, 1e-20};

  (void)state;
  for (int u = 0; u < 3; u++) {
    for (int redundant = 0; redundant < 2; redundant++) {
      double k[N][3];
      PetscScalar eps[N];
      PetscInt n;
      QlbeCurvature r;
      QlbeCurvatureDesign(0.7, (PetscBool)redundant, &n, k);
      assert_int_equal(n, redundant ? 13 : 10);
      for (PetscInt i = 0; i < n; i++) {
        const double s = Square(k[i]);
        const double quartic = pow(k[i][0], 4) + pow(k[i][1], 4) + pow(k[i][2], 4);
        eps[i] = -0.5 * Form(D, k[i]) + 0.3 * s * s - 0.2 * (quartic - 0.6 * s * s) +
                 0.07 * s * s * s + 1e-5 * PETSC_i;
        for (int d = 0; d < 3; d++) k[i][d] *= units[u];
      }
      assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
      assert_int_equal(r.status, QLBE_FIT_OK);
      assert_int_equal(r.degrees_of_freedom, n - 9);
      for (int i = 0; i < 9; i++) {
        const double value = -r.hessian[i / 3][i % 3] * units[u] * units[u];
        assert_true(fabs(value - D[i / 3][i % 3]) < 1e-11);
      }
      assert_true(fabs(r.D * pow(units[u], 2) - 2.5) < 1e-11);
      assert_true(fabs(r.isotropy_defect - 0.2) < 1e-11);
      assert_true(r.has_cubic && r.has_sextic);
      assert_true(fabs(r.quartic * pow(units[u], 4) - 0.3) < 1e-10);
      assert_true(fabs(r.quartic_cubic * pow(units[u], 4) + 0.2) < 1e-10);
      assert_true(fabs(r.sextic * pow(units[u], 6) - 0.07) < 1e-10);
      assert_true(fabs(r.max_imaginary - 1e-5) < 1e-18);
      assert_true(r.rcond > 1e-4);
    }
  }
}

/* The recommended points at the recommended size: D to 1e-7 although the series goes on. */
static void truncation_is_small_and_covered(void **state)
{
  const double D = 3.21, gap = 8.5, k_max = QlbeCurvatureWaveNumber(gap, D), s0 = k_max * k_max;

  (void)state;
  assert_true(fabs(0.5 * D * s0 - 4e-4 * gap) < 1e-12);
  for (int redundant = 0; redundant < 2; redundant++) {
    double k[N][3];
    PetscScalar eps[N];
    PetscInt n;
    QlbeCurvature r;
    QlbeCurvatureDesign(k_max, (PetscBool)redundant, &n, k);
    for (PetscInt i = 0; i < n; i++) {
      const double s = Square(k[i]), x = 4e-4 * s / s0;
      /* k^2 (1 + x + x^2 + ...), and a term that is no power of k */
      eps[i] = -0.5 * D * s / (1.0 - x) + 1e-4 * s * s * log(s);
    }
    assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
    assert_int_equal(r.status, QLBE_FIT_OK);
    assert_true(fabs(r.D - D) < 1e-7 * D);
    assert_true(fabs(r.D - D) > 1e-10 * D); /* something is neglected */
    assert_true(fabs(r.D - D) < r.D_fit_error);
    assert_true(r.D_fit_error < 1e-6 * D);
    assert_true(r.isotropy_defect < 1e-7);
    assert_int_equal(r.has_gradient, redundant);
    for (int d = 0; d < 3; d++) assert_true(fabs(r.gradient[d]) < 1e-5 * D * k_max);
  }
}

/*
   eps(k) = -D k^2/2 (1 + a4 x + (a6 + b6 log(x)) x^2), x = D k^2/2 gap, with coefficients as the
   spectral basis finds them: (1) hard sphere of mass and radius 1, (2) the same in a dilute gas,
   (3) radius 0.3 in a dense one, (4) constant amplitude, (5) mass 5. Two magnitudes, which leave
   k^6 out, and three: the estimate covers the error, and is not a hundred times that.
*/
static void error_of_few_magnitudes_is_covered(void **state)
{
  const double series[5][3] = {{-0.090, 0.056, 0.004},
                               {-0.269, 0.202, 0.0},
                               {0.014, 0.017, 5e-4},
                               {-0.227, 0.065, 0.0},
                               {-0.008, 0.0014, 1e-4}};
  const double magnitude[3] = {0.5, 1.0, 0.75}, D = 3.21, gap = 8.5;
  const QlbeCurvatureSeries known = {PETSC_TRUE, PETSC_FALSE, QlbeCurvatureScale(gap, D)};

  (void)state;
  for (int s = 0; s < 5; s++) {
    for (int t = 0; t < 8; t++) {
      const double x_max = 0.002 * pow(2.0, t % 4), k_max = sqrt(x_max) * known.scale;
      const PetscInt n = t < 4 ? 2 : 3;
      double k[3][3] = {{0.0}};
      PetscScalar eps[3];
      QlbeCurvature r;
      for (PetscInt i = 0; i < n; i++) {
        const double x = x_max * pow(magnitude[i], 2);
        k[i][2] = magnitude[i] * k_max;
        eps[i] = -gap * x *
                 (1.0 + series[s][0] * x + (series[s][1] + series[s][2] * log(x)) * x * x -
                  0.8 * series[s][1] * x * x * x);
      }
      assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &known, &r), 0);
      assert_int_equal(r.status, QLBE_FIT_OK);
      assert_int_equal(r.has_sextic, n == 3);
      print_message("series %d, x %.3f, %d points: error %.1e, estimate %.1e\n", s + 1, x_max,
                    (int)n, fabs(r.D - D), r.D_fit_error);
      assert_true(fabs(r.D - D) <= r.D_fit_error);
      assert_true(r.D_fit_error <= 100.0 * fabs(r.D - D));
      assert_true(fabs(r.quartic + 0.5 * D * series[s][0] / pow(known.scale, 2)) <=
                  r.quartic_error);
    }
  }
}

/*
   A lattice operator has k^4 log k, and a cubic one: neither D, the Hessian nor isotropy hide it.
*/
static void logarithm_of_a_lattice_is_covered(void **state)
{
  const double D = 3.21, gap = 8.5, scale = QlbeCurvatureScale(gap, D);
  const QlbeCurvatureSeries known = {PETSC_FALSE, PETSC_TRUE, scale};
  double directions[6][3];

  (void)state;
  QlbeCurvatureDirections(directions);
  for (int t = 0; t < 6; t++) {
    const int half = t / 2;
    const double k_max = (t % 2 ? 0.15 : 0.04) * scale, b = 1e-4 * pow(4.0, half);
    double k[13][3] = {{0.0}};
    PetscScalar eps[13];
    QlbeCurvature r;
    k[0][2] = 0.75 * k_max;
    for (int i = 0; i < 12; i++) {
      for (int d = 0; d < 3; d++) k[1 + i][d] = (i < 6 ? 0.5 : 1.0) * k_max * directions[i % 6][d];
    }
    for (int i = 0; i < 13; i++) {
      const double s = Square(k[i]), x = s / (scale * scale);
      const double cubic = pow(k[i][0], 4) + pow(k[i][1], 4) + pow(k[i][2], 4) - 0.6 * s * s;
      eps[i] = -gap * x * (1.0 - 0.09 * x + 0.05 * x * x) + b * (s * s - 0.8 * cubic) * log(s);
    }
    assert_int_equal(QlbeCurvatureFit(13, k, eps, NULL, &known, &r), 0);
    assert_int_equal(r.status, QLBE_FIT_OK);
    assert_true(r.has_sextic);
    print_message("b %.1e, k %.3f: error %.1e, estimate %.1e, isotropy %.1e, %.1e\n", b, k_max,
                  fabs(r.D - D), r.D_fit_error, r.isotropy_defect, r.isotropy_error);
    assert_true(fabs(r.D - D) <= r.D_fit_error);
    assert_true(r.D_fit_error <= 100.0 * fabs(r.D - D));
    assert_true(r.isotropy_defect <= r.isotropy_error);
    for (int i = 0; i < 9; i++) {
      const double truth = i % 4 == 0 ? -D : 0.0;
      assert_true(fabs(r.hessian[i / 3][i % 3] - truth) <= r.hessian_error[i / 3][i % 3]);
    }
  }
}

/* Pairs of k and -k determine a gradient without harm to D. */
static void gradient_is_seen(void **state)
{
  const double g[3] = {1e-3, -2e-3, 5e-4};
  double half[N][3], k[2 * N][3];
  PetscScalar eps[2 * N];
  PetscInt n;
  QlbeCurvature r;

  (void)state;
  QlbeCurvatureDesign(0.3, PETSC_FALSE, &n, half);
  for (PetscInt i = 0; i < 2 * n; i++) {
    const double sign = i < n ? 1.0 : -1.0;
    for (int d = 0; d < 3; d++) k[i][d] = sign * half[i % n][d];
    eps[i] = -Square(k[i]) + g[0] * k[i][0] + g[1] * k[i][1] + g[2] * k[i][2];
    eps[i] += PETSC_i * (2.0 * g[1] * k[i][0] - g[0] * k[i][2]);
  }
  assert_int_equal(QlbeCurvatureFit(2 * n, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_OK);
  assert_true(r.has_gradient);
  for (int d = 0; d < 3; d++) assert_true(fabs(r.gradient[d] - g[d]) < 1e-14);
  assert_true(fabs(r.gradient_imaginary[0] - 2.0 * g[1]) < 1e-15);
  assert_true(fabs(r.gradient_imaginary[1]) < 1e-15);
  assert_true(fabs(r.gradient_imaginary[2] + g[0]) < 1e-15);
  assert_true(fabs(r.D - 2.0) < 1e-11);
}

/* Known noise: errors in units of the reported standard error have variance one. */
static void standard_errors_are_right(void **state)
{
  const double sigma0 = 1e-4;
  double k[N][3], sigma[N], sum = 0.0, chi2 = 0.0, sum_xy = 0.0;
  const int trials = 4000;
  PetscInt n;
  uint64_t seed = 1;

  (void)state;
  QlbeCurvatureDesign(0.5, PETSC_TRUE, &n, k);
  for (int t = 0; t < trials; t++) {
    PetscScalar eps[N];
    QlbeCurvature r;
    for (PetscInt i = 0; i < n; i++) {
      double noise = -6.0;
      for (int j = 0; j < 12; j++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        noise += (double)(seed >> 11) * 0x1p-53;
      }
      sigma[i] = sigma0 * (1.0 + 0.2 * (double)i);
      eps[i] = -1.5 * Square(k[i]) + sigma[i] * noise;
    }
    assert_int_equal(QlbeCurvatureFit(n, k, eps, sigma, &lattice, &r), 0);
    /* Undo the enlargement by a large chi2: it is no part of the covariance tested here. */
    const double enlarged = fmax(1.0, r.chi2 / (double)r.degrees_of_freedom);
    sum += pow((r.D - 3.0) / r.D_statistical, 2) * enlarged;
    sum_xy += pow(r.hessian[0][1], 2) / r.covariance[3][3] * enlarged;
    chi2 += r.chi2 / (double)r.degrees_of_freedom;
  }
  /* Three standard deviations of a mean of `trials` squares are 3 (2/4000)^(1/2) = 0.067. */
  assert_true(fabs(sum / trials - 1.0) < 0.067);
  assert_true(fabs(sum_xy / trials - 1.0) < 0.067);
  assert_true(fabs(chi2 / trials - 1.0) < 0.034);
}

/* Without sigma the scatter is the error; one direction suffices for an isotropic D. */
static void isotropic_line(void **state)
{
  const double magnitude[4] = {0.05, 0.1, 0.15, 0.2};
  double k[4][3];
  PetscScalar eps[4];
  QlbeCurvature r;

  (void)state;
  for (int i = 0; i < 4; i++) {
    const double s = magnitude[i] * magnitude[i];
    for (int d = 0; d < 3; d++) k[i][d] = d == 2 ? magnitude[i] : 0.0;
    eps[i] = -1.6 * s + 0.4 * s * s - 0.1 * s * s * s;
  }
  assert_int_equal(QlbeCurvatureFit(4, k, eps, NULL, &line, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_OK);
  assert_true(fabs(r.D - 3.2) < 1e-11);
  assert_true(fabs(r.sextic + 0.1) < 1e-6);
  assert_true(fabs(r.hessian[0][0] + r.D) < 1e-15 && r.hessian[0][1] == 0.0);
  assert_true(r.isotropy_defect < 1e-14);
  assert_int_equal(QlbeCurvatureFit(4, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_TOO_FEW);
  assert_int_equal(QlbeCurvatureFit(1, k, eps, NULL, &line, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_TOO_FEW);
}

/*
   A |k|^8 that hides the |k|^6 from the fit still shows in the error: with a4 = 0.3 x and
   |a8| = 0.04 x^2 a4, both in the range of curvature_truncation.c.
*/
static void vanishing_sextic_is_no_certainty(void **state)
{
  const double k_max = 0.4, x = pow(k_max / line.scale, 2), a4 = 0.3 * x, a8 = 0.04 * x * x * a4;
  double k[3][3] = {{0.0}}, sigma[3];
  PetscScalar eps[3];
  double sextic = 0.0;
  QlbeCurvature r;

  (void)state;
  for (int attempt = 0; attempt < 2; attempt++) {
    for (int i = 0; i < 3; i++) {
      const double s = 0.5 + 0.25 * (double)i, s2 = s * s;
      k[i][2] = s * k_max;
      eps[i] = -s2 * (1.0 + a4 * s2 + sextic * s2 * s2 + a8 * s2 * s2 * s2);
      sigma[i] = 1e-18;
    }
    assert_int_equal(QlbeCurvatureFit(3, (const double(*)[3])k, eps, sigma, &line, &r), 0);
    assert_true(r.has_sextic);
    /* in the second attempt the fit finds none */
    sextic += r.sextic * pow(k_max, 6);
  }
  r.D *= 0.5 * k_max * k_max;
  r.D_fit_error *= 0.5 * k_max * k_max;
  print_message("sextic %.1e, D off by %.2e, estimate %.2e\n", r.sextic * pow(k_max, 6),
                fabs(r.D - 1.0), r.D_fit_error);
  assert_true(fabs(r.sextic * pow(k_max, 6)) < 1e-10);
  assert_true(fabs(r.D - 1.0) > 1e-12 && fabs(r.D - 1.0) < r.D_fit_error);
}

static void bad_points_are_reported(void **state)
{
  double k[N][3], sigma[N];
  PetscScalar eps[N];
  PetscInt n;
  QlbeCurvature r;

  (void)state;
  QlbeCurvatureDesign(1.0, PETSC_TRUE, &n, k);
  for (PetscInt i = 0; i < n; i++) {
    eps[i] = -Square(k[i]);
    sigma[i] = 1.0;
  }
  sigma[3] = 0.0;
  assert_int_equal(QlbeCurvatureFit(n, k, eps, sigma, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_BAD_INPUT);
  assert_true(strlen(r.message) > 0);
  eps[2] = NAN;
  assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_BAD_INPUT);
  eps[2] = -1.0;
  for (PetscInt i = 0; i < n; i++) { /* one magnitude */
    const double size = sqrt(Square(k[i]));
    for (int d = 0; d < 3; d++) k[i][d] /= size;
    eps[i] = -1.0;
  }
  assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_DEGENERATE);
  for (PetscInt i = 0; i < n; i++) { /* one plane, many magnitudes */
    k[i][0] = cos(0.3 * (double)i) * (1.0 + (double)i);
    k[i][1] = sin(0.3 * (double)i) * (1.0 + (double)i);
    k[i][2] = 0.0;
  }
  assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_DEGENERATE);
  k[0][0] = k[0][1] = 0.0;
  assert_int_equal(QlbeCurvatureFit(n, k, eps, NULL, &lattice, &r), 0);
  assert_int_equal(r.status, QLBE_FIT_BAD_INPUT);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(polynomial_is_exact),
                                     cmocka_unit_test(truncation_is_small_and_covered),
                                     cmocka_unit_test(gradient_is_seen),
                                     cmocka_unit_test(standard_errors_are_right),
                                     cmocka_unit_test(isotropic_line),
                                     cmocka_unit_test(error_of_few_magnitudes_is_covered),
                                     cmocka_unit_test(logarithm_of_a_lattice_is_covered),
                                     cmocka_unit_test(vanishing_sextic_is_no_certainty),
                                     cmocka_unit_test(bad_points_are_reported)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (PetscFinalize()) return 1;
  return failed;
}
