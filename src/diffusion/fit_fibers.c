/*
   Eigenvalues for the curvature fit: which fibers it needs, and their tasks.

   Vectors that permutations and signs of the axes map onto each other have the same operator, but
   for the names of the nodes, and so exactly the same eps: one fiber does for all of them. With all
   functions every vector has its own, which shows that.
*/
#include <math.h>
#include <string.h>

#include "diffusion_impl.h"
#include "qlbe/pair_row.h"

/* Row of a fiber: its pair, and the structure of the matrix where that was measured. */
enum { FIBER_STRUCTURE = QLBE_PAIR_WIDTH };
enum {
  FIBER_WIDTH = FIBER_STRUCTURE + (int)(sizeof(QlbeDiscretisationStructure) / sizeof(double))
};

/* Whether a symmetry of a cube turns a into b. */
static PetscBool Equivalent(const double a[3], const double b[3])
{
  PetscReal x[3] = {fabs(a[0]), fabs(a[1]), fabs(a[2])},
            y[3] = {fabs(b[0]), fabs(b[1]), fabs(b[2])};

  PetscSortReal(3, x);
  PetscSortReal(3, y);
  return (PetscBool)(x[0] == y[0] && x[1] == y[1] && x[2] == y[2]);
}

static PetscErrorCode CreateFibers(PetscBool all, const QlbeWaveVectors *vectors, QlbeFitFibers *f)
{
  PetscFunctionBegin;
  f->n = 0;
  PetscCall(PetscMalloc2(vectors->n, &f->vector, vectors->n, &f->same));
  for (PetscInt i = 0; i < vectors->n; i++) {
    PetscInt j = all ? f->n : 0;
    while (j < f->n && !Equivalent(vectors->k[f->vector[j]], vectors->k[i])) j++;
    if (j == f->n) f->vector[f->n++] = i;
    f->same[i] = j;
  }
  PetscFunctionReturn(0);
}

static PetscErrorCode DestroyFibers(QlbeFitFibers *f)
{
  PetscFunctionBegin;
  PetscCall(PetscFree2(f->vector, f->same));
  PetscFunctionReturn(0);
}

/* One fiber of the fit or, after them, that of the longest vector reversed. */
static PetscErrorCode FiberTask(const QlbeProblem *group, void *context, PetscInt i, double row[])
{
  QlbeDiffusionWork *work = context;
  const QlbeWaveVectors *vectors = &work->vectors;
  const QlbeFitFibers *fibers = &work->fibers;
  const double *of = vectors->k[i < fibers->n ? fibers->vector[i] : vectors->longest];
  const double sign = i < fibers->n ? 1.0 : -1.0;
  const double k[3] = {sign * of[0], sign * of[1], sign * of[2]};
  QlbeDiscretisationStructure structure = {0.0, 0.0, 0.0, 0.0};
  QlbeDiscretisation d;
  QlbeEigenpair pair;

  PetscFunctionBegin;
  PetscCall(QlbeDiffusionWorkGet(group, work, &d));
  PetscCall(QlbeDiscretisationSetAxis(d, k));
  PetscCall(QlbeDiscretisationOperator(d, k, 0, &work->A));
  PetscCall(QlbeDiffusionEigenvalue(group, d, work->A, 1, work->closed->escape_rate_0, &pair));
  if (i == fibers->same[vectors->longest])
    PetscCall(QlbeDiffusionStructure(d, work->A, work->closed->escape_rate_0, &structure));
  QlbePairToRow(&pair, row);
  memcpy(row + FIBER_STRUCTURE, &structure, sizeof(structure));
  PetscFunctionReturn(0);
}

/* The pairs of all vectors; the work of a fiber counts once. */
static void CollectPairs(const QlbeFitFibers *f, PetscInt n, const double rows[],
                         QlbeEigenpair pairs[])
{
  for (PetscInt i = 0; i < n; i++) {
    pairs[i] = QlbePairFromRow(rows + f->same[i] * FIBER_WIDTH);
    if (f->vector[f->same[i]] != i) pairs[i].iterations = pairs[i].matvecs = 0;
  }
}

PetscErrorCode QlbeDiffusionFibers(QlbeTasks tasks, PetscBool all, QlbeDiffusionWork *work,
                                   PetscBool *stopped)
{
  const QlbeWaveVectors *vectors = &work->vectors;
  QlbeFitFibers *f = &work->fibers;
  double *rows;
  PetscInt n;

  PetscFunctionBegin;
  PetscCall(CreateFibers(all, vectors, f));
  n = f->n + (work->traits->isotropic ? 0 : 1);
  PetscCall(PetscMalloc1(n * FIBER_WIDTH, &rows));
  PetscCall(QlbeTasksCompute(
      tasks,
      &(const QlbeTaskSet){
          .name = "fibers", .n = n, .width = FIBER_WIDTH, .task = FiberTask, .work = work},
      rows, stopped));
  if (!*stopped) {
    CollectPairs(f, vectors->n, rows, work->fit.pairs);
    work->fit.reversed = n > f->n ? QlbePairFromRow(rows + f->n * FIBER_WIDTH) : QlbePairMissing();
    memcpy(&work->fit.structure, rows + f->same[vectors->longest] * FIBER_WIDTH + FIBER_STRUCTURE,
           sizeof(work->fit.structure));
  }
  PetscCall(PetscFree(rows));
  PetscCall(DestroyFibers(f));
  PetscFunctionReturn(0);
}
