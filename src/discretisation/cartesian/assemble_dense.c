/*
   Assembly into a dense matrix: a block of pairs of lines goes to all of its places whose rows the
   rank owns, column by column, so that what is written together lies together.
*/
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

/*
   One place of a block. v runs along the column line, before reversal.
*/
static void StorePlace(const DenseContext *c, const BlockLayout *layout, const LineImage *image,
                       PetscBool transposed, const PetscScalar gain[])
{
  const PetscInt N = layout->points, along = transposed ? layout->step : 1;
  const PetscInt across = transposed ? 1 : layout->step;
  const PetscInt row_line = transposed ? image->second : image->first;
  const PetscInt column_line = transposed ? image->first : image->second;
  /* nodes of the row line whose rows are here */
  const PetscInt begin = PetscMax(0, c->row_begin - row_line * N);
  const PetscInt end = PetscMin(N, c->row_end - row_line * N);

  for (PetscInt v = 0; v < N; v++) {
    const PetscInt col = column_line * N + (image->reversed ? N - 1 - v : v);
    const PetscScalar *from = gain + layout->start + across * v;
    PetscScalar *to = c->a + (size_t)col * (size_t)c->lda;
    PetscInt lo, hi;
    (transposed ? BlockRow : BlockColumn)(layout, v, &lo, &hi);
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

/* A LineSink; the context is the DenseContext. */
static PetscErrorCode StoreDense(const BlockLayout *layout, PetscInt n, const LineImage image[],
                                 const PetscScalar gain[], void *context)
{
  for (PetscInt i = 0; i < n; i++) {
    StorePlace(context, layout, &image[i], PETSC_FALSE, gain);
    StorePlace(context, layout, &image[i], PETSC_TRUE, gain);
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
