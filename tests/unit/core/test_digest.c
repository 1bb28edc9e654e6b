/* Digests: the published values of FNV-1a, and one digest however the bytes come. */
#include "core_test.h"
#include "qlbe/digest.h"

static void published_values(void **state)
{
  (void)state;
  assert_true(QlbeDigest(QLBE_DIGEST_START, 0, "") == UINT64_C(0xcbf29ce484222325));
  assert_true(QlbeDigest(QLBE_DIGEST_START, 1, "a") == UINT64_C(0xaf63dc4c8601ec8c));
  assert_true(QlbeDigest(QLBE_DIGEST_START, 6, "foobar") == UINT64_C(0x85944171f73967e8));
}

static void in_pieces(void **state)
{
  const uint64_t foo = QlbeDigest(QLBE_DIGEST_START, 3, "foo");

  (void)state;
  assert_true(QlbeDigest(foo, 3, "bar") == QlbeDigest(QLBE_DIGEST_START, 6, "foobar"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(published_values),
                                     cmocka_unit_test(in_pieces)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
