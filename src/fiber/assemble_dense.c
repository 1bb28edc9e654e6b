/*
   Assembly into a dense matrix: every pair of a rank is computed once and stored in both of its
   places, as far as the rank owns them. A pair between two ranks is computed by both, which costs
   no message.
*/
#include <stdlib.h>
#include <sys/mman.h>

#include "fiber_impl.h"

enum { HUGE_PAGE = 2 * 1024 * 1024 };

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
  const size_t bytes = sizeof(PetscScalar) * (size_t)n * (size_t)grid->size;
  const size_t rounded = (bytes / HUGE_PAGE + 1) * HUGE_PAGE;
  PetscContainer owner;
  void *storage = NULL;

  PetscFunctionBegin;
  PetscCheck(posix_memalign(&storage, HUGE_PAGE, rounded) == 0, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "%.3g GB for this rank's rows of the fiber operator", (double)rounded / 1e9);
  (void)madvise(storage, rounded, MADV_HUGEPAGE); /* a hint: no harm where the kernel declines */
  PetscCall(MatCreateDense(grid->comm, n, n, grid->size, grid->size, (PetscScalar *)storage, A));
  PetscCall(PetscContainerCreate(PETSC_COMM_SELF, &owner));
  PetscCall(PetscContainerSetPointer(owner, storage));
  PetscCall(PetscContainerSetUserDestroy(owner, FreeStorage));
  PetscCall(PetscObjectCompose((PetscObject)*A, "qlbe_storage", (PetscObject)owner));
  PetscCall(PetscContainerDestroy(&owner));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(MatSetOption(*A, MAT_SYMMETRY_ETERNAL, PETSC_TRUE));
  PetscFunctionReturn(0);
}

typedef struct {
  PetscInt row_begin, row_end, lda;
  PetscScalar *a; /* column-major, own rows */
  const double *w;
  double *loss_sum; /* [own rows] */
} DenseContext;

static PetscErrorCode StoreDense(const PairBatch *batch, void *context)
{
  DenseContext *c = (DenseContext *)context;

  PetscFunctionBegin;
  for (PetscInt run = 0; run < batch->n_runs; run++) {
    const PairRun *pairs = &batch->run[run];
    const PetscScalar *gain = batch->gain + pairs->offset;
    const double *loss = batch->loss + pairs->offset;
    const PetscInt i0 = pairs->row_i, j0 = pairs->row_j;
    const PetscInt i_begin = PetscMax(c->row_begin - i0, 0),
                   i_end = PetscMin(c->row_end - i0, pairs->length);
    const PetscInt j_begin = PetscMax(c->row_begin - j0, 0),
                   j_end = PetscMin(c->row_end - j0, pairs->length);

    for (PetscInt r = i_begin; r < i_end; r++) {
      const PetscInt local = i0 + r - c->row_begin;
      c->a[(size_t)(j0 + r) * (size_t)c->lda + (size_t)local] = gain[r];
      c->loss_sum[local] += loss[r] * c->w[j0 + r];
    }
    for (PetscInt r = j_begin; r < j_end; r++) {
      const PetscInt local = j0 + r - c->row_begin;
      c->a[(size_t)(i0 + r) * (size_t)c->lda + (size_t)local] = gain[r];
      c->loss_sum[local] += loss[r] * c->w[i0 + r];
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  DenseContext c = {grid->row_begin, grid->row_end, 0, NULL, NULL, NULL};
  PetscScalar *diagonal;
  double *w;

  PetscFunctionBegin;
  if (!*A) PetscCall(CreateDense(grid, n, A));
  PetscCall(PetscMalloc1(grid->size, &w));
  PetscCall(PetscCalloc1(n, &c.loss_sum));
  PetscCall(PetscMalloc1(n, &diagonal));
  QlbeFiberLossWeights_Private(fiber, k, w);
  c.w = w;
  /* displacements that no pair keeps are not visited: their places must not hold an earlier k */
  PetscCall(MatZeroEntries(*A));
  PetscCall(MatDenseGetLDA(*A, &c.lda));
  PetscCall(MatDenseGetArray(*A, &c.a));
  PetscCall(QlbePairSweep_Private(fiber, k, PETSC_TRUE, StoreDense, &c));
  PetscCall(QlbeFiberDiagonal_Private(fiber, k, w, c.loss_sum, diagonal));
  for (PetscInt r = 0; r < n; r++)
    c.a[(size_t)(grid->row_begin + r) * (size_t)c.lda + (size_t)r] = diagonal[r];
  PetscCall(MatDenseRestoreArray(*A, &c.a));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(PetscFree(w));
  PetscCall(PetscFree(c.loss_sum));
  PetscCall(PetscFree(diagonal));
  PetscFunctionReturn(0);
}
