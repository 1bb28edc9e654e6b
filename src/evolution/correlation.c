/*
   Panels of F(t) by propagation from node to node, and the tail.

   The end is reached where y = exp(t A/2) x is a single mode. Then lambda = y^T A y/y^T y, whose
   error is quadratic in what is left of the others: with the residual rho = |A y - lambda y|/|y|
   and their distance `gap`, (rho/gap)^2. F may also have decayed before.
*/
#include "correlation.h"

#include <math.h>

#include "qlbe/propagator.h"
#include "qlbe/rule.h"

/* Error of a panel that is accepted, and one below which the next is twice as long. */
static const double panel_tolerance = 3e-12, panel_easy = 1e-14;
/* F, and the part of other modes in it, below which nothing follows. */
static const double negligible = 1e-14;
/* Error of one step of the propagator. */
static const double step_tolerance = 1e-14;
/* The first panel, in units of 1/fast, and the longest, in units of 1/gap. */
static const double first_length = 2.0, longest_length = 4.0;
/* Rise of |F| from panel to panel that nodes make and physics does not, once F is small. */
static const double rise = 4.0, small = 1e-2;

enum { MOST_PANELS = 4000 };

/* What a propagation works with. */
typedef struct {
  Mat A;
  QlbePropagator propagator;
  QlbeRule rule; /* of [-1, 1] */
  Vec begin;     /* y at the beginning of the panel */
  Vec y;         /* y at the present node */
  Vec work;
  double steps;
  PetscInt failures;
} Course;

static PetscErrorCode CourseCreate(Mat A, Vec x, Course *course)
{
  PetscFunctionBegin;
  *course = (Course){.A = A};
  PetscCall(QlbePropagatorCreate(PetscObjectComm((PetscObject)x), &course->propagator));
  PetscCall(QlbePropagatorSetTolerance(course->propagator, step_tolerance));
  PetscCall(QlbePropagatorSetOperator(course->propagator, A));
  PetscCall(QlbeRuleLegendre(CORRELATION_NODES, -1.0, 1.0, &course->rule));
  PetscCall(VecDuplicate(x, &course->begin));
  PetscCall(VecDuplicate(x, &course->y));
  PetscCall(VecDuplicate(x, &course->work));
  PetscCall(VecCopy(x, course->begin));
  PetscFunctionReturn(0);
}

static PetscErrorCode CourseDestroy(Course *course)
{
  PetscFunctionBegin;
  PetscCall(QlbePropagatorDestroy(&course->propagator));
  PetscCall(QlbeRuleDestroy(&course->rule));
  PetscCall(VecDestroy(&course->begin));
  PetscCall(VecDestroy(&course->y));
  PetscCall(VecDestroy(&course->work));
  PetscFunctionReturn(0);
}

/*
   `to` = exp(step A) y. A propagator that gives up, or numbers that overflow, are results, which a
   check reports.
*/
static PetscErrorCode Propagate(Course *course, double step, Vec to)
{
  PetscErrorCode ierr;

  PetscFunctionBegin;
  course->steps += 1.0;
  if (course->failures > 0) PetscFunctionReturn(0);
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = QlbePropagatorApply(course->propagator, step, course->y, to);
  PetscCall(PetscPopErrorHandler());
  if (ierr == PETSC_ERR_NOT_CONVERGED || ierr == PETSC_ERR_FP)
    course->failures = 1;
  else if (ierr)
    SETERRQ(PetscObjectComm((PetscObject)to), ierr, "propagation over the time %g failed", step);
  PetscFunctionReturn(0);
}

/* Coefficients of the Legendre series from values at the nodes of the rule. */
static void Expand(const QlbeRule *rule, const double F[], CorrelationPanel *panel)
{
  for (int l = 0; l < CORRELATION_NODES; l++) panel->c[l] = 0.0;
  for (int i = 0; i < CORRELATION_NODES; i++) {
    double before = 0.0, now = 1.0;
    for (int l = 0; l < CORRELATION_NODES; l++) {
      const double next =
          ((double)(2 * l + 1) * rule->x[i] * now - (double)l * before) / (double)(l + 1);
      panel->c[l] += ((double)l + 0.5) * rule->w[i] * now * F[i];
      before = now;
      now = next;
    }
  }
  panel->error = 0.0;
  for (int l = CORRELATION_NODES - 3; l < CORRELATION_NODES; l++) panel->error += fabs(panel->c[l]);
}

/* A panel from course->begin; y ends at its last node. */
static PetscErrorCode Sample(Course *course, CorrelationPanel *panel, double *imaginary)
{
  double F[CORRELATION_NODES], now = -1.0;

  PetscFunctionBegin;
  panel->largest = 0.0;
  PetscCall(VecCopy(course->begin, course->y));
  for (int i = 0; i < CORRELATION_NODES; i++) {
    const double step = 0.5 * panel->half * (course->rule.x[i] - now);
    PetscScalar value;
    PetscCall(Propagate(course, step, course->y));
    PetscCall(VecTDot(course->y, course->y, &value));
    F[i] = PetscRealPart(value);
    *imaginary = PetscMax(*imaginary, fabs(PetscImaginaryPart(value)));
    panel->largest = PetscMax(panel->largest, fabs(F[i]));
    now = course->rule.x[i];
  }
  Expand(&course->rule, F, panel);
  PetscFunctionReturn(0);
}

/* y at the end of the panel becomes the beginning of the next one. */
static PetscErrorCode Advance(Course *course, const CorrelationPanel *panel)
{
  const double step = 0.5 * panel->half * (1.0 - course->rule.x[CORRELATION_NODES - 1]);

  PetscFunctionBegin;
  PetscCall(Propagate(course, step, course->begin));
  PetscFunctionReturn(0);
}

/* What follows the last panel; *ended where that is known to be enough. */
static PetscErrorCode LookAhead(Course *course, const CorrelationScales *scales, Correlation *c,
                                PetscBool *ended)
{
  const CorrelationPanel *last = &c->panels[c->n - 1];
  PetscScalar square, mean;
  PetscReal length, residual;
  double others = 1.0, rate;

  PetscFunctionBegin;
  PetscCall(VecTDot(course->begin, course->begin, &square));
  PetscCall(VecNorm(course->begin, NORM_2, &length));
  PetscCall(MatMult(course->A, course->begin, course->work));
  PetscCall(VecTDot(course->begin, course->work, &mean));
  rate = PetscRealPart(mean / square);
  PetscCall(VecAXPY(course->work, -mean / square, course->begin));
  PetscCall(VecNorm(course->work, NORM_2, &residual));
  if (scales->gap > 0.0 && length > 0.0) others = PetscSqr(residual / (length * scales->gap));
  *ended = (PetscBool)(last->largest <= negligible ||
                       (rate < 0.0 && others * last->largest <= negligible));
  c->cut = last->largest;
  c->cut_time = 2.0 * last->half;
  c->tail = 0.0;
  if (*ended && rate < 0.0 && others < 1.0) {
    c->tail = PetscRealPart(square);
    c->tail_rate = rate;
    c->tail_rate_error = others * scales->gap + 4e-16 * scales->fast;
    c->cut = others * last->largest;
    c->cut_time = 1.0 / scales->gap;
  }
  PetscFunctionReturn(0);
}

/* Where nodes bring F back, it ends at the panel where it was least. */
static PetscBool Returns(Correlation *c)
{
  PetscInt least = 0;

  for (PetscInt i = 1; i < c->n; i++)
    if (c->panels[i].largest < c->panels[least].largest) least = i;
  if (c->panels[least].largest > small ||
      c->panels[c->n - 1].largest < rise * c->panels[least].largest)
    return PETSC_FALSE;
  c->returned = PETSC_TRUE;
  c->n = least + 1;
  c->cut = c->panels[least].largest;
  c->cut_time = 2.0 * c->panels[least].half;
  return PETSC_TRUE;
}

static PetscErrorCode AddPanel(const CorrelationPanel *panel, Correlation *c)
{
  PetscFunctionBegin;
  if (c->n == c->room) {
    c->room = PetscMax(64, 2 * c->room);
    PetscCall(PetscRealloc((size_t)c->room * sizeof(*c->panels), &c->panels));
  }
  c->panels[c->n++] = *panel;
  c->end = panel->begin + 2.0 * panel->half;
  PetscFunctionReturn(0);
}

/* Panels until the end, shorter where the series does not converge. */
static PetscErrorCode Follow(Course *course, const CorrelationScales *scales, Correlation *c)
{
  const double longest = scales->gap > 0.0 ? longest_length / scales->gap : HUGE_VAL;
  double length = PetscMin(first_length / scales->fast, longest);
  PetscBool ended = PETSC_FALSE;

  PetscFunctionBegin;
  while (!ended && c->n < MOST_PANELS && c->end < scales->limit * (1.0 - 1e-12)) {
    CorrelationPanel panel = {.begin = c->end};
    length = PetscMin(length, scales->limit - c->end);
    panel.half = 0.5 * length;
    PetscCall(Sample(course, &panel, &c->imaginary));
    if (course->failures > 0) break;
    if (!(panel.error <= panel_tolerance) && length * scales->fast > 1e-3) {
      length *= 0.5;
      continue;
    }
    PetscCall(Advance(course, &panel));
    PetscCall(AddPanel(&panel, c));
    PetscCall(LookAhead(course, scales, c, &ended));
    if (!ended) ended = Returns(c);
    if (panel.error <= panel_easy) length = PetscMin(2.0 * length, longest);
  }
  c->failures = course->failures;
  if (c->failures > 0) c->cut = c->cut_time = HUGE_VAL;
  if (c->n > 0) c->end = c->panels[c->n - 1].begin + 2.0 * c->panels[c->n - 1].half;
  PetscFunctionReturn(0);
}

PetscErrorCode CorrelationCreate(Mat A, Vec x, const CorrelationScales *scales, Correlation *c)
{
  PetscReal length;
  Course course;

  PetscFunctionBegin;
  *c = (Correlation){.n = 0};
  PetscCall(VecNorm(x, NORM_2, &length));
  PetscCall(CourseCreate(A, x, &course));
  PetscCall(Follow(&course, scales, c));
  /* each step may change y by the tolerance, and F = y^T y by twice that; rounding comes on top */
  c->propagation = 2.0 * length * length * course.steps * (step_tolerance + 1e-15);
  PetscCall(QlbePropagatorGetProducts(course.propagator, &c->products));
  PetscCall(CourseDestroy(&course));
  PetscFunctionReturn(0);
}

PetscErrorCode CorrelationDestroy(Correlation *c)
{
  PetscFunctionBegin;
  PetscCall(PetscFree(c->panels));
  PetscFunctionReturn(0);
}
