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

/* n entries, from + step i, to `to` and the places behind it. */
static inline void CopyRun(PetscInt n, const double *re, const double *im, PetscInt step,
                           PetscBool reversed, double sign, PetscScalar *to)
{
  const PetscInt start = reversed ? (n - 1) * step : 0, along = reversed ? -step : step;
  double *out = (double *)to;

  re += start;
  im += start;
  for (PetscInt i = 0; i < n; i++) {
    out[2 * i] = re[i * along];
    out[2 * i + 1] = sign * im[i * along];
  }
}

/*
   The entries (row, column) of an image whose rows lie on one line and whose columns on the other one. Without reversal, z of the row line and z' of the column
   line; element (d, z) of the block is the pair (first, z), (second, z + nz_first + d).
*/
static void StorePlace(const DenseContext *c, PetscInt N, const LineColumn *column,
                       const LineImage *image, PetscBool transposed, const double gain[])
{
  const PetscInt row_line = transposed ? image->second : image->first;
  const PetscInt column_line = transposed ? image->first : image->second;
  const PetscInt diagonals = LineDiagonals(column);
  const double *re = gain, *im = gain + diagonals * N, sign = image->conjugate ? -1.0 : 1.0;

  for (PetscInt v = 0; v < N; v++) { /* node of the column line, before reversal */
    /* nodes u of the row line, before reversal, whose pair with v is in the block */
    PetscInt lo = PetscMax(0, transposed ? v + column->nz_first : v - column->nz_last);
    PetscInt hi = PetscMin(N - 1, transposed ? v + column->nz_last : v - column->nz_first);
    /* and whose rows, u or points - 1 - u of the line, are here */
    const PetscInt own_lo = PetscMax(0, c->row_begin - row_line * N);
    const PetscInt own_hi = PetscMin(N, c->row_end - row_line * N) - 1;
    const PetscInt col = column_line * N + (image->reversed ? N - 1 - v : v);
    PetscInt element, first_row;
    lo = PetscMax(lo, image->reversed ? N - 1 - own_hi : own_lo);
    hi = PetscMin(hi, image->reversed ? N - 1 - own_lo : own_hi);
    if (lo > hi) continue;
    element =
        transposed ? (lo - v - column->nz_first) * N + v : (v - lo - column->nz_first) * N + lo;
    first_row = row_line * N + (image->reversed ? N - 1 - hi : lo) - c->row_begin;
    CopyRun(hi - lo + 1, re + element, im + element, transposed ? N : 1 - N, image->reversed, sign,
            c->a + (size_t)col * (size_t)c->lda + (size_t)first_row);
  }
}

static PetscErrorCode StoreDense(const LinePairs *pairs, const LineColumn *column, PetscInt line,
                                 const double gain[], void *context)
{
  LineImage image[GRID_SYMMETRIES];
  const PetscInt n = QlbeLineImages_Private(pairs, column, line, image);

  PetscFunctionBegin;
  for (PetscInt i = 0; i < n; i++) {
    StorePlace(context, pairs->points, column, &image[i], PETSC_FALSE, gain);
    StorePlace(context, pairs->points, column, &image[i], PETSC_TRUE, gain);
  }
  PetscFunctionReturn(0);
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
