/*
   What an operator takes, and the choice of its format; entries are counted without evaluating
   them.
*/
#include "fiber_impl.h"

/*
   Number of entries, the diagonal included. Of orbits those of folded blocks: some of these are
   summed once more, next to planes of reflection. Collective.
*/
static PetscErrorCode Count(QlbeFiber fiber, const double k[3], double *entries)
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
  /* z and -z make one entry of two */
  if (fiber->rows->folded) *entries *= 0.5;
  *entries += (double)fiber->rows->size;
  PetscFunctionReturn(0);
}

/* Bytes of an estimate whose format has been chosen. */
static double BytesOf(const QlbeFiberEstimate *estimate, QlbeFiberFormat format)
{
  return format == QLBE_FIBER_DENSE    ? estimate->bytes_dense
         : format == QLBE_FIBER_SPARSE ? estimate->bytes_sparse
                                       : estimate->bytes_matrix_free;
}

/* Compressed rows, finished. */
static double SparseBytes(double rows, double entries)
{
  return (sizeof(PetscScalar) + sizeof(PetscInt)) * entries + 2.0 * sizeof(PetscInt) * rows;
}

double QlbeFiberBytes(QlbeFiberFormat format, double rows, double nodes, double terms,
                      PetscMPIInt ranks)
{
  /* bytes of a term in the list of those that PETSc sorts and adds up */
  const double bytes_term = 80.0;
  /*
     In doubles per node: both vectors forwards and reversed, one on rows; losses and weights of
     both signs of k; repair of the cell and lattice loss. And once on all ranks the work of the
     repair.
  */
  const double vectors = 8.0 + 2.0 + 4.0 + 3.0, once = 8.0 + sizeof(PetscInt) / 8.0;
  const double sparse = SparseBytes(rows, PetscMin(terms, rows * rows));

  if (format == QLBE_FIBER_MATRIX_FREE) return (vectors * ranks + once) * sizeof(double) * nodes;
  if (format != QLBE_FIBER_SPARSE) return sizeof(PetscScalar) * rows * rows;
  /* compressed rows exist twice while PETSc takes them over */
  return rows < nodes ? sparse + bytes_term * terms : 2.0 * sparse;
}

PetscErrorCode QlbeFiberEstimate_Private(QlbeFiber fiber, const double k[3],
                                         QlbeFiberEstimate *estimate)
{
  const double size = (double)fiber->rows->size, nodes = (double)fiber->grid.size;
  double terms;

  PetscFunctionBegin;
  PetscCall(Count(fiber, k, &terms));
  /* the sums of orbits have no more entries than there are */
  estimate->entries = PetscMin(terms, size * size);
  estimate->bytes_dense = QlbeFiberBytes(QLBE_FIBER_DENSE, size, nodes, terms, fiber->ranks);
  estimate->bytes_sparse = SparseBytes(size, estimate->entries);
  estimate->bytes_matrix_free =
      QlbeFiberBytes(QLBE_FIBER_MATRIX_FREE, size, nodes, terms, fiber->ranks);
  estimate->format = fiber->format;
  if (fiber->format == QLBE_FIBER_AUTO) {
    const PetscBool sparse = (PetscBool)(estimate->bytes_sparse < 0.5 * estimate->bytes_dense);

    estimate->format = sparse ? QLBE_FIBER_SPARSE : QLBE_FIBER_DENSE;
    const double needed = QlbeFiberBytes(estimate->format, size, nodes, terms, fiber->ranks);
    /* nor can a rank of a PETSc with 32-bit indices have more entries than these count */
    const double most_entries = (double)PETSC_MAX_INT * (double)fiber->ranks;
    const double entries = sparse ? terms : 1.01 * size * size;
    if (needed > fiber->most_bytes || entries > most_entries)
      estimate->format = QLBE_FIBER_MATRIX_FREE;
  }
  estimate->bytes = BytesOf(estimate, estimate->format);
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberEstimateMemory(QlbeFiber fiber, const double k[3],
                                       QlbeFiberEstimate *estimate)
{
  double turned[3];

  PetscFunctionBegin;
  TurnVector(fiber->rows->turn, k, turned);
  PetscCall(QlbeFiberEstimate_Private(fiber, turned, estimate));
  PetscFunctionReturn(0);
}
