/*
   Where a dense operator is kept.
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
   Storage that asks for huge pages: entries of one displacement lie a column apart, and with small
   pages every store would miss the translation buffer, the first one also fault.
*/
static PetscErrorCode CreateStorage(size_t bytes, PetscContainer *owner)
{
  void *storage = NULL;

  PetscFunctionBegin;
  PetscCheck(posix_memalign(&storage, HUGE_PAGE, bytes) == 0, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "%.3g GB for this rank's rows of the fiber operator", (double)bytes / 1e9);
  (void)madvise(storage, bytes, MADV_HUGEPAGE); /* a hint: no harm where the kernel declines */
  PetscCall(PetscContainerCreate(PETSC_COMM_SELF, owner));
  PetscCall(PetscContainerSetPointer(*owner, storage));
  PetscCall(PetscContainerSetUserDestroy(*owner, FreeStorage));
  PetscFunctionReturn(0);
}

/*
   Storage of the last matrix once more, where it is large enough and no matrix has it: new memory
   would have to be found and cleared.
*/
static PetscErrorCode TakeStorage(QlbeFiber fiber, size_t bytes)
{
  PetscInt owners = 0;

  PetscFunctionBegin;
  if (fiber->storage) PetscCall(PetscObjectGetReference((PetscObject)fiber->storage, &owners));
  if (owners == 1 && fiber->storage_bytes >= bytes) PetscFunctionReturn(0);
  PetscCall(PetscContainerDestroy(&fiber->storage));
  PetscCall(CreateStorage(bytes, &fiber->storage));
  fiber->storage_bytes = bytes;
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDenseCreate_Private(QlbeFiber fiber, Mat *A)
{
  const PetscInt n = fiber->rows->row_end - fiber->rows->row_begin, size = fiber->rows->size;
  /* columns start on cache lines: loads that straddle two lines halve the speed of the product */
  const PetscInt line = CACHE_LINE / (PetscInt)sizeof(PetscScalar),
                 lda = (n + line - 1) / line * line;
  const size_t bytes = sizeof(PetscScalar) * (size_t)lda * (size_t)size;
  void *storage;

  PetscFunctionBegin;
  PetscCheck((double)lda * (double)size < (double)PETSC_MAX_INT, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "%.3g matrix entries on one rank need more ranks or a PETSc with 64-bit indices",
             (double)lda * (double)size);
  PetscCall(TakeStorage(fiber, (bytes / HUGE_PAGE + 1) * HUGE_PAGE));
  PetscCall(PetscContainerGetPointer(fiber->storage, &storage));
  PetscCall(MatCreateDense(fiber->grid.comm, n, n, size, size, (PetscScalar *)storage, A));
  PetscCall(MatDenseSetLDA(*A, PetscMax(lda, 1)));
  PetscCall(PetscObjectCompose((PetscObject)*A, "qlbe_storage", (PetscObject)fiber->storage));
  PetscCall(MatSetOption(*A, MAT_SYMMETRIC, PETSC_TRUE));
  PetscCall(MatSetOption(*A, MAT_SYMMETRY_ETERNAL, PETSC_TRUE));
  PetscCall(QlbeDenseSetOperations_Private(*A));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberFreeStorage(QlbeFiber fiber)
{
  PetscFunctionBegin;
  PetscCall(PetscContainerDestroy(&fiber->storage));
  fiber->storage_bytes = 0;
  PetscFunctionReturn(0);
}
