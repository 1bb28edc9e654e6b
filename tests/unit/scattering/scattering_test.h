/* What the scattering tests share: parameters, and the rows of reference.csv. */
#ifndef QLBE_SCATTERING_TEST_H
#define QLBE_SCATTERING_TEST_H

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "qlbe/interaction.h"

static inline QlbeParameters ScatteringParameters(QlbeInteractionType type, double a, double hbar)
{
  const QlbeParameters par = {.M = 1.0,
                              .m = 1.0,
                              .m_star = 0.5,
                              .eta = 1.0,
                              .beta = 1.0,
                              .hbar = hbar,
                              .a = a,
                              .interaction = type};
  return par;
}

static inline QlbeInteraction NewInteraction(QlbeInteractionType type, double a, double hbar)
{
  const QlbeParameters par = ScatteringParameters(type, a, hbar);
  QlbeInteraction inter;

  assert_ok(QlbeInteractionCreate(&par, &inter));
  return inter;
}

/* Calls row(v, context) with the seven numbers of every line of reference.csv that begins with
 * kind. */
static inline int ReadReference(const char *kind, void (*row)(const double v[7], void *), void *ctx)
{
  char line[1024];
  int rows = 0;
  FILE *file = fopen(QLBE_SOURCE_DIR "/tests/unit/scattering/reference.csv", "r");

  assert_non_null(file);
  while (fgets(line, sizeof(line), file)) {
    double v[7];

    if (strncmp(line, kind, strlen(kind)) != 0) continue;
    assert_int_equal(sscanf(line + strlen(kind), ",%lf,%lf,%lf,%lf,%lf,%lf,%lf", &v[0], &v[1],
                            &v[2], &v[3], &v[4], &v[5], &v[6]),
                     7);
    row(v, ctx);
    rows++;
  }
  assert_int_equal(fclose(file), 0);
  return rows;
}

#endif
