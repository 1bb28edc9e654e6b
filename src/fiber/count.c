/*
   Number of entries of an operator, without evaluating them.
*/
#include "fiber_impl.h"

PetscErrorCode QlbeFiberCount_Private(QlbeFiber fiber, const double k[3], double *entries)
{
  const LinePairs *pairs;
  PetscInt position, *above, *below;
  double own = 0.0;
  LineSweep sweep;
  LineRange range;

  PetscFunctionBegin;
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  pairs = QlbeLineSweepPairs_Private(sweep);
  PetscCall(PetscMalloc2(pairs->points, &above, pairs->points, &below));
  position = pairs->share[fiber->rank];
  while (QlbeLineRangeNext_Private(pairs, 1, pairs->share[fiber->rank + 1], &position, &range)) {
    LineImage image[GRID_SYMMETRIES]; /* of orbits one for all with the same conjugation */
    const PetscInt line = pairs->line[range.begin];
    const double places = 2.0 * (double)QlbeLineImages_Private(pairs, range.column, line, image);
    PetscCall(QlbeLineSweepCount_Private(sweep, range.column, line, above, below));
    for (PetscInt z = 0; z < pairs->points; z++) own += places * (double)above[z];
  }
  PetscCall(PetscFree2(above, below));
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscCallMPI(MPI_Allreduce(&own, entries, 1, MPI_DOUBLE, MPI_SUM, fiber->grid.comm));
  *entries += (double)fiber->rows.size;
  PetscFunctionReturn(0);
}
