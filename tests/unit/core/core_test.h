/*
   Common to the tests of core: what cmocka needs, and a main that starts PETSc without its own
   handler, so that errors provoked on purpose leave no trace on the screen.
*/
#ifndef QLBE_CORE_TEST_H
#define QLBE_CORE_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <petscsys.h>

/* |x - y| <= tolerance |y|; prints both when it is not. */
#define assert_close(x, y, tolerance)                                                              \
  do {                                                                                             \
    const double close_x = (x), close_y = (y);                                                     \
    if (!(fabs(close_x - close_y) <= (tolerance)*fabs(close_y))) {                                 \
      print_error("%s = %.17g, expected %.17g\n", #x, close_x, close_y);                           \
      fail();                                                                                      \
    }                                                                                              \
  } while (0)

#define CORE_TEST_MAIN(tests)                                                                      \
  int main(void)                                                                                   \
  {                                                                                                \
    int failures;                                                                                  \
    if (PetscInitialize(NULL, NULL, NULL, NULL)) return 1;                                         \
    if (PetscPushErrorHandler(PetscReturnErrorHandler, NULL)) return 1;                            \
    failures = cmocka_run_group_tests(tests, NULL, NULL);                                          \
    return PetscFinalize() || failures ? 1 : 0;                                                    \
  }

#endif
