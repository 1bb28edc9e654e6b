/*
   Dense assembly between orbits: blocks of pairs of lines are added up.

   Images of a block whose sums are the same are added to each other first. So most of the work is
   done in the nearest cache, and the matrix, which is larger, is touched as seldom as can be.
*/
#include "block_place.h"
#include "fiber_impl.h"

/* A block and its transpose, depth x depth, column-major. */
typedef struct {
  const FiberRows *rows;
  PetscInt row_begin, row_end, lda;
  PetscScalar *a; /* column-major, own rows */
  PetscScalar *block, *transpose;
} OrbitSums;

static PetscErrorCode SumsCreate(const FiberRows *rows, Mat A, OrbitSums *s)
{
  const PetscInt entries = rows->depth * rows->depth;

  PetscFunctionBegin;
  *s = (OrbitSums){.rows = rows, .row_begin = rows->row_begin, .row_end = rows->row_end};
  PetscCall(PetscMalloc2(entries, &s->block, entries, &s->transpose));
  PetscCall(MatZeroEntries(A));
  PetscCall(MatDenseGetLDA(A, &s->lda));
  PetscCall(MatDenseGetArray(A, &s->a));
  PetscFunctionReturn(0);
}

static PetscErrorCode SumsDestroy(Mat A, OrbitSums *s)
{
  PetscFunctionBegin;
  PetscCall(MatDenseRestoreArray(A, &s->a));
  PetscCall(PetscFree2(s->block, s->transpose));
  PetscFunctionReturn(0);
}

/* Adds a block at an image, as often as it counts, to s->block. */
static void AddImage(const BlockLayout *layout, const LineImage *image, const PetscScalar block[],
                     OrbitSums *s)
{
  const BlockPlace place = QlbeBlockPlace_Private(layout, image, PETSC_FALSE);
  const PetscInt depth = layout->points;
  const double re = (double)image->count, im = image->conjugate ? -re : re;

  for (PetscInt v = 0; v < depth; v++) {
    const double *from = (const double *)(block + place.layout.start + place.layout.step * v);
    double *to = (double *)(s->block + depth * v);
    PetscInt lo, hi;
    BlockColumn(&place.layout, v, &lo, &hi);
    if (place.layout.along < 0) {
      for (PetscInt u = lo; u <= hi; u++) {
        to[2 * u] += re * from[-2 * u];
        to[2 * u + 1] += im * from[-2 * u + 1];
      }
    } else {
      for (PetscInt u = lo; u <= hi; u++) {
        to[2 * u] += re * from[2 * u];
        to[2 * u + 1] += im * from[2 * u + 1];
      }
    }
  }
}

/* Adds a block to the matrix, at the rows of one line and the columns of another. */
static void AddBlock(const OrbitSums *s, PetscInt row_line, PetscInt column_line,
                     const PetscScalar block[])
{
  const PetscInt depth = s->rows->depth, row = RowOfLine(s->rows, row_line);
  /* places of the line whose rows are here */
  const PetscInt begin = PetscMax(0, s->row_begin - row), end = PetscMin(depth, s->row_end - row);

  for (PetscInt v = 0; v < depth && begin < end; v++) {
    const double *from = (const double *)(block + depth * v + begin);
    double *to = (double *)(s->a + (size_t)(RowOfLine(s->rows, column_line) + v) * (size_t)s->lda +
                            (row + begin - s->row_begin));
    for (PetscInt i = 0; i < 2 * (end - begin); i++) to[i] += from[i];
  }
}

/* A LineSink; the context is the OrbitSums. */
static PetscErrorCode AddToSums(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                const PetscScalar block[], void *context)
{
  OrbitSums *s = context;
  const PetscInt depth = s->rows->depth, *orbit = s->rows->orbit;

  for (PetscInt i = 0; i < n;) {
    const LineImage *of = &image[i];
    for (PetscInt e = 0; e < depth * depth; e++) s->block[e] = 0.0;
    for (; i < n && orbit[image[i].first] == orbit[of->first] &&
           orbit[image[i].second] == orbit[of->second];
         i++)
      AddImage(layout, &image[i], block, s);
    for (PetscInt v = 0; v < depth; v++) {
      for (PetscInt u = 0; u < depth; u++) s->transpose[v + depth * u] = s->block[u + depth * v];
    }
    AddBlock(s, of->first, of->second, s->block);
    AddBlock(s, of->second, of->first, s->transpose);
  }
  return 0;
}

/* Sums to entries between normalised functions, and the diagonal on the nodes added. */
static PetscErrorCode Normalise(const PetscScalar diagonal[], OrbitSums *s)
{
  const FiberRows *rows = s->rows;
  double *factor;

  PetscFunctionBegin;
  PetscCall(PetscMalloc1(rows->size, &factor));
  for (PetscInt row = 0; row < rows->size; row++)
    factor[row] = 1.0 / sqrt((double)QlbeFiberRowNodes_Private(rows, row));
  for (PetscInt col = 0; col < rows->size; col++) {
    PetscScalar *a = s->a + (size_t)col * (size_t)s->lda;
    for (PetscInt row = s->row_begin; row < s->row_end; row++)
      a[row - s->row_begin] *= factor[row] * factor[col];
    if (col >= s->row_begin && col < s->row_end)
      a[col - s->row_begin] += diagonal[col - s->row_begin];
  }
  PetscCall(PetscFree(factor));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeSumOrbits_Private(QlbeFiber fiber, const double k[3], LineSweep sweep,
                                     PetscScalar diagonal[], Mat A)
{
  OrbitSums s;

  PetscFunctionBegin;
  PetscCall(SumsCreate(fiber->rows, A, &s));
  PetscCall(QlbeFiberBlocks_Private(fiber, k, sweep, AddToSums, &s, diagonal));
  PetscCall(Normalise(diagonal, &s));
  PetscCall(SumsDestroy(A, &s));
  PetscFunctionReturn(0);
}
