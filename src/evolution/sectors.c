/*
   All sectors of a fiber: generators, propagators, products and sums.
*/
#include <math.h>

#include "evolution_impl.h"

PetscErrorCode QlbeEvolutionSectorsCreate(QlbeEvolution e, QlbeMomentumSpace space,
                                          const double k[3], QlbeEvolutionSectors *g)
{
  PetscFunctionBegin;
  g->n = QlbeMomentumSpaceSectors(space);
  g->m_max = g->n / 2;
  PetscCall(PetscMalloc2(g->m_max + 1, &g->A, g->m_max + 1, &g->propagator));
  for (PetscInt m = 0; m <= g->m_max; m++) {
    PetscCall(QlbeEvolutionOperator(e, k, m, &g->A[m]));
    PetscCall(QlbeEvolutionPropagator(e, g->A[m], &g->propagator[m]));
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

PetscErrorCode QlbeEvolutionSectorsAdvance(QlbeEvolution e, const QlbeEvolutionSectors *g, double t,
                                           Vec x[])
{
  PetscFunctionBegin;
  for (PetscInt s = 0; s < g->n; s++)
    PetscCall(QlbeEvolutionAdvance(e, g->propagator[PetscAbs(s - g->m_max)], t, x[s]));
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
