/*
   All sectors of a fiber: generators, propagators, products and sums.
*/
#include <math.h>

#include "evolution_impl.h"

/* Relative to the length of a fiber. */
static const double rounding = 1e-13;

/* Vectors that are propagated together at the most: their work space grows with them. */
enum { MOST_TOGETHER = 64 };

PetscErrorCode QlbeEvolutionSectorsCreate(QlbeEvolution e, QlbeMomentumSpace space,
                                          const double k[3], QlbeEvolutionSectors *g)
{
  PetscFunctionBegin;
  g->n = QlbeMomentumSpaceSectors(space);
  g->m_max = g->n / 2;
  PetscCall(PetscMalloc2(g->m_max + 1, &g->A, g->m_max + 1, &g->propagator));
  for (PetscInt m = 0; m <= g->m_max; m++) {
    PetscCall(QlbeEvolutionOperator(e, k, m, &g->A[m]));
    g->propagator[m] = NULL;
    if (!QlbeDiscretisationPropagates(e->d) || !e->any_method)
      PetscCall(QlbeEvolutionPropagator(e, g->A[m], e->free, &g->propagator[m]));
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionSectorsDestroy(QlbeEvolutionSectors *g)
{
  PetscFunctionBegin;
  for (PetscInt m = 0; m <= g->m_max; m++) {
    PetscCall(QlbePropagatorDestroy(&g->propagator[m]));
    PetscCall(MatDestroy(&g->A[m]));
  }
  PetscCall(PetscFree2(g->A, g->propagator));
  PetscFunctionReturn(0);
}

QlbeEvolutionSpan QlbeEvolutionSpanOf(const QlbeEvolutionPlan *plan, PetscInt i)
{
  return (QlbeEvolutionSpan){.time = {i > 0 ? plan->time[i - 1] : 0.0, plan->time[i]},
                             .step = plan->step[i]};
}

/*
   A block of vectors; what does not converge is a result, which the checks report.
*/
static PetscErrorCode AdvanceBlock(QlbeEvolution e, Mat A, const QlbeEvolutionSpan *span,
                                   PetscInt n, Vec x[])
{
  PetscErrorCode ierr;

  PetscFunctionBegin;
  PetscCall(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  ierr = QlbeDiscretisationAdvance(e->d, A, span->time, e->tolerance, n, x);
  PetscCall(PetscPopErrorHandler());
  if (ierr == PETSC_ERR_NOT_CONVERGED || ierr == PETSC_ERR_FP) {
    e->failures += 1.0;
    for (PetscInt i = 0; i < n; i++) PetscCall(VecSet(x[i], 0.0));
  } else if (ierr) {
    SETERRQ(e->problem.comm, ierr, "propagation over the time %g failed", span->step);
  }
  PetscFunctionReturn(0);
}

/* A vector and where it came from: a multiple of another one needs no propagation of its own. */
typedef struct {
  Vec x;
  PetscInt source; /* number of the vector that it is a multiple of, or its own */
  PetscScalar factor;
} Copy;

/* Whether b = factor a to rounding. */
static PetscErrorCode IsMultiple(Vec a, Vec b, double size, PetscScalar *factor, PetscBool *is)
{
  PetscReal length, difference;
  Vec rest;

  PetscFunctionBegin;
  *is = PETSC_FALSE;
  PetscCall(VecNorm(a, NORM_2, &length));
  if (length == 0.0) PetscFunctionReturn(0);
  PetscCall(VecDot(b, a, factor));
  *factor /= length * length;
  PetscCall(VecDuplicate(b, &rest));
  PetscCall(VecWAXPY(rest, -*factor, a, b));
  PetscCall(VecNorm(rest, NORM_2, &difference));
  PetscCall(VecDestroy(&rest));
  *is = (PetscBool)(difference <= rounding * size);
  PetscFunctionReturn(0);
}

/*
   One sector m and -m of all vectors, which share the operator. Of a state with a mirror plane
   through k the two are multiples of each other; what is below rounding of the fiber is left as it
   is, since nothing grows.
*/
static PetscErrorCode AdvanceTogether(QlbeEvolution e, const QlbeEvolutionSectors *g, PetscInt m,
                                      const QlbeEvolutionSpan *span, PetscInt n_vectors, Vec x[])
{
  PetscInt n = 0;
  Copy *copies;
  Vec *block;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(2 * n_vectors, &copies, 2 * n_vectors, &block));
  for (PetscInt v = 0; v < n_vectors; v++) {
    Vec *own = x + v * g->n;
    double size = 0.0;
    PetscCall(QlbeEvolutionLength(g->n, own, &size));
    for (int sign = 1; sign >= (m > 0 ? -1 : 1); sign -= 2) {
      Copy *c = &copies[2 * v + (sign < 0)];
      PetscReal length;
      PetscBool multiple = PETSC_FALSE;
      *c = (Copy){.x = own[g->m_max + sign * m], .source = -1, .factor = 1.0};
      PetscCall(VecNorm(c->x, NORM_2, &length));
      if (length <= rounding * size) continue;
      if (sign < 0 && copies[2 * v].source >= 0)
        PetscCall(IsMultiple(copies[2 * v].x, c->x, size, &c->factor, &multiple));
      c->source = multiple ? copies[2 * v].source : n;
      if (!multiple) block[n++] = c->x;
    }
  }
  for (PetscInt begin = 0; begin < n; begin += MOST_TOGETHER)
    PetscCall(AdvanceBlock(e, g->A[m], span, PetscMin(MOST_TOGETHER, n - begin), block + begin));
  for (PetscInt v = 0; v < n_vectors && m > 0; v++) {
    const Copy *c = &copies[2 * v + 1];
    if (c->source < 0 || block[c->source] == c->x) continue;
    PetscCall(VecCopy(block[c->source], c->x));
    PetscCall(VecScale(c->x, c->factor));
  }
  PetscCall(PetscFree2(copies, block));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionSectorsAdvance(QlbeEvolution e, const QlbeEvolutionSectors *g,
                                           const QlbeEvolutionSpan *span, PetscInt n_vectors,
                                           Vec x[])
{
  PetscFunctionBegin;
  if (span->step == 0.0) PetscFunctionReturn(0);
  if (g->propagator[0]) {
    for (PetscInt v = 0; v < n_vectors; v++)
      for (PetscInt s = 0; s < g->n; s++)
        PetscCall(QlbeEvolutionAdvance(e, g->propagator[PetscAbs(s - g->m_max)], span->step,
                                       x[v * g->n + s]));
    PetscFunctionReturn(0);
  }
  e->approximate = PETSC_TRUE;
  PetscCall(QlbePhaseBegin(e->problem.phases, "propagation"));
  for (PetscInt m = 0; m <= g->m_max; m++) PetscCall(AdvanceTogether(e, g, m, span, n_vectors, x));
  PetscCall(QlbePhaseEnd(e->problem.phases, "propagation"));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionSectorsMult(const QlbeEvolutionSectors *g, const Vec x[], Vec Ax[])
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s < g->n; s++) PetscCall(MatMult(g->A[PetscAbs(s - g->m_max)], x[s], Ax[s]));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionFunctional(PetscInt n, const Vec y[], const Vec x[], PetscScalar *value)
{
  PetscFunctionBegin;
  *value = 0.0;
  for (PetscInt s = 0; s < n; s++) {
    PetscScalar part;
    PetscCall(VecDot(x[s], y[s], &part));
    *value += part;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeEvolutionLength(PetscInt n, const Vec x[], double *length)
{
  double square = 0.0;

  PetscFunctionBegin;
  for (PetscInt s = 0; s < n; s++) {
    PetscReal norm;
    PetscCall(VecNorm(x[s], NORM_2, &norm));
    square += norm * norm;
  }
  *length = sqrt(square);
  PetscFunctionReturn(0);
}
