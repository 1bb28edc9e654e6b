/*
   Assembly into a dense matrix: a block of pairs of lines goes to all of its places whose rows the
   rank owns, column by column, so that what is written together lies together.
*/
#include "block_place.h"
#include "fiber_impl.h"

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

/* The rows of one place that are here. */
static void StorePlace(const DenseContext *c, const BlockPlace *place, const PetscScalar gain[])
{
  const BlockLayout *layout = &place->layout;
  const PetscInt N = layout->points, row = place->row_line * N;
  const PetscInt begin = PetscMax(0, c->row_begin - row), end = PetscMin(N, c->row_end - row);

  for (PetscInt z = 0; z < N && begin < end; z++) {
    const PetscScalar *from = gain + layout->start + layout->step * z;
    PetscScalar *to = c->a + (size_t)(place->column_line * N + z) * (size_t)c->lda;
    PetscInt lo, hi;
    BlockColumn(layout, z, &lo, &hi);
    lo = PetscMax(lo, begin);
    hi = PetscMin(hi, end - 1);
    if (lo > hi) continue;
    CopyRun(hi - lo + 1, from + layout->along * lo, layout->along, place->conjugate,
            to + (row + lo - c->row_begin));
  }
}

/* A LineSink; the context is the DenseContext. */
static PetscErrorCode StoreDense(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                 const PetscScalar gain[], void *context)
{
  for (PetscInt i = 0; i < 2 * n; i++) {
    const BlockPlace place = QlbeBlockPlace_Private(layout, &image[i / 2], (PetscBool)(i % 2));
    StorePlace(context, &place, gain);
  }
  return 0;
}

/* Blocks and diagonal where rows are nodes. */
static PetscErrorCode Store(QlbeFiber fiber, const double k[3], LineSweep sweep,
                            PetscScalar diagonal[], Mat A)
{
  const FiberRows *rows = fiber->rows;
  const PetscInt last = rows->points - 1;
  DenseContext c = {.row_begin = rows->row_begin, .row_end = rows->row_end};

  PetscFunctionBegin;
  /* displacements out of reach are not visited */
  if (fiber->reach2 < 3 * last * last) PetscCall(MatZeroEntries(A));
  PetscCall(MatDenseGetLDA(A, &c.lda));
  PetscCall(MatDenseGetArrayWrite(A, &c.a));
  PetscCall(QlbeFiberBlocks_Private(fiber, k, sweep, StoreDense, &c, diagonal));
  for (PetscInt r = 0; r < rows->row_end - rows->row_begin; r++)
    c.a[(size_t)(rows->row_begin + r) * (size_t)c.lda + (size_t)r] = diagonal[r];
  PetscCall(MatDenseRestoreArrayWrite(A, &c.a));
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeFiberAssembleDense_Private(QlbeFiber fiber, const double k[3],
                                              PetscScalar diagonal[], Mat *A)
{
  LineSweep sweep;

  PetscFunctionBegin;
  if (!*A) PetscCall(QlbeDenseCreate_Private(fiber, A));
  PetscCall(QlbeLineSweepCreate_Private(fiber, k, &sweep));
  PetscCall((fiber->rows->all ? Store : QlbeSumOrbits_Private)(fiber, k, sweep, diagonal, *A));
  PetscCall(MatAssemblyBegin(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(*A, MAT_FINAL_ASSEMBLY));
  PetscCall(QlbeLineSweepDestroy_Private(&sweep));
  PetscFunctionReturn(0);
}
