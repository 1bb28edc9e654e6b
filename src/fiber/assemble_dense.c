/*
   Assembly into a dense matrix: every pair of a rank is computed once and stored in all of its places
   that the rank owns, of four. A pair between ranks is computed by each, which costs no message.
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
  PetscInt size, row_begin, row_end, lda;
  PetscScalar *a; /* column-major, own rows */
  const double *w;
  double *loss_sum; /* [own rows] */
} DenseContext;

static PetscErrorCode StoreDense(const PairBatch *batch, void *context)
{
  DenseContext *c = (DenseContext *)context;

  PetscFunctionBegin;
  for (PetscInt i = 0; i < batch->n_runs; i++) {
    const PairRun *run = &batch->run[i];
    const PetscScalar *gain = batch->gain + run->offset;
    PairRole roles[4];
    const PetscInt n_roles = QlbePairRoles_Private(batch, run, c->size, roles);

    for (PetscInt j = 0; j < n_roles; j++) {
      const PairRole role = roles[j];
      PetscInt first, end;
      QlbePairRoleOwned_Private(&role, run->length, c->row_begin, c->row_end, &first, &end);
      for (PetscInt r = first; r < end; r++) {
        const PetscInt local = role.row + role.step * r - c->row_begin,
                       column = role.column + role.step * r;
        c->a[(size_t)column * (size_t)c->lda + (size_t)local] =
            role.conjugate ? PetscConj(gain[r]) : gain[r];
        c->loss_sum[local] += role.loss[r] * c->w[column];
      }
    }
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3], Mat *A)
{
  const QlbeMomentumGrid *grid = &fiber->grid;
  const PetscInt n = grid->row_end - grid->row_begin;
  DenseContext c = {grid->size, grid->row_begin, grid->row_end, 0, NULL, NULL, NULL};
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
