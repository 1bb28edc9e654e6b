/*
   Assembly into a dense matrix: a block of pairs of lines goes to all of its places whose rows the rank owns, column by column, so that
   what is written together lies together.
*/
#include <stdlib.h>
#include <sys/mman.h>

#include "fiber_impl.h"

enum { HUGE_PAGE = 2 * 1024 * 1024, CACHE_LINE = 64 };

static PetscErrorCode FreeStorage(void *storage)
{
  free(storage);
  return 0;
}

/*
   A dense matrix whose storage asks for huge pages: entries of one displacement lie a column apart,
   and with small pages every store would miss the translation buffer, the first one also fault.
*/
static PetscErrorCode CreateDense(const QlbeMomentumGrid *grid, PetscInt n, Mat *A)
{
  /* columns start on cache lines: loads that straddle two lines halve the speed of the product */
  const PetscInt line = CACHE_LINE / (PetscInt)sizeof(PetscScalar),
                 lda = (n + line - 1) / line * line;
  const size_t bytes = sizeof(PetscScalar) * (size_t)lda * (size_t)grid->size;
  const size_t rounded = (bytes / HUGE_PAGE + 1) * HUGE_PAGE;
  PetscContainer owner;
  void *storage = NULL;

  PetscFunctionBegin;
  PetscCheck((double)lda * (double)grid->size < (double)PETSC_MAX_INT, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "%.3g matrix entries on one rank need more ranks or a PETSc with 64-bit indices",
             (double)lda * (double)grid->size);
  PetscCheck(posix_memalign(&storage, HUGE_PAGE, rounded) == 0, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "%.3g GB for this rank's rows of the fiber operator", (double)rounded / 1e9);
  (void)madvise(storage, rounded, MADV_HUGEPAGE); /* a hint: no harm where the kernel declines */
  PetscCall(MatCreateDense(grid->comm, n, n, grid->size, grid->size, (PetscScalar *)storage, A));
  PetscCall(MatDenseSetLDA(*A, PetscMax(lda, 1)));
  PetscCall(PetscContainerCreate(PETSC_COMM_SELF, &owner));
  PetscCall(PetscContainerSetPointer(owner, storage));
  PetscCall(PetscContainerSetUserDestroy(owner, FreeStorage));
  PetscCall(PetscObjectCompose((PetscObject)*A, "qlbe_storage", (PetscObject)owner));
  PetscCall(PetscContainerDestroy(&owner));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(MatSetOption(*A, MAT_SYMMETRY_ETERNAL, PETSC_TRUE));
  PetscCall(QlbeDenseSetOperations_Private(*A));
  PetscFunctionReturn(0);
}

typedef struct {
  PetscInt row_begin, row_end, lda;
  PetscScalar *a; /* column-major, own rows */
} DenseContext;

/* n entries, step apart, or their conjugates to `to` and the places behind it. */
static inline void CopyRun(PetscInt n, const PetscScalar *from, PetscInt step, PetscBool conjugate,
                           PetscScalar *to)
{
  if (conjugate) {
    for (PetscInt i = 0; i < n; i++) to[i] = PetscConj(from[i * step]);
  } else {
    for (PetscInt i = 0; i < n; i++) to[i] = from[i * step];
  }
}

/*
   A LineSink; the context is the DenseContext. v runs along the column line, before reversal.
*/
static void StoreDense(const LinePairs *pairs, const LineColumn *column, const LineImage *image,
                       PetscBool transposed, const PetscScalar gain[], void *context)
{
  const DenseContext *c = context;
  const PetscInt N = pairs->points, along = transposed ? column->step : 1;
  const PetscInt across = transposed ? 1 : column->step;
  const PetscInt row_line = transposed ? image->second : image->first;
  const PetscInt column_line = transposed ? image->first : image->second;
  /* nodes of the row line whose rows are here */
  const PetscInt begin = PetscMax(0, c->row_begin - row_line * N);
  const PetscInt end = PetscMin(N, c->row_end - row_line * N);

  for (PetscInt v = 0; v < N; v++) {
    const PetscInt col = column_line * N + (image->reversed ? N - 1 - v : v);
    const PetscScalar *from = gain + column->start + across * v;
    PetscScalar *to = c->a + (size_t)col * (size_t)c->lda;
    PetscInt lo, hi;
    (transposed ? BlockRow : BlockColumn)(pairs, column, v, &lo, &hi);
    lo = PetscMax(lo, image->reversed ? N - end : begin);
    hi = PetscMin(hi, (image->reversed ? N - begin : end) - 1);
    if (lo > hi) continue;
    if (image->reversed)
      CopyRun(hi - lo + 1, from + along * hi, -along, image->conjugate,
              to + (row_line * N + N - 1 - hi - c->row_begin));
    else
      CopyRun(hi - lo + 1, from + along * lo, along, image->conjugate,
              to + (row_line * N + lo - c->row_begin));
  }
}

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin, N = grid->points;
  DenseContext c = {.row_begin = grid->row_begin, .row_end = grid->row_end};
  PetscScalar *diagonal;
  LossSums sums;
  LineSweep sweep;

  PetscFunctionBegin;
  if (!*A) PetscCall(CreateDense(grid, n, A));
  PetscCall(PetscMalloc1(n, &diagonal));
  PetscCall(QlbeLossSumsCreate_Private(fiber, k, &sums));
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  /* displacements out of reach are not visited */
  if (fiber->reach2 < 3 * (N - 1) * (N - 1)) PetscCall(MatZeroEntries(*A));
  PetscCall(MatDenseGetLDA(*A, &c.lda));
  PetscCall(MatDenseGetArray(*A, &c.a));
  PetscCall(QlbeLineExchange_Private(fiber, sweep, &sums, StoreDense, &c));
  PetscCall(
      QlbeFiberDiagonal_Private(fiber, k, QlbeLineSweepPairs_Private(sweep), &sums, diagonal));
  for (PetscInt r = 0; r < n; r++)
    c.a[(size_t)(grid->row_begin + r) * (size_t)c.lda + (size_t)r] = diagonal[r];
  PetscCall(MatDenseRestoreArray(*A, &c.a));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscCall(QlbeLossSumsDestroy_Private(&sums));
  PetscCall(PetscFree(diagonal));
  PetscFunctionReturn(0);
}
