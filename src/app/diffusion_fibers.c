/*
   Which fibers the fit on the Cartesian grid needs.

   Vectors that permutations and signs of the axes map onto each other have the same operator, but
   for the names of the nodes, and so exactly the same eps: one fiber does for all of them. With all
   functions every vector has its own, which shows that.
*/
#include <math.h>

#include "diffusion.h"

static PetscBool Equivalent(const double a[3], const double b[3])
{
  PetscReal x[3] = {fabs(a[0]), fabs(a[1]), fabs(a[2])},
            y[3] = {fabs(b[0]), fabs(b[1]), fabs(b[2])};

  PetscSortReal(3, x);
  PetscSortReal(3, y);
  return (PetscBool)(x[0] == y[0] && x[1] == y[1] && x[2] == y[2]);
}

PetscErrorCode FitFibersCreate(const QlbeProblem *problem, const WaveVectors *vectors, FitFibers *f)
{
  PetscBool symmetric;

  PetscFunctionBegin;
  PetscCall(CartesianSymmetric(problem, 1, &symmetric));
  f->n = 0;
  PetscCall(PetscMalloc2(vectors->n, &f->vector, vectors->n, &f->same));
  for (PetscInt i = 0; i < vectors->n; i++) {
    PetscInt j = symmetric ? 0 : f->n;
    while (j < f->n && !Equivalent(vectors->k[f->vector[j]], vectors->k[i])) j++;
    if (j == f->n) f->vector[f->n++] = i;
    f->same[i] = j;
  }
  PetscFunctionReturn(0);
}

PetscErrorCode FitFibersDestroy(FitFibers *f)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(f->vector, f->same));
  PetscFunctionReturn(0);
}

void FitFibersToRows(const FitFibers *f, PetscInt n, const double of_fibers[], double rows[])
{
  for (PetscInt i = 0; i < n; i++) {
    const double *from = of_fibers + f->same[i] * FIBER_WIDTH;
    double *to = rows + i * FIBER_WIDTH;
    QlbeEigenpair pair = QlbePairFromRow(from);
    for (int j = 0; j < FIBER_WIDTH; j++) to[j] = from[j];
    if (f->vector[f->same[i]] != i) pair.iterations = pair.matvecs = 0;
    QlbePairToRow(&pair, to);
  }
}
