/* The assertions that numerical tests share, and the headers that cmocka wants before its own. */
#ifndef QLBE_TEST_CHECK_H
#define QLBE_TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <petscsys.h>

#define assert_ok(call) assert_int_equal((call), 0)

/* Fails and says by how much: error must not exceed bound; a NaN fails. */
#define assert_small(error, bound, what)                                                           \
  do {                                                                                             \
    const double measured_ = (error), bound_ = (bound);                                            \
    if (!(measured_ <= bound_)) {                                                                  \
      fail_msg("%s: %.3e exceeds %.3e", (what), measured_, bound_);                                \
    }                                                                                              \
  } while (0)

/* Fails unless |value - expected| <= bound. */
#define assert_close(value, expected, bound, what)                                                 \
  do {                                                                                             \
    const double value_ = (value), expected_ = (expected), allowed_ = (bound);                     \
    if (!(fabs(value_ - expected_) <= allowed_)) {                                                 \
      fail_msg("%s: %.15g instead of %.15g, off by %.2e > %.2e", (what), value_, expected_,        \
               fabs(value_ - expected_), allowed_);                                                \
    }                                                                                              \
  } while (0)

#endif
