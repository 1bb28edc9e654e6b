/* A problem from words of the command line, for tests of plans and evolutions. */
#ifndef QLBE_TEST_PROBLEM_CASE_H
#define QLBE_TEST_PROBLEM_CASE_H

#include <math.h>
#include <string.h>

#include "check.h"
#include "qlbe/options.h"
#include "qlbe/problem.h"

typedef struct {
  QlbeOptions options;
  QlbeProblem problem;
} ProblemCase;

enum { MOST_WORDS = 64 };

/* words: what follows the command, separated by blanks. */
static inline void ProblemCreate(const char words[], ProblemCase *c)
{
  char text[1024], *argv[MOST_WORDS];
  const char *message;
  int argc = 0;

  assert_true(strlen(words) < sizeof(text));
  strcpy(text, words);
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    assert_true(argc < MOST_WORDS);
    argv[argc++] = word;
  }
  *c = (ProblemCase){.problem = {.comm = PETSC_COMM_WORLD, .memory = 1e9}};
  assert_ok(QlbeOptionsCreate(PETSC_COMM_WORLD, &c->options));
  assert_ok(QlbeOptionsSetUp(c->options, argc, argv));
  assert_ok(QlbeOptionsGetError(c->options, &message));
  if (message) fail_msg("%s", message);
  assert_ok(QlbeOptionsGetSettings(c->options, &c->problem.settings));
  assert_ok(QlbeOptionsGetParameters(c->options, &c->problem.parameters));
  assert_ok(QlbeOptionsGetUnits(c->options, &c->problem.units));
  assert_ok(QlbePhasesCreate(PETSC_COMM_WORLD, &c->problem.phases));
}

static inline void ProblemDestroy(ProblemCase *c)
{
  assert_ok(QlbePhasesDestroy(&c->problem.phases));
  assert_ok(QlbeOptionsDestroy(&c->options));
}

#endif
