/* Partners of levels: none serves twice, sectors stay apart, refused levels have none. */
#include <math.h>

#include "../../check.h"
#include "pair_partners.h"

static QlbeEigenpair Pair(double re, double im, PetscBool leading)
{
  return (QlbeEigenpair){.value = PetscCMPLX(re, im), .leading = leading};
}

/* Two levels that are both closest to the first of the others: the second takes the other one. */
static void TestOnce(void **state)
{
  const QlbeEigenpair a[] = {Pair(-1.0, 0.0, PETSC_TRUE), Pair(-1.1, 0.0, PETSC_TRUE)};
  const QlbeEigenpair b[] = {Pair(-1.02, 0.0, PETSC_TRUE), Pair(-3.0, 0.0, PETSC_TRUE)};
  const PairList of = {2, a, NULL}, two = {2, b, NULL}, one = {1, b, NULL}, none = {0, NULL, NULL};
  PetscScalar partner[2];

  (void)state;
  assert_ok(PairPartners(&of, &two, partner));
  assert_true(partner[0] == b[0].value && partner[1] == b[1].value);
  assert_ok(PairPartners(&of, &one, partner));
  assert_true(partner[0] == b[0].value && PetscIsNanScalar(partner[1]));
  assert_ok(PairPartners(&of, &none, partner));
  assert_true(PetscIsNanScalar(partner[0]) && PetscIsNanScalar(partner[1]));
}

/* Conjugate pairs keep their signs. */
static void TestConjugate(void **state)
{
  const QlbeEigenpair a[] = {Pair(-1.0, 0.2, PETSC_TRUE), Pair(-1.0, -0.2, PETSC_TRUE)};
  const QlbeEigenpair b[] = {Pair(-1.1, -0.3, PETSC_TRUE), Pair(-1.1, 0.3, PETSC_TRUE)};
  const PairList of = {2, a, NULL}, among = {2, b, NULL};
  PetscScalar partner[2];

  (void)state;
  assert_ok(PairPartners(&of, &among, partner));
  assert_true(partner[0] == b[1].value && partner[1] == b[0].value);
}

static void TestRefused(void **state)
{
  const QlbeEigenpair a[] = {Pair(-1.0, 0.0, PETSC_TRUE), Pair(-2.0, 0.0, PETSC_FALSE),
                             Pair(NAN, NAN, PETSC_TRUE)};
  const QlbeEigenpair b[] = {Pair(-1.0, 0.0, PETSC_FALSE), Pair(-2.0, 0.0, PETSC_TRUE),
                             Pair(NAN, NAN, PETSC_TRUE)};
  const PairList of = {3, a, NULL}, among = {3, b, NULL};
  PetscScalar partner[3];

  (void)state;
  assert_ok(PairPartners(&of, &among, partner));
  assert_true(partner[0] == b[1].value);
  assert_true(PetscIsNanScalar(partner[1]) && PetscIsNanScalar(partner[2]));
}

static void TestSectors(void **state)
{
  const QlbeEigenpair a[] = {Pair(-1.0, 0.0, PETSC_TRUE), Pair(-1.0, 0.0, PETSC_TRUE)};
  const QlbeEigenpair b[] = {Pair(-1.2, 0.0, PETSC_TRUE), Pair(-1.0, 0.0, PETSC_TRUE)};
  const PetscInt of_a[] = {0, 1}, of_b[] = {0, 1};
  const PairList of = {2, a, of_a}, among = {2, b, of_b};
  PetscScalar partner[2];

  (void)state;
  assert_ok(PairPartners(&of, &among, partner));
  assert_true(partner[0] == b[0].value && partner[1] == b[1].value);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TestOnce), cmocka_unit_test(TestConjugate),
                                     cmocka_unit_test(TestRefused), cmocka_unit_test(TestSectors)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (PetscFinalize()) return 1;
  return failed;
}
