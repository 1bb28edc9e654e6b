/*
   The momentum process by angular momentum: classical mobility factors, quantum reference values,
   the conserved mode, and convergence in the size of the basis.
*/
#include "kernel_test.h"
#include "qlbe/gas_average.h"
#include "qlbe/radial.h"
#include "../../../src/kernel/radial_impl.h"

/* D_kin = (1/3) <v (-L_0)^(-1) v> with the velocity p/M, and the drift's other parts on demand. */
static double DiffusionConstant(const QlbeParameters *par, PetscInt n_basis)
{
  QlbeRadial radial;
  QlbeGasAverage average;
  PetscInt n;
  const double *p;
  double *v, value;

  assert_ok(QlbeRadialCreate(par, n_basis, NULL, &radial));
  assert_ok(QlbeRadialGetNodes(radial, &n, &p));
  assert_ok(QlbeGasAverageCreate(par, p[n - 1], &average));
  assert_ok(PetscMalloc1(n, &v));
  for (PetscInt i = 0; i < n; i++) v[i] = QlbeDrift(average, p[i]);
  assert_ok(QlbeRadialResolvent(radial, n_basis, v, v, &value, NULL));
  assert_ok(PetscFree(v));
  assert_ok(QlbeGasAverageDestroy(&average));
  assert_ok(QlbeRadialDestroy(&radial));
  assert_null(radial);
  return value / 3.0;
}

/* D_kin of the classical sphere over the first Chapman-Enskog approximation , the unit of the
 * references. */
static double ClassicalFactor(double mass_ratio, PetscInt n_basis)
{
  const QlbeParameters par = UnitParameters(QLBE_CLASSICAL, mass_ratio, 1.0);
  const double first =
      3.0 / (8.0 * par.eta * par.a * par.a) * sqrt(1.0 / (2.0 * PETSC_PI * par.m_star * par.beta));

  return DiffusionConstant(&par, n_basis) / first;
}

static void test_classical_factors(void **state)
{
  (void)state;
  assert_close(ClassicalFactor(0.1, 32), 1.10166, 0.5e-5, "M/m = 0.1");
  assert_close(ClassicalFactor(0.5, 28), 1.0429473, 1e-7, "M/m = 0.5");
  assert_close(ClassicalFactor(1.0, 24), 1.018953785, 1e-9, "M/m = 1");
  assert_close(ClassicalFactor(10.0, 20), 1.000316138, 1e-9, "M/m = 10");
  assert_close(ClassicalFactor(100.0, 20), 1.000003316, 1e-9, "M/m = 100");
}

/* Toward M/m = 0 the factor rises to 32/(9 pi), the light particle among fixed scatterers. */
static void test_light_particle(void **state)
{
  const double limit = 32.0 / (9.0 * PETSC_PI);
  const double tenth = ClassicalFactor(0.1, 24), light = ClassicalFactor(0.02, 40);

  (void)state;
  print_message("M/m = 0.02: %.7f, limit %.7f\n", light, limit);
  assert_true(tenth < light && light < limit);
  assert_small((limit - light) / (limit - tenth), 0.4, "distance to the limit");
}

static void test_quantum(void **state)
{
  const QlbeParameters sphere = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const QlbeParameters constant = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);

  (void)state;
  assert_close(DiffusionConstant(&sphere, 20), 0.407212, 0.5e-6, "hard sphere");
  assert_close(DiffusionConstant(&constant, 20), 0.05389529, 0.5e-8, "constant amplitude");
}

/* Units: D_kin is <v^2> over a rate, so lengths, times and masses scale out. */
static void test_scaling(void **state)
{
  const double length = 1.7, mass = 0.6, time = 2.3;
  QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE), scaled = par;
  const double D = DiffusionConstant(&par, 14);

  (void)state;
  scaled.M *= mass;
  scaled.m *= mass;
  scaled.m_star *= mass;
  scaled.eta /= pow(length, 3);
  scaled.beta /= mass * length * length / (time * time);
  scaled.hbar *= mass * length * length / time;
  scaled.a *= length;
  assert_close(DiffusionConstant(&scaled, 14) / (D * length * length / time), 1.0, 1e-10, "units");
}

static void test_spectrum(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeRadial radial;
  double lambda[3];

  (void)state;
  assert_ok(QlbeRadialCreate(&par, 20, NULL, &radial));
  assert_ok(QlbeRadialEigenvalues(radial, 0, 20, 3, lambda));
  assert_small(fabs(lambda[0]), 1e-13, "conserved mode");
  assert_close(lambda[1], 8.5419, 1e-4, "gap of l = 0");
  assert_true(lambda[2] > lambda[1]);
  assert_ok(QlbeRadialEigenvalues(radial, 1, 20, 1, lambda));
  assert_close(lambda[0], 8.6617, 1e-4, "gap of l = 1");
  for (PetscInt l = 2; l <= 6; l++) {
    assert_ok(QlbeRadialEigenvalues(radial, l, 20, 1, lambda));
    assert_true(lambda[0] > 8.6);
  }
  assert_ok(QlbeRadialDestroy(&radial));
}

/* A number that is not finite is an error, never a gap. */
static void test_gap_of_no_number(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  QlbeRadial radial;
  double gap;

  (void)state;
  assert_ok(QlbeRadialCreate(&par, 8, NULL, &radial));
  assert_ok(QlbeRadialGap(radial, 8, 1e3, &gap));
  assert_close(gap, 8.5, 0.1, "gap");
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeRadialGap(radial, 8, NAN, &gap), PETSC_ERR_FP);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeRadialDestroy(&radial));
}

/*
   A generator with one entry changed has no mode at 0: the eigenvalue that commands check shows it.
*/
static void test_broken_mode(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const QlbeRadialSector *sector;
  QlbeRadial radial;
  double before, after;

  (void)state;
  assert_ok(QlbeRadialCreate(&par, 12, NULL, &radial));
  assert_ok(QlbeRadialEigenvalues(radial, 0, 12, 1, &before));
  assert_ok(QlbeRadialSector_Private(radial, 0, &sector));
  sector->dirichlet[0] += 1e-9;
  assert_ok(QlbeRadialEigenvalues(radial, 0, 12, 1, &after));
  print_message("eigenvalue %g, of the changed generator %g\n", before, after);
  assert_small(fabs(before), 1e-12, "conserved mode");
  assert_true(fabs(after) > 1e-11);
  assert_ok(QlbeRadialDestroy(&radial));
}

/* The conserved mode is a matter of the quadrature's form, not of its accuracy. */
static void test_conserved_mode(void **state)
{
  const QlbeParameters par[] = {UnlikeParameters(QLBE_HARD_SPHERE),
                                UnitParameters(QLBE_CLASSICAL, 0.2, 1.0),
                                UnitParameters(QLBE_CONSTANT, 8.0, 1.0)};

  (void)state;
  for (int i = 0; i < 3; i++) {
    QlbeRadial radial;
    double lambda[4];

    assert_ok(QlbeRadialCreate(&par[i], 5 + i, NULL, &radial));
    assert_ok(QlbeRadialEigenvalues(radial, 0, 5 + i, 4, lambda));
    assert_small(fabs(lambda[0]) / lambda[3], 1e-13, "conserved mode over the largest rate");
    assert_ok(QlbeRadialDestroy(&radial));
  }
}

/* A variational quantity: more functions raise it, and the steps shrink geometrically. */
static void test_basis_convergence(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const PetscInt n[] = {4, 8, 12, 16, 24};
  double D[5];

  (void)state;
  for (int i = 0; i < 5; i++) D[i] = DiffusionConstant(&par, n[i]);
  for (int i = 0; i < 4; i++)
    print_message("%d functions: %.3e below 24\n", (int)n[i], D[4] - D[i]);
  for (int i = 0; i < 2; i++) {
    assert_true(D[i] < D[i + 1]);
    assert_small((D[4] - D[i + 1]) / (D[4] - D[i]), 0.05, "decay of the error");
  }
  assert_small(fabs(D[3] / D[4] - 1.0), 1e-9, "16 functions");
}

/*
   The leading block of a large basis is the small basis, up to the quadrature that goes with each.
*/
static void test_nested(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  QlbeRadial small, large;
  double lambda_small[3], lambda_large[3];

  (void)state;
  assert_ok(QlbeRadialCreate(&par, 14, NULL, &small));
  assert_ok(QlbeRadialCreate(&par, 22, NULL, &large));
  for (PetscInt l = 4; l >= 0; l--) {
    assert_ok(QlbeRadialEigenvalues(small, l, 14, 3, lambda_small));
    assert_ok(QlbeRadialEigenvalues(large, l, 14, 3, lambda_large));
    for (int i = 0; i < 3; i++)
      assert_small(fabs(lambda_small[i] - lambda_large[i]) / lambda_small[2], 1e-8,
                   "eigenvalue of the leading block");
    assert_ok(QlbeRadialEigenvalues(large, l, 22, 3, lambda_large));
    for (int i = 0; i < 3; i++) assert_true(lambda_large[i] <= lambda_small[i] + 1e-8);
  }
  assert_ok(QlbeRadialDestroy(&small));
  assert_ok(QlbeRadialDestroy(&large));
}

/* No eigenvalue below the continuum comes or goes with the last functions of a large basis. */
static void test_no_spurious_eigenvalues(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0);
  const PetscInt n[] = {16, 24, 32};
  const double first[] = {8.541864812, 8.661718229, 14.458477985};

  (void)state;
  for (int i = 0; i < 3; i++) {
    QlbeRadial radial;
    assert_ok(QlbeRadialCreate(&par, n[i], NULL, &radial));
    for (PetscInt l = 0; l <= 3; l++) {
      double lambda[2];
      assert_ok(QlbeRadialEigenvalues(radial, l, n[i], 2, lambda));
      if (l < 3)
        assert_close(lambda[l == 0], first[l], 1e-8, "first eigenvalue");
      else
        assert_true(lambda[0] > 17.2);
      if (l == 1) assert_close(lambda[1], 12.693208498, 1e-8, "second eigenvalue");
    }
    assert_ok(QlbeRadialDestroy(&radial));
  }
}

/* The error estimate of the quadrature covers what a finer one changes, and is small. */
static void test_quadrature_error(void **state)
{
  const QlbeParameters par[] = {UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0),
                                UnitParameters(QLBE_HARD_SPHERE, 0.5, 1.0),
                                UnitParameters(QLBE_CLASSICAL, 100.0, 1.0)};

  (void)state;
  for (int i = 0; i < 3; i++) {
    double value[2], error[2];
    for (int fine = 0; fine < 2; fine++) {
      QlbeRadial radial;
      PetscInt n;
      const double *p;
      assert_ok(QlbeRadialCreate(&par[i], fine ? 20 : 6, NULL, &radial));
      assert_ok(QlbeRadialGetNodes(radial, &n, &p));
      assert_ok(QlbeRadialResolvent(radial, 6, p, p, &value[fine], &error[fine]));
      assert_ok(QlbeRadialDestroy(&radial));
    }
    print_message("quadrature: error %.1e, estimate %.1e, of %.3f\n", value[0] - value[1], error[0],
                  value[1]);
    assert_true(fabs(value[0] - value[1]) <= error[0] + 1e-13 * value[1]);
    assert_small(error[1] / value[1], 1e-12, "estimate for 20 functions");
  }
}

static void test_bad_input(void **state)
{
  const QlbeParameters par = UnitParameters(QLBE_CONSTANT, 1.0, 1.0);
  QlbeRadial radial;
  double lambda[8];

  (void)state;
  assert_ok(QlbeRadialCreate(&par, 6, NULL, &radial));
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeRadialEigenvalues(radial, 0, 6, 7, lambda), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRadialEigenvalues(radial, 0, 6, 0, lambda), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRadialEigenvalues(radial, 0, 7, 1, lambda), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRadialEigenvalues(radial, -1, 6, 1, lambda), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(QlbeRadialDestroy(&radial));
  assert_int_equal(QlbeRadialCreate(&par, 3, NULL, &radial), PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeRadialCreate(&par, 49, NULL, &radial), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_classical_factors),
      cmocka_unit_test(test_light_particle),
      cmocka_unit_test(test_quantum),
      cmocka_unit_test(test_scaling),
      cmocka_unit_test(test_spectrum),
      cmocka_unit_test(test_gap_of_no_number),
      cmocka_unit_test(test_conserved_mode),
      cmocka_unit_test(test_broken_mode),
      cmocka_unit_test(test_basis_convergence),
      cmocka_unit_test(test_nested),
      cmocka_unit_test(test_no_spurious_eigenvalues),
      cmocka_unit_test(test_quadrature_error),
      cmocka_unit_test(test_bad_input),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
