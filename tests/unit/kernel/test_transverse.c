/*
   The table of the transverse integral against brute-force quadrature in the plane, closed forms
   and its symmetries.
*/
#include "../../../src/kernel/transverse_impl.h"
#include "kernel_test.h"
#include "qlbe/transverse_sample.h"

/* A table and its work arrays. */
typedef struct {
  QlbeParameters par;
  QlbeInteraction inter;
  QlbeTransverse table;
  double *block, *work;
} TableCase;

static void Create(const QlbeParameters *par, const QlbeTransverseRange *range, double tolerance,
                   TableCase *c)
{
  PetscInt block, slice;

  c->par = *par;
  assert_ok(QlbeInteractionCreate(par, &c->inter));
  assert_ok(QlbeTransverseCreate(par, c->inter, range, tolerance, &c->table));
  assert_ok(QlbeTransverseGetSizes(c->table, &block, &slice));
  assert_ok(PetscMalloc2(block, &c->block, slice, &c->work));
}

static void Destroy(TableCase *c)
{
  assert_ok(PetscFree2(c->block, c->work));
  assert_ok(QlbeTransverseDestroy(&c->table));
  assert_ok(QlbeInteractionDestroy(&c->inter));
  assert_null(c->table);
}

static PetscComplex FromTable(const TableCase *c, const TransversePoint *at)
{
  const double rho2 = at->rho * at->rho, x = at->rho * at->k * cos(at->angle);
  QlbeTransverseSlice slice;
  double re, im;

  assert_ok(QlbeTransverseBlock(c->table, at->q, c->block));
  assert_ok(QlbeTransverseContract(c->table, c->block, at->k, c->work, &slice));
  QlbeTransverseEvaluate(&slice, 1, &rho2, &x, &re, &im);
  return PetscCMPLX(re, im);
}

/* Largest relative difference of table and plane quadrature over the points. */
static double Compare(const TableCase *c, int n, const TransversePoint point[])
{
  double worst = 0.0;

  for (int i = 0; i < n; i++) {
    const PetscComplex F = FromTable(c, &point[i]);
    PetscComplex direct;

    assert_ok(DirectTransverse(&c->par, c->inter, &point[i], &direct));
    worst = PetscMax(worst, PetscAbsComplex(F - direct) / PetscAbsComplex(direct));
  }
  return worst;
}

static void test_direct(void **state)
{
  const double k_max[] = {0.1, 0.5, 5.0};
  const QlbeParameters kinds[] = {UnitParameters(QLBE_HARD_SPHERE, 1.0, 1.0),
                                  UnlikeParameters(QLBE_HARD_SPHERE)};

  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    for (int i = 0; i < 3; i++) {
      const double k = k_max[i];
      const QlbeTransverseRange range = {0.5, 4.0, 3.0, k};
      const TransversePoint point[] = {{0.5, 1.3, 0.0, 0.0},     {1.0, 0.0, k, 0.0},
                                       {0.5, 2.7, k, 0.4},       {0.9, 1.1, k, 0.5 * PETSC_PI},
                                       {1.7, 2.2, 0.6 * k, 2.3}, {3.9, 3.0, 0.9 * k, PETSC_PI},
                                       {2.4, 0.3, 0.1 * k, -1.2}};
      double worst;
      TableCase c;

      Create(&kinds[kind], &range, 1e-12, &c);
      worst = Compare(&c, (int)(sizeof(point) / sizeof(point[0])), point);
      print_message("k <= %g: largest relative difference %.2e\n", k, worst);
      assert_small(worst, 1e-9, "table and plane quadrature");
      Destroy(&c);
    }
  }
}

/* A constant amplitude leaves the Gaussian: F = (2 pi m/beta) a^2 at every argument. */
static void test_constant(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const double closed = 2.0 * PETSC_PI * par.m / par.beta * par.a * par.a;
  const QlbeTransverseRange range = {0.2, 6.0, 8.0, 2.0};
  const TransversePoint point[] = {
      {0.2, 0.0, 0.0, 0.0}, {0.7, 3.0, 1.0, 0.3}, {3.0, 8.0, 2.0, 2.0}, {6.0, 5.0, 0.1, 3.0}};
  TableCase c;

  (void)state;
  Create(&par, &range, 1e-13, &c);
  for (int i = 0; i < 4; i++) {
    assert_small(PetscAbsComplex(FromTable(&c, &point[i]) / closed - 1.0), 1e-13, "closed form");
  }
  Destroy(&c);
}

/* The classical sphere has |f|^2 = a^2/4 and is defined at k = 0 alone. */
static void test_classical(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CLASSICAL);
  const double closed = 0.5 * PETSC_PI * par.m / par.beta * par.a * par.a;
  const QlbeTransverseRange at_rest = {0.0, 6.0, 8.0, 0.0}, moving = {0.0, 6.0, 8.0, 0.1};
  const TransversePoint point = {2.0, 5.0, 0.0, 0.0};
  QlbeTransverse table;
  TableCase c;

  (void)state;
  Create(&par, &at_rest, 1e-13, &c);
  assert_small(PetscAbsComplex(FromTable(&c, &point) / closed - 1.0), 1e-13, "closed form");
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeTransverseCreate(&par, c.inter, &moving, 1e-12, &table),
                   PETSC_ERR_ARG_OUTOFRANGE);
  assert_int_equal(QlbeTransverseBlock(c.table, 6.1, c.block), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  Destroy(&c);
}

/*
   F(-k) = conj F(k) and F(-p) = conj F(p): reversing either vector adds pi to the angle. At right
   angles F is real; F at k = 0 bounds |F|^2 by Cauchy and Schwarz:
   |F(p, k)|^2 <= F(p - hbar k/2, 0) F(p + hbar k/2, 0).
*/
static void test_symmetries(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const QlbeTransverseRange range = {0.3, 4.0, 5.0, 2.0};
  TableCase c;

  (void)state;
  Create(&par, &range, 1e-12, &c);
  for (int i = 0; i < 60; i++) {
    const TransversePoint at = {0.3 + 0.06 * i, 0.055 * i, 2.0 - 0.03 * i, 0.4 + 0.31 * i};
    const double half = 0.5 * par.hbar * at.k, x = at.rho * half * cos(at.angle);
    TransversePoint reversed = at, right = at, minus = {at.q, 0.0, 0.0, 0.0}, plus = minus;
    const PetscComplex F = FromTable(&c, &at);
    double bound;

    reversed.angle += PETSC_PI;
    right.angle = 0.5 * PETSC_PI;
    minus.rho = sqrt(PetscMax(at.rho * at.rho + half * half - 2.0 * x, 0.0));
    plus.rho = sqrt(PetscMax(at.rho * at.rho + half * half + 2.0 * x, 0.0));
    assert_small(PetscAbsComplex(FromTable(&c, &reversed) - PetscConj(F)) / PetscAbsComplex(F),
                 1e-13, "reversed wave vector");
    assert_small(fabs(PetscImaginaryPart(FromTable(&c, &right))) / PetscAbsComplex(F), 1e-14,
                 "imaginary part at right angles");
    bound = PetscRealPart(FromTable(&c, &minus)) * PetscRealPart(FromTable(&c, &plus));
    assert_small(PetscAbsComplex(F) * PetscAbsComplex(F) / bound, 1.0 + 1e-10, "Cauchy-Schwarz");
  }
  Destroy(&c);
}

/* A cold gas asks for more terms than an index counts: an error, not a smaller table. */
static void test_too_many_terms(void **state)
{
  const QlbeTransverseRange range = {0.3, 12.0, 5.0, 2.0};
  const QlbeParameters par = UnlikeParameters(QLBE_HARD_SPHERE);
  const QlbeTeam alone = {.rank = 0, .size = 1};
  struct _p_QlbeTransverse table = {.par = par, .range = range, .tolerance = 1e-12};
  QlbeInteraction inter;
  QlbeTransverseSampler sampler;

  (void)state;
  table.par.beta = 1e13;
  assert_ok(QlbeInteractionCreate(&par, &inter));
  assert_ok(QlbeTransverseSamplerCreate(&par, inter, &range, 1e-12, &sampler));
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeTransverseFill_Private(&table, sampler, &alone), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  assert_ok(QlbeTransverseSamplerDestroy(&sampler));
  assert_ok(QlbeInteractionDestroy(&inter));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_direct),         cmocka_unit_test(test_constant),
      cmocka_unit_test(test_classical),      cmocka_unit_test(test_symmetries),
      cmocka_unit_test(test_too_many_terms),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
