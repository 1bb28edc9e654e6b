/*
   Spherical harmonics and their rotation: orthonormality, low orders by hand, and the equation that
   defines d^l_(mu m).
*/
#include "check.h"
#include "qlbe/rule.h"
#include "qlbe/spherical.h"

enum { L_MAX = 8, HARMONICS = (L_MAX + 1) * (L_MAX + 2) / 2 };

/* The directions of a point in the sky; a quasi-random sequence. */
static void Direction(int i, double n[3])
{
  const double cosine = 2.0 * fmod(0.5 + 0.7548776662 * i, 1.0) - 1.0;
  const double phi = 2.0 * PETSC_PI * fmod(0.5 + 0.5698402910 * i, 1.0);

  n[0] = sqrt(1.0 - cosine * cosine) * cos(phi);
  n[1] = sqrt(1.0 - cosine * cosine) * sin(phi);
  n[2] = cosine;
}

/*
   Y_lm of the direction n for all |m| <= l <= L_MAX into Y[l*l + l + m], from N_lm and the header's
   rule for m < 0.
*/
static void Harmonics(const double n[3], PetscComplex Y[(L_MAX + 1) * (L_MAX + 1)])
{
  const double phi = atan2(n[1], n[0]);
  double N[HARMONICS];

  assert_ok(QlbeSphericalHarmonics(L_MAX, n[2], N));
  for (int l = 0; l <= L_MAX; l++) {
    for (int m = -l; m <= l; m++) {
      const double sign = m < 0 && m % 2 != 0 ? -1.0 : 1.0;

      Y[l * l + l + m] =
          sign * N[QlbeSphericalIndex(l, abs(m))] * PetscCMPLX(cos(m * phi), sin(m * phi));
    }
  }
}

static double Rotation(int l, int mu, int m, double cosine)
{
  double d;

  assert_ok(QlbeSphericalRotation(l, mu, m, 1, &cosine, &d));
  return d;
}

/*
   int dOmega |Y_lm|^2 = 1 and orthogonality in l for each m: an exact rule in the cosine, 2 pi in
   phi.
*/
static void test_orthonormal(void **state)
{
  double gram[HARMONICS][L_MAX + 1] = {{0.0}}, worst = 0.0;
  QlbeRule rule;

  (void)state;
  assert_ok(QlbeRuleLegendre(L_MAX + 1, -1.0, 1.0, &rule));
  for (PetscInt j = 0; j < rule.n; j++) {
    double N[HARMONICS];

    assert_ok(QlbeSphericalHarmonics(L_MAX, rule.x[j], N));
    for (int l = 0; l <= L_MAX; l++) {
      for (int m = 0; m <= l; m++) {
        for (int k = m; k <= L_MAX; k++)
          gram[QlbeSphericalIndex(l, m)][k] += 2.0 * PETSC_PI * rule.w[j] *
                                               N[QlbeSphericalIndex(l, m)] *
                                               N[QlbeSphericalIndex(k, m)];
      }
    }
  }
  for (int l = 0; l <= L_MAX; l++) {
    for (int m = 0; m <= l; m++) {
      for (int k = m; k <= L_MAX; k++)
        worst = PetscMax(worst, fabs(gram[QlbeSphericalIndex(l, m)][k] - (l == k ? 1.0 : 0.0)));
    }
  }
  print_message("orthonormality %.2e\n", worst);
  assert_small(worst, 1e-14, "orthonormality");
  assert_ok(QlbeRuleDestroy(&rule));
}

/* Low orders written out, with the Condon-Shortley phase; places in the array. */
static void test_by_hand(void **state)
{
  const double c = 0.3, s = sqrt(1.0 - c * c), unit = sqrt(0.25 / PETSC_PI);
  const double expected[6] = {unit,
                              unit * sqrt(3.0) * c,
                              -unit * sqrt(1.5) * s,
                              unit * sqrt(5.0) * 0.5 * (3.0 * c * c - 1.0),
                              -unit * sqrt(7.5) * s * c,
                              unit * sqrt(1.875) * s * s};
  double N[6];

  (void)state;
  assert_ok(QlbeSphericalHarmonics(2, c, N));
  for (int l = 0, i = 0; l <= 2; l++) {
    for (int m = 0; m <= l; m++, i++) {
      assert_int_equal(QlbeSphericalIndex(l, m), i);
      assert_close(N[i], expected[i], 1e-15, "low orders");
    }
  }
}

/*
   l = 1 by hand: the new z axis is (sin a, 0, cos a) and the new x axis (cos a, 0, -sin a), so that
   z = cos a z' - sin a x', and x -+ i y likewise, with Y_1,+-1 = -+ (3/8 pi)^(1/2) (x +- i y).
*/
static void test_rotation_by_hand(void **state)
{
  const double angle = 0.9, c = cos(angle), s = sin(angle), r = sqrt(0.5);
  const double expected[3][3] = {/* rows mu = -1, 0, 1; columns m = -1, 0, 1 */
                                 {0.5 * (1.0 + c), -r * s, 0.5 * (1.0 - c)},
                                 {r * s, c, -r * s},
                                 {0.5 * (1.0 - c), r * s, 0.5 * (1.0 + c)}};

  (void)state;
  assert_close(Rotation(0, 0, 0, c), 1.0, 1e-15, "l = 0");
  for (int mu = -1; mu <= 1; mu++) {
    for (int m = -1; m <= 1; m++)
      assert_close(Rotation(1, mu, m, c), expected[mu + 1][m + 1], 1e-15, "l = 1");
  }
}

/* Y_lm = sum_mu d^l_(mu m) Y'_l mu at scattered directions, for all l, m. */
static void test_defining_equation(void **state)
{
  const double angles[] = {0.2, 1.1, 0.5 * PETSC_PI, 2.9};
  double worst = 0.0, other_way = 0.0;

  (void)state;
  for (int a = 0; a < 4; a++) {
    const double c = cos(angles[a]), s = sin(angles[a]);

    for (int i = 0; i < 12; i++) {
      PetscComplex Y[(L_MAX + 1) * (L_MAX + 1)], Y_new[(L_MAX + 1) * (L_MAX + 1)];
      double n[3], n_new[3];

      Direction(i, n);
      n_new[0] = c * n[0] - s * n[2];
      n_new[1] = n[1];
      n_new[2] = s * n[0] + c * n[2];
      Harmonics(n, Y);
      Harmonics(n_new, Y_new);
      for (int l = 0; l <= L_MAX; l++) {
        for (int m = -l; m <= l; m++) {
          PetscComplex sum = 0.0, transposed = 0.0;

          for (int mu = -l; mu <= l; mu++) {
            sum += Rotation(l, mu, m, c) * Y_new[l * l + l + mu];
            transposed += Rotation(l, m, mu, c) * Y_new[l * l + l + mu];
          }
          worst = PetscMax(worst, PetscAbsComplex(sum - Y[l * l + l + m]));
          other_way = PetscMax(other_way, PetscAbsComplex(transposed - Y[l * l + l + m]));
        }
      }
    }
  }
  print_message("expansion in the new frame %.2e, turned the other way %.2e\n", worst, other_way);
  assert_small(worst, 1e-13, "expansion in the new frame");
  /* the opposite rotation must not pass */
  assert_true(other_way > 0.1);
}

/* d^l is an orthogonal matrix, and many angles in one call are those one by one. */
static void test_orthogonal(void **state)
{
  const double cosine[] = {-0.98, -0.3, 0.0, 0.41, 0.999};
  double worst = 0.0, d[5];

  (void)state;
  for (int l = 0; l <= 2 * L_MAX; l++) {
    for (int m = -l; m <= l; m++) {
      for (int k = m; k <= l; k++) {
        for (int i = 0; i < 5; i++) {
          double sum = 0.0;

          for (int mu = -l; mu <= l; mu++)
            sum += Rotation(l, mu, m, cosine[i]) * Rotation(l, mu, k, cosine[i]);
          worst = PetscMax(worst, fabs(sum - (k == m ? 1.0 : 0.0)));
        }
      }
      assert_ok(QlbeSphericalRotation(l, l, m, 5, cosine, d));
      for (int i = 0; i < 5; i++)
        assert_close(d[i], Rotation(l, l, m, cosine[i]), 1e-15, "array of angles");
    }
  }
  print_message("orthogonality %.2e\n", worst);
  assert_small(worst, 1e-12, "orthogonality");
}

/*
   Frames of unlike axes, of lengths far from 1 and with components that are equal: orthonormal,
   right-handed, and the choice of e[0].
*/
static void test_frame(void **state)
{
  const double axis[6][3] = {{0.0, 0.0, 1.0},  {1.0, 0.0, 0.0},  {1.0, 1.0, 1.0},
                             {3.0, -0.2, 0.7}, {-1.0, 2.0, 1.0}, {-2e-200, 1e-200, 5e-201}};
  const int least[6] = {0, 1, 0, 1, 0, 2};

  (void)state;
  for (int c = 0; c < 6; c++) {
    const double *a = axis[c], length = hypot(hypot(a[0], a[1]), a[2]);
    double e[3][3], volume = 0.0;

    QlbeSphericalFrame(a, e);
    for (int i = 0; i < 3; i++) {
      const int j = (i + 1) % 3, k = (i + 2) % 3;
      assert_close(e[2][i], a[i] / length, 1e-15, "along the axis");
      volume += e[2][i] * (e[0][j] * e[1][k] - e[0][k] * e[1][j]);
      for (int l = 0; l < 3; l++) {
        const double product = e[i][0] * e[l][0] + e[i][1] * e[l][1] + e[i][2] * e[l][2];
        assert_close(product, i == l ? 1.0 : 0.0, 1e-15, "orthonormality");
      }
    }
    assert_close(volume, 1.0, 1e-15, "orientation");
    /* e[1] is perpendicular to the plane that e[0] lies in */
    assert_true(e[0][least[c]] > 0.8);
    assert_close(e[1][least[c]], 0.0, 1e-15, "plane of the first vector");
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_orthonormal),      cmocka_unit_test(test_by_hand),
      cmocka_unit_test(test_rotation_by_hand), cmocka_unit_test(test_defining_equation),
      cmocka_unit_test(test_orthogonal),       cmocka_unit_test(test_frame),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
