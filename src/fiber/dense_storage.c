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
   A dense matrix whose storage asks for huge pages: entries of one displacement lie a column apart,
   and with small pages every store would miss the translation buffer, the first one also fault.
*/
PetscErrorCode QlbeDenseCreate_Private(MPI_Comm comm, PetscInt n, PetscInt size, Mat *A)
{
  /* columns start on cache lines: loads that straddle two lines halve the speed of the product */
  const PetscInt line = CACHE_LINE / (PetscInt)sizeof(PetscScalar),
                 lda = (n + line - 1) / line * line;
  const size_t bytes = sizeof(PetscScalar) * (size_t)lda * (size_t)size;
  const size_t rounded = (bytes / HUGE_PAGE + 1) * HUGE_PAGE;
  PetscContainer owner;
  void *storage = NULL;

  PetscFunctionBegin;
  PetscCheck((double)lda * (double)size < (double)PETSC_MAX_INT, PETSC_COMM_SELF,
             PETSC_ERR_ARG_OUTOFRANGE,
             "%.3g matrix entries on one rank need more ranks or a PETSc with 64-bit indices",
             (double)lda * (double)size);
  PetscCheck(posix_memalign(&storage, HUGE_PAGE, rounded) == 0, PETSC_COMM_SELF, PETSC_ERR_MEM,
             "%.3g GB for this rank's rows of the fiber operator", (double)rounded / 1e9);
  (void)madvise(storage, rounded, MADV_HUGEPAGE); /* a hint: no harm where the kernel declines */
  PetscCall(MatCreateDense(comm, n, n, size, size, (PetscScalar *)storage, A));
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
