/*
   The jump kernel in symmetric form against (4.10), written out term by term, and detailed balance.
*/
#include "kernel_test.h"

enum { POINTS = 6 };

static const double momenta[POINTS][3] = {{0.0, 0.0, 0.0},  {0.4, -0.7, 1.1}, {-1.3, 0.2, 0.6},
                                          {1.9, 1.2, -0.8}, {-0.3, 2.4, 0.1}, {0.9, 0.9, 2.0}};
static const double transfers[POINTS][3] = {{0.0, 0.0, 0.8},   {0.6, 0.3, -0.2},  {-0.9, 1.4, 0.3},
                                            {1.5, -1.5, -1.5}, {-0.1, -2.9, 0.8}, {0.7, 0.0, 0.0}};
static const double wave_vectors[POINTS][3] = {{0.0, 0.0, 0.0},   {0.0, 0.0, 0.5},
                                               {0.3, -0.2, 0.1},  {-0.8, 0.5, 1.2},
                                               {0.01, 0.0, 0.02}, {1.0, 1.0, -1.0}};

/* Kernel, interaction and the work arrays of a slice. */
typedef struct {
  QlbeParameters par;
  QlbeInteraction inter;
  QlbeJumpKernel kernel;
  QlbeTransverse table;
  double *block, *work;
} KernelCase;

static void Create(QlbeInteractionType type, KernelCase *c)
{
  PetscInt block, slice;

  c->par = UnlikeParameters(type);
  assert_ok(QlbeInteractionCreate(&c->par, &c->inter));
  assert_ok(QlbeJumpKernelCreate(&c->par, 0.5, 4.0, 6.0, 2.0, 1e-12, NULL, &c->kernel));
  assert_ok(QlbeJumpKernelGetTransverse(c->kernel, &c->table, NULL));
  assert_ok(QlbeTransverseGetSizes(c->table, &block, &slice));
  assert_ok(PetscMalloc2(block, &c->block, 2 * slice, &c->work));
}

static void Destroy(KernelCase *c)
{
  assert_ok(PetscFree2(c->block, c->work));
  assert_ok(QlbeJumpKernelDestroy(&c->kernel));
  assert_ok(QlbeInteractionDestroy(&c->inter));
  assert_null(c->kernel);
}

/* Gain and the two losses at P -+ hbar k/2, all in symmetric form, from the library. */
static void FromKernel(const KernelCase *c, const double q[3], const double p[3], const double k[3],
                       PetscComplex *gain, double loss[2])
{
  const double length = sqrt(Dot(q, q)), k_par = Dot(k, q) / length;
  double midpoint[3], s, rho2, x, re, im, F;
  QlbeJumpGeometry at = {.q = length, .k_par = k_par};
  QlbeJumpSlice slice;

  for (int i = 0; i < 3; i++) midpoint[i] = p[i] + 0.5 * q[i];
  s = Dot(midpoint, q) / length;
  rho2 = PetscMax(Dot(midpoint, midpoint) - s * s, 0.0);
  x = Dot(midpoint, k) - s * k_par;
  at.k_perp = sqrt(PetscMax(Dot(k, k) - k_par * k_par, 0.0));
  assert_ok(QlbeTransverseBlock(c->table, length, c->block));
  assert_ok(QlbeJumpSliceSetUp(c->kernel, c->table, c->block, &at, c->work, &slice));
  QlbeJumpSliceGain(&slice, 1, &rho2, &x, &re, &im);
  *gain = QlbeJumpSliceGainFactor(&slice, s) / length * PetscCMPLX(re, im);
  QlbeJumpSliceLoss(&slice, 1, &rho2, &x, 1.0, &F);
  loss[0] = QlbeJumpSliceLossFactor(&slice, s) / length * F;
  QlbeJumpSliceLoss(&slice, 1, &rho2, &x, -1.0, &F);
  /* the factor is even under reversal of s and k together */
  loss[1] = QlbeJumpSliceLossFactor(&slice, -s) / length * F;
}

/* Largest relative differences of gain and losses to the direct evaluation. */
static void Compare(const KernelCase *c, double worst[2])
{
  const double at_rest[3] = {0.0, 0.0, 0.0};

  worst[0] = worst[1] = 0.0;
  for (int i = 0; i < POINTS; i++) {
    const double *q = transfers[i], *p = momenta[(i + 1) % POINTS], *k = wave_vectors[i];
    PetscComplex gain, direct;
    double loss[2];

    FromKernel(c, q, p, k, &gain, loss);
    assert_ok(DirectSymmetric(&c->par, c->inter, q, p, k, &direct));
    worst[0] = PetscMax(worst[0], PetscAbsComplex(gain / direct - 1.0));
    for (int side = 0; side < 2; side++) {
      double shifted[3];

      for (int axis = 0; axis < 3; axis++)
        shifted[axis] = p[axis] + (side == 0 ? -0.5 : 0.5) * c->par.hbar * k[axis];
      assert_ok(DirectSymmetric(&c->par, c->inter, q, shifted, at_rest, &direct));
      worst[1] = PetscMax(worst[1], PetscAbsComplex(loss[side] / direct - 1.0));
    }
  }
}

static void test_against_formula(void **state)
{
  const QlbeInteractionType types[] = {QLBE_HARD_SPHERE, QLBE_CONSTANT};

  (void)state;
  for (int i = 0; i < 2; i++) {
    double worst[2];
    KernelCase c;

    Create(types[i], &c);
    Compare(&c, worst);
    print_message("largest relative differences: gain %.2e, loss %.2e\n", worst[0], worst[1]);
    assert_small(worst[0], 1e-9, "gain");
    assert_small(worst[1], 1e-9, "loss");
    Destroy(&c);
  }
}

/*
   nu(p) J_k(p + q, p) = nu(p + q) J_k(p, p + q) (4.12): a property of the formula itself, here of
   its direct evaluation, and of the slice at the same midpoint.
*/
static void test_detailed_balance(void **state)
{
  KernelCase c;

  (void)state;
  Create(QLBE_HARD_SPHERE, &c);
  for (int i = 0; i < POINTS; i++) {
    const double *q = transfers[i], *p = momenta[i], *k = wave_vectors[i];
    double back[3], after[3], ratio, loss[2];
    PetscComplex J_there, J_back, A_there, A_back;

    for (int axis = 0; axis < 3; axis++) {
      back[axis] = -q[axis];
      after[axis] = p[axis] + q[axis];
    }
    ratio = exp(0.5 * c.par.beta / c.par.M * (Dot(p, p) - Dot(after, after)));
    assert_ok(DirectJump(&c.par, c.inter, q, p, k, &J_there));
    assert_ok(DirectJump(&c.par, c.inter, back, after, k, &J_back));
    assert_small(PetscAbsComplex(J_there / (J_back * ratio) - 1.0), 1e-9, "balance of (4.10)");
    FromKernel(&c, q, p, k, &A_there, loss);
    FromKernel(&c, back, after, k, &A_back, loss);
    assert_small(PetscAbsComplex(A_there / A_back - 1.0), 1e-12, "symmetric form");
  }
  Destroy(&c);
}

/* Lemma 4.1, pair by pair: |J_k|^2 is at most the product of the rates at p - and + hbar k/2. */
static void test_gain_bounded_by_losses(void **state)
{
  KernelCase c;

  (void)state;
  Create(QLBE_HARD_SPHERE, &c);
  for (int i = 0; i < POINTS; i++) {
    for (int j = 0; j < POINTS; j++) {
      PetscComplex gain;
      double loss[2];

      FromKernel(&c, transfers[j], momenta[i], wave_vectors[(i + j) % POINTS], &gain, loss);
      assert_true(loss[0] > 0.0 && loss[1] > 0.0);
      assert_small(PetscAbsComplex(gain) / sqrt(loss[0] * loss[1]), 1.0 + 1e-11,
                   "gain over the geometric mean of the losses");
    }
  }
  Destroy(&c);
}

static void test_strength(void **state)
{
  const QlbeParameters par = UnlikeParameters(QLBE_CONSTANT);
  const double expected = 0.6 * 0.7 / pow(0.546875, 2) * pow(1.3 / (2.0 * PETSC_PI * 0.7), 1.5);

  (void)state;
  assert_close(QlbeJumpStrength(&par, 0.0), expected, 1e-14, "strength at rest");
  assert_close(QlbeJumpStrength(&par, 2.0) / expected, exp(-1.3 * 4.0 / 5.6), 1e-14, "its decay");
  assert_close(QlbeJumpStrength(&par, QlbeJumpLargestTransfer(&par, 0.0)) / expected, 1e-30, 1e-42,
               "largest transfer from rest");
}

static void test_contracts(void **state)
{
  const QlbeParameters *par;
  double k_max;
  KernelCase c;

  (void)state;
  Create(QLBE_CONSTANT, &c);
  assert_ok(QlbeJumpKernelGetParameters(c.kernel, &par));
  assert_ok(QlbeJumpKernelGetMaxWaveNumber(c.kernel, &k_max));
  assert_true(par->M == 2.5 && par->interaction == QLBE_CONSTANT && k_max == 2.0);
  assert_ok(PetscPushErrorHandler(PetscIgnoreErrorHandler, NULL));
  assert_int_equal(QlbeTransverseBlock(c.table, 0.4, c.block), PETSC_ERR_ARG_OUTOFRANGE);
  assert_ok(PetscPopErrorHandler());
  Destroy(&c);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_formula),
      cmocka_unit_test(test_detailed_balance),
      cmocka_unit_test(test_gain_bounded_by_losses),
      cmocka_unit_test(test_strength),
      cmocka_unit_test(test_contracts),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
